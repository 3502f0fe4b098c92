# Each target makes what it needs in .venv: Python 3.11 or newer and make are enough.
# `make PYTHON=/path/to/python …` chooses the interpreter for a new .venv.

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
SUITABLE := import ensurepip, sqlite3, sys; sys.exit(sys.version_info < (3, 11))
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --python-version 3.11 --no-header
HASHED := --generate-hashes --annotation-style line
EXTRAS := --extra analytics --extra testing --extra postgres --extra report --extra suppression --extra tables --extra web
LOCK := $(COMPILE) $(HASHED) --universal --fork-strategy fewest

# The tests start hundreds of processes: each would compile again what was not kept.
export PYTHONDONTWRITEBYTECODE :=

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.SILENT:
.PHONY: help demo serve test slow lowest lowest-environment faults mutants
.PHONY: check mypy pyright docs bench lock release clean

help:
	echo 'make demo    one case of the Kent terms, from notification to shared feedback'
	echo 'make serve   that case in a browser, as a team sees it'
	echo 'make test    the tests; every branch of the domain must be covered'
	echo 'make slow    the tests that need seconds each: servers, browsers, many processes'
	echo 'make lowest  the tests of domain, store and cli on the lowest declared versions'
	echo 'make faults  the slow proofs: crashes, full discs, races'
	echo 'make check   lint, format, types, architecture, words'
	echo 'make mutants which changes of the code no test notices; hours'
	echo 'make docs    the documentation, into docs/_build'
	echo 'make bench   the benchmarks'
	echo 'make lock    renew the pinned requirements'
	echo 'make release wheel, source, verifier, bill of materials and checksums of a tag, into dist/'
	echo 'make clean   remove everything that make made'

# With every extra: the case file and `serve`, which the demonstration names, need theirs.
demo: $(VENV)/extras.stamp
	rm -rf $(VENV)/demo
	$(BIN)/rapid-review demo $(VENV)/demo
	echo "First put rapid-review on your path: source $(BIN)/activate"

serve: $(VENV)/extras.stamp
	test -e $(VENV)/demo || $(BIN)/rapid-review demo $(VENV)/demo >/dev/null
	$(BIN)/rapid-review serve --store $(VENV)/demo/rapid-review.db --as pt-01:business-support:partnership-team

# These cover the domain. To watch what the others run through would double their time.
COVERING := $(addprefix tests/,calendars domain projections/case projections/work terms \
	properties/test_nothing_is_silent.py)
# Every core at work, and one process more: some of them wait for a server, a lock or a browser.
# A file stays with one process, in its order: what it sets up is set up once.
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
BY_FILE := --maxprocesses 8 --dist loadscope --no-loadscope-reorder
# Ten times what the slowest takes. A test that waits for ever fails, and says where it waits.
NO_HANG := -o faulthandler_timeout=600 -o faulthandler_exit_on_timeout=true
SPREAD := -n $(shell expr $(CORES) + 1) $(BY_FILE) $(NO_HANG)
SPREAD_WIDER := -n $(shell expr $(CORES) \* 2) $(BY_FILE) $(NO_HANG)

test: $(VENV)/dev.stamp
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q $(SPREAD) $(COVERING)
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --fail-under=100
	$(BIN)/python -m pytest -q $(SPREAD) -m 'not faults and not slow' $(addprefix --ignore=,$(COVERING))

# `tests/slow.py` names them. A third of their time they wait, so more of them run at once.
slow: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -q $(SPREAD_WIDER) -m 'slow and not faults' $(addprefix --ignore=,$(COVERING))

# Of the slow tests, those that ask the most of the lowest version of the database's driver.
OF_THE_DRIVER := $(addprefix tests/store/postgres/test_,appending.py keys_on_a_server.py \
	migrations_on_a_server.py postgres_store.py read_model_on_postgres.py sealed_on_a_server.py \
	subscriptions_on_a_server.py within_a_hosts_transaction.py)

# What `pyproject.toml` declares as the lowest versions must be enough; `make test` has the newest.
lowest: lowest-environment
	.venv-lowest/bin/python -m pytest -q $(SPREAD) -m 'not slow and not faults' \
		tests/domain tests/store tests/cli
	.venv-lowest/bin/python -m pytest -q $(SPREAD) -m 'not faults' $(OF_THE_DRIVER)

lowest-environment:
	$(MAKE) VENV=.venv-lowest PYTHON='$(or $(PYTHON),python3.11 python3)' .venv-lowest/lowest.stamp

faults: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -q -s -m faults

# Not part of `.ci/run`. One group alone: `.venv/bin/python -m tests.mutants tree-and-notes`.
mutants: $(VENV)/dev.stamp $(VENV)/mutants.stamp
	$(BIN)/python -m tests.mutants

check: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(MAKE) --no-print-directory --jobs=2 mypy pyright
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m docs.plain_words

# Each takes a minute of one core.
mypy: $(VENV)/dev.stamp
	$(BIN)/mypy

pyright: $(VENV)/dev.stamp
	$(BIN)/pyright --pythonpath $(BIN)/python

docs: $(VENV)/docs.stamp
	$(BIN)/sphinx-build -q -n -W --keep-going docs docs/_build

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

# Refused unless what is checked out is clean and tagged: docs/how-to/release.md.
release: $(VENV)/dev.stamp
	$(BIN)/python -m release

# `dev` first: the other files then pin the same versions, and all may share one .venv.
lock: $(VENV)/lock.stamp
	$(LOCK) pyproject.toml $(EXTRAS) --group dev --group build -o requirements/dev.txt
	$(LOCK) pyproject.toml -c requirements/dev.txt -o requirements/runtime.txt
	$(LOCK) pyproject.toml $(EXTRAS) -c requirements/dev.txt -o requirements/extras.txt
	for group in build docs lock mutants; do \
		$(LOCK) --group $$group -c requirements/dev.txt -o requirements/$$group.txt || exit; \
	done
# The lowest of what we run on, without pytest: our own tests need a newer one than an embedder's.
	$(COMPILE) --resolution lowest-direct --no-annotate pyproject.toml \
		$(EXTRAS) | grep -v '^pytest==' >$(VENV)/lowest.in
	$(COMPILE) $(HASHED) pyproject.toml $(EXTRAS) \
		--group test --group build -c $(VENV)/lowest.in -o requirements/lowest.txt

clean:
	rm -rf $(VENV) .venv-lowest .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	rm -rf dist docs/_build
	find src tests examples benchmarks docs -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || :

# ------------------------------------------------------------------------------ the environment

$(BIN)/python:
	for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
		if "$$python" -c '$(SUITABLE)' 2>/dev/null; then \
			echo "Making $(VENV) with $$("$$python" --version)"; \
			exec "$$python" -m venv --clear $(VENV); \
		fi; \
	done; \
	echo 'No Python 3.11 or newer with venv and sqlite3 was found (Debian: python3-venv).' >&2; \
	echo 'Install one, or name one: make PYTHON=/path/to/python3.11' >&2; \
	exit 1

$(VENV)/runtime.stamp: requirements/runtime.txt requirements/build.txt pyproject.toml | $(BIN)/python
	echo 'Installing rapid-review and what it runs on'
	$(PIP) install --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

# The tools for a target of the same name, on top of the runtime. To compile all of them would take
# a third of the time, and most of their modules are never loaded.
$(VENV)/%.stamp: requirements/%.txt $(VENV)/runtime.stamp
	echo 'Installing requirements/$*.txt'
	$(PIP) install --no-compile --require-hashes --no-build-isolation -r requirements/$*.txt
	touch $@
