"""Which of the languages that an office document names is its own."""

from rag.loaders.language import detected_language
from rag.types import Fact


def languages(text: str, *named: Fact | None) -> list[Fact]:
    """The language of a text: the detected one, then those that the file names, likeliest first.

    Programs mark words and files with their own language, whoever writes in which: what the
    letters say goes first. Where they bear a named one out, that one is given for both.
    """
    facts: dict[str, Fact] = {}
    detected = detected_language(text)
    for fact in (detected, *named):
        if fact is not None and (fact.value not in facts or facts[fact.value] is detected):
            facts[fact.value] = fact  # keeps the place that its value had
    return list(facts.values())
