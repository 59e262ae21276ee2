"""Data files → questions with the passages that answer them and some that do not, by part.

A file is cut by its contexts in their order, at places that stand between two articles, into a
train, a tune and a report part. What stands in a report or tune part anywhere is left out of
training everywhere: the files overlap.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from evals.sets import load_set
from rag.chunking import sentence_spans
from rag.loaders.canonical import canonical
from rag.loaders.front_matter import split_front_matter
from rag.loaders.text import text_blocks

Part = Literal["train", "tune", "report"]
Span = tuple[int, int]

# Long contexts are cut into windows of whole sentences of about this many characters (a chunk of
# 200 tokens); shorter ones cost less to train on.
WINDOW_CHARS = 800
_NUMBER = re.compile(r"\d[\d,.]*")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w'’-]+(?: (?:of |the |de |von )?[A-Z][\w'’-]+)*")
_PHRASE = re.compile(r"[A-Z][\w'’-]+(?: (?:of |the |de |von )?[A-Z][\w'’-]+)*")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Context:
    """A passage of some file: `title` is known or taken from its neighbours, or empty.

    `by_title` says that nothing else tells what the passage is about.
    """

    file: str
    place: int
    text: str
    title: str = ""
    by_title: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a context; `answers` are spans of its text, none where it has no answer there.

    `relevant` is false for a question that its context does not answer. `spans_known` is false
    where only relevance was judged: such a question teaches no spans. `sentences` says that the
    answers are whole sentences, in which the words that answer are not marked.
    """

    question: str
    context: Context
    answers: tuple[Span, ...] = ()
    relevant: bool = True
    spans_known: bool = True
    kind: str = "read"
    sentences: bool = False


@dataclass(slots=True)
class Data:
    """Everything that was read, by part; `contexts` are what negatives are drawn from."""

    asked: dict[Part, list[Asked]] = field(
        default_factory=lambda: {"train": [], "tune": [], "report": []}
    )
    contexts: dict[str, list[Context]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


def read_files(given: Sequence[str]) -> Data:
    """What the files hold; each is named "PATH:TRAIN:TUNE".

    Contexts 0 to TRAIN - 1 are for training, those up to TUNE - 1 for tuning, the others for
    reports, all in the order of the file. A folder is an evaluation set of claims; its questions
    are counted. A file of records (`evals.training.records`) is counted by these.
    """
    from evals.training.records import holds_records, read_records

    data = Data()
    for one in given:
        name, train, tune = one.rsplit(":", 2)
        path = Path(name)
        read = _read_set if path.is_dir() else read_records if holds_records(path) else _read
        read(path, int(train), int(tune), data)
    held = {
        _key(text)
        for part in ("tune", "report")
        for row in data.asked[part]
        for text in (row.question, row.context.text)
    }
    kept = []
    for row in data.asked["train"]:
        if _key(row.context.text) in held or _key(row.question) in held:
            data.left_out[row.context.file] += 1
        else:
            kept.append(row)
    data.asked["train"] = kept
    return data


def _key(text: str) -> str:
    return _SPACES.sub("", text).casefold()


def _read(path: Path, train: int, tune: int, data: Data) -> None:
    name = path.name.split(".")[0]
    places: dict[str, Context] = {}
    rows: list[tuple[Context, Mapping[str, Any]]] = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if "candidates" in row:
            row = _of_candidates(row)
        text = row["context"]
        if text not in places:
            places[text] = Context(name, len(places), text, row.get("title", ""))
        rows.append((places[text], row))
    contexts = _titled(list(places.values()))
    windows = {context.place: _windows(context) for context in contexts}
    data.contexts[name] = [window for place in windows for window in windows[place]]
    for context, row in rows:
        part: Part = (
            "train" if context.place < train else "tune" if context.place < tune else "report"
        )
        data.asked[part] += _asked(windows[context.place], contexts[context.place], row)


def _of_candidates(row: Mapping[str, Any]) -> dict[str, Any]:
    """Sentences of a section, some of which answer: a context with the sentences as answers."""
    text, answers = "", []
    for item in row["candidates"]:
        start = len(text) + bool(text)
        text = f"{text} {item['text']}".strip()
        if item["label"]:
            answers.append({"text": item["text"], "start": start})
    return {
        "question": row["question"],
        "context": text,
        "answers": answers,
        "answerable": bool(answers),
        "sentences": True,
    }


def _read_set(folder: Path, train: int, tune: int, data: Data) -> None:
    """An evaluation set of claims: each with the documents that bear on it; its questions count."""
    loaded = load_set(folder, check_quotes=False)
    places: dict[str, Context] = {}
    for place, path in enumerate(sorted(loaded.documents.rglob("*.md"))):
        facts, text = split_front_matter(path.read_text("utf-8"))
        title = next((fact.value for fact in facts if fact.field == "title"), "")
        name = path.relative_to(loaded.documents).as_posix()
        places[name] = Context(loaded.name, place, text.strip(), title)
    data.contexts[loaded.name] = list(places.values())
    for place, row in enumerate(loaded.rows):
        part: Part = "train" if place < train else "tune" if place < tune else "report"
        for name in dict.fromkeys(evidence.document for evidence in row.evidence):
            text = places[name].text
            quotes = [one.quote for one in row.evidence if one.document == name and one.quote]
            found = [(text.find(quote), len(quote)) for quote in quotes]
            spans = tuple((start, start + size) for start, size in found if start >= 0)
            data.asked[part].append(
                Asked(row.question, places[name], spans, True, bool(spans), "claim", sentences=True)
            )


def _titled(contexts: Sequence[Context]) -> list[Context]:
    """Contexts with a title: the name that most of the neighbours in the file hold, if any does.

    Passages of the service come with the title of their document and these data have none, but
    neighbours in a file are of one article. A title is taken from the others, never from itself.
    """
    names = [set(_PHRASE.findall(context.text)) for context in contexts]
    titled = []
    for place, context in enumerate(contexts):
        near: Counter[str] = Counter()
        for other in range(max(0, place - 4), min(len(contexts), place + 5)):
            if other != place:
                near.update(names[other])
        best = max(near.items(), key=lambda item: (item[1], len(item[0])), default=("", 0))
        known = context.title or (best[0] if best[1] >= 3 and len(best[0]) > 3 else "")
        titled.append(replace(context, title=known))
    return titled


def _windows(context: Context) -> list[Context]:
    """Whole sentences up to `WINDOW_CHARS` each; a short context is one window."""
    if len(context.text) <= 2 * WINDOW_CHARS:
        return [context]
    spans = sentences_of(context.text)
    windows, start, end = [], spans[0][0], spans[0][0]
    for span in spans:
        if span[1] - start > WINDOW_CHARS and end > start:
            windows.append((start, end))
            start = span[0]
        end = span[1]
    windows.append((start, end))
    return [replace(context, text=context.text[slice(*window)]) for window in windows]


def sentences_of(text: str) -> list[Span]:
    """The sentences of a text, as the service cuts it."""
    spans = [span for block in text_blocks(text) for span in sentence_spans(text, block)]
    return spans or [(0, len(text))]


def _asked(windows: Sequence[Context], whole: Context, row: Mapping[str, Any]) -> Iterator[Asked]:
    question = " ".join(canonical(row["question"]).split())
    if not question:
        return
    by_sentence = bool(row.get("sentences"))
    kind = "sentence" if by_sentence else "read"
    if not row.get("answerable", True):
        for window in windows[:1]:
            yield Asked(question, window, relevant=False, kind="near miss")
        return
    for window in windows:
        begin = 0 if window is whole or window.text == whole.text else whole.text.find(window.text)
        spans = []
        for answer in row["answers"]:
            start = answer["start"] - begin
            end = start + len(answer["text"])
            if start >= 0 and window.text[start:end] == answer["text"]:
                spans.append((start, end))
        if spans:
            answers = tuple(dict.fromkeys(spans))
            yield Asked(question, window, answers, kind=kind, sentences=by_sentence)


def without_answer(row: Asked) -> Asked | None:
    """The same question on its context without the sentences that hold an answer: a near miss."""
    wanted = [row.context.text[start:end].casefold() for start, end in row.answers]
    kept = []
    for start, end in sentences_of(row.context.text):
        text = row.context.text[start:end]
        touched = any(start < stop and begin < end for begin, stop in row.answers)
        if not touched and not any(answer in text.casefold() for answer in wanted):
            kept.append(text)
    if len(kept) < 2:
        return None
    context = replace(row.context, text=" ".join(kept))
    return Asked(row.question, context, relevant=False, kind="removed")


def swapped(row: Asked, drawn: random.Random) -> Asked | None:
    """The question with a number or name changed for another of its context: a near miss.

    The other must not stand in the question, nor be in the answer.
    """
    for pattern in (_NUMBER, _NAME) if drawn.random() < 0.5 else (_NAME, _NUMBER):
        here = list(pattern.finditer(row.question))
        if not here:
            continue
        chosen = drawn.choice(here)
        answers = " ".join(row.context.text[start:end] for start, end in row.answers)
        others = sorted(
            {
                found
                for found in pattern.findall(row.context.text)
                if found not in row.question and found not in answers
            }
        )
        others = [one for one in others if chosen.group() not in one and one not in chosen.group()]
        if others:
            question = row.question[: chosen.start()] + drawn.choice(others)
            question += row.question[chosen.end() :]
            return Asked(question, row.context, relevant=False, kind="swapped")
    return None
