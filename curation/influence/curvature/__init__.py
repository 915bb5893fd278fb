"""The curvature of a model's loss over its training rows: its factors, products with it, and solving with it."""
