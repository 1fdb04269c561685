# Verbs. Everything is set up on first use: only Python 3.11+, Node 20+ and make are needed.
SHELL := /bin/sh
PY := .venv/bin/python
UV := .venv/bin/uv pip
WEB_SOURCES := $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null | sed 's/ /\\ /g')

.PHONY: demo demo-reset test check types eval bench dev lock web web-deps dev-deps
.DELETE_ON_ERROR:

demo: .venv/.runtime web/dist/index.html ## Start the product with a synthetic practice
	@exec .venv/bin/osler demo

demo-reset: .venv/.runtime ## Forget the demo practice
	@.venv/bin/osler demo --reset

test: .venv/.dev web/dist/index.html ## Run every check and every test
	@$(MAKE) --no-print-directory check
	@cd web && npm test --silent
	@$(PY) -m pytest -q -n 2
	@cd web && npm run --silent e2e

check: .venv/.dev web/node_modules/.stamp ## Style, types, import order
	@.venv/bin/ruff check . && .venv/bin/ruff format --check -q . && .venv/bin/mypy && .venv/bin/lint-imports --no-cache -q
	@cd web && npm run --silent check

types: .venv/.dev web/node_modules/.stamp ## openapi.json and the generated client
	@.venv/bin/osler openapi > web/openapi.json && cd web && npm run --silent generate

eval: .venv/.dev ## Quality on golden sets, with intervals
	@$(PY) -m evals

bench: .venv/.dev ## Performance, as ratios against named references
	@$(PY) -m benchmarks

dev: .venv/.dev web/node_modules/.stamp ## API and worker, restarted on change, and Vite
	@.venv/bin/osler dev

lock: .venv/.uv ## Pin every package by hash
	@for f in requirements requirements-dev; do $(UV) compile -q --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate $$f.in -o $$f.lock; done

web: web/dist/index.html
dev-deps: .venv/.dev
web-deps: web/node_modules/.stamp

.venv/.uv:
	@echo "[1/4] Making the Python environment …"
	@python3 -c 'import sys; sys.exit("Osler needs Python 3.11 or newer.") if sys.version_info < (3, 11) else None'
	@python3 -m venv .venv && .venv/bin/pip install -q --disable-pip-version-check uv && touch $@

.venv/.runtime: requirements.lock pyproject.toml | .venv/.uv
	@echo "[2/4] Installing packages …"
	@$(UV) install -q --require-hashes -r requirements.lock && $(UV) install -q --no-deps --no-build-isolation -e . && touch $@

.venv/.dev: requirements-dev.lock pyproject.toml | .venv/.uv
	@echo "[2/4] Installing packages for development …"
	@$(UV) install -q --require-hashes -r requirements-dev.lock && $(UV) install -q --no-deps --no-build-isolation -e . \
		&& touch .venv/.runtime $@

web/node_modules/.stamp: web/package.json web/package-lock.json
	@echo "[3/4] Installing web packages …"
	@cd web && npm ci --silent --no-audit --no-fund && touch node_modules/.stamp

web/dist/index.html: $(WEB_SOURCES) web/node_modules/.stamp
	@echo "[4/4] Building the web application …"
	@cd web && npm run --silent build && touch dist/index.html
