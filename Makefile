# Heedful. `make` alone lists what there is to do.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := asr nlu retrieval dialogue server
INSTALLED := $(VENV)/.installed
# Each loads the models for itself, about 3 GB. The tests of one file share a process.
TEST_PROCESSES ?= 2
export RASA_TELEMETRY_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help clients install train index demo serve test coverage test-quick check format lint types audit bench bench-asr bench-speech-intent bench-nlu bench-retrieval bench-shops bench-conversations clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

install: $(INSTALLED) ## make .venv and install everything (once)

$(INSTALLED): requirements.lock pyproject.toml tools/fit_torchaudio.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "Heedful needs Python 3.11 (Rasa and TensorFlow 2.12 end there); $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
		echo "installing Debian's python3-venv, which this Python lacks"; \
		if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq python3-venv; \
		else sudo apt-get update -qq && sudo apt-get install -y -qq python3-venv; fi; } \
		|| { echo "could not install it: run 'apt-get install python3-venv' as root, then try again" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet pip==25.3
	@echo "installing the packages of requirements.lock: a few minutes, 5 GB on disk"
	$(BIN)/python -m pip install --quiet -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --ignore-requires-python --group no-deps
	$(BIN)/python -m pip install --quiet --no-deps -e .
	$(BIN)/python tools/fit_torchaudio.py
	@touch $@

train: $(INSTALLED) ## train the assistant in data/assistant (only if something changed)
	$(BIN)/heedful train

index: $(INSTALLED) ## index the knowledge in data/knowledge (only if something changed)
	$(BIN)/heedful index

demo: train index ## one spoken question and a typed follow-up, over a real websocket
	$(BIN)/heedful demo

serve: train index ## start the server on 127.0.0.1:8765
	$(BIN)/heedful serve

clients: build/clients/.installed ## install the stock clients of others that tests talk to (once; Node where there is one)

build/clients/.installed: tests/clients/requirements.txt tests/clients/package.json
	$(PYTHON) -m venv build/clients
	build/clients/bin/python -m pip install --quiet -r tests/clients/requirements.txt
	cp tests/clients/package.json build/clients/
	@if command -v npm >/dev/null; then cd build/clients && npm install --silent --no-audit --no-fund; fi
	@touch $@

test: $(INSTALLED) ## the whole test suite
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadfile

coverage: $(INSTALLED) ## the whole test suite, and which share of each package's lines it runs (three times the time)
	mkdir -p build/coverage
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadfile $(PACKAGES:%=--cov=%) --cov-report=html:build/coverage/html
	@for package in $(PACKAGES); do \
		printf '%-12s%3s %%\n' $$package "$$($(BIN)/python -m coverage report --include="$$package/*" --format=total)"; \
	done

test-quick: $(INSTALLED) ## the tests that load no large model
	$(BIN)/python -m pytest -m 'not heavy'

format: $(INSTALLED) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED)
	$(BIN)/mypy

check: lint types test ## what must pass before a commit: format, lint, types, tests

audit: ## look the pinned packages up among the known holes (needs the network)
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip install --quiet pip-audit==2.10.1
	build/audit/bin/python tools/audit.py

bench: train index ## print latency, start-up time, memory and right answers on this machine
	$(BIN)/python -m benchmarks.turns
	$(BIN)/python -m benchmarks.answers
	$(BIN)/heedful test --stories data/assistant/tests/conversations --least-right 0

bench-retrieval: $(INSTALLED) ## matching, ranking, placing in a taxonomy, and search in up to a million passages, on the lists in ../shared/bench
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benchmarks.matching
	$(BIN)/python -m benchmarks.taxonomy
	$(BIN)/python -m benchmarks.ranking
	$(BIN)/python -m benchmarks.evidence
	$(BIN)/python -m benchmarks.entries report
	$(BIN)/python -m benchmarks.reader
	$(BIN)/python -m benchmarks.opinions
	$(BIN)/python -m benchmarks.misspelt
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.scale

bench-shops: $(INSTALLED) ## questions about shops that Heedful has not seen, on small catalogues and those in ../shared/bench
	$(BIN)/python -m benchmarks.shops

bench-conversations: $(INSTALLED) ## conversations of real people with three catalogues in ../shared/bench, over a real socket
	$(BIN)/python -m benchmarks.conversations

bench-asr: train index ## recognition beside faster-whisper, with favoured words, live, and ends of turns, on the clips in ../shared/bench
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benchmarks.asr
	$(BIN)/python -m benchmarks.bias
	$(BIN)/python -m benchmarks.batches
	$(BIN)/python -m benchmarks.endpointing
	$(BIN)/python -m benchmarks.streaming

bench-speech-intent: $(INSTALLED) ## spoken orders, clean and in kitchen noise, from sound to intent and slots, on the recordings in ../shared/bench
	$(BIN)/python -m benchmarks.speech_intent

bench-nlu: $(INSTALLED) ## intents and entities beside Rasa's DIET (hours; kept in build/bench-nlu), parsing, and what is read from speech
	$(BIN)/python -m benchmarks.nlu --results build/bench-nlu
	$(BIN)/python -m benchmarks.retraining
	$(BIN)/python -m benchmarks.parsing --models build/bench-nlu/models
	$(BIN)/python -m benchmarks.spoken
	$(BIN)/python -m benchmarks.noise

clean: ## remove what was built, keep .venv
	rm -rf build .rasa .mypy_cache .ruff_cache .pytest_cache .hypothesis
