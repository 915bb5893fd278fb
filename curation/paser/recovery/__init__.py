"""Which rows bring a pruned model back: short trainings on several sets at equal steps, and what is left lost."""
