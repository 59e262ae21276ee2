"""Questions and passages → pairs of tokens with the places of their answers, drawn by a seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from evals.training.examples import Asked, Context, Data, swapped, without_answer
from evals.training.negatives import Embed, Negatives
from rag.models import SHIPPED_PACKAGE
from rag.reader import MAX_QUESTION_TOKENS

# Lengths to which batches are padded: each is compiled once.
LENGTHS = (96, 128, 160, 192, 224, 256)
TOKENS_A_BATCH = 6144
# Shares: of passages with their title (of records, which only it tells apart, all); of questions
# also asked of their passage without the sentence that answers, and with a name or number changed;
# of groups with a second negative; of groups cut to short passages, which cost half as much.
TITLED, REMOVED, SWAPPED, SECOND, SHORT = 0.5, 0.12, 0.15, 0.3, 0.6
SHORT_TOKENS = 110


@dataclass(frozen=True, slots=True)
class Pair:
    """A question on a passage; pairs of one `group` are ranked against each other."""

    asked: Asked
    group: int
    ids: Sequence[int]
    types: Sequence[int]
    starts: Sequence[int]
    ends: Sequence[int]
    first: int  # the first token of the passage's own text


class Maker:
    """Questions → pairs, drawn by a seed; `embed` finds negatives by meaning too."""

    def __init__(self, data: Data, seed: int, embed: Embed | None = None) -> None:
        from tokenizers import Tokenizer

        spec = find_spec(SHIPPED_PACKAGE)
        assert spec is not None
        assert spec.origin is not None
        self.folder = Path(spec.origin).parent / "model"
        self._tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._data = data
        self._seed = seed
        self._embed = embed
        self._negatives: dict[str, Negatives] = {}

    def decoded(self, ids: list[int]) -> str:
        """The words of tokens, in lower case, as the model reads them."""
        return str(self._tokenizer.decode(ids))

    def epoch(self, number: int) -> Iterator[list[Pair]]:
        """The groups of pairs of one pass over the data, in random order."""
        drawn = random.Random(f"{self._seed}:{number}")
        rows = list(self._data.asked["train"])
        rows += [row for row in rows if row.kind == "near miss"]  # they are few and what is hard
        drawn.shuffle(rows)
        for group, row in enumerate(rows):
            yield list(self._group(row, group, drawn))

    def _group(self, row: Asked, group: int, drawn: random.Random) -> Iterator[Pair]:
        near = None
        if row.answers and row.spans_known and row.kind != "claim":
            chance = drawn.random()
            if chance < REMOVED:
                near = without_answer(row)
            elif chance < REMOVED + SWAPPED:
                near = swapped(row, drawn)
        rows = [row]
        if near is not None and near.kind == "removed":
            rows.append(near)
        if row.relevant and (len(rows) == 1 or drawn.random() < SECOND):
            wanted = 2 if len(rows) == 1 and drawn.random() < SECOND else 1
            rows += [
                Asked(row.question, other, relevant=False, kind="negative")
                for other in self._negative(row, wanted, drawn)
            ]
        # All of a group alike: length is not to tell what is relevant.
        short = row.kind != "claim" and drawn.random() < SHORT
        most = SHORT_TOKENS if short else LENGTHS[-1]
        for one in rows:
            yield self.pair(one, group, drawn, most=most)
        if near is not None and near.kind == "swapped":
            yield self.pair(near, -1, drawn, most=most)

    def _negative(self, row: Asked, most: int, drawn: random.Random) -> list[Context]:
        file = row.context.file
        if file not in self._negatives:
            # Records are asked for in their own words.
            embed = None if row.kind == "record" else self._embed
            self._negatives[file] = Negatives(self._data.contexts[file], embed)
            of_file = [one for one in self._data.asked["train"] if one.context.file == file]
            self._negatives[file].prepare(list({one.question: None for one in of_file}))
        found = self._negatives[file].of(row)
        # Mostly near the top, where the service has to tell them apart.
        places = [min(int(drawn.expovariate(0.35)), len(found) - 1) for _ in range(most)]
        return [found[place] for place in dict.fromkeys(places)] if found else []

    def pair(self, row: Asked, group: int, drawn: random.Random, *, most: int) -> Pair:
        """The tokens of a question on at most so many of its passage, with its answers' places."""
        text = row.context.text
        prefix = ""
        titled = row.context.by_title or drawn.random() < TITLED
        if row.context.title and titled:
            prefix = f"{row.context.title}\n"
        question = self._tokenizer.encode(row.question, add_special_tokens=False)
        passage = self._tokenizer.encode(prefix + text, add_special_tokens=False)
        asked = question.ids[:MAX_QUESTION_TOKENS]
        room = min(most, LENGTHS[-1] - len(asked) - 3)
        offsets = [(a - len(prefix), b - len(prefix)) for a, b in passage.offsets]
        # As in the service, what names the passage stays before whatever is left of it.
        own = next((n for n, (start, _) in enumerate(offsets) if start >= 0), 0)
        head, offsets = passage.ids[:own][: room // 2], offsets[own:]
        begin, end = self._window(offsets, row, room - len(head), drawn)
        ids = [101, *asked, 102, *head, *passage.ids[own + begin : own + end], 102]
        at = len(asked) + 2 + len(head)
        starts: list[int] = []
        ends: list[int] = []
        for low, high in row.answers if row.spans_known else ():
            first = next((n for n in range(begin, end) if offsets[n][1] > low), None)
            last = next((n for n in range(end - 1, begin - 1, -1) if offsets[n][0] < high), None)
            inside = first is not None and last is not None and first <= last
            if inside and offsets[begin][0] <= low and high <= offsets[end - 1][1]:
                low_place, high_place = at + first - begin, at + last - begin  # type: ignore[operator]
                if row.sentences:
                    starts += range(low_place, high_place + 1)
                    ends += range(low_place, high_place + 1)
                else:
                    starts.append(low_place)
                    ends.append(high_place)
        question_length = len(asked) + 2
        types = [0] * question_length + [1] * (len(ids) - question_length)
        return Pair(row, group, ids, types, starts, ends, at)

    def _window(
        self, offsets: Sequence[tuple[int, int]], row: Asked, room: int, drawn: random.Random
    ) -> tuple[int, int]:
        """The tokens that fit; around an answer where there is one."""
        if len(offsets) <= room:
            return 0, len(offsets)
        if not row.answers:
            begin = drawn.randint(0, len(offsets) - room)
            return begin, begin + room
        low, high = row.answers[0]
        first = next((n for n, span in enumerate(offsets) if span[1] > low), 0)
        last = next((n for n, span in enumerate(offsets) if span[1] >= high), first)
        least, most = max(0, last - room + 1), min(first, len(offsets) - room)
        begin = drawn.randint(least, most) if least <= most else max(0, min(first, most))
        return begin, begin + room


def batches(maker: Maker, number: int, seed: int) -> Iterator[list[Pair]]:
    """Pairs of about one length; the pairs of a group stay together."""
    drawn = random.Random(f"{seed}:batches:{number}")
    held: list[list[Pair]] = []
    groups = maker.epoch(number)
    while True:
        held = [group for _, group in zip(range(4096), groups, strict=False)]
        if not held:
            return
        held.sort(key=lambda group: max(len(pair.ids) for pair in group))
        made: list[list[Pair]] = []
        current: list[Pair] = []
        for group in held:
            length = padded(max(len(pair.ids) for pair in group))
            if current and (len(current) + len(group)) * length > TOKENS_A_BATCH:
                made.append(current)
                current = []
            current = current + group
        if current:
            made.append(current)
        drawn.shuffle(made)
        yield from made


def padded(length: int) -> int:
    """The length to which a batch with so many tokens in its longest pair is padded."""
    return next(size for size in LENGTHS if length <= size)
