"""Rules for every set of the project: those in seeds/ and in evals/data/."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from evals.rows import EvalRow
from evals.sets import EvalSet, load_set

ROOT = Path(__file__).resolve().parents[2]
# The other folders there hold no documents: rows for one part alone.
SETS = [
    ROOT / "seeds",
    *(path.parent for path in sorted((ROOT / "evals" / "data").glob("*/questions.jsonl"))),
]
FIELDS = {"id", "question", "answerable", "answers", "evidence", "tags"}

# Words that carry no topic. Question words are among them.
STOP_WORD_LIST = """
a about above after again against all also although among an and any anybody anyone are as at
be because been before being below between both but by can could did do does doing done
down during each either else ever every everybody everyone few for from further give given
gave had has have having he her here hers him his how i if in into is it its just least less
like many may me might more most much must my neither never no nobody none nor not nothing
now of off on once one only or other our out over own said same say saying says shall she
should since so some somebody someone something such take taken than that the their them
then there these they this those through till to too two under until up upon us very was we
were what when where whether which while who whom whose why will with within without would
yes yet you your
"""
STOP_WORDS = set(STOP_WORD_LIST.split())


def stem(word):
    for ending, replacement in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + replacement
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def content_words(text):
    text = re.sub(r"['\u2019]s\b", "", text.casefold())
    words = re.findall(r"\d+(?:[.,]\d+)*|[^\W\d_]+", text)
    return {
        stem(word) for word in words if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())
    }


def evidence_of(row: EvalRow) -> str:
    return " ".join(item.quote for item in row.evidence)


def shared_words(row: EvalRow) -> set[str]:
    return content_words(row.question) & content_words(evidence_of(row))


@cache
def loaded(folder: Path) -> EvalSet:
    """The set, every quote of it held against the document as it is read."""
    return load_set(folder)


@pytest.fixture(params=SETS, ids=lambda path: path.name)
def held(request) -> EvalSet:
    return loaded(request.param)


def test_there_are_three_sets_with_at_least_forty_questions_each():
    assert len(SETS) >= 3
    assert all(len(loaded(folder).rows) >= 40 for folder in SETS)


def test_every_set_says_what_it_is_who_judged_it_and_under_which_licence(held: EvalSet):
    assert held.about["licence"] == "MIT"
    assert all(held.about[name] for name in ("title", "source", "judges"))
    assert "cannot show" in (held.folder / "README.md").read_text("utf-8").casefold()


def test_every_question_states_all_fields(held: EvalSet):
    for line in (held.folder / "questions.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        assert set(row) >= FIELDS, row
        assert re.fullmatch(r"[a-z0-9-]+", row["id"]), row
        assert re.search(r"\w", row["question"]), row


def test_wordings_are_unique(held: EvalSet):
    wordings = [row.question.casefold() for row in held.rows]
    assert len(set(wordings)) == len(wordings)


def test_answers_and_evidence_are_given_for_answerable_questions_only(held: EvalSet):
    for row in held.rows:
        assert bool(row.answers) is row.answerable, row.id
        assert bool(row.evidence) is row.answerable, row.id


def test_some_accepted_answer_stands_in_the_evidence(held: EvalSet):
    for row in held.rows:
        evidence = evidence_of(row).casefold()
        assert not row.answers or any(text.casefold() in evidence for text in row.answers), row.id


def test_required_strings_stand_in_the_evidence_and_forbidden_ones_do_not(held: EvalSet):
    for row in held.rows:
        evidence = evidence_of(row).casefold()
        for item in row.must_contain:
            assert any(text.casefold() in evidence for text in item), row.id
        for text in row.must_not:
            assert text.casefold() not in evidence, row.id


def test_disagreements_rest_on_at_least_two_quotes(held: EvalSet):
    rows = [row for row in held.rows if "disagreement" in row.tags]
    assert rows
    assert all(len(row.evidence) >= 2 for row in rows if row.answerable)


def test_a_quarter_has_no_answer_in_the_documents_and_a_third_of_these_are_near_misses(
    held: EvalSet,
):
    unanswerable = [row for row in held.rows if not row.answerable]
    assert 4 * len(unanswerable) >= len(held.rows)
    assert 3 * sum("near-miss" in row.tags for row in unanswerable) >= len(unanswerable)


def test_every_unanswerable_question_is_either_a_near_miss_or_off_topic(held: EvalSet):
    for row in held.rows:
        kinds = {"near-miss", "off-topic"} & set(row.tags)
        assert len(kinds) == (0 if row.answerable else 1), row.id


def test_half_of_the_answerable_questions_share_at_most_one_word_with_their_evidence(
    held: EvalSet,
):
    answerable = [row for row in held.rows if row.answerable]
    assert 2 * sum(len(shared_words(row)) <= 1 for row in answerable) >= len(answerable)


def test_questions_tagged_paraphrase_share_at_most_one_word_with_their_evidence(held: EvalSet):
    for row in held.rows:
        if "paraphrase" in row.tags:
            assert len(shared_words(row)) <= 1, (row.id, shared_words(row))


def test_text_documents_are_said_to_be_fictional_and_point_at_example_domains_only(held: EvalSet):
    for path in sorted(held.documents.rglob("*")):
        if path.suffix not in {".md", ".html", ".txt"}:
            continue
        text = path.read_text("utf-8")
        restated = path.name == "militia-warnings-to-washington.txt"
        assert restated or re.search(r"\bficti(onal|f|cio)", text.casefold()), path.name
        for host in re.findall(r"(?:https?://|\w@)([^/\s\"'>)]+)", text):
            assert re.fullmatch(r"(?:[\w-]+\.)*example\.(?:org|com|net)", host), (path.name, host)
