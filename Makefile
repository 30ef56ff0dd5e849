# Everything here sets itself up: it needs git, make and any python3. `make` says what there is.

# nbgrader calls alembic from PATH, so the commands of .venv come first there.
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

PYTEST := $(BIN)/pytest --numprocesses auto --dist worksteal
ASSIGNMENT := hh-model
SETUP := .venv/.made

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

demo: $(SETUP) ## grade a made-up class and show the report
	$(BIN)/hhlab demo

# What somebody has filled in there stays: a notebook is copied once. Delete it for a fresh copy.
lab: $(SETUP) ## open the students' notebooks in JupyterLab, in notebooks/ (OPTIONS="--port 9999")
	mkdir -p notebooks
	cp -Rn release/. notebooks/ || true
	cd notebooks && JUPYTER_CONFIG_PATH="$(CURDIR)/tools/lab:$(CURDIR)/hhlab/lab" ../$(BIN)/jupyter lab \
	  --ServerApp.root_dir="$(CURDIR)/notebooks" $(ASSIGNMENT)/$(ASSIGNMENT).ipynb \
	  $(if $(filter 0,$(shell id -u)),--allow-root) $(OPTIONS)

test: $(SETUP) ## go through every promise once (five minutes on two quiet cores)
	$(PYTEST) -m "not thorough"

test-all: $(SETUP) ## run all the tests, those of `make test` among them (a quarter of an hour)
	$(PYTEST)

attacks: $(SETUP) ## run the attack bank alone
	$(PYTEST) tests/grading/jail/test_attacks.py

exam: $(SETUP) ## examine the grader: right and wrong answers, and mutants (docs/exam.md)
	PYTHONPATH=tests $(BIN)/python -m bank.exam

bench: $(SETUP) ## measure how fast classes are graded, against stock nbgrader (40 minutes)
	$(BIN)/python benchmarks/autograde.py --growth 10 100 1000 --page docs/benchmarks.md

lint: $(SETUP) ## check style and types, and that notebooks are stored without outputs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/nbstripout --verify --keep-id source/*/*.ipynb release/*/*.ipynb

# --no-db: an instructor's gradebook learns of the assignment when they run nbgrader themselves.
release: translations ## make the students' notebooks in release/ from source/
	for each in source/*/; do \
	  $(BIN)/nbgrader generate_assignment "$$(basename "$$each")" --force --no-db || exit; \
	done

translations: $(SETUP) ## bring the catalogues in locale/, and the editions made from them, up to date
	$(BIN)/python tools/translate.py

figures: $(SETUP) ## draw the pictures in the notebooks anew, from the instructor's answers
	$(BIN)/python tools/figures.py

environment: $(SETUP) ## write environment.yml, for Binder, from uv.lock
	$(BIN)/python tools/environment.py

screenshots: $(SETUP) ## photograph JupyterLab and graded pages for docs/figures (needs Chromium)
	$(BIN)/hhlab demo
	$(BIN)/python tools/screenshots.py

setup: $(SETUP) ## make the environment .venv (all the others do this first)

$(SETUP): pyproject.toml uv.lock tools/setup.py
	python3 tools/setup.py
	touch $@

clean: ## remove what make made; what nbgrader made stays
	rm -rf .venv .tools dist demo .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

.PHONY: help demo lab test test-all attacks exam bench lint release translations figures environment screenshots setup clean
