"""An outline of questions (YAML) → a brief, each question asked and kept as it is answered."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from rag.brief.authored import checked
from rag.brief.citing import resolver
from rag.brief.editing import (
    BOTTOM,
    Edited,
    add_answer,
    add_section,
    add_text,
    brief_date,
    save,
    with_bottom_line,
    with_text,
)
from rag.errors import ConfigurationError, GenerationError, NotFoundError
from rag.pipeline import MAX_QUESTION_CHARS, Pipeline
from rag.store import Store
from rag.store.briefs import brief_title
from rag.types import Answer, AnswerItem, Brief, Filters

MAX_OUTLINE_BYTES = 1_000_000
MAX_QUESTIONS = 1_000
_HEADS = ("title", "author", "date", "handling", "bottom_line", "sections")
_SECTION = ("heading", "text", "questions")
_QUESTION = ("question", "document", "publisher", "language", "type", "since", "until")
# (what is being done, how many are done, of how many)
Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class OutlineQuestion:
    """A question, and what it is restricted to."""

    text: str
    filters: Filters


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """A heading with the author's text, which comes first, and questions."""

    heading: str
    text: str | None
    questions: tuple[OutlineQuestion, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A brief to be made. `bottom_line` is the author's own, or None."""

    title: str
    author: str | None
    date: str | None
    handling: str | None
    bottom_line: str | None
    sections: tuple[OutlineSection, ...]


def read_outline(path: Path) -> Outline:
    """The outline in a YAML file.

    Raises:
        ConfigurationError: it cannot be read, or is no outline; the message names the place.
    """
    try:
        if path.stat().st_size > MAX_OUTLINE_BYTES:
            raise ConfigurationError(f"the outline {path} has more than 1 MB; split it")
        values = yaml.safe_load(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(
            f"the outline {path} cannot be read: {error.strerror or error}"
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise ConfigurationError(
            f"the outline {path} is no YAML{where}; text with a colon, or that begins with "
            "a mark, goes into quotation marks"
        ) from error
    try:
        return outline_of(values)
    except ConfigurationError as error:
        raise ConfigurationError(f"the outline {path}: {error}") from error


def outline_of(values: object) -> Outline:
    """The outline in YAML's values; raises `ConfigurationError`, which names the place."""
    heads = _mapping(values, "the outline", _HEADS)
    title = brief_title(_line(heads.get("title"), "title") or "")
    date = heads.get("date")
    sections = tuple(
        _section(row, f"sections[{at}]")
        for at, row in enumerate(_list(heads.get("sections"), "sections"), start=1)
    )
    bottom = heads.get("bottom_line")
    if bottom is not None and not isinstance(bottom, str):
        raise ConfigurationError("bottom_line is your own text; leave it out to have none")
    if not sections and not bottom:
        raise ConfigurationError("it has no sections; list questions under `sections:`")
    if sum(len(section.questions) for section in sections) > MAX_QUESTIONS:
        raise ConfigurationError(f"it asks more than {MAX_QUESTIONS} questions; split it")
    return Outline(
        title=title,
        author=_line(heads.get("author"), "author"),
        date=None if date is None else brief_date(str(date)),
        handling=_line(heads.get("handling"), "handling"),
        bottom_line=bottom,
        sections=sections,
    )


def make_brief(
    pipeline: Pipeline,
    outline: Outline,
    *,
    show: Show = lambda *_: None,
    begun: Callable[[Brief], None] = lambda _: None,
    owner: str = "",
) -> tuple[Brief, tuple[str, ...]]:
    """Ask an outline and build its brief; returns it with what the author should know.

    The brief is saved after each section, so that an end in the middle loses one at most. With a
    chat model it writes the bottom line, unless the outline has one.

    Raises:
        As `Pipeline.ask`; ConfigurationError where a mark in a text names nothing.
    """
    store, resolve = pipeline.store, resolver(pipeline.store)
    # What cannot be used is an error before anything is asked or kept.
    for text in (outline.bottom_line, *(section.text for section in outline.sections)):
        checked(text or "", {}, resolve)
    asked = [one.filters for section in outline.sections for one in section.questions]
    for filters in (Filters(), *dict.fromkeys(asked)):
        pipeline.search("?", k=1, filters=filters)
    brief = store.briefs.new(
        outline.title,
        author=outline.author,
        date=outline.date,
        handling=outline.handling,
        owner=owner,
    )
    begun(brief)
    notices: list[str] = []
    answers: list[Answer] = []
    n_questions = sum(len(section.questions) for section in outline.sections)
    if outline.bottom_line:
        brief = save(store, with_text(brief, BOTTOM, outline.bottom_line, resolve))
    for at, section in enumerate(outline.sections, start=1):
        edited = add_section(brief, section.heading).brief
        place = str(at)
        if section.text:
            edited = add_text(edited, section.text, resolve, place).brief
        for question in section.questions:
            show("asking", len(answers), n_questions)
            answer = pipeline.ask(question.text, filters=question.filters)
            answers.append(answer)
            edited = add_answer(edited, answer, place).brief
        brief = save(store, Edited(edited, f"section {at} made"))
    show("asking", len(answers), n_questions)
    if not outline.bottom_line and pipeline.settings.chat_model is not None:
        show("bottom line", 0, 1)
        brief, said = write_bottom_line(pipeline, brief, answers)
        notices += said
        show("bottom line", 1, 1)
    return brief, tuple(notices)


def kept_answers(store: Store, brief: Brief) -> list[Answer]:
    """The answers of a brief's sections with their passages, as far as they are kept."""
    found = []
    for section in brief.sections:
        for item in section.items:
            if isinstance(item, AnswerItem):
                try:
                    found.append(store.answers.get(item.answer.id))
                except NotFoundError:
                    found.append(item.answer)
    return found


def write_bottom_line(
    pipeline: Pipeline, brief: Brief, answers: Sequence[Answer]
) -> tuple[Brief, tuple[str, ...]]:
    """Have the chat model write a bottom line over what the answers cite; saved if it holds.

    A model that fails costs nothing but the bottom line: the notices say why.

    Raises:
        ConfigurationError: no chat model is set.
    """
    if all(answer.abstained for answer in answers):
        return brief, ("There is no bottom line: the sources answer none of the questions.",)
    try:
        answer = pipeline.bottom_line(brief.title, answers)
    except GenerationError as error:
        return brief, (f"There is no bottom line: {error}",)
    edited = with_bottom_line(brief, answer)
    if edited.notices:
        return brief, edited.notices
    return save(pipeline.store, edited), ()


def _section(values: object, where: str) -> OutlineSection:
    if isinstance(values, str):
        return OutlineSection(_line(values, where) or "", None, (_question(values, where),))
    row = _mapping(values, where, _SECTION)
    text = row.get("text")
    if text is not None and not isinstance(text, str):
        raise ConfigurationError(f"{where}.text is no text")
    questions = tuple(
        _question(one, f"{where}.questions[{at}]")
        for at, one in enumerate(_list(row.get("questions"), f"{where}.questions"), start=1)
    )
    heading = _line(row.get("heading"), f"{where}.heading") or ""
    if not (questions or text or heading):
        raise ConfigurationError(f"{where} is empty; give it a heading, a text or questions")
    return OutlineSection(heading, text or None, questions)


def _question(values: object, where: str) -> OutlineQuestion:
    row = {"question": values} if isinstance(values, str) else _mapping(values, where, _QUESTION)
    text = _line(row.get("question"), f"{where}.question")
    if not text:
        raise ConfigurationError(f"{where} has no question")
    if len(text) > MAX_QUESTION_CHARS:
        raise ConfigurationError(f"{where} has {len(text)} characters; a question is shorter")
    days = {name: _line(row.get(name), f"{where}.{name}") for name in ("since", "until")}
    lists = {
        name: tuple(_names(row.get(key), f"{where}.{key}"))
        for name, key in (
            ("documents", "document"),
            ("publishers", "publisher"),
            ("languages", "language"),
            ("media_types", "type"),
        )
    }
    return OutlineQuestion(text, Filters(**lists, **days))  # type: ignore[arg-type] # its fields


def _names(value: object, where: str) -> Iterator[str]:
    rows = value if isinstance(value, list) else [] if value is None else [value]
    for row in rows:
        yield _line(row, where) or ""


def _mapping(values: object, where: str, known: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(values, dict):
        raise ConfigurationError(f"{where} is no mapping of {', '.join(known)}")
    for name in values:
        if name not in known:
            close = get_close_matches(str(name), known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
            raise ConfigurationError(f"{where} has {name!r}, which means nothing here; {hint}")
    return values


def _list(value: object, where: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ConfigurationError(f"{where} is no list; begin each line of it with a dash")
    return value


def _line(value: object, where: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, dict | list):
        raise ConfigurationError(f"{where} is no text; put it in quotation marks")
    return " ".join(str(value).split())
