"""What stands in parts of its own beside a Word document's body: charts, inserted files, notes.

A part that is damaged is left out and said; where the list of parts is damaged, those that have
their usual names are found all the same.
"""

import posixpath
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.docx.styles import W
from rag.loaders.docx.words import Changes
from rag.loaders.facts import stated
from rag.loaders.office.drawings import C, add_chart, add_diagram
from rag.loaders.office.languages import languages
from rag.loaders.office.packages import Package, Relationship, counted, package_facts
from rag.loaders.office.runs import Run, Writer
from rag.types import Attachment, Document, Fact

if TYPE_CHECKING:
    from lxml.etree import _Element

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_NAMED = ("styles", "numbering", "footnotes", "endnotes", "comments")


class Parts:
    """The parts that the body `main` refers to; `notes` are sentences for the person."""

    def __init__(self, package: Package, main: str, notes: list[str]) -> None:
        self._package = package
        self._main = main
        self._notes = notes
        self._related = package.relationships(main, notes)
        self._unread_chunks = 0
        if package.is_unlisted(main, notes):
            folder = posixpath.dirname(main)
            targets = {kind: posixpath.join(folder, f"{kind}.xml") for kind in _NAMED}
            self._related = {
                kind: Relationship(kind, target, external=False)
                for kind, target in targets.items()
                if target in package
            }

    def root(self, kind: str) -> "_Element | None":
        """The root of the part of a kind, None where there is none or it is damaged."""
        for relationship in self._related.values():
            if relationship.kind == kind and not relationship.external:
                return self._package.optional_xml(relationship.target, self._notes)
        return None

    def notes_by_id(self, kind: str) -> dict[str, "_Element"]:
        """The foot- or endnotes by id, without the lines that separate them from the text."""
        root = self.root(f"{kind}s")
        if root is None:
            return {}
        return {
            element.get(f"{W}id", ""): element
            for element in root.iter(f"{W}{kind}")
            if element.get(f"{W}type", "normal") == "normal"
        }

    def add_drawing(self, element: "_Element", writer: Writer) -> None:
        """Add the chart or diagram that an element of the body stands for."""
        name = element.get(f"{R}id") or element.get(f"{R}dm") or ""
        relationship = self._related.get(name)
        if relationship is None or relationship.external:
            return
        root = self._package.optional_xml(relationship.target, self._notes)
        if root is None:
            return
        if element.tag == f"{C}chart":
            add_chart(writer, root)
        else:
            add_diagram(writer, root)

    def add_chunk(self, element: "_Element", writer: Writer) -> None:
        """Add a file that Word would put in place of a w:altChunk: a web page, or plain text."""
        try:
            chunk = self._chunk(self._related.get(element.get(f"{R}id", "")))
        except DocumentError:
            self._unread_chunks += 1
            return
        previous = None
        for block in chunk.blocks:
            # The chunk's own nearness: a line end alone between two blocks.
            near = previous is not None and block.start - previous == 1
            writer.add(
                block.kind,
                [Run(chunk.text[block.start : block.end])],
                level=block.level,
                near=near,
            )
            previous = block.end

    def embedded(self) -> tuple[Attachment, ...]:
        """The files put into the document."""
        kinds = {"footnotes", "endnotes"}
        parts = [self._main]
        parts += [held.target for held in self._related.values() if held.kind in kinds]
        return self._package.embedded(parts, self._notes)

    def say_what_was_left_out(self, changes: Changes) -> None:
        """Tell the notes of tracked changes, comments, inserted files, headers and footers."""
        comments = self.root("comments")
        n_comments = 0 if comments is None else sum(1 for _ in comments.iter(f"{W}comment"))
        self._notes += _sentences(changes, n_comments, self._unread_chunks)
        for relationship in self._related.values():
            if relationship.kind in {"header", "footer"} and not relationship.external:
                root = self._package.optional_xml(relationship.target, self._notes)
                if root is not None and _holds_words(root.iter(f"{W}t")):
                    self._notes.append("The headers and footers of its pages were left out.")
                    return

    def facts(self, titles: list[Fact], changes: Changes, text: str) -> tuple[Fact, ...]:
        """The titles that the body states, then what the properties say, and the language."""
        stated_facts = package_facts(self._package, self._notes)
        most = changes.languages.most_common(1)
        marked = stated("language", most[0][0], "language of its words") if most else None
        named = [fact for fact in stated_facts if fact.field == "language"]
        facts = [
            *sorted(titles, key=lambda fact: fact.detail != "title style"),
            *(fact for fact in stated_facts if fact.field != "language"),
            *languages(text, marked, *named),
        ]
        kept: dict[tuple[str, str], Fact] = {}
        for fact in facts:
            kept.setdefault((fact.field, fact.value), fact)
        return tuple(kept.values())

    def _chunk(self, relationship: Relationship | None) -> Document:
        from rag.loaders import html, rtf, text

        if relationship is None or relationship.external:
            raise DocumentError("refers to no part")
        data = self._package.read(relationship.target)
        suffix = relationship.target.rpartition(".")[2].casefold()
        readers = {"txt": text.parse, "rtf": rtf.parse}
        readers |= dict.fromkeys(("htm", "html", "xhtml"), html.parse)
        if suffix not in readers:
            raise DocumentError("of a kind that is not read here")
        return readers[suffix](data)


def _sentences(changes: Changes, n_comments: int, n_chunks: int) -> list[str]:
    notes = []
    made, undone = changes.insertions, changes.deletions
    if made and undone:
        notes.append(
            f"{made} tracked insertion{'s' * (made > 1)} {'were' if made > 1 else 'was'} kept and "
            f"{undone} tracked deletion{'s' * (undone > 1)} left out."
        )
    elif made:
        notes.append(counted(made, "tracked insertion", "kept."))
    elif undone:
        notes.append(counted(undone, "tracked deletion", "left out."))
    if n_comments:
        notes.append(counted(n_comments, "comment", "left out."))
    if n_chunks:
        notes.append(counted(n_chunks, "inserted file", "left out: of no kind that is read there."))
    return notes


def _holds_words(texts: Iterable["_Element"]) -> bool:
    return any((text.text or "").strip() for text in texts)
