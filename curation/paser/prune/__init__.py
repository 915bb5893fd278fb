"""Pruned models to start from: fewer weights, fewer layers, or narrower ones."""
