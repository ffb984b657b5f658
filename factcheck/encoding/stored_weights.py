"""The tensors of an ONNX file, read without the package `onnx`, which a running service has no other use for.

The file is protocol buffers (onnx.proto3); of it the path model > graph > initializers is walked and the rest skipped.
Bytes stay where they are: tensors are views of them.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Tensor = NDArray[np.generic]

_GRAPH, _INITIALIZER = 7, 5
_DIMS, _DATA_TYPE, _NAME, _RAW_DATA = 1, 2, 8, 9
_TYPES = {1: np.float32, 3: np.int8}
"""Of TensorProto.DataType those that are read; tensors of others are left out."""
_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5


def tensors(file: bytes) -> "dict[str, Tensor]":
    """The initializers of a model by name; raises ValueError where the bytes are no such file."""
    try:
        named = [_tensor(one) for graph in _parts(memoryview(file), _GRAPH) for one in _parts(graph, _INITIALIZER)]
    except (IndexError, UnicodeDecodeError) as error:
        message = "not a model in the form of ONNX"
        raise ValueError(message) from error
    return {name: tensor for name, tensor in named if tensor is not None}


def _tensor(message: memoryview) -> "tuple[str, Tensor | None]":
    shape: list[int] = []
    kind, name, raw = 0, "", memoryview(b"")
    for field, value in _fields(message):
        if field == _DIMS:
            shape += [value] if isinstance(value, int) else _numbers(value)
        elif field == _DATA_TYPE and isinstance(value, int):
            kind = value
        elif field == _NAME and isinstance(value, memoryview):
            name = bytes(value).decode()
        elif field == _RAW_DATA and isinstance(value, memoryview):
            raw = value
    return name, np.frombuffer(raw, dtype=_TYPES[kind]).reshape(shape) if kind in _TYPES else None


def _parts(message: memoryview, wanted: int) -> Iterator[memoryview]:
    return (value for field, value in _fields(message) if field == wanted and isinstance(value, memoryview))


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """The fields of a message: number, and what is there (a whole number, or bytes)."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
        elif kind == _BYTES:
            size, at = _varint(message, at)
            yield key >> 3, message[at : at + size]
            at += size
        elif kind in (_FIXED_64, _FIXED_32):
            at += 8 if kind == _FIXED_64 else 4
        else:
            raise IndexError(kind)


def _numbers(packed: memoryview) -> list[int]:
    found, at = [], 0
    while at < len(packed):
        number, at = _varint(packed, at)
        found.append(number)
    return found


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first, and the place after it."""
    found = shift = 0
    while True:
        byte = message[at]
        found |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return found, at
