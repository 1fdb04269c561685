# Verbs. Everything is set up on first use: only Python 3.11+, Node 20+ and make are needed.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PY := .venv/bin/python
UV := .venv/bin/uv pip
WEB_SOURCES := $(shell find web/src web/public web/*.html web/*.ts -type f 2>/dev/null | sed 's/ /\\ /g')
NETWORK = { echo "The packages could not be fetched or do not fit: check the network and the lines above, then run make again." >&2; exit 1; }
.PHONY: demo demo-reset test check types eval bench dev lock web web-deps dev-deps
.DELETE_ON_ERROR:

demo: .venv/.runtime web/dist/index.html ## Start the product with a synthetic practice
	@exec .venv/bin/osler demo
demo-reset: .venv/.runtime ## Forget the demo practice
	@.venv/bin/osler demo --reset
test: .venv/.dev web/dist/index.html ## Run every check and every test
	@$(MAKE) --no-print-directory check
	@cd web && npm test --silent
	@mkdir -p .pytest_cache && $(PY) -m pytest -q -n 2 | tee .pytest_cache/summary.txt
	@cd web && npm run --silent --if-present e2e
	@tail -n 1 .pytest_cache/summary.txt
check: .venv/.dev web/node_modules/.stamp ## Style, types, import order
	@.venv/bin/ruff check . && .venv/bin/ruff format --check -q . && .venv/bin/mypy && .venv/bin/lint-imports --no-cache
	@cd web && npm run --silent check
types: .venv/.dev web/node_modules/.stamp ## openapi.json, its client, and the settings reference
	@.venv/bin/osler openapi --out web/openapi.json && .venv/bin/osler settings-reference --out docs/reference/settings.md
	@cd web && npm run --silent generate
eval: .venv/.dev ## Quality on golden sets, with intervals
	@$(PY) -m evals
bench: .venv/.dev ## Performance, as ratios against named references
	@$(PY) -m benchmarks
dev: .venv/.dev web/node_modules/.stamp ## API and worker, restarted on change, and Vite
	@exec .venv/bin/osler dev
lock: .venv/.uv ## Pin every package by hash
	@for f in requirements requirements-dev; do $(UV) compile -q --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate $$f.in -o $$f.lock || exit 1; done
web: web/dist/index.html
dev-deps: .venv/.dev
web-deps: web/node_modules/.stamp

.venv/.uv:
	@echo "[1/4] Making the Python environment …"
	@for p in python3 python3.13 python3.12 python3.11; do $$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' \
		2>/dev/null && break; p=; done; [ "$$p" ] || { echo "Osler needs Python 3.11 or newer, with its venv module." >&2; exit 1; }; \
		$$p -m venv .venv && { .venv/bin/pip install -q --disable-pip-version-check uv || $(NETWORK); } && touch $@
.venv/.runtime: requirements.lock pyproject.toml | .venv/.uv
	@echo "[2/4] Installing packages …"
	@{ $(UV) install -q --require-hashes -r requirements.lock && $(UV) install -q --no-deps --no-build-isolation -e .; } || $(NETWORK)
	@touch $@
.venv/.dev: requirements-dev.lock pyproject.toml | .venv/.uv
	@echo "[2/4] Installing packages for development …"
	@{ $(UV) install -q --require-hashes -r requirements-dev.lock && $(UV) install -q --no-deps --no-build-isolation -e .; } || $(NETWORK)
	@touch .venv/.runtime $@
web/node_modules/.stamp: web/package.json web/package-lock.json
	@echo "[3/4] Installing web packages …"
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || { echo "Osler needs Node 20 or newer." >&2; exit 1; }
	@cd web && { npm ci --silent --no-audit --no-fund || $(NETWORK); } && touch node_modules/.stamp
web/dist/index.html: $(WEB_SOURCES) web/node_modules/.stamp
	@echo "[4/4] Building the web application …"
	@cd web && npm run --silent build -- --logLevel warn && touch dist/index.html
