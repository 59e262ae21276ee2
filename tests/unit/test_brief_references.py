"""References in words: three styles, worked out by hand from their manuals.

CMOS is The Chicago Manual of Style, 17th edition; APA the Publication Manual, 7th edition; IEEE the
IEEE Reference Guide. In expected lines *x* is italic and <x> a link.
"""

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.brief.manuscript import Text
from rag.brief.references import Locator, Reference
from rag.brief.styles import STYLES, entry, full_note, short_note
from rag.brief.styles.names import parse_name
from rag.brief.styles.wording import short_title
from rag.dates import Published
from rag.errors import ConfigurationError

PAGE = Reference(
    id="doe2024",
    kind="webpage",
    title="Harbour Traffic Returns to Normal",
    authors=("Jane Doe",),
    publisher="Port Gazette",
    published=Published("2024-03-04", "day"),
    url="https://example.org/harbour",
    accessed="2025-05-06",
    language="en",
    file="web/harbour.html",
)
REPORT = Reference(
    id="who2023",
    kind="report",
    title="Global Report on Neglected Diseases",
    authors=("World Health Organization",),
    publisher="World Health Organization",
    published=Published("2023-11", "month"),
    url="https://example.org/ntd.pdf",
    accessed="2025-01-09",
    language="en",
    file="ntd.pdf",
)
UNDATED = Reference(
    id="rossi",
    kind="document",
    title="Notes on the Flood",
    authors=("Maria Rossi",),
    publisher=None,
    published=None,
    url=None,
    accessed=None,
    language="en",
    file="notes.docx",
)
BOOK = replace(
    UNDATED,
    kind="book",
    title="The Making of Harbours",
    publisher="Harbour Press",
    published=Published("1998", "year"),
)
AUTHORS = tuple(
    (
        "Anna Abel;Ben Bauer;Clara Cole;David Dunn;Emma Eliot;Frank Frost;Greta Green;Hans Huber;"
        "Irene Innes;Jakob Jung;Karen Kean;Laura Lund;Martin Moss;Nina North;Oscar Olsen;"
        "Paul Peters;Rachel Quill;Robert Reed;Sarah Stone;Thomas Tell;Ursula Unger;Victor Vance"
    ).split(";")
)


def marked(runs):
    shown = []
    for run in runs:
        assert not run.bold
        assert not run.code
        text = f"*{run.text}*" if run.italic else run.text
        shown.append(f"<{text}>" if run.link else text)
        assert run.link in (None, run.text)
    return "".join(shown)


def chicago(reference, locator=None):
    return tuple(
        marked(runs)
        for runs in (
            full_note("chicago", reference, locator),
            short_note("chicago", reference, locator, number=7),
            entry("chicago", reference, number=7),
        )
    )


def apa(reference, locator=None):
    return tuple(
        marked(runs)
        for runs in (
            full_note("apa", reference, locator),
            short_note("apa", reference, locator, number=7),
            entry("apa", reference, number=7),
        )
    )


def ieee(reference, locator=None):
    return tuple(
        marked(runs)
        for runs in (
            full_note("ieee", reference, locator),
            short_note("ieee", reference, locator, number=7),
            entry("ieee", reference, number=7),
        )
    )


def test_a_web_page_with_everything_in_chicago_style():
    # CMOS 14.207 (title in quotation marks, site, date, address), 14.12 (accessed), 14.30 (short
    # form), 14.33 (short title, cut before the preposition).
    assert chicago(PAGE) == (
        "Jane Doe, “Harbour Traffic Returns to Normal,” Port Gazette, March 4, 2024, "
        "accessed May 6, 2025, <https://example.org/harbour>.",
        "Doe, “Harbour Traffic Returns.”",
        "Doe, Jane. “Harbour Traffic Returns to Normal.” Port Gazette, March 4, 2024. "
        "Accessed May 6, 2025. <https://example.org/harbour>.",
    )


def test_a_web_page_with_everything_in_apa_style():
    # APA 10.16 (web pages), 9.16 (retrieved), 9.35 (no full stop after an address), 8.11.
    reference = (
        "Doe, J. (2024, March 4). *Harbour Traffic Returns to Normal*. Port Gazette. "
        "Retrieved May 6, 2025, from <https://example.org/harbour>"
    )
    assert apa(PAGE) == (reference, "(Doe, 2024)", reference)


def test_a_web_page_with_everything_in_ieee_style():
    # IEEE, "Websites".
    reference = (
        "J. Doe. “Harbour Traffic Returns to Normal.” Port Gazette. Mar. 4, 2024. "
        "Accessed: May 6, 2025. [Online]. Available: <https://example.org/harbour>"
    )
    assert ieee(PAGE) == (reference, "[7]", reference)


def test_a_report_of_a_body_with_a_range_of_pages_in_chicago_style():
    # CMOS 14.220 (reports as books), 14.84 (a body as author is named as publisher too), 14.148
    # (bare page numbers), 6.78 (en dash).
    assert chicago(REPORT, Locator("12", "15")) == (
        "World Health Organization, *Global Report on Neglected Diseases* "
        "(World Health Organization, November 2023), 12–15, accessed January 9, 2025, "
        "<https://example.org/ntd.pdf>.",
        "World Health Organization, *Global Report*, 12–15.",
        "World Health Organization. *Global Report on Neglected Diseases*. "
        "World Health Organization, November 2023. Accessed January 9, 2025. "
        "<https://example.org/ntd.pdf>.",
    )


def test_a_report_of_a_body_with_a_range_of_pages_in_apa_style():
    # APA 10.4 (reports), 9.24 (a publisher that is the author is left out), 9.19 (pages in
    # brackets after the title), 8.13 (page in the citation).
    start = "World Health Organization. (2023, November). *Global Report on Neglected Diseases*"
    end = ". Retrieved January 9, 2025, from <https://example.org/ntd.pdf>"
    assert apa(REPORT, Locator("12", "15")) == (
        f"{start} (pp. 12–15){end}",
        "(World Health Organization, 2023, pp. 12–15)",
        f"{start}{end}",
    )


def test_a_report_of_a_body_with_a_range_of_pages_in_ieee_style():
    # IEEE, "Reports"; "Online" for the end.
    start = "World Health Organization, “Global Report on Neglected Diseases,” Nov. 2023"
    end = ". Accessed: Jan. 9, 2025. [Online]. Available: <https://example.org/ntd.pdf>"
    assert ieee(REPORT, Locator("12", "15")) == (
        f"{start}, pp. 12–15{end}",
        "[7], pp. 12–15",
        f"{start}{end}",
    )


def test_an_undated_source_is_said_to_be_undated():
    # CMOS 14.228 (unpublished work in quotation marks), 14.224 ("undated"); APA 9.17 (n.d.).
    assert chicago(UNDATED, Locator("2")) == (
        "Maria Rossi, “Notes on the Flood,” undated, p. 2.",
        "Rossi, “Notes on the Flood,” 2.",
        "Rossi, Maria. “Notes on the Flood.” Undated.",
    )
    assert apa(UNDATED, Locator("2")) == (
        "Rossi, M. (n.d.). *Notes on the Flood* (p. 2).",
        "(Rossi, n.d., p. 2)",
        "Rossi, M. (n.d.). *Notes on the Flood*.",
    )
    assert ieee(UNDATED, Locator("2")) == (
        "M. Rossi, “Notes on the Flood,” undated, p. 2.",
        "[7], p. 2",
        "M. Rossi, “Notes on the Flood,” undated.",
    )


def test_a_book_of_which_the_year_is_known():
    # CMOS 14.100; APA 10.2; IEEE, "Books". CMOS 14.33: the article is dropped, and the short title
    # ends before "of" only where two words are left.
    assert chicago(BOOK, Locator("iv", "vi")) == (
        "Maria Rossi, *The Making of Harbours* (Harbour Press, 1998), iv–vi.",
        "Rossi, *Making of Harbours*, iv–vi.",
        "Rossi, Maria. *The Making of Harbours*. Harbour Press, 1998.",
    )
    assert apa(BOOK, Locator("iv", "vi")) == (
        "Rossi, M. (1998). *The Making of Harbours* (pp. iv–vi). Harbour Press.",
        "(Rossi, 1998, pp. iv–vi)",
        "Rossi, M. (1998). *The Making of Harbours*. Harbour Press.",
    )
    assert ieee(BOOK, Locator("iv", "vi")) == (
        "M. Rossi, *The Making of Harbours*. Harbour Press, 1998, pp. iv–vi.",
        "[7], pp. iv–vi",
        "M. Rossi, *The Making of Harbours*. Harbour Press, 1998.",
    )


def test_a_dataset_of_which_the_month_is_known():
    # CMOS 14.257 in words; APA 10.9 ("[Data set]").
    data = replace(
        UNDATED,
        kind="dataset",
        title="Catches by Port",
        authors=("Fisheries Board",),
        publisher="Open Data Office",
        published=Published("2022-06", "month"),
        url="https://example.org/data",
    )
    assert chicago(data) == (
        "Fisheries Board, “Catches by Port,” dataset, Open Data Office, June 2022, "
        "<https://example.org/data>.",
        "Fisheries Board, “Catches by Port.”",
        "Fisheries Board. “Catches by Port.” Dataset, Open Data Office, June 2022. "
        "<https://example.org/data>.",
    )
    assert apa(data)[2] == (
        "Fisheries Board. (2022, June). *Catches by Port* [Data set]. Open Data Office. "
        "<https://example.org/data>"
    )
    assert ieee(data)[2] == (
        "Fisheries Board, “Catches by Port,” dataset, Open Data Office, June 2022. "
        "[Online]. Available: <https://example.org/data>"
    )


def test_without_an_author_the_title_comes_first():
    # CMOS 14.79; APA 9.12 and 8.14 (the title, shortened, in the citation).
    page = replace(PAGE, authors=())
    assert chicago(page) == (
        "“Harbour Traffic Returns to Normal,” Port Gazette, March 4, 2024, accessed May 6, 2025, "
        "<https://example.org/harbour>.",
        "“Harbour Traffic Returns.”",
        "“Harbour Traffic Returns to Normal.” Port Gazette, March 4, 2024. "
        "Accessed May 6, 2025. <https://example.org/harbour>.",
    )
    assert apa(page, Locator("3")) == (
        "*Harbour Traffic Returns to Normal* (p. 3). (2024, March 4). Port Gazette. "
        "Retrieved May 6, 2025, from <https://example.org/harbour>",
        "(*Harbour Traffic Returns*, 2024, p. 3)",
        "*Harbour Traffic Returns to Normal*. (2024, March 4). Port Gazette. "
        "Retrieved May 6, 2025, from <https://example.org/harbour>",
    )
    assert ieee(page)[2] == (
        "“Harbour Traffic Returns to Normal.” Port Gazette. Mar. 4, 2024. "
        "Accessed: May 6, 2025. [Online]. Available: <https://example.org/harbour>"
    )


def test_without_a_title_the_file_is_named_as_one():
    # CMOS 14.228 and APA 9.22: a description in roman letters, APA's in square brackets.
    bare = replace(REPORT, title=None, url=None, accessed=None, file="sub/report.pdf")
    assert chicago(bare, Locator("4")) == (
        "World Health Organization, file report.pdf (World Health Organization, November 2023), 4.",
        "World Health Organization, file report.pdf, 4.",
        "World Health Organization. File report.pdf. World Health Organization, November 2023.",
    )
    assert apa(bare, Locator("4")) == (
        "World Health Organization. (2023, November). [File report.pdf] (p. 4).",
        "(World Health Organization, 2023, p. 4)",
        "World Health Organization. (2023, November). [File report.pdf].",
    )
    assert ieee(bare, Locator("4"))[0] == (
        "World Health Organization, file report.pdf, Nov. 2023, p. 4."
    )


def test_a_file_of_which_nothing_is_known_is_named_alone():
    nothing = replace(UNDATED, title=" \n", authors=("", "--"), file="sub/report.pdf")
    assert chicago(nothing) == (
        "File report.pdf, undated.",
        "File report.pdf.",
        "File report.pdf. Undated.",
    )
    assert apa(nothing) == (
        "[File report.pdf]. (n.d.).",
        "([File report.pdf], n.d.)",
        "[File report.pdf]. (n.d.).",
    )
    assert ieee(nothing) == ("File report.pdf, undated.", "[7]", "File report.pdf, undated.")


def test_an_e_mail_is_called_one_and_of_a_time_the_day_is_printed():
    # CMOS 14.214, but for "to author", which is not known; APA 8.9; IEEE, "Unpublished".
    mail = replace(
        UNDATED,
        kind="email",
        title="Re: Berths for July",
        authors=("John F. Kean <kean@example.org>",),
        published=Published("2024-09-30T23:15:00-05:00", "time"),
    )
    assert chicago(mail) == (
        "John F. Kean, “Re: Berths for July,” email, September 30, 2024.",
        "Kean, “Re: Berths for July.”",
        "Kean, John F. “Re: Berths for July.” Email, September 30, 2024.",
    )
    assert apa(mail) == (
        "Kean, J. F. (2024, September 30). *Re: Berths for July* [Email].",
        "(J. F. Kean, personal communication, September 30, 2024)",
        "Kean, J. F. (2024, September 30). *Re: Berths for July* [Email].",
    )
    assert ieee(mail)[2] == (
        "J. F. Kean, “Re: Berths for July,” private communication, Sep. 30, 2024."
    )


def test_a_presentation_is_called_one():
    # CMOS 14.217 (facts in brackets); APA 10.14 (kind in square brackets).
    talk = replace(UNDATED, kind="presentation", publisher="Harbour Institute")
    assert chicago(talk, Locator("3")) == (
        "Maria Rossi, “Notes on the Flood” (presentation, Harbour Institute, undated), 3.",
        "Rossi, “Notes on the Flood,” 3.",
        "Rossi, Maria. “Notes on the Flood.” Presentation, Harbour Institute, undated.",
    )
    assert apa(talk)[2] == (
        "Rossi, M. (n.d.). *Notes on the Flood* [Presentation]. Harbour Institute."
    )
    assert ieee(talk)[2] == (
        "M. Rossi, “Notes on the Flood,” presentation, Harbour Institute, undated."
    )


@pytest.mark.parametrize(
    ("n_authors", "full", "short", "listed"),
    [
        # CMOS 14.76: up to three in notes, of four and more the first; a comma after a turned name.
        (2, "Anna Abel and Ben Bauer, ", "Abel and Bauer, ", "Abel, Anna, and Ben Bauer. "),
        (
            3,
            "Anna Abel, Ben Bauer, and Clara Cole, ",
            "Abel, Bauer, and Cole, ",
            "Abel, Anna, Ben Bauer, and Clara Cole. ",
        ),
        (
            4,
            "Anna Abel et al., ",
            "Abel et al., ",
            "Abel, Anna, Ben Bauer, Clara Cole, and David Dunn. ",
        ),
        # Of more than ten in the bibliography, the first seven.
        (
            22,
            "Anna Abel et al., ",
            "Abel et al., ",
            "Abel, Anna, Ben Bauer, Clara Cole, David Dunn, Emma Eliot, Frank Frost, "
            "Greta Green, et al. ",
        ),
    ],
)
def test_chicago_names_several_authors(n_authors, full, short, listed):
    book = replace(BOOK, authors=AUTHORS[:n_authors])
    assert chicago(book) == (
        f"{full}*The Making of Harbours* (Harbour Press, 1998).",
        f"{short}*Making of Harbours*.",
        f"{listed}*The Making of Harbours*. Harbour Press, 1998.",
    )


@pytest.mark.parametrize(
    ("n_authors", "short", "listed"),
    [
        # APA 8.17 in the text; 9.8 in the list: up to twenty all, of more nineteen and the last.
        (2, "(Abel & Bauer, 1998)", "Abel, A., & Bauer, B. "),
        (3, "(Abel et al., 1998)", "Abel, A., Bauer, B., & Cole, C. "),
        (4, "(Abel et al., 1998)", "Abel, A., Bauer, B., Cole, C., & Dunn, D. "),
        (
            22,
            "(Abel et al., 1998)",
            "Abel, A., Bauer, B., Cole, C., Dunn, D., Eliot, E., Frost, F., Green, G., Huber, H., "
            "Innes, I., Jung, J., Kean, K., Lund, L., Moss, M., North, N., Olsen, O., Peters, P., "
            "Quill, R., Reed, R., Stone, S., . . . Vance, V. ",
        ),
    ],
)
def test_apa_names_several_authors(n_authors, short, listed):
    reference = f"{listed}(1998). *The Making of Harbours*. Harbour Press."
    assert apa(replace(BOOK, authors=AUTHORS[:n_authors])) == (reference, short, reference)


@pytest.mark.parametrize(
    ("n_authors", "listed"),
    [
        # IEEE, "Authors": up to six, of more the first.
        (2, "A. Abel and B. Bauer, "),
        (3, "A. Abel, B. Bauer, and C. Cole, "),
        (4, "A. Abel, B. Bauer, C. Cole, and D. Dunn, "),
        (22, "A. Abel *et al.*, "),
    ],
)
def test_ieee_names_several_authors(n_authors, listed):
    reference = f"{listed}*The Making of Harbours*. Harbour Press, 1998."
    assert ieee(replace(BOOK, authors=AUTHORS[:n_authors])) == (reference, "[7]", reference)


def test_a_body_that_comes_first_takes_no_comma_before_and():
    # CMOS 14.76: the comma belongs to a turned name.
    book = replace(BOOK, authors=("World Bank", "Jane Doe"))
    assert chicago(book)[2] == (
        "World Bank and Jane Doe. *The Making of Harbours*. Harbour Press, 1998."
    )


def test_chinese_names_and_titles_stay_as_they_are():
    # CMOS 11.90: no italics in Chinese; 16.87: family names stand first in Chinese.
    report = replace(
        REPORT, title="港口运输年度报告", authors=("王小明", "李华"), publisher="交通出版社"
    )
    assert chicago(report, Locator("3"))[:2] == (
        "王小明 and 李华, 港口运输年度报告 (交通出版社, November 2023), 3, "
        "accessed January 9, 2025, <https://example.org/ntd.pdf>.",
        "王小明 and 李华, 港口运输年度报告, 3.",
    )
    assert apa(report)[1:] == (
        "(王小明 & 李华, 2023)",
        "王小明, & 李华. (2023, November). 港口运输年度报告. 交通出版社. "
        "Retrieved January 9, 2025, from <https://example.org/ntd.pdf>",
    )
    assert ieee(report)[2].startswith("王小明 and 李华, “港口运输年度报告,” 交通出版社, Nov. 2023.")


def test_arabic_names_and_titles_stay_as_they_are():
    page = replace(PAGE, title="عودة حركة الميناء؟", authors=("نجيب محفوظ",), publisher="الأهرام")
    assert chicago(page)[1:] == (
        "نجيب محفوظ, “عودة حركة الميناء؟”",
        "نجيب محفوظ. “عودة حركة الميناء؟” الأهرام, March 4, 2024. "
        "Accessed May 6, 2025. <https://example.org/harbour>.",
    )
    assert apa(page)[1] == "(نجيب محفوظ, 2024)"
    assert ieee(page)[2].startswith("نجيب محفوظ. “عودة حركة الميناء؟” الأهرام. Mar. 4, 2024.")


def test_japanese_and_french_spaces_stay():
    page = replace(PAGE, title="«\u00a0Le port\u00a0»", authors=("山田\u3000太郎",))
    assert chicago(page)[1] == "山田\u3000太郎, “«\u00a0Le port\u00a0».”"


def test_quotation_marks_in_a_quoted_title_are_single_and_a_question_mark_stays():
    # CMOS 13.30 and 14.94 (marks inside a quoted title), 6.125 (a comma after a question mark that
    # ends a title), 6.124 (no full stop after it). In italics, marks stay double (14.94).
    page = replace(PAGE, title='Who Called It a "Safe Harbour"?', url=None, accessed=None)
    assert chicago(page) == (
        "Jane Doe, “Who Called It a ‘Safe Harbour’?,” Port Gazette, March 4, 2024.",
        "Doe, “Who Called It a ‘Safe Harbour’?”",
        "Doe, Jane. “Who Called It a ‘Safe Harbour’?” Port Gazette, March 4, 2024.",
    )
    assert apa(page) == (
        'Doe, J. (2024, March 4). *Who Called It a "Safe Harbour"?* Port Gazette.',
        "(Doe, 2024)",
        'Doe, J. (2024, March 4). *Who Called It a "Safe Harbour"?* Port Gazette.',
    )
    assert ieee(page)[2] == (
        "J. Doe. “Who Called It a ‘Safe Harbour’?” Port Gazette. Mar. 4, 2024."
    )
    report = replace(page, kind="report", title="Is It Safe?")
    assert ieee(report)[2] == "J. Doe, “Is It Safe?” Port Gazette, Mar. 4, 2024."
    assert chicago(report)[1:] == (
        "Doe, *Is It Safe?*",
        "Doe, Jane. *Is It Safe?* Port Gazette, March 4, 2024.",
    )


@pytest.mark.parametrize(
    ("title", "quoted"),
    [
        ("The “Rocky” Road", "“The ‘Rocky’ Road.”"),
        ("He Said “No”", "“He Said ‘No.’”"),  # CMOS 6.9: the full stop inside both
        ("‘Deep’ Water", "“‘Deep’ Water.”"),
        ("A “‘Deep’ Water” Port", "“A ‘“Deep” Water’ Port.”"),
        ("Der „sichere“ Hafen", "“Der ‘sichere’ Hafen.”"),
        ("The Dockers’ Strike", "“The Dockers’ Strike.”"),
        ("Wages of the Dockers’", "“Wages of the Dockers’.”"),
        ('A 5" Gun', '“A 5" Gun.”'),
        ("Left “open", "“Left ‘open.”"),
        ("Ports of the U.S.", "“Ports of the U.S.”"),
        ("A Sentence.", "“A Sentence.”"),
        ("A Port 。", "“A Port.”"),
        ("Wait for It...", "“Wait for It...”"),
    ],
)
def test_a_title_is_quoted_with_the_marks_inside_it_in_order(title, quoted):
    page = replace(PAGE, title=title, authors=(), publisher=None)
    assert chicago(page)[2].startswith(f"{quoted} March 4, 2024.")


def test_a_long_address_stays_in_one_piece_and_is_linked():
    url = "https://example.org/" + "very-long-part/" * 40 + "?q=a&b=c#d"
    for style in STYLES:
        runs = full_note(style, replace(PAGE, url=url), None)
        assert [run for run in runs if run.link] == [Text(url, link=url)]


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/a", "javascript:alert(1)", "file:///a.pdf", "http://[", "example.org"],
)
def test_an_address_that_does_not_lead_to_the_web_is_printed_without_a_link(url):
    for style in STYLES:
        runs = entry(style, replace(PAGE, url=url), number=1)
        assert not [run for run in runs if run.link]
        assert url in marked(runs)


def test_a_date_of_access_that_is_no_date_is_not_printed():
    assert "ccessed" not in chicago(replace(PAGE, accessed="lately"))[0]


def test_an_abbreviation_at_the_end_of_a_name_takes_no_second_full_stop():
    page = replace(PAGE, authors=("Acme Inc.",), publisher="Acme Inc", url=None, accessed=None)
    assert chicago(page)[2] == "Acme Inc. “Harbour Traffic Returns to Normal.” March 4, 2024."
    assert apa(page)[2] == "Acme Inc. (2024, March 4). *Harbour Traffic Returns to Normal*."
    assert ieee(page)[2] == "Acme Inc. “Harbour Traffic Returns to Normal.” Mar. 4, 2024."


def test_the_same_page_twice_is_one_page():
    assert short_note("ieee", PAGE, Locator("4", "4"), number=2) == (Text("[2], p. 4"),)


def test_an_unknown_style_is_refused_with_the_known_ones():
    for refused in (
        lambda: full_note("mla", PAGE, None),
        lambda: short_note("mla", PAGE, None, number=1),
        lambda: entry("mla", PAGE, number=1),
    ):
        with pytest.raises(ConfigurationError, match=r"'mla'.*chicago, apa, ieee"):
            refused()


@pytest.mark.parametrize(
    ("stated", "turned", "shortened"),
    [
        ("Jane Doe", "Doe, Jane", "J. Doe"),
        ("Doe, Jane", "Doe, Jane", "J. Doe"),
        ("Doe, J. R.", "Doe, J. R.", "J. R. Doe"),
        ("Doe, JR", "Doe, JR", "J. R. Doe"),
        ("Okonkwo, Amara", "Okonkwo, Amara", "A. Okonkwo"),
        ("J.R.R. Tolkien", "Tolkien, J. R. R.", "J. R. R. Tolkien"),
        ("Jean-Paul Sartre", "Sartre, Jean-Paul", "J.-P. Sartre"),
        ("Ludwig van Beethoven", "van Beethoven, Ludwig", "L. van Beethoven"),
        ("Beethoven, Ludwig van", "Beethoven, Ludwig van", "L. van Beethoven"),
        ("Robert De Niro", "De Niro, Robert", "R. De Niro"),
        ("José Ortega y Gasset", "Ortega y Gasset, José", "J. Ortega y Gasset"),
        ("García Márquez, Gabriel", "García Márquez, Gabriel", "G. García Márquez"),
        ("Martin Luther King Jr.", "King, Martin Luther, Jr.", "M. L. King Jr."),
        ("King, Martin Luther, Jr.", "King, Martin Luther, Jr.", "M. L. King Jr."),
        ("Dr. Jane Doe, PhD", "Doe, Jane", "J. Doe"),
        ("Seán O'Casey", "O'Casey, Seán", "S. O'Casey"),
        ("DOE, Jane", "DOE, Jane", "J. DOE"),
        ("А. С. Пушкин", "Пушкин, А. С.", "А. С. Пушкин"),
        ("Пушкин А.С.", "Пушкин, А. С.", "А. С. Пушкин"),
        ("Александр Сергеевич Пушкин", "Пушкин, Александр Сергеевич", "А. С. Пушкин"),
        ("Γιώργος Σεφέρης", "Σεφέρης, Γιώργος", "Γ. Σεφέρης"),
    ],
)
def test_a_person_is_turned_and_shortened(stated, turned, shortened):
    name = parse_name(stated)
    assert (name.turned(), name.shortened()) == (turned, shortened)


@pytest.mark.parametrize(
    "stated",
    [
        "Ministry of Health",
        "Reuters",
        "BBC News",
        "Goldman Sachs",
        "Human Rights Watch",
        "The New York Times",
        "Department of Health, Canada",
        "Reuters, London",
        "UNHCR, Geneva",
        "U.S. Steel",
        "Jane Goodall Institute",
        "Konrad-Adenauer-Stiftung e.V.",
        "Jane Doe and John Roe",
        "Jane Doe, Editor",
        "Gabriel García Márquez",  # where the family name begins cannot be told
        "Mao Zedong",
        "Kim Jong-un",
        "Mohammed bin Salman",
        "bell hooks",
        "Jane D.",
        "kean@example.org",
        "王小明",
        "김철수",
        "村上, 春樹",
        "نجيب محفوظ",
        "Haruki Murakami (村上春樹)",
    ],
)
def test_what_may_be_no_person_stays_as_it_is(stated):
    name = parse_name(stated)
    assert {name.turned(), name.shortened(), name.direct(), name.surname()} == {stated}


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Monthly Bulletin of Statistics on Trade", "Monthly Bulletin"),
        ("The rise of harbours in the north", "Rise of harbours"),
        ("Harbours: A History", "Harbours: A History"),
        ("Deep Harbours: A History", "Deep Harbours"),
        ("Annual Report of the Board 2023", "Annual Report of the Board 2023"),
        ("The “Safe Harbour in Northern” Seas", "The “Safe Harbour in Northern” Seas"),
        ("Who Pays for the Next Harbour? A Review", "Who Pays for the Next Harbour?"),
        ("港口运输年度报告", "港口运输年度报告"),
        ("Die", "Die"),
        ("A", "A"),
        (": A", ": A"),
    ],
)
def test_a_short_title_keeps_the_key_words_in_their_order(title, short):
    assert short_title(title, "en") == short


def test_an_article_of_another_language_is_no_english_one():
    assert short_title("An die Freude", "de") == "An die Freude"


WORDS = st.lists(
    st.text(alphabet="abcdeABCDEéßЖж中文ال", min_size=1, max_size=8), min_size=1, max_size=7
).map(" ".join)
TITLES = st.builds(str.__add__, WORDS, st.sampled_from(["", "", ".", "?", "!", ":", "...", '"']))
NAMES = st.one_of(
    WORDS, st.sampled_from([*AUTHORS, "King, Martin Luther, Jr.", "Acme Inc.", "WHO"])
)
DATES = st.sampled_from(
    [
        None,
        Published("2023", "year"),
        Published("2023-10", "month"),
        Published("2023-10-07", "day"),
        Published("2023-10-07T06:30:00Z", "time"),
    ]
)
KINDS = st.sampled_from(
    ["report", "webpage", "email", "book", "presentation", "dataset", "document"]
)
LOCATORS = st.sampled_from([None, Locator("4"), Locator("4", "6"), Locator("iv", "iv")])


def references(titles, names):
    return st.builds(
        Reference,
        id=st.just("a1"),
        kind=KINDS,
        title=st.none() | titles,
        authors=st.lists(names, max_size=12).map(tuple),
        publisher=st.none() | names,
        published=DATES,
        url=st.sampled_from([None, "https://example.org/a?b=c", "ftp://example.org/a"]),
        accessed=st.sampled_from([None, "2025-05-06"]),
        language=st.sampled_from([None, "en", "de"]),
        file=st.just("sub/report.pdf"),
    )


def every_form(reference, locator):
    for style in STYLES:
        yield full_note(style, reference, locator)
        yield short_note(style, reference, locator, number=3)
        yield entry(style, reference, number=3)


@given(references(TITLES, NAMES), LOCATORS)
def test_no_mark_or_space_is_doubled_or_stray(reference, locator):
    for runs in every_form(reference, locator):
        text = "".join(run.text for run in runs)
        assert not re.search(r"  | [,.;:?!)\]”]|[(\[“] |,,|[?!]\.|\(\)|\[\]|^ | $|“”|\.,,", text)
        assert not re.search(r"(?<!\.)\.\.(?!\.)|\.{4}", text)
        assert all(run.text for run in runs)


@given(references(TITLES, NAMES), LOCATORS)
def test_all_that_is_known_is_named_in_the_first_note(reference, locator):
    for style in STYLES:
        text = "".join(run.text for run in full_note(style, reference, locator))
        title = (reference.title or "file report.pdf").rstrip('.:"')
        assert title.casefold() in text.casefold()
        assert "2023" in text if reference.published else re.search(r"[uU]ndated|n\.d\.", text)
        assert reference.url is None or reference.url in text
        assert reference.accessed is None or "6, 2025" in text
        assert locator is None or f"{locator.page}" in text


@given(references(st.text(max_size=40), st.text(max_size=30)), LOCATORS)
def test_any_words_give_one_clean_line(reference, locator):
    for runs in every_form(reference, locator):
        text = "".join(run.text for run in runs)
        assert text == text.strip()
        assert text.splitlines() == [text]
        assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cs")]


@given(st.text(max_size=60))
def test_only_addresses_of_the_web_are_linked(url):
    for runs in every_form(replace(PAGE, url=url), None):
        for run in runs:
            assert run.link is None or re.match(r"https?://\S+$", run.link)


@given(st.text(max_size=40))
def test_a_name_is_parsed_to_words_of_its_own(stated):
    name = parse_name(stated)
    if name is not None:
        letters = set(unicodedata.normalize("NFC", stated).replace("\ufeff", ""))
        assert set(unicodedata.normalize("NFC", name.direct())) <= letters | {" ", "."}
