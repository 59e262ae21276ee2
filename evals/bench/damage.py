"""Damaged and hostile files made of sound ones: the same bytes for the same seed and number."""

import gzip
import io
import zipfile
from base64 import encodebytes
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import PurePath
from random import Random
from typing import NamedTuple

MAX_SOURCE_BYTES = 2_000_000  # so that a run of thousands ends
SUFFIXES = (
    ".txt .text .md .markdown .html .htm .xhtml .pdf .docx .docm .dotx .odt .odp .ott .pptx .pptm "
    ".ppsx .xlsx .xlsm .xls .xlsb .ods .csv .tsv .rtf .eml .mbox .epub"
).split()
_BOMB_BYTES = 512 << 20
_NESTED = 30

Make = Callable[["Mutant", Random, Sequence["Mutant"]], "Mutant"]


class Mutant(NamedTuple):
    """A file as it would lie in a folder."""

    name: str
    data: bytes


def mutant(groups: dict[str, list[Mutant]], seed: int, number: int) -> tuple[str, Mutant]:
    """File `number` and how it was made; kinds of files take turns, kinds of damage are drawn."""
    random = Random(f"{seed}:{number}")
    loaders = list(groups)
    chosen = random.choice(groups[loaders[number % len(loaders)]])
    other = [random.choice(groups[random.choice(loaders)])]
    makers, weights = zip(*_MAKERS, strict=True)
    maker: Make = random.choices(makers, weights)[0]
    made = maker(chosen, random, other)
    if random.random() < 0.1:  # two kinds of damage at once
        second: Make = random.choices(makers, weights)[0]
        return f"{maker.__name__} then {second.__name__} of {chosen.name}", second(
            made, random, other
        )
    return f"{maker.__name__} of {chosen.name}", made


def truncated(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """Cut off at any place."""
    return file._replace(data=file.data[: random.randrange(len(file.data) + 1)])


def flipped(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """1 to 100 bits turned over."""
    data = bytearray(file.data)
    for _number in range(random.randint(1, 100) if data else 0):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return file._replace(data=bytes(data))


def deleted(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """A block taken out."""
    start, end = _block(file.data, random)
    return file._replace(data=file.data[:start] + file.data[end:])


def duplicated(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """A block 2 to 20 times where it was once."""
    start, end = _block(file.data, random)
    times = random.randint(2, 20)
    return file._replace(data=file.data[:start] + file.data[start:end] * times + file.data[end:])


def swapped(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """Two neighbouring blocks in the other order."""
    start, end = _block(file.data, random)
    further = min(len(file.data), 2 * end - start)
    moved = file.data[end:further] + file.data[start:end]
    return file._replace(data=file.data[:start] + moved + file.data[further:])


def zeroed(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """A run of zero bytes, as after a disk's error."""
    start, end = _block(file.data, random)
    return file._replace(data=file.data[:start] + bytes(end - start) + file.data[end:])


def renamed(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """Whole, with another kind's suffix."""
    return file._replace(name=PurePath(file.name).stem + random.choice(SUFFIXES))


def concatenated(file: Mutant, random: Random, other: Sequence[Mutant]) -> Mutant:
    """With another file behind it or before it."""
    parts = [file.data, other[0].data]
    random.shuffle(parts)
    return file._replace(data=b"".join(parts))


def damaged_within(file: Mutant, random: Random, other: Sequence[Mutant]) -> Mutant:
    """A member of a ZIP container damaged and packed again, or the file itself: sums still hold."""
    members = _members(file.data)
    if not members:
        return flipped(file, random, other)
    name = random.choice(sorted(members))
    damage = random.choice((truncated, flipped, deleted, duplicated, swapped, zeroed))
    members[name] = damage(Mutant(name, members[name]), random, other).data
    return file._replace(data=_packed(members))


def nested_archive(file: Mutant, random: Random, other: Sequence[Mutant]) -> Mutant:
    """A ZIP in a ZIP container, as a new member or in the place of one."""
    members = _members(file.data)
    inner = _packed({other[0].name: other[0].data, "inner.zip": _packed({"a.txt": b"a" * 1000})})
    fresh = "word/embeddings/inner.zip"
    members[random.choice([fresh, *sorted(members)])] = inner
    return file._replace(data=_packed(members))


def nested_mail(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """Mail in mail, 30 deep, around the file."""
    data = _mail(file, random)
    for _number in range(_NESTED - 1):
        data = _HEADERS + b"Content-Type: message/rfc822\r\n\r\n" + data
    return Mutant("nested.eml", data)


def broken_attachment(file: Mutant, random: Random, other: Sequence[Mutant]) -> Mutant:
    """A mail with the file, damaged, attached."""
    damage = random.choice((truncated, flipped, zeroed, damaged_within))
    return Mutant("attached.eml", _mail(damage(file, random, other), random))


def bomb(file: Mutant, random: Random, _: Sequence[Mutant]) -> Mutant:
    """Half a gigabyte in little: gzip under the file's name, or a member of its container."""
    members = {name: data for name, data in _members(file.data).items() if data[-1:] == b">"}
    if not members or random.random() < 0.3:
        return file._replace(data=_gzip_bomb())
    name = random.choice(sorted(members, key=lambda key: (-len(members[key]), key))[:3])
    place = members[name].rfind(
        b"</", 0, random.randint(len(members[name]) // 2, len(members[name]))
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member, data in _members(file.data).items():
            info = zipfile.ZipInfo(member)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as out:
                if member == name:
                    out.write(data[:place])
                    for _number in range(_BOMB_BYTES >> 20):
                        out.write(b" bomb bo" * (1 << 17))
                out.write(data[place:] if member == name else data)
    return file._replace(data=buffer.getvalue())


# Bombs and nests take the most time and differ the least.
_MAKERS: tuple[tuple[Make, float], ...] = (
    (truncated, 3), (flipped, 4), (deleted, 3), (duplicated, 2), (swapped, 2), (zeroed, 2),
    (renamed, 2), (concatenated, 2), (damaged_within, 5), (nested_archive, 0.7),
    (nested_mail, 0.5), (broken_attachment, 1.5), (bomb, 0.2),
)  # fmt: skip
_HEADERS = (
    b"From: a@example.org\r\nTo: b@example.org\r\nSubject: nested\r\n"
    b"Date: Mon, 02 Jan 2023 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
)


def _block(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    longest = random.choice((16, 256, 4096, 65536))
    return start, min(len(data), start + random.randint(1, longest))


def _members(data: bytes) -> dict[str, bytes]:
    """What a ZIP holds, or nothing where it is none or is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > 10 * MAX_SOURCE_BYTES:
                return {}
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 (zlib.error and others; damaged twice over)
        return {}


def _packed(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            # A ZipInfo of its own has no clock time, so that the bytes are the same each time.
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _mail(file: Mutant, random: Random) -> bytes:
    mark = b"b%08x" % random.getrandbits(32)
    name = "".join(char if char.isascii() and char.isprintable() else "_" for char in file.name)
    return b"".join(
        (
            _HEADERS,
            b"Content-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n--" + mark,
            b"\r\nContent-Type: text/plain\r\n\r\nThe file is attached.\r\n--" + mark,
            b"\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n",
            b'Content-Disposition: attachment; filename="' + name.replace('"', "_").encode(),
            b'"\r\n\r\n' + encodebytes(file.data) + b"\r\n--" + mark + b"--\r\n",
        )
    )


@lru_cache(maxsize=1)
def _gzip_bomb() -> bytes:
    # Members one after the other are one gzip file.
    return gzip.compress(bytes(1 << 24), mtime=0) * (_BOMB_BYTES >> 24)
