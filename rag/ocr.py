"""Scanned PDFs → PDFs with a text layer, by ocrmypdf and tesseract where they are installed.

Off unless a setting names the languages to read. It runs in a process apart, on this machine.
"""

import os
import subprocess
import sys
from importlib.util import find_spec

from rag.errors import ConfigurationError, DocumentError

# What the reason of a PDF begins with that is made of pictures alone; what its notes say of some.
NO_TEXT = "no text: needs OCR"
SOME_PAGES = "they need OCR"


def with_text_layer(
    data: bytes, languages: str, *, timeout_seconds: float, memory_mb: int
) -> bytes:
    """The same PDF, with the words that tesseract reads on pages without text.

    `languages` are tesseract's names joined by "+", such as "eng+deu". The time is for the whole
    file, the memory for each of the processes.

    Raises:
        ConfigurationError: ocrmypdf or tesseract is not installed, or a language is not.
        DocumentError: the file could not be read within the limits.
    """
    if find_spec("ocrmypdf") is None:
        raise ConfigurationError(
            "RAG_OCR_LANGUAGES is set but ocrmypdf is not installed; `pip install 'attest[ocr]'`, "
            "and tesseract and ghostscript by the system's packages"
        )
    command = [sys.executable, "-P", "-c", _LIMITED, str(memory_mb * 2**20)]
    command += ["--quiet", "--skip-text", "--jobs", "1", "--output-type", "pdf", "--optimize", "0"]
    command += ["-l", languages, "-", "-"]
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "TESSDATA_PREFIX")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=timeout_seconds,
            env={**environment, "OMP_THREAD_LIMIT": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentError(
            f"OCR took longer than {timeout_seconds:g} s; raise RAG_OCR_TIMEOUT_SECONDS or split "
            "the file"
        ) from error
    if done.returncode == _MISSING_DEPENDENCY or b"does not have language data" in done.stderr:
        said = " ".join(done.stderr.decode(errors="replace").split())[:200]
        raise ConfigurationError(
            f"OCR cannot run ({said}); install tesseract with the data of {languages}, and "
            "ghostscript, by the system's packages"
        )
    if done.returncode != 0:
        said = " ".join(done.stderr.decode(errors="replace").split())[:120]
        raise DocumentError(f"OCR failed ({said or done.returncode}); scan it anew")
    return done.stdout


_MISSING_DEPENDENCY = 3  # Source: ocrmypdf.exceptions.ExitCode
# ocrmypdf within a limit of memory, which what it starts inherits.
_LIMITED = """
import resource, runpy, sys
limit = int(sys.argv.pop(1))
try:
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
except (ValueError, OSError):
    pass
runpy.run_module("ocrmypdf", run_name="__main__", alter_sys=True)
"""
