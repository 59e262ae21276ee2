"""What every page may have to say: an error, a note, notices, that nothing is indexed yet."""

import re
from collections.abc import Sequence

import streamlit as st

from rag.ui.html import Html, element, fragment, isolated, stylesheet
from rag.ui.style import CSS


def styles() -> None:
    """The styles of the pages; once a run, before anything else."""
    st.html(stylesheet(CSS))


def problem(message: str) -> None:
    """An error made on purpose, as one line; shown as text, since it may quote a source."""
    box("attest-problem", element("p", isolated(message)), role="alert")


def note(message: str) -> None:
    """One quiet line."""
    st.html(element("p", isolated(message), class_="attest-quiet"))


def notices(lines: Sequence[str]) -> None:
    """What there is to say about an answer or a run, a line each."""
    if lines:
        box("attest-notice", *(element("p", isolated(line)) for line in lines), role="status")


def bring_into_view(anchor: str, token: str) -> None:
    """Scroll what stands under the id `anchor` into view, once for each `token`.

    Both are ours: letters, digits and hyphens. A script is the only way; it holds nothing foreign.
    """
    for word in (anchor, token):
        if not re.fullmatch(r"[A-Za-z0-9-]+", word):
            raise ValueError(f"{word!r} must not stand in a script")
    script = (
        f"const place = document.getElementById('{anchor}');"
        "if (place) place.scrollIntoView({block: 'center'});"
    )
    st.html(f"<script>/* {token} */ {script}</script>", unsafe_allow_javascript=True)


def first_run(corpus: str) -> None:
    """That nothing is indexed yet, and what to do about it."""
    st.html(
        fragment(
            element("h2", "Nothing is indexed yet"),
            element("p", ""),
            element(
                "p",
                "Put documents (PDF, Word, web pages, mail, tables, text) into ",
                element("strong", isolated(corpus)),
                " and choose “Index now”, or drop them on the Library page. While that folder is "
                "empty, the sample documents are indexed instead, so that you can try a question.",
            ),
            element(
                "p",
                "Indexing reads each file once, on this machine. The first time, loading the "
                "embedding model takes a few seconds.",
                class_="attest-quiet",
            ),
        )
    )


def box(kind: str, *children: Html, role: str) -> None:
    """A part of the page set apart by a line at its side; `kind` is one of the styles."""
    st.html(element("div", *children, class_=f"attest-box {kind}", role=role))
