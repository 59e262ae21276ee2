"""An answer as text to paste elsewhere, its sources with it: Markdown or plain."""

import re

from rag.render import line
from rag.types import Answer, AnswerSentence, Citation
from rag.ui import words

# What begins emphasis, code, links, HTML, entities, tables, mathematics and, at its start, a block
# of another kind. Source: CommonMark 0.31; GitHub's and Pandoc's extensions.
_SPECIAL = re.compile(r"([\\`*_\[\]<>~|$^]|&(?=#?\w+;))")
_OPENING = re.compile(r"^([-+#=:]|\d+(?=[.)]))")
# Streamlit reads names between colons as icons and colours beside that.
_LABEL = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&:.-])")


def markdown(given: Answer) -> str:
    """The answer with footnotes; whatever a source holds stays text."""
    if given.abstained:
        return f"{_escaped(given.question)}\n\n{_escaped(_silence(given))}\n"
    body = " ".join(
        _escaped(sentence.text) + "".join(f"[^{number}]" for number in sentence.citations)
        for sentence in _shown(given)
    )
    notes = [
        f"[^{source.number}]: {_escaped(_about(source))}. “{_escaped(line(source.quote))}”"
        for source in given.citations
    ]
    return "\n".join([f"**{_escaped(given.question)}**", "", body, "", *notes, ""])


def plain(given: Answer) -> str:
    """The answer with numbered sources beneath it."""
    if given.abstained:
        return f"{line(given.question)}\n\n{_silence(given)}\n"
    body = " ".join(
        f"{line(sentence.text)} {''.join(f'[{number}]' for number in sentence.citations)}"
        for sentence in _shown(given)
    )
    notes = [
        f"[{source.number}] {_about(source)}. “{line(source.quote)}”" for source in given.citations
    ]
    return "\n".join([line(given.question), "", body, "", "Sources", *notes, ""])


def escaped_label(text: str) -> str:
    """Foreign text as a label, which Streamlit reads as Markdown."""
    return _LABEL.sub(r"\\\1", line(text))


def _shown(given: Answer) -> list[AnswerSentence]:
    return [sentence for sentence in given.sentences if sentence.citations]


def _about(source: Citation) -> str:
    parts = [words.title(source), *words.provenance(source)]
    if source.url:
        parts.append(source.url)
    return line(", ".join(parts))


def _silence(given: Answer) -> str:
    return line(given.reason or "The corpus does not say.")


def _escaped(text: str) -> str:
    plain_text = _SPECIAL.sub(r"\\\1", line(text))
    return _OPENING.sub(lambda found: _opened(found[1]), plain_text)


def _opened(mark: str) -> str:
    """A mark that would begin a block, as text."""
    return f"{mark}\\" if mark.isdigit() else f"\\{mark}"
