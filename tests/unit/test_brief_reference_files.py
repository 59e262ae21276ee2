"""Files of references, read back with the libraries that others read them with."""

import json
import re
from dataclasses import replace

import bibtexparser
import pytest
import rispy
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from hypothesis import given
from hypothesis import strategies as st

from rag.brief.bibtex import to_bibtex
from rag.brief.csl_json import to_csl
from rag.brief.references import Reference
from rag.brief.ris import to_ris
from rag.dates import Published

PAGE = Reference(
    id="doe2024",
    kind="webpage",
    title="Harbour Traffic & Trade",
    authors=("Ludwig van Beethoven", "King, Martin Luther, Jr.", "World Health Organization"),
    publisher="Port_Gazette",
    published=Published("2024-03-04T10:00:00Z", "time"),
    url="https://example.org/a_b?c=%20&d={e}",
    accessed="2025-05-06",
    language="en",
    file="web/harbour.html",
)
BARE = Reference(
    id="bare",
    kind="report",
    title=None,
    authors=(),
    publisher=None,
    published=None,
    url=None,
    accessed=None,
    language=None,
    file="sub/50%_done.pdf",
)
CHINESE = replace(
    BARE,
    id="wang",
    title="港口运输年度报告",
    authors=("王小明",),
    published=Published("2023", "year"),
)


def test_csl_has_a_field_for_all_that_is_known_and_none_for_what_is_not():
    assert json.loads(to_csl([PAGE, BARE, CHINESE])) == [
        {
            "id": "doe2024",
            "type": "webpage",
            "title": "Harbour Traffic & Trade",
            "author": [
                {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"},
                {"family": "King", "given": "Martin Luther", "suffix": "Jr."},
                {"literal": "World Health Organization"},
            ],
            "publisher": "Port_Gazette",
            "issued": {"date-parts": [[2024, 3, 4]]},
            "accessed": {"date-parts": [[2025, 5, 6]]},
            "URL": "https://example.org/a_b?c=%20&d={e}",
            "language": "en",
        },
        {"id": "bare", "type": "report", "note": "File 50%_done.pdf"},
        {
            "id": "wang",
            "type": "report",
            "title": "港口运输年度报告",
            "author": [{"literal": "王小明"}],
            "issued": {"date-parts": [[2023]]},
        },
    ]


def test_csl_keeps_letters_readable_and_is_indented_by_two():
    text = to_csl([CHINESE])
    assert '\n    "title": "港口运输年度报告",\n' in text
    assert to_csl([]) == "[]\n"


@pytest.mark.parametrize(
    ("kind", "csl", "ris", "bibtex"),
    [
        ("report", "report", "RPRT", "techreport"),
        ("webpage", "webpage", "ELEC", "misc"),
        ("email", "personal_communication", "ICOMM", "misc"),
        ("book", "book", "BOOK", "book"),
        ("presentation", "speech", "SLIDE", "misc"),
        ("dataset", "dataset", "DATA", "misc"),
        ("document", "document", "GEN", "misc"),
    ],
)
def test_each_kind_has_its_type(kind, csl, ris, bibtex):
    reference = replace(PAGE, kind=kind)
    assert json.loads(to_csl([reference]))[0]["type"] == csl
    assert rispy.loads(to_ris([reference]))[0]["type_of_reference"] == ris
    assert bibtexparser.parse_string(to_bibtex([reference])).entries[0].entry_type == bibtex


def test_citeproc_renders_what_csl_says():
    items = json.loads(to_csl([PAGE, CHINESE]))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    page, chinese = (str(line) for line in bibliography.bibliography())
    assert page.startswith(
        "van Beethoven, L., King, M.L., Jr. and World Health Organization (2024)"
    )
    assert "Harbour Traffic & Trade" in page
    assert "May 6, 2025" in page
    assert chinese.startswith("王小明 (2023) 港口运输年度报告")


def test_ris_is_written_line_by_line():
    assert to_ris([PAGE, BARE]) == (
        "TY  - ELEC\r\n"
        "ID  - doe2024\r\n"
        "TI  - Harbour Traffic & Trade\r\n"
        "AU  - van Beethoven, Ludwig\r\n"
        "AU  - King, Martin Luther, Jr.\r\n"
        "AU  - World Health Organization\r\n"
        "PB  - Port_Gazette\r\n"
        "PY  - 2024\r\n"
        "DA  - 2024/03/04/\r\n"
        "UR  - https://example.org/a_b?c=%20&d={e}\r\n"
        "Y2  - 2025/05/06/\r\n"
        "LA  - en\r\n"
        "ER  - \r\n"
        "\r\n"
        "TY  - RPRT\r\n"
        "ID  - bare\r\n"
        "N1  - File 50%_done.pdf\r\n"
        "ER  - \r\n"
        "\r\n"
    )


def test_ris_says_no_more_of_a_date_than_is_known():
    month = replace(BARE, published=Published("2024-03", "month"))
    assert "DA  - 2024/03//\r\n" in to_ris([month])
    assert "DA  - 2023///\r\n" in to_ris([CHINESE])


def test_ris_flattens_line_breaks():
    broken = replace(PAGE, title="Harbour\r\nER  - \r\nTY  - BOOK")
    assert len(rispy.loads(to_ris([broken]))) == 1
    assert "TI  - Harbour ER - TY - BOOK\r\n" in to_ris([broken])


def test_bibtex_is_written_field_by_field():
    assert to_bibtex([PAGE, BARE]) == (
        "@misc{doe2024,\n"
        "  author = {van Beethoven, Ludwig and King, Jr., Martin Luther and "
        "{World Health Organization}},\n"
        "  title = {{Harbour Traffic \\& Trade}},\n"
        "  howpublished = {{Port\\_Gazette}},\n"
        "  year = {2024},\n"
        "  month = mar,\n"
        "  day = {4},\n"
        "  url = {https://example.org/a_b?c=%20&d=%7Be%7D},\n"
        "  urldate = {2025-05-06},\n"
        "  language = {en},\n"
        "}\n"
        "\n"
        "@techreport{bare,\n"
        "  note = {File 50\\%\\_done.pdf, undated},\n"
        "}\n"
    )


def test_bibtex_says_that_a_source_is_undated_only_if_it_is():
    assert "undated" in to_bibtex([replace(CHINESE, published=None)])
    assert "undated" not in to_bibtex([CHINESE])


def test_bibtex_puts_a_lone_body_in_double_braces():
    body = replace(PAGE, authors=("Legal and General",))
    assert "  author = {{Legal and General}},\n" in to_bibtex([body])


def test_bibtex_escapes_the_ten_characters_that_tex_reads():
    title = replace(PAGE, title=r"a#b$c%d&e~f_g^h\i{j}k")
    assert (
        r"{{a\#b\$c\%d\&e\textasciitilde{}f\_g\textasciicircum{}h\textbackslash{}i"
        r"\textbraceleft{}j\textbraceright{}k}}"
    ) in to_bibtex([title])


TEXTS = st.none() | st.text(max_size=40)
REFERENCES = st.builds(
    Reference,
    id=st.just("a1"),
    kind=st.sampled_from(
        ["report", "webpage", "email", "book", "presentation", "dataset", "document"]
    ),
    title=TEXTS,
    authors=st.lists(st.text(max_size=30), max_size=4).map(tuple),
    publisher=TEXTS,
    published=st.sampled_from([None, Published("2023", "year"), Published("2023-10-07", "day")]),
    url=TEXTS,
    accessed=st.sampled_from([None, "2025-05-06"]),
    language=st.sampled_from([None, "en"]),
    file=st.text(max_size=20),
)


@given(REFERENCES)
def test_any_words_are_read_back_from_each_file(reference):
    pair = [reference, replace(reference, id="a2")]
    items = json.loads(to_csl(pair))
    assert [item["id"] for item in items] == ["a1", "a2"]
    records = rispy.loads(to_ris(pair))
    assert [record["id"] for record in records] == ["a1", "a2"]
    assert [record.get("title") for record in records] == [item.get("title") for item in items]
    assert [len(record.get("authors", [])) for record in records] == [
        len(item.get("author", [])) for item in items
    ]
    library = bibtexparser.parse_string(to_bibtex(pair))
    assert not library.failed_blocks
    assert [found.key for found in library.entries] == ["a1", "a2"]
    for found in library.entries:
        for field in found.fields:
            assert field.value.count("{") == field.value.count("}")
            assert not re.search(r"(?<!\\)[#$&%_](?![^{]*\})", field.value) or field.key == "url"
