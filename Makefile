# Every chore is a target. VENV may name another virtual environment, JOBS the number of test processes,
# PORT another address for the demo.
VENV ?= .venv
JOBS ?= 2
PORT ?= 8000
PY := $(VENV)/bin/python
PIP := $(VENV)/bin/pip --quiet --disable-pip-version-check
PYTEST := $(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

.PHONY: help install demo test test-quick test-sqlite test-pg test-browser clients hunt soak check lint format lock bench bench-quick

help: ## what there is to do
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 16

$(VENV)/runtime: requirements.lock
	@echo "Installing Regulars into $(VENV) (once; about a minute) ..."
	@test -x $(PY) || python3 -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev: requirements-dev.lock
	@echo "Installing the development tools into $(VENV) (once; a minute or two) ..."
	@test -x $(PY) || python3 -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/runtime

install: $(VENV)/runtime ## Regulars, into $(VENV)

demo: $(VENV)/runtime ## a shop to click through, at http://localhost:8000
	@$(PY) -m regulars demo --port $(PORT)

test: $(VENV)/dev clients ## everything, on SQLite and on PostgreSQL where it is installed
	$(PYTEST)
	@if $(PY) -m tests.cluster; then REGULARS_TEST_DB=postgresql $(PYTEST) -m "not anydb"; fi

test-quick: $(VENV)/dev ## without slow and browser tests
	$(PYTEST) -m "not slow and not browser"

test-sqlite: $(VENV)/dev ## everything on SQLite
	$(PYTEST)

test-pg: $(VENV)/dev ## everything on PostgreSQL
	REGULARS_TEST_DB=postgresql $(PYTEST)

test-browser: $(VENV)/dev ## what a person does, in Chromium
	$(PYTEST) -m browser tests/browser

clients: $(VENV)/clients/2.3.4 tests/clients/node_modules/.ready tests/bluesky/node_modules/.ready ## official clients and a Bluesky network, for the tests

$(VENV)/clients/2.3.4: tests/clients/segment-2.3.4.txt | $(VENV)/dev
	@$(PIP) install --no-deps --require-hashes --upgrade --target $@ -r $<
	@touch $@

tests/clients/node_modules/.ready: tests/clients/package-lock.json
	@if command -v npm >/dev/null; then \
	  cd tests/clients && npm install --no-save --omit=optional --ignore-scripts --silent && touch node_modules/.ready \
	  || echo "npm could not install the Node clients (tests/clients), so they are not tested."; \
	else echo "Node is not installed, so its clients are not tested (apt install nodejs npm)."; fi

# a part of it is compiled, with the headers of the Node that is installed
tests/bluesky/node_modules/.ready: tests/bluesky/package-lock.json
	@if command -v npm >/dev/null; then \
	  cd tests/bluesky && { test ! -e /usr/include/node/node.h || export npm_config_nodedir="$${npm_config_nodedir:-/usr}"; } \
	  && npm install --no-save --silent && touch node_modules/.ready \
	  || echo "npm could not install the Bluesky network (tests/bluesky), so its stories are not tested."; \
	else echo "Node is not installed, so Bluesky's stories are not tested (apt install nodejs npm)."; fi

hunt: $(VENV)/dev ## the promises on new random examples, on both databases
	$(PYTEST) --hypothesis-profile=hunt -m "not browser and not story"
	@if $(PY) -m tests.cluster; then REGULARS_TEST_DB=postgresql $(PYTEST) --hypothesis-profile=hunt -m "not anydb and not browser and not story"; fi

soak: $(VENV)/dev ## 200 random kills under load, ten among 50,000 messages (about half an hour)
	$(PY) -m tests.soak
	@if $(PY) -m tests.cluster; then $(PY) -m tests.soak.messages; fi

check: lint test ## what must be true before a change lands

lint: $(VENV)/dev ## style, and which room may import which
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports

format: $(VENV)/dev ## mend the style
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: $(VENV)/dev ## every figure of docs/benchmarks.md
	$(PY) -m benchmarks

bench-quick: $(VENV)/dev ## the same, smaller, in minutes
	$(PY) -m benchmarks --quick

lock: $(VENV)/dev ## resolve the dependencies again
	$(VENV)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --all-extras \
	  --no-emit-index-url --custom-compile-command "make lock" -o requirements-dev.lock -q
	$(VENV)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" -o requirements.lock -c requirements-dev.lock -q
