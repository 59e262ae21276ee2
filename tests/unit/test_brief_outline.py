import pytest
import yaml

from rag.brief.outline import outline_of, read_outline
from rag.errors import ConfigurationError
from rag.types import Filters

WHOLE = """
title: Velm in spring
author: Ada Berg
date: 2026-11-25
handling: Internal
sections:
  - heading: The harbour
    text: |
      My own words.
    questions:
      - Who closed the harbour?
      - question: What did the warden say?
        publisher: Velm Gazette
        document: [harbour.md, other.md]
        since: 2021
        until: 2021-06-30
  - Who paid?
"""


def test_an_outline_is_read_whole(tmp_path):
    path = tmp_path / "outline.yaml"
    path.write_text(WHOLE)
    outline = read_outline(path)
    assert (outline.title, outline.author, outline.date) == (
        "Velm in spring",
        "Ada Berg",
        "2026-11-25",
    )
    first, second = outline.sections
    assert (first.heading, first.text) == ("The harbour", "My own words.\n")
    assert [one.text for one in first.questions] == [
        "Who closed the harbour?",
        "What did the warden say?",
    ]
    assert first.questions[1].filters == Filters(
        documents=("harbour.md", "other.md"),
        publishers=("Velm Gazette",),
        since="2021",
        until="2021-06-30",
    )
    assert (second.heading, second.questions[0].text) == ("Who paid?", "Who paid?")
    assert outline.bottom_line is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the outline is no mapping of title"),
        ("- a", "the outline is no mapping"),
        ("sections: [Q]", "a brief's title has 1 to 500 characters"),
        ("title: T", "it has no sections"),
        ("title: T\nsection: [Q]", "did you mean sections?"),
        ("title: T\nsections: Q?", "sections is no list"),
        ("title: T\nsections: [{questions: [{question: ''}]}]", "sections[1].questions[1] has no"),
        ("title: T\nsections: [{questoins: [Q]}]", "sections[1] has 'questoins'"),
        ("title: T\nsections: [{}]", "sections[1] is empty"),
        ("title: T\nsections: [[a]]", "sections[1] is no mapping"),
        ("title: T\nsections: [{heading: {a: b}}]", "sections[1].heading is no text"),
        ("title: T\nsections: [{text: [a]}]", "sections[1].text is no text"),
        ("title: T\ndate: 03/04/2024\nsections: [Q]", "no date that can be read"),
        ("title: T\nbottom_line: [a]\nsections: [Q]", "bottom_line is your own text"),
        ("title: T\nsections: [{questions: [{question: Q, since: {}}]}]", "is no text"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text, said):
    with pytest.raises(ConfigurationError) as caught:
        outline_of(yaml.safe_load(text))
    assert said in str(caught.value)


def test_a_question_of_unreasonable_length_and_too_many_of_them_are_refused():
    with pytest.raises(ConfigurationError, match="has 10001 characters"):
        outline_of({"title": "T", "sections": ["x" * 10_001]})
    with pytest.raises(ConfigurationError, match="more than 1000 questions"):
        outline_of({"title": "T", "sections": ["Q?"] * 1001})


def test_a_file_that_is_no_outline_is_named(tmp_path):
    path = tmp_path / "outline.yaml"
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        read_outline(path)
    path.write_text("title: [\n")
    with pytest.raises(ConfigurationError, match="is no YAML at line"):
        read_outline(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="is no YAML"):
        read_outline(path)
    path.write_text("title: !!python/object/apply:os.system ['true']\n")
    with pytest.raises(ConfigurationError, match="is no YAML"):
        read_outline(path)
    path.write_text("#" * 1_000_001)
    with pytest.raises(ConfigurationError, match="more than 1 MB"):
        read_outline(path)
