"""Checks on the sample documents and the sample questions in seeds/."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import yaml

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
DOCUMENTS = SEEDS / "documents"
TEXT_SUFFIXES = {".txt", ".md", ".html"}
RESTATED_REPORT = "militia-warnings-to-washington.txt"
LIST_FIELDS = ("answers", "evidence", "tags")
STRING_LISTS = ("answers", "tags", "must_contain", "must_not")
FIELDS = {"id", "question", "answerable", *LIST_FIELDS}
OPTIONAL_FIELDS = {"as_of", "must_contain", "must_not"}

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


def rows():
    lines = (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def answerable_rows():
    return [row for row in rows() if row["answerable"]]


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


def shared_words(row):
    evidence = " ".join(item["quote"] for item in row["evidence"])
    return content_words(row["question"]) & content_words(evidence)


def test_every_question_has_the_required_fields_and_no_unknown_ones():
    for row in rows():
        assert set(row) >= FIELDS, row
        assert set(row) <= FIELDS | OPTIONAL_FIELDS, row
        assert re.fullmatch(r"[a-z0-9-]+", row["id"]), row
        assert re.search(r"\w", row["question"]), row
        assert isinstance(row["answerable"], bool), row
        assert all(isinstance(row[name], list) for name in LIST_FIELDS), row
        for name in STRING_LISTS:
            assert all(isinstance(text, str) and text for text in row.get(name, [])), row
        for item in row["evidence"]:
            assert set(item) == {"document", "quote"}, row
            assert all(isinstance(text, str) and text.strip() for text in item.values()), row
        if "as_of" in row:
            assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["as_of"]), row


def test_question_ids_and_wordings_are_unique():
    ids = [row["id"] for row in rows()]
    wordings = [row["question"].casefold() for row in rows()]
    assert len(set(ids)) == len(ids)
    assert len(set(wordings)) == len(wordings)


def test_answers_and_evidence_are_given_for_answerable_questions_only():
    for row in rows():
        assert bool(row["answers"]) is row["answerable"], row["id"]
        assert bool(row["evidence"]) is row["answerable"], row["id"]


def test_every_evidence_quote_stands_in_its_document():
    for row in rows():
        for item in row["evidence"]:
            path = DOCUMENTS / item["document"]
            assert path.is_file(), (row["id"], item["document"])
            if path.suffix in TEXT_SUFFIXES:
                assert item["quote"] in body_of(path), (row["id"], item["quote"])


def test_some_accepted_answer_stands_in_the_evidence():
    for row in answerable_rows():
        evidence = " ".join(item["quote"] for item in row["evidence"]).casefold()
        assert any(answer.casefold() in evidence for answer in row["answers"]), row["id"]


def test_required_strings_stand_in_the_evidence_and_forbidden_ones_do_not():
    for row in rows():
        evidence = " ".join(item["quote"] for item in row["evidence"]).casefold()
        for text in row.get("must_contain", []):
            assert text.casefold() in evidence, row["id"]
        for text in row.get("must_not", []):
            assert text.casefold() not in evidence, row["id"]


def test_disagreements_rest_on_at_least_two_quotes():
    disagreements = [row for row in rows() if "disagreement" in row["tags"]]
    assert disagreements
    assert all(len(row["evidence"]) >= 2 for row in disagreements)


def test_there_are_at_least_forty_questions():
    assert len(rows()) >= 40


def test_at_least_a_quarter_of_the_questions_have_no_answer_in_the_documents():
    unanswerable = [row for row in rows() if not row["answerable"]]
    assert 4 * len(unanswerable) >= len(rows())


def test_at_least_a_third_of_the_unanswerable_questions_are_near_misses():
    unanswerable = [row for row in rows() if not row["answerable"]]
    near_misses = [row for row in unanswerable if "near-miss" in row["tags"]]
    assert 3 * len(near_misses) >= len(unanswerable)


def test_every_unanswerable_question_is_either_a_near_miss_or_off_topic():
    for row in rows():
        kinds = {"near-miss", "off-topic"} & set(row["tags"])
        assert len(kinds) == (0 if row["answerable"] else 1), row["id"]


def test_half_of_the_answerable_questions_share_at_most_one_word_with_their_evidence():
    answerable = answerable_rows()
    distant = [row for row in answerable if len(shared_words(row)) <= 1]
    assert 2 * len(distant) >= len(answerable)


def test_questions_tagged_paraphrase_share_at_most_one_word_with_their_evidence():
    for row in answerable_rows():
        if "paraphrase" in row["tags"]:
            assert len(shared_words(row)) <= 1, (row["id"], shared_words(row))


def test_at_least_ten_documents_cover_plain_text_markdown_and_html():
    assert len(documents()) >= 10
    assert {path.suffix for path in documents()} >= TEXT_SUFFIXES


def test_every_text_document_is_used_by_some_question():
    used = {item["document"] for row in rows() for item in row["evidence"]}
    present = {path.relative_to(DOCUMENTS).as_posix() for path in text_documents()}
    assert present <= used


def test_every_document_but_the_restated_report_says_that_it_is_fictional():
    for path in text_documents():
        if path.name != RESTATED_REPORT:
            assert re.search(r"\bficti(onal|f|cio)", body_of(path).casefold()), path.name


def test_documents_point_at_reserved_example_domains_only():
    for path in text_documents():
        for host in re.findall(r"https?://([^/\s\"'>)]+)", path.read_text(encoding="utf-8")):
            assert re.fullmatch(r"(?:[\w-]+\.)*example\.(?:org|com|net)", host), (path.name, host)


def test_front_matter_of_markdown_documents_uses_known_fields():
    known = {"title", "publisher", "published", "url", "authors", "language"}
    for path in text_documents():
        if path.suffix == ".md":
            fields, _ = split_front_matter(path.read_text(encoding="utf-8"))
            assert set(fields) <= known, path.name
