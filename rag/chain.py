"""The service at LangChain's plug points: a retriever and a runnable.

A module of its own, since importing these base classes takes most of a second.
"""

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda

from rag.types import Answer, Passage


class PassageRetriever(BaseRetriever):
    """Passages as LangChain documents.

    `page_content` is the passage's text; `metadata` the other fields of `Passage` that are
    known; `id` the chunk's.
    """

    search: Callable[[str], Sequence[Passage]]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [_document(passage) for passage in self.search(query)]


def answering(ask: Callable[[str], Answer]) -> Runnable[str, Answer]:
    """A function that answers as a runnable, to be piped into a chain."""
    return RunnableLambda(ask, name="attest")


def _document(passage: Passage) -> Document:
    metadata: dict[str, Any] = {
        name: getattr(passage, name)
        for name in passage.__dataclass_fields__
        if name != "text" and getattr(passage, name) is not None
    }
    return Document(id=passage.chunk, page_content=passage.text, metadata=metadata)
