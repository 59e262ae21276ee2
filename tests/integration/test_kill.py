"""`rag index` killed at any moment: the next run ends where an undisturbed run would."""

import random
import shutil
import signal
import sqlite3
import time

import pytest

pytestmark = pytest.mark.integration

SEED = 20261122
N_DOCUMENTS = 45


def progress(data):
    """Documents committed and lines of the outbox, as another process sees them."""
    try:
        connection = sqlite3.connect(f"file:{data}/store.sqlite3?mode=ro", uri=True, timeout=5)
        try:
            (done,) = connection.execute("SELECT count(*) FROM documents").fetchone()
            (orders,) = connection.execute("SELECT count(*) FROM outbox").fetchone()
        finally:
            connection.close()
    except sqlite3.Error:
        return 0, 0
    return done, orders


def kill_when(process, data, *, n_documents, orders_left, delay, number):
    """Send a signal so long after a moment of the run; False if the run ended before."""
    deadline = time.monotonic() + 120
    highest = 0
    while process.poll() is None and time.monotonic() < deadline:
        done, orders = progress(data)
        highest = max(highest, orders)
        if done >= n_documents and (orders_left is None or orders <= orders_left * highest):
            time.sleep(delay)
            process.send_signal(number)
            break
        time.sleep(0.01)
    process.communicate(timeout=120)
    return process.returncode in (-number, 128 + number)


def disturb(place, data, moments, stopping):
    """Run `rag index` once for every moment and kill it then; returns how many were killed."""
    killed = 0
    for number, n_documents, orders_left, delay in moments:
        process = place.start("index", RAG_DATA_DIR=str(data))
        stopping.append(process)
        killed += kill_when(
            process,
            data,
            n_documents=n_documents,
            orders_left=orders_left,
            delay=delay,
            number=number,
        )
    return killed


def test_a_run_after_kills_ends_where_an_undisturbed_run_does(
    place, write_corpus, state_of, check_state, rankings, same_ranking, stopping
):
    write_corpus(place.corpus, N_DOCUMENTS, seed=SEED)
    rng = random.Random(SEED)
    numbers = [signal.SIGKILL, signal.SIGTERM]
    moments = [
        (numbers[step % 2], int(N_DOCUMENTS * share), None, rng.uniform(0, 0.2))
        for step, share in enumerate((0, 0.2, 0.5, 0.8))
    ]
    moments += [(signal.SIGKILL, N_DOCUMENTS, share, rng.uniform(0, 0.05)) for share in (0.99, 0.5)]
    data = place.home / "disturbed"
    killed = disturb(place, data, moments, stopping)
    # The indexes alone, from the store: kills while Chroma and tantivy are written.
    for number in numbers:
        for folder in data.glob("index-*"):
            shutil.rmtree(folder)
        killed += disturb(place, data, [(number, 0, None, rng.uniform(2.5, 5))], stopping)
    assert killed >= 4
    disturbed = place.open(data_dir=data)
    report = disturbed.index()
    assert report.failed == []
    calm = place.open()
    calm.index()
    found, wanted = state_of(disturbed), state_of(calm)
    check_state(found)
    for part, value in wanted.items():
        assert found[part] == value, part
    same_ranking(rankings(disturbed), rankings(calm))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_rebuild_leaves_the_old_index_answering_and_nothing_behind(
    place, write_corpus, state_of, check_state, rankings, same_ranking, stopping, number
):
    write_corpus(place.corpus, 12, seed=SEED)
    pipeline = place.open()
    pipeline.index()
    before, ranked = state_of(pipeline), rankings(pipeline)
    process = place.start("index", "--rebuild")
    stopping.append(process)
    database = place.data / "store.sqlite3"
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5) as connection:
            (n_beside,) = connection.execute(
                "SELECT count(*) FROM chunks JOIN indexes ON indexes.id = index_id "
                "WHERE state = 'building'"
            ).fetchone()
        connection.close()
        if n_beside > 3:
            break
        time.sleep(0.005)
    process.send_signal(number)
    process.communicate(timeout=60)
    same_ranking(rankings(pipeline), ranked)
    assert pipeline.index().n_embedded == 0
    after = state_of(pipeline)
    check_state(after)
    assert after == before
