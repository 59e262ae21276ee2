import json
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.sets import EvalRow, GoldEvidence, load_set, sample
from rag.errors import ConfigurationError

NEWS = "The bridge opened in May. It cost 12 million.\n\nThe mayor was absent.\n"
ROW = {
    "id": "a",
    "question": "When did the bridge open?",
    "answers": ["May"],
    "answerable": True,
    "evidence": [{"document": "news.txt", "quote": "The bridge opened in May."}],
    "tags": ["dates"],
}


def write(folder, *rows, readme=None):
    """A set of these rows, each an object or a raw line, and two documents."""
    (folder / "documents" / "deep").mkdir(parents=True, exist_ok=True)
    (folder / "documents" / "news.txt").write_text(NEWS)
    (folder / "documents" / "deep" / "other.md").write_text(
        "---\ntitle: T\n---\n# Other\n\nRain.\n"
    )
    if readme is not None:
        (folder / "README.md").write_text(readme)
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (folder / "questions.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def error_of(folder, **options):
    with pytest.raises(ConfigurationError) as caught:
        load_set(folder, **options)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_set_is_loaded_with_all_that_a_row_may_say(tmp_path):
    full = {
        **ROW,
        "evidence": [
            {"document": "news.txt", "quote": "It cost 12 million.", "start": 26, "end": 45},
            {"document": "deep/other.md", "quote": "", "grade": 2},
        ],
        "as_of": "2024-02-29",
        "must_contain": [["May", "5"], "opened"],
        "should_contain": ["2024"],
        "must_not": ["June"],
        "without": ["deep/other.md"],
    }
    readme = "---\ntitle: Bridges\nlicense: CC0\nteam: us\n---\n# Bridges\n"
    made = load_set(write(tmp_path / "set", full, "", readme=readme))

    assert (made.name, made.documents) == ("set", tmp_path / "set" / "documents")
    assert made.about == {"title": "Bridges", "licence": "CC0", "team": "us"}
    assert made.rows == (
        EvalRow(
            id="a",
            question="When did the bridge open?",
            answers=("May",),
            answerable=True,
            evidence=(
                GoldEvidence("news.txt", "It cost 12 million.", 26, 45),
                GoldEvidence("deep/other.md", "", grade=2),
            ),
            as_of="2024-02-29",
            must_contain=(("May", "5"), ("opened",)),
            should_contain=(("2024",),),
            must_not=("June",),
            without=("deep/other.md",),
            tags=("dates",),
        ),
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tags": None, "tgas": ["x"]}, 'field "tgas" is unknown; remove or rename it; did you'),
        ({"question": " "}, 'field "question" is empty'),
        ({"question": None}, 'field "question" is missing'),
        ({"id": True}, 'field "id" is true or false; write a text'),
        ({"answers": "May"}, 'field "answers" is a text; write a list'),
        ({"answers": ["May", ""]}, 'field "answers" holds an empty text'),
        ({"answerable": "yes"}, 'field "answerable" is "yes"; write true or false'),
        ({"answerable": False}, 'field "answers" is given though "answerable" is false'),
        ({"answerable": False, "answers": []}, 'field "evidence" is given though'),
        ({"as_of": "2023-02-29"}, 'field "as_of" is "2023-02-29"; write a date'),
        ({"must_contain": [[]]}, 'field "must_contain" holds an empty list'),
        ({"without": ["new.txt"]}, 'field "without" names "new.txt"'),
        ({"evidence": ["news.txt"]}, 'field "evidence", item 1, is no object'),
        ({"evidence": [{"document": "news.txt"}]}, 'item 1, field "quote" is missing'),
        ({"evidence": [{"document": "news.txt", "quote": " "}]}, 'field "quote" is an empty'),
        ({"evidence": [{"document": "nws.txt", "quote": "x"}]}, 'did you mean "news.txt"?'),
        ({"evidence": [{"document": "../x", "quote": "x"}]}, "is not among the documents"),
        (
            {"evidence": [{"document": "news.txt", "quote": "May", "start": 21}]},
            'one of "start" and "end"; give both or neither',
        ),
        (
            {"evidence": [{"document": "news.txt", "quote": "May", "start": 21, "end": 25}]},
            "span 4 characters, the quote has 3",
        ),
        (
            {"evidence": [{"document": "news.txt", "quote": "May", "start": -1, "end": 2}]},
            'field "start" is -1; write a number from 0',
        ),
        ({"evidence": [{"document": "news.txt", "quote": "", "grade": 0}]}, "a number from 1"),
        ({"evidence": [{"document": "news.txt", "quote": "x", "qoute": 1}]}, 'mean "quote"?'),
    ],
)
def test_a_wrong_row_is_an_error_with_file_line_field_and_remedy(tmp_path, change, words):
    row = {name: value for name, value in {**ROW, "id": "b", **change}.items() if value is not None}
    message = error_of(write(tmp_path, ROW, "", row))
    assert message.startswith(f"{tmp_path / 'questions.jsonl'}, line 3: ")
    assert words in message


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": "x", "question": "y" "answers": []}', "no valid JSON (column 29: Expecting ','"),
        ('{"id": "x', "no valid JSON (column 8: Unterminated string starting)"),
        ("[1]", "not an object"),
        ("[" * 100_000, "nested too deep"),
        ('{"id": ' + "9" * 5000 + "}", "thousands of digits"),
        ('{"id": "x", "question": "\\ud800"}', "half a character"),
        ('{"id": "x", "id": "y"}', 'field "id" is given twice'),
    ],
)
def test_a_line_that_is_no_json_object_is_named_by_its_number(tmp_path, line, words):
    rows = [{**ROW, "id": str(number)} for number in range(4811)]
    message = error_of(write(tmp_path, *rows, line, *rows), check_quotes=False)
    assert "questions.jsonl, line 4812: " in message
    assert words in message


def test_bytes_that_are_no_utf_8_are_named_by_their_line(tmp_path):
    write(tmp_path, ROW)
    with (tmp_path / "questions.jsonl").open("ab") as file:
        file.write(b'{"id": "caf\xe9"}\n')
    assert "line 2: not UTF-8" in error_of(tmp_path)


def test_an_id_given_twice_names_both_lines_and_other_faults_are_counted(tmp_path):
    message = error_of(write(tmp_path, ROW, {**ROW, "id": "b"}, ROW, {**ROW, "id": 7}, {"id": "c"}))
    assert 'line 3: field "id" is "a", as on line 1; give each row its own' in message
    assert message.endswith("(1 more line has faults)")


def test_a_quote_that_its_document_does_not_hold_is_an_error(tmp_path):
    for document in ("news.txt", "deep/other.md"):
        row = {**ROW, "evidence": [{"document": document, "quote": "The bridge fell."}]}
        message = error_of(write(tmp_path, row))
        assert f'the quote "The bridge fell." is not in "{document}"; copy the words' in message
    assert len(load_set(tmp_path, check_quotes=False).rows) == 1


def test_a_quote_with_other_line_ends_is_told_what_to_write(tmp_path):
    row = {**ROW, "evidence": [{"document": "news.txt", "quote": "million. The mayor"}]}
    assert r'line ends are these: "million.\n\nThe mayor"' in error_of(write(tmp_path, row))


def test_a_quote_has_to_stand_at_its_place(tmp_path):
    quote = {"document": "news.txt", "quote": "May", "start": 20, "end": 23}
    message = error_of(write(tmp_path, {**ROW, "evidence": [quote]}))
    assert 'is not in "news.txt" at 20 but at 21' in message


def test_a_quote_is_held_against_the_text_in_its_canonical_form(tmp_path):
    write(tmp_path, {**ROW, "evidence": [{"document": "news.txt", "quote": "in\ufeff May"}]})
    assert load_set(tmp_path).rows[0].evidence[0].quote == "in May"


def test_front_matter_is_no_text_to_quote(tmp_path):
    row = {**ROW, "evidence": [{"document": "deep/other.md", "quote": "title: T"}]}
    assert "is not in" in error_of(write(tmp_path, row))


def test_evidence_may_stand_in_a_file_attached_to_a_mail(tmp_path):
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Bridge", "ann@example.org"
    mail.set_content("See the report.\n")
    mail.add_attachment("The piers were sound.\n", filename="report.txt")
    inside = {"document": "mail.eml/report.txt", "quote": "piers were sound"}
    write(tmp_path, {**ROW, "evidence": [inside]})
    (tmp_path / "documents" / "mail.eml").write_bytes(mail.as_bytes())

    assert load_set(tmp_path).rows[0].evidence[0].document == "mail.eml/report.txt"
    write(tmp_path, {**ROW, "evidence": [{**inside, "document": "mail.eml/repot.txt"}]})
    assert 'holds no such file; correct the name; did you mean "mail.eml/report.txt"?' in error_of(
        tmp_path
    )


def test_a_quoted_document_that_cannot_be_read_is_an_error_and_others_are_not_read(tmp_path):
    write(tmp_path, ROW)
    (tmp_path / "documents" / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    assert len(load_set(tmp_path).rows) == 1
    write(tmp_path, {**ROW, "evidence": [{"document": "broken.pdf", "quote": "x"}]})
    assert 'quotes "broken.pdf", which cannot be read: ' in error_of(tmp_path)


def test_each_document_is_read_once(tmp_path):
    seen = []
    rows = [{**ROW, "id": str(number)} for number in range(50)]
    load_set(write(tmp_path, *rows), show=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 1)]


@pytest.mark.parametrize(
    ("row", "answerable"),
    [
        ({"answers": ["x"]}, True),
        ({"must_contain": ["x"]}, True),
        ({"evidence": ROW["evidence"]}, True),
        ({"answers": [], "answerable": True}, True),
        ({"answerable": False, "must_not": ["x"]}, False),
        ({"answers": ["x"], "evidence": None, "as_of": None, "tags": None}, True),
    ],
)
def test_a_row_is_answerable_as_stated_or_by_what_it_gives(tmp_path, row, answerable):
    made = load_set(write(tmp_path, {"id": "a", "question": "Who?", **row}))
    assert made.rows[0].answerable is answerable


def test_a_row_that_gives_nothing_has_to_say_whether_it_is_answerable(tmp_path):
    message = error_of(write(tmp_path, {"id": "a", "question": "Who?"}))
    assert 'field "answerable" is missing, with no answer to tell it by' in message


def test_parts_that_are_missing_or_empty_are_errors(tmp_path):
    assert "is not a folder" in error_of(tmp_path / "none")
    assert "documents is not there" in error_of(tmp_path)
    (tmp_path / "documents").mkdir()
    assert "questions.jsonl is not there" in error_of(tmp_path)
    (tmp_path / "questions.jsonl").write_text("\n")
    assert "holds no document" in error_of(tmp_path)
    (tmp_path / "documents" / "a.txt").write_text("Words.")
    assert "questions.jsonl has no questions; write one row a line" in error_of(tmp_path)
    (tmp_path / "questions.csv").write_text("question,answer\n")
    assert "keep one" in error_of(tmp_path)


def test_the_documents_may_be_those_of_a_set_beside_this_one(tmp_path):
    write(tmp_path / "one", ROW)
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "README.md").write_text("---\ndocuments: ../one/documents\n---\n")
    (tmp_path / "two" / "questions.jsonl").write_text(json.dumps(ROW))
    assert load_set(tmp_path / "two").documents == (tmp_path / "one" / "documents").resolve()


@pytest.mark.parametrize(
    ("readme", "words"),
    [
        ("---\ndocuments: /tmp\n---\n", "absolute path"),
        ("---\ndocuments: .\n---\n", "holds the set itself"),
        ("---\ndocuments: nowhere\n---\n", "nowhere is not there"),
        ("---\ndocument: x\n---\n", 'field "document" is unknown; did you mean "documents"?'),
        ("---\ntitle: x\nsource: [\n---\n", "README.md, line 4: the front matter is not valid"),
        ("---\ntitle: [x]\n---\n", 'field "title" is not a text'),
    ],
)
def test_front_matter_that_cannot_be_followed_is_an_error(tmp_path, readme, words):
    assert words in error_of(write(tmp_path, ROW, readme=readme))


def test_a_readme_may_begin_with_a_rule(tmp_path):
    assert load_set(write(tmp_path, ROW, readme="---\nwords\n---\n")).about == {}


def test_a_table_with_question_and_answer_is_a_set(tmp_path):
    write(tmp_path, ROW)
    (tmp_path / "questions.jsonl").unlink()
    (tmp_path / "questions.csv").write_bytes(
        b"\xef\xbb\xbfQuestion;Answer;Answerable;Document;Quote;Tags\r\n"
        b'"When; and\r\nwhere?";May | in May;;news.txt;opened in May;a|b\r\n'
        b"\r\n"
        b"Who drew it?;;no;;;\r\n"
    )
    assert load_set(tmp_path).rows == (
        EvalRow(
            "1",
            "When; and\r\nwhere?",
            ("May", "in May"),
            evidence=(GoldEvidence("news.txt", "opened in May"),),
            tags=("a", "b"),
        ),
        EvalRow("2", "Who drew it?", answerable=False),
    )


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("question,anwser\nA?,b\n", 'line 1: column "anwser" is unknown'),
        ("answer\nb\n", 'line 1: there is no column "question"'),
        ("question,question\nA?,b\n", 'column "question" is there twice'),
        ('question,answer\n"A\nB?",b\nC?,d,e\n', "line 4: 3 cells under 2 columns"),
        ('question,answer\nA?,"b\n', "not valid CSV"),
        ("question,answer\n,b\n", 'line 2: field "question" is empty'),
        ("question,answer\n", "has no questions"),
        ("", "has no questions"),
    ],
)
def test_a_wrong_table_is_an_error(tmp_path, table, words):
    write(tmp_path, ROW)
    (tmp_path / "questions.jsonl").unlink()
    (tmp_path / "questions.csv").write_text(table)
    assert words in error_of(tmp_path)


def test_the_hash_follows_questions_and_documents_and_nothing_else(tmp_path):
    def digest():
        return load_set(tmp_path, check_quotes=False).hash

    write(tmp_path, ROW)
    first = digest()
    (tmp_path / "README.md").write_text("# A set\n")
    assert digest() == first
    (tmp_path / "documents" / "deep" / "other.md").write_text("Sun.")
    second = digest()
    (tmp_path / "documents" / "deep" / "other.md").rename(tmp_path / "documents" / "other.md")
    third = digest()
    write(tmp_path, {**ROW, "answers": ["June"]})
    (tmp_path / "documents" / "deep" / "other.md").unlink()
    assert len({first, second, third, digest()}) == 4


def test_a_sample_is_the_same_for_a_seed_keeps_the_order_and_holds_smaller_ones():
    rows = tuple(EvalRow(str(number), "?") for number in range(200))
    small, large = sample(rows, 20, seed=3), sample(rows, 60, seed=3)
    assert small == sample(rows, 20, seed=3)
    assert len(small) == 20
    assert set(small) < set(large)
    assert sorted(large, key=rows.index) == list(large)
    assert small != sample(rows, 20, seed=4)
    assert sample(rows, None) == sample(rows, 999) == rows
    with pytest.raises(ConfigurationError, match="give 1 or more"):
        sample(rows, 0)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["document", "quote", "start", "end", "grade", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*EvalRow.__dataclass_fields__, "x"]), VALUES, max_size=4))
def test_whatever_a_row_says_it_is_a_row_or_one_clear_error(change):
    with TemporaryDirectory() as name:
        folder = write(Path(name), {**ROW, **change})
        try:
            message = f"{len(load_set(folder, check_quotes=False).rows)} row"
        except ConfigurationError as error:
            message = str(error)
        assert message == "1 row" or ", line 1: " in message
        assert "\n" not in message
