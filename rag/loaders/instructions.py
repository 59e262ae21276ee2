"""Text that speaks to a machine: the places where a document tells a language model what to do.

Fixed phrases in eleven languages, looked for in one pass; nothing is understood. They are chosen
so that news and reference text hardly ever has them: who wants to can say the same in other words,
so that nothing may rest on a text having none.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_Place = tuple[int, int, str]  # start, end, what it does in words

_SAMPLE_MARK = "…"
# Up to this many words, or characters where words are not parted, stand between two of a phrase.
_GAP = r"(?:[\s,'\"()]{1,3}[\w’'&/-]{1,20}){0,%d}?[\s,'\"(]{1,3}"
_NEAR = _GAP % 4
_FAR = _GAP % 8
_SHORT = r"[^。！？!?\n]{0,14}?"

_MODEL = (
    r"(?:ai(?:[ -](?:language[ -])?(?:model|assistant|agent|system|bot|tool|reviewer|chatbot)s?)?"
    r"|llms?|(?:large )?language models?|chat ?bots?|chatgpt|gpt-?\d\w{0,3}|claude|gemini|copilot"
    r"|virtual assistant|digital assistant|ai-powered \w{1,20})"
)
_INSTRUCTIONS = (
    r"(?:instructions?|directives?|directions|prompts?|guidelines|commands?|orders|rules|"
    r"programming|constraints|restrictions|protocols?|safeguards|guardrails|input|messages?|"
    r"conversations?|context|training|texts?|content|requests?|tasks?|statements?)"
)
_BEFORE = (
    r"(?:previous(?:ly)?|prior|above|earlier|preceding|former|foregoing|past|initial|original|"
    r"existing|system|developer|safety|built-in|pre-?programmed)"
)

_OVERRIDE = "asks to disregard earlier instructions"
_ROLE = "gives a machine another role"
_LEAK = "asks for a machine's own instructions"
_CONCEAL = "asks to keep something from the user"
_ADDRESS = "speaks to a language model"
_MARK = "holds a mark of a chat with a language model"
_SEND = "asks to send data away"
_FORCE = "says what an answer must be"
