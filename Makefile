# Everything from a machine that has only Python >= 3.11, pip and make. Nothing is installed outside this folder.
#   make run ARGS="--source demo"    starts OpenPolicy; make help lists the rest

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
STAMP := .venv/.installed
ifeq ($(shell command -v uv 2>/dev/null),)
UV := .tools/bin/uv
GET_UV := .tools/bin/uv
else
UV := uv
endif

# A folder that was moved or copied has an environment that points to where it was.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif

.PHONY: help setup run test test-cluster check bench lock format lint types contracts unit
.DEFAULT_GOAL := help

help:
	@echo "make run    start OpenPolicy (ARGS=\"--source auto|live|demo|DIR --detach\")"
	@echo "make test   every test but those of make test-cluster"
	@echo "make test-cluster  the same against three real Kafka brokers and Elasticsearch (needs a JDK >= 21 and Maven)"
	@echo "make check  format, lint, types, import contracts, unit tests"
	@echo "make bench  measure, side by side in one run (ARGS=\"loading storing serving --rounds 3\")"
	@echo "make lock   resolve requirements.lock anew from pyproject.toml"

setup: $(STAMP)

run: setup
	@$(BIN)/python -m deploy.cli run $(ARGS)

test: setup
	@$(BIN)/python -m pytest -q -n logical --dist loadfile -m "not benchmark and not kafka and not elasticsearch" $(ARGS)

test-cluster: setup
	@$(BIN)/python -m deploy.servers.kafka install
	@$(BIN)/python -m deploy.servers.elasticsearch install
	@$(BIN)/python -m pytest -q -s --durations=10 -m "kafka or elasticsearch" tests/cluster tests/contract $(ARGS)

check: setup
	@$(MAKE) --no-print-directory -j 2 format lint contracts types unit

format:
	@$(BIN)/ruff format --check .

lint:
	@$(BIN)/ruff check .

types:
	@$(BIN)/mypy

contracts:
	@$(BIN)/lint-imports

unit:
	@$(BIN)/python -m pytest -q tests/unit

bench: setup
	@$(BIN)/python -m tests.benchmarks $(ARGS)

lock: $(GET_UV)
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --all-extras --upgrade pyproject.toml -o requirements.lock

$(STAMP): pyproject.toml requirements.lock | $(GET_UV)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "OpenPolicy needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Setting up .venv (first time: about a minute)" >&2
	@$(UV) venv --quiet --allow-existing --python "$(PYTHON)" .venv
	@# chdb-core anew: where chdb was, its removal takes the files that both have.
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --reinstall-package chdb-core requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@printf '%s' "$(CURDIR)" > $(STAMP)

.tools/bin/uv:
	@PIP_ROOT_USER_ACTION=ignore $(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools --upgrade uv
