# Every chore is a target. VENV may point to an existing virtual environment.
VENV ?= .venv
PY := $(VENV)/bin/python
PYTEST := $(PY) -m pytest -n $(or $(JOBS),2) --dist loadfile

.PHONY: demo test test-quick test-sqlite test-pg soak check lint format lock bench bench-quick

$(VENV)/ready: requirements-dev.lock
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . || true
	touch $@

test-quick:
	$(PYTEST) -m "not slow and not browser"

test-sqlite:
	$(PYTEST)

test-pg:
	REGULARS_TEST_DB=postgresql $(PYTEST)

lint:
	$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/lint-imports

format:
	$(VENV)/bin/ruff format . && $(VENV)/bin/ruff check --fix .

lock:
	$(VENV)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --all-extras \
	  --no-emit-index-url --custom-compile-command "make lock" -o requirements-dev.lock -q
	$(VENV)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" -o requirements.lock -c requirements-dev.lock -q
