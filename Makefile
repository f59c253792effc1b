# Every command of the project; `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# Nothing is written outside the repository, and nothing beside the sources.
export UV_CACHE_DIR := $(CURDIR)/.cache/uv
export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export HF_HOME := $(CURDIR)/.cache/huggingface
export RUFF_CACHE_DIR := $(CURDIR)/.cache/ruff
export MYPY_CACHE_DIR := $(CURDIR)/.cache/mypy
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/.cache/hypothesis
export TMPDIR := $(shell mkdir -p "$(CURDIR)/build/tmp" && echo "$(CURDIR)/build/tmp")
# But sockets: their paths have 107 bytes at most, which a clone in a deep folder uses up.
export PLUGIN_UNIX_SOCKET_DIR ?= /tmp
export UV_PYTHON_DOWNLOADS := never
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/bytecode
unexport PYTHONDONTWRITEBYTECODE
export CHECKPOINT_DISABLE := 1
# Terraform's provider needs a quarter less processor time and 90 MB more.
export GOGC ?= 400

BIN := .venv/bin
PY := $(BIN)/python
# Three sets of packages, each within the next: for a stack, for the local cloud, for tests.
DEPLOY := .venv/.deploy
RUNTIME := .venv/.runtime
DEV := .venv/.dev

## demo: models and navigation end to end on a local cloud, checked, then torn down
demo: $(RUNTIME)
	@$(PY) -m vis_assis demo

## local: keep a deployed local cloud up in the foreground (writes build/local.env)
local: $(RUNTIME)
	@exec $(PY) -m vis_assis local

## env-local: write the front end's .env.local for the stack that your shell points to
env-local: $(DEPLOY)
	@$(PY) -m vis_assis env-local

## web: serve the example page for `make local`, or for the stack of .env.local (PORT=3000)
web: $(DEPLOY)
	@exec $(PY) -m vis_assis web --port $(or $(PORT),3000)

## user: invite a user to the app: make user EMAIL=you@example.org
user: $(DEPLOY)
	@$(PY) -m vis_assis user add "$(EMAIL)"

## amplify-role: what an Amplify app needs to deploy: make amplify-role APP_ID=… (NAME_PREFIX=…; REMOVE=1)
amplify-role: $(DEPLOY)
	@$(PY) -m vis_assis amplify-role "$(APP_ID)"

## doctor: what the account lacks before the first deployment, with remedies
doctor: $(DEPLOY)
	@$(PY) -m vis_assis doctor

## deploy: package and apply the stack on AWS, or on `make local` with build/local.env loaded
deploy: $(DEPLOY)
	@$(PY) -m vis_assis deploy

## drift: what in the account differs from the configuration, in plain words
drift: $(DEPLOY)
	@$(PY) -m vis_assis drift

## destroy: show what the stack holds, ask for its name, remove it (AUTO_APPROVE=1 does not ask)
destroy: $(DEPLOY)
	@$(PY) -m vis_assis destroy

## backup: save approved models and navigation releases (DIR=folder)
backup: $(DEPLOY)
	@$(PY) -m vis_assis backup

## restore: bring a backup into the deployed stack (DIR=folder)
restore: $(DEPLOY)
	@$(PY) -m vis_assis restore

## verify: check on the deployed stack what the code believes of AWS (NAVIGATION=1 allows a release)
verify: $(DEPLOY)
	@$(PY) -m vis_assis verify

## soak: kill deploys and destroys at 20 random moments (about an hour; KILLS=… for more or fewer)
soak: $(DEV)
	@$(BIN)/pytest tests/soak -s

## status: models, navigation, queues and alarms on one screen; `.venv/bin/vis-assis --help` does more
status: $(DEPLOY)
	@$(PY) -m vis_assis status

## prune: list what executions older than DAYS=90 left that no version needs (AUTO_APPROVE=1 deletes it)
prune: $(DEPLOY)
	@$(PY) -m vis_assis prune

## navigation-status: every release of the navigation model and its state
navigation-status: $(DEPLOY)
	@$(PY) -m vis_assis navigation status

## navigation-rollback: go back to a release: make navigation-rollback RELEASE=…
navigation-rollback: $(DEPLOY)
	@$(PY) -m vis_assis navigation rollback "$(RELEASE)"

# Half of the workers wait for deployments and deadlines, so there are twice as many as cores.
PYTEST := $(BIN)/pytest -n 4 --dist loadgroup --no-loadscope-reorder

## test: the whole suite but the long tests; FILES=… takes only some
test: $(DEV)
	@$(PYTEST) $(FILES)

## test-long: the tests with deployments of their own, such as an Amplify build
# The package's tests leave the providers to Terraform's own settings, too.
test-long: export TF_CLI_ARGS_init = $(shell $(PY) -m vis_assis.terraform.mirror)
test-long: $(DEV)
	@$(PYTEST) -m long $(FILES)

## mutants: break each promise of the product once and see that the tests notice (ONLY=regex)
mutants: $(DEV)
	@$(PY) -m tests.mutants --only "$(ONLY)"

## bench: our ways beside the usual ones, as ratios (some ten minutes; writes build/bench.json)
bench: $(DEV)
	@PYTHONPATH=lambda_src:navigation_model/code $(PY) -m bench
	@PYTHONPATH=lambda_src $(PY) -m bench.delivery
	@$(MAKE) --no-print-directory bench-client
	@if [ -x .venvs/model/bin/python ]; then $(MAKE) --no-print-directory bench-navigation; fi

## bench-navigation: the navigation model as it was and as it is, tiny on a CPU (FULL=1: the full shape on CUDA)
bench-navigation:
	@python=$$(vis_assis/build/check_tools.sh python) && "$$python" vis_assis/build/model_environment.py
	@OMP_NUM_THREADS=1 NAVIGATION_DEVICE=cpu PYTHONPATH=.:navigation_model/code .venvs/model/bin/python -m bench.navigation_model $(if $(FULL),--full)

## bench-client: bytes and times of the web client in headless Chromium (PLOT=1: draws them)
bench-client: $(RUNTIME)
	@vis_assis/build/check_tools.sh browser
	@$(PY) -m vis_assis.build.environments browser
	@PYTHONPATH=.:packages/web_client/tests .venvs/browser/bin/python -m bench.web_client $(if $(PLOT),--plot)

## test-model: the navigation model with a tiny PaliGemma; installs torch into .venvs/model (1 GB)
test-model: export PYTHONPYCACHEPREFIX =
test-model: export PYTHONDONTWRITEBYTECODE = 1
test-model:
	@vis_assis/build/check_tools.sh java
	@python=$$(vis_assis/build/check_tools.sh python) && "$$python" vis_assis/build/model_environment.py
	@OMP_NUM_THREADS=1 .venvs/model/bin/python -m pytest --confcutdir=tests/navigation_model tests/navigation_model/served tests/navigation_model/pictures
	@.venvs/pillow/bin/python -m pytest --confcutdir=tests/navigation_model tests/navigation_model/pictures

CLIENT_TESTS := .venvs/browser/bin/python -m pytest packages/web_client/tests
# The first test waits for the stack and its pipelines.
BROWSER_TESTS := .venvs/browser/bin/python -m pytest tests/browser --timeout 900

## test-browser: web client and example page in headless Chromium, the page on a stack of its own (about six minutes)
test-browser: $(RUNTIME)
	@vis_assis/build/check_tools.sh browser
	@$(PY) -m vis_assis.build.environments browser
	@$(CLIENT_TESTS)
	@$(BROWSER_TESTS)

## screenshots: take the pictures of docs/screenshots again
screenshots: $(RUNTIME)
	@vis_assis/build/check_tools.sh browser
	@$(PY) -m vis_assis.build.environments browser
	@$(BROWSER_TESTS) --screenshots docs/screenshots

## recordings: take the terminal recordings of docs/recordings again, from runs on a local cloud
recordings: $(RUNTIME)
	@$(PY) -m vis_assis.build.recording

# Beside the root, whose build/ may hold thousands of folders that tests make and remove meanwhile.
FORMATTED := modules packages tests

CHECKOV := .venvs/scanners/bin/checkov --directory . --framework terraform --skip-download --compact --quiet
# Beside the configuration lie what tests and commands make.
ELSEWHERE := tests build '\.cache' '\.terraform' '\.venv'

## lint: formatting, types, house rules of Python and Terraform, what checkov finds
lint: $(DEV)
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy .
	@$(PY) -m pipeline_defs --check
	@$(PY) -m vis_assis.build.reference --check
	@$${TERRAFORM:-terraform} fmt -check && $${TERRAFORM:-terraform} fmt -check -recursive $(FORMATTED)
	@$(PY) -m vis_assis validate
	@$(PY) -m vis_assis.build.environments scanners
	@$(CHECKOV) $(addprefix --skip-path ,$(ELSEWHERE))

## fmt: format Python and Terraform
fmt: $(DEV)
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .
	@$${TERRAFORM:-terraform} fmt && $${TERRAFORM:-terraform} fmt -recursive $(FORMATTED)

## pipelines: regenerate pipeline_defs/definitions from models.yaml
pipelines: $(DEV)
	@$(PY) -m pipeline_defs

## pin: check models.yaml on the hub; branches become today's commits (HF_TOKEN for gated models)
pin: $(DEV)
	@$(PY) -m vis_assis.build.pin && $(PY) -m pipeline_defs

## docs: rewrite docs/reference.md from the Terraform files and docs/aws_facts.md from vis_assis/facts
docs: $(DEV)
	@$(PY) -m vis_assis.build.reference

## package: build the Lambda zips into build/lambda
package: $(DEPLOY)
	@$(PY) -m vis_assis.build.package_lambdas

## lock: re-pin requirements/*.txt from requirements/*.in
lock: $(DEPLOY)
	@$(PY) -m vis_assis.build.lock

## weight: lines of Python, Terraform and JavaScript by room
weight: $(RUNTIME)
	@$(PY) -m vis_assis.build.weight

## setup: install everything that the other commands need
setup: $(DEV)

## clean: remove what was installed and built (not states, backend settings and .env.local)
clean:
	@rm -rf .venv .venvs .cache .terraform build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

## help: this list
help:
	@awk '/^## [a-z-]+: / { name = $$2; sub(/:$$/, "", name); sub(/^## [a-z-]+: /, ""); printf "  make %-20s %s\n", name, $$0 }' $(firstword $(MAKEFILE_LIST))

.PHONY: doctor drift verify amplify-role bench bench-client bench-navigation mutants test-long demo local env-local user status prune navigation-status navigation-rollback test test-model test-browser screenshots recordings web lint fmt pipelines pin docs package lock weight setup clean help deploy destroy backup restore soak

.venv/bin/uv: requirements/uv.txt
	@vis_assis/build/check_tools.sh terraform
	@python=$$(vis_assis/build/check_tools.sh python) && "$$python" -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

# The sets agree on every version, so that a smaller one never undoes a larger.
$(DEPLOY): .venv/bin/uv requirements/deploy.txt vis_assis/cli/vis-assis.sh
	@vis_assis/build/check_tools.sh terraform
	@$(BIN)/uv pip install --quiet --require-hashes --python $(PY) -r requirements/deploy.txt
	@cp vis_assis/cli/vis-assis.sh $(BIN)/vis-assis
	@touch $@

$(RUNTIME): $(DEPLOY) requirements/runtime.txt requirements/lambda_runtime.txt packages/local_cloud/pyproject.toml
	@$(BIN)/uv pip install --quiet --require-hashes --python $(PY) -r requirements/runtime.txt
	@$(BIN)/uv pip install --quiet --no-deps --python $(PY) --editable packages/local_cloud
	@$(PY) -m vis_assis.build.environments lambda processing
	@touch $@

$(DEV): $(RUNTIME) requirements/dev.txt
	@$(BIN)/uv pip install --quiet --require-hashes --python $(PY) -r requirements/dev.txt
	@touch $@
