# Fritidsguide: `make help` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
HOST ?= 127.0.0.1
BIN := .venv/bin
STAMP := .venv/.set-up
WORKERS ?= 2

.PHONY: help setup system run test test-slow lint bench wheel lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## Set everything up in .venv

$(STAMP): requirements-dev.txt pyproject.toml scripts/set-up
	@scripts/set-up

system: ## Install what the browser tests need (Debian packages)
	@scripts/system-packages

run: setup ## Serve the demo (PORT=8000)
	@$(BIN)/fritidsguide demo --host $(HOST) --port $(PORT)

test: setup system lint ## All quick tests, on SQLite and PostgreSQL, and the wheel
	$(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --dist loadgroup
	@scripts/check-wheel

test-slow: setup system ## The long tests
	$(BIN)/python -m pytest -m slow

lint: setup ## Style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup ## Measure, and print the tables
	$(BIN)/python -m benchmarks

wheel: setup ## Build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .

lock: setup ## Renew the lock files (needs the package uv in .venv)
	@scripts/lock

clean: ## Remove what was made
	rm -rf .venv .cache dist build data .mypy_cache .ruff_cache .pytest_cache .hypothesis
