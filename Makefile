# make demo      try it: the bot, a Slack workspace and four hosts on this machine; RESET=1 starts over, PORT=… for the page,
#                DRY_RUN=1 with hosts in memory only
# make hill      send customers to the demo that runs: its emulated EC2 instances become busy, and the bot scales
# make test      everything that must hold: make check, then the suite
# make check     format, lint, types, layers and the shape of the house
# make install   only the virtual environment, to run the bot itself
# make soak      the long crash and load runs
# make lock      pin the newest releases that pyproject.toml allows
# make clean     forget the virtual environment and caches; a demo's state stays

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-from-lock
SWITCHED_ON = $(filter-out 0 no false,$(1))

.DEFAULT_GOAL := help
.PHONY: help install demo hill test check soak lock clean

help:
	@sed -n 's/^# make/make/p' Makefile

install: $(STAMP)

demo: $(STAMP)
	@$(BIN)/python -m bot demo $(if $(call SWITCHED_ON,$(RESET)),--reset) $(if $(call SWITCHED_ON,$(DRY_RUN)),--dry-run) $(if $(PORT),--port $(PORT))

hill:
	@$(BIN)/python -m bot demo --hill

test: check
	$(BIN)/pytest -n 3 --dist loadfile

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/pytest tests/test_shape.py tests/shape

soak: $(STAMP)
	$(BIN)/pytest -m soak --timeout 3600

lock:
	$(BIN)/uv pip compile --universal --upgrade --generate-hashes --python-version 3.11 --extra dev \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet \
	  --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Python 3.11 or newer that can make virtual environments: each is asked, because a name on the PATH may be a mere shim.
$(STAMP): requirements.lock
	@set -e; \
	for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python3.14; do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    found=$$python; break; \
	  fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo 'Pointsman needs Python 3.11 or newer with its venv module (on Debian: apt-get install python3-venv).' >&2; \
	  echo 'None was found as python3.11 … python3.14 or python3; name yours: make PYTHON=/path/to/python3' >&2; \
	  exit 1; \
	fi; \
	if ! $(BIN)/python -c 'import pip' >/dev/null 2>&1; then \
	  echo "Making $(VENV) with $$($$found --version), once …"; \
	  $$found -m venv --clear $(VENV); \
	fi; \
	echo 'Installing what requirements.lock names, each file by its hash …'; \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock; \
	touch $(STAMP)
