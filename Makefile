# GNU make 4.3 or newer. `make help` lists what there is.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help setup run test test-quick test-slow lint format check-wheel bench wheel lock clean

HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST_OPTIONS ?=

# Quick tests share two cores. Slow ones measure times and memory, so each has the machine alone.
QUICK := .venv/bin/python -m pytest -m "not slow" -n 2 --dist loadgroup $(PYTEST_OPTIONS)
SLOW := .venv/bin/python -m pytest -m "slow and not browser"
# The whole gate looks at pages and measures nothing but sizes, so it may share the cores.
GATE := .venv/bin/python -m pytest -m "slow and browser" -n 2 --dist loadgroup
# What must hold for all inputs is tried on the same ones in `make test`, and here on new ones.
SEARCH := .venv/bin/python -m pytest -m hypothesis -n 2 --hypothesis-profile=search --timeout=1800
SOURCES := catalogue matcher scrapers bridging api

help: ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## Make the virtual environment in .venv (a second when nothing changed)
	@scripts/set-up

run: setup ## Complete set-up and the demo, on http://127.0.0.1:8000 (PORT=8123 for another)
	@exec .venv/bin/fritidsguide demo --host "$(HOST)" --port "$(PORT)"

test: setup ## Complete set-up, lint, the wheel's check and the tests, on both databases
	@scripts/system-packages
	@scripts/browser-tools
	@$(MAKE) lint
	@$(MAKE) check-wheel
	$(QUICK)

test-quick: setup ## The tests that take seconds
	$(QUICK)

test-slow: setup ## The tests that take minutes, and a search for inputs that break a property
	$(SLOW)
	@scripts/browser-tools
	$(GATE)
	$(SEARCH)

lint: setup ## Ruff and mypy
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

format: setup ## Mend layout and order of imports
	.venv/bin/ruff check --fix --select I .
	.venv/bin/ruff format .

check-wheel: setup ## Build the wheel, install it in an empty place and use it
	.venv/bin/python scripts/check_wheel.py

bench: setup ## Measure, and print the tables
	@scripts/browser-tools lighthouse
	.venv/bin/python -m benchmarks

wheel: setup ## Build dist/fritidsguide-*.whl
	@rm -rf dist
	.venv/bin/python -m build --wheel --no-isolation

lock: ## Write requirements.txt and requirements-dev.txt anew (UPGRADE=1 for newer versions)
	@scripts/lock $(if $(UPGRADE),--upgrade)

clean: ## Remove everything that was made, but for the data folder
	rm -rf .venv .cache dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find $(SOURCES) tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
