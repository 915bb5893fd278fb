"""Precisions of stored vectors, and the bytes that a number takes in each."""

BYTES = {"bfloat16": 2, "float32": 4, "int8": 1}
PRECISIONS = tuple(BYTES)
