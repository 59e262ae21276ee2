"""Attest: answers from your own documents, every sentence cited to exact words.

The public names, in the order in which data flows; each is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.errors import RagError
    from rag.ingestion import Report
    from rag.pipeline import Pipeline, build_pipeline
    from rag.settings import Settings, load_settings
    from rag.types import Answer, Citation, Document, Filters, Passage

__all__ = [
    "Answer",
    "Citation",
    "Document",
    "Filters",
    "Passage",
    "Pipeline",
    "RagError",
    "Report",
    "Settings",
    "build_pipeline",
    "load_settings",
]

_HOMES = {
    "Settings": "rag.settings",
    "load_settings": "rag.settings",
    "build_pipeline": "rag.pipeline",
    "Pipeline": "rag.pipeline",
    "Report": "rag.ingestion",
    "Document": "rag.types",
    "Filters": "rag.types",
    "Passage": "rag.types",
    "Citation": "rag.types",
    "Answer": "rag.types",
    "RagError": "rag.errors",
}


def __getattr__(name: str) -> object:
    """A public name, from where it lives."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(home), name)
