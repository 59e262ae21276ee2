"""Texts are run in groups that padding makes little longer."""

from rag.encoders import BATCH_TOKENS, LONGEST_TO_SHORTEST, _batches


def test_a_batch_holds_no_text_much_longer_than_its_shortest():
    lengths = [7, 90, 8, 31, 100, 10, 30]
    order = sorted(range(len(lengths)), key=lambda place: lengths[place])
    groups = list(_batches(order, lengths))
    assert [place for group in groups for place in group] == order
    for group in groups:
        held = [lengths[place] for place in group]
        assert max(held) <= LONGEST_TO_SHORTEST * min(held)
    assert len(groups) == 3


def test_a_batch_is_no_larger_than_what_is_computed_at_once():
    lengths = [500] * 40
    groups = list(_batches(range(40), lengths))
    assert max(map(len, groups)) == BATCH_TOKENS // 500
    assert sum(map(len, groups)) == 40
