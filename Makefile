# Set-up and the commands of every day. `make app` and `make test` need nothing done before them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
Q ?= What is this corpus about?
export Q

# What the samples have to reach, just below what was measured (value in brackets, November 2026);
# float32 and bfloat16 differ by less than the room left.
FLOORS := citation.validity.micro=1 citation.withheld_validity.micro=1 citation.sentences.micro=1 \
	retrieval.document.RR=0.75 retrieval.quote.R@10=0.81 answer.contains=0.52 \
	answer.contains_first=0.33 answer.f1=0.32 citation.precision.micro=0.34 \
	citation.recall.micro=0.38 abstention.answered=0.72 abstention.f1=0.52
SAMPLES := $(VENV)/samples

.PHONY: setup app ask index test samples browser-check clean

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Attest needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(READY)

setup: $(READY)

index: setup
	$(BIN)/rag index

# A file that cannot be read is reported and keeps nobody from the page.
app: setup
	-$(BIN)/rag index
	$(BIN)/rag app

ask: setup
	@test -e "$${RAG_DATA_DIR:-.rag}/store.sqlite3" || $(BIN)/rag index || true
	@$(BIN)/rag ask "$$Q"

# The whole gate, in the order of what fails fastest.
test: setup browser-check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -rs -n 2 --dist worksteal tests/unit
	$(BIN)/python -m pytest -rs -n 2 --dist loadfile tests/integration
	$(BIN)/python -m pytest -rs tests --ignore=tests/unit --ignore=tests/integration
	$(MAKE) samples

# The sample questions, asked of the sample documents, held against the floors.
samples: setup
	rm -rf $(SAMPLES)
	$(BIN)/rag --data-dir $(SAMPLES) eval run seeds -o $(SAMPLES)/run.jsonl
	$(BIN)/rag eval score $(SAMPLES)/run.jsonl $(addprefix --fail-below ,$(FLOORS))

browser-check:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
		|| echo "No Chromium is installed: the browser tests will be skipped."

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
