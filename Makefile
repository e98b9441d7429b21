# Needs make and Python 3.11 or later; `make` alone lists what there is.
# ARGS is handed on:            make run ARGS="incidents.csv --port 8600"
# PYTHON names the interpreter of a new environment:   make install PYTHON=python3.13

VENV := .venv
BIN := $(VENV)/bin
WORKERS := 2 # processes that share the tests; 0 runs them in one, for a debugger
PINS := pyproject.toml constraints.txt
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help install server run test bench lint audit lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

install: $(VENV)/.runtime ## make the environment in .venv

server: ## make the environment of a server in .venv: only files whose hashes are in requirements.lock
	@scripts/install.sh $(VENV) locked
	@touch $(VENV)/.runtime

run: $(VENV)/.runtime ## open the dashboard on http://127.0.0.1:8501 with the demonstration data
	@$(BIN)/hotspots serve $(ARGS)

test: $(VENV)/.dev ## run all tests: lint, units, pages, a real browser and a real database
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.postgres
	@$(BIN)/python -m tests.pango
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

bench: $(VENV)/.dev ## measure speed and memory beside other libraries
	$(BIN)/python -m benchmarks $(ARGS)

lint: $(VENV)/.dev ## check style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(VENV)/.dev ## look for known vulnerabilities, and for secrets in all that was ever committed
	@$(BIN)/python -m tests.secret_scan --history
	@$(BIN)/python -m tests.advisories $(ARGS)

lock: ## renew the versions in constraints.txt and the hashes in requirements.lock; ARGS=--keep adds only
	@scripts/lock.sh $(ARGS)

# The stamps say that what is installed is what these files ask for: a start does not ask pip.
$(VENV)/.runtime: $(PINS)
	@scripts/install.sh $(VENV) ".[pdf,sign-in]"
	@touch $@

$(VENV)/.dev: $(PINS)
	@scripts/install.sh $(VENV) ".[dev]"
	@touch $@ $(VENV)/.runtime
