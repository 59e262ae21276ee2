"""The measures of the file benchmarks, against values computed by hand."""

import io
import json
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import PurePath
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.bench import damage, mutated
from evals.bench.damage import SUFFIXES, Mutant, mutant
from evals.bench.files import (
    Source,
    matches,
    passwords,
    proportion,
    ratio,
    resampled,
    segments,
    sources,
)
from evals.bench.mutated import by_loader
from evals.bench.pages import compared_pages
from evals.bench.words import Likeness, common_length, likeness, plain_markdown, words_of
from rag.loaders import loader_for
from rag.types import Attachment, Block, Document, Flag, Page

WORDS = st.lists(st.sampled_from("abcde"), max_size=30)


def slow_common_length(ours, theirs):
    """The textbook table, cell by cell."""
    row = [0] * (len(theirs) + 1)
    for word in ours:
        before = row[:]
        for place, other in enumerate(theirs):
            row[place + 1] = (
                before[place] + 1 if word == other else max(row[place], before[place + 1])
            )
    return row[-1]


def test_words_are_runs_of_letters_and_digits_folded():
    assert words_of("The Pier’s 2nd ﬁre_exit, STRASSE/Straße!") == [
        "the", "pier", "s", "2nd", "fire", "exit", "strasse", "strasse",
    ]  # fmt: skip


def test_soft_hyphens_part_no_word_and_signs_of_cjk_stand_alone():
    assert words_of("har\xadbour 東京は2024年") == ["harbour", "東", "京", "は", "2024", "年"]


def test_recall_and_precision_count_words_as_often_as_they_stand():
    # Shared: a twice (of three and of two), b once.
    found = likeness("a a a b x".split(), "a a b c".split())
    assert found == Likeness(3 / 4, 3 / 5, 1.0)


def test_order_is_the_longest_common_subsequence_over_the_words_shared():
    assert likeness("c d a b".split(), "a b c d".split()) == Likeness(1.0, 1.0, 0.5)


def test_nothing_in_common_has_no_order():
    found = likeness(["a"], ["b"])
    assert found[:2] == (0.0, 0.0)
    assert np.isnan(found.order)


def test_without_a_reference_there_is_no_recall():
    assert np.isnan(likeness(["a"], []).recall)


@given(WORDS, WORDS)
def test_the_common_length_is_that_of_the_textbook_table(ours, theirs):
    assert common_length(ours, theirs) == slow_common_length(ours, theirs)


def test_words_that_stand_often_and_seldom_are_both_placed():
    ours = ["the", "pier"] * 12 + ["shut"]
    theirs = ["shut", *(["the"] * 12), *(["pier"] * 12)]
    assert common_length(ours, theirs) == 13  # twelve "the" and the last "pier"


def test_four_hundred_pages_take_seconds():
    random = Random(0)
    ours = [str(int(random.paretovariate(0.7))) for _ in range(20_000)]
    assert common_length(ours, ours) == 20_000


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("# Head\n\n- [x] item\n12. next", "head x item next"),
        ("| **a** | b |\n| --- | :-: |\n| c | d |", "a b c d"),
        ("<!-- image -->one<!-- two\nlines -->", "one"),
        ("see [the *page*](https://example.org/a_(b)) now", "see the page now"),
        ('[![alt](a.png)](b.html "title")', "alt"),
        ("```python\nx = 1\n```", "x 1"),
        ("**har**bour ~~old~~ `co`de", "harbour old code"),
        (r"first\_page 3 \* 4 &lt;b&gt; &amp; a<br>b", "first page 3 4 b a b"),
    ],
)
def test_markdown_loses_its_marks_and_keeps_its_words(marked, plain):
    assert words_of(plain_markdown(marked)) == plain.split()


def test_wilson_gives_the_interval_of_the_textbook():
    # 8 of 10: centre (8 + 1.9208) / 13.8415, half width 1.96 / 13.8415 · sqrt(1.6 + 0.9604).
    share, low, high = proportion(8, 10)
    assert share == 0.8
    assert (low, high) == pytest.approx((0.49016, 0.94332), abs=1e-4)
    assert proportion(0, 10)[1] == 0.0
    assert np.isnan(proportion(0, 0)[0])


def test_a_ratio_is_that_of_the_sums_and_one_file_has_no_interval():
    value, low, high = ratio(np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    assert value == 1.0
    assert low == 0.5
    assert high == 1.5
    assert np.isnan(ratio(np.array([1.0]), np.array([2.0]))[1])
    assert np.isnan(resampled([1.0, 2.0], np.mean, clusters=["a", "a"])[1])


def test_segments_are_found_over_line_ends():
    expected = {"with": ["the pier", "is shut"], "without": ["Subscribe", "shut."]}
    assert segments("The pier\nis\nshut.", expected) == Counter(
        {"found": 1, "found?": 2, "absent": 1, "absent?": 2}
    )


def test_a_page_that_was_not_read_wins_nothing_by_its_silence():
    found = segments("", {"with": ["a"], "without": ["b"]})
    assert (found["found?"], found["absent?"]) == (1, 0)


def test_what_a_page_states_is_right_or_wrong_or_absent():
    expected = {"title": "A Pier", "author": ["B. Low", "Ann High"], "date": "2020-01-02"}
    known = {"title": "a pier", "author": "Ann High; B. Low", "date": "2020-01-03"}
    assert matches(known, expected) == Counter(
        {"title?": 1, "title": 1, "author?": 1, "author": 1, "date?": 1, "date wrong": 1}
    )
    assert matches({}, expected) == Counter({"title?": 1, "author?": 1, "date?": 1})
    assert matches(known, {"title": None}) == Counter()


def test_the_manifest_names_files_passwords_and_references(tmp_path):
    rows = [
        {"path": "a/x.pdf", "format": "pdf", "note": "encrypted, password:öx", "expected": None},
        {"path": "b.pdf", "format": "pdf", "note": "password:four spaces", "expected": "b.md"},
    ]
    manifest = "\n".join(json.dumps(row) for row in rows)
    (tmp_path / "manifest.jsonl").write_text(manifest, encoding="utf-8")
    held = sources(tmp_path)
    assert held[1] == Source(
        tmp_path / "b.pdf", "b.pdf", "pdf", "password:four spaces", tmp_path / "b.md"
    )
    assert passwords(held) == ("öx", "    ")


def test_without_a_manifest_every_file_is_one(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "A.TXT").write_text("a", encoding="utf-8")
    assert [(held.name, held.kind) for held in sources(tmp_path)] == [("inner/A.TXT", "txt")]


def test_a_word_on_the_next_page_is_counted_as_moved():
    ours = {1: ["a", "b"], 2: ["c", "x", "b"]}
    found = compared_pages("f", ours, [["a", "b", "c"], ["d", "b"], ["e"]])
    assert [(page.ours, page.theirs, page.shared, page.anywhere) for page in found] == [
        (2, 3, 2, 2),
        (3, 2, 1, 2),
        (0, 1, 0, 0),
    ]


def test_a_moved_word_does_not_take_the_place_of_one_that_is_right():
    found = compared_pages("f", {1: ["a"], 2: ["a"]}, [[], ["a"]])
    assert [(page.shared, page.anywhere) for page in found] == [(0, 0), (1, 1)]


@pytest.fixture
def folder(tmp_path):
    container = io.BytesIO()
    with zipfile.ZipFile(container, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types>wordprocessingml main+xml</Types>")
        archive.writestr("word/document.xml", "<w>" + "The pier is shut. " * 50 + "</w>")
    (tmp_path / "a.docx").write_bytes(container.getvalue())
    (tmp_path / "b.txt").write_text("The pier is shut.\n" * 50, encoding="utf-8")
    (tmp_path / "c.md").write_text("# Pier\n\nIt is shut.\n" * 20, encoding="utf-8")
    (tmp_path / "d.png").write_bytes(b"\x89PNG\r\n")
    return tmp_path


def test_a_mutated_file_depends_on_the_seed_and_its_number_alone(folder, monkeypatch):
    monkeypatch.setattr(damage, "_BOMB_BYTES", 1 << 24)
    damage._gzip_bomb.cache_clear()
    groups = by_loader(folder)
    first = [mutant(groups, 0, number) for number in range(200)]
    assert first == [mutant(by_loader(folder), 0, number) for number in range(200)]
    assert first != [mutant(groups, 1, number) for number in range(200)]
    damage._gzip_bomb.cache_clear()


def test_kinds_of_files_take_turns_and_unread_kinds_are_left_out(folder):
    groups = by_loader(folder)
    assert [name.split("/")[0] for name in groups] == ["docx", "markdown", "text"]
    taken = [mutant(groups, 0, number)[0].rpartition(" of ")[2] for number in range(6)]
    assert taken == ["a.docx", "c.md", "b.txt"] * 2


@pytest.mark.parametrize(("maker", "_weight"), damage._MAKERS)
@pytest.mark.parametrize("data", [b"", b"x", b"PK\x03\x04", b"From: a\r\n\r\nwords"])
def test_every_kind_of_damage_can_be_done_to_any_bytes(maker, _weight, data, monkeypatch):
    monkeypatch.setattr(damage, "_gzip_bomb", lambda: b"\x1f\x8b")
    file = Mutant("ä.txt", data)
    for seed in range(20):
        assert isinstance(maker(file, Random(seed), [file]).data, bytes)


def test_damage_within_a_container_leaves_its_sums_right(folder):
    file = Mutant("a.docx", (folder / "a.docx").read_bytes())
    made = damage.damaged_within(file, Random(1), [file])
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert archive.testzip() is None
    assert made.data != file.data


def test_a_bomb_is_little_and_unpacks_to_much(folder, monkeypatch):
    monkeypatch.setattr(damage, "_BOMB_BYTES", 1 << 24)
    file = Mutant("a.docx", (folder / "a.docx").read_bytes())
    made = [damage.bomb(file, Random(seed), []) for seed in range(10)]
    assert max(len(bomb.data) for bomb in made) < 1 << 20
    containers = [bomb for bomb in made if bomb.data.startswith(b"PK")]
    for bomb in containers:
        with zipfile.ZipFile(io.BytesIO(bomb.data)) as archive:
            assert max(item.file_size for item in archive.infolist()) > 1 << 24
    assert 0 < len(containers) < len(made)


def test_wrong_suffixes_are_those_of_files_that_are_read():
    assert all(loader_for(PurePath(f"x{suffix}")) for suffix in SUFFIXES)


def test_every_call_is_accounted_for_and_any_is_reproduced_by_its_number(folder):
    groups = by_loader(folder)
    numbers = [1, 2, 4]  # no container: the loader of Word documents is not what is tested
    calls = list(
        mutated._parsed(lambda number: mutant(groups, 0, number), numbers, jobs=2, limit=30.0)
    )
    assert sorted(call.number for call in calls if call.depth == 0) == numbers
    assert {call.outcome for call in calls} <= {"read", "refused"}


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("the parser crashed (signal 11); save the file anew or remove it", "crashed"),
        ("took longer than 20 s to parse; split or simplify it", "time limit"),
        ("needed more than 2048 MB of memory to parse; split or simplify it", "memory limit"),
        ("is empty; remove it", "refused"),
        ("two\nlines", "contract broken"),
    ],
)
def test_a_refusal_is_told_from_a_crash_and_from_a_limit(reason, outcome):
    assert mutated._refused(reason) == outcome


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "The\r\npier"},
        {"blocks": (Block("paragraph", 0, 99),)},
        {"blocks": (Block("paragraph", 3, 6), Block("paragraph", 0, 4))},
        {"pages": (Page(1, 4, 2),)},
        {"flags": (Flag("hidden", 0, 99, ""),)},
        {"attachments": (Attachment("../a.txt", b""),)},
    ],
)
def test_a_document_that_breaks_its_contract_is_no_success(changed):
    sound = Document("The pier", (Block("paragraph", 0, 8),), (), "text/plain")
    assert mutated._kept(sound)[0] == "read"
    assert mutated._kept(replace(sound, **changed))[0] == "contract broken"


def test_an_error_of_the_bench_itself_reaches_the_caller():
    def broken(number):
        raise ValueError(number)

    with pytest.raises(ValueError, match="7"):
        list(mutated._parsed(broken, [7], jobs=1, limit=5.0))
