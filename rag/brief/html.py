"""A manuscript as one page of HTML: no script, nothing from elsewhere, fit for print.

The same manuscript gives the same page. What people and sources wrote is escaped, and its
direction is left to its letters.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from rag.brief.manuscript import (
    Block,
    Listing,
    Manuscript,
    Note,
    NoteMark,
    Paragraph,
    Preformatted,
    Quotation,
    Runs,
    SourceEntry,
    Subheading,
    Table,
    Text,
)
from rag.brief.markdown import BOTTOM_LINE, SOURCES, SUMMARY, UNANSWERED, address, writable

_NOTES = "Notes"
_DEEPEST_HEADING = 6
_MIN_LISTED = 3  # sections, before a list of them is worth its lines
_ISO_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")

# Spaces and line ends of texts are kept, so no element that holds words has any of our own.
_STYLE = """
:root{color-scheme:light dark;--ink:#1c1c1e;--dim:#5a5a60;--paper:#fff;--rule:#c9c9ce;
--shade:#f3f3f5;--link:#0b57a4}
@media (prefers-color-scheme:dark){:root{--ink:#e8e8ea;--dim:#a9a9b0;--paper:#17181a;
--rule:#44464b;--shade:#232427;--link:#8ab8f0}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:46rem;background:var(--paper);
color:var(--ink);font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",
sans-serif;overflow-wrap:anywhere}
h1,h2,h3,h4,h5,h6{line-height:1.25;margin:1.6em 0 .5em;text-wrap:balance}
h1{font-size:1.9rem;margin-top:.5rem}h2{font-size:1.4rem}h3{font-size:1.15rem}
h4,h5,h6{font-size:1rem}
p,ul,ol,dl,blockquote,pre{margin:0 0 1em}
h1,h2,h3,h4,h5,h6,p,td,th,dd,dt,bdi{white-space:pre-wrap}
ul,ol{padding-inline-start:1.75rem}
li>p,th,td{unicode-bidi:plaintext}li>p{margin-bottom:.35em}
a{color:var(--link)}a:focus-visible,[tabindex]:focus-visible{outline:2px solid;outline-offset:2px}
sup{line-height:0;font-size:.75em}sup a{padding:0 .15em}
.handling{margin:0;text-align:center;font-weight:600;letter-spacing:.03em}
.byline,.back{color:var(--dim)}nav{border-block:1px solid var(--rule);padding:.25rem 0}
nav{margin-bottom:2rem}nav h2{font-size:1rem;margin:.5rem 0}nav ol{margin-bottom:.5rem}
.first{border-inline-start:4px solid var(--link);padding-inline-start:1rem}
.first h2{margin-top:0}
blockquote{margin-inline:0;padding-inline-start:1rem;border-inline-start:3px solid var(--rule)}
code,pre{font-family:ui-monospace,"Cascadia Mono",Menlo,Consolas,monospace;font-size:.9em;
background:var(--shade)}
code{padding:.1em .25em;border-radius:3px}pre{padding:.75rem;overflow-x:auto;white-space:pre;
overflow-wrap:normal}
.scroll{overflow-x:auto;margin-bottom:1em}
table{border-collapse:collapse;width:100%;font-size:.94em;line-height:1.45}
th,td{border:1px solid var(--rule);padding:.4rem .6rem;text-align:start;vertical-align:top;
min-width:5.5em}
thead th,tbody th{background:var(--shade)}tbody th{font-weight:600}
.number{min-width:0;width:3.5rem}th[scope=row]{width:9rem}
dt{font-weight:600}dd{margin:0 0 .6em}
section[role=doc-endnotes]{font-size:.94em}
@media print{
:root{color-scheme:light;--ink:#000;--dim:#444;--paper:#fff;--rule:#999;--shade:#f3f3f5;
--link:#000}
body{max-width:none;padding:0;font-size:10.5pt;line-height:1.45}
nav,.back{display:none}
h1,h2,h3,h4,h5,h6,dt{break-after:avoid}
tr,pre,blockquote,dd{break-inside:avoid}thead{display:table-header-group}
p,li{orphans:3;widows:3}
.scroll{overflow:visible}pre{white-space:pre-wrap;overflow-wrap:anywhere}
th,td{min-width:5em}.number{min-width:0}
main+.handling{display:none}
a{text-decoration:none}a.web{text-decoration:underline}
a.named::after{content:" <" attr(href) ">"}
}
"""
_PAGE_STYLE = """
@page{margin:2.2cm 2cm;@top-center{content:"%s"}
@bottom-center{content:"%s" counter(page) " of " counter(pages)}}
@page :first{@top-center{content:none}}
"""


def to_html(manuscript: Manuscript) -> str:
    """The brief as a whole HTML document that needs nothing else, by day, by night, in print.

    Notes stand at the end, each with a way back to where it is called. Links other than http and
    https are text.
    """
    return _Page(manuscript).whole()


class _Page:
    """Writes the page, and knows what was said on it: headings, tables and calls so far."""

    def __init__(self, manuscript: Manuscript) -> None:
        self._brief = manuscript
        self._level = 1  # of the last heading; the next is one deeper at most
        self._n_tables = 0
        self._called: set[int] = set()
        self._listed: list[tuple[str, str]] = []

    def whole(self) -> str:
        brief = self._brief
        title = escape(writable(brief.title)) or "Brief"
        handling = _handling(brief.handling)
        # Sections are written first: the list of them stands above them.
        body = "\n".join(self._sections())
        author = (
            f'<meta name="author" content="{escape(writable(brief.author))}">\n'
            if brief.author
            else ""
        )
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<meta name="referrer" content="no-referrer">\n{author}<title>{title}</title>\n'
            f"<style>{_STYLE}{_page_style(brief.handling)}</style>\n</head>\n<body>\n"
            f'{handling}<header>\n<h1 dir="auto">{title}</h1>\n{_byline(brief)}</header>\n'
            f"{self._contents()}<main>\n{body}\n</main>\n{handling}</body>\n</html>\n"
        )

    def _sections(self) -> Iterator[str]:
        brief = self._brief
        if brief.bottom_line:
            yield f"{self._open(BOTTOM_LINE, 'first')}{self._blocks(brief.bottom_line)}</section>"
        for section in brief.sections:
            yield f"{self._open(section.heading)}{self._blocks(section.blocks)}</section>"
        if brief.sources:
            yield f"{self._open(SOURCES)}{self._sources(brief.sources)}</section>"
        if brief.summary:
            yield f"{self._open(SUMMARY)}{_pairs(brief.summary)}</section>"
        if brief.unanswered:
            questions = tuple((Paragraph((Text(question),)),) for question in brief.unanswered)
            listed = self._listing(Listing(ordered=False, items=questions))
            yield f"{self._open(UNANSWERED)}{listed}</section>"
        if brief.notes:
            items = "\n".join(self._note(note) for note in brief.notes)
            yield (
                '<section role="doc-endnotes" aria-labelledby="notes">\n'
                f'<h2 id="notes">{_NOTES}</h2>\n<ol>\n{items}\n</ol>\n</section>'
            )

    def _open(self, heading: str, kind: str = "") -> str:
        """The start of a section with its heading, which is listed on top of the page."""
        sort = f' class="{kind}"' if kind else ""
        if not heading:
            return f"<section{sort}>\n"
        self._level = 2
        name = f"section-{len(self._listed) + 1}"
        words = escape(writable(heading))
        self._listed.append((name, words))
        return (
            f'<section{sort} aria-labelledby="{name}">\n<h2 id="{name}" dir="auto">{words}</h2>\n'
        )

    def _contents(self) -> str:
        if len(self._listed) < _MIN_LISTED:
            return ""
        notes = [("notes", _NOTES)] if self._brief.notes else []
        items = "\n".join(
            f'<li><a href="#{name}"><bdi>{words}</bdi></a></li>'
            for name, words in (*self._listed, *notes)
        )
        return (
            '<nav aria-labelledby="contents">\n<h2 id="contents">Contents</h2>\n'
            f"<ol>\n{items}\n</ol>\n</nav>\n"
        )

    def _blocks(self, blocks: Iterable[Block], *, inside: bool = False) -> str:
        """Blocks one after the other.

        With `inside`, the first takes its direction from the element around it, whose own "auto"
        looks past what has a direction of its own.
        """
        written = []
        for number, block in enumerate(blocks):
            direction = "" if inside and not number else ' dir="auto"'
            written.append(self._block(block, direction))
        return "".join(written)

    def _block(self, block: Block, direction: str) -> str:
        match block:
            case Paragraph(runs):
                return f"<p{direction}>{self._runs(runs)}</p>\n"
            case Subheading(level, runs):
                self._level = min(level + 2, self._level + 1, _DEEPEST_HEADING)
                name = f"h{self._level}"
                return f"<{name}{direction}>{self._runs(runs)}</{name}>\n"
            case Listing():
                return self._listing(block, direction)
            case Quotation(blocks):
                inner = self._blocks(blocks, inside=True)
                return f"<blockquote{direction}>\n{inner}</blockquote>\n"
            case Preformatted(text):
                # The first line end after <pre> is not part of it.
                return f'<pre tabindex="0"{direction}>\n{escape(writable(text))}</pre>\n'
            case Table():
                return self._table(block) if block.header else ""

    def _listing(self, listing: Listing, direction: str = ' dir="auto"') -> str:
        name, start = ("ol", f' start="{listing.start}"') if listing.ordered else ("ul", "")
        items = "".join(f"<li>{self._blocks(item, inside=True)}</li>\n" for item in listing.items)
        return f"<{name}{start}{direction}>\n{items}</{name}>\n"

    def _table(self, table: Table) -> str:
        head = "".join(f'<th scope="col">{self._runs(cell)}</th>' for cell in table.header)
        rows = "".join(
            f"<tr>{''.join(f'<td>{self._runs(cell)}</td>' for cell in row)}</tr>\n"
            for row in table.rows
        )
        self._n_tables += 1
        return _scrolled(
            f"Table {self._n_tables}",
            f'<table dir="auto">\n<thead>\n<tr>{head}</tr>\n</thead>\n'
            f"<tbody>\n{rows}</tbody>\n</table>",
        )

    def _sources(self, sources: Sequence[SourceEntry]) -> str:
        """A group of rows for each source: its reference, then what is known of it."""
        groups = []
        for source in sources:
            known = "".join(
                f'<tr><th scope="row" dir="auto">{escape(writable(label))}</th>'
                f'<td dir="auto">{escape(writable(value))}</td></tr>\n'
                for label, value in source.descriptor
            )
            groups.append(
                f'<tbody>\n<tr><th class="number" scope="rowgroup" '
                f'rowspan="{1 + len(source.descriptor)}">{source.number}</th>'
                f'<td colspan="2" dir="auto">{self._runs(source.runs)}</td></tr>\n{known}</tbody>\n'
            )
        return _scrolled(
            SOURCES,
            '<table>\n<thead>\n<tr><th class="number" scope="col">No.</th>'
            f'<th scope="col" colspan="2">Source</th></tr>\n</thead>\n{"".join(groups)}</table>',
        )

    def _note(self, note: Note) -> str:
        # A quote stands as it is between the marks, whatever marks it has inside.
        quoted = f" “<bdi>{escape(writable(note.quote))}</bdi>”" if note.quote else ""
        back = (
            f' <a class="back" href="#call-{note.number}" role="doc-backlink" '
            f'aria-label="Back to the text at note {note.number}">↩</a>'
            if note.number in self._called
            else ""
        )
        return (
            f'<li id="note-{note.number}" value="{note.number}"><p dir="auto">'
            f"{self._runs(note.runs)}{quoted}{back}</p></li>"
        )

    def _runs(self, runs: Runs) -> str:
        return "".join(
            self._call(run.number) if isinstance(run, NoteMark) else _text(run) for run in runs
        )

    def _call(self, number: int) -> str:
        self._called.add(number)
        return (
            f'<sup><a id="call-{number}" href="#note-{number}" role="doc-noteref" '
            f'aria-label="Note {number}">{number}</a></sup>'
        )


def _text(run: Text) -> str:
    words = escape(writable(run.text)).replace("\n", "<br>")
    if not words:
        return ""
    for name, wanted in (("code", run.code), ("em", run.italic), ("strong", run.bold)):
        words = f"<{name}>{words}</{name}>" if wanted else words
    if (link := address(run.link)) is None:
        return words
    # Paper shows where a link leads, where its words do not say so.
    sort = "web" if run.text in (link, run.link) else "web named"
    return f'<a class="{sort}" href="{escape(link)}" rel="noreferrer noopener">{words}</a>'


def _pairs(rows: Iterable[tuple[str, str]]) -> str:
    written = "".join(
        f'<dt dir="auto">{escape(writable(label))}</dt>\n'
        f'<dd dir="auto">{escape(writable(sentence))}</dd>\n'
        for label, sentence in rows
    )
    return f"<dl>\n{written}</dl>\n"


def _scrolled(label: str, table: str) -> str:
    """A table in a box of its own, which scrolls where the page is narrower."""
    return (
        f'<div class="scroll" role="region" aria-label="{label}" tabindex="0">\n{table}\n</div>\n'
    )


def _handling(line: str | None) -> str:
    return f'<p class="handling" dir="auto">{escape(writable(line))}</p>\n' if line else ""


def _byline(brief: Manuscript) -> str:
    parts = []
    if brief.author:
        parts.append(f"<bdi>{escape(writable(brief.author))}</bdi>")
    if brief.date:
        date = escape(writable(brief.date))
        known = _ISO_DATE.fullmatch(brief.date)
        parts.append(f'<time datetime="{date}">{date}</time>' if known else date)
    return f'<p class="byline">{" · ".join(parts)}</p>\n' if parts else ""


def _page_style(handling: str | None) -> str:
    """The line of handling on each printed page, as a CSS text of nothing but escapes.

    The first page has it from the text.
    """
    line = "".join(f"\\{ord(char):06x}" for char in writable(handling or "").replace("\n", " "))
    below = f"{line}\\00a0\\00a0" if line else ""
    return _PAGE_STYLE % (line, below)
