"""The Streamlit entry: the list of pages, nothing else."""

import streamlit as st

from rag.ui import ask

st.set_page_config(page_title="Attest", layout="wide")
st.navigation([st.Page(ask.page, title="Attest", default=True)], position="hidden").run()
