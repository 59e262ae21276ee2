"""What the checks make of whole drafted sentences over the passages of real searches.

    python -m evals.bench.drafts [SET] [--part tune|report|all] [--misses]

SET is a folder with `drafts.jsonl` and the folders of documents that it names; without it that of
`evals/data/drafts`. A line is a case: its question, the passages that a model was given, and
sentences with their marks, each `faithful`, `altered` in one particular, true with a `wrong-mark`,
or `joined` from facts of two places that do not belong together. Every sentence is checked as an
answer's would be. Rates come with 95 % intervals, Wilson's or the bootstrap's over cases, whichever
reaches further. --misses shows what goes wrong on the part that rules are made on.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from evals.bench.record import interval, record
from evals.intervals import wilson
from rag.checking import Checked, Checker
from rag.errors import ConfigurationError
from rag.marks import read_reply
from rag.models import load_embedding_model, load_reader
from rag.pipeline import Pipeline, build_pipeline
from rag.settings import load_settings
from rag.support import Supporter
from rag.types import DocumentRecord, Passage

COMMAND = "python -m evals.bench.drafts"
OWN = Path(__file__).parents[1] / "data" / "drafts"
ROOT = Path(__file__).parents[2]

Part = Literal["tune", "report", "all"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of a set with what the checks made of it."""

    case: str
    row: Mapping[str, Any]
    checked: tuple[Checked, ...]

    @property
    def what(self) -> str:
        """What is counted: "faithful", the kind of alteration, "wrong-mark" or "joined"."""
        return str(self.row.get("kind") or self.row["label"])

    @property
    def holds(self) -> bool:
        """Whether it would be shown."""
        return all(one.holds for one in self.checked)

    @property
    def cites_wrongly(self) -> bool:
        """Whether it would be shown with a passage that does not say it."""
        cited = {citation.passage for one in self.checked for citation in one.citations}
        marked = {rank for one in self.checked for rank in one.sentence.cites}
        return self.holds and bool(cited & marked - set(self.row.get("right", ())))

    @property
    def right(self) -> bool:
        """Whether the checks did right: a faithful one holds, another does not."""
        if self.row["label"] == "wrong-mark":
            return not self.cites_wrongly
        return bool(self.holds == (self.row["label"] == "faithful"))


def load_cases(folder: Path, part: Part) -> dict[str, list[dict[str, Any]]]:
    """The cases of a set by their folder of documents.

    Raises:
        ConfigurationError: the set has no `drafts.jsonl`.
    """
    path = folder / "drafts.jsonl"
    if not path.is_file():
        raise ConfigurationError(f"{path} is no file; a set of drafts has its cases there")
    found: dict[str, list[dict[str, Any]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if part in ("all", case["part"]):
            found.setdefault(case["documents"], []).append(case)
    return found


def judged(folder: Path, part: Part) -> Iterator[Judged]:
    """Every sentence of a set, checked over its passages."""
    for documents, cases in load_cases(folder, part).items():
        own = folder / documents
        with tempfile.TemporaryDirectory() as data:
            settings = load_settings(None, data_dir=Path(data))
            with build_pipeline(settings) as pipeline:
                pipeline.index([own if own.is_dir() else ROOT / documents])
                embed = load_embedding_model(settings).embeddings.embed_now
                checker = Checker(
                    Supporter(embed, load_reader(settings)),
                    pipeline.store.documents.text,
                    pipeline.store.flags_of,
                )
                records = {one.source: one for one in pipeline.store.documents.records()}
                for case in cases:
                    passages = [
                        _passage(pipeline, rank, records[place["document"]], place)
                        for rank, place in enumerate(case["passages"], start=1)
                    ]
                    for row in case["rows"]:
                        yield _judged(checker, passages, case, row)


def _judged(
    checker: Checker, passages: Sequence[Passage], case: Mapping[str, Any], row: Mapping[str, Any]
) -> Judged:
    written = read_reply(row["text"], [passage.rank for passage in passages]).sentences
    checked = checker.check(written, passages, case["question"])
    return Judged(case["id"], row, tuple(checked))


def _passage(
    pipeline: Pipeline, rank: int, record_: DocumentRecord, place: Mapping[str, Any]
) -> Passage:
    metadata = record_.metadata
    version = record_.version or ""
    start, end = place["start"], place["end"]
    return Passage(
        rank=rank,
        score=0.0,
        dense=0.0,
        lexical=0.0,
        document=record_.id,
        version=version,
        chunk="",
        source=record_.source,
        title=metadata.title,
        publisher=metadata.publisher,
        published=metadata.published.value if metadata.published else None,
        published_precision=metadata.published.precision if metadata.published else None,
        url=metadata.url,
        page=None,
        page_end=None,
        start=start,
        end=end,
        text=pipeline.store.documents.text_of(version)[start:end],
        heading=place.get("heading"),
    )


def main() -> None:
    """Measure, or show what goes wrong on the tuned part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", type=Path, nargs="?", default=OWN)
    parser.add_argument("--part", choices=("tune", "report", "all"), default="report")
    parser.add_argument("--misses", action="store_true", help="show the wrong ones of tune")
    options = parser.parse_args()
    if options.misses:
        for one in judged(options.set, "tune"):
            if not one.right:
                print(f"{one.case} {one.what}: {one.row['text']}")
                for checked in one.checked:
                    print(f"  {checked.sentence.verdict}: {'; '.join(checked.sentence.failed)}")
        return
    found: dict[str, list[Judged]] = {}
    for one in judged(options.set, options.part):
        found.setdefault(one.what, []).append(one)
    for what, these in sorted(found.items()):
        values = [float(one.right) for one in these]
        value, low, high = interval(values, clusters=[one.case for one in these])
        below, above = wilson(sum(values), len(these))
        record(
            f"drafts, {options.part}: {what} judged right",
            (value, min(low, below), max(high, above)),
            unit="share",
            n=len(these),
            data=options.set.name,
            command=COMMAND,
        )


if __name__ == "__main__":
    main()
