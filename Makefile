# Every developer command. CI runs these very targets (.ci/run).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml
PYTEST_ARGS ?=
CRASH_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test check crash format lock bench web web-check pictures clean

help: ## Show these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "readbot needs Python 3.11 or newer; say which one with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed; on Debian: apt-get install python3-venv" >&2; exit 1; }

# A stamp per lock file: what is installed is what is locked, and nothing is installed twice.
# The build backend is locked as well, so no step takes anything without a hash.
$(VENV)/.run: requirements/run.txt $(SOURCES) | $(VENV)/bin/python
	@echo "Setting up .venv (once) ..." >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . >&2
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt >&2
	@touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.dev
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt >&2
	@touch $@

setup: $(VENV)/.run ## Make .venv with everything readbot needs

run: $(VENV)/.run ## Run readbot; with no tokens set: try it here
	@$(BIN)/readbot run

test: $(VENV)/.dev ## Run the tests
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

check: $(VENV)/.dev ## Lint, format check, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=src:bots $(BIN)/lint-imports --no-cache

crash: $(VENV)/.dev ## Kill readbot over and over, and count what was lost or doubled (long)
	$(BIN)/python -m tests.crash.run $(CRASH_ARGS)

format: $(VENV)/.dev ## Format and fix what ruff can fix
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

lock: $(VENV)/bin/python ## Lock requirements/*.txt anew from pyproject.toml (UPGRADE=--upgrade to move on)
	@$(BIN)/python -c 'import uv' 2>/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check uv
	@PYTHON_BIN=$(BIN)/python UPGRADE=$(UPGRADE) sh requirements/lock.sh

bench: $(VENV)/.bench ## Measure; each prints a table with its peers
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

# The page of the playground is committed as built, so that only these need Node.
web/node_modules: web/package-lock.json
	npm --prefix web ci --no-audit --no-fund
	@touch $@

web: web/node_modules ## Build the playground's page anew (needs Node 20)
	npm --prefix web run build

web-check: web/node_modules ## Check that the page is built from its sources and lists every licence
	npm --prefix web run check

pictures: $(VENV)/.dev ## Take the pictures of the docs anew (needs Debian's chromium)
	$(BIN)/python tools/pictures.py

clean: ## Remove what was built
	rm -rf $(VENV) dist build captures .mypy_cache .pytest_cache .ruff_cache .hypothesis
