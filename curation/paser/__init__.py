"""PASER (arXiv 2502.12594): what pruning broke, capability by capability, and the smallest set of rows to repair it."""
