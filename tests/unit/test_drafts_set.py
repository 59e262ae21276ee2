"""The set of drafts says what it claims: documents, passages, marks and labels."""

import pytest

from evals.bench.drafts import OWN, ROOT, load_cases
from rag.errors import ConfigurationError
from rag.marks import read_reply

KINDS = {"number", "date", "unit", "name", "speaker", "quotation", "negation", "modality", None}


def test_every_sentence_has_marks_of_passages_and_a_label():
    cases = [case for these in load_cases(OWN, "all").values() for case in these]
    assert len(cases) == 16
    assert {case["part"] for case in cases} == {"tune", "report"}
    for case in cases:
        ranks = range(1, len(case["passages"]) + 1)
        for place in case["passages"]:
            # What is attached to a mail stands behind its name.
            name = place["document"].split(".eml/")[0]
            mail = ".eml" if name != place["document"] else ""
            assert (ROOT / case["documents"] / f"{name}{mail}").is_file()
            assert 0 <= place["start"] < place["end"]
        for row in case["rows"]:
            reply = read_reply(row["text"], ranks)
            assert not reply.unknown
            assert any(one.cites for one in reply.sentences), row["text"]
            assert row["kind"] in KINDS
            assert (row["kind"] is not None) == (row["label"] == "altered")
            if row["label"] == "wrong-mark":
                assert set(row["right"]) <= set(ranks)


def test_parts_share_no_case():
    tune, report = (
        {case["id"] for these in load_cases(OWN, part).values() for case in these}
        for part in ("tune", "report")
    )
    assert not tune & report


def test_a_folder_without_drafts_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"drafts\.jsonl"):
        load_cases(tmp_path, "all")
