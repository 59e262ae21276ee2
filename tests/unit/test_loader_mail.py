"""Mails and mailboxes: what a person sees of them, apart from what they quote and carry."""

import base64
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import DocumentError
from rag.loaders import mail, mbox, parse
from rag.loaders.canonical import canonical
from rag.loaders.mail.attachments import safe_name, unique_name
from rag.loaders.mail.charset import encoded_words

HEADERS = (
    b"From: Ada Weber <ada@harbour.example>\r\n"
    b"To: pilots@harbour.example\r\n"
    b"Date: Tue, 4 Mar 2025 09:30:00 +0100\r\n"
    b"Subject: Outer pier\r\n"
    b"Message-ID: <1@harbour.example>\r\n"
    b"MIME-Version: 1.0\r\n"
)


def message(body, kind="text/plain; charset=utf-8", encoding="8bit", headers=HEADERS):
    data = body if isinstance(body, bytes) else body.encode("utf-8")
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return headers + head.encode() + data


def multipart(kind, *parts, boundary="edge"):
    mark = f"--{boundary}".encode()
    inside = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts)
    stated = f"Content-Type: multipart/{kind}; boundary={boundary}\r\n\r\n".encode()
    return stated + inside + mark + b"--\r\n"


def part(kind, body, *more):
    lines = [f"Content-Type: {kind}", *more, "", ""]
    return "\r\n".join(lines).encode() + (body if isinstance(body, bytes) else body.encode())


def body(document):
    """The texts of the blocks below the headers."""
    texts = [document.text[block.start : block.end] for block in document.blocks]
    return [text for text in texts if not re.match("(From|To|Cc|Bcc|Date|Subject): ", text)]


def values(document, field):
    return [fact.value for fact in document.facts if fact.field == field]


def quoted(document):
    """The text that the note says was written by others."""
    note = next((note for note in document.notes if note.startswith("Earlier messages")), "")
    spans = re.findall(r"(\d+) to (\d+)", note)
    return [document.text[int(start) : int(end)] for start, end in spans]


# Headers and facts


def test_headers_stand_first_as_rows_and_become_facts():
    document = parse(message("The pier is closed.\r\n"), "a.eml")
    assert document.text == (
        "From: Ada Weber <ada@harbour.example>\n"
        "To: pilots@harbour.example\n"
        "Date: Tue, 4 Mar 2025 09:30:00 +0100\n"
        "Subject: Outer pier\n"
        "\n"
        "The pier is closed."
    )
    assert [block.kind for block in document.blocks] == ["row"] * 4 + ["paragraph"]
    assert values(document, "title") == ["Outer pier"]
    assert values(document, "authors") == ["Ada Weber"]
    assert values(document, "published") == ["2025-03-04T09:30:00+01:00"]
    assert document.media_type == "message/rfc822"
    assert document.loader.startswith("mail/")


def test_encoded_words_are_read_also_where_a_letter_is_parted():
    headers = (
        b"From: =?iso-8859-1?Q?M=FCller=2C_J?= <j@x.example>, b@x.example\r\n"
        b"Subject: Re: =?utf-8?Q?caf=C3?=\r\n =?utf-8?Q?=A9?= =?ISO-2022-JP?B?GyRCJEYbKEI=?=\r\n"
    )
    document = mail.parse(message("Yes.", headers=headers))
    assert values(document, "title") == ["Re: caféて"]
    assert values(document, "authors") == ["Müller, J", "b@x.example"]


def test_a_damaged_encoded_word_stays_as_written():
    assert encoded_words("=?utf-8?Q?=ZZ?= =?utf-8?X?abc?= =?nocharset?B?VEVTVA==?=") == (
        "=ZZ =?utf-8?X?abc?= TEST"
    )


def test_raw_letters_of_headers_are_guessed_with_the_body():
    words = "Гавань закрыта во вторник"
    more = "Буря сломала внешний пирс, и корабли стоят на рейде у входа в гавань."
    data = f"From: a@b.example\nSubject: {words}\n\n{more}\n".encode("koi8-r")
    document = mail.parse(data)
    assert values(document, "title") == [words]
    assert body(document) == [more]


def test_an_address_shown_as_a_name_does_not_hide_the_real_one():
    headers = b"From: chief@bank.example <other@evil.example>\nSubject: x\n"
    assert values(mail.parse(message("y", headers=headers)), "authors") == ["other@evil.example"]


def test_dates_that_cannot_be_read_stay_unknown_and_the_arrival_is_a_hint():
    headers = (
        b"Received: from x by y; Tue, 4 Mar 2025 08:31:00 +0000\nFrom: a@b.example\n"
        b"Date: soon\nUser-Agent: Post 1.0\nContent-Language: de-AT, en\n"
    )
    document = mail.parse(message("x", headers=headers))
    assert values(document, "published") == []
    assert values(document, "created") == ["2025-03-04T08:31:00Z"]
    assert values(document, "software") == ["Post 1.0"]
    assert values(document, "language") == ["de"]
    assert "Date: soon" in document.text


def test_a_header_broken_without_indent_does_not_end_the_headers():
    data = b"From: a@b.example\nReceived: from x\nby y with z\nSubject: Still a header\n\nBody.\n"
    document = mail.parse(data)
    assert values(document, "title") == ["Still a header"]
    assert body(document) == ["Body."]


def test_headers_without_a_blank_line_end_where_the_words_begin():
    document = mail.parse(b"From: a@b.example\nSubject: Hi\nThe body begins here.\n")
    assert body(document) == ["The body begins here."]


def test_a_mail_saved_as_utf_16_or_with_old_line_ends_is_read():
    text = "From: a@b.example\nSubject: Größe\n\nBody here.\n"
    wide = mail.parse(text.encode("utf-16"))
    assert (values(wide, "title"), body(wide)) == (["Größe"], ["Body here."])
    assert body(mail.parse(text.replace("\n", "\r").encode())) == ["Body here."]


# The body


@pytest.mark.parametrize(
    ("charset", "text", "codec"),
    [
        ("ISO-2022-JP", "外の桟橋は閉鎖", "iso2022_jp"),
        ("Shift_JIS", "外の桟橋は閉鎖", "cp932"),
        ("ks_c_5601-1987", "항구가 닫혔다", "cp949"),
        ("gb2312", "港口关闭了镕", "gb18030"),
        ("big5", "港口關閉了", "big5"),
        ("windows-1251", "Гавань закрыта", "cp1251"),
        ("utf-7", "Hafen für alle", "utf-7"),
        ('"utf-8"Content-Transfer-Encoding: 8bit', "Größe", "utf-8"),
    ],
)
def test_bodies_are_read_in_the_charset_they_declare(charset, text, codec):
    data = message(text.encode(codec), f"text/plain; charset={charset}")
    assert body(mail.parse(data)) == [text]


def test_japanese_with_letters_of_windows_is_read():
    # Row 13 of NEC, which the standard's codec refuses: circled 1 and 2.
    data = b'\x1b$B-!-"%F\x1b(B x'
    assert body(mail.parse(message(data, "text/plain; charset=iso-2022-jp"))) == ["①②テ x"]


def test_lines_in_two_charsets_are_salvaged():
    document = mail.parse(message("Grüße an alle\n".encode() + "Größe\n".encode("cp1252")))
    assert body(document) == ["Grüße an alle\nGröße"]


def test_base_64_and_quoted_printable_are_decoded_and_their_damage_is_noted():
    whole = base64.b64encode(b"Der Kai ist zu.")
    assert body(mail.parse(message(whole, encoding="base64"))) == ["Der Kai ist zu."]
    footed = mail.parse(message(whole + b"\r\n_____\r\nsent by a list", encoding="BASE64"))
    assert body(footed) == ["Der Kai ist zu.\n_____\nsent by a list"]
    assert any("damaged" in note for note in footed.notes)
    assert body(mail.parse(message("never encoded at all", encoding="base64"))) == [
        "never encoded at all"
    ]
    soft = message("one =\r\nline =C3=A9", encoding="quoted-printable")
    assert body(mail.parse(soft)) == ["one line é"]


def test_flowed_lines_are_joined_but_not_over_quotes():
    text = "A paragraph that \nflows on.\nA fixed line.\n> quoted and \n> flowed\n-- \nAda\n"
    document = mail.parse(message(text, "text/plain; charset=utf-8; format=flowed"))
    assert body(document) == [
        "A paragraph that flows on.",
        "A fixed line.",
        "quoted and flowed",
        "Ada",
    ]


def test_plain_text_is_taken_where_it_is_real_and_html_where_it_says_more():
    plain = part("text/plain", "The pier is closed.")
    same = part("text/html", "<p>The pier is <b>closed</b>.</p>")
    long = part("text/html", "<p>The pier is closed.</p>" + "<p>More words of it.</p>" * 20)
    table = part(
        "text/html",
        "<table><tr><th>Berth</th><th>Depth</th></tr><tr><td>1</td><td>9 m</td></tr>"
        "<tr><td>2</td><td>7 m</td></tr></table>",
    )
    cells = part("text/plain", "Berth\nDepth\n1\n9 m\n2\n7 m")
    stub = part("text/plain", "Your client does not support HTML.")

    def read(*parts):
        return body(mail.parse(HEADERS + multipart("alternative", *parts)))

    assert read(plain, same) == ["The pier is closed."]
    assert len(read(plain, long)) == 21
    assert read(cells, table) == ["Berth | Depth", "1 | 9 m", "2 | 7 m"]
    assert read(stub, same) == ["The pier is closed."]
    assert read(part("text/plain", ""), same) == ["The pier is closed."]


def test_nothing_of_an_html_mail_is_taken_for_boilerplate():
    links = "".join(f'<li><a href="#{n}">Notice {n}</a></li>' for n in range(5))
    document = mail.parse(message(f"<nav>Top</nav><ul>{links}</ul><footer>Foot</footer>",
                                  "text/html"))  # fmt: skip
    assert body(document) == ["Top", *(f"Notice {n}" for n in range(5)), "Foot"]


def test_words_an_html_mail_hides_are_left_out_and_flagged():
    hidden = '<p>Seen.</p><div style="display:none">Words that nobody can see here.</div>'
    document = parse(message(hidden, "text/html"), "a.eml")
    assert body(document) == ["Seen."]
    assert [flag.kind for flag in document.flags] == ["hidden"]


def test_text_parts_one_below_the_other_are_all_the_body():
    inner = multipart(
        "mixed",
        part("text/plain", "Before the picture."),
        part("image/png", b"\x89PNG", "Content-ID: <1>"),
        part("text/plain", "After it."),
    )
    document = mail.parse(HEADERS + inner)
    assert body(document) == ["Before the picture.", "After it."]
    assert "1 image without a name is not read." in document.notes


def test_a_boundary_that_is_wrong_or_used_twice_or_never_closed_still_parts():
    closed = multipart("mixed", part("text/plain", "One."), part("text/plain", "Two."))
    wrong = HEADERS + closed.replace(b"boundary=edge", b"boundary=other")
    assert body(mail.parse(wrong)) == ["One.", "Two."]
    twice = HEADERS + multipart("mixed", closed)
    assert body(mail.parse(twice)) == ["One.", "Two."]
    cut = mail.parse(HEADERS + closed[: closed.rindex(b"--edge--")])
    assert body(cut) == ["One.", "Two."]
    assert "It ends before its last part does; it may be cut off." in cut.notes
    within = mail.parse(HEADERS + closed[: closed.index(b"--edge") + 5])
    assert body(within) == []
    assert "It ends before its last part does; it may be cut off." in within.notes


def test_an_encrypted_mail_keeps_its_headers_and_says_so():
    inner = multipart(
        "encrypted",
        part("application/pgp-encrypted", "Version: 1"),
        part("application/octet-stream", "-----BEGIN PGP MESSAGE-----"),
    )
    for data in (
        HEADERS + inner,
        message("MIIB", "application/pkcs7-mime; smime-type=enveloped-data", "base64"),
        message("-----BEGIN PGP MESSAGE-----\nabc\n-----END PGP MESSAGE-----\n"),
    ):
        document = parse(data, "a.eml")
        assert document.text.endswith("Subject: Outer pier")
        assert any("encrypted" in note for note in document.notes)


def test_what_a_signature_covers_is_read_and_the_signature_is_no_attachment():
    inner = multipart(
        "signed",
        part("text/plain", "Signed words."),
        part("application/pgp-signature; name=signature.asc", "abc"),
    )
    document = mail.parse(HEADERS + inner)
    assert body(document) == ["Signed words."]
    assert document.notes == ("It is signed; the signature was not checked.",)


def test_a_bounce_shows_what_the_server_says_and_carries_the_mail():
    inner = multipart(
        "report",
        part("text/plain", "It could not be delivered."),
        part("message/delivery-status", "Reporting-MTA: dns; a.example\n\nStatus: 5.1.1\n"),
        part("message/rfc822", b"From: x@y.example\r\nSubject: To nobody\r\n\r\nHello\r\n"),
    )
    document = mail.parse(HEADERS + inner)
    assert body(document) == [
        "It could not be delivered.",
        "Reporting-MTA: dns; a.example",
        "Status: 5.1.1",
    ]
    assert [held.name for held in document.attachments] == ["To nobody.eml"]
    assert document.attachments[0].data.startswith(b"From: x@y.example\r\n")


# What is quoted


@pytest.mark.parametrize(
    ("own", "earlier"),
    [
        ("Agreed.", "On Mon, 3 Mar 2025 at 10:00, Bo <bo@x.example> wrote:\n\n> Shall we?"),
        ("Passt.", "Am 3. März 2025 um 10:00 schrieb Bo Lee <bo@x.example>:\n> Sollen wir?"),
        ("D'accord.", "Le lun. 3 mars 2025 à 10:00, Bo <bo@x.example> a\nécrit :\n\n> On signe ?"),
        ("Vale.", "El lun, 3 mar 2025 a las 10:00, Bo (<bo@x.example>) escribió:\n> ¿Sí?"),
        ("Prima.", "Op ma 3 mrt. 2025 om 10:00 schreef Bo <bo@x.example>:\n> Doen?"),
        ("はい。", "2025年3月3日(月) 10:00 Bo <bo@x.example>:\n> いいですか。"),
        ("Sure.", "On Mar 3, 2025, at 10:00, Bo <bo@x.example> wrote:\n\nShall we?"),
        ("Ok.", "-----Original Message-----\nFrom: Bo\nSent: Monday\n\nShall we?"),
        ("Ok.", "---------- Forwarded message ---------\nFrom: Bo\n\nShall we?"),
        ("Gut.", "Von: Bo\nGesendet: Montag, 3. März 2025\nAn: Ada\nBetreff: Kai\n\nSollen wir?"),
        ("Bene.", "Da: Bo\nInviato: lunedì\nA: Ada\nOggetto: Molo\n\nVa?"),
    ],
)
def test_earlier_mails_stand_apart_and_are_named(own, earlier):
    document = mail.parse(message(f"{own}\n\n{earlier}\n"))
    assert body(document)[0] == own
    plain = " ".join(re.sub(r"(?m)^> ?", "", earlier).split())
    assert [" ".join(words.split()) for words in quoted(document)] == [plain]


def test_answers_between_quoted_lines_are_the_senders():
    document = mail.parse(message("> Which day?\nTuesday.\n>> Older.\n> Which pier?\nOuter.\n"))
    assert body(document) == ["Which day?", "Tuesday.", "Older.", "Which pier?", "Outer."]
    assert [" ".join(words.split()) for words in quoted(document)] == [
        "Which day?",
        "Older. Which pier?",
    ]


def test_prose_that_only_looks_like_a_quotation_is_the_senders():
    text = "On this the minister wrote:\n\nWe sign.\n\nFrom: the harbour\nto the town it is far.\n"
    assert quoted(mail.parse(message(text))) == []


@pytest.mark.parametrize(
    "earlier",
    [
        '<div class="gmail_quote"><div class="gmail_attr">On Monday Bo wrote:</div>'
        '<blockquote class="gmail_quote">Shall we?</blockquote></div>',
        '<div class="moz-cite-prefix">On Monday Bo wrote:</div>'
        '<blockquote type="cite">Shall we?</blockquote>',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>On Monday Bo wrote:</p></div>'
        "<p>Shall we?</p>",
        "<p>On Monday Bo wrote:</p><blockquote>Shall we?</blockquote>",
    ],
)
def test_quotations_of_html_stand_apart(earlier):
    document = mail.parse(message(f"<div>Agreed.</div>{earlier}", "text/html"))
    assert body(document) == ["Agreed.", "On Monday Bo wrote:", "Shall we?"]
    assert quoted(document) == ["On Monday Bo wrote:\n\nShall we?"]


def test_an_answer_below_a_quotation_of_html_is_the_senders():
    html = '<blockquote type="cite">Shall we?</blockquote><p>We shall.</p>'
    document = mail.parse(message(html, "text/html"))
    assert quoted(document) == ["Shall we?"]
    indented = '<blockquote style="margin:0 0 0 40px;border:none">Clause 4.</blockquote>'
    assert quoted(mail.parse(message(indented, "text/html"))) == []


def test_a_signature_is_a_block_of_its_own():
    document = mail.parse(message("The pier is closed.\n-- \nAda Weber\nHarbour office\n"))
    assert body(document) == ["The pier is closed.", "Ada Weber\nHarbour office"]


# Files


def test_files_that_are_read_become_attachments_and_others_are_named():
    inner = multipart(
        "mixed",
        part("text/plain", "See the files."),
        part("text/plain; name=notes.txt", "One.", "Content-Disposition: attachment"),
        part("text/plain; name=Notes.txt", "Two.", "Content-Disposition: attachment"),
        part("application/pdf", b"JVBERi0xLjQK", "Content-Transfer-Encoding: base64"),
        part("image/png; name=pier.png", b"x" * 12_000),
        part("text/calendar; name=tide.ics", "BEGIN:VCALENDAR"),
        part("text/plain; name*=utf-8''l%C3%A4nge.txt", "Three."),
        part("message/rfc822", "Subject: In/side\r\n\r\nFour."),
        part("text/plain; name=empty.txt", "", "Content-Disposition: attachment"),
    )
    document = mail.parse(HEADERS + inner)
    assert [held.name for held in document.attachments] == [
        "notes.txt",
        "Notes (2).txt",
        "attachment.pdf",
        "länge.txt",
        "In_side.eml",
    ]
    assert document.attachments[2].data == b"%PDF-1.4\n"
    assert document.notes == (
        'Attachment "pier.png" (image/png, 12 kB) is of a kind that is not read.',
        'Attachment "tide.ics" (text/calendar, 15 bytes) is of a kind that is not read.',
        'Attachment "empty.txt" is empty.',
    )


def test_a_uuencoded_file_in_the_body_becomes_an_attachment():
    document = mail.parse(message("See:\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n\nDone.\n"))
    assert body(document) == ["See:", "Done."]
    assert [(held.name, held.data) for held in document.attachments] == [("cat.txt", b"Cat")]


_EVENT = (
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Europe/London:20230320T140000\r\n"
    b"DTEND:20230320T150000Z\r\nSUMMARY:Pier\\, outer\r\n  part\r\nLOCATION:Town hall\r\n"
    b'ORGANIZER;CN="Lee: Ann":MAILTO:ann@x.example\r\nDESCRIPTION:First\\nSecond\r\n'
    b"RRULE:FREQ=DAILY\r\nBEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\n"
    b"END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_an_invitation_is_read_as_rows_below_the_words():
    calendar = b"Content-Type: text/calendar; charset=utf-8\r\n\r\n" + _EVENT
    copy = b"Content-Type: application/ics; name=invite.ics\r\n\r\n" + _EVENT
    words = b"Content-Type: text/plain\r\n\r\nPlease come."
    document = mail.parse(HEADERS + multipart("mixed", words, calendar, copy))
    shown = [document.text[block.start : block.end] for block in document.blocks]
    assert shown[shown.index("Please come.") :] == [
        "Please come.",
        "Event: Pier, outer part",
        "Start: 2023-03-20 14:00 (Europe/London)",
        "End: 2023-03-20 15:00 UTC",
        "Location: Town hall",
        "Organizer: Lee: Ann <ann@x.example>",
        "First",
        "Second",
    ]
    assert document.notes == ("An event of its calendar repeats; only its first date is shown.",)


def test_a_calendar_without_events_is_a_file_that_is_not_read():
    part = b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    words = b"Content-Type: text/plain\r\n\r\nHello."
    (note,) = mail.parse(HEADERS + multipart("mixed", words, part)).notes
    assert note.startswith('Attachment "invite.ics" (text/calendar')


@given(st.text(max_size=300), st.sampled_from(["", ".pdf", ".txt"]))
def test_names_are_safe_whatever_a_mail_says(stated, suffix):
    name = safe_name(stated, suffix)
    assert name == canonical(name) == name.strip()
    assert 0 < len(name) <= 125  # NFC can lengthen a name that was cut by a few characters
    assert not re.search(r"[\\/\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", name)
    assert name.strip(".")
    taken = {name.casefold()}
    assert unique_name(name, taken) != name


def test_a_long_name_keeps_its_suffix():
    assert safe_name("x" * 300 + ".pdf") == "x" * 116 + ".pdf"
    assert safe_name("../../etc/passwd") == "_.._etc_passwd"


# Mailboxes


def test_each_message_of_a_mailbox_is_an_attachment():
    data = (
        b"From ada Tue Mar  4 09:30:00 2025\r\nSubject: One\r\n\r\nFirst.\r\n"
        b"\r\nFrom here on it is prose.\r\n\r\n>From the pier.\r\n>>From twice.\r\n\r\n"
        b"From bo Tue Mar  4 09:31:00 2025\r\nFrom: bo@x.example\r\n\r\nSecond.\r\n"
    )
    document = parse(data, "a.mbox")
    assert (document.text, document.blocks) == ("", ())
    assert document.media_type == "application/mbox"
    assert document.notes == ("A mailbox of 2 messages: each is a document of its own.",)
    assert [held.name for held in document.attachments] == ["0001 One.eml", "0002 no subject.eml"]
    assert document.attachments[0].data.endswith(b"\r\n\r\nFrom the pier.\r\n>From twice.\r\n\r\n")
    assert body(mail.parse(document.attachments[1].data)) == ["Second."]


def test_deleted_messages_of_a_mailbox_are_left_out_and_counted():
    one = b"From - Tue Mar  4 09:30:00 2025\nX-Mozilla-Status: %s\nSubject: x\n\nHi.\n\n"
    document = mbox.parse(one % b"0001" + one % b"0009")
    assert len(document.attachments) == 1
    assert "1 deleted message was left out." in document.notes


def test_a_mailbox_without_messages_is_an_error():
    with pytest.raises(DocumentError, match="no message"):
        mbox.parse(b"no envelope here\n")


# Hostile input


def test_nesting_beyond_the_limit_is_noted_and_files_are_capped():
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(200)
    )
    assert any("too deep" in note for note in mail.parse(HEADERS + deep + b"\nhi").notes)
    many = [part("text/plain; name=a.txt", "hi", "Content-Disposition: attachment")] * 600
    document = mail.parse(HEADERS + multipart("mixed", *many))
    assert len(document.attachments) == 500
    assert any("100 others" in note for note in document.notes)


@pytest.mark.parametrize(
    "data",
    [
        b"From: " + b"(" * 200_000,
        b"Subject: " + b"=?a?q?" * 50_000,
        HEADERS + b'Content-Type: text/plain; a="' + b';a="' * 50_000 + b"\n\nx",
        message(b"-- \nx\n" * 20_000),
        message(b"begin 644 x\n" * 20_000),
        message(b" " * 500_000 + b"!", encoding="base64"),
        message(b"x" * 500_000, "multipart/mixed; boundary=b"),
        message(b"<blockquote>a" * 20_000, "text/html"),
        HEADERS + multipart("mixed", *[b"\r\nhi"] * 20_000),
    ],
    ids=["comments", "words", "parameters", "dashes", "begin", "spaces", "line", "html", "parts"],
)
def test_hostile_mails_take_no_more_time_than_others(data):
    begun = time.monotonic()
    mail.parse(data)
    assert time.monotonic() - begun < 5  # each takes well under a second; quadratic ones minutes


_LINE = st.sampled_from(
    [
        b"From: a@b.example", b"Subject: =?utf-8?B?", b"Subject: \xff\xfe", b"Date: Tue, 99",
        b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: text/html; charset=\xe9",
        b"Content-Type: multipart/alternative; boundary=b", b"Content-Transfer-Encoding: base64",
        b"Content-Type: message/rfc822", b"Content-Disposition: attachment; filename*0*=x''%",
        b"--b", b"--b--", b"", b"> quoted", b"On 1 May 2020, 10:00 a@b wrote:", b"-- ",
        b"<blockquote>x</div>", b"begin 644 a", b"end", b"From x 10:00 2020", b"\x1b$B\x24",
        b"=\x00", b"-----Original Message-----", b"To: (((<@,;:", b" folded",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.lists(_LINE, max_size=25).map(b"\n".join)))
def test_any_bytes_are_a_document_or_an_error(data):
    for name in ("x.eml", "x.mbox"):
        try:
            document = parse(data, name)
        except DocumentError:
            continue
        assert canonical(document.text) == document.text
        reached = 0
        for block in document.blocks:
            assert reached <= block.start < block.end
            assert not document.text[reached : block.start].strip()
            reached = block.end
        assert not document.text[reached:].strip()
        names = [held.name.casefold() for held in document.attachments]
        assert len(set(names)) == len(names)
        assert not any("/" in held or "\\" in held for held in names)
