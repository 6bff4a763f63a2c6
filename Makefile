# Everything runs from a virtual environment of its own, .venv, which the first target that needs it makes.
# Needed beforehand: Python 3.11 or newer with venv and pip, and make.

SHELL := /bin/bash
.SHELLFLAGS := -euc
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
READY := .venv/ready

# An environment knows its own place: one that was moved or copied is made anew.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

.PHONY: help setup run test fuzz hostile soak kill lint coverage verify bench wheel wheel-test clean

help:
	@echo "make run         start Ravine (sets everything up the first time)"
	@echo "make test        check style, types, layers and behaviour"
	@echo "make setup       make the environment .venv, nothing else"
	@echo "make fuzz        let a person without a plan loose on the window, in ROUNDS=100 windows"
	@echo "make soak        the same with every scene and lesson for hours, ROUNDS=2000 windows, and what piles up"
	@echo "make hostile     read broken and hostile files and links, CASES=200000 of them"
	@echo "make kill        kill saves and exports at random moments, MOMENTS=50 of each"
	@echo "make lint        style, types and layers only"
	@echo "make coverage    which lines and branches the last make test did not go through"
	@echo "make verify      compare every claim of theory with the simulation"
	@echo "make bench       measure speed"
	@echo "make wheel-test  build a wheel and run it from an empty environment"
	@echo "make clean       remove .venv and everything that was built"

$(READY): pyproject.toml packaging/constraints.txt packaging/set-up packaging/find-python
	@packaging/set-up

setup: $(READY)
	@packaging/system-libraries || true

run: setup
	@$(BIN)/ravine $(ARGS)

# Every line and every branch of these has to be gone through by some test: what computes, and what reads and writes files.
EXACT := core/*,app/lessons/*,app/share/*,app/keeping/*,app/files.py,app/data_files.py,app/settings.py,app/toml_text.py,app/provenance.py,app/export/recipe.py,app/export/tags.py

coverage:
	@$(BIN)/coverage report

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(READY)
	@packaging/system-libraries
	@$(MAKE) lint
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadgroup --cov --cov-report= $(ARGS)
ifndef ARGS
	@echo "Lines and branches gone through, of everything: $$($(BIN)/coverage report --format=total) %; of what computes, reads and writes:"
	@$(BIN)/coverage report --fail-under=90 >/dev/null
	@$(BIN)/coverage report --precision=2 --fail-under=100 --include='$(EXACT)'
endif

fuzz: setup
	RAVINE_FUZZ=$(or $(ROUNDS),100) $(BIN)/python -m pytest tests/app/test_fuzz.py -o faulthandler_timeout=0 $(ARGS)

soak: setup
	RAVINE_SOAK=$(or $(ROUNDS),2000) $(BIN)/python -m pytest tests/app/test_soak.py -s -o faulthandler_timeout=0 $(ARGS)

hostile: $(READY)
	@RAVINE_HOSTILE=$(or $(CASES),200000) $(BIN)/python -m pytest tests/app/test_hostile.py -o faulthandler_timeout=0 $(ARGS)

kill: setup
	RAVINE_KILL=$(or $(MOMENTS),50) $(BIN)/python -m pytest tests/app/test_kill.py -s -o faulthandler_timeout=0 $(ARGS)

verify: setup
	@$(BIN)/ravine verify $(ARGS)

bench: setup
	@$(BIN)/python -m benchmarks $(ARGS)

wheel: $(READY)
	@$(BIN)/hatchling build -t wheel -d dist

wheel-test: setup
	@packaging/wheel-test

clean:
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .grimp_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
