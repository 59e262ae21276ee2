"""What of a document a person should look at before trusting it, whatever its format."""

from rag.types import Document, Flag


def flagged(document: Document) -> tuple[Flag, ...]:
    """The flags of a document's loader and those that its text shows, by place."""
    return document.flags
