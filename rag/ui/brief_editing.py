"""A brief's sections and parts on the page: ordered, written and taken out, each edit saved."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from rag.brief import editing
from rag.brief.citing import resolver
from rag.brief.composing import attribution, left_out_of, standing
from rag.brief.editing import Edited
from rag.brief.outline import kept_answers, write_bottom_line
from rag.brief.verifying import said_otherwise
from rag.errors import RagError
from rag.pipeline import Pipeline
from rag.store.briefs import MAX_LINE_CHARS
from rag.types import AnswerItem, Brief, BriefSection, Item, citation_key
from rag.ui import draw, state, words
from rag.ui.html import Html, direction, element, isolated
from rag.ui.jobs import Step

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

LANE = "briefs"
_SAID, _PROBLEM, _SHOWN = "brief-said", "brief-problem", "brief-shown"
_HOW = (
    "Markdown. `[@key]` calls a citation of this brief, `[@ANSWER#2]` the second one of a kept "
    "answer, `[@DOCUMENT:120-180]` characters of a document."
)
Edit = Callable[[Brief], Edited]


def said() -> None:
    """What came of the last edit: its notices, or why nothing was saved."""
    if problem := st.session_state.pop(_PROBLEM, None):
        draw.problem(problem)
    draw.notices(st.session_state.pop(_SAID, ()))


def shown_version(latest: Brief) -> int:
    """The version that this window shows of a brief: the latest, unless it began with another."""
    identity, version = st.session_state.get(_SHOWN, (latest.id, latest.version))
    if identity != latest.id:
        version = latest.version
    st.session_state[_SHOWN] = (latest.id, version)
    return int(version)


def show_latest() -> None:
    """Show the latest version at the next run."""
    st.session_state.pop(_SHOWN, None)


def apply(pipeline: Pipeline, brief: Brief, edit: Edit) -> bool:
    """Make an edit and save it; what goes wrong is said at the next drawing, and nothing is lost.

    The edit is made on the version that is shown: one that was saved meanwhile is not undone.
    """
    try:
        edited = edit(brief)
        saved = editing.save(pipeline.store, edited)
        notices = (*edited.notices, *said_otherwise(saved, brief))
    except RagError as error:
        st.session_state[_PROBLEM] = str(error)
        return False
    if notices:
        st.session_state[_SAID] = notices
    show_latest()
    return True


def restore(pipeline: Pipeline, brief: Brief, version: int) -> None:
    """Make an earlier version the newest."""
    earlier = pipeline.store.briefs.get(brief.id, version=version)
    apply(pipeline, brief, lambda one: editing.restored(one, earlier))


def refresh(pipeline: Pipeline, brief: Brief) -> None:
    """Name the sources as they are described now."""
    apply(pipeline, brief, lambda one: editing.refreshed(pipeline.store, one))


def edit(pipeline: Pipeline, brief: Brief) -> None:
    """The brief's parts in their order, each with what can be done with it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(element("h3", "Bottom line"))
        if pipeline.settings.chat_model is not None:
            st.button(
                "Let the model write it",
                help="From what the answers cite; each sentence is checked as an answer's",
                on_click=_written_by_model,
                args=(pipeline, brief),
            )
        _writing(pipeline, brief, editing.BOTTOM, brief.bottom_line)
    if brief.bottom_line is None:
        draw.note("None yet: what the reader has to know first, in two or three sentences.")
    else:
        st.html(_shown(brief.bottom_line))
    for at, section in enumerate(brief.sections, start=1):
        _section(pipeline, brief, at, section)
    st.divider()
    with st.form("new-section", border=False, clear_on_submit=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            heading = st.text_input("New section", placeholder="its heading")
            added = st.form_submit_button("Add section")
        if added and apply(pipeline, brief, lambda one: editing.add_section(one, heading)):
            st.rerun()
    draw.note("Answers are added on the page Ask, beneath the answer.")


def _written_by_model(pipeline: Pipeline, brief: Brief) -> None:
    """Queue a bottom line: a model may take its time, and nobody's page waits for it."""

    def work(step: Step) -> tuple[str, ...]:
        step(0.0, "The model is writing…")
        latest = pipeline.store.briefs.get(brief.id)
        _, notices = write_bottom_line(pipeline, latest, kept_answers(pipeline.store, latest))
        return notices or ("The bottom line is written.",)

    label = f"Bottom line of {words.shortened(brief.title, 60)}"
    state.jobs().start(LANE, label, work, about=brief.id, owner=state.session())


def heads(pipeline: Pipeline, brief: Brief) -> None:
    """Title, author, date and handling line."""
    with st.form("brief-heads", border=False):
        before = {
            "title": brief.title,
            "author": brief.author or "",
            "date": brief.date or "",
            "handling": brief.handling or "",
        }
        labels = ("Title", "Author", "Date", "Handling line")
        given = {
            name: st.text_input(label, value=before[name], max_chars=MAX_LINE_CHARS)
            for name, label in zip(before, labels, strict=True)
        }
        if st.form_submit_button("Save"):
            changed = {name: value for name, value in given.items() if value != before[name]}
            latest = pipeline.store.briefs.get(brief.id)
            if changed and apply(pipeline, latest, lambda one: editing.with_heads(one, changed)):
                st.rerun()
            said()


def _section(pipeline: Pipeline, brief: Brief, at: int, section: BriefSection) -> None:
    place = str(at)
    with st.container(key=f"section-{section.id}"):
        st.divider()
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            heading = section.heading or "(no heading)"
            st.html(element("h3", f"{at}. ", isolated(heading), dir=direction(heading)))
            with _acts(section.id):
                _arrows(pipeline, brief, place, first=at == 1, last=at == len(brief.sections))
                with st.popover("Rename", key=f"rename-{section.id}-{brief.version}"):
                    _rename(pipeline, brief, place, section)
                _remove(pipeline, brief, place, f"section {at} with what is in it")
        for inner, item in enumerate(section.items, start=1):
            _item(pipeline, brief, (at, inner), item)
        with (
            st.popover("Add text", key=f"add-text-{section.id}-{brief.version}"),
            st.form(f"text-{section.id}-{len(section.items)}", border=False),
        ):
            text = st.text_area("Your text", height=180, help=_HOW)
            if st.form_submit_button("Add"):
                resolve = resolver(pipeline.store)
                latest = pipeline.store.briefs.get(brief.id)
                where = [one.id for one in latest.sections]
                base = latest if section.id in where else brief
                here = str(where.index(section.id) + 1) if base is latest else place
                if apply(pipeline, base, lambda one: editing.add_text(one, text, resolve, here)):
                    st.rerun()
                said()


def _item(pipeline: Pipeline, brief: Brief, place: tuple[int, int], item: Item) -> None:
    at, inner = place
    here = f"{at}.{inner}"
    section = brief.sections[at - 1]
    with st.container(key=f"part-{item.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if isinstance(item, AnswerItem):
                question = item.answer.question
                st.html(
                    element("p", element("strong", isolated(question)), dir=direction(question))
                )
            else:
                draw.note("Your text")
            with _acts(item.id):
                _arrows(
                    pipeline,
                    brief,
                    here,
                    first=at == 1 and inner == 1,
                    last=at == len(brief.sections) and inner == len(section.items),
                )
                _writing(pipeline, brief, here, item)
                _remove(pipeline, brief, here, "this part")
        st.html(_shown(item))
        rows = left_out_of(item)
        if rows:
            with st.expander(f"Left out by the checks: {words.counted(len(rows), 'sentence')}"):
                st.html(
                    element(
                        "ul",
                        *(
                            element(
                                "li",
                                isolated(text),
                                element("p", isolated(why), class_="attest-aside"),
                            )
                            for text, why in rows
                        ),
                    )
                )


def _acts(identity: str) -> "DeltaGenerator":
    """What can be done with a part, close together wherever the line breaks."""
    return st.container(
        horizontal=True,
        vertical_alignment="center",
        gap="small",
        width="content",
        key=f"acts-{identity}",
    )


def _shown(item: Item) -> Html:
    """A part as it stands: sentences with the keys of their citations."""
    if isinstance(item, AnswerItem):
        sentences = standing(item.answer)
        if not sentences:
            return element(
                "p", "The sources do not answer it; the brief says so.", class_="attest-aside"
            )
        by_number = {one.number: one for one in item.answer.citations}
        lines = [
            element(
                "li",
                isolated(sentence.text),
                *(
                    element(
                        "small",
                        f" [@{citation_key(by_number[number])}] ",
                        isolated(attribution(by_number[number])),
                    )
                    for number in sentence.citations
                ),
                dir=direction(sentence.text),
            )
            for sentence in sentences
        ]
        return element("ul", *lines)
    return element(
        "div",
        *(element("p", part, dir=direction(part)) for part in item.text.split("\n\n")),
        class_="attest-text",
    )


def _writing(pipeline: Pipeline, brief: Brief, place: str, item: Item | None) -> None:
    """The text of a part in a box; an answer that is edited becomes the author's words."""
    label = "Write it" if item is None else "Edit"
    now = "" if item is None else editing.text_of(item)
    identity = "bottom" if item is None else item.id
    with (
        st.popover(label, key=f"write-{identity}-{brief.version}"),
        st.form(f"form-{identity}", border=False),
    ):
        # The version in the keys: what was saved closes the box, and shows its words when opened.
        if isinstance(item, AnswerItem):
            draw.note("Saved, the answer becomes your own text; its citations stay.")
        text = st.text_area(
            "Text", value=now, height=220, help=_HOW, key=f"words-{identity}-{brief.version}"
        )
        if st.form_submit_button("Save"):
            resolve = resolver(pipeline.store)
            base = _base(pipeline, brief, item)
            here = place if item is None or base is brief else editing.place_of(base, item.id)
            if apply(pipeline, base, lambda one: editing.with_text(one, here, text, resolve)):
                st.rerun()
            said()
            if base is brief and base.version != pipeline.store.briefs.get(brief.id).version:
                draw.note("Your words, to copy; they are not saved:")
                st.code(text, language=None, wrap_lines=True)


def _base(pipeline: Pipeline, brief: Brief, item: Item | None) -> Brief:
    """The version to edit: the latest where this part is as it is shown, else the one shown.

    What others saved elsewhere in the brief stays; a part that they changed is not overwritten.
    """
    latest = pipeline.store.briefs.get(brief.id)
    if latest.version == brief.version:
        return brief
    same = latest.bottom_line is None if item is None else item in tuple(latest.items())
    return latest if same else brief


def _rename(pipeline: Pipeline, brief: Brief, place: str, section: BriefSection) -> None:
    with st.form(f"rename-form-{section.id}", border=False):
        heading = st.text_input("Heading", value=section.heading, max_chars=MAX_LINE_CHARS)
        if st.form_submit_button("Save"):
            if apply(pipeline, brief, lambda one: editing.renamed(one, place, heading)):
                st.rerun()
            said()


def _arrows(pipeline: Pipeline, brief: Brief, place: str, *, first: bool, last: bool) -> None:
    """Up and down: a section among the sections, a part past the ends of its section too."""
    for name, icon, step, disabled in (
        ("Up", ":material/arrow_upward:", -1, first),
        ("Down", ":material/arrow_downward:", 1, last),
    ):
        st.button(
            name,  # a picture alone has no name for who hears the page
            icon=icon,
            key=f"{name}-{place}",
            disabled=disabled,
            type="tertiary",
            help=f"Move {place} {name.casefold()}",
            on_click=_move,
            args=(pipeline, brief, place, step),
        )


def _move(pipeline: Pipeline, brief: Brief, place: str, step: int) -> None:
    apply(pipeline, brief, lambda one: editing.moved(one, place, neighbour(one, place, step)))


def neighbour(brief: Brief, place: str, step: int) -> str:
    """The place before or after one; past the end of a section lies the next section."""
    section, _, inner = place.partition(".")
    if not inner:
        return str(int(section) + step)
    at, n_items = int(section), len(brief.sections[int(section) - 1].items)
    if step < 0 and inner == "1":
        return str(at - 1)  # its end
    if step > 0 and int(inner) == n_items:
        return f"{at + 1}.1"
    return f"{at}.{int(inner) + step}"


def _remove(pipeline: Pipeline, brief: Brief, place: str, what: str) -> None:
    st.button(
        "Remove",
        icon=":material/delete:",
        key=f"remove-{place}",
        type="tertiary",
        help=f"Take out {what}; earlier versions keep it",
        on_click=_taken_out,
        args=(pipeline, brief, place),
    )


def _taken_out(pipeline: Pipeline, brief: Brief, place: str) -> None:
    apply(pipeline, brief, lambda one: editing.removed(one, place))
