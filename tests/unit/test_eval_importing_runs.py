"""A ranking by another system, as TREC writes it, becomes a run file that can be scored."""

import resource
from pathlib import Path

import pytest

from evals.facts import read_run
from evals.importing import import_set
from evals.importing_runs import import_trec_run
from evals.scoring import score
from rag.errors import ConfigurationError
from rag.settings import Settings


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A collection of BEIR in which one id can be no file name."""
    source = tmp_path / "beir"
    source.mkdir()
    (source / "corpus.jsonl").write_text(
        '{"_id": "d1", "title": "Ferries", "text": "Seven ferries."}\n'
        '{"_id": "a/b:2", "title": "Rye", "text": "Nine sacks of rye."}\n'
        '{"_id": "d3", "title": "", "text": "A bridge."}\n'
    )
    (source / "queries.jsonl").write_text(
        '{"_id": "1", "text": "ferries"}\n{"_id": "2", "text": "rye"}\n'
        '{"_id": "3", "text": "bridges"}\n'
    )
    (source / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\n1\td1\t2\n2\ta/b:2\t1\n3\td3\t1\n"
    )
    import_set("beir", source, tmp_path / "set")
    return tmp_path / "set"


def imported(made: Path, run: str) -> Path:
    source = made.parent / "their.run"
    source.write_text(run)
    settings = Settings(data_dir=made.parent / "data")
    return import_trec_run(source, made, settings, out=made.parent / "their.jsonl")


def test_documents_are_ranked_by_score_and_found_by_name_or_stated_id(made: Path):
    path = imported(
        made,
        "1 Q0 d3 1 0.5 other\n1 Q0 d1 2 0.7 other\n\n2 Q0 a/b:2 1 9 other\n2 Q0 d1 2 9 other\n",
    )
    run = read_run(path)
    rows = {row.id: [span.document for span in row.ranking] for row in run.rows}
    # Equal scores: the later name first, as trec_eval has it.
    assert rows == {"1": ["d1.md", "d3.txt"], "2": ["d1.md", "a-b-2.md"], "3": []}
    assert run.mode == "search"
    scores = score(path)
    assert scores.measures["retrieval.document.RR"].value == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert scores.measures["retrieval.document.R@1"].value == pytest.approx(1 / 3)
    assert scores.measures["retrieval.quote.R@1"].n == 0


def test_equal_scores_are_ordered_as_by_trec_eval(made: Path):
    path = imported(made, "1 Q0 d1 1 1 x\n1 Q0 d3 2 1 x\n")
    assert [span.document[:2] for span in read_run(path).rows[0].ranking] == ["d3", "d1"]


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("1 Q0 d1 1 0.5\n", "line 1: not a query"),
        ("1 Q0 d1 1 high x\n", "line 1: not a query"),
        ("1 Q0 d1 1 nan x\n", "orders nothing; correct the line"),
        ("1 Q0 d1 1 2 x\n1 Q0 d1 2 1 x\n", "line 2: d1 is ranked twice"),
        ("1 Q0 d9 1 2 x\n", '"d9", and there is none'),
        ("8 Q0 d1 1 2 x\n", "none of the questions"),
        ("\n", "ranks nothing"),
    ],
)
def test_what_is_no_run_of_the_set_is_one_clear_error(made: Path, run: str, words: str):
    with pytest.raises(ConfigurationError, match=words):
        imported(made, run)
    assert not (made.parent / "their.jsonl").exists()


def test_a_place_that_cannot_be_written_is_one_clear_error(made: Path):
    source = made.parent / "their.run"
    source.write_text("1 Q0 d1 1 2 x\n")
    for out, words in ((source / "run.jsonl", "cannot be made"), (made, "is a folder")):
        with pytest.raises(ConfigurationError, match=f"{words}.*name a"):
            import_trec_run(source, made, Settings(data_dir=made.parent / "data"), out=out)


def test_a_run_that_does_not_fit_is_not_left_in_part(made: Path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1200, limits[1]))  # as a full disk
    try:
        with pytest.raises(ConfigurationError, match="cannot be written"):
            imported(made, "1 Q0 d1 1 2 x\n")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not (made.parent / "their.jsonl").exists()


def test_nothing_is_overwritten(made: Path):
    path = imported(made, "1 Q0 d1 1 2 x\n")
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="there already"):
        imported(made, "1 Q0 d3 1 2 x\n")
    assert path.read_bytes() == before
