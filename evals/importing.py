"""Formats that people have → the folder of an evaluation set.

Reading comprehension (SQuAD, rows with a context, tables) gives evidence by sentence; judgements
of a search collection (BEIR, TREC) give evidence by document. Runs of TREC hold rankings and no
set; they are not read here.
"""

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.drafting import Draft, ShowDone, WrittenText
from evals.row_files import read_bytes, read_csv, read_json_lines
from rag.discovery import discover
from rag.errors import ConfigurationError, DocumentError
from rag.loaders.canonical import canonical, decode

_TOPIC = re.compile(r"<top>(.*?)</top>", re.DOTALL | re.IGNORECASE)
_TOPIC_NUMBER = re.compile(r"<num>\s*(?:Number:)?\s*([^\s<]+)", re.IGNORECASE)
_TOPIC_TITLE = re.compile(r"<title>\s*(?:Topic:)?\s*(.*?)\s*(?=<|\Z)", re.DOTALL | re.IGNORECASE)
_Answer = tuple[str, int | None]  # its words, and where they begin in the context if that is known


@dataclass(frozen=True, slots=True)
class Imported:
    """What was written; `notes` say in whole sentences what was left out."""

    folder: Path
    n_documents: int
    n_questions: int
    notes: tuple[str, ...]


def import_set(
    kind: str,
    source: Path,
    folder: Path,
    *,
    about: Mapping[str, str] | None = None,
    show: ShowDone = lambda what, done: None,
) -> Imported:
    """Write the set that `source` holds into `folder`, which must be new or empty.

    `kind` is one of `FORMATS`:

    - "squad": JSON of SQuAD 1.1 or 2.0; a document an article.
    - "reading": JSON lines of `id`, `question`, `context`, `answers` (`text`, `start`) and
      `answerable`, without which a row that has no answer is not; a document a context.
    - "beir": a folder with `corpus.jsonl`, `queries.jsonl` and `qrels.tsv` or `qrels/test.tsv`; a
      document a text.
    - "trec": a folder with `qrels.txt`, `queries.tsv` (id, tab, text) or `topics.txt`, and
      `documents/`, whose files are named by the ids of the judgements.
    - "csv": a table as `load_set` takes it, beside `documents/` or with a column "context".

    `about` states what the README cannot know: title, licence, judges, source. Judgements of 0 or
    less, and questions without any other, are left out and counted. The folder appears whole, or
    not at all.

    Raises:
        ConfigurationError: The format is unknown, the folder holds something, or the source is
            not what the format says; in one line with file, line and remedy.
    """
    read = FORMATS.get(kind)
    if read is None:
        known = ", ".join(FORMATS)
        raise ConfigurationError(f'there is no format "{kind}"; give one of {known} or trec-run')
    stated = {"title": folder.resolve().name, "source": source.resolve().name, **(about or {})}
    try:
        if not source.exists():
            raise ConfigurationError(f"{source} is not there; give the file or folder to import")
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ConfigurationError(f"{folder} is there already; give a new folder, or remove it")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".import-", dir=folder.parent) as made:
            unfinished = Path(made) / "set"
            draft = Draft(source, unfinished, show)
            read(source, draft)
            draft.finish(stated, kind)
            unfinished.replace(folder)
    except OSError as error:
        words = f"({error.strerror}: {error.filename}); give another folder, or put that right"
        raise ConfigurationError(f"{folder} cannot be made of {source} {words}") from error
    return Imported(folder, draft.n_documents, len(draft.lines), tuple(draft.notes))


def _read_squad(source: Path, draft: Draft) -> None:
    at = ""
    try:
        articles = json.loads(decode(read_bytes(source)))["data"]
        n_lost = n_empty = 0
        for number, article in enumerate(articles, 1):
            at = f"article {number}: "
            paragraphs = article["paragraphs"]
            contexts = [_words(paragraph, "context") for paragraph in paragraphs]
            texts = [canonical(context) for context in contexts]
            title = str(article.get("title") or f"article {draft.n_documents + 1}")
            shown = title.replace("_", " ")
            written = draft.document(title, "\n\n".join(texts), shown)
            offset = 0
            for paragraph, context, text in zip(paragraphs, contexts, texts, strict=True):
                for asked in paragraph["qas"]:
                    at = f"article {number}, question {json.dumps(asked.get('id'))}: "
                    given = [] if asked.get("is_impossible") else asked["answers"]
                    answers = [(_words(one, "text"), int(one["answer_start"])) for one in given]
                    if written is None:
                        n_empty += 1
                    else:
                        identity = _words(asked, "id", str | int)
                        row = {"id": identity, "question": _words(asked, "question")}
                        place = _Place(written, offset, context)
                        n_lost += _add_reading(draft, row, answers, place)
                offset += len(text) + 2
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise ConfigurationError(
            f"{source} is not JSON as SQuAD has it ({at}{_reason(error)}); correct it, or give "
            "another format"
        ) from error
    except DocumentError as error:
        raise ConfigurationError(f"{source} cannot be read: {error}") from error
    draft.note(n_empty, "questions have an article without words and were left out")
    draft.note(n_lost, "answers are not in their paragraph and have no evidence")


def _words(values: Mapping[str, Any], name: str, kind: Any = str) -> str:  # noqa: ANN401 (a union)
    if not isinstance(values[name], kind):
        raise TypeError(f'field "{name}" is no text')
    return str(values[name])


def _reason(error: Exception) -> str:
    return f"no field {error}" if isinstance(error, KeyError) else " ".join(str(error).split())


def _read_reading(source: Path, draft: Draft) -> None:
    _add_rows(source, read_json_lines(source), draft)


def _read_csv(source: Path, draft: Draft) -> None:
    table = source / "questions.csv" if source.is_dir() else source
    rows = list(read_csv(table, also=("context",)))
    if not rows:
        raise ConfigurationError(f"{table} has no questions; write one row a line")
    if "context" in rows[0][1]:
        _add_rows(table, rows, draft)
        return
    _copy_documents(table.parent, draft, ', or their texts into a column "context"')
    for line, values in rows:
        draft.row(values, f"{table}, line {line}")


def _add_rows(source: Path, rows: Iterable[tuple[int, Mapping[str, Any]]], draft: Draft) -> None:
    """Questions on a context each: a document for every context that differs."""
    written: dict[str, WrittenText | None] = {}
    n_lost = n_empty = n_unasked = 0
    for line, values in rows:
        try:
            context, question = values["context"], values["question"]
            answers = [_answer(item) for item in _listed(values.get("answers", []))]
            stated = values.get("answerable", bool(answers))
            if not (isinstance(context, str) and isinstance(question, str) and stated in (0, 1)):
                raise TypeError("a context or question is no text, or answerable no true or false")
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigurationError(
                f"{source}, line {line}: not a row with id, question, context and answers "
                f"({_reason(error)}); correct it"
            ) from error
        text = canonical(context)
        if text not in written:
            name = f"{source.name.split('.')[0]}-{len(written) + 1:05d}"
            written[text] = draft.document(name, text, str(values.get("title") or ""))
        held = written[text]
        if held is None:
            n_empty += 1
            continue
        identity = line if values.get("id") is None else values["id"]
        row = {"id": str(identity), "question": question, "answerable": bool(stated)}
        n_unasked += 0 if stated else len(answers)
        place, where = _Place(held, 0, context), f"{source}, line {line}"
        n_lost += _add_reading(draft, row, answers if stated else [], place, where)
    draft.note(n_empty, "questions have a context without words and were left out")
    draft.note(n_lost, "answers are not in their context and have no evidence")
    draft.note(n_unasked, "answers are of questions that are not answerable and were left out")


def _listed(answers: object) -> list[object]:
    """Answers one by one: some write a list of texts beside a list of their places."""
    if isinstance(answers, Mapping):
        pairs = zip(answers["text"], answers["answer_start"], strict=True)
        return [{"text": text, "start": start} for text, start in pairs]
    if not isinstance(answers, list):
        raise TypeError("answers are no list")
    return answers


def _answer(item: object) -> _Answer:
    if isinstance(item, str):
        return item, None
    if not isinstance(item, Mapping) or not isinstance(item.get("text"), str):
        raise TypeError("an answer is no text and has none")
    start = item.get("start")
    return item["text"], start if isinstance(start, int) else None


@dataclass(frozen=True, slots=True)
class _Place:
    """A context as its source has it, which begins at `offset` of a document."""

    document: WrittenText
    offset: int
    context: str

    def find(self, words: str, start: int | None) -> int | None:
        """Where the words of an answer begin in the document; the place nearest to `start`."""
        held = canonical(self.context)
        near = 0 if start is None else len(canonical(self.context[: max(start, 0)]))
        after = held.find(words, near)
        if after == near or start is None:
            return None if after < 0 else self.offset + after
        before = held.rfind(words, 0, near + len(words))
        found = [place for place in (before, after) if place >= 0]
        nearest = min(found, key=lambda place: abs(place - near), default=None)
        return None if nearest is None else self.offset + nearest


def _add_reading(
    draft: Draft,
    row: Mapping[str, Any],
    answers: Sequence[_Answer],
    place: _Place,
    where: str = "",
) -> int:
    """Add a question with the sentences of its answers; returns how many were not found."""
    spans: dict[tuple[int, int], None] = {}
    kept: dict[str, None] = {}
    n_lost = 0
    for said, start in answers:
        words = canonical(said).strip()
        if not words:
            continue
        kept[words] = None
        stripped = len(said) - len(said.lstrip())
        found = place.find(words, None if start is None else start + stripped)
        if found is None:
            n_lost += 1
        else:
            spans[place.document.sentences(found, found + len(words))] = None
    text, name = place.document.text, place.document.name
    draft.row(
        {
            **row,
            "answers": list(kept),
            "answerable": bool(row.get("answerable", bool(kept))),
            "evidence": [
                {"document": name, "quote": text[start:end], "start": start, "end": end}
                for start, end in spans
            ],
            "tags": [f"article:{name}"],
        },
        where,
    )
    return n_lost


def _read_beir(source: Path, draft: Draft) -> None:
    names: dict[str, str] = {}
    n_empty = 0
    for line, values in read_json_lines(_there(source, "corpus.jsonl")):
        identity, text, title = (str(values.get(key) or "") for key in ("_id", "text", "title"))
        if not identity or identity in names:
            words = f'field "_id" is {"there twice" if identity else "missing"}; correct it'
            raise ConfigurationError(f"{source / 'corpus.jsonl'}, line {line}: {words}")
        written = draft.document(identity, canonical(text), title)
        names[identity] = written.name if written else ""
        n_empty += written is None
    draft.note(n_empty, "documents hold no words and were left out, with their judgements")
    queries = {}
    for line, values in read_json_lines(_there(source, "queries.jsonl")):
        identity, text = str(values.get("_id") or ""), str(values.get("text") or "").strip()
        if not identity or not text or identity in queries:
            words = 'field "_id" or "text" is missing, or "_id" there twice; correct it'
            raise ConfigurationError(f"{source / 'queries.jsonl'}, line {line}: {words}")
        queries[identity] = text
    qrels = _there(source, "qrels.tsv", "qrels/test.tsv", "qrels/dev.tsv", "qrels/train.tsv")
    _add_judged(draft, queries, qrels, names)


def _read_trec(source: Path, draft: Draft) -> None:
    qrels = _there(source, "qrels.txt", "qrels.tsv", "qrels", "qrels.test")
    topics = _there(source, "queries.tsv", "topics.tsv", "topics.txt", "topics")
    queries = _topics(topics)
    _copy_documents(source, draft)
    names: dict[str, str] = {}
    twice = set()
    for name in discover(draft.folder / "documents").files:
        # A judgement names a file by its path, by its name or by that without its ending.
        for identity in {name, name.rpartition("/")[2], Path(name).stem}:
            if names.setdefault(identity, name) != name:
                twice.add(identity)
    _add_judged(draft, queries, qrels, {key: names[key] for key in names.keys() - twice})


def _topics(path: Path) -> dict[str, str]:
    text = _decoded(path)
    queries = {}
    for topic in _TOPIC.findall(text):
        number, title = _TOPIC_NUMBER.search(topic), _TOPIC_TITLE.search(topic)
        if number and title and title[1]:
            queries[number[1]] = " ".join(title[1].split())
    if queries:
        return queries
    for line, row in enumerate(text.splitlines(), 1):
        identity, _, words = row.partition("\t")
        if row.strip() and (not identity.strip() or not words.strip()):
            said = "not an id, a tab and a question; correct the line"
            raise ConfigurationError(f"{path}, line {line}: {said}")
        if row.strip():
            queries[identity.strip()] = words.strip()
    return queries


def _add_judged(
    draft: Draft, queries: Mapping[str, str], qrels: Path, names: Mapping[str, str]
) -> None:
    """Questions with the documents judged relevant to them, each as a whole."""
    grades: dict[str, dict[str, int]] = {}
    n_not_relevant = n_unasked = 0
    for line, query, document, grade in _judgements(qrels):
        if query not in queries:
            n_unasked += 1
        elif grade < 1:
            n_not_relevant += 1
        elif document not in names:
            raise ConfigurationError(
                f"{qrels}, line {line}: there is no document {json.dumps(document)}, or there are "
                "two; add it or remove the line"
            )
        elif names[document]:
            grades.setdefault(query, {})[names[document]] = grade
    for query, text in queries.items():
        if query in grades:
            evidence = [
                {"document": name, "quote": "", "grade": grade}
                for name, grade in grades[query].items()
            ]
            row = {"id": query, "question": text, "answers": [], "answerable": True}
            draft.row({**row, "evidence": evidence, "tags": []})
    draft.note(n_unasked, "judgements are of queries that are not there and were left out")
    draft.note(n_not_relevant, "judgements of not relevant were left out")
    n_unjudged = len(queries) - len(grades)
    draft.note(n_unjudged, "queries without a relevant document were left out")


def _judgements(qrels: Path) -> Iterator[tuple[int, str, str, int]]:
    """Line, query, document and grade of BEIR's three columns or TREC's four."""
    for line, row in enumerate(_decoded(qrels).splitlines(), 1):
        cells = row.split("\t") if "\t" in row else row.split()
        if not row.strip() or (line == 1 and cells[-1].strip() in {"score", "relevance", "label"}):
            continue
        try:
            query, *_, document, grade = (cell.strip() for cell in cells)
            if len(cells) not in {3, 4}:
                raise ValueError("columns")
            yield line, query, document, int(grade)
        except ValueError as error:
            words = "not a query, a document and a whole number; correct the line"
            raise ConfigurationError(f"{qrels}, line {line}: {words}") from error


def _there(source: Path, *names: str) -> Path:
    found = [path for name in names if (path := source / name).is_file()]
    if not found:
        raise ConfigurationError(f"{source} has no {' or '.join(names)}; add it")
    return found[0]


def _copy_documents(source: Path, draft: Draft, instead: str = "") -> None:
    if not (source / "documents").is_dir():
        words = f"is not there; put the documents into it{instead}"
        raise ConfigurationError(f"{source / 'documents'} {words}")
    draft.copy(source / "documents")


def _decoded(path: Path) -> str:
    try:
        return canonical(decode(read_bytes(path)))
    except DocumentError as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error


FORMATS: Mapping[str, Callable[[Path, Draft], None]] = {
    "squad": _read_squad,
    "reading": _read_reading,
    "beir": _read_beir,
    "trec": _read_trec,
    "csv": _read_csv,
}
