# `make run` needs Python 3.11 and make; what else the others need they install, or say who can.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= $(or $(shell sed -n "s/^PORT=[\"']*\([0-9]*\).*/\1/p" .env 2>/dev/null),8000)
export PORT
VENV := .venv
BIN := $(VENV)/bin
NODE := node_modules/.bin
export PATH := $(CURDIR)/$(BIN):$(CURDIR)/$(NODE):$(PATH)

# What decides without doing: every branch of it is tested.
PURE := signaling/messages.py,signaling/session.py,signaling/addresses.py,signaling/limits.py,signaling/turn.py,signaling/outbox.py,rooms/policy.py,rooms/diagnosis.py,accounts/dpop.py

.PHONY: run dev test check lint fmt screenshots bench faults

run: $(VENV)/runtime
	@umask 077 && python manage.py migrate --verbosity 0
	@python manage.py collectstatic --noinput --verbosity 0
	@python -c 'from config.settings import PARLEY_URL; print("Parley is at", PARLEY_URL)'
	@python manage.py first_admin
	@exec scripts/serve

dev: $(VENV)/runtime
	@umask 077 && DEBUG=true python manage.py migrate --verbosity 0
	@DEBUG=true python manage.py first_admin
	@DEBUG=true exec python manage.py runserver $(PORT)

# Everything: on SQLite, and what concerns the database on PostgreSQL too.
test: lint $(VENV)/system
	@TEST_DATABASE=postgres pytest tests/rooms tests/signaling -m "not real" -n auto --quiet
	@pytest -m "not alone" -n auto --quiet --cov --cov-report= --durations=15
	@pytest -m alone --cov --cov-append --cov-report= --durations=15
	@coverage report --include=$(PURE) --fail-under=100 --show-missing --skip-covered

# What one runs before every commit: no browser, no second server.
check: lint
	@pytest --ignore=tests/attacks -m "not real" -n auto --quiet

lint: $(VENV)/tools node_modules/installed
	@ruff format --check --quiet .
	@ruff check --quiet .
	@mypy --no-error-summary
	@lint-imports --no-logo
	@tsc -p tests/js
	@biome check --error-on-warnings
	@node --test --test-timeout=20000 --test-reporter=dot $$(find tests/js -name '*.test.js')

fmt: $(VENV)/tools node_modules/installed
	@ruff check --quiet --fix . || true
	@ruff format .
	@biome check --write

screenshots: $(VENV)/system
	@python -m scripts.screenshots

bench: $(VENV)/system
	@python -m benchmarks.join_to_first_frame
	@python -m benchmarks.relay

# The faults alone, with what each of them measured.
faults: $(VENV)/system
	@pytest tests/faults -s

# Each of these files says that an installation was done since what it installs was last changed.
$(VENV)/runtime: requirements.txt
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| (echo "Parley needs Python 3.11 or newer: set PYTHON to it"; exit 1)
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@python -m pip install --quiet --requirement requirements.txt
	@touch $@

$(VENV)/tools: tests/requirements.txt examples/python/requirements.txt $(VENV)/runtime
	@python -m pip install --quiet --requirement tests/requirements.txt
	@touch $@

$(VENV)/system: scripts/install-test-tools $(VENV)/tools
	@scripts/install-test-tools
	@touch $@

node_modules/installed: package.json
	@command -v npm >/dev/null || scripts/install-test-tools
	@npm install --silent
	@touch $@
