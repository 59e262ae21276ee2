"""The page of briefs: a list of them, and one at a time to edit, read, export and verify."""

import streamlit as st

from rag.brief.editing import brief_date
from rag.brief.outline import make_brief, outline_of
from rag.errors import NotFoundError, RagError
from rag.pipeline import Pipeline
from rag.store import BriefRow
from rag.store.briefs import MAX_LINE_CHARS
from rag.types import Brief
from rag.ui import brief_editing, brief_output, draw, frame, indexing, state, words
from rag.ui.copying import escaped_label
from rag.ui.html import element, isolated
from rag.ui.jobs import Step

# What is shown of a brief, in the order of its making.
EDIT, READ, SOURCES, VERIFY = "Edit", "Read", "Sources", "Verify"
_VIEW = "brief-view"


def page() -> None:
    """The page as Streamlit runs it."""
    frame.page("Briefs", show)


def show(pipeline: Pipeline) -> None:
    """The list, or the brief that the address names."""
    name = st.query_params.get("brief")
    if name is None:
        _list(pipeline)
        return
    try:
        latest = pipeline.store.briefs.get(name)
        # What is typed belongs to the version that is shown: it stays until it is saved or left.
        shown = brief_editing.shown_version(latest)
        brief = (
            latest if shown == latest.version else pipeline.store.briefs.get(name, version=shown)
        )
    except NotFoundError as error:
        draw.problem(str(error))
        st.button("All briefs", on_click=st.query_params.clear)
        return
    _one(pipeline, brief, latest)


def _list(pipeline: Pipeline) -> None:
    indexing.progress(brief_editing.LANE)
    rows = pipeline.store.briefs.all(state.owner())
    if rows:
        st.html(element("h2", words.counted(len(rows), "brief")))
        for row in rows:
            _row(row)
    else:
        draw.note(
            "A brief is made of answers and of your own text, with a note for each citation. Begin "
            "one here, then add answers to it on the page Ask."
        )
    st.subheader("Begin a brief", anchor=False)
    with st.form("new-brief", border=False):
        title = st.text_input("Title", max_chars=MAX_LINE_CHARS)
        left, middle, right = st.columns(3)
        author = left.text_input("Author", max_chars=MAX_LINE_CHARS)
        date = middle.text_input("Date", placeholder="2026-11-25")
        handling = right.text_input("Handling line", placeholder="such as Internal")
        asked = st.text_area(
            "Questions to ask now", placeholder="one a line; each becomes a section", height=110
        )
        if st.form_submit_button("Begin", type="primary"):
            values = {"title": title, "author": author, "date": date, "handling": handling}
            try:
                _begin(pipeline, {name: value.strip() for name, value in values.items()}, asked)
            except RagError as error:
                draw.problem(str(error))
            else:
                st.rerun()


def _begin(pipeline: Pipeline, heads: dict[str, str], asked: str) -> None:
    """A new brief, opened; with questions it is made in the background, a section each."""
    known = {name: value or None for name, value in heads.items() if name != "title"}
    if known["date"] is not None:
        known["date"] = brief_date(known["date"])
    questions = [line.strip() for line in asked.splitlines() if line.strip()]
    owner = state.owner()
    if not questions:
        brief = pipeline.store.briefs.new(heads["title"], **known, owner=owner)
        _open(brief.id)
        return
    outline = outline_of({"title": heads["title"], **known, "sections": questions})

    def work(step: Step) -> tuple[str, ...]:
        def show(what: str, done: int, total: int) -> None:
            step(done / total if total else 0.0, f"{what}, {done} of {total}")

        brief, notices = make_brief(pipeline, outline, show=show, owner=owner)
        return (f"Made: {brief.title}.", *notices)

    label = f"Asking for {words.shortened(outline.title, 60)}"
    state.jobs().start(brief_editing.LANE, label, work, owner=state.session())


def _row(row: BriefRow) -> None:
    with st.container(key=f"row-brief-{row.id}", gap=None):
        st.button(
            escaped_label(words.shortened(row.title, 120)),
            key=f"open-brief-{row.id}",
            type="tertiary",
            on_click=_open,
            args=(row.id,),
        )
        parts = [
            words.counted(row.n_sections, "section"),
            words.counted(row.n_items, "part"),
            f"version {row.version}, saved {words.published(row.changed_at, 'time')}",
        ]
        draw.note(" · ".join(parts))


def _open(identity: str) -> None:
    brief_editing.show_latest()
    st.query_params.from_dict({"brief": identity})


def _one(pipeline: Pipeline, brief: Brief, latest: Brief) -> None:
    st.button("All briefs", icon=":material/arrow_back:", on_click=st.query_params.clear)
    st.html(element("h2", isolated(brief.title)))
    heads = [value for value in (brief.author, brief.date, brief.handling) if value]
    heads.append(f"version {brief.version}, saved {words.published(brief.changed_at, 'time')}")
    draw.note(" · ".join(heads))
    brief_editing.said()
    if latest.version != brief.version:
        note = pipeline.store.briefs.versions(brief.id)[0].note
        draw.notices([f"Version {latest.version} was saved meanwhile: {note}."])
        st.button("Show it", on_click=brief_editing.show_latest)
    indexing.progress(brief_editing.LANE)
    with st.container(horizontal=True, vertical_alignment="center", key="brief-tools"):
        view = st.segmented_control(
            "View",
            (EDIT, READ, SOURCES, VERIFY),
            default=EDIT,
            required=True,
            key=_VIEW,
            label_visibility="collapsed",
        )
        exports = st.popover("Export", key="brief-export", on_change="rerun")
        if exports.open:
            with exports:
                brief_output.export(pipeline, brief)
        with st.popover("Title and heads", key=f"brief-heads-{brief.version}"):
            brief_editing.heads(pipeline, brief)
        with st.popover("Versions", key=f"brief-versions-{brief.version}"):
            _versions(pipeline, brief)
        if st.button("Delete", help="The brief with all its versions"):
            _delete(pipeline, brief)
    match view:
        case "Read":
            brief_output.read(brief)
        case "Sources":
            brief_output.sources(pipeline, brief)
        case "Verify":
            brief_output.verify(pipeline, brief)
        case _:
            brief_editing.edit(pipeline, brief)


def _versions(pipeline: Pipeline, brief: Brief) -> None:
    """What was done when; an earlier version can be made the newest again."""
    saved = pipeline.store.briefs.versions(brief.id)
    for row in saved[:30]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            when = words.published(row.saved_at, "time")
            st.html(element("p", f"{row.version}: ", isolated(row.note), f", {when}"))
            if row.version != brief.version:
                st.button(
                    "Restore",
                    key=f"restore-{row.version}",
                    on_click=brief_editing.restore,
                    args=(pipeline, brief, row.version),
                )
    if len(saved) > 30:
        draw.note(f"and {len(saved) - 30} earlier ones: `rag brief show {brief.id} --versions`")


@st.dialog("Delete a brief")
def _delete(pipeline: Pipeline, brief: Brief) -> None:
    draw.note(brief.title)
    n = words.counted(brief.version, "version")
    draw.note(f"Its {n} are deleted for good. The answers in it stay kept.")
    sure = st.checkbox("Delete this brief")
    if st.button("Delete", type="primary", disabled=not sure):
        pipeline.store.briefs.delete(brief.id)
        st.query_params.clear()
        st.rerun()
