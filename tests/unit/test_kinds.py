"""What a file is, its content says; its name only where the content does not."""

import zipfile
from io import BytesIO
from pathlib import PurePath

import pytest

from rag.errors import DocumentError
from rag.loaders import LOADERS, loader_for, parse
from rag.loaders.kinds import kind_of, kind_of_head

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-'
    'types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
WORD = (
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/'
    '2006/main"><w:body><w:p><w:r><w:t>The pier is shut.</w:t></w:r></w:p></w:body></w:document>'
)
MAIL = (
    b"From: Orla Venn <orla@example.org>\r\nTo: desk@example.org\r\nMessage-ID: <1@example.org>\r\n"
    b"Subject: Pier\r\nDate: Tue, 04 May 2021 08:30:00 +0200\r\n\r\nThe pier is shut.\r\n"
)
PAGE = b"<!DOCTYPE html><html><title>Pier</title><body><p>The pier is shut.</p></body></html>"


def archive(members: dict[str, str]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in members.items():
            made.writestr(name, text)
    return data.getvalue()


DOCX = archive({"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": WORD})


@pytest.mark.parametrize(
    ("data", "name", "loader"),
    [
        (DOCX, "memo.pdf", "docx"),
        (DOCX, "memo", "docx"),
        (DOCX, "memo.csv", "docx"),
        (MAIL, "memo.txt", "mail"),
        (MAIL, "memo", "mail"),
        (b"\n" + MAIL, "memo.pdf", "mail"),
        (PAGE, "memo.pdf", "html"),
        (PAGE, "memo.txt", "html"),
        (PAGE, "memo.weird", "html"),
        (rb"{\rtf1\ansi The pier is shut.}", "memo.docx", "rtf"),
    ],
)
def test_a_wrong_or_missing_suffix_is_found_out_and_said(data, name, loader):
    assert loader_for(PurePath(name), data[:4096]) is not None
    document = parse(data, name)
    assert "The pier is shut." in document.text
    assert document.loader.startswith(f"{loader}/")
    assert document.loader in LOADERS
    assert len(document.notes) == 1


@pytest.mark.parametrize(
    ("data", "name", "loader"),
    [
        (PAGE, "page.md", "markdown"),  # Markdown may begin with HTML
        (b"From: A\nSubject: B\nDate: C\n\nA memo is no mail.", "memo.txt", "text"),
        (b"Received: of goods\n\nA list is no mail.", "list.txt", "text"),
        (b"a,b\n1,2\n", "table.csv", "delimited"),
    ],
)
def test_text_that_only_looks_like_something_else_is_what_its_name_says(data, name, loader):
    document = parse(data, name)
    assert document.loader.startswith(f"{loader}/")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"x" * 99, "a PNG image"),
        (archive({"a.txt": "Text."}), "a ZIP archive"),
        (b"\x1f\x8b" + b"x" * 99, "a gzip archive"),
    ],
)
def test_what_is_not_read_under_a_name_that_is_read_is_named(data, said):
    with pytest.raises(DocumentError, match=said):
        parse(data, "memo.docx")


def test_kinds_that_are_not_read_have_no_loader():
    assert loader_for(PurePath("a.png"), b"\x89PNG\r\n\x1a\n") is None
    assert loader_for(PurePath("a.zip"), archive({"a.txt": "Text."})) is None
    assert loader_for(PurePath("a.doc"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") is None
    assert loader_for(PurePath("a"), b"Just words.") is None


def test_an_empty_file_is_said_to_be_empty():
    for name in ("a.txt", "a.pdf", "a.docx", "a.eml", "a.xlsx"):
        with pytest.raises(DocumentError, match="is empty"):
            parse(b"", name)


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"[Content_Types].xml": "<Ty", "word/document.xml": WORD}, "docx"),
        ({"[Content_Types].xml": "", "ppt/presentation.xml": ""}, "pptx"),
        ({"xl/workbook.xml": ""}, "spreadsheet"),
        ({"mimetype": "damaged", "content.xml": "<office:spreadsheet/>"}, "spreadsheet"),
        ({"META-INF/manifest.xml": "", "content.xml": "<office:text/>"}, "opendocument"),
        ({"META-INF/container.xml": ""}, "epub"),
        ({"content.xml": "<page/>"}, "a ZIP archive"),
    ],
)
def test_an_office_file_whose_list_of_types_is_damaged_is_known_by_its_members(members, kind):
    assert kind_of(archive(members)) == kind


def test_a_list_of_types_whose_bytes_do_not_come_out_does_not_hide_the_document():
    data = bytearray(DOCX)
    place = data.index(b"[Content_Types].xml") + len("[Content_Types].xml")
    data[place : place + 20] = b"\xff" * 20
    assert kind_of(bytes(data)) == "docx"


def test_an_encrypted_office_file_is_said_to_be_encrypted():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(DocumentError, match=r"^encrypted: "):
        parse(data, "memo.docx")


def test_a_pdf_behind_other_bytes_is_a_pdf():
    assert kind_of_head(b"x" * 600 + b"%PDF-1.7\n1 0 obj\n") == "pdf"
    assert kind_of_head(b"A PDF begins with %PDF-1.7, as you know.") is None
    assert kind_of_head(MAIL + b"%PDF-1.7\n1 0 obj\n") == "mail"
    assert kind_of(b"%PDF-1.4") == "pdf"
