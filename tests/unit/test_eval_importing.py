import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evals.importing import FORMATS, import_set
from evals.sets import GoldEvidence, load_set
from rag.errors import ConfigurationError
from rag.loaders import load

BRIDGE = "The bridge opened in May. It cost 12 million."
MAYOR = "The mayor was absent. Cafe\u0301 owners cheered in May."


def squad(tmp_path, *paragraphs, title="A/B: bridge"):
    data = {"version": "v2.0", "data": [{"title": title, "paragraphs": list(paragraphs)}]}
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(data))
    return path


def asked(identity, *answers, context="", **more):
    given = [{"text": text, "answer_start": context.index(text)} for text in answers]
    return {"id": identity, "question": "When?", "answers": given, **more}


def lines(path, *rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def beir(folder, *documents, qrels="query-id\tcorpus-id\tscore\nq1\td1\t1\n"):
    lines(folder / "corpus.jsonl", *documents)
    lines(folder / "queries.jsonl", {"_id": "q1", "text": "rain?"}, {"_id": "q2", "text": "sun?"})
    (folder / "qrels.tsv").write_text(qrels)
    return folder


def error_of(*arguments):
    with pytest.raises(ConfigurationError) as caught:
        import_set(*arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_squad_becomes_a_document_an_article_with_the_sentence_of_each_answer(tmp_path):
    source = squad(
        tmp_path,
        {"context": BRIDGE, "qas": [asked("a", "May", "in May", context=BRIDGE)]},
        {
            "context": MAYOR,
            "qas": [
                asked("b", "May", context=MAYOR, is_impossible=False),
                asked("c", is_impossible=True, plausible_answers=[{"text": "x"}]),
            ],
        },
    )
    made = import_set("squad", source, tmp_path / "set", about={"licence": "CC BY-SA 4.0"})
    loaded = load_set(tmp_path / "set")

    assert (made.n_documents, made.n_questions, made.notes) == (1, 3, ())
    path = tmp_path / "set" / "documents" / "A-B-bridge.md"
    document = load(path)
    text = BRIDGE + "\n\n" + MAYOR.replace("e\u0301", "é")
    assert document.text == text
    assert [fact.value for fact in document.facts if fact.field == "title"] == ["A/B: bridge"]
    first, second, third = loaded.rows
    assert (first.answers, first.answerable) == (("May", "in May"), True)
    assert first.evidence == (GoldEvidence(path.name, "The bridge opened in May.", 0, 25),)
    quote = "Café owners cheered in May."
    assert second.evidence == (
        GoldEvidence(path.name, quote, text.index(quote), text.index(quote) + len(quote)),
    )
    assert (third.answers, third.answerable, third.evidence) == ((), False, ())
    assert third.tags == ("article:A-B-bridge.md",)


def test_the_readme_says_what_is_known_and_what_is_not(tmp_path):
    source = squad(tmp_path, {"context": BRIDGE, "qas": [asked("a", "May", context=BRIDGE)]})
    import_set("squad", source, tmp_path / "set", about={"licence": "CC BY-SA 4.0"})
    readme = (tmp_path / "set" / "README.md").read_text()
    assert "- Source: squad.json, imported from the format squad.\n" in readme
    assert "- Licence: CC BY-SA 4.0.\n- Judges: unknown: " in readme
    assert load_set(tmp_path / "set").about == {
        "title": "set",
        "source": "squad.json",
        "licence": "CC BY-SA 4.0",
    }


def test_rows_of_one_context_share_a_document(tmp_path):
    rows = [
        {
            "id": 1,
            "question": "When?",
            "context": BRIDGE,
            "answers": [{"text": "May", "start": 21}],
        },
        {"id": 2, "question": "Who?", "context": BRIDGE, "answers": [], "answerable": False},
        {"id": 3, "question": "Who?", "context": MAYOR, "answers": [], "answerable": True},
        {
            "id": 4,
            "question": "Much?",
            "context": BRIDGE,
            "answers": {"text": ["12 million", "lost"], "answer_start": [34, 3]},
        },
        {"id": 5, "question": "Empty?", "context": " ", "answers": []},
    ]
    made = import_set("reading", lines(tmp_path / "r.jsonl", *rows), tmp_path / "set")
    loaded = load_set(tmp_path / "set")
    assert made.n_documents == 2
    assert [row.answerable for row in loaded.rows] == [True, False, True, True]
    assert loaded.rows[3].evidence == (GoldEvidence("r-00001.txt", "It cost 12 million.", 26, 45),)
    assert made.notes == (
        "1 questions have a context without words and were left out.",
        "1 answers are not in their context and have no evidence.",
    )


def test_of_equal_words_those_nearest_to_the_stated_place_are_meant(tmp_path):
    context = "May came. It rained. Then May went. It was dry. May will come again."
    row = {"id": "a", "question": "When?", "context": context}
    rows = [{**row, "answers": [{"text": "May", "start": context.index("May went") + 2}]}]
    import_set("reading", lines(tmp_path / "r.jsonl", *rows), tmp_path / "set")
    assert load_set(tmp_path / "set").rows[0].evidence[0].quote == "Then May went."


def test_beir_becomes_evidence_by_document_with_its_grade(tmp_path):
    source = beir(
        tmp_path / "beir",
        {"_id": "d1", "title": "Rain: a study", "text": "It rains."},
        {"_id": "D1", "title": "", "text": "It pours."},
        {"_id": "../d1", "title": "", "text": "It snows."},
        {"_id": "README", "title": "", "text": "It hails."},
        {"_id": "d2", "title": "Only a title", "text": ""},
        {"_id": "none", "title": "", "text": " "},
        qrels="query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\tD1\t0\nq1\t../d1\t1\nq1\tnone\t1\n"
        "q1\td2\t1\nq1\tREADME\t1\nq9\td1\t1\n",
    )
    made = import_set("beir", source, tmp_path / "set")
    (row,) = load_set(tmp_path / "set").rows
    folder = tmp_path / "set" / "documents"
    assert made.n_documents == 5
    assert {path.parent for path in folder.rglob("*")} == {folder}
    held = {load(folder / item.document).text: item.grade for item in row.evidence}
    assert held == {"It rains.": 2, "It snows.": 1, "Only a title": 1, "It hails.": 1}
    assert (row.id, row.question, row.answers, row.answerable) == ("q1", "rain?", (), True)
    assert all(item.quote == "" for item in row.evidence)
    assert made.notes == (
        "1 documents hold no words and were left out, with their judgements.",
        "1 judgements are of queries that are not there and were left out.",
        "1 judgements of not relevant were left out.",
        "1 queries without a relevant document were left out.",
    )


@pytest.mark.parametrize(
    ("name", "topics"),
    [
        ("queries.tsv", "7\train?\n8\tsun?\n"),
        (
            "topics.txt",
            "<top>\n<num> Number: 7\n<title> Topic: rain?\n<desc> x\n</top>\n"
            "<top><num>8</num><title>\nsun?\n</title></top>",
        ),
    ],
)
def test_trec_judgements_name_files_by_path_name_or_stem(tmp_path, name, topics):
    source = tmp_path / "trec"
    (source / "documents" / "deep").mkdir(parents=True)
    (source / "documents" / "one.txt").write_text("It rains.")
    (source / "documents" / "deep" / "two.txt").write_text("It pours.")
    (source / "qrels.txt").write_text("7 0 one 1\n7 0 deep/two.txt 3\n8 0 two.txt 1\n8 0 x -2\n")
    (source / name).write_text(topics)
    import_set("trec", source, tmp_path / "set")
    first, second = load_set(tmp_path / "set").rows
    assert first.question == "rain?"
    assert first.evidence == (
        GoldEvidence("one.txt", ""),
        GoldEvidence("deep/two.txt", "", grade=3),
    )
    assert second.evidence == (GoldEvidence("deep/two.txt", ""),)


def test_a_table_is_imported_with_contexts_or_with_documents_beside_it(tmp_path):
    table = tmp_path / "asked.csv"
    table.write_text(f'question,answer,context\nWhen?,May,"{BRIDGE}"\nWho?,,"{BRIDGE}"\n')
    import_set("csv", table, tmp_path / "contexts")
    first, second = load_set(tmp_path / "contexts").rows
    assert first.evidence == (GoldEvidence("asked-00001.txt", "The bridge opened in May.", 0, 25),)
    assert not second.answerable

    table.write_text("question,answer,document\nWhen?,May|in May,news.txt\n")
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "news.txt").write_text(BRIDGE)
    import_set("csv", table, tmp_path / "documents-beside")
    (row,) = load_set(tmp_path / "documents-beside").rows
    assert (row.answers, row.evidence) == (("May", "in May"), (GoldEvidence("news.txt", ""),))

    table.write_text("question,answer,document\nWhen?,May,news.txt\nWho?,Ann,nws.txt\n")
    message = error_of("csv", table, tmp_path / "wrong")
    assert f'{table}: in question 2: field "evidence", item 1, names "nws.txt"' in message


def test_nothing_is_overwritten_and_nothing_half_done_is_left(tmp_path):
    source = beir(tmp_path / "beir", {"_id": "d1", "text": "It rains."})
    (tmp_path / "set").mkdir()
    import_set("beir", source, tmp_path / "set")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "set").rglob("*")}
    assert "is there already; give a new folder" in error_of("beir", source, tmp_path / "set")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "set").rglob("*")} == before

    (source / "qrels.tsv").write_text("q1\td7\t1\n")
    assert 'line 1: there is no document "d7"' in error_of("beir", source, tmp_path / "new")
    assert {path.name for path in tmp_path.iterdir()} == {"beir", "set"}


@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_a_source_of_another_kind_is_one_clear_error(tmp_path, kind):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text('{"data": [{"rows": 1}], "x": "y"}\n')
    (tmp_path / "empty").write_text("")
    for name in ("folder", "file", "empty", "missing"):
        error_of(kind, tmp_path / name, tmp_path / "set")
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"id": 1, "question": "A?"}, "no field 'context'"),
        ({"id": 1, "question": "A?", "context": "B", "answers": [1]}, "an answer is no text"),
        ({"id": 1, "question": "A?", "context": "B", "answers": "x"}, "answers are no list"),
        ({"id": 1, "question": 2, "context": "B"}, "question is no text"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_by_its_line(tmp_path, row, words):
    good = {"id": 0, "question": "A?", "context": "B is A.", "answers": [{"text": "B", "start": 0}]}
    message = error_of("reading", lines(tmp_path / "r.jsonl", good, row), tmp_path / "set")
    assert "r.jsonl, line 2: not a row with id" in message
    assert words in message


def test_an_id_given_twice_and_an_empty_question_are_errors_of_the_source(tmp_path):
    row = {"id": 0, "question": "A?", "context": "B is A.", "answers": [{"text": "B", "start": 0}]}
    source = lines(tmp_path / "r.jsonl", row, row)
    message = error_of("reading", source, tmp_path / "set")
    assert 'r.jsonl, line 2: the id "0" is there twice' in message
    source = lines(tmp_path / "r.jsonl", row, {**row, "id": 1, "question": " "})
    message = error_of("reading", source, tmp_path / "set")
    assert 'r.jsonl: in question 2: field "question" is empty' in message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"answers": None}, "question \"a\": 'NoneType' object is not iterable"),
        ({"question": None}, 'question "a": field "question" is no text'),
        ({"id": None}, 'question null: field "id" is no text'),
        ({"answers": [{"text": "May"}]}, "question \"a\": no field 'answer_start'"),
    ],
)
def test_a_question_that_is_not_as_squad_has_it_is_named(tmp_path, change, words):
    question = {**asked("a", "May", context=BRIDGE), **change}
    source = squad(tmp_path, {"context": BRIDGE, "qas": [question]})
    assert f"article 1, {words}); correct it" in error_of("squad", source, tmp_path / "set")


def test_a_place_that_cannot_be_written_is_one_line_and_nothing_is_left(tmp_path, monkeypatch):
    source = beir(tmp_path / "beir", {"_id": "d1", "text": "It rains."})
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    for folder in (tmp_path / "file" / "set", tmp_path / "link", tmp_path / ("x" * 300)):
        message = error_of("beir", source, folder)
        assert f"{folder} cannot be made of {source}" in message
    monkeypatch.chdir(tmp_path / "empty")  # a folder that stands open cannot be replaced
    assert ". cannot be made of" in error_of("beir", source, Path())
    assert {path.name for path in tmp_path.iterdir()} == {"beir", "file", "empty", "link"}
    assert not list((tmp_path / "empty").iterdir())


def test_the_folder_one_stands_in_is_named_as_the_source(tmp_path, monkeypatch):
    source = beir(tmp_path / "beir", {"_id": "d1", "text": "It rains."})
    monkeypatch.chdir(source)
    import_set("beir", Path(), tmp_path / "set")
    assert load_set(tmp_path / "set").about["source"] == "beir"


def test_a_table_without_rows_or_without_documents_says_what_to_add(tmp_path):
    table = tmp_path / "asked.csv"
    for text in ("", "question,answer\n"):
        table.write_text(text)
        assert f"{table} has no questions; write" in error_of("csv", table, tmp_path / "set")
    table.write_text("question,answer\nWhen?,May\n")
    message = error_of("csv", table, tmp_path / "set")
    assert 'put the documents into it, or their texts into a column "context"' in message


def test_a_row_without_an_id_has_its_line_and_answers_left_out_are_counted(tmp_path):
    row = {"id": None, "question": "A?", "context": "B is A.", "answers": ["B"]}
    source = lines(tmp_path / "r.jsonl", row, {**row, "answerable": False})
    made = import_set("reading", source, tmp_path / "set")
    assert [row.id for row in load_set(tmp_path / "set").rows] == ["1", "2"]
    assert made.notes == ("1 answers are of questions that are not answerable and were left out.",)


def test_an_unknown_format_names_those_there_are(tmp_path):
    assert "give one of squad, reading, beir, trec, csv" in error_of("json", tmp_path, tmp_path)


def test_progress_is_shown(tmp_path):
    seen = []
    documents = [{"_id": f"d{number}", "text": f"Rain {number}."} for number in range(250)]
    source = beir(tmp_path / "beir", *documents)
    import_set("beir", source, tmp_path / "set", show=lambda what, done: seen.append((what, done)))
    assert seen == [
        ("documents", 100),
        ("documents", 200),
        ("documents", 250),
        ("questions", 1),
    ]


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
@example("<!doctype html><html><body>x", "", "")
@example("From: a@b\nTo: c@d\nReceived: x\nSubject: y\n\nwords", "", "")
@example("---\ntitle: x\n---\nwords", "", "..")
@example("GIF89a is a format", "", "con")
@example("%PDF- is a mark", "yes", "a/b")
@example("{\\rtf1 words}", '"quoted": [', "~")
@example("\x1b[1m terminal", "- 'item'\n---\n", "null")
def test_whatever_a_text_holds_it_is_read_back_as_it_was_in_canonical_form(text, title, identity):
    from rag.loaders.canonical import canonical, holds_text

    with TemporaryDirectory() as name:
        folder = Path(name)
        identity = "i" + identity
        corpus = {"_id": identity, "title": title, "text": "Words: " + text}
        plain = {"_id": "plain", "title": "", "text": text}
        source = beir(folder / "beir", corpus, plain, qrels="")
        (source / "qrels.tsv").write_text("q1\tplain\t1\n" if holds_text(canonical(text)) else "")
        lines(source / "corpus.jsonl", corpus, plain)
        if not holds_text(canonical(text)):
            return
        import_set("beir", source, folder / "set")
        (row,) = load_set(folder / "set").rows
        files = sorted((folder / "set" / "documents").iterdir())
        assert {load(file).text for file in files} == {
            canonical(text),
            canonical("Words: " + text),
        }
        assert load(folder / "set" / "documents" / row.evidence[0].document).text == canonical(text)
