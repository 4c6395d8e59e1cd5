# Feedback. `make run` and `make test` are all that is needed; `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
EXTRACT = $(BIN)/pybabel -q extract -F feedback/i18n/babel.cfg \
	-k "gettext:1 gettext:2,2t gettext:2,3t gettext:2,4t gettext:2,5t gettext:2,6t gettext:2,7t gettext:2,8t gettext:2,9t" \
	-k "ngettext:1,2 ngettext:2,3,4t ngettext:2,3,5t ngettext:2,3,6t ngettext:2,3,7t ngettext:2,3,8t mark lazy lazy_gettext" \
	--no-location --sort-output --omit-header
UPDATE = $(BIN)/pybabel -q update -i feedback/i18n/messages/template.pot \
	-o feedback/i18n/messages/fr.po -l fr --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

.PHONY: help setup setup-test run test quick check format lint types contracts migrations migration \
	messages messages-check bench weights quality verdicts masking fuzz kills answerkills realdata golden screenshots vendor lock backup restore clean

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 18

run: setup ## start Feedback at http://127.0.0.1:5000, with the demonstration company
	@$(BIN)/python -m feedback run --demo

test: setup-test ## run every test, in Chromium and on each database that answers
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup

quick: setup-test ## run the tests that need neither a browser nor a language model
	$(BIN)/python -m pytest -q -n 2 -m "not browser and not slow"

check: setup-test lint types contracts migrations messages-check ## everything but the tests

setup:
	@.ci/setup run

setup-test:
	@.ci/setup test

format: setup-test ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup-test
	$(BIN)/mypy

contracts: setup-test
	$(BIN)/lint-imports

migrations: setup-test
	@scratch=$$(mktemp -d) && export FEEDBACK_DATA_DIR=$$scratch && \
		$(BIN)/python -m feedback db migrate && $(BIN)/python -m feedback db check; \
		status=$$?; rm -rf $$scratch; exit $$status

migration: setup-test ## write the next migration: make migration MESSAGE="Keep the shop"
	@scratch=$$(mktemp -d) && $(BIN)/python -c 'import sys; \
		from feedback import schema; from feedback.db import migrate; from feedback.db.session import Database; \
		database = Database(f"sqlite:///{sys.argv[1]}/feedback.db"); migrate.upgrade(database); \
		migrate.write_migration(database, schema.metadata, sys.argv[2])' \
		$$scratch "$(or $(MESSAGE),$(error say what changes: make migration MESSAGE="Keep the shop"))"; \
		status=$$?; rm -rf $$scratch; exit $$status

messages: setup-test ## collect the messages to translate, then complete fr.po by hand
	$(EXTRACT) -o feedback/i18n/messages/template.pot .
	$(UPDATE)

messages-check: setup-test
	@mkdir -p build
	$(EXTRACT) -o build/template.pot .
	cmp build/template.pot feedback/i18n/messages/template.pot
	$(UPDATE) --check
	$(BIN)/python -m pytest -q tests/i18n/test_catalogs.py

backup: setup ## write everything to one file: make backup FILE=feedback.zip
	@$(BIN)/python -m feedback db backup "$(or $(FILE),$(error say where to: make backup FILE=feedback.zip))"

restore: setup ## fill an empty installation from it: make restore FILE=feedback.zip
	@$(BIN)/python -m feedback db restore "$(or $(FILE),$(error say from where: make restore FILE=feedback.zip))"

bench: setup-test ## measure speed and memory, and print the tables of docs/performance.md
	@$(BIN)/python -m benchmarks

weights: setup-test ## learn the shipped weights again: make weights FILES="--labelled FILE --reviews FILE"
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.weights $(FILES)

quality: setup-test ## measure the text analysis: make quality DATA=FOLDER LEARNED="--learned FILE"
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.quality $(DATA) $(LEARNED)

verdicts: setup-test ## measure how often verdicts on improvements are wrong: make verdicts HISTORIES=1000
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.verdicts --histories $(or $(HISTORIES),1000) --write

masking: setup-test ## measure how well personal data is masked, and print every mistake
	@$(BIN)/python -m benchmarks.masking

fuzz: setup-test ## 100,000 random texts through the analysis: make fuzz COUNT=1000 SEED=2
	$(BIN)/python -m benchmarks.fuzz --count $(or $(COUNT),100000) --seed $(or $(SEED),1)

kills: setup-test ## import 20,000 lines while web and worker are killed at random
	$(BIN)/python -m benchmarks.kills

answerkills: setup-test ## 10,000 events and answers while web, worker and broker are killed
	for engine in embedded redis rabbitmq; do \
		$(BIN)/python -m benchmarks.answer_kills --engine $$engine || exit 1; done

realdata: setup-test ## two real surveys from nothing: make realdata DATA=folder
	rm -rf var/realdata
	$(BIN)/python -m benchmarks.realdata $(DATA)

golden: setup-test ## write the expected texts of the report again; read them before a commit
	FEEDBACK_RENEW_GOLDEN=1 $(BIN)/python -m pytest -q tests/reports/test_golden.py

screenshots: setup-test ## take the pictures of docs/images again
	$(BIN)/python -m docs.images.take

vendor: ## fetch the front-end files again (needs npm)
	cd feedback/static/vendor && npm ci && ../../../$(BIN)/python collect.py

lock: ## pin the dependencies again (needs uv)
	uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		--extra postgres --extra scale -o requirements.lock pyproject.toml
	uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		--extra postgres --extra scale --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## remove the environment and what was built; never the data in var/
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
