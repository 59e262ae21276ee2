"""Canonical text → sentences → chunks, every one an exact span.

Blocks come first (a loader's), sentences inside them, then runs of sentences that fill the
embedding model's window. Chunks cover every character that is not white space, in order, with a
little overlap, and never join two sections.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from rag.types import Block, Chunk

CHUNKER_VERSION = 2
MAX_SENTENCE_CHARS = 1_000
# Marks on one letter that are kept with it; more of them are no writing (Unicode allows 30).
MAX_MARKS = 30

CountTokens = Callable[[Sequence[str]], list[int]]
Span = tuple[int, int]

# Chinese and Japanese full stops, with the closing marks that belong to the sentence; an ASCII
# "!" or "?" between such characters too. nupunkt knows none of them.
_IDEOGRAPHIC_END = re.compile(r"[。！？｡][」』”’）〕】》]*|(?<=[\u3040-\u9fff])[!?]+[」』”’)]*")
_IDEOGRAPHIC = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
# What is said within such marks is one sentence with the words that say who said it, unless it
# is a speech of its own; と and って after the mark are the "that" of Japanese.
_QUOTED = re.compile(r"「[^「」]{1,200}」|『[^『』]{1,200}』|（[^（）]{1,200}）")
_SAID = re.compile(r"と|って|など")
# Full stops and question marks of other scripts: Arabic, Urdu, Devanagari, Armenian, Ethiopic,
# Burmese and Khmer; nupunkt knows none of them.
_OTHER_END = re.compile(r"[؟۔।॥։።။។]+[”’»)\]\"']*(?=\s)")
# German writes the day of a date with a full stop; the months are all that follows it there.
_DAY = re.compile(r"(?<![\w.])\d{1,2}\.\s+$")
_MONTH = re.compile(
    r"(?:Jan(?:uar|\.)|Jänner|Feb(?:ruar|\.)|März|Apr(?:il|\.)|Mai|Jun[io]|Jul[io]|Aug(?:ust|\.)|"
    r"Sept?(?:ember|\.)|Okt(?:ober|\.)|Nov(?:ember|\.)|Dez(?:ember|\.))(?!\w)"
)
_CLAUSE_END = re.compile(r"[;:,.!?)\]”’，、；：。]\s*|\s+")
# One mark of a list ("-", "3.", "(b)"), after any quotation marks ">"; no "J." of a name.
_MARKER = re.compile(r"(?:>\s?)*(?:#{1,6}\s+|[-*+•‣◦]\s+|\(?\d{1,3}[.)]\s+|\(?[a-zA-Z]\)\s+)?")
_LETTER_MARKER = re.compile(r"[a-z]\.\s+")
_TRAILING_HASHES = re.compile(r"\s+#+$|\n[=-]+$")


@dataclass(frozen=True, slots=True)
class ChunkRecipe:
    """How chunks are cut, in tokens of the embedding model.

    `window` is the longest input the model reads whole, prefix and special tokens counted in by
    `count_tokens`; `target` is the size of a chunk that is aimed at; `overlap` is the most that
    two neighbours share.
    """

    count_tokens: CountTokens
    window: int
    target: int
    overlap: int


@dataclass(frozen=True, slots=True)
class _Unit:
    start: int
    end: int
    n_tokens: int
    block: int


def sentence_spans(text: str, block: Block) -> list[Span]:
    """The sentences of a block, in order, without list and heading marks or outer white space.

    A heading, a table row and a code block are one sentence each. What is longer than
    `MAX_SENTENCE_CHARS` is cut at a clause or a space.
    """
    start, end = _trim(text, _after_marker(text, block), block.end)
    if block.kind == "heading":
        end -= len(match.group()) if (match := _TRAILING_HASHES.search(text[start:end])) else 0
    if start >= end:
        return []
    if block.kind in ("heading", "row", "code"):
        spans: list[Span] = [(start, end)]
    else:
        spans = [_trim(text, *span) for span in _split_sentences(text, start, end)]
    return [piece for span in spans for piece in _cut(text, span, MAX_SENTENCE_CHARS)]


def sentences_within(text: str, blocks: Sequence[Block], span: Span) -> list[Span]:
    """The whole sentences of these blocks inside a span, headings left out, in order."""
    start, end = span
    return [
        sentence
        for block in blocks
        if block.kind != "heading" and block.start < end and start < block.end
        for sentence in sentence_spans(text, block)
        if start <= sentence[0] and sentence[1] <= end
    ]


def split(
    text: str, blocks: Sequence[Block], recipe: ChunkRecipe, *, title: str | None = None
) -> list[tuple[Span, str, str | None]]:
    """The chunks of a text as (span, prefix, heading), in order; none for a text of white space.

    The prefix names the title and the section's heading; it is embedded before the chunk's own
    words and is no part of its span.
    """
    pieces: list[tuple[Span, str, str | None]] = []
    for section, heading in _sections(text, blocks):
        prefix = _prefix(title, heading, recipe)
        # A prefix that repeats the chunk's own first line helps nobody and costs tokens.
        room = recipe.window - _tokens(prefix, recipe)
        target = max(8, min(recipe.target, room))
        units = _units(text, section, recipe, target)
        pieces += [
            (span, prefix, heading) for span in _pack(text, units, recipe, target, prefix=prefix)
        ]
    return pieces


def chunk(
    document: str,
    version: str,
    text: str,
    blocks: Sequence[Block],
    recipe: ChunkRecipe,
    *,
    title: str | None = None,
) -> list[Chunk]:
    """The chunks of one document; ids derive from document, version, span and prefix."""
    return [
        Chunk(
            id=_chunk_id(document, version, span, prefix),
            document=document,
            version=version,
            start=span[0],
            end=span[1],
            prefix=prefix,
            heading=heading,
        )
        for span, prefix, heading in split(text, blocks, recipe, title=title)
    ]


def _chunk_id(document: str, version: str, span: Span, prefix: str) -> str:
    parts = (document, version, str(span[0]), str(span[1]), prefix)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _sections(
    text: str, blocks: Sequence[Block]
) -> Iterator[tuple[list[tuple[int, Block]], str | None]]:
    """Runs of blocks under one heading; headings with nothing between them stay together."""
    numbered = list(enumerate(blocks))
    section: list[tuple[int, Block]] = []
    for index, block in numbered:
        if block.kind == "heading" and any(kept.kind != "heading" for _, kept in section):
            yield section, _heading_of(text, section)
            section = []
        section.append((index, block))
    if section:
        yield section, _heading_of(text, section)


def _heading_of(text: str, section: Sequence[tuple[int, Block]]) -> str | None:
    headings = [block for _, block in section if block.kind == "heading"]
    if not headings:
        return None
    spans = sentence_spans(text, headings[-1])
    return " ".join(text[spans[0][0] : spans[0][1]].split()) if spans else None


def _prefix(title: str | None, heading: str | None, recipe: ChunkRecipe) -> str:
    """Title and heading on a line each, cut to a quarter of the window."""
    lines = [" ".join(title.split())] if title else []
    if heading and heading not in lines:
        lines.append(heading)
    words = " / ".join(lines).split(" ")
    while words and _tokens(" ".join(words), recipe) > recipe.window // 4:
        words = words[: len(words) * 3 // 4]
    joined = " ".join(words)[:MAX_SENTENCE_CHARS]
    return f"{joined}\n" if joined else ""


def _tokens(text: str, recipe: ChunkRecipe) -> int:
    return recipe.count_tokens([text])[0]


def _units(
    text: str, section: Sequence[tuple[int, Block]], recipe: ChunkRecipe, target: int
) -> list[_Unit]:
    """The sentences of a section with their tokens, none longer than `target` tokens."""
    spans: list[tuple[int, Span]] = []
    for index, block in section:
        found = sentence_spans(text, block)
        if not found:  # a block of marks alone ("- ", "***") still has to be covered
            trimmed = _trim(text, block.start, block.end)
            found = [trimmed] if trimmed[0] < trimmed[1] else []
        # The unit takes the block's marks along, so that chunks cover all of the text.
        for place, (start, end) in enumerate(found):
            low = _trim(text, block.start, block.end)[0] if place == 0 else start
            high = _trim(text, block.start, block.end)[1] if place == len(found) - 1 else end
            spans.append((index, (low, high)))
    units: list[_Unit] = []
    counts = recipe.count_tokens([text[start:end] for _, (start, end) in spans]) if spans else []
    for (index, span), n_tokens in zip(spans, counts, strict=True):
        if n_tokens <= target:
            units.append(_Unit(*span, n_tokens, index))
        else:
            units += _halve(text, span, index, recipe, target)
    return units


def _halve(text: str, span: Span, block: int, recipe: ChunkRecipe, target: int) -> list[_Unit]:
    """Cut a span that has too many tokens, again and again, until every piece fits."""
    pieces = _cut(text, span, max(1, (span[1] - span[0] + 1) // 2))
    if pieces == [span]:
        return [_Unit(*span, target, block)]
    counts = recipe.count_tokens([text[start:end] for start, end in pieces])
    units: list[_Unit] = []
    for piece, n_tokens in zip(pieces, counts, strict=True):
        if n_tokens <= target:
            units.append(_Unit(*piece, n_tokens, block))
        else:
            units += _halve(text, piece, block, recipe, target)
    return units


def _pack(
    text: str, units: Sequence[_Unit], recipe: ChunkRecipe, target: int, *, prefix: str
) -> list[Span]:
    """Fill chunks up to `target`, breaking between blocks where a chunk is half full."""
    runs: list[list[_Unit]] = []
    current: list[_Unit] = []
    for _, group in groupby(units, key=lambda unit: unit.block):
        paragraph = list(group)
        held, coming = _sum(current), _sum(paragraph)
        if current and held + coming > target and held >= target // 2:
            runs.append(current)
            current = []
        for unit in paragraph:
            if current and _sum(current) + unit.n_tokens > target:
                runs.append(current)
                current = _overlap(current, unit, recipe.overlap, target)
            current.append(unit)
    if current:
        runs.append(current)
    # Two runs that share a sentence may both be taken apart down to it.
    return list(dict.fromkeys(span for run in runs for span in _fit(text, run, recipe, prefix)))


def _overlap(run: Sequence[_Unit], coming: _Unit, overlap: int, target: int) -> list[_Unit]:
    """The last sentence of a run where it is short and of the same block as what comes."""
    last = run[-1]
    fits = last.n_tokens <= overlap and last.n_tokens + coming.n_tokens <= target
    return [last] if fits and len(run) > 1 and last.block == coming.block else []


def _fit(text: str, run: Sequence[_Unit], recipe: ChunkRecipe, prefix: str) -> list[Span]:
    """A run as one span, or as several where the whole is longer than its parts together.

    Token counts do not add up in every tokenizer, so the text that will be embedded is counted.
    """
    span = (run[0].start, run[-1].end)
    if _tokens(prefix + text[slice(*span)], recipe) <= recipe.window:
        return [span]
    if len(run) > 1:
        middle = len(run) // 2
        return _fit(text, run[:middle], recipe, prefix) + _fit(text, run[middle:], recipe, prefix)
    pieces = _cut(text, span, max(1, (span[1] - span[0] + 1) // 2))
    if pieces == [span]:
        return [span]
    units = [_Unit(*piece, 0, run[0].block) for piece in pieces]
    return [found for unit in units for found in _fit(text, [unit], recipe, prefix)]


def _sum(run: Sequence[_Unit]) -> int:
    return sum(unit.n_tokens for unit in run)


def _after_marker(text: str, block: Block) -> int:
    """Where a block's words begin, behind the marks of lists, headings and quotations."""
    if block.kind not in ("heading", "item", "paragraph"):
        return block.start
    match = _MARKER.match(text, block.start, block.end)
    if match and match.end() > block.start:
        # A paragraph may start with "1. " only by chance; a quotation mark ">" is a mark always.
        return match.end() if block.kind != "paragraph" or ">" in match.group() else block.start
    letter = _LETTER_MARKER.match(text, block.start, block.end)
    return letter.end() if letter and block.kind == "item" else block.start


def _split_sentences(text: str, start: int, end: int) -> list[Span]:
    import nupunkt  # 40 ms and 5 MB that `rag --help` does not need

    body = text[start:end]
    spans: list[Span] = []
    for first, last in nupunkt.sent_spans(body):
        span = (start + first, start + last)
        if spans and _DAY.search(text, *spans[-1]) and _MONTH.match(text, *span):
            span = (spans.pop()[0], span[1])
        spans.append(span)
    if body.isascii():
        return spans
    ends = {match.end() for match in _OTHER_END.finditer(text, start, end)}
    if _IDEOGRAPHIC.search(body):
        ends |= _ideographic_ends(text, start, end)
    bounds = sorted({start, end, *ends, *(last for _, last in spans)})
    return list(pairwise(bounds))


def _ideographic_ends(text: str, start: int, end: int) -> set[int]:
    """Where Chinese and Japanese sentences end: not within what one of them quotes."""
    inside = [match.span() for match in _QUOTED.finditer(text, start, end)]
    ends: set[int] = set()
    place = 0
    for match in _IDEOGRAPHIC_END.finditer(text, start, end):
        while place < len(inside) and inside[place][1] < match.end():
            place += 1
        quoted = place < len(inside) and inside[place][0] < match.end() < inside[place][1]
        if not quoted and not (match.end() - match.start() > 1 and _SAID.match(text, match.end())):
            ends.add(match.end())
    return ends


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut(text: str, span: Span, longest: int) -> list[Span]:
    """A span in pieces of at most `longest` characters, cut after a clause or at a space."""
    start, end = span
    pieces: list[Span] = []
    while end - start > longest:
        ends = [match.end() for match in _CLAUSE_END.finditer(text, start, start + longest)]
        cut = ends[-1] if ends and ends[-1] > start + longest // 2 else start + longest
        for _ in range(MAX_MARKS):
            if cut > start + 1 and unicodedata.combining(text[cut]):
                cut -= 1  # an accent stays with its letter
        pieces.append(_trim(text, start, cut))
        start = cut
    pieces.append(_trim(text, start, end))
    return [piece for piece in pieces if piece[0] < piece[1]]
