"""Of several statements on a field, one is in force, and it is said why the others are not."""

from rag.provenance import explained


def fact(field, value, origin="file", detail="front matter", superseded=None):
    return {
        "field": field, "value": value, "origin": origin, "detail": detail,
        "recorded_at": "2026-11-23T00:00:00Z", "superseded_at": superseded,
    }  # fmt: skip


def standings(*facts):
    return [(row["value"], row["standing"]) for row in explained(facts)]


def test_the_first_statement_of_the_file_is_in_force_and_later_ones_are_candidates():
    assert standings(
        fact("published", "2024-03-12", detail="JSON-LD"),
        fact("published", "2024-03-13", detail="time element"),
    ) == [
        ("2024-03-12", "in force"),
        ("2024-03-13", "candidate: JSON-LD is trusted more"),
    ]


def test_a_persons_word_comes_first_whenever_it_was_said():
    assert standings(
        fact("title", "Old", superseded="2026-01-02T00:00:00Z"),
        fact("title", "Filed"),
        fact("title", "Mine", origin="user", detail="described by hand"),
    ) == [
        ("Mine", "in force"),
        ("Filed", "overruled by a person"),
        ("Old", "until 2026-01-02T00:00:00Z"),
    ]
    assert standings(fact("publisher", "P"), fact("publisher", None, origin="user"))[0] == (
        None, "in force: unknown",
    )  # fmt: skip


def test_all_authors_of_one_origin_are_in_force_and_hints_never_are():
    rows = explained([fact("created", "2020-01-01"), fact("authors", "A"), fact("authors", "B")])
    assert [row["field"] for row in rows] == ["authors", "authors", "created"]
    assert [row["standing"] for row in rows][:2] == ["in force", "in force"]
    assert rows[2]["standing"].startswith("hint only")
