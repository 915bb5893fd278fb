"""Signals of a row that training gives off: the formulas, from logits, gradients and histories by epoch."""
