"""Fine-tuning of a language model on rows: the proxy runs behind training signals, and short trainings of any kind."""
