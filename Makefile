# Commands for people; CI calls the same ones. `make` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup setup-python run sample test unit lint types style floors tree supply web web-setup web-types web-api web-style web-test web-size web-supply fix bench fuzz attack docs pictures lock inventory clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
SAMPLE := examples/order-triage
DATA ?= .flowlike
PAGE := src/flowlike/server/static/index.html
PAGE_SOURCES := $(shell find web/src web/public web/index.html web/vite.config.ts web/vite.at-load.ts web/vite.packed.ts -type f 2>/dev/null)
WEB_STAMP := web/node_modules/.stamp
# The package manager is installed by npm, by its hash, into web/pnpm.
PNPM := cd web && CI=true node pnpm/node_modules/pnpm/bin/pnpm.cjs --silent
# Where the shell sends a resolver to look must not reach the lock.
UV_LOCK := env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL -u UV_FIND_LINKS \
	-u UV_INDEX_URL -u UV_DEFAULT_INDEX -u UV_INDEX -u UV_EXTRA_INDEX_URL \
	$(BIN)/uv --no-config pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## make .venv with locked, hashed dependencies and this project

setup-python: setup ## the same; what is built for the page is `make web`

$(STAMP): pyproject.toml requirements/core.txt requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "setup: Python 3.11 or newer is needed; name one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' \
		|| { echo "setup: this Python has no venv module (Debian: apt install python3-venv)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
		--require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
	@echo "setup: done; the command is $(BIN)/flowlike"

run: setup $(if $(shell command -v node),$(PAGE)) ## start the product with the sample app, and print the link (BIND=HOST:PORT)
	@test -e $(PAGE) || echo "run: without Node.js the page is not built; the API answers all the same" >&2
	@$(BIN)/flowlike import $(SAMPLE) --activate --once --data $(DATA)
	@exec $(BIN)/flowlike serve --data $(DATA) --link $(if $(BIND),--bind $(BIND))

sample: setup ## run the sample board on a sample order, without a server
	$(BIN)/flowlike run $(SAMPLE)/boards/triage.board.json --payload $(SAMPLE)/payloads/small.json

test: web-test web unit ## run all tests

unit: setup ## the tests in Python
	$(BIN)/python -m pytest

lint: types style floors tree supply web-types web-style web-size web-supply ## style, types, floors, lengths, licences, audit

types: setup ## strict mypy
	$(BIN)/mypy

style: setup ## ruff, without changing anything
	$(BIN)/ruff check --output-format concise
	$(BIN)/ruff format --check

floors: setup ## which room may import which
	$(BIN)/lint-imports --no-cache --no-logo

tree: setup ## lengths, compile site, suppressions, machine paths, addresses, index of nodes
	@failed=0; for check in lengths dynamic_code suppressions addresses builtin_index settings_page api_description; do \
		$(BIN)/python -m tools.$$check || failed=1; done; exit $$failed

supply: setup ## licences of the dependencies, and what is known against them
	$(BIN)/python -m tools.licences
	$(BIN)/python -m tools.audit

web: $(PAGE) ## build the editor into src/flowlike/server/static, if its sources changed

$(PAGE): $(WEB_STAMP) $(PAGE_SOURCES)
	$(PNPM) build --logLevel warn
	@touch $@

web-setup: $(WEB_STAMP) ## install what the editor is built with

$(WEB_STAMP): web/package.json web/openapi/package.json web/pnpm-workspace.yaml web/pnpm-lock.yaml web/pnpm/package-lock.json
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
		|| { echo "web-setup: Node.js 20.19 or newer is needed, with npm" >&2; exit 1; }
	@cd web/pnpm && npm ci --ignore-scripts --no-audit --no-fund --loglevel error
	@$(PNPM) install --frozen-lockfile --ignore-scripts
	@touch $@

web-types: web-setup ## strict TypeScript
	$(PNPM) types

web-style: web-setup ## oxlint, without changing anything
	$(PNPM) style

web-test: web-setup ## the tests of the editor
	$(PNPM) test

web-api: web-setup ## write what the editor knows of the API, from docs/openapi.json
	$(PNPM) --dir openapi generate

web-supply: setup web-setup ## licences of what the browser is given
	$(BIN)/python -m tools.web_licences

web-size: web ## what a first load of the editor costs, beside its budget
	$(PNPM) size

fix: setup ## format and repair what can be repaired
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup ## what we claim about speed, with a baseline
	$(BIN)/python -m bench $(or $(NAME),engine compile start)

fuzz: setup ## property tests with many more examples
	FLOWLIKE_FUZZ_EXAMPLES=$${FLOWLIKE_FUZZ_EXAMPLES:-5000} $(BIN)/python -m pytest -m fuzz --timeout 0

attack: setup ## kill processes in the midst of work, 20 times each
	FLOWLIKE_ATTACKS=$${FLOWLIKE_ATTACKS:-20} $(BIN)/python -m pytest -m attack --timeout 0

docs: setup ## run the examples in docs/ and check its claims
	$(BIN)/python -m pytest tests/docs

pictures: setup web ## take the pictures in docs/images anew
	$(BIN)/python -m tests.e2e.pictures

lock: setup ## renew requirements/*.txt (UPGRADE=--upgrade takes newer versions) and thirdparty/
	$(UV_LOCK) $(UPGRADE) --output-file requirements/core.txt
	$(UV_LOCK) $(UPGRADE) --extra dev --extra otel --extra postgres --constraint requirements/core.txt --output-file requirements/dev.txt
	$(MAKE) setup inventory

inventory: setup web-setup ## renew the inventories in thirdparty/ from what is installed
	$(BIN)/python -m tools.licences --write
	$(BIN)/python -m tools.web_licences --write

clean: ## remove .venv, node_modules, what was built, and caches
	rm -rf $(VENV) web/node_modules web/openapi/node_modules web/pnpm/node_modules src/flowlike/server/static build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
