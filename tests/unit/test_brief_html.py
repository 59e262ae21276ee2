import re
from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import html

from manuscripts import (
    CONTROL,
    HOSTILE,
    LONG_URL,
    QUOTES,
    manuscript,
    many,
    note,
    paragraph,
    sample,
)
from rag.brief.html import to_html
from rag.brief.manuscript import Listing, Quotation, Subheading, Text


def page(made):
    return html.document_fromstring(to_html(made))


def visible(element):
    return " ".join("".join(element.itertext()).split())


def test_the_page_says_all_in_order():
    whole = page(sample())
    headings = [(one.tag, visible(one)) for one in whole.iter("h1", "h2", "h3", "h4")]
    assert headings[0] == ("h1", sample().title)
    assert [text for tag, text in headings if tag == "h2" and text != "Contents"] == [
        "Bottom line",
        "What happened",
        "In other scripts",
        "Sources",
        "Source summary statement",
        "Questions the sources do not answer",
        "Notes",
    ]
    levels = [int(tag[1]) for tag, _ in headings]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert "never exported" not in to_html(sample())


def test_each_call_leads_to_its_note_and_back():
    whole = page(sample())
    calls = whole.xpath("//a[@role='doc-noteref']")
    assert [visible(one) for one in calls] == ["1", "2", "3", "4", "5"]
    for number, call in enumerate(calls, 1):
        [target] = whole.xpath(f"//*[@id='{call.get('href')[1:]}']")
        [back] = target.xpath(".//a[@role='doc-backlink']")
        [place] = whole.xpath(f"//*[@id='{back.get('href')[1:]}']")
        assert call in list(place.iter()) or place is call
        if number in QUOTES:
            assert f"“{QUOTES[number]}”" in "".join(target.itertext())


def test_ids_are_given_once_and_links_within_the_page_lead_somewhere():
    whole = page(sample())
    ids = whole.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {one[1:] for one in whole.xpath("//a/@href") if one.startswith("#")} <= set(ids)


@pytest.mark.parametrize("text", [*HOSTILE, CONTROL])
def test_hostile_text_is_text_wherever_it_stands(text):
    made = replace(
        manuscript(
            paragraph(text),
            Subheading(1, (Text(text),)),
            Listing(False, ((paragraph(Text(text, code=True)),),)),
            Quotation((paragraph(Text(text, link=text)),)),
            title=text,
            notes=(note(1, text, quote=text),),
        ),
        author=text,
        handling=text,
        date=text,
        unanswered=(text,),
        summary=((text, text),),
    )
    whole = page(made)
    assert {one.tag for one in whole.iter() if isinstance(one.tag, str)} & {
        *("script", "img", "iframe", "object", "link", "form", "svg", "base")
    } == set()
    assert not [name for one in whole.iter() for name in one.attrib if name.startswith("on")]
    assert all(one.startswith(("#", "http://", "https://")) for one in whole.xpath("//a/@href"))
    assert whole.xpath("count(//body)") == 1


def test_the_page_loads_nothing_and_runs_nothing():
    text = to_html(sample())
    assert "default-src 'none'" in text
    assert not re.search(r"<(?:script|img|iframe|link)\b", text)
    assert "url(" not in text
    assert "@import" not in text


def test_a_handling_line_cannot_end_the_styles():
    for handling in ('"}</style><script>alert(1)</script>', "a\\", 'a"b', "a\nb", "\\22 }"):
        text = to_html(replace(sample(), handling=handling))
        whole = html.document_fromstring(text)
        assert not whole.xpath("//script")
        # What a reader of the styles sees inside the strings, escapes undone, is the line itself.
        styles = "".join(whole.xpath("//style/text()"))
        [shown] = re.findall(r'@top-center\{content:"((?:[^"\\\n]|\\.)*)"\}', styles)
        undone = re.sub(r"\\([0-9a-f]{1,6}) ?", lambda m: chr(int(m[1], 16)), shown)
        assert undone == handling.replace("\n", " ")


def test_text_has_the_direction_and_language_of_its_letters():
    text = to_html(sample())
    assert '<html lang="en"' in text
    assert 'dir="auto"' in text


def test_only_addresses_of_the_web_are_links():
    whole = page(sample())
    links = [one for one in whole.xpath("//a/@href") if not one.startswith("#")]
    assert LONG_URL in links
    assert all(one.startswith(("http://", "https://")) for one in links)
    assert all("noreferrer" in one for one in whole.xpath("//a[starts-with(@href,'http')]/@rel"))


def test_the_same_manuscript_gives_the_same_page():
    assert to_html(many(5, 20)) == to_html(many(5, 20))
    assert len(page(many(50, 200)).xpath("//a[@role='doc-noteref']")) == 200


def test_a_brief_of_few_sections_has_no_contents():
    assert not page(manuscript(paragraph("a"))).xpath("//nav")
    assert page(sample()).xpath("//nav")
