"""A set in the making: documents that are read back as they were written, questions, README."""

import hashlib
import json
import re
import shutil
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.sets import load_set
from rag.discovery import discover
from rag.errors import ConfigurationError, DocumentError
from rag.loaders.canonical import canonical, holds_text
from rag.loaders.kinds import kind_of
from rag.loaders.worker import Parser

ShowDone = Callable[[str, int], None]  # what is written ("documents", "questions"), how many so far

_UNSAFE = re.compile(r"[^\w.-]+")
_MAX_STEM_BYTES = 120
# Names that Windows keeps for devices, and the one that is no document at a root.
_KEPT_NAMES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|readme)(?:\.|$)", re.IGNORECASE)
_SHOW_EVERY = 100


@dataclass(slots=True)
class WrittenText:
    """A document as it was written, with its sentences, which are found when they are asked for."""

    name: str
    text: str
    begins: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def sentences(self, start: int, end: int) -> tuple[int, int]:
        """The span of the sentences that hold `text[start:end]`."""
        if not self.begins:
            # nupunkt's model takes 100 ms to load.
            from rag.chunking import sentence_spans
            from rag.loaders.text import text_blocks

            blocks = text_blocks(self.text)
            spans = [span for block in blocks for span in sentence_spans(self.text, block)]
            spans = spans or [(0, len(self.text))]  # a list of nothing but marks
            self.begins, self.ends = [span[0] for span in spans], [span[1] for span in spans]
        first = max(bisect_right(self.begins, start) - 1, 0)
        last = max(bisect_right(self.begins, end - 1) - 1, 0)
        # Marks of a list stand before its first sentence, and in none.
        return min(start, self.begins[first]), max(end, self.ends[last])


@dataclass(slots=True)
class Draft:
    """A set in the making: documents are written at once, the questions at the end."""

    source: Path
    folder: Path
    show: ShowDone
    n_documents: int = 0
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    first: WrittenText | None = None

    def __post_init__(self) -> None:
        (self.folder / "documents").mkdir(parents=True)

    def document(self, identity: str, text: str, title: str = "") -> WrittenText | None:
        """Write a document that is read back as exactly `text`; None where it has no words.

        `text` is canonical. Its file says title and identity where the name does not.
        """
        title = " ".join(canonical(title).split())
        if not holds_text(text):
            text = title
        if not holds_text(text):
            return None
        stem = self._stem(identity)
        stated = {"title": title} if title else {}
        if stem != identity:
            stated["id"] = identity
        data = text.encode("utf-8")
        # Plain text that begins as a mail or a web page would be read as one.
        if stated or kind_of(data) is not None or text.startswith("GIF8"):
            data = _front_matter(stated or {"id": identity}).encode("utf-8") + data
            stem = f"{stem}.md"
        else:
            stem = f"{stem}.txt"
        if kind_of(data) is not None:
            words = f"begins as {kind_of(data)} and would be read as that; remove it"
            raise ConfigurationError(f"{self.source}: the text {json.dumps(identity)} {words}")
        (self.folder / "documents" / stem).write_bytes(data)
        self.n_documents += 1
        if self.n_documents % _SHOW_EVERY == 0:
            self.show("documents", self.n_documents)
        made = WrittenText(stem, text)
        self.first = self.first or made
        return made

    def copy(self, folder: Path) -> None:
        """Copy the files of a folder as they are."""
        for name, path in discover(folder).files.items():
            target = self.folder / "documents" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            self.n_documents += 1
            if self.n_documents % _SHOW_EVERY == 0:
                self.show("documents", self.n_documents)

    def row(self, values: Mapping[str, Any], where: str = "") -> None:
        """Add a question, which stands at `where`; `values` as in `questions.jsonl`."""
        if values["id"] in self.ids:
            words = f"the id {json.dumps(values['id'])} is there twice; give each question its own"
            raise ConfigurationError(f"{where or self.source}: {words}")
        self.ids.add(values["id"])
        self.lines.append(json.dumps(values, ensure_ascii=False))
        if len(self.lines) % _SHOW_EVERY == 0:
            self.show("questions", len(self.lines))

    def note(self, number: int, said: str) -> None:
        """Say how many of something were left out, where any were."""
        if number:
            self.notes.append(f"{number} {said}.")

    def finish(self, about: Mapping[str, str], kind: str) -> None:
        """Write questions and README, and read one document back."""
        if not self.lines:
            words = "has no questions with a judgement or answer; give one of the format"
            raise ConfigurationError(f"{self.source} {words} {kind}")
        if not self.n_documents:
            raise ConfigurationError(f"{self.source} has no documents; nothing can be asked of it")
        if self.first is not None:
            path = self.folder / "documents" / self.first.name
            with Parser() as parser:
                try:
                    same = parser.parse(path.read_bytes(), path.name).text == self.first.text
                except DocumentError:
                    same = False
            if not same:
                raise ConfigurationError(f"{path.name} is not read as it was written; report this")
        questions = self.folder / "questions.jsonl"
        questions.write_text("\n".join(self.lines) + "\n", "utf-8")
        licence = about.get("licence", "unknown: the source was imported without one")
        judges = about.get("judges", "unknown: who judged it was not stated at the import")
        said = "".join(f"- {note}\n" for note in self.notes)
        counts = f"{len(self.lines)} questions, {self.n_documents} documents"
        try:
            load_set(self.folder, check_quotes=False)
        except ConfigurationError as error:
            # That file goes with the folder; its lines are the questions by number.
            words = str(error).removeprefix(f"{questions}, line ")
            raise ConfigurationError(f"{self.source}: in question {words}") from error
        (self.folder / "README.md").write_text(
            f"{_front_matter(about)}# {about['title']}\n\n"
            f"- Source: {about['source']}, imported from the format {kind}.\n"
            f"- Licence: {licence}.\n- Judges: {judges}.\n- {counts}.\n{said}\n"
            "What it cannot show: not stated at the import; write it here.\n",
            "utf-8",
        )
        self.show("documents", self.n_documents)
        self.show("questions", len(self.lines))

    def _stem(self, identity: str) -> str:
        """A name for a file from an id: never a path, never one that is taken."""
        stem = _UNSAFE.sub("-", canonical(identity)).strip(".-")
        stem = stem.encode("utf-8")[:_MAX_STEM_BYTES].decode("utf-8", "ignore")
        # Some file systems take names that differ in case alone for the same.
        if not stem or _KEPT_NAMES.match(stem) or stem.casefold() in self.taken:
            digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
            stem = f"{stem}-{digest[:8]}".lstrip("-")
        while stem.casefold() in self.taken:
            stem += "_"
        self.taken.add(stem.casefold())
        return stem


def _front_matter(values: Mapping[str, str]) -> str:
    # 20 ms to import.
    import yaml

    return f"---\n{yaml.safe_dump(dict(values), allow_unicode=True, width=10**9)}---\n"
