# The verbs of the project. `make` alone lists them.
PYTHON ?= python3.11
BIN := .venv/bin
DATA ?=
PROGRAM ?=
LIMIT ?=
NICE := nice -n 5

.DEFAULT_GOAL := help
.PHONY: cloud-live cloud-test help run setup setup-test lint test test-fast test-slow test-slow-kills test-slow-properties test-slow-pdfs test-slow-updates test-slow-tuf \
	test-slow-poison test-deb bench-retrieval bench-quality bench-model bench-first-token bench-ingest bench-ocr bench-ten bench-updates bench-inference bench-class bench-waits bench-shapes bundle deb run-file program words demo-book lock clean

help:  ## list the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

setup:  ## environment, model and demo book; slow the first time only
	@$(PYTHON) installer/source/setup.py runtime

setup-test:  ## the same, and what the tests need
	@$(PYTHON) installer/source/setup.py test

run: setup  ## set up and start the appliance with the demo school
	@$(BIN)/nexus demo
	@$(BIN)/nexus serve

lint:  ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup-test lint  ## everything, at reduced and seeded counts
	$(BIN)/python tests/run.py

test-fast: setup-test  ## the tests without browser and language model
	$(BIN)/python -m pytest -q -m "not browser and not model and not slow"

cloud-live:  ## the same on a real account; NEXUS_AWS_STACK, NEXUS_AWS_SUBJECT
	$(BIN)/python -m tests.cloud.live

cloud-test: setup-test  ## a PDF through the whole chain without an account: S3, Lambdas, edge, school, answer
	$(BIN)/python -m pytest -q tests/cloud

test-slow: test-slow-kills test-slow-properties test-slow-pdfs test-slow-updates test-slow-tuf test-slow-poison  ## full counts; results go to benchmarks/results

test-slow-kills: setup-test  ## kill -9 of the server at each stage of an ingest, 100 times (about ten minutes)
	$(BIN)/python -m tests.full kills

test-slow-properties: setup-test  ## every property with 5000 examples (about five minutes)
	$(BIN)/python -m tests.full properties

test-slow-pdfs: setup-test  ## odd PDFs of two source packages (fetched) through a real server (about ten minutes)
	$(BIN)/python -m tests.full pdfs

test-slow-updates: setup-test  ## kill -9 at points of an update, 200 times, and 2000 flipped bits of a channel (about 20 minutes)
	$(BIN)/python -m tests.full updates

test-slow-tuf: setup-test  ## python-tuf's tests of TUF clients (fetched), run against ours
	$(BIN)/python -m tests.full tuf

test-slow-poison: setup-test  ## the model over 144 poisoned passages (about half an hour; goes on where it stopped)
	$(BIN)/python -m tests.poison.full

test-deb: setup-test  ## as root: the package of `make deb` in an empty Debian, first day, upgrade, purge; PROGRAM=nexus-VERSION.zip
	@$(PYTHON) -m installer.linux.deb --version 0.0.9 --out dist/previous
	$(BIN)/python -m tests.installed --deb dist/nexus-appliance_*_amd64.deb --previous dist/previous/nexus-appliance_*_amd64.deb \
		$(if $(PROGRAM),--program $(PROGRAM))

bench-retrieval:  ## does the right page come first? DATA=folder of the developers' set
	$(BIN)/python -m benchmarks.retrieval $(if $(DATA),--data $(DATA))

bench-quality:  ## pages, refusals and answers beside BM25, vectors, a plain prompt; DATA=folder, LIMIT=questions
	$(BIN)/python -m benchmarks.quality $(if $(DATA),--data $(DATA)) $(if $(LIMIT),--limit $(LIMIT))

bench-model:  ## prompt and generation speed of the model on this machine
	$(BIN)/python -m benchmarks.model_speed

bench-inference:  ## a class beside llama-server (built once) and one lock around llama-cpp-python (about 40 minutes)
	$(BIN)/python -m benchmarks.inference

bench-class:  ## a hundred students on a real server, also without cache and with a killed model (about 30 minutes); DATA=folder of the developers' set
	$(BIN)/python -m benchmarks.school_class $(if $(DATA),--data $(DATA))

bench-waits:  ## is the wait that students are told true? 96 ask within a minute
	$(BIN)/python -m benchmarks.waits

bench-shapes:  ## what follows for models of 135M, 1.5B, 3B and 8B on this machine
	$(BIN)/python -m benchmarks.shapes

bench-first-token:  ## how soon an answer begins: cold command line, running server
	$(BIN)/python -m benchmarks.first_token

bench-ingest:  ## what a book of 263 pages takes, alone and beside questions; DATA=folder of the developers' set
	$(BIN)/python -m benchmarks.ingest $(if $(DATA),--data $(DATA))

bench-ocr:  ## how well and how fast scanned pages are read; DATA=folder of the developers' set
	$(BIN)/python -m benchmarks.ocr $(if $(DATA),--data $(DATA))

bench-updates:  ## what an update moves, and the wait for passages beside it; DATA=folder of the developers' set
	$(BIN)/python -m benchmarks.updates $(if $(DATA),--data $(DATA))

bench-ten:  ## ten students at once, each in a browser
	$(BIN)/python -m benchmarks.ten_students

bundle:  ## the program in one folder (dist/nexus), tried in an empty root without network
	@$(PYTHON) -m installer.bundle.build
	@$(PYTHON) -m installer.bundle.trial

deb: bundle  ## dist/nexus-appliance_VERSION_amd64.deb
	@$(PYTHON) -m installer.linux.deb

run-file: bundle  ## dist/nexus-appliance-VERSION.run, for a Linux without dpkg
	@$(PYTHON) -m installer.linux.self_extracting

program: bundle  ## dist/nexus-VERSION.zip, for a channel to offer
	@$(PYTHON) -m installer.bundle.archive

words:  ## collect the texts of the screen and compile the translations; describe the tables
	$(BIN)/python assets/locale/catalogue.py
	$(BIN)/python -m docs.schema

demo-book:  ## build the demo textbook from its source
	$(BIN)/python assets/demo/build_book.py

lock: ## resolve all locks anew
	@$(PYTHON) installer/source/lock.py

clean:  ## remove the environment and caches of tools
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
