"""A tiny set run for real: its facts, going on after a stop, and running it again."""

import json
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import evals.running
from evals.fact_writing import RunWriter
from evals.running import RunOptions, ShowStep, run_set, stored_runs
from evals.scoring import score
from rag.embedding import EmbeddingModel
from rag.errors import ConfigurationError
from rag.pipeline import build_pipeline
from rag.settings import Settings

pytestmark = pytest.mark.integration

DOCUMENTS = {
    "harbour.txt": "Captain Orla Venn closed the harbour of Velm on Tuesday evening. "
    "Seven ferries were left outside the breakwater.\n",
    "deep/granary.txt": "The granary of Pellin was flooded in March 1998. "
    "The miller sold nine sacks of rye to the harbour kitchen.\n",
    "bridge.txt": "Judge Tamsin Roe opened the bridge of Karsk in 2011. "
    "The bridge cost twelve million crowns.\n",
    "rumour.txt": "The bridge cost ninety million crowns, a carter said.\n",
}


def row(name: str, question: str, document: str = "", quote: str = "", **more: Any) -> Any:
    evidence = [{"document": document, "quote": quote}] if document else []
    return {
        "id": name,
        "question": question,
        "answers": [],
        "answerable": bool(evidence),
        "evidence": evidence,
        "tags": ["tiny"],
        **more,
    }


LAST = DOCUMENTS["harbour.txt"].rindex("the")  # of two: the place stated is the one that counts
COST = "The bridge cost twelve million crowns."
ROWS = [
    row(
        "closed",
        "Who closed the harbour of Velm?",
        *("harbour.txt", "Captain Orla Venn closed the harbour of Velm on Tuesday evening."),
        answers=["Orla Venn"],
    ),
    row(
        "flooded",
        "When was the granary of Pellin flooded?",
        *("deep/granary.txt", "flooded in March 1998"),
        answers=["March 1998"],
        must_contain=[["1998"]],
    ),
    row("opened", "Who opened the bridge of Karsk?", "bridge.txt", answers=["Tamsin Roe"]),
    row(
        "ferries",
        "How many ferries were left outside?",
        "harbour.txt",
        evidence=[{"document": "harbour.txt", "quote": "the", "start": LAST, "end": LAST + 3}],
    ),
    row("queen", "Which poison killed the queen of Atlantis?"),
    row(
        "cost",
        "How much did the bridge cost?",
        *("bridge.txt", COST),
        without=["rumour.txt"],
        answers=["twelve million"],
    ),
]

Run = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    for name, text in DOCUMENTS.items():
        path = folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "questions.jsonl").write_text("".join(json.dumps(one) + "\n" for one in ROWS))
    return folder


@pytest.fixture
def run(made: Path, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the set with the model of all tests instead of loading it each time."""
    monkeypatch.setattr(evals.running, "build_pipeline", partial(build_pipeline, model=model))

    def started(
        name: str | None,
        *,
        settings: dict[str, Any] | None = None,
        show: ShowStep = lambda stage, done, total: None,
        **options: Any,
    ) -> Path:
        values = {"data_dir": made.parent / "data", **(settings or {})}
        return run_set(
            made,
            Settings(**values),
            out=made.parent / name if name else None,
            options=RunOptions(**options),
            show=show,
        )

    return started


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def facts(path: Path) -> dict[str, Any]:
    """The rows by id, without times and the random ids of answers."""
    rows = {}
    for values in lines(path)[1:]:
        del values["seconds"]
        for name in ("id", "asked_at", "seconds"):
            del values["answer"][name]
        rows[values.pop("id")] = values
    return rows


def test_a_run_holds_the_facts_and_can_be_scored(run: Run, made: Path):
    steps: list[tuple[str, int, int]] = []
    path = run("run.jsonl", show=lambda *step: steps.append(step))
    header = lines(path)[0]
    assert header["asked"] == [one["id"] for one in ROWS]
    assert header["set"]["rows"] == len(ROWS)
    assert header["models"]["embedding"].startswith("all-MiniLM")
    assert header["failed"] == []
    assert steps[-1] == ("asking", 6, 6)

    rows = facts(path)
    first = rows["closed"]["ranking"][0]
    assert (first["rank"], first["document"]) == (1, "harbour.txt")
    assert "passages" not in rows["closed"]["answer"]
    assert rows["closed"]["checks"]["citations"]
    evidence = rows["flooded"]["gold"]["evidence"][0]
    text = DOCUMENTS["deep/granary.txt"]
    assert text[evidence["start"] : evidence["end"]] == "flooded in March 1998"
    assert rows["ferries"]["gold"]["evidence"][0]["start"] == LAST
    whole = rows["opened"]["gold"]["evidence"][0]
    assert (whole["start"], whole["end"]) == (None, None)
    assert rows["queen"]["answer"]["abstained"]

    scores = score(path)
    assert (scores.not_run, scores.failed) == (0, 0)
    assert scores.measures["citation.validity.micro"].value == 1
    assert scores.measures["retrieval.document.R@5"].value == 1
    assert scores.measures["answer.contains"].value == 1
    assert scores.measures["abstention.recall"].value == 1


def test_documents_hidden_for_a_row_are_not_found_by_it_and_by_others_are(run: Run):
    rows = facts(run("run.jsonl"))
    of_cost = {passage["document"] for passage in rows["cost"]["ranking"]}
    assert of_cost == set(DOCUMENTS) - {"rumour.txt"}
    assert rows["cost"]["answer"]["settings"]["filters"] == {"without": ["rumour.txt"]}
    assert "rumour.txt" in {passage["document"] for passage in rows["opened"]["ranking"]}


def test_a_stopped_run_goes_on_and_ends_as_an_undisturbed_one(run: Run):
    whole = run("whole.jsonl")
    cut = whole.with_name("cut.jsonl")
    data = whole.read_bytes()
    cut.write_bytes(data[: len(data) // 2])
    n_kept = data[: len(data) // 2].count(b"\n")
    assert 2 <= n_kept <= len(ROWS)
    run("cut.jsonl")
    assert facts(cut) == facts(whole)
    assert cut.read_bytes().splitlines()[:n_kept] == data.splitlines()[:n_kept]
    before = cut.read_bytes()
    run("cut.jsonl")
    assert cut.read_bytes() == before


def test_a_second_run_equals_the_first_and_reads_nothing_again(run: Run, made: Path):
    first = run("first.jsonl")
    n_files = []
    second = run("second.jsonl", show=lambda stage, _, n: n_files.append((stage, n)))
    assert facts(second) == facts(first)
    assert max((n for stage, n in n_files if stage == "indexing"), default=0) == 0
    assert len(list((made.parent / "data" / "evals").iterdir())) == 1


def test_other_settings_make_the_kept_index_anew(run: Run):
    run("first.jsonl")
    path = run("second.jsonl", settings={"chunk_tokens": 16, "chunk_overlap_tokens": 0, "k": 2})
    rows = facts(path)
    assert {len(one["ranking"]) for one in rows.values()} == {2}
    assert max(passage["end"] - passage["start"] for passage in rows["closed"]["ranking"]) < 100
    with pytest.raises(ConfigurationError, match="settings"):
        run("first.jsonl", settings={"k": 3})


def test_a_sample_asks_some_of_the_questions_and_an_error_has_its_row(run: Run, made: Path):
    long = row("long", "Why? " * 3_000)
    (made / "questions.jsonl").write_text(json.dumps(ROWS[0]) + "\n" + json.dumps(long) + "\n")
    both = lines(run("both.jsonl"))
    assert both[2]["answer"] is None
    assert "characters" in both[2]["error"]
    assert score(made.parent / "both.jsonl").failed == 1
    one = lines(run("one.jsonl", limit=1, seed=3))
    assert len(one) == 2
    assert (one[0]["limit"], one[0]["seed"]) == (1, 3)


def test_questions_asked_at_once_have_the_same_facts_in_the_same_order(run: Run):
    alone, together = run("alone.jsonl"), run("together.jsonl", workers=3)
    assert facts(together) == facts(alone)
    ids = [[values["id"] for values in lines(path)[1:]] for path in (alone, together)]
    assert ids[0] == ids[1] == [one["id"] for one in ROWS]


def test_a_run_that_only_searches_answers_nothing(run: Run):
    asked, searched = run("asked.jsonl"), run("searched.jsonl", mode="search")
    rows = lines(searched)[1:]
    assert {values["answer"] for values in rows} == {None}
    rankings = {values["id"]: values["ranking"] for values in rows}
    assert rankings == {name: values["ranking"] for name, values in facts(asked).items()}
    scores = score(searched)
    assert scores.failed == 0
    assert scores.measures["retrieval.quote.R@10"].value == 1


def test_no_answer_of_a_run_is_kept_in_the_store(run: Run, made: Path):
    run("run.jsonl")
    (store,) = (made.parent / "data" / "evals").glob("tiny-*")
    with build_pipeline(Settings(data_dir=store)) as pipeline:
        assert pipeline.store.answers.recent() == []


def test_without_a_file_a_run_gets_one_and_only_a_stopped_one_is_gone_on_with(run: Run):
    first = run(None)
    data = first.read_bytes()
    whole = facts(first)
    second = run(None)
    assert second != first  # the first is whole: asking again is another run
    first.write_bytes(b"".join(data.splitlines(keepends=True)[:3]))
    assert run(None, settings={"k": 3}) != first  # other settings
    assert run(None) == first
    assert facts(first) == whole
    rows = stored_runs(Settings(data_dir=first.parents[2]))
    assert {(row["questions"], row["of"]) for row in rows} == {(len(ROWS), len(ROWS))}
    assert {row["name"] for row in rows} >= {first.stem, second.stem}


def test_a_broken_set_writes_nothing(run: Run, made: Path):
    wrong = row("wrong", "Who?", "bridge.txt", "words that are not there")
    with (made / "questions.jsonl").open("a") as file:
        file.write(json.dumps(wrong) + "\n")
    with pytest.raises(ConfigurationError, match="line 7"):
        run("runs/run.jsonl")
    assert not (made.parent / "runs").exists()
    assert not (made.parent / "data").exists()


def test_a_file_that_cannot_take_the_run_is_refused_before_anything_is_indexed(
    run: Run, made: Path
):
    first = run("first.jsonl", limit=2)
    (store,) = (made.parent / "data" / "evals").glob("tiny-*")
    shutil.rmtree(store)
    (made.parent / "set.json").write_text('{"data": []}')
    for name, words in (
        ("first.jsonl", "other values of limit, asked"),
        ("set.json", "no header of a run"),
        ("first.jsonl/run.jsonl", "cannot be made"),
        (os.devnull, "no plain file"),
    ):
        with pytest.raises(ConfigurationError, match=words):
            run(name)
    assert not store.exists()
    assert len(lines(first)) == 3


def test_a_run_that_is_being_written_is_not_joined_by_another(run: Run):
    path = run(None)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    with (
        RunWriter(path, lines(path)[0]),
        pytest.raises(ConfigurationError, match="another process is writing it"),
    ):
        run(None)
    assert run(None) == path


def test_a_document_that_cannot_be_read_stops_only_rows_with_evidence_in_it(run: Run, made: Path):
    (made / "documents" / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    header = lines(run("run.jsonl"))[0]
    assert [failed["document"] for failed in header["failed"]] == ["broken.pdf"]
    # Judged as a whole document, it is not read before the run.
    with (made / "questions.jsonl").open("a") as file:
        file.write(json.dumps(row("pdf", "What is it?", "broken.pdf")) + "\n")
    with pytest.raises(ConfigurationError, match=r'"pdf".*broken\.pdf'):
        run("other.jsonl")
    assert not (made.parent / "other.jsonl").exists()


def test_a_row_that_hides_every_document_is_refused(run: Run, made: Path):
    hidden = row("hidden", "Who closed the harbour?", without=list(DOCUMENTS))
    (made / "questions.jsonl").write_text(json.dumps(hidden) + "\n")
    with pytest.raises(ConfigurationError, match="hides every document"):
        run("run.jsonl")
