"""Nothing leaves this machine, whatever the environment asks of the libraries."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytestmark = pytest.mark.integration

TEXT = "The port master of Velm closed the harbour on 3 May 2021 because of a broken gate.\n"
# An address of a family that leaves the machine, as strace prints it.
INTERNET = re.compile(r"AF_INET6?\b.*?(?:inet_addr|inet_pton)\((?:AF_INET6, )?\"([^\"]+)\"")

THROUGH_LANGCHAIN = """
import sys
from pathlib import Path
from rag.pipeline import build_pipeline
from rag.settings import Settings
with build_pipeline(Settings()) as pipeline:
    found = pipeline.as_retriever(k=2).invoke("Who closed the harbour of Velm?")
    assert "harbour" in found[0].page_content
    answer = pipeline.as_runnable().invoke("Who closed the harbour of Velm?")
    assert answer.passages
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
import time
time.sleep(8)  # onnxruntime's telemetry looks for its host after four seconds
"""


class Counter(ThreadingHTTPServer):
    """A server on loopback that counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        counter = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                counter.asked.append(f"{self.command} {self.path}")
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_GET = do_POST = do_PATCH = handle_any  # noqa: N815 (the library's names)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def counter() -> Iterator[Counter]:
    server = Counter()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tempting(counter):
    """An environment in which LangSmith would trace, and telemetry would be sent."""
    endpoint = f"http://127.0.0.1:{counter.server_address[1]}"
    tracing = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2")
    return {
        **dict.fromkeys(tracing, "true"),
        "LANGSMITH_API_KEY": "x",
        "LANGCHAIN_API_KEY": "x",
        "LANGSMITH_ENDPOINT": endpoint,
        "LANGCHAIN_ENDPOINT": endpoint,
        "LANGSMITH_PROJECT": "leak",
        "ANONYMIZED_TELEMETRY": "True",
    }


def strace(log):
    """The beginning of a command line that notes every connection in a file."""
    if shutil.which("strace") is None:
        if os.environ.get("CI"):
            pytest.fail("strace is not installed")
        pytest.skip("strace is not installed")
    return ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(log)]


def hosts(log):
    return [
        address
        for line in log.read_text(errors="replace").splitlines()
        for address in INTERNET.findall(line)
        if not address.startswith("127.") and address != "::1"
    ]


def run(place, command, environment):
    done = subprocess.run(
        command,
        cwd=place.home,
        env=place.environment(**environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_indexing_and_asking_connect_to_nothing_beyond_loopback(place, counter, tempting):
    place.write("harbour.txt", TEXT)
    # The same variables in the .env of the working folder, which is read too.
    (place.home / ".env").write_text("LANGCHAIN_TRACING=true\nLANGSMITH_RUNS_ENDPOINTS={}\n")
    rag = [sys.executable, "-c", "from rag.cli import main; main()"]
    for arguments in (["index"], ["ask", "Who closed the harbour of Velm?"]):
        log = place.home / f"{arguments[0]}.strace"
        done = run(place, [*strace(log), *rag, *arguments], tempting)
        assert done.stdout
        assert hosts(log) == []
    assert counter.asked == []


def test_langchain_s_plug_points_connect_to_nothing_beyond_loopback(place, counter, tempting):
    place.write("harbour.txt", TEXT)
    place.open().index()
    log = place.home / "langchain.strace"
    run(place, [*strace(log), sys.executable, "-c", THROUGH_LANGCHAIN], tempting)
    assert hosts(log) == []
    assert counter.asked == []


def test_the_counting_server_would_have_seen_a_trace(place, counter, tempting):
    script = """
from langchain_core.runnables import RunnableLambda
from langchain_core.tracers.langchain import wait_for_all_tracers
RunnableLambda(lambda text: text).invoke("secret")
wait_for_all_tracers()
"""
    run(place, [sys.executable, "-c", script], tempting)
    assert counter.asked


def test_strace_would_have_seen_a_connection(place):
    log = place.home / "socket.strace"
    script = (
        "import socket\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.connect(('192.0.2.1', 9))\n"
    )
    subprocess.run([*strace(log), sys.executable, "-c", script], check=False)
    assert hosts(log) == ["192.0.2.1"]
