"""Many who ask while one writes: nobody fails, nobody is answered from what is no longer there."""

import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from filelock import FileLock

from rag.errors import IndexBusyError

pytestmark = pytest.mark.integration

QUESTIONS = (
    "Who closed the harbour?",
    "How many lanterns were lost on pier 3?",
    'Who said "was never safe"?',
    "When was the granary of Pellin flooded?",
)

# One interpreter loads the model; its children are processes of their own with their own stores.
ASKERS = """
import json, os, sys, time
from pathlib import Path
os.environ["TOKENIZERS_PARALLELISM"] = "false"
from rag.models import load_embedding_model
from rag.pipeline import Pipeline
from rag.settings import load_settings
from rag.store import open_store
import torch
torch.set_num_threads(1)
settings = load_settings(None)
model = load_embedding_model(settings)
model.embeddings.load()
n, ready, stop, *questions = sys.argv[1:]

def ask(number):
    out = Path(f"{ready}.{number}.jsonl").open("w")
    with Pipeline(settings, open_store(settings.data_dir)) as pipeline:
        pipeline._model = model
        last, place = False, number
        while not last:
            last = Path(stop).exists()
            answer = pipeline.ask(questions[place % len(questions)])
            out.write(json.dumps(answer.to_dict()) + "\\n")
            if not last and place == number:
                Path(f"{ready}.{number}").touch()
            place += 1
            time.sleep(0.1)
    out.close()

children = []
for number in range(int(n)):
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            ask(number)
            status = 0
        finally:
            if status:
                import traceback
                traceback.print_exc()
            sys.stderr.flush()
            os._exit(status)
    children.append(pid)
sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children))
"""


def run_askers(place, n, stopping):
    ready, stop = place.home / "ready", place.home / "stop"
    process = subprocess.Popen(
        [sys.executable, "-c", ASKERS, str(n), str(ready), str(stop), *QUESTIONS],
        cwd=place.home,
        env=place.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    stopping.append(process)
    deadline = time.monotonic() + 120
    waiting = {place.home / f"ready.{number}" for number in range(n)}
    while waiting and process.poll() is None and time.monotonic() < deadline:
        waiting = {path for path in waiting if not path.exists()}
        time.sleep(0.05)
    assert process.poll() is None, process.communicate()[1]
    assert not waiting
    return process, stop


def answers_of(place, n):
    return [
        [json.loads(row) for row in (place.home / f"ready.{number}.jsonl").read_text().splitlines()]
        for number in range(n)
    ]


def test_eight_processes_ask_while_one_indexes(
    place, write_corpus, holds, stopping, state_of, check_state
):
    n = 8
    write_corpus(place.corpus, 4, seed=3)
    pipeline = place.open()
    pipeline.index()
    process, stop = run_askers(place, n, stopping)
    write_corpus(place.corpus, 16, seed=3)
    for number in range(4, 7):
        (place.corpus / f"part{number % 3}" / f"note-{number:03d}.md").write_text("An edit.\n")
    pipeline.index()
    (place.corpus / "part0" / "note-012.md").unlink()
    pipeline.index()
    stop.touch()
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    for answers in answers_of(place, n):
        assert len(answers) >= 2
        for answer in answers:
            holds(place.data, answer)
            assert answer["passages"]
        numbers = [int(p["source"][-6:-3]) for p in answers[-1]["passages"]]
        assert max(numbers) >= 7
        assert "part0/note-012.md" not in [p["source"] for p in answers[-1]["passages"]]
    check_state(state_of(pipeline))
    assert pipeline.store.answers.count() == sum(len(one) for one in answers_of(place, n))


def test_eight_processes_ask_while_one_rebuilds_and_forgets(place, write_corpus, holds, stopping):
    n = 8
    write_corpus(place.corpus, 12, seed=4)
    pipeline = place.open()
    pipeline.index()
    process, stop = run_askers(place, n, stopping)
    pipeline.rebuild()
    for name in ("part0/note-000.md", "part1/note-001.md"):
        pipeline.forget([pipeline.store.documents.record(name)])
    stop.touch()
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    for answers in answers_of(place, n):
        assert all(answer["passages"] for answer in answers)
        found = [passage["source"] for passage in answers[-1]["passages"]]
        assert "part0/note-000.md" not in found
        holds(place.data, answers[-1])


def test_a_second_writer_is_told_so_and_the_first_is_not_disturbed(
    place, write_corpus, stopping, state_of, check_state
):
    write_corpus(place.corpus, 12, seed=5)
    pipeline = place.open()
    first = place.start("index")
    stopping.append(first)
    lock = FileLock(place.data / "write.lock")
    deadline = time.monotonic() + 60
    while pipeline.store.chunks.current_index() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    with pytest.raises(IndexBusyError, match="another process"):
        pipeline.index()
    with pytest.raises(IndexBusyError, match="another process"):
        pipeline.rebuild()
    first.communicate(timeout=120)
    assert first.returncode == 0
    assert len(pipeline.index().unchanged) == 12
    check_state(state_of(pipeline))
    with lock:
        second = place.rag("index")
    assert second.returncode == 1
    assert second.stderr.startswith("rag: another process is indexing")
    assert len(second.stderr.strip().splitlines()) == 1


def test_asking_works_while_another_process_holds_the_lock_of_the_writer(place, write_corpus):
    write_corpus(place.corpus, 3, seed=5)
    pipeline = place.open()
    pipeline.index()
    with FileLock(place.data / "write.lock"):
        assert place.open().ask("Who closed the harbour?").passages


def test_an_open_pipeline_follows_what_another_process_does(place, write_corpus, sources):
    write_corpus(place.corpus, 3, seed=6)
    pipeline = place.open()
    pipeline.index()
    question = "Which beekeeper crowned the walrus of Nettlemark?"
    assert "walrus.txt" not in sources(pipeline, question)
    place.write("walrus.txt", "A beekeeper crowned the walrus of Nettlemark in 1887.\n")
    done = place.rag("index")
    assert done.returncode == 0, done.stderr
    found = pipeline.search(question).passages[0]
    assert found.source == "walrus.txt"
    assert found.lexical > 0
    answer = pipeline.ask(question)
    assert answer.citations[0].source == "walrus.txt"
    done = place.rag("forget", "-y", "walrus.txt")
    assert done.returncode == 0, done.stderr
    assert answer.id in done.stdout
    assert "walrus.txt" not in sources(pipeline, question)


def test_many_threads_share_one_pipeline_while_it_indexes(
    place, write_corpus, holds, state_of, check_state
):
    write_corpus(place.corpus, 4, seed=8)
    pipeline = place.open()
    pipeline.index()
    write_corpus(place.corpus, 16, seed=8)
    done = threading.Event()

    def ask(number):
        answers = []
        while True:
            last = done.is_set()
            answers.append(pipeline.ask(QUESTIONS[number % len(QUESTIONS)]))
            number += 1
            if last:
                return answers

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, number) for number in range(8)]
        try:
            pipeline.index()
            pipeline.rebuild()
            pipeline.forget([pipeline.store.documents.record("part1/note-001.md")])
        finally:
            done.set()
        for future in asked:
            answers = future.result()
            assert all(answer.passages for answer in answers)
            found = [passage.source for passage in answers[-1].passages]
            assert "part1/note-001.md" not in found
            holds(place.data, answers[-1].to_dict())
    check_state(state_of(pipeline))


def test_many_processes_may_open_a_new_data_folder_at_once(place):
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from rag.store import open_store\n"
        "children = []\n"
        "for _ in range(16):\n"
        "    pid = os.fork()\n"
        "    if pid == 0:\n"
        "        status = 1\n"
        "        try:\n"
        "            with open_store(Path(sys.argv[1])) as store:\n"
        "                store.roots.add('/x', sample=False)\n"
        "            status = 0\n"
        "        finally:\n"
        "            if status:\n"
        "                import traceback; traceback.print_exc()\n"
        "            sys.stderr.flush(); os._exit(status)\n"
        "    children.append(pid)\n"
        "sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]) for p in children))\n"
    )
    for attempt in range(3):
        done = subprocess.run(
            [sys.executable, "-c", script, str(place.home / f"new{attempt}")],
            env=place.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
