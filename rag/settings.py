"""The settings: one flat frozen value, read once by an entry point and handed down.

A flag goes before the environment, the environment before `.env`, `.env` before the default.
Names that start with `RAG_` and are not known are refused, so that a typo is not a silent no.
"""

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rag.errors import ConfigurationError

PREFIX = "RAG_"
SHIPPED_READER, NO_READER = "attest-reader", "none"
_SECRET = ("_key", "_token", "_secret", "_password")


class Settings(BaseSettings):
    """Every setting with its unit; the description is what `rag doctor` and the README show."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True
    )

    data_dir: Path = Field(Path(".rag"), description="where the store and the indexes lie")
    corpus_dir: Path = Field(Path("corpus"), description="the documents `rag index` takes")
    samples_dir: Path = Field(
        Path("seeds/documents"), description="taken while there is no other document"
    )
    keep_originals: bool = Field(True, description="keep the bytes of every file that is read")
    max_file_mb: float = Field(200, gt=0, description="larger files are failed, not read")
    parse_timeout_seconds: float = Field(60, gt=0, description="time for one file's parser")
    parse_memory_mb: int = Field(2048, ge=256, description="memory for the parser's process")
    parse_workers: int = Field(
        min(4, os.cpu_count() or 1), ge=1, le=64, description="files parsed at once"
    )
    ocr_languages: str | None = Field(
        None,
        pattern=r"^[A-Za-z_]+(\+[A-Za-z_]+)*$",
        description="read pages that are pictures, in these of tesseract's languages (eng+deu); "
        "needs the extra `ocr`, tesseract and ghostscript",
    )
    ocr_timeout_seconds: float = Field(600, gt=0, description="time for one file's OCR")
    embedding_model: str = Field(
        "all-MiniLM-L6-v2",
        description="the model shipped with the package, or the path of a "
        "sentence-transformers model",
    )
    embedding_dtype: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="auto: bfloat16 where the processor computes with it"
    )
    embedding_languages: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="the languages the model knows, as codes between commas; empty: English for "
        "the shipped one, and no claim for another",
    )
    embedding_batch: int = Field(32, ge=1, description="texts embedded at once")
    chunk_tokens: int = Field(200, ge=16, description="size of a chunk in the model's tokens")
    chunk_overlap_tokens: int = Field(40, ge=0, description="the most two neighbours share")
    k: int = Field(10, ge=1, le=1000, description="passages retrieved for a question")
    dense_weight: float = Field(
        0.5, ge=0, le=1, description="weight of the cosine in the fused score; the rest is BM25's"
    )
    reranker_model: str = Field(
        SHIPPED_READER,
        description="what reads the passages: attest-reader (relevance, short answers, whether "
        "there is one), the folder of a sentence-transformers CrossEncoder (relevance alone), none",
    )
    rerank_depth: int = Field(10, ge=1, le=100, description="passages read for a question")
    max_sentences: int = Field(5, ge=1, description="sentences of an answer, context left out")
    # Origin: at 0.4 about nine in ten of the tuning questions with an answer are answered
    # (evals/README.md); no question on the samples took part.
    abstain_threshold: float = Field(
        0.4, ge=0, le=1, description="answers less likely than this are withheld"
    )
    chat_model: str | None = Field(
        None,
        description="provider:model that writes the answers (openai:…, anthropic:…, ollama:…, or "
        "another that LangChain knows); none: the sources' own sentences",
    )
    chat_timeout_seconds: float = Field(
        180,
        gt=0,
        description="time for one reply with its retries; it has to begin within half of it, and "
        "may pause for a quarter",
    )
    chat_max_retries: int = Field(
        3, ge=0, le=10, description="times that a failed request is tried again"
    )
    chat_max_tokens: int = Field(
        2048, ge=16, description="the longest reply, a model's reasoning included"
    )
    chat_window_tokens: int | None = Field(
        None,
        ge=1024,
        description="tokens of prompt and reply together; none: from the model's own profile, or "
        "8192 where it is not known",
    )
    chat_temperature: float | None = Field(
        0, ge=0, le=2, description="none: not sent, for models that take no temperature"
    )
    unsupported: Literal["drop", "mark"] = Field(
        "drop",
        description="sentences of a chat model that the passages do not support: left out, or "
        "shown with a mark; contradicted ones are never shown",
    )
    support_model: str | None = Field(
        None,
        description="the folder of a sentence-transformers CrossEncoder trained for language "
        "inference, which then judges support; none: the reader and the words",
    )
    app_port: int = Field(8501, ge=1, le=65535, description="port of the page, on 127.0.0.1")
    tracing: bool = Field(
        False, description="let LangChain's tracing send passages to the host LANGSMITH_* names"
    )

    @field_validator(
        "chat_model", "chat_window_tokens", "chat_temperature", "support_model", mode="before"
    )
    @classmethod
    def _none(cls, value: object) -> object:
        """The word none, since an empty variable stands for the default."""
        return None if isinstance(value, str) and value.strip().casefold() == "none" else value

    @field_validator("embedding_languages", mode="before")
    @classmethod
    def _codes(cls, value: object) -> object:
        """Codes between commas as a tuple of them."""
        if isinstance(value, str):
            value = tuple(code for code in re.split(r"[\s,]+", value.casefold()) if code)
        codes = value if isinstance(value, tuple | list) else ()
        wrong = [code for code in codes if not re.fullmatch("[a-z]{2,3}", str(code))]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no ISO 639 code like en or de")
        return value


def load_settings(env_file: Path | None = Path(".env"), **overrides: Any) -> Settings:  # noqa: ANN401 (the type of each is checked by the model)
    """Read `.env`, then the environment; `overrides` (flags) go before both, None means unset.

    Names in `.env` that are not ours (OPENAI_API_KEY, …) go into this process's environment,
    where the providers look for them; the environment's own values win.

    Raises:
        ConfigurationError: an unknown `RAG_` name, or a value of the wrong kind or range.
    """
    stated = dotenv_values(env_file) if env_file is not None and env_file.is_file() else {}
    for name, value in stated.items():
        if value is not None:
            os.environ.setdefault(name, value)
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            close = get_close_matches(name.upper(), known, n=1)
            hint = f"did you mean {close[0]}?" if close else "`rag doctor` lists the settings"
            raise ConfigurationError(f"{name} is no setting; {hint}")
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "settings"
        name = f"{PREFIX}{field}".upper()
        raise ConfigurationError(
            f"{name}={first.get('input')!r}: {first['msg'].lower()}; correct it or leave it out"
        ) from error
    keep_private(settings)
    return settings


def masked(settings: Settings) -> dict[str, Any]:
    """The settings as JSON-ready values, with secrets written as stars."""
    return {
        name: "********" if value and name.endswith(_SECRET) else value
        for name, value in settings.model_dump(mode="json").items()
    }


def keep_private(settings: Settings) -> None:
    """Let this process send nothing that the settings do not name, whatever the environment says.

    LangSmith's variables alone would make LangChain post passages to its host.
    """
    if not settings.tracing:
        for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2"):
            os.environ[name] = "false"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    # onnxruntime (1.31) on Linux tells a host of Microsoft's of each session, unless this is set
    # before it is imported.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    # Threads of torch that spin while they wait make it 10 times slower where cores are shared.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
