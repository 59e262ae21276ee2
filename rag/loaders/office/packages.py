"""Office files as what they are: ZIP archives of XML parts, read within bounds.

What a member declares of its size is not believed: the bytes that come out are counted. No part
may declare entities. Office Open XML's Strict form is turned into the transitional one, so that
its readers know one set of names.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rag.dates import parse_published
from rag.errors import DocumentError
from rag.loaders.facts import stated
from rag.types import Attachment, Fact

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_MEMBERS = 20_000
_MAX_TOTAL_BYTES = 512 * 2**20
# A tree takes about six times its file, and the process has 2 GB.
_MAX_XML_BYTES = 200 * 2**20
_READ_BYTES = 1 << 20
_MAX_ATTACHMENTS = 100
_DECLARATIONS = re.compile(rb"<!DOCTYPE[^>\[]*\[|<!ENTITY", re.IGNORECASE)
_TYPES = "[Content_Types].xml"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = "http://purl.oclc.org/ooxml/"
_TRANSITIONAL = "http://schemas.openxmlformats.org/"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)
# What programs put where no one wrote a title.
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel) - |"
    r"(?:word document|powerpoint presentation|document ?\d*|presentation ?\d*|untitled.{0,3}|"
    r"slide \d+|title|no slide title)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Relationship:
    """What a part refers to: the last word of its `kind`, and the `target` part or address."""

    kind: str
    target: str
    external: bool


class DamagedPartError(DocumentError):
    """A part is missing, or its bytes do not come out of the archive."""


class Package:
    """An archive's members by name, in any case and with any slashes.

    Raises:
        DocumentError: No archive, damaged, or with more members than a document has.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_ERRORS as error:
            raise DocumentError(
                "damaged or cut short: its ZIP directory is missing; get the file again"
            ) from error
        members = self._archive.infolist()
        if len(members) > _MAX_MEMBERS:
            raise DocumentError(f"holds {len(members)} parts, more than {_MAX_MEMBERS}; split it")
        self._members = {_key(member.filename): member for member in members}
        self._left_bytes = _MAX_TOTAL_BYTES
        self._relationships: dict[str, dict[str, Relationship] | None] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names in the archive's order, lower case."""
        return tuple(self._members)

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._members

    def read(self, name: str, limit: int = _MAX_TOTAL_BYTES) -> bytes:
        """The bytes of a member.

        Raises:
            DamagedPartError: It is missing or damaged.
            DocumentError: It is encrypted or larger than `limit`, or all that was read is more
                than 512 MB.
        """
        member = self._members.get(_key(name))
        if member is None:
            raise DamagedPartError(f'damaged: its part "{_shown(name)}" is missing; save it anew')
        if member.flag_bits & 1:
            raise DocumentError("encrypted: save it without a password, then index again")
        parts = []
        size = 0
        try:
            with self._archive.open(member) as file:
                while piece := file.read(_READ_BYTES):
                    size += len(piece)
                    if size > min(limit, self._left_bytes):
                        raise DocumentError(
                            f'its part "{_shown(name)}" unpacks to more than '
                            f"{min(limit, _MAX_TOTAL_BYTES) // 2**20} MB; split it"
                        )
                    parts.append(piece)
        except _ZIP_ERRORS as error:
            raise _damaged(name) from error
        except Exception as error:
            # lzma has an error of its own, and its import is not always there.
            if isinstance(error, DocumentError):
                raise
            raise _damaged(name) from error
        self._left_bytes -= size
        return b"".join(parts)

    def xml(self, name: str) -> "_Element":
        """The root element of an XML member, without comments and processing instructions.

        Raises:
            DocumentError: As `read`; or it is not well formed, declares entities or is nested
                beyond 256 elements.
        """
        return parsed_xml(self.read(name, _MAX_XML_BYTES), name)

    def elements(self, name: str, tags: Sequence[str]) -> "Iterator[_Element]":
        """The elements of an XML member with these tags, one by one, for what is too big for `xml`.

        Each is emptied when the next is asked for. Strict names are not turned into others.

        Raises:
            DocumentError: As `xml`, where the reading has come to it.
        """
        from lxml import etree

        data = self.read(name)
        _refuse_entities(data, name)
        found = etree.iterparse(
            io.BytesIO(data),
            tag=tags,
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for _, element in found:
                yield element
                element.clear()
                parent = element.getparent()
                while parent is not None and parent[0] is not element:
                    del parent[0]
        except (etree.XMLSyntaxError, ValueError) as error:
            raise _not_well_formed(name, error) from error

    def optional_xml(self, name: str | None, notes: list[str]) -> "_Element | None":
        """As `xml` for a part that a document can do without: a note says that it is damaged."""
        if name is None or name not in self:
            return None
        try:
            return self.xml(name)
        except DocumentError:
            notes.append(f'Its part "{_shown(name)}" is damaged and was left out.')
            return None

    def relationships(self, part: str, notes: list[str]) -> dict[str, Relationship]:
        """What `part` refers to by id; of the package itself where `part` is "".

        Nothing where the list is damaged, which `notes` are told of once.
        """
        if part not in self._relationships:
            self._relationships[part] = self._listed(part, notes)
        return self._relationships[part] or {}

    def is_unlisted(self, part: str, notes: list[str]) -> bool:
        """Whether the list of what `part` refers to is missing or damaged."""
        self.relationships(part, notes)
        return self._relationships[part] is None

    def related(self, part: str, kind: str, notes: list[str]) -> str | None:
        """The first part that `part` refers to as `kind`, where it is in the package."""
        for relationship in self.relationships(part, notes).values():
            if relationship.kind == kind and relationship.target in self:
                return relationship.target
        return None

    def main(self, usual: str, notes: list[str]) -> str | None:
        """The part that the others belong to: by the relationships, its type, or its `usual` name.

        None where the package has none of these.
        """
        related = self.related("", "officeDocument", notes)
        if related is not None:
            return related
        types = self.optional_xml(_TYPES, notes)
        for element in () if types is None else types.iter("{*}Override"):
            name: str = element.get("PartName", "")
            if element.get("ContentType", "").endswith("main+xml") and name in self:
                return name.lstrip("/")
        return usual if usual in self else None

    def embedded(self, parts: Iterable[str], notes: list[str]) -> tuple[Attachment, ...]:
        """The files put into `parts`, as far as they are of a kind that is read."""
        # Here, since the table of loaders is not there yet while it is being made.
        from rag.loaders import HEAD_BYTES, loader_for
        from rag.loaders.office.objects import packed_file

        targets: dict[str, None] = {}
        for part in parts:
            for relationship in self.relationships(part, notes).values():
                if relationship.kind in {"package", "oleObject"} and not relationship.external:
                    targets.setdefault(relationship.target)
        found: list[Attachment] = []
        unread = 0
        for target in targets:
            try:
                name, data = packed_file(posixpath.basename(target), self.read(target))
            except DocumentError:
                unread += 1
                continue
            readable = loader_for(PurePath(name), data[:HEAD_BYTES]) is not None
            if readable and len(found) < _MAX_ATTACHMENTS:
                found.append(Attachment(name, data))
            else:
                unread += 1
        if unread:
            notes.append(counted(unread, "embedded file", "left out: of no kind that is read."))
        return tuple(found)

    def _listed(self, part: str, notes: list[str]) -> dict[str, Relationship] | None:
        folder, name = posixpath.split(part)
        root = self.optional_xml(posixpath.join(folder, "_rels", f"{name}.rels"), notes)
        if root is None:
            return None
        found = {}
        for element in root.iter(_RELATIONSHIPS):
            target = unquote(element.get("Target", "")).replace("\\", "/")
            external = element.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = element.get("Type", "").rpartition("/")[2]
            found[element.get("Id", "")] = Relationship(kind, target, external)
        return found


def parsed_xml(data: bytes, name: str) -> "_Element":
    """The root element of XML; see `Package.xml`."""
    from lxml import etree

    _refuse_entities(data, name)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _not_well_formed(name, error) from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and declared.entities():  # in an encoding that hid them above
        raise DocumentError(f'its part "{_shown(name)}" declares entities; save it anew')
    if any(space.startswith(_STRICT) for space in root.nsmap.values()):
        _make_transitional(root)
    return root


def _refuse_entities(data: bytes, name: str) -> None:
    # NULs out, so that UTF-16 hides nothing.
    if _DECLARATIONS.search(data.replace(b"\0", b"")):
        raise DocumentError(f'its part "{_shown(name)}" declares entities; save it anew')


def _not_well_formed(name: str, error: Exception) -> DocumentError:
    reason = " ".join(str(error).split(", use XML")[0].split(", try XML")[0].split())[:120]
    return DocumentError(f'its part "{_shown(name)}" is damaged: {reason}; save it anew')


def package_facts(package: Package, notes: list[str]) -> list[Fact]:
    """What an Office Open XML package's properties state, its title as the last candidate."""
    core = package.optional_xml(package.related("", "core-properties", notes), notes)
    facts: list[Fact | None] = []
    if core is not None:
        facts = property_facts(
            title=core.findtext(f"{_DC}title"),
            creators=(core.findtext(f"{_DC}creator"),),
            created=core.findtext(f"{_TERMS}created"),
            modified=core.findtext(f"{_TERMS}modified"),
        )
        language = stated("language", core.findtext(f"{_DC}language") or "", "document properties")
        facts.append(language)
    extended = package.optional_xml(package.related("", "extended-properties", notes), notes)
    if extended is not None:
        facts.append(
            stated("software", extended.findtext("{*}Application") or "", "document properties")
        )
    return [fact for fact in facts if fact is not None]


def property_facts(
    *,
    title: str | None,
    creators: Iterable[str | None],
    created: str | None,
    modified: str | None,
) -> list[Fact | None]:
    """A title and hints from the words of document properties."""
    detail = "document properties"
    facts: list[Fact | None] = []
    if title and not _NO_TITLE.match(title.strip()):
        facts.append(stated("title", title, detail))
    facts.extend(stated("creator", creator, detail) for creator in creators if creator)
    for field, words in (("created", created), ("modified", modified)):
        moment = parse_published(words or "")
        if moment is not None:
            facts.append(Fact(field, moment.value, "file", detail))
    return facts


def counted(number: int, thing: str, rest: str) -> str:
    """Say "2 comments were left out." of (2, "comment", "left out.")."""
    return f"{number} {thing} was {rest}" if number == 1 else f"{number} {thing}s were {rest}"


def _make_transitional(root: "_Element") -> None:
    names: dict[str, str] = {}
    for element in root.iter():
        element.tag = _transitional(element.tag, names)
        for name, value in element.attrib.items():
            renamed = _transitional(name, names)
            if renamed != name:
                del element.attrib[name]
                element.set(renamed, value)


def _transitional(name: str, known: dict[str, str]) -> str:
    """The name in the transitional namespaces, which differ by host and year."""
    renamed = known.get(name)
    if renamed is None:
        renamed = name
        if name.startswith("{" + _STRICT):
            space, _, local = name[len(_STRICT) + 1 :].partition("}")
            family, _, rest = space.partition("/")
            renamed = f"{{{_TRANSITIONAL}{family}/2006/{rest}}}{local}"
        known[name] = renamed
    return renamed


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _shown(name: str) -> str:
    return posixpath.basename(name)[:60]


def _damaged(name: str) -> DamagedPartError:
    return DamagedPartError(f'its part "{_shown(name)}" is damaged; get the file again')
