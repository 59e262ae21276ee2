"""What a big brief costs: fifty sections with two hundred citations in each form, and verified.

    python -m evals.bench.briefs FOLDER

FOLDER is indexed into a temporary folder, without models; its sentences become text items of a
brief, each with a citation of itself. A bundle holds the whole texts.
"""

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from evals.bench.record import interval, record
from rag.brief.bundle import make_bundle
from rag.brief.bundle_checks import verify_bundle
from rag.brief.composing import Manner
from rag.brief.editing import Edited, save
from rag.brief.exporting import FORMATS, exported
from rag.brief.verifying import verify_in_store
from rag.chunking import sentences_within
from rag.pipeline import build_pipeline
from rag.settings import load_settings
from rag.store import Store
from rag.types import Brief, BriefSection, Citation, TextItem, citation_key

COMMAND = "python -m evals.bench.briefs"
SECTIONS, CITATIONS = 50, 200


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(None, data_dir=Path(folder))
        with build_pipeline(settings) as pipeline:
            pipeline.index([options.folder])
            brief = _big(pipeline.store)
            manner = Manner(quotes=True)
            bundle = Path(folder) / "bundle.zip"
            bundle.write_bytes(make_bundle(pipeline.store, brief, manner).data)
            works: dict[str, Callable[[], object]] = {
                **{f"export to {form}": partial(exported, brief, form, manner) for form in FORMATS},
                "bundle": lambda: make_bundle(pipeline.store, brief, manner),
                "verify in the store": lambda: verify_in_store(pipeline.store, brief),
                "verify a bundle": lambda: verify_bundle(bundle),
            }
            for name, work in works.items():
                spent = [_seconds(work) for _ in range(options.times)]
                record(
                    f"brief of {SECTIONS} sections and {CITATIONS} citations, {name}, median",
                    interval(spent, statistics.median),
                    unit="s",
                    n=options.times,
                    data=options.folder.name,
                    command=f"{COMMAND} {options.folder.name}",
                )


def _big(store: Store) -> Brief:
    """A brief whose every section has four sentences of the documents as its text."""
    cited = itertools.islice(itertools.cycle(_citations(store)), CITATIONS)
    per_section = CITATIONS // SECTIONS
    brief = store.briefs.new("A brief of many citations", author="Bench", date="2026-11-25")
    sections = []
    for at in range(SECTIONS):
        held = list(itertools.islice(cited, per_section))
        items = tuple(
            TextItem(
                f"{at}-{inner}", f"{' '.join(one.quote.split())} [@{citation_key(one)}]", (one,)
            )
            for inner, one in enumerate(held)
        )
        sections.append(BriefSection(str(at), f"Section {at + 1}", items))
    return save(store, Edited(replace(brief, sections=tuple(sections)), "filled"))


def _citations(store: Store) -> list[Citation]:
    return [
        one
        for record_ in store.documents.records()
        if record_.version
        for one in _of(store, record_.id, record_.version)
    ]


def _of(store: Store, document: str, version: str) -> Iterator[Citation]:
    known = store.documents.record(document)
    text = store.documents.text(version)
    published = known.metadata.published
    for start, end in sentences_within(text.text, text.blocks, (0, len(text.text))):
        pages = text.pages_of(start, end)
        quote = text.text[start:end]
        if len(quote) > 30 and not set(quote) & set("[]`*_<>|\\#"):
            yield Citation(
                number=1,
                document=document,
                version=version,
                chunk="",
                source=known.source,
                title=known.metadata.title,
                publisher=known.metadata.publisher,
                published=published.value if published else None,
                published_precision=published.precision if published else None,
                url=known.metadata.url,
                page=pages.first,
                page_end=pages.last,
                start=start,
                end=end,
                quote=quote,
            )


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
