"""The Streamlit entry: the list of pages, nothing else."""

import streamlit as st

from rag.ui import ask, briefs, evaluations, health, library

st.set_page_config(page_title="Attest", layout="wide")
st.navigation(
    [
        st.Page(ask.page, title="Ask", default=True),
        st.Page(library.page, title="Library", url_path="library"),
        st.Page(briefs.page, title="Briefs", url_path="briefs"),
        st.Page(evaluations.page, title="Evaluations", url_path="evaluations"),
        st.Page(health.page, title="Settings and health", url_path="health"),
    ],
    position="top",
).run()
