# Every command works from a fresh clone with git, make and Python 3.11+ with venv.
# `make install` alone makes .venv; once it is there, everything works offline.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: install demo test lint types layers docs check wheel-check bench bench-search bench-extract bench-dates bench-vocab bench-scale bench-families bench-web bench-exchange bench-disk bench-crawl bench-curating crashtest screenshots lock messages readings stock-whoosh clean help

help:  ## Show this list.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(STAMP)  ## Make .venv with everything the project needs, each package checked by its hash.

$(STAMP): requirements-dev.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $(STAMP)

demo: install  ## Harvest replicas of portals on this machine, search, and serve the result.
	@$(BIN)/netmeta demo

test: install  ## Run all tests.
	$(BIN)/python -m pytest -q -n auto --dist loadfile

lint: install  ## Style of the code.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install  ## Strict types.
	$(BIN)/mypy

layers: install  ## Who may import whom.
	$(BIN)/lint-imports

docs: install  ## Write docs/cli.md from the commands' own help.
	$(BIN)/python docs/write_cli.py

check: lint types layers test  ## All of the above.

wheel-check: install  ## Build the wheel, install it alone into an empty environment, run the demonstration.
	bash .ci/wheel-check

bench: install  ## Import, search and start-up; writes docs/benchmarks.md.
	$(BIN)/python -m benchmarks.road

bench-search: install  ## Search quality of both engines on judged questions, through the facade.
	$(BIN)/python -m benchmarks.road --search

bench-extract: install  ## Main text and metadata beside well-known extractors.
	$(BIN)/python -m benchmarks.extract

bench-dates: install  ## Russian dates beside dateparser.
	$(BIN)/python -m benchmarks.dates

bench-vocab: install  ## `vocab apply` over 100,000 records.
	$(BIN)/python -m benchmarks.vocab_apply

bench-scale: install  ## Search over 50k, 200k and 500k records.
	$(BIN)/python -m benchmarks.search_scale

bench-families: install  ## Recognising and reading real saved pages.
	$(BIN)/python -m benchmarks.families

bench-web: install  ## CPU per request of the pages.
	$(BIN)/python -m benchmarks.web

bench-exchange: install  ## OAI-PMH lists, feeds and data packages of 100,000 records.
	$(BIN)/python -m benchmarks.exchange

bench-disk: install  ## How much disk a catalogue takes.
	$(BIN)/python -m benchmarks.disk

bench-curating: install  ## A curator's correction until it is found, alone and beside a harvest.
	$(BIN)/python -m benchmarks.curating

bench-crawl: install  ## CPU of a harvest beside bare Scrapy, by its parts; memory of the frontier.
	$(BIN)/python -m benchmarks.crawl

screenshots: install  ## Take the pictures of README and docs (needs Debian's chromium).
	$(BIN)/python -m docs.take_pictures

crashtest: install  ## Kill a harvest of 2,000 pages 50 times, and look whether anything was lost.
	$(BIN)/python -m tests.crash_harvest --pages 2000 --kills 50

stock-whoosh: install  ## The engines' suite against stock whoosh 2.7.4, so that the pin can change.
	bash .ci/stock-whoosh

messages: install  ## Gather texts for translation and compile the catalogues.
	$(BIN)/python -m netmeta.locale.gather

readings: install  ## Analyse the words of the vocabularies' labels.
	$(BIN)/python -m netmeta.vocabularies.gather

lock:  ## Pin all dependencies with hashes; leaves no index address in the files.
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --extra dev pyproject.toml -o requirements-dev.lock

clean:  ## Remove what these commands made.
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache
