"""A data set to try Winnow on, made by templates of our own, with planted defects."""

from curation.demo.generating import generate
from curation.demo.writing import write_demo

__all__ = ["generate", "write_demo"]
