"""Folders of invented documents, and pipelines over them that share one real embedding model."""

import io
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.cli import main
from rag.embedding import EmbeddingModel
from rag.index import View
from rag.ingestion import Progress
from rag.models import load_embedding_model
from rag.pipeline import Pipeline, build_pipeline
from rag.settings import Settings
from rag.types import DocumentRecord

QUESTIONS = (
    "Who closed the harbour?",
    "How many lanterns were lost?",
    "What did the bridge warden say about the ferry?",
    "When was the granary flooded?",
)


class CountingEmbeddings:
    """The real model, and how many texts of documents it was given."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.n_texts = 0

    def embed(self, texts: Sequence[str]) -> Any:
        self.n_texts += len(texts)
        return self._real.embed(texts)

    def embed_now(self, texts: Sequence[str]) -> Any:
        self.n_texts += len(texts)
        return self._real.embed_now(texts)

    def embed_questions(self, texts: Sequence[str]) -> Any:
        return self._real.embed_questions(texts)

    def load(self) -> None:
        self._real.load()


@pytest.fixture(scope="session")
def model() -> EmbeddingModel:
    real = load_embedding_model(Settings())
    real.embeddings.load()
    return replace(real, embeddings=CountingEmbeddings(real.embeddings))


class Place:
    """A working folder with a corpus, samples and a data folder of its own."""

    def __init__(self, home: Path, model: EmbeddingModel) -> None:
        self.home = home
        self.corpus = home / "corpus"
        self.samples = home / "samples"
        self.data = home / "data"
        self.model = model
        self._open: list[Pipeline] = []
        self.corpus.mkdir(parents=True)
        self.samples.mkdir()

    def settings(self, **changes: Any) -> Settings:
        values = {
            "data_dir": self.data,
            "corpus_dir": self.corpus,
            "samples_dir": self.samples,
            **changes,
        }
        return Settings(**values)

    def open(self, **changes: Any) -> Pipeline:
        """A pipeline on this place's data folder, as another process would open one."""
        pipeline = build_pipeline(self.settings(**changes), model=self.model)
        self._open.append(pipeline)
        return pipeline

    def write(self, name: str, text: str | bytes, *, folder: Path | None = None) -> Path:
        path = (folder or self.corpus) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def environment(self, **changes: str) -> dict[str, str]:
        """What a subprocess needs to work on this place."""
        kept = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "TMPDIR", "PYTHONPATH")
            if name in os.environ
        }
        return {
            **kept,
            "LANG": "C.UTF-8",
            "RAG_DATA_DIR": str(self.data),
            "RAG_CORPUS_DIR": str(self.corpus),
            "RAG_SAMPLES_DIR": str(self.samples),
            **changes,
        }

    def start(self, *arguments: str, **changes: str) -> "subprocess.Popen[str]":
        """Start `rag` as a process apart."""
        return subprocess.Popen(
            [sys.executable, "-c", "from rag.cli import main; main()", *arguments],
            cwd=self.home,
            env=self.environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def rag(self, *arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
        """Run `rag` as a process apart, to its end."""
        process = self.start(*arguments, **changes)
        try:
            stdout, stderr = process.communicate(timeout=180)
        finally:
            process.kill()
        return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)

    def close(self) -> None:
        for pipeline in self._open:
            pipeline.close()


@pytest.fixture
def place(tmp_path: Path, model: EmbeddingModel) -> Iterator[Place]:
    made = Place(tmp_path / "place", model)
    yield made
    made.close()


@pytest.fixture(scope="module")
def module_place(
    tmp_path_factory: pytest.TempPathFactory, model: EmbeddingModel
) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("module") / "place", model)
    yield made
    made.close()


class Watch:
    """Counts what a run read: handed to `Pipeline.index` as `show`."""

    def __init__(self) -> None:
        self.calls: list[Progress] = []

    def __call__(self, state: Progress) -> None:
        self.calls.append(state)

    @property
    def n_read(self) -> int:
        """How many files were parsed, or tried."""
        return max((state.files for state in self.calls), default=0)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="session")
def write_corpus() -> Callable[..., list[Path]]:
    """Write `n` documents of invented sentences; the same seed writes the same."""

    people = ("the bridge warden", "Captain Orla Venn", "the miller", "Judge Tamsin Roe", "a diver")
    verbs = ("closed", "measured", "sold", "praised", "rebuilt", "flooded", "guarded", "painted")
    things = ("harbour", "granary", "ferry", "lighthouse", "salt road", "lantern store", "weir")
    towns = ("Velm", "Ostrava Bay", "Pellin", "Karsk", "Dunmere", "Hollin Cross", "Tarn")

    def write(folder: Path, n: int, *, seed: int = 1, sentences: int = 12) -> list[Path]:
        rng = random.Random(seed)
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for number in range(n):
            lines = []
            for _ in range(sentences):
                who, verb, what = rng.choice(people), rng.choice(verbs), rng.choice(things)
                town, day = rng.choice(towns), rng.randint(1, 28)
                lines.append(
                    f"On {day} May {rng.randint(1990, 2020)} {who} {verb} the {what} of {town}, "
                    f"and {rng.randint(2, 900)} lanterns were lost on pier {number}."
                )
                if rng.random() < 0.3:
                    lines.append(f'"The {what} of {town} was never safe," said {who}.')
                if rng.random() < 0.3:
                    lines.append("\n\n")
            day = rng.randint(1, 28)
            head = (
                f"---\ntitle: Notes {number} from {rng.choice(towns)}\n"
                f"publisher: The {rng.choice(towns)} Gazette\npublished: 2021-03-{day:02d}\n---\n\n"
            )
            path = folder / f"part{number % 3}" / f"note-{number:03d}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(head + " ".join(lines).replace(" \n\n ", "\n\n") + "\n")
            paths.append(path)
        return paths

    return write


@pytest.fixture(scope="session")
def sources() -> Callable[[Pipeline, str], list[str]]:
    """The paths of the passages found for a query, best first."""

    def found(pipeline: Pipeline, query: str) -> list[str]:
        return [passage.source for passage in pipeline.search(query).passages]

    return found


@pytest.fixture(scope="session")
def record_of() -> Callable[[Pipeline, str], DocumentRecord]:
    """The document of a path, by its record."""

    def found(pipeline: Pipeline, source: str) -> DocumentRecord:
        return pipeline.store.documents.record(source)

    return found


def _engine_ids(pipeline: Pipeline) -> tuple[set[str], set[str]]:
    import tantivy

    record = pipeline.store.chunks.current_index()
    assert record is not None
    view = View(pipeline.store, record)
    try:
        assert view._vectors is not None
        every = view._words._hits(tantivy.Query.all_query(), max(1, view._words.count()))
        return view._vectors.ids(), set(every)
    finally:
        view.close()


@pytest.fixture(scope="session")
def state_of() -> Callable[[Pipeline], dict[str, Any]]:
    """All that must be the same after a disturbed run and an undisturbed one."""

    def state(pipeline: Pipeline) -> dict[str, Any]:
        database, record = pipeline.store.database, pipeline.store.chunks.current_index()
        assert record is not None
        vectors, words = _engine_ids(pipeline)

        def column(sql: str) -> list[Any]:
            return sorted(tuple(row) for row in database.rows(sql))

        return {
            "documents": column("SELECT id, source, state, version, file_sha256 FROM documents"),
            "versions": column("SELECT id, blocks, pages FROM versions"),
            "facts": column(
                "SELECT document, field, value, origin FROM facts WHERE superseded_at IS NULL"
            ),
            "chunks": column(
                f'SELECT id, version, start, "end", prefix, vector_key FROM chunks '
                f"WHERE index_id = {record.id}"
            ),
            "stray chunks": column(f"SELECT id FROM chunks WHERE index_id != {record.id}"),
            "vectors": column("SELECT model, key FROM vectors"),
            "orphaned vectors": column(
                "SELECT key FROM vectors WHERE key NOT IN (SELECT vector_key FROM chunks)"
            ),
            "outbox": column("SELECT chunk, action FROM outbox"),
            "originals": column("SELECT sha256, size FROM originals"),
            "files of originals": sorted(
                path.name
                for path in (pipeline.settings.data_dir / "originals").rglob("*")
                if path.is_file()
            ),
            "index folders": len(list(pipeline.settings.data_dir.glob("index-*"))),
            "in Chroma": vectors,
            "in tantivy": words,
        }

    return state


@pytest.fixture(scope="session")
def check_state() -> Callable[[dict[str, Any]], None]:
    """What must hold of every store that no run is working on."""

    def check(state: dict[str, Any]) -> None:
        ids = {row[0] for row in state["chunks"]}
        assert state["in Chroma"] == ids
        assert state["in tantivy"] == ids
        assert state["outbox"] == []
        assert state["orphaned vectors"] == []
        assert state["stray chunks"] == []
        assert state["index folders"] == 1

    return check


@pytest.fixture(scope="session")
def rankings() -> Callable[[Pipeline], list[list[tuple[str, float]]]]:
    """The ten best passages of each of some questions."""

    def ranked(pipeline: Pipeline) -> list[list[tuple[str, float]]]:
        return [
            [(passage.chunk, passage.score) for passage in pipeline.search(question, k=10).passages]
            for question in QUESTIONS
        ]

    return ranked


@pytest.fixture(scope="session")
def same_ranking() -> Callable[..., None]:
    """Hold two rankings against each other: scores within 2e-3, ids up to ties of that size."""

    def check(found: list[list[tuple[str, float]]], wanted: list[list[tuple[str, float]]]) -> None:
        tolerance = 2e-3
        for one, other in zip(found, wanted, strict=True):
            assert [score for _, score in one] == pytest.approx(
                [score for _, score in other], abs=tolerance
            )
            last = other[-1][1]
            surely = {chunk for chunk, score in other if score > last + 2 * tolerance}
            assert surely <= {chunk for chunk, _ in one}

    return check


@pytest.fixture(scope="session")
def holds() -> Callable[[Path, dict[str, Any]], None]:
    """Check an answer's JSON against the file of the store, without the product's code."""
    import sqlite3

    def check(data: Path, answer: dict[str, Any]) -> None:
        connection = sqlite3.connect(data / "store.sqlite3", timeout=30)
        try:
            for citation in answer["citations"]:
                (text,) = connection.execute(
                    "SELECT text FROM versions WHERE id = ?", (citation["version"],)
                ).fetchone()
                assert text[citation["start"] : citation["end"]] == citation["quote"]
        finally:
            connection.close()
        numbers = {citation["number"] for citation in answer["citations"]}
        for sentence in answer["sentences"]:
            assert sentence["citations"], sentence
            assert set(sentence["citations"]) <= numbers
        assert answer["dropped"] == []

    return check


@pytest.fixture
def stopping() -> Iterator[list["subprocess.Popen[str]"]]:
    """Processes that are killed if the test ends before they do."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def rag(monkeypatch, capsys):
    """Run the command in this process on a place: (exit status, standard output, error)."""

    def run(place, *arguments, stdin=None):
        monkeypatch.chdir(place.home)
        for name, value in place.environment().items():
            if name.startswith("RAG_"):
                monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["rag", *arguments])
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code or 0
        out, err = capsys.readouterr()
        return status, out, err

    return run
