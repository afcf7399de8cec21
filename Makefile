# Everything runs out of .venv; nothing needs activating. `make demo` and `make test` install what they need first.
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help install counterparts demo test check soak reseed docs lock

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 14

install: ## make .venv with tally in it (a second run is instant and offline)
	@.ci/install

counterparts: install ## the foreign systems that tests run against, in .counterparts (a second run is instant)
	@.ci/counterparts

demo: install ## a retailer's days on an embedded database
	$(BIN)/tally demo

test: counterparts ## all tests; the last lines name what was left out and why
	$(BIN)/pytest --numprocesses=2

check: install ## lint, format, types, floors, sizes, docs fresh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/architecture
	$(BIN)/tally docs check

soak: counterparts ## the tests that run for minutes
	$(BIN)/pytest -m soak

reseed: install ## try seeds for every planted bug whose kept seed catches it no more, and write the new ones
	$(BIN)/python -m tallystick.simulator.mutants.reseeding $(BUGS)

docs: install ## write the generated documentation pages again
	$(BIN)/tally docs write

# A release a week old has been looked at by others. No index address may enter the locked files: anyone's registry will do.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --exclude-newer "1 week" \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock: install ## settle all versions anew (needs the network)
	$(LOCK) --upgrade pyproject.toml requirements/build.in --output-file requirements/runtime.txt
	$(LOCK) --upgrade pyproject.toml requirements/build.in requirements/dev.in --constraints requirements/runtime.txt \
		--output-file requirements/dev.txt
	$(LOCK) --upgrade requirements/tryton.in --output-file requirements/tryton.txt
	$(LOCK) --upgrade requirements/oscar.in --output-file requirements/oscar.txt
	npm install --prefix requirements/vendure --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved
	$(LOCK) --upgrade requirements/localstripe.in --output-file requirements/localstripe.txt
	$(LOCK) --upgrade --no-deps requirements/data.in --output-file requirements/data.txt
