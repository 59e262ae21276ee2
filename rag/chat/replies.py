"""The pieces of one reply → its text without reasoning, why it ended, and its tokens."""

import re
from typing import Any

# The providers' words for one end: OpenAI, Anthropic, Ollama, Gemini.
FINISHES = {
    "stop": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "completed": "stop",
    "length": "length",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_context_window_exceeded": "length",
    "content_filter": "filtered",
    "refusal": "filtered",
    "safety": "filtered",
}
_NAMES = ("finish_reason", "stop_reason", "done_reason", "status")


class Gathered:
    """What has come of one reply so far."""

    def __init__(self, *, most_chars: int) -> None:
        self.finish: str | None = None
        self.input_tokens: int | None = None
        self.output_tokens: int | None = None
        self.n_chars = 0
        self.n_chunks = 0
        self.blank = True
        self._most_chars = most_chars
        self._spoken = Spoken()

    @property
    def full(self) -> bool:
        """Whether there is as much text as may be."""
        return self.n_chars >= self._most_chars

    def add(self, chunk: Any) -> str:  # noqa: ANN401 (a LangChain message chunk, not imported here)
        """What of a chunk is text to be given out."""
        self.n_chunks += 1
        self._note(chunk.response_metadata or {})
        usage = getattr(chunk, "usage_metadata", None) or {}
        # Anthropic tells the two in different chunks; LangChain's own merging adds them up too.
        if usage.get("input_tokens"):
            self.input_tokens = (self.input_tokens or 0) + int(usage["input_tokens"])
        if usage.get("output_tokens"):
            self.output_tokens = (self.output_tokens or 0) + int(usage["output_tokens"])
        return self._counted(self._spoken.feed(str(chunk.text)))

    def rest(self) -> str:
        """The text that was held back because it could have been the mark of reasoning."""
        return "" if self.full else self._counted(self._spoken.rest())

    def _counted(self, text: str) -> str:
        text = text[: self._most_chars - self.n_chars]
        self.n_chars += len(text)
        self.blank = self.blank and not text.strip()
        return text

    def _note(self, metadata: dict[str, Any]) -> None:
        word = next((metadata[name] for name in _NAMES if metadata.get(name)), None)
        if word == "incomplete":
            word = (metadata.get("incomplete_details") or {}).get("reason") or "length"
        if word in ("in_progress", "queued"):
            return
        if word is not None:
            word = str(word).casefold()
            self.finish = FINISHES.get(word, word)


class Spoken:
    """The words of a reply without the reasoning that some models write before them.

    Servers that know a model's reasoning send it apart, and LangChain keeps it out of the text;
    others leave it in, between `<think>` and `</think>` at the very beginning.
    """

    OPENINGS = ("<think>", "<thinking>")
    _CLOSING = re.compile(r"</think(?:ing)?>\s*")
    _LONGEST_CLOSING = len("</thinking>")

    def __init__(self) -> None:
        self._held = ""
        self._state = "beginning"

    def feed(self, text: str) -> str:
        """The text that can be given out now."""
        if self._state == "speaking":
            return text
        self._held += text
        if self._state == "beginning":
            start = self._held.lstrip()
            if any(start.startswith(opening) for opening in self.OPENINGS):
                self._state = "thinking"
            elif any(opening.startswith(start) for opening in self.OPENINGS):
                return ""
        if self._state == "thinking":
            closing = self._CLOSING.search(self._held)
            if closing is None:
                self._held = self._held[-self._LONGEST_CLOSING :]
                return ""
            self._held = self._held[closing.end() :]
        self._state = "speaking"
        held, self._held = self._held, ""
        return held

    def rest(self) -> str:
        """What is held back at the end of a reply that was no reasoning."""
        held, self._held = self._held, ""
        return held if self._state == "beginning" else ""
