"""Checks on the sample documents and the sample questions in seeds/."""

import io
import json
import re
import zipfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import yaml

from rag.loaders import load, parse

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
DOCUMENTS = SEEDS / "documents"
TEXT_SUFFIXES = {".txt", ".md", ".html"}
# Their text is what the product's own loaders read: there is no second reader to hold them to.
LOADED_SUFFIXES = {".pdf", ".docx", ".eml"}
FINAL_REPORT = "quay-inquiry-final-report.pdf"
MEMO = "port-authority-board-memo.docx"
MAIL = "mail-desrosne-to-fenwright.eml"
RESTATED_REPORT = "militia-warnings-to-washington.txt"

BLOCK_TAG_LIST = """
article aside blockquote br caption div dd dl dt figcaption figure footer h1 h2 h3 h4 h5 h6
header hr li main nav ol p section table tbody td tfoot th thead tr ul
"""
BLOCK_TAGS = set(BLOCK_TAG_LIST.split())


class ArticleText(HTMLParser):
    """Collects the visible text inside <article>."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts = []
        self.inside = 0
        self.hidden = 0

    def handle_starttag(self, tag, attrs):
        if tag == "article":
            self.inside += 1
        if tag in {"script", "style"}:
            self.hidden += 1
        if tag in BLOCK_TAGS:
            self.parts.append(" ")

    def handle_endtag(self, tag):
        if tag == "article":
            self.inside -= 1
        if tag in {"script", "style"}:
            self.hidden -= 1
        if tag in BLOCK_TAGS:
            self.parts.append(" ")

    def handle_data(self, data):
        if self.inside and not self.hidden:
            self.parts.append(data)


def split_front_matter(text):
    match = re.match(r"---\n(.*?)\n---\n", text, flags=re.DOTALL)
    if match is None:
        return {}, text
    return yaml.safe_load(match.group(1)), text[match.end() :]


def body_of(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return split_front_matter(text)[1]
    if path.suffix == ".html":
        parser = ArticleText()
        parser.feed(text)
        parser.close()
        return re.sub(r"\s+", " ", "".join(parser.parts)).strip()
    return text


def documents():
    return sorted(path for path in DOCUMENTS.rglob("*") if path.is_file())


def text_documents():
    return [path for path in documents() if path.suffix in TEXT_SUFFIXES]


@cache
def loaded_documents():
    """The documents that loaders read, and behind each the files attached to it, by path."""
    found = {}
    for path in documents():
        if path.suffix in LOADED_SUFFIXES:
            name = path.relative_to(DOCUMENTS).as_posix()
            found[name] = load(path)
            for attachment in found[name].attachments:
                found[f"{name}/{attachment.name}"] = parse(attachment.data, attachment.name)
    return found


@cache
def texts():
    """The text of every document and attachment, by the path that evidence names."""
    read = {path.relative_to(DOCUMENTS).as_posix(): body_of(path) for path in text_documents()}
    return read | {name: document.text for name, document in loaded_documents().items()}


def facts(name, field):
    return [fact.value for fact in loaded_documents()[name].facts if fact.field == field]


def raw_contents(path):
    """The bytes of a file and of the files in it."""
    yield path.read_bytes()
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                yield package.read(name)
    if path.suffix == ".eml":
        for attachment in load(path).attachments:
            yield attachment.data


def rows():
    lines = (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def answerable_rows():
    return [row for row in rows() if row["answerable"]]


def test_every_evidence_quote_stands_in_its_document():
    for row in rows():
        for item in row["evidence"]:
            assert item["document"] in texts(), (row["id"], item["document"])
            assert item["quote"] in texts()[item["document"]], (row["id"], item["quote"])


def test_at_least_ten_documents_cover_every_kind_that_is_checked_here():
    assert len(documents()) >= 10
    assert {path.suffix for path in documents()} == TEXT_SUFFIXES | LOADED_SUFFIXES


def test_every_document_and_attachment_is_used_by_some_question():
    used = {item["document"] for row in rows() for item in row["evidence"]}
    assert set(texts()) <= used


def test_every_document_but_the_restated_report_says_that_it_is_fictional():
    for name, text in texts().items():
        if name != RESTATED_REPORT:
            assert re.search(r"\bficti(onal|f|cio)", text.casefold()), name


def test_documents_point_at_reserved_example_domains_only():
    sources = texts() | {
        path.name: path.read_text(encoding="utf-8")
        for path in documents()
        if path.suffix in {*TEXT_SUFFIXES, ".eml"}
    }
    for name, text in sources.items():
        for host in re.findall(r"(?:https?://|\w@)([^/\s\"'>)]+)", text):
            assert re.fullmatch(r"(?:[\w-]+\.)*example\.(?:org|com|net)", host), (name, host)


def test_binary_documents_are_small_and_name_no_folder_of_the_machine_that_made_them():
    for path in documents():
        if path.suffix in LOADED_SUFFIXES:
            assert path.stat().st_size < 150_000, path.name
            for data in raw_contents(path):
                found = re.search(rb"/(?:home|root|tmp|usr|work|Users)/|\b[A-Z]:\\", data)
                assert found is None, (path.name, found)


def test_the_final_report_states_title_author_and_date_and_labels_its_pages():
    document = loaded_documents()[FINAL_REPORT]
    labels = [page.label or str(page.number) for page in document.pages]
    assert labels == ["i", "ii", "1", "2", "3", "4", "5"]
    assert "The Collapse of Quay 4" in facts(FINAL_REPORT, "title")
    assert facts(FINAL_REPORT, "creator") == ["Corvin Adelsted"]
    assert facts(FINAL_REPORT, "published") == ["2025-10-14"]


def test_a_sentence_of_the_final_report_begins_on_one_page_and_ends_on_the_next():
    document = loaded_documents()[FINAL_REPORT]
    (row,) = (row for row in rows() if "page-break" in row["tags"])
    start = document.text.index(row["evidence"][0]["quote"])
    end = start + len(row["evidence"][0]["quote"])
    crossed = [page.label for page in document.pages if start < page.end and page.start < end]
    assert crossed == ["3", "4"]


def test_the_memo_and_the_mail_state_their_titles_and_writers():
    assert facts(MEMO, "title")[0] == "Our reply to the final report of the quay inquiry"
    assert facts(MEMO, "creator") == ["Oriane Lindqvell"]
    assert facts(MAIL, "title") == ["Re: Quay 4 – how late, and how many votes"]
    assert facts(MAIL, "authors") == ["Pauline Desrosne"]
    assert facts(MAIL, "published") == ["2025-11-05T18:22:07+01:00"]
    assert "Maëlle Garance" in texts()[MAIL]


def test_the_number_that_the_memo_struck_out_is_in_the_file_and_not_in_its_text():
    (row,) = (row for row in rows() if "tracked-change" in row["tags"])
    with zipfile.ZipFile(io.BytesIO((DOCUMENTS / MEMO).read_bytes())) as package:
        body = package.read("word/document.xml").decode()
    for struck_out in row["must_not"]:
        assert f"<w:delText>{struck_out}</w:delText>" in body
        assert struck_out not in texts()[MEMO]


def test_numbers_of_the_quoted_message_stand_in_the_mail_behind_those_of_the_new_one():
    asked = [row for row in rows() if "quoted-history" in row["tags"]]
    assert asked
    for row in asked:
        quote = texts()[MAIL].index(row["evidence"][0]["quote"])
        for overtaken in row["must_not"]:
            assert texts()[MAIL].index(overtaken) > quote, row["id"]


def test_front_matter_of_markdown_documents_uses_known_fields():
    known = {"title", "publisher", "published", "url", "authors", "language"}
    for path in text_documents():
        if path.suffix == ".md":
            fields, _ = split_front_matter(path.read_text(encoding="utf-8"))
            assert set(fields) <= known, path.name
