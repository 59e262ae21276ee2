"""One document: its words beside the picture of its page, what is known of it, what to look at."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from rag.errors import NotFoundError, RagError
from rag.page_images import page_image
from rag.pipeline import Pipeline
from rag.store import Text
from rag.types import DocumentRecord
from rag.ui import draw, forgetting, indexing, known, words
from rag.ui.html import direction, element, fragment, isolated, marked
from rag.ui.reading import MAX_FOUND, Piece, find, headings, piece_at, pieces

# Keys of the session: which document and place the widgets stand for, the piece that is shown,
# which of the words found is the current one.
_OPENED, _PIECE, _CURRENT = "document-opened", "document-piece", "document-current"
_WORDS = "document-words"
IMAGE_WIDTH = 1000
FOUND = "attest-found"


@dataclass(frozen=True, slots=True)
class Place:
    """What a link names: a document, a version of it, a span of that text; None is not named."""

    document: str
    version: str | None = None
    start: int | None = None
    end: int | None = None


def show(pipeline: Pipeline) -> None:
    """The document that the address names, or why it cannot be shown."""
    if st.button("← All documents"):
        st.query_params.clear()
        st.rerun()
    indexing.progress()
    place = place_of(st.query_params.to_dict())
    try:
        record = pipeline.store.documents.record(place.document)
    except NotFoundError as error:
        draw.problem(str(error))
        return
    _head(record)
    if record.state == "forgotten":
        draw.problem("This document was forgotten; nothing of it is kept.")
        return
    if place.version or record.version:
        _read(pipeline, record, place)
    with st.expander("What is known of it, and where from"):
        known.show(pipeline, record)
    if record.flags or record.notes:
        with st.expander(f"To look at: {words.to_look_at(record)}", expanded=bool(record.flags)):
            _look(pipeline, record)
    if st.button("Forget this document"):
        forgetting.ask(pipeline, record)


def place_of(address: dict[str, str]) -> Place:
    """The place that the parameters of an address name; numbers that are none are passed over."""

    def number(name: str) -> int | None:
        value = address.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None

    return Place(
        address.get("document", ""), address.get("version") or None, number("at"), number("to")
    )


def _head(record: DocumentRecord) -> None:
    title = record.metadata.title or words.UNTITLED
    published = record.metadata.published
    parts = [
        record.metadata.publisher or "publisher unknown",
        words.published(
            published.value if published else None, published.precision if published else None
        ),
        words.kind(record.media_type),
        *([words.counted(record.n_pages, "page")] if record.n_pages else []),
        words.counted(record.n_chunks, "passage"),
        record.source,
    ]
    line = fragment(
        *(fragment(" · " if number else "", isolated(part)) for number, part in enumerate(parts))
    )
    st.html(
        fragment(
            element("h2", isolated(title), dir=direction(title)),
            element("p", line, class_="attest-quiet"),
        )
    )
    if record.error:
        what = "The file as it is now" if record.version else "This file"
        draw.problem(f"{what} could not be read: {words.failure(record)}")
    if record.state == "removed":
        draw.notices(["It is no longer in its folder and in no new answer; its text is kept."])


def _read(pipeline: Pipeline, record: DocumentRecord, place: Place) -> None:
    """The text of a version, a page or piece at a time, words found in it, the page's picture."""
    version = place.version or record.version or ""
    kept = pipeline.store.documents.versions_of(record.id)
    text = None
    if version in {row["version"] for row in kept}:  # lest it be another document's words
        with suppress(NotFoundError):
            text = pipeline.store.documents.text(version)
    if text is None:
        draw.problem("The version that this link names is not kept any more, or never was one.")
        return
    if version != record.version:
        draw.notices([_former(kept, version)])
    cut = pieces(text)
    _follow(place, version, cut, len(text.text))
    quoted = _quoted(place, len(text.text))

    def go(number: int) -> None:
        address = {"document": place.document, "at": str(cut[number].start)}
        if place.version:
            address["version"] = place.version
        st.query_params.from_dict(address)  # so that a link or a reload shows it again
        st.session_state[_OPENED] = place_of(address), version
        st.session_state[_PIECE] = number

    found = _search(text, cut, go)
    _moves(text, cut, go)
    piece = cut[st.session_state[_PIECE]]
    original = _original(pipeline, record, version) if piece.page is not None else None
    if original is None:
        _text(text, piece, quoted, found)
        return
    with st.container(key="reading-pages"):
        left, right = st.columns([1, 1], gap="large")
        with left:
            _text(text, piece, quoted, found)
        with right:
            _picture(original, piece)


def _former(kept: Sequence[Mapping[str, str]], version: str) -> str:
    """That a version is not the one in force, and since when, where that is known."""
    last_seen = max(row["last_seen"] for row in kept if row["version"] == version)
    later = [row["first_seen"] for row in kept if row["first_seen"] > last_seen]
    if not later:
        return "This is a former version: the file has changed since."
    since = words.published(min(later), "time")
    return f"This is a former version: the source changed on {since}, as the next run found."


def _follow(place: Place, version: str, cut: list[Piece], n_chars: int) -> None:
    """Let the widgets follow the address where it leads somewhere else than before."""
    opened = (place, version)
    if st.session_state.get(_OPENED) == opened and _PIECE in st.session_state:
        st.session_state[_PIECE] = min(st.session_state[_PIECE], len(cut) - 1)
        return
    start = place.start or 0
    if start > n_chars:
        draw.note(f"The link names character {start:,}; this text has {n_chars:,}.")
    st.session_state[_OPENED] = opened
    st.session_state[_PIECE] = piece_at(cut, start)
    st.session_state[_CURRENT] = 0
    st.session_state[_WORDS] = ""


def _quoted(place: Place, n_chars: int) -> tuple[int, int] | None:
    """The span that the address asks to be shown."""
    if place.start is None or place.end is None or not place.start < place.end <= n_chars:
        return None
    return place.start, place.end


def _search(text: Text, cut: list[Piece], go: Callable[[int], None]) -> list[tuple[int, int]]:
    """Words to find in the whole text; the piece with the current one is shown."""

    def take(found: list[tuple[int, int]], number: int) -> None:
        st.session_state[_CURRENT] = number % len(found)
        go(piece_at(cut, found[number % len(found)][0]))

    def begin() -> None:
        st.session_state[_CURRENT] = 0
        if found := find(text.text, st.session_state[_WORDS]):
            take(found, 0)

    with st.container(horizontal=True, vertical_alignment="bottom", key="document-find"):
        wanted = st.text_input(
            "Find in this document", key=_WORDS, on_change=begin, placeholder="words as they stand"
        )
        found = find(text.text, wanted)
        current = st.session_state[_CURRENT]
        if len(found) > 1:
            st.button("Previous match", on_click=take, args=(found, current - 1))
            st.button("Next match", on_click=take, args=(found, current + 1))
    if wanted.strip():
        draw.note(
            f"{current + 1} of {_n_places(len(found))}"
            if found
            else "These words do not stand in it one after the other."
        )
    return found


def _n_places(found: int) -> str:
    """How many places were found, as far as they were counted."""
    counted = words.counted(found, "place")
    return f"the first {counted}" if found == MAX_FOUND else counted


def _moves(text: Text, cut: list[Piece], go: Callable[[int], None]) -> None:
    """From one page or piece to another, and to a heading."""

    def to_heading() -> None:
        chosen = st.session_state["document-heading"]
        if chosen is not None:
            go(piece_at(cut, chosen))

    what = "page" if cut[0].page is not None else "part"
    number = st.session_state[_PIECE]
    with st.container(horizontal=True, vertical_alignment="bottom", key="document-moves"):
        if len(cut) > 1:
            previous, following = f"Previous {what}", f"Next {what}"
            st.button(previous, on_click=go, args=(number - 1,), disabled=number == 0)
            st.button(following, on_click=go, args=(number + 1,), disabled=number == len(cut) - 1)
            st.selectbox(
                f"Go to {what}",
                range(len(cut)),
                key=_PIECE,
                format_func=lambda place: _name(cut[place], place, len(cut)),
                on_change=lambda: go(st.session_state[_PIECE]),
            )
        if there := {one.start: one for one in headings(text)}:
            st.selectbox(
                "Go to heading",
                list(there),
                index=None,
                key="document-heading",
                format_func=lambda start: (
                    "· " * (there[start].level - 1) + words.shortened(there[start].text, 90)
                ),
                on_change=to_heading,
                placeholder=words.counted(len(there), "heading"),
            )


def _name(piece: Piece, number: int, n_pieces: int) -> str:
    if piece.page is None:
        return f"part {number + 1} of {n_pieces}"
    printed = f" (printed {piece.label})" if piece.label not in (None, str(piece.page)) else ""
    return f"page {piece.page}{printed}"


def _text(
    text: Text, piece: Piece, quoted: tuple[int, int] | None, found: list[tuple[int, int]]
) -> None:
    """The words of a piece, what was asked for marked and brought into view."""
    shown = text.text[piece.start : piece.end].rstrip()
    lead = len(shown) - len(shown.lstrip("\n"))  # empty lines at the top
    piece, shown = replace(piece, start=piece.start + lead), shown[lead:]
    spans = [*found, *([quoted] if quoted else [])]
    within = [
        (max(start, piece.start) - piece.start, min(end, piece.end) - piece.start)
        for start, end in spans
        if start < piece.end and piece.start < end
    ]
    current = found[st.session_state[_CURRENT]] if found else quoted
    focus = None
    if current is not None and current[0] < piece.end and piece.start < current[1]:
        focus = max(current[0] - piece.start, 0), min(current[1], piece.end) - piece.start
    if not shown.strip():
        draw.note("There are no words on this page.")
        return
    st.html(
        element(
            "div",
            marked(shown, within, focus=focus, anchor=FOUND),
            class_="attest-reader",
            tabindex="0",
            role="region",
            aria_label="Text of the document",
        )
    )
    if focus is not None:
        draw.bring_into_view(FOUND, f"{piece.start}-{focus[0]}-{focus[1]}")


def _picture(original: Path, piece: Piece) -> None:
    try:
        picture = _painted(str(original), original.stat().st_mtime, piece.page or 1)
    except (RagError, OSError) as error:
        draw.note(f"No picture of this page: {error}")
        return
    st.image(picture, width="stretch", alt=f"Page {piece.page} as it looks")


@st.cache_data(show_spinner="Drawing the page…", max_entries=64)
def _painted(path: str, modified: float, number: int) -> bytes:
    """A picture of a page, kept for whoever looks at it next."""
    return page_image(Path(path), number, width=IMAGE_WIDTH)


def _original(pipeline: Pipeline, record: DocumentRecord, version: str) -> Path | None:
    """The file that a version was read from, where it is kept and has pages to be drawn."""
    if record.media_type != "application/pdf":
        return None
    for row in reversed(pipeline.store.documents.versions_of(record.id)):
        path = pipeline.store.originals.path(row["file_sha256"])
        if row["version"] == version and path.exists():
            return path
    draw.note("The original is not kept, so there are no pictures of its pages.")
    return None


def _look(pipeline: Pipeline, record: DocumentRecord) -> None:
    """Flags, each with its place as a link that opens it, and what the loader has to say."""
    read = pipeline.store.documents.text(record.version) if record.version else None
    lines = []
    for flag in record.flags:
        detail = isolated(f"“{words.shortened(flag.detail, 300)}”")
        said = [words.FLAGS[flag.kind], ": ", detail]
        if read is not None and flag.end > flag.start:
            page = read.pages_of(flag.start, flag.end).first
            where = f"page {page}, " if page is not None else ""
            link = f"library?document={record.id}&version={record.version}"
            said[1:1] = [
                ", ",
                element(
                    "a",
                    f"{where}characters {flag.start:,} to {flag.end:,}",
                    href=f"{link}&at={flag.start}&to={flag.end}",
                ),
            ]
        lines.append(element("p", *said))
    if lines:
        draw.box("attest-notice", *lines, role="status")
    draw.notices(record.notes)
