# Everything starts from Python 3.11 and make: each target sets up the virtual environment it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := deploy/requirements.lock
READY := $(VENV)/.ready

.PHONY: demo test up bench drills lock format clean

$(READY): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Turnabout needs Python 3.11 or newer; name one with PYTHON=..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)
	@$(BIN)/turnabout demo

# An empty stack gets the example; one with cohorts of its own does not.
up: $(READY)
	@$(BIN)/turnabout up --example

# Pages are tested in a real browser, Debian's Chromium without windows, or one that is here already.
# Another one: make test TURNABOUT_CHROMIUM=/path/to/it
TURNABOUT_CHROMIUM ?= $(or $(shell command -v chromium-headless-shell),$(shell command -v chromium),/usr/bin/chromium-headless-shell)
export TURNABOUT_CHROMIUM

$(TURNABOUT_CHROMIUM):
	@echo "Installing Chromium for the tests of the pages ..."
	@{ [ "$$(id -u)" = 0 ] && as= || as=sudo; \
	  $$as apt-get update -qq && $$as apt-get install -qq -y --no-install-recommends chromium-headless-shell; } >&2 || \
	  { echo "Install Chromium, or name a browser: make test TURNABOUT_CHROMIUM=/path/to/chromium" >&2; exit 2; }

# Other tools come as Debian packages; where they cannot be installed the checks that need them are named, and
# with TURNABOUT_EVERY_CHECK=1 (as in .ci/run) that is an error.
test: $(READY) | $(TURNABOUT_CHROMIUM)
	@deploy/tools.sh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses 3 --dist loadfile

bench: $(READY)
	$(BIN)/python -m tests.bench

drills: $(READY)
	$(BIN)/python -m tests.drills

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The locks name versions and hashes only, never an index. Those of the image hold less, and no other version.
COMPILE := uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11
lock:
	$(COMPILE) --extra engine --extra embedded --extra dev pyproject.toml --output-file $(LOCK)
	$(COMPILE) --extra engine pyproject.toml --constraint $(LOCK) --output-file deploy/runtime.lock
	echo 'hatchling>=1.27' | $(COMPILE) - --constraint $(LOCK) --output-file deploy/build.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
