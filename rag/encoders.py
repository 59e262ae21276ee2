"""The shipped models run by onnxruntime: 0.3 s to import and open, where torch takes seconds.

The graphs lie in `rag/weights/`. Weights that the pinned dependency has are taken from it; the
reader's own were trained by `evals.training` (see `rag/weights/README.md`).
"""

import hashlib
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from tokenizers import Encoding

GRAPHS = Path(__file__).parent / "weights"
EMBEDDER_GRAPH = GRAPHS / "embedder.onnx"
READER_GRAPH = GRAPHS / "reader.onnx"
EMBEDDER_SHA256 = "baefbad820402bdfc22be64491ce43454413d8ebf3fb89beaa379357d053e2f9"
READER_SHA256 = "82e730b1a552a4fb63d812340580bb3e77267623d626356ca888eb9a59e375fe"
# The one initialiser of the reader that stays the dependency's.
WORDS = "trunk.embeddings.word_embeddings.weight"
PER_TOKEN = frozenset({"starts", "ends"})
_PREFIX = "trunk."
_UNUSED = ("pooler.", "embeddings.position_ids")
# Tokens of one batch, padding counted: more is not faster, and takes memory.
BATCH_TOKENS = 8_192

Array = NDArray[np.float32]


class Encoder:
    """A graph, opened at its first use; safe to share between threads.

    `weights` is the dependency's safetensors file; with `own_weights` only the word embeddings
    are taken from it.
    """

    def __init__(
        self, graph: Path, weights: Path, *, sha256: str, own_weights: bool = False
    ) -> None:
        self._graph = graph
        self._own_weights = own_weights
        self._weights = weights
        self._sha256 = sha256
        self._lock = threading.Lock()
        self._session: Any = None

    def load(self) -> None:
        """Open the graph now instead of at its first use."""
        with self._lock:
            if self._session is None:
                self._session = self._opened()

    def run(self, encodings: Sequence["Encoding"], *, types: bool) -> list[list[Array]]:
        """Each text's outputs, its padding cut off, in the order given.

        `types` says whether the graph takes token types: those of pairs.
        """
        self.load()
        order = sorted(range(len(encodings)), key=lambda place: len(encodings[place].ids))
        outputs: list[list[Array]] = [[] for _ in encodings]
        names = [output.name for output in self._session.get_outputs()]
        for batch in _batches(order, [len(encoding.ids) for encoding in encodings]):
            length = max(len(encodings[place].ids) for place in batch)
            feed = {
                name: np.zeros((len(batch), length), dtype=np.int64)
                for name in ("ids", "mask", *(["types"] if types else []))
            }
            for row, place in enumerate(batch):
                held = encodings[place]
                size = len(held.ids)
                feed["ids"][row, :size] = held.ids
                feed["mask"][row, :size] = 1
                if types:
                    feed["types"][row, :size] = held.type_ids
            found = self._session.run(None, feed)
            for row, place in enumerate(batch):
                size = len(encodings[place].ids)
                outputs[place] = [
                    one[row, :size] if name in PER_TOKEN else one[row]
                    for name, one in zip(names, found, strict=True)
                ]
        return outputs

    def _opened(self) -> Any:  # noqa: ANN401 (onnxruntime ships no types)
        # Before the import: its library looks at this once, and would report each session.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime
        from safetensors.numpy import load_file

        onnxruntime.disable_telemetry_events()

        data = self._graph.read_bytes()
        if hashlib.sha256(data).hexdigest() != self._sha256:
            raise ConfigurationError(
                f"{self._graph} is not the file that was shipped; install attest again"
            )
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # Threads that spin while they wait are ten times slower where cores are shared.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        held: Mapping[str, Array] = load_file(str(self._weights))
        names = (
            [WORDS]
            if self._own_weights
            else [f"{_PREFIX}{name}" for name in held if not name.startswith(_UNUSED)]
        )
        values = [
            onnxruntime.OrtValue.ortvalue_from_numpy(held[name.removeprefix(_PREFIX)])
            for name in names
        ]
        options.add_external_initializers(names, values)
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def _batches(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places in order of their lengths, in groups of at most `BATCH_TOKENS` once padded."""
    batch: list[int] = []
    for place in order:
        if batch and (len(batch) + 1) * lengths[place] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
