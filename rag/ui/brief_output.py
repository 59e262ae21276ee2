"""What comes out of a brief on the page: its reading view, sources, files, and verification."""

import streamlit as st

from rag.brief import editing, exporting
from rag.brief.bundle import make_bundle
from rag.brief.composing import DEFAULT_STYLE, Manner, called_by, compose
from rag.brief.html import to_html
from rag.brief.styles import STYLES
from rag.brief.verifying import Verification, verify_in_store
from rag.errors import RagError
from rag.pipeline import Pipeline
from rag.store.briefs import MAX_LINE_CHARS
from rag.types import Brief, Descriptor
from rag.ui import brief_editing, draw, words
from rag.ui.html import element, isolated

STYLE_NAMES = {"chicago": "Chicago (notes)", "apa": "APA", "ieee": "IEEE"}
_FORM, _STYLE, _QUOTES = "brief-form", "brief-style", "brief-quotes"
_BUNDLE, _ABOUT_BUNDLE = "zip", "all that proves the brief, to verify anywhere"
_FRAME_HEIGHT = 900
_LABELS = {
    "kind": "Kind",
    "originator": "Originator",
    "hand": "First-hand or relayed",
    "limits": "Known limits",
}


def read(brief: Brief) -> None:
    """The brief as its web page has it, in a frame of its own where nothing can run."""
    manner = _manner()
    try:
        page = to_html(compose(brief, manner))
    except RagError as error:
        draw.problem(str(error))
        return
    st.iframe(page, height=_FRAME_HEIGHT)


def export(pipeline: Pipeline, brief: Brief) -> None:
    """The brief as a file of the chosen form, or why it cannot be made."""
    form = st.selectbox(
        "File",
        (*exporting.FORMATS, _BUNDLE),
        index=list(exporting.FORMATS).index("docx"),
        key=_FORM,
        format_func=lambda name: f"{name.upper()}: {exporting.FORMATS.get(name, _ABOUT_BUNDLE)}",
    )
    st.selectbox(
        "References",
        STYLES,
        index=STYLES.index(DEFAULT_STYLE),
        key=_STYLE,
        format_func=lambda name: STYLE_NAMES[name],
    )
    st.checkbox("Exact quotes in the notes", key=_QUOTES)
    spans_only = form == _BUNDLE and st.checkbox("Only the cited words, not whole texts")
    try:
        data, digest = _made(pipeline, brief, form, _manner(), spans_only)
    except RagError as error:
        draw.problem(str(error))
        return
    st.download_button(
        f"Download ({max(1, round(len(data) / 1000)):,} kB)",
        data=data,
        file_name=exporting.file_name(brief, form),
        mime=exporting.MEDIA_TYPES[form],
        key="brief-download",
        on_click="ignore",
        type="primary",
    )
    if digest:
        draw.note(f"Digest to publish: {digest}")


def _made(
    pipeline: Pipeline, brief: Brief, form: str, manner: Manner, spans_only: bool
) -> tuple[bytes, str]:
    """The bytes of a file, and the digest of a bundle; kept, for a version never changes."""
    if form == _BUNDLE:  # its texts may be forgotten meanwhile
        made = make_bundle(pipeline.store, brief, manner, spans_only=spans_only)
        return made.data, made.digest
    return _exported(brief, brief.id, brief.version, form, manner.style, manner.quotes), ""


@st.cache_data(show_spinner=False, max_entries=16)
def _exported(
    _brief: Brief, identity: str, version: int, form: str, style: str, quotes: bool
) -> bytes:
    return exporting.exported(_brief, form, Manner(style, quotes))


def sources(pipeline: Pipeline, brief: Brief) -> None:
    """The list of sources with descriptors to edit, and the summary statement."""
    try:
        manuscript = compose(brief, _manner())
    except RagError as error:
        draw.problem(str(error))
        return
    documents = dict.fromkeys(one.document for item in brief.items() for one in called_by(item))
    for entry, document in zip(manuscript.sources, documents, strict=True):
        with st.container(key=f"source-{document}"):
            st.html(
                element(
                    "p",
                    f"{entry.number}. ",
                    isolated("".join(run.text for run in entry.runs)),
                )
            )
            st.html(
                element(
                    "ul",
                    *(
                        element("li", element("strong", label), ": ", isolated(value))
                        for label, value in entry.descriptor
                    ),
                )
            )
            with st.popover("Describe", key=f"describe-{document}-{brief.version}"):
                _describe(pipeline, brief, document)
    st.html(element("h3", "Source summary statement"))
    st.html(
        element(
            "ul",
            *(
                element("li", element("strong", label), ": ", isolated(value))
                for label, value in manuscript.summary
            ),
        )
    )
    st.button(
        "Name sources as they are described now",
        help="Titles, publishers and dates that were corrected in the library since",
        on_click=brief_editing.refresh,
        args=(pipeline, brief),
    )


def verify(pipeline: Pipeline, brief: Brief) -> None:
    """Every citation held against the store as it is now, what fails first."""
    try:
        found = verify_in_store(pipeline.store, brief)
    except RagError as error:
        draw.problem(str(error))
        return
    _verified(found)


def _verified(found: Verification) -> None:
    n, held = len(found.citations), sum(check.holds for check in found.citations)
    fitting = found.n_sentences - len(found.sentences)
    summary = [
        f"{held} of {words.counted(n, 'citation')} hold.",
        f"{fitting} of {words.counted(found.n_sentences, 'sentence')} keep the particulars of what "
        "they cite.",
    ]
    if found.holds:
        draw.notices(summary)
    else:
        draw.problem(" ".join(summary))
    for row in found.sentences:
        draw.box(
            "attest-problem",
            element("p", f"At {row.place}: ", isolated(row.text)),
            element("p", isolated(row.why), class_="attest-aside"),
            role="status",
        )
    lines = []
    for check in sorted(found.citations, key=lambda one: one.holds):
        notes = ", ".join(map(str, check.notes))
        mark = "Holds" if check.holds else "Does not hold"
        lines.append(
            element(
                "li",
                element("strong", f"{mark}, note {notes}: "),
                isolated(check.source),
                element(
                    "p",
                    isolated(check.why),
                    class_="attest-quiet" if check.standing == "holds" else "attest-aside",
                ),
                element("blockquote", isolated(words.shortened(check.quote, 300))),
            )
        )
    st.html(element("ul", *lines))


def _describe(pipeline: Pipeline, brief: Brief, document: str) -> None:
    own = brief.descriptors.get(document, Descriptor())
    with st.form(f"describe-form-{document}", border=False):
        draw.note("An empty field is filled by what is known of the document.")
        before = {name: getattr(own, name) or "" for name in _LABELS}
        given = {
            name: st.text_input(label, value=before[name], max_chars=MAX_LINE_CHARS)
            for name, label in _LABELS.items()
        }
        if st.form_submit_button("Save"):
            changed = {name: value for name, value in given.items() if value != before[name]}
            if changed and brief_editing.apply(
                pipeline, brief, lambda one: editing.described(one, document, changed)
            ):
                st.rerun()
            brief_editing.said()


def _manner() -> Manner:
    style = st.session_state.get(_STYLE, DEFAULT_STYLE)
    return Manner(style, bool(st.session_state.get(_QUOTES, False)))
