"""The gradient index: one short vector a row in memory-mapped files, and what queries of it need beside them."""
