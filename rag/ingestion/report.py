"""What a run tells while it goes on, and what it leaves as its report."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Progress:
    """SyncOptions far a run is: files and bytes of those to be read, chunks embedded or indexed."""

    stage: str
    files: int
    n_files: int
    n_bytes: int
    total_bytes: int
    chunks: int


ShowProgress = Callable[[Progress], None]


@dataclass(slots=True)
class Report:
    """What a run did: every file of its roots stands in exactly one of the lists.

    So does everything attached to a file; its path goes on from that of the file. `notes` are
    what the loaders say of documents just read, `flagged` what is to be looked at in them.
    """

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    flagged: list[tuple[str, str]] = field(default_factory=list)
    n_chunks: int = 0
    n_parsed: int = 0
    n_embedded: int = 0
    seconds: float = 0.0
    embed_seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        rows = {name: list(getattr(self, name)) for name in _LISTS}
        rows["failed"] = [{"source": source, "reason": reason} for source, reason in self.failed]
        rows["renamed"] = [{"from": old, "to": new} for old, new in self.renamed]
        rows["notes"] = [{"source": source, "note": note} for source, note in self.notes]
        rows["flagged"] = [{"source": source, "flags": kinds} for source, kinds in self.flagged]
        return {
            **rows,
            "chunks": self.n_chunks,
            "parsed": self.n_parsed,
            "embedded": self.n_embedded,
            "seconds": round(self.seconds, 3),
            "embed_seconds": round(self.embed_seconds, 3),
        }


_LISTS = (
    *("new", "changed", "unchanged", "removed", "forgotten", "ignored", "unsupported"),
    *("errors", "notices"),
)
