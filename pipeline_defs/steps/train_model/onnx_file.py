"""Writes a linear model as ONNX without further packages, field by field.

Libraries for training bring an exporter, such as torch.onnx or skl2onnx. The numbers of the fields
are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

import numpy as np

FLOAT = 1
OPSET = 13


def linear_model(weights: np.ndarray, bias: np.ndarray) -> bytes:
    """`scores = features @ weights + bias` for any number of rows."""
    inputs, outputs = weights.shape
    node = _field(1, b"features") + _field(1, b"weights") + _field(1, b"bias")
    node += _field(2, b"scores") + _field(4, b"Gemm")
    graph = _field(1, node) + _field(2, b"linear")
    graph += _field(5, _tensor("weights", weights)) + _field(5, _tensor("bias", bias))
    graph += _field(11, _value("features", inputs)) + _field(12, _value("scores", outputs))
    return _field(1, 8) + _field(7, graph) + _field(8, _field(2, OPSET))


def _tensor(name: str, values: np.ndarray) -> bytes:
    sizes = b"".join(_field(1, size) for size in values.shape)
    return (
        sizes
        + _field(2, FLOAT)
        + _field(8, name.encode())
        + _field(9, values.astype("<f4").tobytes())
    )


def _value(name: str, columns: int) -> bytes:
    shape = _field(1, _field(2, b"rows")) + _field(1, _field(1, columns))
    return _field(1, name.encode()) + _field(2, _field(1, _field(1, FLOAT) + _field(2, shape)))


def _field(number: int, value: int | bytes) -> bytes:
    """A field of a protobuf message: a number, or text and messages with their length."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    groups = []
    while value >= 128:
        groups.append(value & 127 | 128)
        value >>= 7
    return bytes([*groups, value])
