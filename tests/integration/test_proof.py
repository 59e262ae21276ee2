"""Every quote of every kept answer stands in the store and in the file it came from.

The check itself uses nothing of the product: it reads the store's file and the sources alone.
"""

import email
import email.policy
import hashlib
import html
import json
import re
import sqlite3
import unicodedata
import zipfile
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

pytestmark = pytest.mark.integration

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENTS = REPOSITORY / "seeds" / "documents"
N_QUESTIONS = 40


def plain(text):
    """Characters that can be read, in one form: no mark-up, no Markdown marks, no white space."""
    text = html.unescape(re.sub(r"(?s)<!--.*?-->|<[^>]+>", " ", text))
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "")
    return re.sub(r"[\s*_`#>|\\\[\]()-]+", "", text)


def squeezed(text):
    return " ".join(unicodedata.normalize("NFC", text).split())


def source_text(path):
    """A source as written; of a page, its text without the tags."""
    raw = path.read_bytes().decode("utf-8")
    return plain(raw) if path.suffix in (".html", ".md") else squeezed(raw)


def binary_words(path, name):
    """The words of a PDF, a Word file or a mail, by other ways than ours."""
    if path.suffix == ".eml" and name:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        (part,) = [part for part in message.walk() if part.get_filename() == name]
        data = part.get_payload(decode=True)
        if name.endswith(".txt"):
            return set(re.findall(r"\w+", data.decode("utf-8")))
    else:
        data = path.read_bytes()
    if data.startswith(b"%PDF-"):
        pages = list(pypdfium2.PdfDocument(data))
        lines = "\n".join(page.get_textpage().get_text_bounded() for page in pages)
        # Words that are parted at a line's end count in one piece and in two.
        return set(re.findall(r"\w+", lines + re.sub("[-\x02\u00ad\ufffe]\\s*", "", lines)))
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = [archive.read(part).decode() for part in archive.namelist() if "word/" in part]
        lines = re.sub(r"</w:p>|<w:(?:tab|br)/>", " ", " ".join(parts))
        return set(re.findall(r"\w+", re.sub(r"<[^>]+>", "", lines)))
    message = email.message_from_bytes(data, policy=email.policy.default)
    said = [f"{key}: {value}" for key, value in message.items()]
    said += [
        part.get_content() for part in message.walk() if part.get_content_type() == "text/plain"
    ]
    return set(re.findall(r"\w+", " ".join(said)))


def proved(citation, connection, roots):
    """Hold one citation against the stored text and the source file."""
    row = connection.execute(
        "SELECT text FROM versions WHERE id = ?", (citation["version"],)
    ).fetchone()
    assert row is not None
    text = row[0]
    assert hashlib.sha256(text.encode()).hexdigest() == citation["version"]
    quote = citation["quote"]
    assert quote.strip()
    assert text[citation["start"] : citation["end"]] == quote
    (root,) = connection.execute(
        "SELECT r.path FROM documents d JOIN roots r ON r.id = d.root_id WHERE d.id = ?",
        (citation["document"],),
    ).fetchone()
    path = Path(root) / citation["source"]
    attached = "" if path.exists() else path.name
    path = path if path.exists() else path.parent
    if path.suffix in (".pdf", ".docx", ".eml"):
        key = (path, attached)
        if key not in roots:
            roots[key] = binary_words(path, attached)
        missing = set(re.findall(r"\w+", quote)) - roots[key]
        assert not missing, (citation["source"], missing)
        return
    source = roots.setdefault(path, source_text(path))
    wanted = plain(quote) if path.suffix in (".html", ".md") else squeezed(quote)
    assert wanted
    assert wanted in source, (citation["source"], quote)


def test_every_quote_of_forty_answers_stands_in_the_store_and_in_its_file(module_place):
    rows = (REPOSITORY / "seeds" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(row)["question"] for row in rows]
    step = max(1, len(questions) // N_QUESTIONS)
    pipeline = module_place.open()
    assert pipeline.index([DOCUMENTS]).failed == []
    for question in questions[::step]:
        pipeline.ask(question, k=4)  # what is said of a citation does not hang on how many
    pipeline.close()
    connection = sqlite3.connect(module_place.data / "store.sqlite3")
    try:
        bodies = [json.loads(row[0]) for row in connection.execute("SELECT body FROM answers")]
        assert len(bodies) >= N_QUESTIONS
        roots = {}
        n_citations = 0
        for body in bodies:
            for citation in (*body["citations"], *body["withheld_citations"]):
                proved(citation, connection, roots)
                n_citations += 1
            numbers = [citation["number"] for citation in body["citations"]]
            assert numbers == list(range(1, len(numbers) + 1))
            reading = [number for row in body["sentences"] for number in row["citations"]]
            assert list(dict.fromkeys(reading)) == numbers
            assert all(row["citations"] for row in body["sentences"])
            for passage in body["passages"]:
                (text,) = connection.execute(
                    "SELECT text FROM versions WHERE id = ?", (passage["version"],)
                ).fetchone()
                assert text[passage["start"] : passage["end"]] == passage["text"]
        assert n_citations > N_QUESTIONS
        for identity, text in connection.execute("SELECT id, text FROM versions"):
            assert hashlib.sha256(text.encode()).hexdigest() == identity
            assert unicodedata.is_normalized("NFC", text)
            assert "\r" not in text
        answered = [body for body in bodies if not body["abstained"]]
        assert answered
    finally:
        connection.close()


def test_the_sentences_of_an_extractive_answer_are_the_words_of_their_quotes(module_place):
    connection = sqlite3.connect(module_place.data / "store.sqlite3")
    try:
        bodies = [json.loads(row[0]) for row in connection.execute("SELECT body FROM answers")]
    finally:
        connection.close()
    assert bodies
    for body in bodies:
        quotes = {citation["number"]: squeezed(citation["quote"]) for citation in body["citations"]}
        for sentence in body["sentences"]:
            joined = " ".join(quotes[number] for number in sentence["citations"])
            assert squeezed(sentence["text"]) in joined
