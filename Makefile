# Pennypress. `make` alone lists what can be made; nothing but python3 and make need be there before.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test test-quick lint format laws docs sheet picture migrate init backup restore lock clean

PYTHON := .venv/bin/python
PRESS := $(PYTHON) -m pennypress

help: ## list these targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install everything the paper needs, in .venv
	@python3 scripts/setup.py

setup-dev:
	@python3 scripts/setup.py --dev

demo: setup ## open the demo paper (PORT=8000, PENNYPRESS_VAR=var)
	@$(PRESS) demo

test: setup-dev ## run every test, those in the browser too (ARGS="-k give")
	@$(PYTHON) -m pytest -n auto --dist loadfile $(ARGS)

test-quick: setup-dev ## run every test but those in the browser
	@$(PYTHON) -m pytest -n auto --dist loadfile -m "not browser" $(ARGS)

lint: setup-dev ## check style, types, layers, templates and migrations
	@sh scripts/lint

format: setup-dev ## put the code into the house's form
	@$(PYTHON) -m ruff check --fix-only --quiet . && $(PYTHON) -m ruff format .

laws: setup ## check every law of the books and the register
	@$(PRESS) laws

docs: setup-dev ## check that the documentation is true and no link leads nowhere
	@$(PYTHON) -m pytest tests/test_docs.py tests/config/test_documented.py

sheet: setup-dev ## picture every page of the running demo in sheet/ (ARGS="--url http://localhost:8000")
	@$(PYTHON) scripts/sheet.py $(ARGS)

picture: setup-dev ## make the README's picture from the running demo
	@$(PYTHON) scripts/sheet.py --picture docs/picture.png $(ARGS)

migrate: setup ## bring the database up to date
	@$(PRESS) migrate

init: setup ## found a new paper (FROM=paper.toml unattended)
	@$(PRESS) init $(if $(FROM),--from $(FROM))

backup: setup ## write database and pictures to one file (TO=folder)
	@$(PRESS) backup $(TO)

restore: setup ## bring back a backup (FILE=backup.tar)
	@$(PRESS) restore $(FILE)

lock: setup-dev ## resolve the dependencies of pyproject.toml anew
	@sh scripts/lock

clean: ## remove .venv and what tools left behind; keeps var, where the paper's data are
	@rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis .pytest_cache static/fonts
