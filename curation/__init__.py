"""Winnow: curating training data. The ideas; it draws no page and writes no SQL."""

__version__ = "0.1.0"
