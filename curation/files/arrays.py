"""Arrow arrays from Python values, without ``pa.array``: its first call imports pandas, a third of a second."""

from array import array
from collections.abc import Sequence
from itertools import accumulate

import pyarrow as pa


def as_array(values: Sequence, kind: pa.DataType) -> pa.Array:
    """An array of int64, fixed-size binary, binary or string (None = null in the last two)."""
    if kind == pa.int64():
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(array("q", values))])
    if pa.types.is_fixed_size_binary(kind):
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(b"".join(values))])
    if kind == pa.string():
        values = [None if value is None else value.encode() for value in values]
    present = [value is not None for value in values]
    parts = values if all(present) else [value or b"" for value in values]
    offsets = array("i", accumulate(map(len, parts), initial=0))
    buffers = [_bits(present), pa.py_buffer(offsets), pa.py_buffer(b"".join(parts))]
    return pa.Array.from_buffers(kind, len(values), buffers)


def _bits(present: list[bool]) -> pa.Buffer | None:
    """Validity bitmap, least significant bit first; None where all are present."""
    if all(present):
        return None
    bits = bytearray((len(present) + 7) // 8)
    for place, there in enumerate(present):
        bits[place >> 3] |= there << (place & 7)
    return pa.py_buffer(bytes(bits))
