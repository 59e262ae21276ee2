"""Taking in files that a person drops on the page, and what became of each."""

import streamlit as st

from rag.pipeline import Pipeline
from rag.ui import draw, indexing, words
from rag.ui.uploads import Received, index_received, receive

# Keys of the session: the number of the uploader (a new one is empty), what was refused.
_UPLOADER, _REFUSED = "uploader", "refused"


def show(pipeline: Pipeline) -> None:
    """The place to drop files on, the way to read folders again, and what was refused."""
    number = st.session_state.setdefault(_UPLOADER, 0)
    files = st.file_uploader(
        "Add documents",
        accept_multiple_files=True,
        key=f"upload-{number}",
        max_upload_size=max(1, int(pipeline.settings.max_file_mb)),
        help="They are kept in the corpus folder and indexed on this machine",
    )
    if files:
        refused: list[Received] = st.session_state.setdefault(_REFUSED, [])
        for file in files:
            taken = receive(
                pipeline.settings.corpus_dir,
                file.name,
                file.getvalue(),
                most_bytes=int(pipeline.settings.max_file_mb * 1e6),
            )
            if taken.path is None:
                refused.append(taken)
            else:
                index_received(pipeline, taken)
        st.session_state[_UPLOADER] = number + 1
        st.rerun()
    _refused()
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Index again",
            help="Reads what is new or changed in the remembered folders",
            disabled=indexing.is_running(),
        ):
            indexing.start(pipeline, "Indexing again")
            st.rerun()
        folders = [root.path for root in pipeline.store.roots.all()]
        draw.note(f"Folders: {'; '.join(folders)}" if folders else "No folder is remembered yet.")


def _refused() -> None:
    """Files that were not taken, with the reason, until they are put away."""
    refused: list[Received] = st.session_state.get(_REFUSED, [])
    if not refused:
        return
    draw.problem(f"Not taken: {words.counted(len(refused), 'file')}")
    draw.notices([f"{one.name}: {one.said}" for one in refused])
    if st.button("Put these away", key="refused-away"):
        refused.clear()
        st.rerun()
