"""What a rich text states about itself, in its text and in its group "info"."""

from rag.loaders.facts import stated
from rag.loaders.language import detected_language
from rag.loaders.office.packages import property_facts
from rag.types import Fact


def known_facts(
    titles: list[Fact], said: dict[str, str], times: dict[str, dict[str, int]], text: str
) -> tuple[Fact, ...]:
    """The titles of the text, then what the group "info" says, and the language."""
    found: list[Fact | None] = [
        *sorted(titles, key=lambda fact: fact.detail != "title style"),
        *property_facts(
            title=said.get("title"),
            creators=(said.get("author"),),
            created=_moment(times.get("creatim", {})),
            modified=_moment(times.get("revtim", {})),
        ),
        stated("software", said.get("software", "").rstrip(";"), "document properties"),
        detected_language(text),
    ]
    kept: dict[tuple[str, str], Fact] = {}
    for fact in found:
        if fact is not None:
            kept.setdefault((fact.field, fact.value), fact)
    return tuple(kept.values())


def _moment(parts: dict[str, int]) -> str | None:
    if not {"yr", "mo", "dy"} <= parts.keys():
        return None
    day = f"{parts['yr']:04d}-{parts['mo']:02d}-{parts['dy']:02d}"
    return f"{day}T{parts['hr']:02d}:{parts.get('min', 0):02d}" if "hr" in parts else day
