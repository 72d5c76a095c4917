# Each target sets up what it needs: a virtual environment in .venv, made once and
# made again when pyproject.toml changes.
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif

.PHONY: help demo test lint format wheel-test long-test example docs bench clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "provaudit needs Python 3.11 or later; name one: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(VENV)/.ready  ## audit the shipped example; writes demo-out/report.html
	$(BIN)/provaudit demo

test: $(VENV)/.ready  ## format, lint, types, and the tests that need no network
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto -m 'not wheel and not browser and not long'

lint: $(VENV)/.ready  ## format check, lint and types only
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.ready  ## rewrite the sources in the project's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

wheel-test: $(VENV)/.ready  ## build the wheel, install it into an empty environment, run the demo
	$(BIN)/pytest -m wheel

long-test: $(VENV)/.ready  ## the tests that take minutes
	$(BIN)/pytest -m long

docs: $(VENV)/.ready  ## write docs/cli.md anew from the commands' own help
	$(BIN)/python tools/make_cli_docs.py docs/cli.md

bench: $(VENV)/.ready  ## accuracy and speed on the shipped texts: make bench, or TEXTS=DIR BACKGROUND=DIR
	$(BIN)/python benchmarks/accuracy.py $(if $(TEXTS),--texts $(TEXTS)) $(if $(BACKGROUND),--background $(BACKGROUND))
	$(BIN)/python benchmarks/speed.py $(if $(TEXTS),--texts $(TEXTS)) $(if $(BACKGROUND),--background $(BACKGROUND)) --mb $(or $(MB),400)

clean:  ## remove what the other targets made
	rm -rf $(VENV) demo-out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
