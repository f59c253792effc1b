"""Builds an ONNX graph node by node, with linear layers in any precision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from local_cloud.hub.models.quantization import (
    BLOCK_SIZE,
    Precision,
    float_weights,
    integer_weights,
    pack_four_bits,
    pack_normal_float,
    weight_step,
)

FLOAT = TensorProto.FLOAT
INT64 = TensorProto.INT64
BOOL = TensorProto.BOOL
_CONTRIB = "com.microsoft"
_IR_VERSION = 8
_OPSET = 17


class Graph:
    """A graph under construction; values are named by strings.

    `seed` names the weights: two graphs of the same seed share them. A branch of an If node is a
    Graph of its own on the same initializers.
    """

    def __init__(self, seed: str, precision: Precision, outer: Graph | None = None) -> None:
        self.seed = seed
        self.precision = precision
        self.nodes: list[Any] = []
        self._outer = outer
        self._initializers: dict[str, Any] = outer._initializers if outer else {}
        self._names: list[str] = outer._names if outer else []

    def branch(self) -> Graph:
        return Graph(self.seed, self.precision, outer=self)

    def op(self, kind: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        """Append a node with one output and return the output's name."""
        return self.ops(kind, *inputs, names=[name] if name else None, **attributes)[0]

    def ops(
        self,
        kind: str,
        *inputs: str,
        outputs: int = 1,
        names: Sequence[str] | None = None,
        **attributes: Any,
    ) -> list[str]:
        """Append a node and return the names of its outputs."""
        results = list(names) if names else [self._fresh(kind) for _ in range(outputs)]
        label = f"{kind}_{len(self._names)}"
        self._names.append(label)
        self.nodes.append(helper.make_node(kind, list(inputs), results, name=label, **attributes))
        return results

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """An initializer, made once per name."""
        if name not in self._initializers:
            self._initializers[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def integers(self, *values: int) -> str:
        name = "shape_" + "_".join(map(str, values))
        return self.constant(name, np.array(values, np.int64))

    def scalar(self, value: float) -> str:
        return self.constant(f"scalar_{value}", np.array(value, np.float32))

    def table(self, name: str, rows: int, columns: int) -> str:
        """A float matrix of weights, whatever the precision (embeddings stay float)."""
        return self.constant(name, float_weights(f"{self.seed}/{name}", rows, columns))

    def linear(self, value: str, name: str, inputs: int, outputs: int) -> str:
        """`value @ weights` for weights (inputs, outputs) in the graph's precision."""
        weights = float_weights(f"{self.seed}/{name}", inputs, outputs)
        match self.precision:
            case Precision.FP32:
                return self.op("MatMul", value, self.constant(f"{name}.weight", weights))
            case Precision.FP16:
                stored = self.constant(f"{name}.weight", weights.astype(np.float16))
                return self._as_float(self.op("MatMul", self._as_half(value), stored))
            case Precision.INT8 | Precision.UINT8 | Precision.QUANTIZED:
                return self._dynamic_integer(value, name, inputs, outputs)
            case Precision.BNB4:
                packed, maxima = pack_normal_float(weights)
                return self._contrib(
                    "MatMulBnb4", value, name, packed, maxima, K=inputs, N=outputs, quant_type=1
                )
            case Precision.Q4 | Precision.Q4F16:
                packed, scales = pack_four_bits(weights)
                shape = {"K": inputs, "N": outputs, "bits": 4}
                if self.precision is Precision.Q4:
                    return self._contrib("MatMulNBits", value, name, packed, scales, **shape)
                half = self._as_half(value)
                half_scales = scales.astype(np.float16)
                return self._as_float(
                    self._contrib("MatMulNBits", half, name, packed, half_scales, **shape)
                )

    def _dynamic_integer(self, value: str, name: str, inputs: int, outputs: int) -> str:
        steps = integer_weights(f"{self.seed}/{name}", inputs, outputs)
        if self.precision is Precision.INT8:
            zero = self.constant("weight_zero_point", np.array(0, np.int8))
        else:
            steps = (steps.astype(np.int16) + 128).astype(np.uint8)
            zero = self.constant("weight_zero_point", np.array(128, np.uint8))
        weights = self.constant(f"{name}.weight_quantized", steps)
        quantized, scale, offset = self.ops("DynamicQuantizeLinear", value, outputs=3)
        product = self.op("MatMulInteger", quantized, weights, offset, zero)
        factor = self.op("Mul", scale, self.scalar(weight_step(inputs)))
        return self.op("Mul", self._as_float(product), factor)

    def _contrib(
        self,
        kind: str,
        value: str,
        name: str,
        packed: NDArray[Any],
        scales: NDArray[Any],
        **shape: int,
    ) -> str:
        weights = self.constant(f"{name}.weight_packed", packed)
        factors = self.constant(f"{name}.weight_scales", scales)
        attributes: dict[str, Any] = {"domain": _CONTRIB, "block_size": BLOCK_SIZE, **shape}
        return self.op(kind, value, weights, factors, **attributes)

    def _as_half(self, value: str) -> str:
        return self.op("Cast", value, to=TensorProto.FLOAT16)

    def _as_float(self, value: str) -> str:
        return self.op("Cast", value, to=FLOAT)

    def _fresh(self, kind: str) -> str:
        name = f"{kind.lower()}_{len(self._names)}"
        self._names.append(name)
        return name

    def body(self, name: str, outputs: Sequence[Any]) -> Any:
        """The GraphProto of a branch: no inputs, initializers from outside."""
        return helper.make_graph(self.nodes, name, [], list(outputs))

    def model(self, inputs: Sequence[Any], outputs: Sequence[Any]) -> bytes:
        """The checked, serialized model."""
        graph = helper.make_graph(
            self.nodes, "main", list(inputs), list(outputs), list(self._initializers.values())
        )
        model = helper.make_model(
            graph,
            producer_name="vis-assis-local-hub",
            ir_version=_IR_VERSION,
            opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)],
        )
        onnx.checker.check_model(model)
        serialized: bytes = model.SerializeToString(deterministic=True)
        return serialized


def tensor(name: str, kind: int, *shape: int | str) -> Any:
    """A typed input or output; a string is a dynamic dimension."""
    return helper.make_tensor_value_info(name, kind, list(shape))
