"""Trained weights → the files that ship: graphs for onnxruntime without what the dependency has.

    python -m evals.training.export FOLDER/reader.pt

The embedding model's graph ships without weights and takes those of the dependency when it is
opened, so that it is the published model and nothing else. The reader's matrices are 8-bit integers
per channel; its word embeddings, which training leaves alone, are the dependency's too.
"""

import argparse
import hashlib
import tempfile
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, numpy_helper
from torch import Tensor, nn

from evals.training.network import ReaderNetwork
from rag.encoders import EMBEDDER_GRAPH, READER_GRAPH, WORDS
from rag.models import SHIPPED_PACKAGE

OPSET = 20


class Embedder(nn.Module):
    """Token ids → vectors of length 1: the mean over a text's tokens, as the model is published."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoModel

        super().__init__()
        self.trunk = AutoModel.from_pretrained(
            folder, attn_implementation="eager", add_pooling_layer=False
        )

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(n texts, n tokens) twice → (n texts, dim)."""
        hidden = self.trunk(input_ids=ids, attention_mask=mask).last_hidden_state
        open_ = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * open_).sum(1) / open_.sum(1).clamp(min=1e-9)
        return nn.functional.normalize(mean, dim=1)


def main() -> None:
    """Write both graphs, and print their hashes for `rag.encoders`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, nargs="?", help="reader.pt or checkpoint.pt")
    options = parser.parse_args()
    spec = find_spec(SHIPPED_PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "model"
    EMBEDDER_GRAPH.parent.mkdir(exist_ok=True)
    graph = exported(Embedder(folder).eval(), ("ids", "mask"), ("vectors",), fold=False)
    hollow(graph, lambda name: name.endswith((".weight", ".bias")))
    onnx.save(graph, EMBEDDER_GRAPH)
    if options.weights is not None:
        held: dict[str, Any] = torch.load(options.weights, map_location="cpu", weights_only=True)
        network = ReaderNetwork(folder).eval()
        network.trunk.set_attn_implementation("eager")
        network.load_state_dict(held.get("model", held))
        names = ("starts", "ends", "relevance", "answerable")
        graph = quantised(exported(network, ("ids", "mask", "types"), names, fold=True))
        hollow(graph, lambda name: name == WORDS)
        onnx.save(graph, READER_GRAPH)
    for path in (EMBEDDER_GRAPH, READER_GRAPH):
        if path.exists():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            print(path, path.stat().st_size, digest)


def exported(
    module: nn.Module, inputs: tuple[str, ...], outputs: tuple[str, ...], *, fold: bool
) -> Any:  # noqa: ANN401 (a protobuf)
    """The module as a graph for any number of texts of any length.

    Without `fold` every weight keeps its name and shape.
    """
    batch, tokens = torch.export.Dim("batch"), torch.export.Dim("tokens", max=512)
    given = tuple(torch.ones(3, 17, dtype=torch.long) for _ in inputs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module,
            given,
            dynamo=True,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=tuple({0: batch, 1: tokens} for _ in inputs),
            opset_version=OPSET,
            optimize=fold,
            verbose=False,
        )
    assert program is not None
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "graph.onnx"
        program.save(str(path))
        return onnx.load(str(path))


def quantised(graph: Any) -> Any:  # noqa: ANN401 (as above)
    """The graph with its matrices as 8-bit integers, scaled for each output channel."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as made:
        ready, small = Path(made) / "ready.onnx", Path(made) / "small.onnx"
        # Shapes that the exporter noted and the quantiser would infer anew, and differently.
        graph.graph.ClearField("value_info")
        onnx.save(graph, str(ready))
        # The heads are small and decide: they stay as they are.
        sizes = {tensor.name: list(tensor.dims) for tensor in graph.graph.initializer}
        heads = [
            node.name
            for node in graph.graph.node
            if any(min([*sizes.get(name, [9])[-1:], 9]) < 8 for name in node.input)
        ]
        quantize_dynamic(
            str(ready),
            str(small),
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm"],
            weight_type=QuantType.QInt8,
            nodes_to_exclude=heads,
        )
        return onnx.load(str(small))


def hollow(graph: Any, wanted: Any) -> None:  # noqa: ANN401 (as above)
    """Take the values of these initialisers out: onnxruntime is given them when it opens it."""
    for tensor in graph.graph.initializer:
        if not wanted(tensor.name):
            continue
        shape = list(tensor.dims)
        kind = tensor.data_type
        name = tensor.name
        assert kind == TensorProto.FLOAT, name
        tensor.Clear()
        tensor.CopyFrom(numpy_helper.from_array(np.zeros(0, np.float32), name))
        tensor.ClearField("raw_data")
        del tensor.dims[:]
        tensor.dims.extend(shape)
        tensor.data_location = TensorProto.EXTERNAL
        entry = tensor.external_data.add()
        entry.key, entry.value = "location", "weights"


if __name__ == "__main__":
    main()
