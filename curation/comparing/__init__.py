"""How two selections of the same rows differ: which rows and why, and how far the chosen data has shifted."""
