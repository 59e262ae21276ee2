"""An evidence bundle: one zip with a brief and all that is needed to check it anywhere.

Passages of answers go along only where the text of their source does.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version as installed_version
from pathlib import Path

from rag.brief.composing import Manner, called_by, compose, left_out_of
from rag.brief.html import to_html
from rag.brief.markdown import to_markdown
from rag.errors import ConfigurationError, NotFoundError
from rag.store import Store
from rag.types import Answer, AnswerItem, Brief, Citation, citation_key, plain_values

FORMAT = "attest evidence bundle"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
# The earliest moment that a zip can state.
_MOMENT = (1980, 1, 1, 0, 0, 0)
README = """\
This is an evidence bundle: a brief and what its citations rest on.

Verify it with Attest, on any machine, without an index, a network or a model:

    rag brief verify FILE.zip

or by hand: each name in texts/ is the sha256 of that file, each citation in brief.json names a
version, a start and an end in characters, and its quote stands there. The digest to publish is the
sha256 of the lines "SHA256  NAME", one for each file but manifest.json, in the order of the names.

That everything holds proves that brief, quotes and texts are consistent. It does not prove who made
the bundle, nor that a text is what its publisher published: for that compare the digest with one
that was published elsewhere, and the texts with their sources.
"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle's bytes and the digest of what they hold."""

    data: bytes
    digest: str


def make_bundle(
    store: Store, brief: Brief, manner: Manner | None = None, *, spans_only: bool = False
) -> Bundle:
    """The bundle of a brief; with `spans_only` the cited words instead of whole texts.

    Raises:
        ConfigurationError: the brief is empty, or the text of a citation was forgotten.
    """
    manner = manner or Manner()
    manuscript = compose(brief, manner)
    cited = {citation_key(one): one for item in brief.items() for one in called_by(item)}
    # Answers hold citations that no note calls: their sentences failed. All have their texts.
    citations = list({**brief.citations(), **cited}.values())
    answers = [
        _shared(_whole(store, item.answer), citations, spans_only=spans_only)
        for item in brief.items()
        if isinstance(item, AnswerItem)
    ]
    files: dict[str, bytes] = {
        "README.txt": README.encode(),
        "brief.json": json_bytes(brief.to_dict()),
        "brief.md": to_markdown(manuscript).encode(),
        "brief.html": to_html(manuscript).encode(),
        **{f"answers/{answer.id}.json": json_bytes(answer.to_dict()) for answer in answers},
        **derived(brief, manner, answers),
    }
    files |= _spans(citations) if spans_only else _texts(store, citations)
    digest = digest_of(files)
    manifest = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "made_by": f"attest {installed_version('attest')}",
        "writing": writing(),
        "brief": brief.id,
        "brief_version": brief.version,
        "title": brief.title,
        "spans_only": spans_only,
        "digest": digest,
        "files": [
            {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in sorted(files.items())
        ],
    }
    return Bundle(_zipped({**files, MANIFEST: json_bytes(manifest)}), digest)


def derived(brief: Brief, manner: Manner, answers: Sequence[Answer]) -> dict[str, bytes]:
    """The files that say in another form what the brief and its answers hold."""
    citations = brief.citations().values()
    sources = [
        {
            "document": name,
            "versions": sorted({one.version for one in citations if one.document == name}),
            **plain_values(asdict(facts)),
        }
        for name, facts in sorted(brief.sources.items())
    ]
    left_out = [
        {"sentence": text, "why": why} for item in brief.items() for text, why in left_out_of(item)
    ]
    made_by = {
        answer.id: {
            "mode": answer.mode,
            "model": answer.model,
            "settings": plain_values(answer.settings),
        }
        for answer in answers
    }
    return {
        "sources.json": json_bytes(sources),
        "left-out.json": json_bytes(left_out),
        "settings.json": json_bytes(
            {"style": manner.style, "quotes": manner.quotes, "answers": made_by}
        ),
    }


def writing() -> str:
    """What brief.md and brief.html are written by: the beginning of a hash over that code.

    The same writing gives the same files of the same record, so that they can be compared.
    """
    folder = Path(__file__).parent
    names = ("authored", "composing", "html", "manuscript", "markdown", "references", "sources")
    paths = [folder / f"{name}.py" for name in names] + sorted((folder / "styles").glob("*.py"))
    whole = b"\0".join(path.read_bytes() for path in paths)
    return hashlib.sha256(whole).hexdigest()[:12]


def digest_of(files: Mapping[str, bytes]) -> str:
    """The digest of a bundle: the sha256 of "sha256  name" lines of all files but the manifest."""
    lines = [
        f"{hashlib.sha256(data).hexdigest()}  {name}\n"
        for name, data in sorted(files.items())
        if name != MANIFEST
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _whole(store: Store, answer: Answer) -> Answer:
    """The answer as it is kept, with its passages; as the brief has it where it was deleted."""
    try:
        return store.answers.get(answer.id)
    except NotFoundError:
        return answer


def _shared(answer: Answer, citations: Sequence[Citation], *, spans_only: bool) -> Answer:
    """The answer with those of its passages that a reader gets the text of anyway."""
    versions = set() if spans_only else {one.version for one in citations}
    return replace(
        answer, passages=tuple(one for one in answer.passages if one.version in versions)
    )


def _texts(store: Store, citations: Sequence[Citation]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for citation in citations:
        name = f"texts/{citation.version}.txt"
        if name not in found:
            try:
                text = store.documents.fresh_text_of(citation.version)
            except NotFoundError as error:
                raise ConfigurationError(
                    f"{citation.title or citation.source} was forgotten, so its text cannot be "
                    "put into a bundle; take its citations out, or use --spans-only"
                ) from error
            found[name] = text.encode()
    return found


def _spans(citations: Sequence[Citation]) -> dict[str, bytes]:
    rows = [
        {
            "key": citation_key(one),
            "document": one.document,
            "version": one.version,
            "start": one.start,
            "end": one.end,
            "quote": one.quote,
        }
        for one in sorted(citations, key=citation_key)
    ]
    return {"spans.json": json_bytes(rows)}


def json_bytes(value: object) -> bytes:
    """A value as the bytes of a file in a bundle."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files: names in order, no times, no machine's attributes."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as made:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, on every system
            entry.external_attr = 0o644 << 16
            made.writestr(entry, data)
    return whole.getvalue()
