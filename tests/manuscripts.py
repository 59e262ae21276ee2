"""Manuscripts for the tests of their exports: one with everything in it, and long ones."""

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
    Section,
    SourceEntry,
    Subheading,
    Table,
    Text,
)

LONG_URL = "https://example.org/reports/" + "annual-figures-" * 24 + "end.pdf"
QUOTES = {
    1: "He said: “We counted 'all' of them”, and \"no more\".",
    2: "قال الوزير: «لا تغيير» في 2025.",
    3: "报告称：“增长了12%”。",
    4: "two  spaces,\na line break & <b>tags</b>",
}
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "![picture](http://evil.example/p.png)",
    "[link](javascript:alert(1))",
    "http://evil.example and www.evil.example and evil@evil.example",
    "# no heading",
    "1. no list",
    "- no list",
    "+ no list",
    "> no quote",
    "===",
    "| no | table |",
    "``` no code",
    "&lt;b&gt; &amp;amp; &#60;",
    "*no* _emphasis_ **here** ~~or~~ here",
    "</style></title><body onload=alert(1)>",
    '" onmouseover="alert(1)',
    "[^1]: no note [^9]",
    "\\ \\* $x^2$ {.class}",
)
CONTROL = "bell\x07 null\x00 escape\x1b[31m lone\ud800 last\uffff"


def words(text: str) -> Runs:
    return (Text(text),)


def paragraph(*runs: str | Text | int) -> Paragraph:
    """A paragraph of plain words, texts with a look, and numbers of notes."""
    return Paragraph(
        tuple(
            Text(run) if isinstance(run, str) else NoteMark(run) if isinstance(run, int) else run
            for run in runs
        )
    )


def note(number: int, *runs: str | Text, quote: str | None = None) -> Note:
    texts = tuple(Text(run) if isinstance(run, str) else run for run in runs)
    return Note(number=number, source=number, runs=texts, quote=quote)


def manuscript(*blocks: Block, notes: tuple[Note, ...] = (), title: str = "A brief") -> Manuscript:
    """A manuscript of one section without a heading, and nothing else."""
    return Manuscript(
        title=title, sections=(Section("", blocks),), notes=notes, sources=(), summary=()
    )


def source(number: int, *runs: str | Text) -> SourceEntry:
    return SourceEntry(
        number=number,
        runs=tuple(Text(run) if isinstance(run, str) else run for run in runs),
        descriptor=(
            ("Kind", "Report"),
            ("Originator", f"Office {number}"),
            ("First-hand", "Yes: it counted for itself"),
        ),
    )


def sample() -> Manuscript:
    """Every kind of block and every kind of text, hostile ones too."""
    listing = Listing(
        ordered=True,
        start=3,
        items=(
            (
                paragraph("Third, with a note", 3, "."),
                Listing(
                    ordered=False,
                    items=((paragraph("inner"), paragraph("its second paragraph")), ()),
                ),
            ),
            (paragraph("Fourth"), Listing(ordered=True, items=((paragraph("again from one"),),))),
            (Table((words("in"), words("a list")), ((words("1"), words("2")),)),),
        ),
    )
    table = Table(
        header=(words("Year"), words("Value | unit"), (Text("Note", bold=True), NoteMark(4))),
        rows=(
            (words("2024"), (Text("12 %", bold=True), NoteMark(5)), words("a\nb")),
            (words("2025"), words("الثاني"), (Text("a|b", code=True),)),
            (words(""), words(LONG_URL), words("* x")),
        ),
    )
    blocks: tuple[Block, ...] = (
        paragraph(
            "Plain, ",
            Text("bold", bold=True),
            Text("italic", italic=True),
            Text("both", bold=True, italic=True),
            Text("code `x`", code=True),
            " and ",
            Text("a link", link="https://example.org/a?b=1&c=2"),
            ", ",
            Text("no link", link="javascript:alert(1)"),
            ".",
            2,
        ),
        Subheading(1, (Text("A heading below"),)),
        Subheading(3, (Text("Deeper by two # #"),)),
        paragraph("  Two spaces first,\nthen a line break.\n\nAnd an empty line."),
        listing,
        Quotation(
            (paragraph("Quoted."), Listing(False, ((paragraph("in a quote"),),)), paragraph("End."))
        ),
        Preformatted("def f():\n\treturn '<b>' # ```\n"),
        table,
        Table((words("One"),), ()),
    )
    languages: tuple[Block, ...] = (
        paragraph("قال الوزير إن 25 تقريرا (Annual Report) صدر عام 2025."),
        paragraph("报告称增长了12%，见 Annual Report。"),
        paragraph("東京のレポートです。"),
        Listing(True, ((paragraph("שלום"),), (paragraph("second"),))),
    )
    return Manuscript(
        title="Growth in the north: <b>what</b> the sources say",
        author="Ana Öztürk",
        date="2026-03-01",
        handling="Internal – not for publication",
        bottom_line=(paragraph("It grew by ", Text("12 %", bold=True), ".", 1),),
        sections=(
            Section("What happened", blocks),
            Section("In other scripts", languages),
            Section("", tuple(paragraph(text) for text in (*HOSTILE, CONTROL))),
        ),
        notes=(
            note(1, "Doe, ", Text("Counting", italic=True), ", 12.", quote=QUOTES[1]),
            note(2, "Ministry, ", Text(LONG_URL, link=LONG_URL), ".", quote=QUOTES[2]),
            note(3, "报告，第3页。", quote=QUOTES[3]),
            note(4, "Doe", quote=QUOTES[4]),
            note(5, "Word"),
        ),
        sources=(
            source(1, "Doe, Jane. ", Text("Counting", italic=True), ". 2025."),
            source(2, "Ministry. ", Text(LONG_URL, link=LONG_URL), "."),
            SourceEntry(3, (Text("报告"),), ()),
        ),
        summary=(
            ("Strength", "Two of three sources are first-hand."),
            ("", "One has <no> date."),
        ),
        unanswered=("Who counted?", "# How?"),
        left_out=(("Left out", "never exported"),),
    )


def many(n_sections: int, n_notes: int) -> Manuscript:
    """Sections that call the notes in turn; one source in ten notes."""
    notes = tuple(
        note(number, f"Source {number // 10 + 1}, {number}.", quote=f"Words of note {number}.")
        for number in range(1, n_notes + 1)
    )
    calls = [
        tuple(one.number for one in notes if one.number % n_sections == index % n_sections)
        for index in range(1, n_sections + 1)
    ]
    sections = tuple(
        Section(
            f"Section {index}",
            tuple(paragraph(f"A sentence of section {index}. " * 8, call) for call in called),
        )
        for index, called in enumerate(calls, 1)
    )
    return Manuscript(
        title="Long",
        sections=sections,
        notes=notes,
        sources=tuple(source(number, f"Source {number}") for number in range(1, n_notes // 10 + 2)),
        summary=(),
    )
