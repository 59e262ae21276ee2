"""`rag eval` as a person uses it: what it prints, writes and exits with."""

import json
import os
import re
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.integration

DOCUMENTS = {
    "harbour.txt": "Captain Orla Venn closed the harbour of Velm on Tuesday evening. "
    "Seven ferries were left outside the breakwater.\n",
    "granary.txt": "The granary of Pellin was flooded in March 1998. "
    "The miller sold nine sacks of rye to the harbour kitchen.\n",
    "bridge.txt": "Judge Tamsin Roe opened the bridge of Karsk in 2011. "
    "The bridge cost twelve million crowns.\n",
}
ASKED = (
    ("Who closed the harbour of Velm?", "Orla Venn", "harbour.txt"),
    ("How many ferries were left outside the breakwater?", "seven", "harbour.txt"),
    ("When was the granary of Pellin flooded?", "March 1998", "granary.txt"),
    ("What did the miller sell to the harbour kitchen?", "nine sacks of rye", "granary.txt"),
    ("Who opened the bridge of Karsk?", "Tamsin Roe", "bridge.txt"),
    ("How much did the bridge of Karsk cost?", "twelve million crowns", "bridge.txt"),
)


def write_set(folder: Path, copies: int = 1) -> Path:
    for name, text in DOCUMENTS.items():
        path = folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    rows = []
    for copy in range(copies):
        for number, (question, answer, document) in enumerate(ASKED):
            quote = next(part for part in DOCUMENTS[document].split(". ") if said(answer, part))
            rows.append(
                {
                    "id": f"q{number}-{copy}",
                    "question": question,
                    "answers": [answer],
                    "answerable": True,
                    "evidence": [{"document": document, "quote": quote.strip()}],
                    "tags": ["made-up"],
                }
            )
        rows.append(
            {
                "id": f"queen-{copy}",
                "question": "Which poison killed the queen of Atlantis?",
                "answerable": False,
            }
        )
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def said(answer: str, part: str) -> bool:
    return answer.casefold() in part.casefold()


@pytest.fixture(scope="module")
def made(module_place):
    """A set, and two runs of it: as it is, and with everything withheld."""
    folder = write_set(module_place.home / "tiny")
    runs = []
    for name, flags in (("a", []), ("b", ["--abstain-threshold", "1", "--set", "RAG_K=3"])):
        out = module_place.home / f"{name}.jsonl"
        done = module_place.rag("eval", "run", str(folder), "-o", str(out), *flags)
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"{out}\n"
        assert "7 questions asked, 0 failed" in done.stderr
        runs.append(out)
    return module_place, folder, runs


def header(path: Path) -> Any:
    return json.loads(path.read_text().splitlines()[0])


def facts(path: Path) -> list[Any]:
    rows = []
    for line in path.read_text().splitlines()[1:]:
        row = json.loads(line)
        del row["seconds"]
        for name in ("id", "asked_at", "seconds"):
            del row["answer"][name]
        rows.append(row)
    return rows


def test_settings_are_given_as_flags_and_stand_in_the_run(made):
    _, _, (a, b) = made
    assert header(a)["settings"]["abstain_threshold"] == 0.4
    settings = header(b)["settings"]
    assert (settings["abstain_threshold"], settings["k"]) == (1, 3)


def test_a_run_is_scored_in_words_and_as_json(made, rag):
    place, _, (a, _) = made
    status, out, err = rag(place, "eval", "score", str(a))
    assert (status, err) == (0, "")
    assert "citation.validity.micro" in out
    assert "R@20 counts no more" in out
    status, out, _ = rag(place, "eval", "score", str(a), "--json", "--questions")
    scores = json.loads(out)
    assert scores["measures"]["citation.validity.micro"]["value"] == 1
    assert scores["measures"]["answer.contains"]["value"] == 1
    assert len(scores["questions"]) == 7


def test_a_floor_that_is_not_reached_is_exit_one_and_said(made, rag):
    place, _, (a, _) = made
    floor = ["--fail-below", "citation.validity.micro=1", "--fail-below", "answer.contains=0.9"]
    assert rag(place, "eval", "score", str(a), *floor)[0] == 0
    status, out, err = rag(place, "eval", "score", str(a), "--fail-below", "answer.exact_match=2")
    assert status == 1
    assert re.search(r"answer\.exact_match is [\d.]+, below 2", err)
    assert "citation.validity.micro" in out
    status, _, err = rag(place, "eval", "score", str(a), "--fail-below", "answer.contain=.5")
    assert status == 1
    assert "did you mean answer.contains" in err
    assert err.count("\n") == 1


def test_two_runs_are_compared_and_a_loss_is_exit_one(made, rag):
    place, _, (a, b) = made
    status, out, _ = rag(place, "eval", "compare", str(a), str(a))
    assert status == 0
    assert "7 questions in both" in out
    shown = rag(place, "eval", "compare", str(a), str(b), "--json")[1]
    assert json.loads(shown)["differences"]["answer.contains"]["difference"] == -1
    lost = ["--fail-if-worse", "answer.contains:0.5"]
    assert rag(place, "eval", "compare", str(b), str(a), *lost)[0] == 0
    status, out, err = rag(place, "eval", "compare", str(a), str(b), *lost)
    assert status == 1
    assert "worse by 1, more than 0.5" in err
    assert "Who opened the bridge of Karsk?" in out


def test_a_report_is_one_page(made, rag):
    place, _, (a, b) = made
    page = place.home / "report.html"
    status, out, _ = rag(place, "eval", "report", str(a), str(b), "-o", str(page))
    assert (status, out) == (0, f"{page}\n")
    assert "tiny" in page.read_text(encoding="utf-8")


def test_calibrating_too_small_a_run_is_one_clear_line(made, rag):
    place, _, (a, _) = made
    status, _, err = rag(place, "eval", "calibrate", str(a), "--target-precision", "0.9")
    assert status == 1
    assert "too few" in err
    assert err.count("\n") == 1


def test_a_run_without_a_file_is_listed_and_found_by_its_name(made, rag):
    place, folder, _ = made
    status, out, _ = rag(place, "eval", "run", str(folder), "--search", "--limit", "3", "--json")
    assert status == 0
    path = Path(json.loads(out)["run"])
    assert header(path)["mode"] == "search"
    assert header(path)["settings"]["k"] == 100
    rows = json.loads(rag(place, "eval", "list", "--json")[1])
    assert [(row["name"], row["questions"], row["of"]) for row in rows] == [(path.stem, 3, 3)]
    assert path.stem in rag(place, "eval", "list")[1]
    status, out, _ = rag(place, "eval", "score", path.stem)
    assert status == 0
    assert "answer.contains" not in out.partition("Nothing to judge")[0]


def test_a_set_is_imported_and_a_run_of_another_system_over_it(made, rag):
    place, _, _ = made
    source = place.home / "reading.jsonl"
    row = {"id": "1", "question": "Who sank?", "context": "The Petrel sank.", "answerable": True}
    source.write_text(json.dumps({**row, "answers": [{"text": "The Petrel", "start": 0}]}) + "\n")
    folder = place.home / "imported"
    status, out, _ = rag(place, "eval", "import", "reading", str(source), str(folder))
    assert (status, out) == (0, f"{folder}: 1 questions, 1 documents\n")
    (document,) = (folder / "documents").iterdir()
    theirs = place.home / "their.run"
    theirs.write_text(f"1 Q0 {document.stem} 1 3.5 theirs\n")
    out_file = place.home / "theirs.jsonl"
    arguments = ["trec-run", str(theirs), str(folder), "-o", str(out_file)]
    assert rag(place, "eval", "import", *arguments)[:2] == (0, f"{out_file}\n")
    measured = json.loads(rag(place, "eval", "score", str(out_file), "--json")[1])["measures"]
    assert measured["retrieval.document.RR"]["value"] == 1
    status, _, err = rag(place, "eval", "import", "word", str(source), str(place.home / "x"))
    assert status == 1
    assert "there is no format" in err


def test_a_question_that_fails_is_named_and_is_exit_one(made, rag):
    place, folder, _ = made
    failing = place.home / "failing"
    shutil.copytree(folder / "documents", failing / "documents")
    long = {"id": "long", "question": "Why? " * 3_000, "answerable": False}
    (failing / "questions.jsonl").write_text(json.dumps(long) + "\n")
    out = place.home / "failing run.jsonl"
    status, _, err = rag(place, "eval", "run", str(failing), "-o", str(out))
    assert status == 1
    assert f"`rag eval score '{out}'`" in err
    assert 'rag: question "long": the question has 15000 characters' in err


def test_a_run_that_is_not_there_says_where_to_look(made, rag):
    place, _, _ = made
    status, _, err = rag(place, "eval", "score", "tiny-1999")
    assert status == 1
    assert "there is no run file tiny-1999" in err
    assert "`rag eval list`" in err
    assert err.count("\n") == 1


def test_flags_that_would_do_nothing_are_wrong_usage(made, rag):
    place, folder, (a, _) = made
    status, _, err = rag(place, "eval", "score", str(a), "--questions")
    assert status == 2
    assert "--questions goes with --json" in err
    arguments = ["trec-run", str(a), str(folder), "--title", "x", "--judges", "y"]
    status, _, err = rag(place, "eval", "import", *arguments)
    assert status == 2
    assert "--title, --judges: a trec-run makes no set" in err


@pytest.mark.parametrize(
    ("flags", "status", "words"),
    [
        (["--set", "=3"], 2, "NAME=VALUE"),
        (["--set", "dense_wait=1"], 2, "did you mean dense_weight"),
        (["--set", "dense_weight"], 2, "NAME=VALUE"),
        (["--dense-weight", "7"], 1, "RAG_DENSE_WEIGHT"),
        (["--limit", "0"], 2, "limit"),
    ],
)
def test_a_wrong_flag_is_said_and_asks_nothing(made, rag, flags, status, words):
    place, folder, _ = made
    out = place.home / "never.jsonl"
    found, _, err = rag(place, "eval", "run", str(folder), "-o", str(out), *flags)
    assert found == status
    assert words in err
    assert not out.exists()


def test_a_run_that_is_killed_goes_on_and_ends_as_an_undisturbed_one(place):
    folder = write_set(place.home / "tiny", copies=12)
    killed, whole = place.home / "killed.jsonl", place.home / "whole.jsonl"
    # Indexed first, so that what is killed is the asking.
    assert place.rag("eval", "run", str(folder), "-o", str(whole)).returncode == 0
    process = place.start("eval", "run", str(folder), "-o", str(killed))
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        if killed.exists() and killed.read_bytes().count(b"\n") >= 4:
            os.kill(process.pid, signal.SIGKILL)
            break
        time.sleep(0.02)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    n_kept = killed.read_bytes().count(b"\n") - 1
    assert 3 <= n_kept < len(facts(whole))
    before = killed.read_bytes()
    again = place.rag("eval", "run", str(folder), "-o", str(killed))
    assert again.returncode == 0, again.stderr
    assert killed.read_bytes().startswith(before[: before.rindex(b"\n") + 1])
    assert facts(killed) == facts(whole)
