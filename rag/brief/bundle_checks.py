"""An evidence bundle → which of its files, citations and sentences hold, and which do not.

What the files hold is hashed, never what the manifest says of them; neither a store nor a model is
needed. It proves that the parts are consistent, not who made them.
"""

import hashlib
import html
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.brief.bundle import (
    FORMAT,
    FORMAT_VERSION,
    MANIFEST,
    README,
    derived,
    digest_of,
    json_bytes,
    writing,
)
from rag.brief.composing import Manner, compose
from rag.brief.html import to_html
from rag.brief.manuscript import texts_of
from rag.brief.markdown import to_markdown
from rag.brief.verifying import Standing, Verification, verified
from rag.citations import fault
from rag.errors import ConfigurationError, NotFoundError
from rag.store import version_id
from rag.types import Answer, AnswerItem, Brief, Citation, citation_key

# What a bundle may unpack to: larger ones are refused, so that a small file cannot fill a memory.
MAX_BYTES = 300_000_000
MAX_FILES = 20_000
_NAME = re.compile(r"(?:[A-Za-z]+/)?[A-Za-z0-9._-]{1,120}")


def verify_bundle(path: Path, *, max_bytes: int = MAX_BYTES) -> Verification:
    """Check every file, text, citation and sentence of a bundle of at most `max_bytes` unpacked.

    Raises:
        ConfigurationError: the file cannot be read, or is no bundle.
    """
    files, faults = _read(path, max_bytes)
    manifest = _manifest(path, files)
    faults += _against_manifest(files, manifest)
    try:
        brief = Brief.from_dict(json.loads(files["brief.json"]))
        settings = json.loads(files["settings.json"])
        manner = Manner(str(settings["style"]), bool(settings["quotes"]))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ConfigurationError(
            f"{path} holds no brief that can be read: brief.json or settings.json is missing or "
            f"damaged ({type(error).__name__})"
        ) from error
    spans_only = bool(manifest.get("spans_only"))
    texts, wrong = _read_texts(files)
    faults += wrong

    def text_of(version: str) -> str:
        if version not in texts:
            raise NotFoundError("the bundle does not hold the text")
        return texts[version]

    spans = _read_spans(files, faults) if spans_only else {}

    def told(citation: Citation) -> tuple[Standing, str]:
        if spans_only:
            quote = spans.get(citation_key(citation))
            if quote is None:
                return "withdrawn", "the bundle does not hold its words"
            if quote != citation.quote:
                return "broken", "the quote is not the words that the bundle holds"
            return "holds", "the quote is the words that the bundle holds; version not provable"
        if citation.version not in texts:
            return "withdrawn", f"the bundle does not hold its text, texts/{citation.version}.txt"
        problem = fault(citation, text_of)
        if version_id(texts[citation.version]) != citation.version:
            words = problem or "the quoted words stand there, but it is another text"
            return "broken", f"texts/{citation.version}.txt was altered: {words}"
        return ("broken", problem) if problem else ("holds", "the quote is the text of its version")

    try:
        found = verified(brief, told)
        as_here = manifest.get("writing") == writing()
        faults += _unknown(brief, files, spans_only=spans_only)
        faults += _told_of(brief, manifest)
        faults += (_rendered if as_here else _rendered_otherwise)(brief, manner, files)
        faults += _answers(brief, manner, files, texts)
        if as_here:
            faults += _rewritten(brief, files)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(
            f"{path}: brief.json does not fit together ({type(error).__name__}: {error})"
        ) from error
    remarks = [
        "This proves that the parts are consistent, not who made them; titles, authors, "
        "publishers, dates and pages are what the record says of the sources, and no text "
        "proves them."
    ]
    if not as_here:
        remarks.insert(
            0,
            "brief.md and brief.html were written by another version of Attest: every sentence of "
            "the record was looked for in them, and every figure of theirs in the record; other "
            "words that were added to them are not seen. Read brief.json, or export it anew.",
        )
    if spans_only:
        remarks.insert(0, "Only the cited words are in it: version not provable.")
    if manifest.get("digest") != digest_of(files):
        faults.append("the digest in manifest.json is not that of the files")
    return replace(
        found, files=tuple(dict.fromkeys(faults)), remarks=tuple(remarks), digest=digest_of(files)
    )


def _read(path: Path, max_bytes: int) -> tuple[dict[str, bytes], list[str]]:
    """The files of a zip, and what is wrong with how they lie in it."""
    try:
        with zipfile.ZipFile(path) as held:
            entries = held.infolist()
            if MANIFEST not in held.namelist():
                raise ConfigurationError(
                    f"{path} is no evidence bundle: it has no {MANIFEST} of one; "
                    "`rag brief export BRIEF --bundle` makes one"
                )
            if len(entries) > MAX_FILES or sum(one.file_size for one in entries) > max_bytes:
                raise ConfigurationError(
                    f"{path} unpacks to more than {max_bytes / 1e6:,.3g} MB or {MAX_FILES} "
                    "files; no brief has as much"
                )
            files: dict[str, bytes] = {}
            faults: list[str] = []
            for entry in entries:
                if not _NAME.fullmatch(entry.filename):
                    faults.append(f"{entry.filename!r} is no name of a bundle's file")
                    continue
                if entry.filename in files:
                    faults.append(f"{entry.filename} stands in the bundle twice")
                    continue
                try:
                    files[entry.filename] = held.read(entry)
                except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
                    faults.append(f"{entry.filename} is damaged: {error}")
                except Exception as error:  # noqa: BLE001 (zlib's and others' own, by the kind of damage)
                    faults.append(f"{entry.filename} is damaged: {type(error).__name__}")
            return files, faults
    except (OSError, zipfile.BadZipFile, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(
            f"{path} is no evidence bundle: {reason}; `rag brief export BRIEF --bundle` makes one"
        ) from error


def _manifest(path: Path, files: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        manifest = json.loads(files[MANIFEST])
        fits = manifest["format"] == FORMAT
        later = int(manifest["format_version"]) > FORMAT_VERSION
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        fits, later, manifest = False, False, {}
    if not fits:
        raise ConfigurationError(
            f"{path} is no evidence bundle: it has no {MANIFEST} of one; "
            "`rag brief export BRIEF --bundle` makes one"
        )
    if later:
        raise ConfigurationError(f"{path} was made by a newer Attest; upgrade to verify it")
    return dict(manifest)


def _against_manifest(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> list[str]:
    """What the manifest says that is not so: missing, added and altered files."""
    rows = manifest.get("files")
    said: dict[str, str] = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            said[str(row.get("name"))] = str(row.get("sha256"))
    faults = [f"{name} is missing" for name in said if name not in files]
    for name, data in files.items():
        if name == MANIFEST:
            continue
        if name not in said:
            faults.append(f"{name} was added: the manifest does not name it")
        elif hashlib.sha256(data).hexdigest() != said[name]:
            faults.append(f"{name} was altered: it is not what the manifest has the hash of")
    return faults


def _read_texts(files: Mapping[str, bytes]) -> tuple[dict[str, str], list[str]]:
    """The texts that are what their names say, by version, and those that are not."""
    texts: dict[str, str] = {}
    faults: list[str] = []
    for name, data in files.items():
        if not name.startswith("texts/"):
            continue
        version = name.removeprefix("texts/").removesuffix(".txt")
        try:
            text = data.decode()
        except UnicodeDecodeError:
            faults.append(f"{name} was altered: it is no text")
            continue
        # What was altered is kept, so that each citation can be told to hold or not.
        texts[version] = text
        if version_id(text) != version:
            faults.append(f"{name} was altered: its text is not the version it is called by")
    return texts, faults


def _read_spans(files: Mapping[str, bytes], faults: list[str]) -> dict[str, str]:
    try:
        return {str(row["key"]): str(row["quote"]) for row in json.loads(files["spans.json"])}
    except (KeyError, TypeError, ValueError, RecursionError):
        faults.append("spans.json is missing or damaged")
        return {}


def _rendered(brief: Brief, manner: Manner, files: Mapping[str, bytes]) -> list[str]:
    """Where the written-out brief differs from what the record of it gives."""
    manuscript = compose(brief, manner)
    faults = []
    for name, write in (("brief.md", to_markdown), ("brief.html", to_html)):
        wanted = write(manuscript).splitlines()
        found = files.get(name, b"").decode(errors="replace").splitlines()
        pairs = zip([*found, *[""] * len(wanted)], [*wanted, *[""] * len(found)], strict=False)
        differs = next((row for row in enumerate(pairs, 1) if row[1][0] != row[1][1]), None)
        if name in files and not differs and files[name] != write(manuscript).encode():
            faults.append(f"{name} is not what the brief's record gives: its line ends differ")
        if name in files and differs:
            at, (one, other) = differs
            faults.append(
                f"{name} is not what the brief's record gives: line {at} has "
                f"“{_around(one, other)}” for “{_around(other, one)}”"
            )
    return faults


def _rendered_otherwise(brief: Brief, manner: Manner, files: Mapping[str, bytes]) -> list[str]:
    """What the record says and the written-out brief does not, word for word."""
    manuscript = compose(brief, manner)
    blocks = (manuscript.bottom_line, *(section.blocks for section in manuscript.sections))
    said = [manuscript.title, *(section.heading for section in manuscript.sections)]
    said += [note.quote for note in manuscript.notes if note.quote]
    said += [text for held in blocks for text in texts_of(held)]
    figures = {word for text in manuscript.texts() for word in re.findall(r"\w*\d\w*", text)}
    figures |= {str(number) for number in range(len(manuscript.notes) + len(said) + 1)}
    faults = []
    page = files.get("brief.html", b"").decode(errors="replace")
    if re.search(r"<script|\son\w+\s*=|<iframe|<object|<embed", page, re.IGNORECASE):
        faults.append("brief.html has something that runs, which no brief has")
    for name, plain in (("brief.md", _words_of_markdown), ("brief.html", _words_of_html)):
        if name in files:
            held = f" {plain(files[name].decode(errors='replace'))} "
            strange = sorted(set(re.findall(r"\w*\d\w*", held)) - figures)
            if strange:
                faults.append(
                    f"{name} has figures that the brief's record has not: {', '.join(strange[:10])}"
                )
            faults += [
                f"{name} does not have what the brief's record says: “{_short(text)}”"
                for text in said
                if f" {_words(text)} " not in held and _words(text)
            ]
    return faults


def _unknown(brief: Brief, files: Mapping[str, bytes], *, spans_only: bool) -> list[str]:
    """Files that a bundle of this brief does not have, and those that it should have."""
    wanted = {MANIFEST, "README.txt", "brief.json", "brief.md", "brief.html"}
    wanted |= {"sources.json", "settings.json", "left-out.json"}
    wanted |= {
        f"answers/{item.answer.id}.json" for item in brief.items() if isinstance(item, AnswerItem)
    }
    if spans_only:
        wanted.add("spans.json")
    else:
        wanted |= {f"texts/{one.version}.txt" for one in brief.citations().values()}
    return [f"{name} does not belong to this brief" for name in sorted(set(files) - wanted)] + [
        f"{name} is missing" for name in sorted(wanted - set(files))
    ]


def _told_of(brief: Brief, manifest: Mapping[str, Any]) -> list[str]:
    """What the manifest says of the brief that the brief does not."""
    known = {"brief": brief.id, "brief_version": brief.version, "title": brief.title}
    return [
        f"{MANIFEST} says {name} {manifest.get(name)!r}, brief.json {value!r}"
        for name, value in known.items()
        if manifest.get(name) != value
    ]


def _rewritten(brief: Brief, files: Mapping[str, bytes]) -> list[str]:
    """Records that say more than is read of them: further fields, a field twice."""
    made = {"brief.json": json_bytes(brief.to_dict()), "README.txt": README.encode()}
    return [
        f"{name} is not as it is written: it has more, or has it otherwise, than is read"
        for name, data in made.items()
        if name in files and files[name] != data
    ]


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


def _words_of_markdown(text: str) -> str:
    unmarked = re.sub(r"\[\^\d+\]", " ", html.unescape(text))
    return _words(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", unmarked))


def _words_of_html(text: str) -> str:
    without = re.sub(r"<(style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    calls = re.sub(r"<sup\b.*?</sup>", " ", without, flags=re.DOTALL)
    return _words(html.unescape(re.sub(r"<[^>]*>", " ", calls)))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"


def _around(text: str, other: str) -> str:
    """The part of a line in which it differs from another."""
    first = next(
        (at for at, (a, b) in enumerate(zip(text, other, strict=False)) if a != b),
        min(len(text), len(other)),
    )
    low = max(0, first - 30)
    return f"{'…' if low else ''}{text[low : first + 40]}"


def _answers(
    brief: Brief, manner: Manner, files: Mapping[str, bytes], texts: Mapping[str, str]
) -> list[str]:
    """Files of answers, sources and settings that say something else than the brief."""
    faults = []
    answers = []
    for item in brief.items():
        if not isinstance(item, AnswerItem):
            continue
        name = f"answers/{item.answer.id}.json"
        try:
            kept = Answer.from_dict(json.loads(files[name]))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            faults.append(f"{name} is missing or damaged")
            continue
        answers.append(kept)
        if json.dumps(json.loads(files[name])) != json.dumps(kept.to_dict()):
            faults.append(f"{name} has more, or has it otherwise, than is read")
        faults += [
            f"{name}: passage {one.rank} is not the text of its version"
            for one in kept.passages
            if texts.get(one.version, "")[one.start : one.end] != one.text
        ]
        if replace(kept, passages=()) != replace(item.answer, passages=()):
            faults.append(f"{name} is not the answer that brief.json has")
    faults += [
        f"{name} is not what the brief and its answers give"
        for name, data in derived(brief, manner, answers).items()
        if files.get(name) != data
    ]
    return faults
