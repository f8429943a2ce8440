# Two commands: `make` builds the warehouse, `make test` passes the tests. Both install what they need,
# from uv.lock, into .venv; nothing else on the machine is touched.
PYTHON ?= python3
UV_VERSION := 0.13.9
SCALE ?= 0.1
BIN := .venv/bin
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := 1
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv
# The machine's own certificates, as pip: behind an inspecting proxy there are no others that it accepts.
export UV_SYSTEM_CERTS ?= 1

.PHONY: build install test lint types sql format clean

build: install
	@# Made-up registers only where there are no others: the two must never mix.
	@[ -n "$$(ls -d raw/hreg raw/rtb raw/bas raw/hosp raw/gymnasium raw/koloskopi raw/folkmangd raw/framskrivning \
		raw/utbildningsplan raw/vardenkat raw/specialister raw/st \
		raw/personalekonomi raw/vantelaget raw/plan 2>/dev/null)" ] || \
		$(BIN)/vardflode synth --scale $(SCALE) --seed 1 --out raw
	@$(BIN)/vardflode build

install: .venv/.installed

# The stamp is written last: an installation that was broken off is made again.
.venv/.installed: uv.lock pyproject.toml Makefile
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else \
		f"Expected Python 3.11, 3.12 or 3.13, found {v[0]}.{v[1]}. Name another one: make PYTHON=python3.12")'
	@echo "Installing into .venv from uv.lock (some minutes the first time) ..."
	@$(PYTHON) -m venv --clear .bootstrap
	@.bootstrap/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@# The .pth file says where the project lies. Python before 3.13 reads it in the locale's encoding and does not
	@# start where that has not got the letters of the path: it is written without them before Python is needed.
	@cache="$$(.bootstrap/bin/uv cache dir)"; mkdir -p "$$cache" 2>/dev/null && [ -w "$$cache" ] || \
		export UV_CACHE_DIR=.bootstrap/cache; \
	sync() { .bootstrap/bin/uv sync --frozen --quiet --python "$$(command -v "$(PYTHON)")" "$$@"; }; \
	sync && \
	echo ../../../.. | tee .venv/lib/python3*/site-packages/_*vardflode.pth >/dev/null && \
	sync --compile-bytecode
	@$(BIN)/python -m vardflode.warehouse.models
	@touch $@

test: lint
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j2 types sql

types: install
	@$(BIN)/mypy

sql: install
	@$(BIN)/sqlfluff lint --disable-progress-bar dbt/models dbt/tests

format: install
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --disable-progress-bar --processes 2 dbt/models dbt/tests

# Removes what was installed and built; deliveries in raw/ stay.
clean:
	rm -rf .venv .bootstrap data .pytest_cache .mypy_cache .ruff_cache .hypothesis
