"""A question and passages → sentences that a chat model wrote and that hold, with all it took.

The model is asked once, its sentences are checked, and what fails is written anew once. What still
fails is left out, or marked where the setting says so; what is contradicted is never shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag import prompts
from rag.chat import ChatModel, ChatReply
from rag.checking import MAX_SENTENCES, Checked, Checker
from rag.errors import ConfigurationError, GenerationError
from rag.marks import Reply, Written, read_reply
from rag.settings import Settings
from rag.store import Store
from rag.support import Supporter
from rag.types import CheckedSentence, DraftSentence, Passage, Writing

Unsupported = Literal["drop", "mark"]
# Sentences that are given back to be written anew: more of them is a reply to be given up.
MAX_REPAIRS = 8
# Sentences of an answer; the prompt asks for fewer, and a model that goes on is cut short.
MAX_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a reply as it comes, unchecked."""

    text: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A sentence of a reply with its verdict."""

    sentence: CheckedSentence


Event = Token | Settled
Listen = Callable[[Event], None]


def ignore(_: Event) -> None:
    """Listens to nothing."""


def never() -> bool:
    """Stops nothing."""
    return False


@dataclass(frozen=True, slots=True)
class Draft:
    """The sentences to be shown, how likely the best one is supported, and what was written.

    `silent` are sentences of the model on what the passages do not say; `notices` is what a
    person should know of how it went.
    """

    sentences: tuple[DraftSentence, ...]
    confidence: float
    writing: Writing
    silent: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


class Writer:
    """Lets a chat model write, and checks what it wrote; without one it checks kept replies."""

    def __init__(
        self,
        chat: ChatModel | None,
        checker: Checker,
        *,
        max_sentences: int = 5,
        reply_tokens: int = 1000,
        unsupported: Unsupported = "drop",
    ) -> None:
        self._chat = chat
        self._checker = checker
        self._max_sentences = max_sentences
        self._reply_tokens = reply_tokens
        self._unsupported: Unsupported = unsupported

    @property
    def writes(self) -> bool:
        """Whether there is a model to write."""
        return self._chat is not None

    def asked(self, question: str, passages: Sequence[Passage]) -> prompts.Asked:
        """The messages for a question, and the passages that do not fit."""
        chat = self._model()
        return prompts.ask(
            question,
            passages,
            count_tokens=chat.count_tokens,
            # The reply, and for a repair the reply again; in a small window less of each.
            room_tokens=chat.window_tokens - 2 * min(self._reply_tokens, chat.window_tokens // 4),
            most_sentences=self._max_sentences,
        )

    def write(
        self,
        question: str,
        passages: Sequence[Passage],
        *,
        listen: Listen = ignore,
        stopped: Callable[[], bool] = never,
    ) -> Draft:
        """Ask the model, check what it writes, have it mend what fails.

        Raises:
            GenerationError: the model failed before it had written a whole reply.
        """
        asked = self.asked(question, passages)
        first = self._reply(asked.messages, listen, stopped)
        read = read_reply(first.text, [passage.rank for passage in asked.given])
        checked = self._checked(read, asked.given, question)
        for one in checked:
            listen(Settled(one.sentence))
        replies, back = [first], []
        notices = _notices(asked, read, first)
        failed = [place for place, one in enumerate(checked) if not one.holds][:MAX_REPAIRS]
        if failed and not stopped() and first.end.finish == "stop":
            try:
                second = self._repair(asked, first.text, [checked[place] for place in failed])
            except GenerationError as error:
                notices.append(f"What failed the checks could not be written anew: {error}")
            else:
                replies.append(second)
                back = failed
                self._mend(checked, failed, second.text, asked.given, question)
                for place in failed:
                    listen(Settled(checked[place].sentence))
        draft = self._drafted(asked, replies, read, checked, notices)
        return replace(draft, writing=replace(draft.writing, given_back=tuple(back)))

    def replay(self, question: str, writing: Writing, passages: Sequence[Passage]) -> Draft:
        """As `write`, with the replies that are kept instead of a model's."""
        given = [passage for passage in passages if passage.rank in writing.given]
        read = read_reply(writing.replies[0], [passage.rank for passage in given])
        checked = self._checked(read, given, question)
        back = [place for place in writing.given_back if place < len(checked)]
        if len(writing.replies) > 1:
            self._mend(checked, back, writing.replies[1], given, question)
        drafted = self._shown(read, checked)
        return replace(drafted, writing=replace(writing, sentences=drafted.writing.sentences))

    def _model(self) -> ChatModel:
        if self._chat is None:
            raise ConfigurationError(
                "no chat model is set; RAG_CHAT_MODEL=provider:model names one"
            )
        return self._chat

    def _reply(
        self, messages: Sequence[prompts.Message], listen: Listen, stopped: Callable[[], bool]
    ) -> ChatReply:
        words, end = [], None
        for piece in self._model().stream(messages, stopped=stopped):
            if piece.text:
                words.append(piece.text)
                listen(Token(piece.text))
            end = piece.end or end
        if end is None:
            raise AssertionError("a stream ends with its end")
        return ChatReply("".join(words), end)

    def _checked(self, read: Reply, given: Sequence[Passage], question: str) -> list[Checked]:
        spoken = [one for one in read.sentences if not one.silent]
        return self._checker.check(spoken[:MAX_SENTENCES], given, question)

    def _repair(self, asked: prompts.Asked, reply: str, failed: Sequence[Checked]) -> ChatReply:
        told = [(_marked(one.sentence), "; ".join(one.sentence.failed)) for one in failed]
        return self._model().complete(prompts.repair(asked.messages, reply, told))

    def _mend(
        self,
        checked: list[Checked],
        failed: Sequence[int],
        reply: str,
        given: Sequence[Passage],
        question: str,
    ) -> None:
        """Put what was written anew in the place of what failed, where it holds."""
        ranks = [passage.rank for passage in given]
        anew: list[tuple[int, Written]] = []
        for place, text in zip(failed, prompts.repaired(reply, len(failed)), strict=True):
            written = read_reply(text, ranks).sentences if text and not checked[place].holds else ()
            anew += [(place, one) for one in written if not one.silent][:1]
        again = self._checker.check([one for _, one in anew], given, question)
        for (place, _), one in zip(anew, again, strict=True):
            if one.holds:
                checked[place] = replace(one, sentence=replace(one.sentence, anew=True))

    def _drafted(
        self,
        asked: prompts.Asked,
        replies: Sequence[ChatReply],
        read: Reply,
        checked: Sequence[Checked],
        notices: Sequence[str],
    ) -> Draft:
        draft = self._shown(read, checked)
        writing = replace(
            draft.writing,
            model=self._model().name,
            prompt=prompts.version(),
            given=tuple(passage.rank for passage in asked.given),
            replies=tuple(reply.text for reply in replies),
            finish=replies[0].end.finish,
            tokens_in=_sum([reply.end.input_tokens for reply in replies]),
            tokens_out=_sum([reply.end.output_tokens for reply in replies]),
            removed=read.removed,
        )
        return replace(draft, writing=writing, notices=(*notices, *draft.notices))

    def _shown(self, read: Reply, checked: Sequence[Checked]) -> Draft:
        """What is shown of the checked sentences, once each, and a word on what is not."""
        sentences: list[DraftSentence] = []
        rows: list[CheckedSentence] = []
        said: set[str] = set()
        best = 0.0
        for one in checked:
            sentence = one.sentence
            shown = one.citations and (
                one.holds or (self._unsupported == "mark" and sentence.verdict != "contradicted")
            )
            twice = sentence.text.casefold() in said
            full = sum(row.shown for row in rows) >= MAX_SHOWN
            shown = bool(shown and not twice and not full)
            rows.append(replace(sentence, shown=shown))
            if shown:
                said.add(sentence.text.casefold())
                best = max(best, sentence.probability)
                sentences.append(
                    DraftSentence(sentence.text, one.citations, verdict=sentence.verdict)
                )
        notices = []
        dropped = sum(bool(row.failed) and not row.shown for row in rows)
        if dropped and sentences:
            n = "1 sentence" if dropped == 1 else f"{dropped} sentences"
            notices.append(f"{n} of the model's failed the checks and {_are(dropped)} left out.")
        return Draft(
            sentences=tuple(sentences),
            confidence=best,
            writing=Writing("", "", (), (), tuple(rows)),
            silent=tuple(one.text for one in read.sentences if one.silent),
            notices=tuple(notices),
        )


def build_writer(
    settings: Settings,
    chat: ChatModel | None,
    supporter: Supporter,
    store: Store,
) -> Writer:
    """The writer for these settings."""
    return Writer(
        chat,
        Checker(supporter, store.documents.text, store.flags_of),
        max_sentences=settings.max_sentences,
        reply_tokens=settings.chat_max_tokens,
        unsupported=settings.unsupported,
    )


def _notices(asked: prompts.Asked, read: Reply, reply: ChatReply) -> list[str]:
    """What a person should know of how a reply came about."""
    notices = []
    if asked.left_out:
        ranks = ", ".join(str(passage.rank) for passage in asked.left_out)
        notices.append(f"Passages that did not fit into what the model can read: {ranks}.")
    if reply.end.finish == "length" or read.cut:
        notices.append("The model's reply was cut off at its longest; its end is missing.")
    if sum(not one.silent for one in read.sentences) > MAX_SENTENCES:
        notices.append(f"Only the first {MAX_SENTENCES} sentences of the model's were looked at.")
    if reply.end.finish == "stopped":
        notices.append("The model was stopped; what it had written by then was checked.")
    if read.unknown:
        notices.append(
            f"Marks that name no passage were dropped: {' '.join(read.unknown[:MAX_SHOWN])}."
        )
    taken = [f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in read.removed.items()]
    if taken:
        notices.append(f"Taken out of the model's reply: {', '.join(taken)}.")
    return notices


def _marked(sentence: CheckedSentence) -> str:
    return " ".join([sentence.text, "".join(f"[{rank}]" for rank in sentence.cites)]).strip()


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _are(n: int) -> str:
    return "was" if n == 1 else "were"
