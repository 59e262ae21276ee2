"""A brief → a file in one of its forms, written whole or not at all."""

import os
import re
import tempfile
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rag.brief.composing import Manner, compose, references_of
from rag.errors import ConfigurationError
from rag.types import Brief

FORMATS: dict[str, str] = {
    "md": "Markdown with footnotes",
    "html": "one web page, no script, nothing loaded",
    "docx": "Word, with real footnotes",
    "pdf": "PDF with bookmarks",
    "csl.json": "the references as CSL-JSON (Zotero, citeproc)",
    "ris": "the references as RIS (EndNote, Mendeley)",
    "bib": "the references as BibTeX",
}
MEDIA_TYPES = {
    "md": "text/markdown",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "csl.json": "application/vnd.citationstyles.csl+json",
    "ris": "application/x-research-info-systems",
    "bib": "application/x-bibtex",
    "zip": "application/zip",
}
_OTHER_NAMES = {"markdown": "md", "htm": "html", "word": "docx", "bibtex": "bib", "csl": "csl.json"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a brief looks: a Word file whose styles are used, and the font family of a PDF."""

    template: Path | None = None
    font: str | None = None


def exported(
    brief: Brief, form: str, manner: Manner | None = None, look: Look | None = None
) -> bytes:
    """A brief in a form of `FORMATS`; the same version gives the same bytes.

    Raises:
        ConfigurationError: the form, the style, the template or the font is unknown, the brief is
            empty, or the font has no letters for some of its words.
    """
    look = look or Look()
    form = form_of(form)
    if look.template is not None and form != "docx":
        raise ConfigurationError(f"a template is for docx; {form} takes none")
    if form in ("csl.json", "ris", "bib"):
        return _references(brief, form)
    manuscript = compose(brief, manner)
    match form:
        case "md":
            from rag.brief.markdown import to_markdown

            return to_markdown(manuscript).encode()
        case "html":
            from rag.brief.html import to_html

            return to_html(manuscript).encode()
        case "docx":
            from rag.brief.docx import to_docx

            return to_docx(manuscript, template=_template(look.template))
    from rag.brief.pdf import to_pdf

    return to_pdf(manuscript, font=look.font)


def form_of(name: str) -> str:
    """The form that a name or the end of a file's name means.

    Raises:
        ConfigurationError: it means none.
    """
    form = name.casefold().lstrip(".")
    form = _OTHER_NAMES.get(form, form)
    if form not in FORMATS:
        raise ConfigurationError(
            f"{name!r} is no form of a brief; there are {', '.join(FORMATS)}, and a bundle (zip)"
        )
    return form


def form_of_file(path: Path) -> str:
    """The form that the end of a path means; raises as `form_of`."""
    name = path.name.casefold()
    return form_of(next((form for form in FORMATS if name.endswith(f".{form}")), path.suffix))


def file_name(brief: Brief, form: str) -> str:
    """A name for the file of a brief: its title in plain letters, never a path."""
    plain = unicodedata.normalize("NFKC", brief.title)
    words = re.findall(r"\w+", plain)
    name = "-".join(words).casefold().strip("-_")
    while len(name.encode()) > 120:  # file systems take 255 bytes
        name = name[:-1]
    return f"{name or brief.id}.{form}"


def write_file(path: Path, make: Callable[[], bytes]) -> int:
    """Write what `make` gives to a path, replacing what stands there; returns its length.

    It is made first and written beside the path, so that a failure leaves no half file and
    does no harm to one that stands there.

    Raises:
        ConfigurationError: the path cannot be written.
        What `make` raises.
    """
    folder = path.parent
    if not folder.is_dir():
        raise ConfigurationError(f"there is no folder {folder}; make it, or name another file")
    if path.is_dir():
        raise ConfigurationError(f"{path} is a folder; name a file in it")
    data = make()
    unfinished: str | None = None
    path = path.resolve()  # a link stays one
    folder = path.parent
    try:
        if path.exists() and not path.is_file():  # a pipe, a terminal
            path.write_bytes(data)
            return len(data)
        handle, unfinished = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        Path(unfinished).chmod(0o666 & ~umask)
        Path(unfinished).replace(path)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written: {error.strerror or error}; name another with -o"
        ) from error
    finally:
        if unfinished is not None:
            with suppress(OSError):
                Path(unfinished).unlink()
    return len(data)


def _references(brief: Brief, form: str) -> bytes:
    references = references_of(brief)
    if not references:
        raise ConfigurationError(f"brief {brief.id} ({brief.title}) cites nothing yet")
    match form:
        case "csl.json":
            from rag.brief.csl_json import to_csl

            return to_csl(references).encode()
        case "ris":
            from rag.brief.ris import to_ris

            return to_ris(references).encode()
    from rag.brief.bibtex import to_bibtex

    return to_bibtex(references).encode()


def _template(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"the template {path} cannot be read: {error.strerror or error}"
        ) from error
