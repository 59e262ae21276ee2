"""The command line as a person uses it: what it prints, in which form, with which exit status."""

import json
import re
import subprocess
import sys

import pytest

from rag.errors import ConfigurationError, NotFoundError
from rag.types import Filters

pytestmark = pytest.mark.integration

ANSWER_FIELDS = {
    *("id", "question", "asked_at", "mode", "model", "abstained", "reason", "confidence"),
    *("threshold", "notices", "short_answer", "sentences", "citations", "passages", "dropped"),
    "seconds",
}
CITATION_FIELDS = {
    *("number", "document", "version", "chunk", "source", "title", "publisher", "published"),
    *("published_precision", "url", "page", "page_end", "start", "end", "quote"),
}
PASSAGE_FIELDS = {
    *("rank", "score", "dense", "lexical", "document", "version", "chunk", "source", "title"),
    *("publisher", "published", "url", "page", "start", "end", "text", "matches", "used"),
    "why_not_used",
}

HARBOUR = """---
title: Harbour notice
publisher: Velm Gazette
published: 2021-05-03
---

The port master of Velm closed the harbour on 3 May 2021. He blamed a broken lock gate.

"No ship will pass before the gate is mended," said the port master.
"""
GRANARY = """---
title: The granary of Pellin
publisher: Pellin Courier
published: 2019
---

The granary of Pellin was flooded in the spring of 2019. The miller lost ninety sacks of rye.
"""
FRENCH = """---
publisher: La Feuille de Karsk
published: 2021-06
---

Le capitaine Orla Venn a vendu le bac de Karsk à une coopérative de pêcheurs d'anguilles. La vente
a été signée devant le notaire de la ville, et les pêcheurs ont repeint le bac en vert.
"""
UNDATED = "Forty lanterns were stolen from the lantern store of Dunmere in one single night.\n"


def fill(place):
    place.write("harbour.md", HARBOUR)
    place.write("old/granary.md", GRANARY)
    place.write("bac.md", FRENCH)
    place.write("lanterns.txt", UNDATED)
    place.write("page.html", "<html><body><p>A diver painted the weir of Tarn.</p></body></html>")


@pytest.fixture(scope="module")
def indexed(module_place):
    fill(module_place)
    module_place.open().index()
    return module_place


def one_line(err):
    return err.startswith("rag: ") and err.count("\n") == 1 and "Traceback" not in err


def test_index_reports_what_it_did_in_words_and_as_json(place, rag):
    fill(place)
    place.write("film.mkv", b"\x1aE")
    status, out, err = rag(place, "index")
    assert (status, err) == (0, "")
    assert "5 new" in out
    assert "1 unsupported" in out
    status, out, _ = rag(place, "index", "--json")
    report = json.loads(out)
    assert status == 0
    assert len(report["unchanged"]) == 5
    assert report["unsupported"] == ["film.mkv"]
    assert (report["embedded"], report["new"], report["failed"]) == (0, [], [])
    assert rag(place, "index", "--strict")[0] == 1
    place.write("empty.txt", "\n")
    status, out, err = rag(place, "index")
    assert status == 1
    assert "failed: empty.txt" in out
    assert "Traceback" not in err


def test_ask_prints_json_with_the_fields_that_were_promised(indexed, rag, holds):
    status, out, err = rag(indexed, "ask", "--json", "Who closed the harbour of Velm?")
    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert set(answer) >= ANSWER_FIELDS
    assert not answer["abstained"]
    assert answer["mode"] == "extractive"
    assert answer["model"] is None
    for citation in answer["citations"]:
        assert set(citation) >= CITATION_FIELDS
    for passage in answer["passages"]:
        assert set(passage) >= PASSAGE_FIELDS
    for sentence in answer["sentences"]:
        assert set(sentence) >= {"text", "role", "citations", "verdict"}
    first = answer["citations"][0]
    assert (first["title"], first["published"], first["published_precision"]) == (
        "Harbour notice",
        "2021-05-03",
        "day",
    )
    holds(indexed.data, answer)


def test_show_brings_an_answer_back_just_as_it_was_printed(indexed, rag):
    status, printed, _ = rag(indexed, "ask", "Who", "closed", "the", "harbour", "of", "Velm?")
    assert status == 0
    assert "[1]" in printed
    assert "Harbour notice, Velm Gazette, 2021-05-03" in printed
    identity = re.findall(r"^answer (\w+)", printed, re.MULTILINE)[-1]
    assert rag(indexed, "show", identity) == (0, printed, "")
    assert rag(indexed, "show", identity[:6]) == (0, printed, "")
    status, as_json, _ = rag(indexed, "show", identity, "--json")
    assert json.loads(as_json)["id"] == identity
    status, cited, _ = rag(indexed, "show", f"{identity}#1")
    assert status == 0
    assert "*The port master of Velm closed the harbour on 3 May 2021.*" in cited
    status, out, _ = rag(indexed, "show", f"{identity}#1", "--json")
    found = json.loads(out)
    assert set(found) >= CITATION_FIELDS
    assert found["fault"] is None
    status, out, err = rag(indexed, "show", f"{identity}#99")
    assert (status, out) == (1, "")
    assert one_line(err)
    status, out, _ = rag(indexed, "list", "--answers", "--json")
    assert identity in [row["id"] for row in json.loads(out)]


def test_an_abstention_exits_0_gives_its_reason_and_the_nearest_passages(indexed, rag):
    status, out, err = rag(indexed, "ask", "Which violinist won the Brandt prize in Oslo in 1956?")
    assert (status, err) == (0, "")
    assert "The corpus does not say" in out
    assert "Nearest passages" in out


def test_a_hyphen_reads_the_question_from_standard_input(indexed, rag):
    question = "Wer schloß den Hafen?\n日本語の質問 – ¿quién?\n"
    status, out, _ = rag(indexed, "ask", "--json", "-", stdin=question)
    assert status == 0
    assert json.loads(out)["question"].strip() == question.strip()


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_an_empty_question_is_one_line_of_error(indexed, rag, question):
    for command in ("ask", "search"):
        status, out, err = rag(indexed, command, question)
        assert (status, out) == (1, "")
        assert one_line(err)
    status, out, err = rag(indexed, "ask", "-", stdin=question)
    assert (status, out) == (1, "")
    assert one_line(err)


def test_a_question_as_long_as_a_book_is_one_line_of_error(indexed, rag):
    status, out, err = rag(indexed, "ask", "-", stdin="harbour " * 10_000)
    assert (status, out) == (1, "")
    assert one_line(err)
    assert len(err) < 400


def test_a_long_question_and_odd_characters_are_answered_or_abstained(indexed):
    pipeline = indexed.open()
    for question in (
        "harbour " * 1_200,
        "?",
        "!!! ... ---",
        '"',
        '""',
        '"of the"',
        'AND OR NOT harbour:* title:"x" +(-) ^2 ~ \\ /.*/ [a TO b] {} && ||',
        "harbour\x00gate\x1b[31m",
        "日本語",
        "مرحبا بالعالم",
        "🙂" * 50,
        "é" * 500,
        "the of and",
        "'; DROP TABLE chunks; --",
    ):
        answer = pipeline.ask(question, k=3)
        assert pipeline.store.answers.get(answer.id).to_dict() == answer.to_dict()
        assert answer.question == question


def test_an_exact_phrase_is_in_every_passage_found(indexed):
    pipeline = indexed.open()
    found = pipeline.search('"lock gate"').passages
    assert [passage.source for passage in found] == ["harbour.md"]
    assert found[0].text[slice(*found[0].matches[0])] == "lock gate"
    assert pipeline.search('"gate lock"').passages == ()
    assert pipeline.search('"gate lock"').notices
    assert pipeline.search('the "of the" lanterns').passages == ()
    assert len(pipeline.search('"of Velm" harbour').passages) == 1


def test_filters_are_applied_before_ranking_and_undated_documents_are_counted(indexed):
    pipeline = indexed.open()

    def found(**filters):
        result = pipeline.search("Who lost what, and where?", filters=Filters(**filters))
        return {passage.source for passage in result.passages}, result.notices

    assert len(found()[0]) == 5
    assert found(publishers=("velm gazette",))[0] == {"harbour.md"}
    assert found(publishers=("VELM GAZETTE", "Pellin Courier"))[0] == {
        "harbour.md",
        "old/granary.md",
    }
    sources, notices = found(since="2021")
    assert sources == {"harbour.md", "bac.md"}
    assert any("2 documents without a known date" in notice for notice in notices)
    assert found(until="2019-02-01")[0] == {"old/granary.md"}
    assert found(since="2019-12-31", until="2020")[0] == {"old/granary.md"}
    assert found(since="2021-05-04")[0] == {"bac.md"}
    assert found(since="2021-05-03", until="2021-05-03")[0] == {"harbour.md"}
    assert found(since="2021-06-30")[0] == {"bac.md"}
    assert found(since="2021-07")[0] == set()
    assert found(languages=("fr",))[0] == {"bac.md"}
    assert found(media_types=("text/html",))[0] == {"page.html"}
    assert found(documents=("Harbour notice",))[0] == {"harbour.md"}
    assert found(documents=("old/granary.md", "bac.md"))[0] == {"old/granary.md", "bac.md"}
    identity = pipeline.store.documents.record("harbour.md").id
    assert found(documents=(identity[:8],))[0] == {"harbour.md"}
    sources, notices = found(publishers=("Nobody",))
    assert sources == set()
    assert notices
    for wrong in ({"since": "yesterday"}, {"until": "2021-13"}, {"since": "03/04/2021"}):
        with pytest.raises(ConfigurationError, match="no date"):
            found(**wrong)
    with pytest.raises(NotFoundError):
        found(documents=("nothing.md",))


def test_search_prints_passages_with_their_parts_as_text_and_json(indexed, rag):
    arguments = ("-k", "1", "--type", "text/markdown", "--type", "text/plain")
    arguments += ("--since", "2021", "harbour gate")
    status, out, err = rag(indexed, "search", "--json", *arguments)
    (passage,) = json.loads(out)
    assert status == 0
    assert set(passage) >= PASSAGE_FIELDS
    assert passage["rank"] == 1
    assert passage["text"][slice(*passage["matches"][0])] == "harbour"
    assert "without a known date" in err
    status, out, _ = rag(indexed, "search", *arguments)
    assert status == 0
    assert "dense" in out
    assert "*harbour*" in out


def test_list_shows_documents_with_what_is_unknown_named(indexed, rag):
    status, out, _ = rag(indexed, "list")
    assert status == 0
    row = next(row for row in out.splitlines() if "lanterns.txt" in row)
    assert "unknown" in row
    status, out, _ = rag(indexed, "list", "--json")
    rows = json.loads(out)
    assert len(rows) == 5
    for row in rows:
        assert set(row) >= {"id", "title", "publisher", "published", "chunks", "state"}
    undated = next(row for row in rows if row["source"] == "lanterns.txt")
    assert (undated["publisher"], undated["published"]) == (None, None)


def test_describe_corrects_provenance_and_keeps_its_history(place, rag):
    fill(place)
    place.open().index()
    status, out, _ = rag(
        place,
        "describe",
        "lanterns.txt",
        "--publisher",
        "Dunmere Watch",
        "--published",
        "2020-02",
        "--json",
    )
    assert status == 0
    assert (json.loads(out)["publisher"], json.loads(out)["published_precision"]) == (
        "Dunmere Watch",
        "month",
    )
    rag(place, "describe", "lanterns.txt", "--publisher", "The Watch")
    rag(place, "describe", "lanterns.txt", "--unknown", "published")
    status, out, _ = rag(place, "show", "lanterns.txt", "--provenance", "--json")
    facts = [fact for fact in json.loads(out)["facts"] if fact["origin"] == "user"]
    history = [(fact["field"], fact["value"], fact["superseded_at"] is None) for fact in facts]
    assert ("publisher", "Dunmere Watch", False) in history
    assert ("publisher", "The Watch", True) in history
    assert ("published", "2020-02", False) in history
    assert ("published", None, True) in history
    _, out, _ = rag(place, "list", "--json")
    row = next(row for row in json.loads(out) if row["source"] == "lanterns.txt")
    assert (row["publisher"], row["published"]) == ("The Watch", None)
    for wrong in (
        ("--published", "03/04/2020"),
        ("--published", "soon"),
        ("--publisher", " "),
        ("--unknown", "colour"),
        (),
    ):
        status, out, err = rag(place, "describe", "lanterns.txt", *wrong)
        assert (status, out) == (1, "")
        assert one_line(err)


def test_what_is_forgotten_is_in_no_file_of_the_data_folder(place, rag):
    fill(place)
    word = "quorzembly"
    place.write(
        "secret.txt",
        f"The {word} of Hollin Cross was opened by Judge Tamsin Roe. It held nine keys.\n",
    )
    pipeline = place.open()
    pipeline.index()
    answer = pipeline.ask("Who opened the harbour of Velm?")
    assert "secret.txt" in [passage.source for passage in answer.passages]

    def holding():
        return [
            path.relative_to(place.data).as_posix()
            for path in place.data.rglob("*")
            if path.is_file() and word.encode() in path.read_bytes().lower()
        ]

    assert holding()
    status, out, _ = rag(place, "forget", "-y", "secret.txt")
    assert status == 0
    assert "1 documents forgotten" in out
    assert holding() == []
    pipeline.close()
    assert holding() == []
    assert rag(place, "index")[0] == 0
    assert holding() == []
    status, out, err = rag(place, "show", "secret.txt")
    assert word not in out + err
    assert (place.corpus / "secret.txt").exists()


def test_forget_names_the_kept_answers_that_quote_a_document(place, rag):
    fill(place)
    pipeline = place.open()
    pipeline.index()
    answer = pipeline.ask("Who closed the harbour of Velm?")
    record = pipeline.store.documents.record("harbour.md")
    pipeline.close()
    status, out, _ = rag(place, "forget", "--yes", "--json", "Harbour notice")
    assert status == 0
    assert json.loads(out) == [{"document": record.id, "quoted_by": [answer.id], "briefs": []}]
    status, out, _ = rag(place, "show", f"{answer.id}#1")
    assert status == 0
    assert "does not hold any more" in out
    status, out, err = rag(place, "forget", "--yes", "harbour-of-nowhere.md")
    assert status == 1
    assert one_line(err)
    assert rag(place, "forget", "--yes")[0] == 2


def test_forgetting_a_root_ends_its_sync(place, rag):
    fill(place)
    other = place.home / "other"
    place.write("one.txt", "The eel fishers of Karsk own a green ferry.\n", folder=other)
    pipeline = place.open()
    pipeline.index([other])
    pipeline.index()
    pipeline.close()
    status, _, err = rag(place, "forget", "--yes", "--root", str(other))
    assert (status, err) == (0, "")
    status, out, _ = rag(place, "index", "--json")
    assert status == 0
    assert len(json.loads(out)["unchanged"]) == 5
    status, out, _ = rag(place, "index", "--json", str(other))
    assert json.loads(out)["new"] == ["one.txt"]
    status, _, err = rag(place, "forget", "--yes", "--root", "nowhere")
    assert status == 1
    assert one_line(err)


def test_a_document_with_a_hash_in_its_name_can_be_shown(place, rag):
    place.write("notes#2.txt", UNDATED)
    place.open().index()
    status, out, err = rag(place, "show", "notes#2.txt")
    assert (status, err) == (0, "")
    assert "Forty lanterns" in out


def test_wrong_usage_exits_2_and_a_wrong_setting_is_one_line(indexed, rag, monkeypatch):
    assert rag(indexed, "ask")[0] == 2
    assert rag(indexed, "nothing")[0] == 2
    assert rag(indexed, "search", "-k", "0", "x")[0] == 2
    assert rag(indexed, "search", "-k", "many", "x")[0] == 2
    for name, value, named in (
        ("RAG_CHUNK_TOKEN", "100", "RAG_CHUNK_TOKENS"),
        ("RAG_K", "none", "RAG_K"),
        ("RAG_EMBEDDING_MODEL", "no/such/model", "RAG_EMBEDDING_MODEL"),
        ("RAG_CHUNK_TOKENS", "90", "rag index --rebuild"),
    ):
        monkeypatch.setenv(name, value)
        status, out, err = rag(indexed, "ask", "Who closed the harbour?")
        assert (status, out) == (1, ""), name
        assert one_line(err)
        assert named in err
        monkeypatch.delenv(name)


def test_nothing_indexed_yet_is_one_line_that_says_what_to_do(place, rag):
    for arguments in (("ask", "Who?"), ("search", "who"), ("show", "nothing"), ("index",)):
        status, out, err = rag(place, *arguments)
        assert (status, out) == (1, ""), arguments
        assert one_line(err)
        assert "rag " in err[5:]
    assert rag(place, "list")[0] == 0
    assert rag(place, "list", "--json")[1].strip() == "[]"


def test_a_store_that_cannot_be_used_is_one_line(place, rag):
    place.data.mkdir()
    (place.data / "store.sqlite3").write_bytes(b"this is no database at all" * 100)
    for arguments in (("list",), ("ask", "Who?"), ("index", str(place.corpus)), ("doctor",)):
        status, out, err = rag(place, *arguments)
        assert (status, out) == (1, ""), arguments
        assert one_line(err)


def test_doctor_says_what_is_in_force_and_what_is_wrong(place, rag):
    fill(place)
    assert rag(place, "doctor")[0] == 0
    place.open().index()
    status, out, _ = rag(place, "doctor")
    assert status == 0
    assert "RAG_CHUNK_TOKENS" in out
    assert "nothing leaves this machine" in out
    (folder,) = place.data.glob("index-*/words")
    (folder / "meta.json").unlink()
    place.write("empty.txt", "\n")
    place.open()
    status, out, _ = rag(place, "doctor", "--json")
    found = json.loads(out)
    assert status == 1
    assert set(found) >= {"sections", "problems"}
    assert any("rag index" in problem for problem in found["problems"])


def test_version_and_help_are_printed(indexed, rag):
    status, out, _ = rag(indexed, "--version")
    assert (status, out.split()[0]) == (0, "attest")
    status, out, _ = rag(indexed, "--help")
    assert status == 0
    for command in ("index", "list", "ask", "search", "show", "describe", "forget", "doctor"):
        assert command in out
        assert rag(indexed, command, "--help")[0] == 0


def test_a_reader_that_goes_away_gets_no_traceback(indexed):
    process = indexed.start("list")
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)
    assert "Traceback" not in errors
    assert "Exception" not in errors


def test_bytes_that_are_no_text_and_terminals_that_are_not_utf_8_give_no_traceback(indexed):
    command = [sys.executable, "-c", "from rag.cli import main; main()"]
    environment = indexed.environment()
    for arguments, data, changes in (
        (["ask", "-"], b"Who closed the \xff\xfe harbour of Velm?", {}),
        (["ask", b"Who closed the \xff harbour?"], b"", {}),
        (["show", b"caf\xe9"], b"", {}),
        (["list"], b"", {"PYTHONIOENCODING": "ascii"}),
        (["show", "bac.md"], b"", {"PYTHONIOENCODING": "ascii"}),
    ):
        done = subprocess.run(
            [*command, *arguments],
            input=data,
            cwd=indexed.home,
            env={**environment, **changes},
            capture_output=True,
            check=False,
        )
        assert b"Traceback" not in done.stderr, (arguments, done.stderr.decode()[-400:])
        assert done.returncode in (0, 1)


def test_the_data_folder_is_for_its_owner_alone(indexed):
    assert indexed.data.stat().st_mode & 0o077 == 0
