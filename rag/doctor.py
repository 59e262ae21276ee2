"""What is in force and what is wrong: settings, store, indexes, model, hosts that are reached."""

import platform
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rag.chat import load_chat_model, probe
from rag.errors import RagError
from rag.pipeline import Pipeline
from rag.settings import PREFIX, Settings, masked

PARTS = (
    "attest",
    "chromadb",
    "tantivy",
    "sentence-transformers",
    "torch",
    "langchain-core",
    "streamlit",
    "trafilatura",
    "pypdfium2",
    "python-calamine",
    "nupunkt",
)


@dataclass(frozen=True, slots=True)
class Findings:
    """Rows by section, in words; and the problems, each with its remedy."""

    sections: dict[str, dict[str, str]]
    problems: list[str]

    def to_dict(self) -> dict[str, Any]:
        """The findings as JSON-ready values."""
        return {"sections": self.sections, "problems": self.problems}

    def to_text(self) -> str:
        """The findings as lines, the problems last."""
        lines: list[str] = []
        for section, rows in self.sections.items():
            lines.append(section)
            lines += [f"  {name:<26} {value}" for name, value in rows.items()]
        lines += [f"problem: {problem}" for problem in self.problems] or ["no problem found"]
        return "\n".join(lines)


def examine(pipeline: Pipeline) -> Findings:
    """Look at everything without changing anything; a problem found is no exception."""
    problems: list[str] = []
    settings = pipeline.settings
    return Findings(
        sections={
            "settings": _settings(settings),
            "store": _store(pipeline, problems),
            "index": _index(pipeline, problems),
            "model": _model(pipeline, problems),
            "hosts reached": _hosts(settings),
            "versions": {"python": platform.python_version(), **_versions(problems)},
        },
        problems=problems,
    )


def hosts(settings: Settings) -> list[str]:
    """Every host that these settings let the service reach, loopback left out."""
    return list(reached(settings))


def reached(settings: Settings) -> dict[str, str]:
    """The hosts of `hosts` with what goes there, in words."""
    found = {}
    try:
        chat = load_chat_model(settings)
        if chat is not None and chat.remote:
            how = "" if chat.address.encrypted else ", unencrypted"
            found[chat.host] = f"questions and passages go to {chat.host}{how} ({chat.name})"
    except RagError:
        pass  # nothing is sent to a model that cannot be had; `_chat` says what is wrong
    if settings.tracing:
        import os

        url = urlsplit(os.environ.get("LANGSMITH_ENDPOINT", "https://api.smith.langchain.com"))
        # Without a user or a password, and without a key that may stand behind the host.
        tracing = f"{url.scheme}://{url.netloc.rpartition('@')[2]}"
        found[tracing] = f"questions and passages go to {tracing} (RAG_TRACING is on)"
    return found


def _settings(settings: Settings) -> dict[str, str]:
    return {f"{PREFIX}{name}".upper(): str(value) for name, value in masked(settings).items()}


def _store(pipeline: Pipeline, problems: list[str]) -> dict[str, str]:
    store = pipeline.store
    if damage := store.database.check():
        problems.append(f"{store.database.path} is damaged ({damage}); restore it from a copy")
    records = store.documents.records(states=("current", "failed", "removed", "forgotten"))
    by_state = {state: sum(record.state == state for record in records) for state in _STATES}
    problems += [
        f"{record.source} could not be read: {record.error}"
        for record in records
        if record.state == "failed"
    ]
    roots = [root.path + (" (samples)" if root.sample else "") for root in store.roots.all()]
    return {
        "data folder": str(store.data_dir.absolute()),
        "size on disk": _size(store.data_dir),
        "documents": ", ".join(f"{n} {state}" for state, n in by_state.items()),
        "folders": "; ".join(roots) or "none yet",
        "answers kept": str(store.answers.count()),
        "briefs kept": str(store.briefs.count()),
    }


def _size(folder: Path) -> str:
    """What lies in a folder, in MB; files that go while it is counted are left out."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return f"{total / 1e6:,.1f} MB"


_STATES = ("current", "failed", "removed", "forgotten")


def _index(pipeline: Pipeline, problems: list[str]) -> dict[str, str]:
    record = pipeline.store.chunks.current_index()
    if record is None:
        return {"state": "nothing is indexed yet; run `rag index FOLDER`"}
    rows = {
        "made by": ", ".join(f"{name} {value}" for name, value in record.fingerprint.items()),
        "passages": str(pipeline.store.chunks.count(record)),
        "still to be indexed": str(pipeline.store.chunks.n_orders(record)),
    }
    try:
        fault = pipeline.index_fault()
    except RagError as error:
        fault = str(error)
    if fault is not None:
        problems.append(f"{fault}; `rag index` puts it right")
    rows["state"] = fault or "fits the store"
    return rows


def _model(pipeline: Pipeline, problems: list[str]) -> dict[str, str]:
    try:
        return {
            "embedding": pipeline.model_identity(),
            "reader": pipeline.reader_identity(),
            **_chat(pipeline.settings, problems),
        }
    except RagError as error:
        problems.append(str(error))
        return {"embedding": str(error)}


def _chat(settings: Settings, problems: list[str]) -> dict[str, str]:
    """The chat model, tried with one request; what is wrong with it is no other part's matter."""
    name = settings.chat_model or ""
    try:
        model = load_chat_model(settings)
        if model is None:
            return {"chat": "none: the sources' own sentences"}
        name = f"{model.name} at {model.host}"
        window = f"window of {model.window_tokens} tokens"
        return {"chat": f"{name}, {window}, {probe(model)}"}
    except RagError as error:
        problems.append(str(error))
        return {"chat": f"{name}, which does not answer"}


def _hosts(settings: Settings) -> dict[str, str]:
    return reached(settings) or {"none": "nothing leaves this machine"}


def _versions(problems: list[str]) -> dict[str, str]:
    rows = {}
    for name in PARTS:
        try:
            rows[name] = version(name)
        except PackageNotFoundError:
            rows[name] = "not installed"
            problems.append(f"{name} is not installed; run `pip install attest` again")
    return rows
