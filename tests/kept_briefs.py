"""Stores with invented documents, and answers over them, for tests of briefs."""

import hashlib
from dataclasses import replace

from rag.brief.editing import Edited, save
from rag.dates import parse_published
from rag.types import Answer, AnswerSentence, Block, Citation, Document, Fact, Page

HARBOUR = (
    "The port master of Velm closed the harbour on 3 May 2021. He blamed a broken lock gate.\n\n"
    "“No ship will pass before the gate is mended,” said the port master. "
    "The gate weighs 14 tonnes."
)
GRANARY = "The granary of Pellin was flooded in 2019. The miller lost ninety sacks of rye."
SAID = {
    "harbour.md": {
        "title": "Harbour notice",
        "publisher": "Velm Gazette",
        "published": "2021-05-03",
    },
    "granary.md": {"publisher": "Pellin Courier"},
}


def put(store, source, text, *, root="/docs", pages=(), **facts):
    """Keep a text as a document of a root; returns (document, version)."""
    held = store.roots.add(root, sample=False)
    stated = [Fact(name, value, "file", "front matter") for name, value in facts.items()]
    made = Document(
        text=text,
        blocks=tuple(
            Block("paragraph", at, at + len(part))
            for part in text.split("\n\n")
            for at in [text.index(part)]
        ),
        facts=tuple(stated),
        media_type="text/markdown",
        pages=tuple(pages),
        loader="markdown/1",
    )
    with store.database.transaction() as connection:
        return store.documents.put(
            connection, held, source, made, file_sha256=hashlib.sha256(text.encode()).hexdigest()
        )


def fill(store):
    """Two documents: (document, version) of the harbour and of the granary."""
    pages = (Page(1, 0, 88), Page(2, 88, len(HARBOUR)))
    return (
        put(store, "harbour.md", HARBOUR, pages=pages, **SAID["harbour.md"]),
        put(store, "granary.md", GRANARY, **SAID["granary.md"]),
    )


def cited(store, held, quote, number=1):
    """The citation of words of a document."""
    document, version = held
    record = store.documents.record(document)
    text = store.documents.text(version)
    start = text.text.index(quote)
    pages = text.pages_of(start, start + len(quote))
    published = (
        parse_published(record.metadata.published.value) if record.metadata.published else None
    )
    return Citation(
        number=number,
        document=document,
        version=version,
        chunk="c",
        source=record.source,
        title=record.metadata.title,
        publisher=record.metadata.publisher,
        published=published.value if published else None,
        published_precision=published.precision if published else None,
        url=record.metadata.url,
        page=pages.first,
        page_end=pages.last,
        start=start,
        end=start + len(quote),
        quote=quote,
    )


def answered(store, question, rows, *, identity, mode="extractive", **more):
    """A kept answer of (sentence, citations of it)."""
    citations = {one: None for _, held in rows for one in held}
    numbered = {one: replace(one, number=at) for at, one in enumerate(citations, start=1)}
    answer = Answer(
        id=identity,
        question=question,
        query=question,
        asked_at="2026-11-25T08:00:00Z",
        mode=mode,
        model="openai:tiny" if mode == "chat" else None,
        abstained=not rows,
        reason=None if rows else "The corpus does not say: nothing was found.",
        confidence=0.9 if rows else 0.1,
        threshold=0.4,
        notices=(),
        short_answer=None,
        sentences=tuple(
            AnswerSentence(
                text,
                "answer",
                tuple(numbered[one].number for one in held),
                verdict="supported" if mode == "chat" else None,
            )
            for text, held in rows
        ),
        citations=tuple(numbered.values()),
        passages=(),
        dropped=(),
        seconds={},
        **more,
    )
    store.answers.put(answer)
    return answer


def harbour_answer(store, held, identity="a" * 12):
    """Who closed the harbour, in the source's own words."""
    quote = "The port master of Velm closed the harbour on 3 May 2021."
    return answered(
        store, "Who closed the harbour?", [(quote, [cited(store, held, quote)])], identity=identity
    )


def saved(store, *edits, title="Velm in spring", **heads):
    """A new brief with these edits, each a function of the brief before it, saved one by one."""
    brief = store.briefs.new(title, **heads)
    for edit in edits:
        made = edit(brief)
        brief = save(store, made if isinstance(made, Edited) else Edited(made, "edited"))
    return brief
