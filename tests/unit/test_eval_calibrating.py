"""Choosing a threshold on half of the documents and telling what it is worth on the other half."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from evals.calibrating import MIN_ANSWERED, calibrate, calibration_text
from rag.errors import ConfigurationError

N = 400


def row_of(
    number: int, *, right: bool, confidence: float, threshold: float = 0.5
) -> dict[str, Any]:
    """A question on a document of its own, its draft right or wrong, withheld below 0.5."""
    sentence = {"text": "It is blue." if right else "It is red.", "citations": []}
    abstained = confidence < 0.5
    said = {"withheld" if abstained else "sentences": [sentence]}
    evidence = [{"document": f"d{number}.txt", "quote": "", "start": None, "end": None}]
    return {
        "id": f"q{number}",
        "gold": {
            "question": "What colour is it?",
            "answers": ["blue"],
            "answerable": True,
            "evidence": evidence,
            "tags": [],
        },
        "ranking": [],
        "answer": {
            "abstained": abstained,
            "confidence": confidence,
            "sentences": [],
            "withheld": [],
            "citations": [],
            **said,
        },
        "checks": {"citations": [], "withheld": []},
        "cited": [],
        "seconds": {},
        "tokens": {},
        "error": None,
    }


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    header = {
        "kind": "attest run",
        "schema": 1,
        "set": {"name": "made up", "hash": "0" * 64},
        "settings": {"abstain_threshold": 0.5},
        "asked": [row["id"] for row in rows],
    }
    path.write_text("".join(json.dumps(line) + "\n" for line in (header, *rows)), "utf-8")
    return path


def graded(path: Path, n: int = N) -> Path:
    """Drafts above .6 are all right, below one in two is: precision at coverage is known."""
    rows = []
    for number in range(n):
        confidence = round(number / n, 4)
        rows.append(
            row_of(number, right=confidence >= 0.6 or number % 2 == 0, confidence=confidence)
        )
    return write(path, rows)


def test_the_threshold_with_the_greatest_coverage_at_the_target_is_found(tmp_path: Path):
    found = calibrate(graded(tmp_path / "run.jsonl"), 0.9)
    # With .4 of all right above .6 and x more of which half is right: (.4 + x/2) / (.4 + x) = .9.
    assert found.threshold == pytest.approx(0.5, abs=0.1)
    assert found.tuning["precision"].value >= 0.9
    assert found.tuning["coverage"].value == pytest.approx(0.5, abs=0.1)
    assert found.report["precision"].value == pytest.approx(0.9, abs=0.07)
    assert found.report["precision"].low < found.report["precision"].value
    assert found.n_documents == (N // 2, N // 2)


def test_what_was_withheld_counts_as_if_it_had_been_shown(tmp_path: Path):
    found = calibrate(graded(tmp_path / "run.jsonl"), 0.75)
    assert found.threshold is not None
    assert found.threshold < 0.4  # below the threshold in force
    assert found.before["coverage"].value == pytest.approx(0.5, abs=0.1)
    assert found.report["coverage"].value > found.before["coverage"].value


def test_halves_share_no_document_and_the_seed_draws_them(tmp_path: Path):
    run = graded(tmp_path / "run.jsonl")
    first, again, other = (calibrate(run, 0.9, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.tuning != other.tuning
    assert first.tuning["coverage"].n + first.report["coverage"].n == N


def test_a_target_that_is_out_of_reach_is_said_with_the_best_there_is(tmp_path: Path):
    rows = [row_of(n, right=n % 4 == 0, confidence=0.9 - n / 1000) for n in range(200)]
    found = calibrate(write(tmp_path / "run.jsonl", rows), 0.95)
    assert found.threshold is None
    assert found.best < 0.6
    assert "No threshold reaches" in calibration_text(found)
    assert found.to_dict()["threshold"] is None


def test_a_few_right_answers_do_not_make_a_threshold(tmp_path: Path):
    n_right = MIN_ANSWERED // 2  # in either half fewer than count
    rows = [row_of(n, right=n < n_right, confidence=0.99 - n / 1000) for n in range(200)]
    assert calibrate(write(tmp_path / "run.jsonl", rows), 1.0).threshold is None


def test_the_text_names_the_setting_and_the_json_holds_no_nan(tmp_path: Path):
    found = calibrate(graded(tmp_path / "run.jsonl"), 0.9)
    assert f"RAG_ABSTAIN_THRESHOLD={found.threshold:g}" in calibration_text(found)
    text = json.dumps(found.to_dict(), allow_nan=False)
    assert json.loads(text)["report"]["unanswerable_rejected"]["value"] is None
    assert math.isnan(found.report["unanswerable_rejected"].value)


def test_the_threshold_is_never_less_than_the_setting_may_be(tmp_path: Path):
    rows = [row_of(n, right=True, confidence=0.0) for n in range(N)]
    assert calibrate(write(tmp_path / "run.jsonl", rows), 0.9).threshold == 0


def test_a_run_that_only_searched_says_so(tmp_path: Path):
    run = graded(tmp_path / "run.jsonl")
    run.write_text(run.read_text("utf-8").replace('"schema": 1', '"schema": 1, "mode": "search"'))
    with pytest.raises(ConfigurationError, match=r"only searched .* without --search"):
        calibrate(run, 0.9)


def test_a_small_run_and_a_target_that_is_no_share_are_errors(tmp_path: Path):
    run = graded(tmp_path / "run.jsonl", n=2 * MIN_ANSWERED - 2)
    with pytest.raises(ConfigurationError, match="too few"):
        calibrate(run, 0.9)
    with pytest.raises(ConfigurationError, match="no share"):
        calibrate(run, 90)
