"""Pictures of the pages of an original, made in a process apart: a hostile PDF costs itself."""

import threading
from pathlib import Path

from rag.errors import DocumentError
from rag.loaders import ENCRYPTED
from rag.loaders.worker import Parser

MAX_WIDTH = 1_400
TIMEOUT_SECONDS = 20.0
MEMORY_MB = 2_048
# However many people look at pages, so many are drawn at once.
_AT_ONCE = threading.BoundedSemaphore(2)


def page_image(
    original: Path,
    number: int,
    *,
    width: int = 1_000,
    timeout_seconds: float = TIMEOUT_SECONDS,
    memory_mb: int = MEMORY_MB,
) -> bytes:
    """Page `number`, from 1, of a PDF as a PNG at most `width` (and `MAX_WIDTH`) pixels wide.

    Each picture is drawn in a process of its own, so that no file can reach another's.

    Raises:
        DocumentError: there is no such file or page, the PDF is damaged or encrypted, or drawing
            took too long, too much memory, or crashed.
    """
    try:
        data = original.read_bytes()
    except OSError as error:
        raise DocumentError(f"the original cannot be opened ({error.strerror})") from error
    with (
        _AT_ONCE,
        Parser(timeout_seconds=timeout_seconds, memory_mb=memory_mb) as parser,
    ):
        try:
            return parser.picture(data, number, width=min(width, MAX_WIDTH))
        except DocumentError as error:
            if str(error).startswith(ENCRYPTED):
                raise DocumentError("it is encrypted, and its password is not kept") from error
            raise
