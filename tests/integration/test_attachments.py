"""A file with files inside: each is a document of its own that comes and goes with the first."""

import json
import zipfile
from collections import Counter
from email.message import EmailMessage
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Name

from rag.errors import ConfigurationError
from rag.ingestion import SyncOptions

pytestmark = pytest.mark.integration

BODY = "The port master of Velm closed the harbour on 3 May 2021 after the storm.\n"
NOTE = b"The granary of Pellin was flooded in the spring of 1998, the miller wrote.\n"
LIST = b"town,eels\nKarsk,412\nTarn,9\n"


def mail(*attachments: tuple[str, bytes], body: str = BODY, subject: str = "The harbour") -> bytes:
    message = EmailMessage()
    message["From"] = "Orla Venn <orla@example.org>"
    message["To"] = "desk@example.org"
    message["Subject"] = subject
    message["Date"] = "Tue, 04 May 2021 08:30:00 +0200"
    message["Message-ID"] = "<1@example.org>"
    message.set_content(body)
    for name, data in attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def mail_in_mail(depth: int) -> bytes:
    inner = mail(subject="Innermost", body="Nine lanterns hang in the innermost mail.\n")
    for level in range(depth):
        outer = EmailMessage()
        outer["From"], outer["Subject"] = "orla@example.org", f"Level {level}"
        outer["Message-ID"] = f"<{level}@example.org>"
        outer.set_content(f"This is the mail of level {level}.\n")
        outer.add_attachment(
            inner, maintype="application", subtype="octet-stream", filename="a.eml"
        )
        inner = outer.as_bytes()
    return inner


def sources_of(report):
    return Counter(
        [
            *report.new, *report.changed, *report.unchanged, *report.forgotten,
            *(source for source, _ in report.failed),
        ]
    )  # fmt: skip


def test_what_is_attached_is_found_cited_and_names_its_parent(place, record_of, holds, rag_json):
    place.write("mail.eml", mail(("note.txt", NOTE), ("eels.csv", LIST), ("film.mkv", b"\x1a")))
    pipeline = place.open()
    report = pipeline.index()
    assert sorted(report.new) == ["mail.eml", "mail.eml/eels.csv", "mail.eml/note.txt"]
    assert any(source == "mail.eml" and "film.mkv" in note for source, note in report.notes)
    parent, note = record_of(pipeline, "mail.eml"), record_of(pipeline, "mail.eml/note.txt")
    assert note.parent == parent.id
    assert parent.parent is None
    assert parent.metadata.title == "The harbour"
    assert parent.metadata.published.value.startswith("2021-05-04")
    # What the mail says about itself says nothing about what hangs on it.
    assert note.metadata.published is None
    answer = pipeline.ask("When was the granary of Pellin flooded?")
    assert answer.citations[0].source == "mail.eml/note.txt"
    holds(place.data, answer.to_dict())
    shown = place.rag("show", "mail.eml/note.txt")
    assert "part of    mail.eml" in shown.stdout


@pytest.fixture
def rag_json(place):
    return lambda *arguments: json.loads(place.rag(*arguments, "--json").stdout)


def test_a_second_run_reads_neither_the_mail_nor_what_is_attached(place, watch):
    place.write("mail.eml", mail(("note.txt", NOTE), ("eels.csv", LIST)))
    pipeline = place.open()
    first = pipeline.index()
    again = pipeline.index(show=watch)
    assert watch.n_read == 0
    assert sorted(again.unchanged) == sorted(first.new)


def test_what_is_no_longer_attached_leaves_the_answers(place, sources, record_of):
    place.write("mail.eml", mail(("note.txt", NOTE), ("eels.csv", LIST)))
    pipeline = place.open()
    pipeline.index()
    place.write("mail.eml", mail(("eels.csv", LIST), ("new.txt", b"A weir was painted in Tarn.\n")))
    report = pipeline.index()
    assert (report.changed, report.unchanged) == (["mail.eml"], ["mail.eml/eels.csv"])
    assert report.new == ["mail.eml/new.txt"]
    assert report.removed == ["mail.eml/note.txt"]
    assert "mail.eml/note.txt" not in sources(pipeline, "When was the granary flooded?")
    assert record_of(pipeline, "mail.eml/note.txt").state == "removed"


def test_a_deleted_mail_takes_what_is_attached_along_and_brings_it_back(place):
    place.write("mail.eml", mail(("note.txt", NOTE)))
    place.write("other.txt", "Captain Orla Venn sold the ferry of Karsk.\n")
    pipeline = place.open()
    pipeline.index()
    (place.corpus / "mail.eml").unlink()
    assert sorted(pipeline.index().removed) == ["mail.eml", "mail.eml/note.txt"]
    place.write("mail.eml", mail(("note.txt", NOTE)))
    back = pipeline.index()
    assert sorted(back.new) == ["mail.eml", "mail.eml/note.txt"]


def test_a_renamed_mail_keeps_what_a_person_said_of_an_attachment(place, record_of):
    place.write("mail.eml", mail(("note.txt", NOTE)))
    place.write("other.txt", "Captain Orla Venn sold the ferry of Karsk.\n")
    pipeline = place.open()
    pipeline.index()
    pipeline.describe(record_of(pipeline, "mail.eml/note.txt"), {"title": "The miller's note"})
    pipeline.index()
    (place.corpus / "mail.eml").rename(place.corpus / "moved.eml")
    report = pipeline.index()
    assert report.renamed == [("mail.eml", "moved.eml")]
    assert report.n_embedded == 0
    assert record_of(pipeline, "moved.eml/note.txt").metadata.title == "The miller's note"
    assert {record.source for record in pipeline.store.documents.records()} == {
        "moved.eml", "moved.eml/note.txt", "other.txt",
    }  # fmt: skip


def test_a_broken_attachment_fails_alone_and_stays_listed_until_retried(place, watch):
    place.write("mail.eml", mail(("note.txt", NOTE), ("empty.txt", b" \n")))
    pipeline = place.open()
    first = pipeline.index()
    assert [source for source, _ in first.failed] == ["mail.eml/empty.txt"]
    assert sorted(first.new) == ["mail.eml", "mail.eml/note.txt"]
    second = pipeline.index(show=watch)
    assert second.failed == first.failed
    assert watch.n_read == 0
    third = pipeline.index(options=SyncOptions(retry_failed=True))
    assert third.failed == first.failed
    assert third.n_parsed == 3
    assert sorted(sources_of(third)) == ["mail.eml", "mail.eml/empty.txt", "mail.eml/note.txt"]


def test_forgetting_a_mail_forgets_what_is_attached_and_not_the_other_way(place, record_of):
    place.write("mail.eml", mail(("note.txt", NOTE)))
    pipeline = place.open()
    pipeline.index()
    parent, note = record_of(pipeline, "mail.eml"), record_of(pipeline, "mail.eml/note.txt")
    with pytest.raises(ConfigurationError, match=r"is part of mail\.eml"):
        pipeline.forget([note])
    pipeline.forget([parent])
    for version in (parent.version, note.version):
        with pytest.raises(LookupError):
            pipeline.store.documents.fresh_text_of(version)
    assert list((place.data / "originals").glob("*/*")) == []
    assert sorted(pipeline.index().forgotten) == ["mail.eml", "mail.eml/note.txt"]
    again = pipeline.index([place.corpus / "mail.eml"], options=SyncOptions(again=True))
    assert sorted(again.new) == ["mail.eml", "mail.eml/note.txt"]


def test_the_bytes_of_an_attachment_are_kept(place, record_of):
    place.write("mail.eml", mail(("note.txt", NOTE)))
    pipeline = place.open()
    pipeline.index()
    (version,) = pipeline.store.documents.versions_of(record_of(pipeline, "mail.eml/note.txt").id)
    assert pipeline.store.originals.path(version["file_sha256"]).read_bytes() == NOTE


def test_mails_in_mails_are_read_to_a_depth_and_what_lies_deeper_is_said(place):
    place.write("mail.eml", mail_in_mail(8))
    pipeline = place.open()
    report = pipeline.index()
    deepest = "mail.eml" + "/a.eml" * 5
    assert max(report.new, key=len) == deepest
    assert report.failed == []
    assert any(source == deepest and "too deep" in note for source, note in report.notes)


def test_a_name_that_is_a_path_stays_a_name(place):
    place.write("mail.eml", mail(("../../../etc/passwd.txt", NOTE), ("/etc/b.txt", LIST)))
    pipeline = place.open()
    report = pipeline.index()
    for source in report.new:
        assert ".." not in source.split("/")
        assert source.count("/") <= 1
    assert len(report.new) == 3


def test_a_kill_between_attachment_and_mail_is_finished_by_the_next_run(place, monkeypatch):
    place.write("mail.eml", mail(("a.txt", NOTE), ("b.txt", LIST)))
    pipeline = place.open()

    class KilledError(Exception):
        pass

    def dies(*_: object) -> None:
        # The attachments wait to be committed; what is committed here is committed for good.
        monkeypatch.undo()
        raise KilledError

    from rag.ingestion.run import Run

    take = Run._take_attached

    def take_and_die(self, readers, job, document):
        take(self, readers, job, document)
        self._flush(at_least=0)
        dies()

    monkeypatch.setattr(Run, "_take_attached", take_and_die)
    with pytest.raises(KilledError):
        pipeline.index()
    assert {record.source for record in pipeline.store.documents.records()} == {
        "mail.eml/a.txt", "mail.eml/b.txt",
    }  # fmt: skip
    report = pipeline.index()
    assert sorted(sources_of(report)) == ["mail.eml", "mail.eml/a.txt", "mail.eml/b.txt"]
    assert report.n_embedded <= 1

    other = place.write("second.eml", mail(("a.txt", NOTE)))
    monkeypatch.setattr(Run, "_take_attached", take_and_die)
    with pytest.raises(KilledError):
        pipeline.index()
    other.unlink()
    assert pipeline.index().removed == ["second.eml/a.txt"]


def test_an_encrypted_file_is_read_with_its_password_and_the_password_is_not_kept(place, watch):
    pdf = encrypted_pdf()
    place.write("secret.pdf", pdf)
    place.write("other.txt", BODY)
    pipeline = place.open()
    first = pipeline.index()
    assert first.failed[0][0] == "secret.pdf"
    assert first.failed[0][1].startswith("encrypted")
    assert "--password" in first.failed[0][1]
    wrong = pipeline.index(options=SyncOptions(passwords=("wrong",)))
    assert [source for source, _ in wrong.failed] == ["secret.pdf"]
    opened = pipeline.index(options=SyncOptions(passwords=("wrong", "eel-trap-77")))
    assert opened.failed == []
    assert opened.new == ["secret.pdf"]
    assert pipeline.index(show=watch).unchanged == ["other.txt", "secret.pdf"]
    assert watch.n_read == 0
    assert b"eel-trap-77" not in b"".join(
        path.read_bytes() for path in place.data.rglob("*") if path.is_file()
    )


def test_a_mailbox_is_a_document_for_each_of_its_messages(place, sources):
    lines = b""
    for number in range(3):
        body = f"Message {number}: the weir of Tarn holds {100 + number} eels.\n"
        lines += b"From orla@example.org Tue May  4 08:30:00 2021\n"
        lines += mail(subject=f"Eels {number}", body=body) + b"\n\n"
    place.write("box.mbox", lines)
    pipeline = place.open()
    report = pipeline.index()
    assert len(report.new) == 4
    assert len([source for source in report.new if source.startswith("box.mbox/")]) == 3
    found = sources(pipeline, "Which message says that the weir of Tarn holds 102 eels?")
    assert "2" in found[0].split("/")[1]


def test_a_word_file_with_another_inside_and_a_bomb_costs_no_more_than_itself(place):
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", WORD_TYPES)
        archive.writestr("word/document.xml", b"<w>" + b" " * 600_000_000)
    place.write("bomb.docx", bomb.getvalue())
    place.write("good.txt", BODY)
    report = place.open().index()
    assert report.new == ["good.txt"]
    assert [source for source, _ in report.failed] == ["bomb.docx"]


WORD_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def encrypted_pdf() -> bytes:
    """A page of text that opens with the password "eel-trap-77"."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    page = pdf.pages[0]
    font = pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
    words = b"BT /F1 12 Tf 72 700 Td (The lock gate of Pellin opens at nine each morning.) Tj ET"
    page.Contents = pdf.make_stream(words)
    data = BytesIO()
    pdf.save(data, encryption=pikepdf.Encryption(user="eel-trap-77", owner="miller", R=6))
    return data.getvalue()
