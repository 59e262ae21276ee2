"""What an author's mark names → a proved citation: of a kept answer, or a span of a document."""

import re

from rag.brief.authored import Resolve
from rag.errors import NotFoundError
from rag.store import Store
from rag.types import Citation


def resolver(store: Store) -> Resolve:
    """Finds what a mark names: `ANSWER#2`, or `DOCUMENT:120-180` by its version in force.

    What it finds was proved: the quote is the stored text.
    """

    def resolve(name: str) -> Citation:
        answer, _, number = name.rpartition("#")
        if answer and number.isdecimal():
            kept = store.answers.get(answer)
            for citation in (*kept.citations, *kept.withheld_citations):
                if citation.number == int(number):
                    return citation
            raise NotFoundError(f"answer {kept.id} has no citation {number}")
        span = re.fullmatch(r"(.+):(\d+)-(\d+)", name)
        if span:
            return _spanned(store, span[1], int(span[2]), int(span[3]))
        raise NotFoundError(
            "it is no key of this brief; ANSWER#2 names a citation of an answer, "
            "DOCUMENT:120-180 characters of a document"
        )

    return resolve


def _spanned(store: Store, document: str, start: int, end: int) -> Citation:
    record = store.documents.record(document)
    if record.version is None:
        raise NotFoundError(f"document {record.id} has no text")
    stored = store.documents.text(record.version)
    quote = stored.text[start:end]
    if not 0 <= start < end <= len(stored.text) or not quote.strip():
        raise NotFoundError(
            f"document {record.id} has {len(stored.text)} characters, and no words at {start}-{end}"
        )
    # Blanks and line ends around the words are not quoted.
    start += len(quote) - len(quote.lstrip())
    quote = quote.strip()
    end = start + len(quote)
    pages = stored.pages_of(start, end)
    known = record.metadata
    return Citation(
        number=1,
        document=record.id,
        version=record.version,
        chunk="",
        source=record.source,
        title=known.title,
        publisher=known.publisher,
        published=known.published.value if known.published else None,
        published_precision=known.published.precision if known.published else None,
        url=known.url,
        page=pages.first,
        page_end=pages.last,
        page_label=pages.label,
        start=start,
        end=end,
        quote=quote,
    )
