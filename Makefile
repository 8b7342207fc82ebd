# Two commands matter most: `make demo` shows it, `make test` proves it. Plain `make` lists the others.
.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/sh
BIN := .venv/bin
LANE := $(BIN)/python .ci/lane.py

# What a shell may have set for another service must not reach the demonstration or the tests.
FORGET := env -u DEMO -u DEBUG -u SECRET_KEY -u RECEIPT_KEY -u ALLOWED_HOSTS -u SITE_ADDRESS -u HTTPS \
	-u TRUSTED_PROXIES -u VAR_DIR -u FILES_ROOT -u STATIC_ROOT -u CACHE_PREFIX -u DJANGO_SETTINGS_MODULE
FORGET_SERVICES := $(FORGET) -u DATABASE_URL -u REDIS_URL
PRODUCTION := $(FORGET) ALLOWED_HOSTS=consult.example REDIS_URL=redis://127.0.0.1:6379/0 \
	DATABASE_URL=postgres://consult@127.0.0.1:5432/consult \
	SECRET_KEY=for-this-check-only-0123456789-abcdefghijklmnopqrstuvwxyz

##@ Every day
.PHONY: help
help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@ / {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: .venv/.complete ## make the environment (.venv) with everything for work and tests

.PHONY: demo
demo: .venv/.ready ## show a living consultation (fresh=1 begins anew, PORT=8001 chooses the port)
	@$(FORGET_SERVICES) DEMO=1 VAR_DIR=$(CURDIR)/var/demo \
		$(BIN)/python -u manage.py demo --start $(if $(fresh),--fresh)

.PHONY: test
test: lane-a ## prove that it works: SQLite and the filesystem broker, no services

.PHONY: format
format: .venv/.complete ## format the code and mend what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: lint
lint: .venv/.complete ## lint the code
	$(BIN)/ruff check .

##@ Before every commit
.PHONY: sure
sure: format-check lint migrations deploy-check lane-a lane-c lane-d lane-b ## all checks and all lanes: what CI runs

.PHONY: format-check
format-check: .venv/.complete ## is the code formatted?
	$(BIN)/ruff format --check .

.PHONY: migrations
migrations: .venv/.complete ## is a migration missing?
	$(FORGET_SERVICES) DEBUG=1 DATABASE_URL=sqlite:/// $(BIN)/python manage.py makemigrations --check --dry-run

.PHONY: deploy-check
deploy-check: .venv/.complete ## are production settings safe?
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

##@ Lanes (services come from DATABASE_URL and REDIS_URL, or are found on 127.0.0.1)
.PHONY: lane-a
lane-a: .venv/.complete ## the tests on SQLite with the filesystem broker
	@$(FORGET_SERVICES) $(LANE) a $(args)

.PHONY: lane-b
lane-b: .venv/.complete ## the same tests on PostgreSQL with Redis
	@$(FORGET) $(LANE) b $(args)

.PHONY: lane-c
lane-c: .venv/.complete ## browser, accessibility and hostile text, on PostgreSQL
	@$(FORGET) $(LANE) c $(args)

.PHONY: lane-d
lane-d: .venv/.complete ## kill -9, races, size and LibreOffice, one after the other, on PostgreSQL with Redis
	@$(FORGET) $(LANE) d $(args)

.PHONY: deep
deep: .venv/.complete ## many more examples for every property test (takes long)
	@$(FORGET_SERVICES) HYPOTHESIS_PROFILE=deep $(LANE) a $(args)

##@ Now and then
.PHONY: bench
bench: .venv/.complete ## measure, and write docs/performance.md and var/bench.json
	$(FORGET) $(BIN)/python -m bench $(args)

.PHONY: pins
pins: .venv/.complete ## compile requirements*.txt from requirements*.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header requirements-dev.in -o requirements-dev.txt

# The environment. Its stamps are older than the pins exactly when the pins have changed.
.venv/.ready: requirements.txt
	@deploy/make-environment
	@echo "Installing what the product needs (requirements.txt) …"
	@$(BIN)/python -m pip install -qq --no-compile --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.complete: .venv/.ready requirements-dev.txt
	@echo "Installing what work and tests need (requirements-dev.txt) …"
	@$(BIN)/python -m pip install -qq --no-compile --disable-pip-version-check -r requirements-dev.txt
	@touch $@
