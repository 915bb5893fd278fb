"""Truth for influence: a bank of retrainings of a small language model, and what methods foretell of it."""
