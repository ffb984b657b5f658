# Needs Python 3.11 or later and make, nothing else by hand. Settings come from the environment: PORT=9000 make serve

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SEED := yes
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	--extra quick-encoder pyproject.toml

# Where it is set, each of the many processes that tests start would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: serve test lint lock screenshots clean

serve: $(VENV)/requirements.txt
	@$(BIN)/flask serve --worker $(if $(SEED),--seed)

test: $(VENV)/requirements-dev.txt
	@$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/requirements-dev.txt
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile

# UPGRADE=--upgrade takes newer releases of everything.
lock: $(VENV)/requirements-dev.txt
	$(LOCK) $(UPGRADE) --output-file requirements.txt
	$(LOCK) $(UPGRADE) --group dev --constraint requirements.txt --output-file requirements-dev.txt

# The pictures in docs/, of the record that the seeds make.
screenshots: $(VENV)/requirements-dev.txt
	@$(BIN)/python -m tests.browser.screenshots docs/pictures

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info

# What was installed is kept as a copy in the environment: pip runs again only where the lock says something else.
$(VENV)/%.txt: %.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name one: make PYTHON=python3.11")'
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@cmp -s $< $@ || $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@cp $< $@
