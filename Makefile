# Everything from a machine that has only Python >= 3.11, pip and make. Nothing is installed outside this folder.
#   make run ARGS="--source demo"    starts OpenPolicy; make help lists the rest

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
RUNS := .venv/.installed
DEVELOPS := .venv/.installed-dev
SAID := .tools/said
export UV_SYSTEM_CERTS := true
# Images of Python often forbid its compiled files: every process would then compile a thousand modules, 3 s each time.
export PYTHONDONTWRITEBYTECODE :=
ifeq ($(shell command -v uv 2>/dev/null),)
UV := .tools/bin/uv
GET_UV := .tools/bin/uv
else
UV := uv
endif

# A folder that was moved or copied has an environment that points to where it was.
ifneq ($(shell cat $(RUNS) 2>/dev/null),$(CURDIR))
.PHONY: $(RUNS)
endif
ifneq ($(shell cat $(DEVELOPS) 2>/dev/null),$(CURDIR))
.PHONY: $(DEVELOPS)
ENVIRONMENT := $(RUNS)
else
ENVIRONMENT := $(DEVELOPS)
endif

# make itself only says "Error 7": the line before it says what that means.
define openpolicy
@$(BIN)/python -m deploy.cli $(1) $(ARGS) || { code=$$?; $(BIN)/python -m deploy.terminal.exit_codes $$code; exit $$code; }
endef

# What a tool says is shown as one line with the next step; all of it is kept.
define quietly
@mkdir -p .tools && { $(1); } > $(SAID) 2>&1 || { \
	echo "OpenPolicy: $(2): $$(grep -v '^ *$$' $(SAID) | tail -n 1)." \
		"Check the network and its proxy (HTTPS_PROXY, UV_INDEX_URL, PIP_INDEX_URL), then run make again;" \
		"all that was said is in $(SAID)." >&2; exit 1; }
endef

.PHONY: help setup run stop status test test-first-contact test-cluster check bench build lock format lint types contracts unit
.DEFAULT_GOAL := help

help:
	@echo "make run     start OpenPolicy (ARGS=\"--source auto|live|demo|DIR --detach\")"
	@echo "make status  what runs and what it holds"
	@echo "make stop    end what make run started; the data stays"
	@echo "make test    every test but those of the next two lines"
	@echo "make test-first-contact  the first start in clean rooms, case by case (needs root)"
	@echo "make test-cluster  the same against three real Kafka brokers and Elasticsearch (needs a JDK >= 21 and Maven)"
	@echo "make check   format, lint, types, import contracts, unit tests"
	@echo "make bench   measure, side by side in one run (ARGS=\"loading storing serving --rounds 3\", ARGS=\"soak --minutes 10\")"
	@echo "make build   make the wheel and the source distribution in dist/"
	@echo "make lock    resolve requirements.lock and requirements-dev.lock anew from pyproject.toml"

setup: $(DEVELOPS)

run: $(ENVIRONMENT)
	$(call openpolicy,run)

stop status: $(ENVIRONMENT)
	$(call openpolicy,$@)

test: setup
	@$(BIN)/python -m pytest -q -n logical --dist loadfile --ignore tests/cluster \
		-m "not benchmark and not kafka and not elasticsearch and not schemathesis and not first_contact" $(ARGS)

test-first-contact: setup
	@$(BIN)/python -m pytest -q --durations=10 tests/deploy/test_first_contact.py $(ARGS)

test-cluster: setup
	@$(BIN)/python -m deploy.servers.kafka install
	@$(BIN)/python -m deploy.servers.elasticsearch install
	@$(BIN)/python -m pytest -q -s --durations=10 -m "kafka or elasticsearch or schemathesis or faults" tests/cluster tests/contract $(ARGS)

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

RESOLVE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url pyproject.toml

build: setup
	@$(BIN)/python -m hatchling build

lock: $(GET_UV)
	@$(RESOLVE) --upgrade --extra local --extra setup -o requirements.lock
	@$(RESOLVE) --upgrade --all-extras --constraints requirements.lock -o requirements-dev.lock

# What running needs.
$(RUNS): pyproject.toml requirements.lock | $(GET_UV)
	$(call install,requirements.lock)
	@printf '%s' "$(CURDIR)" > $(RUNS)

# That, and what tests and checks need.
$(DEVELOPS): pyproject.toml requirements.lock requirements-dev.lock | $(GET_UV)
	$(call install,requirements-dev.lock)
	@printf '%s' "$(CURDIR)" > $(DEVELOPS)

define require_writable
@mkdir -p .tools .venv 2>/dev/null || { echo "OpenPolicy: $(CURDIR) cannot be written:" \
	"run make as its owner, or copy it to a folder of your own." >&2; exit 1; }
endef

# chdb-core anew: where chdb was, its removal takes the files that both have.
define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "OpenPolicy needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
@echo "Setting up .venv (first time: about a minute)" >&2
$(require_writable)
@rm -f $(RUNS) $(DEVELOPS)
$(call quietly,$(UV) venv --quiet --allow-existing --python "$(PYTHON)" .venv,the environment cannot be made)
$(call quietly,$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --reinstall-package chdb-core $(1) && \
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .,the packages cannot be installed)
endef

.tools/bin/uv:
	$(require_writable)
	$(call quietly,PIP_ROOT_USER_ACTION=ignore $(PYTHON) -m pip install --quiet --disable-pip-version-check \
		--target .tools --upgrade uv,uv cannot be installed)
