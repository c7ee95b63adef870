# make test: set up .venv and pass the tests.  make prove: certify the shipped claims and check each certificate.
PYTHON ?= python3
BIN := .venv/bin
CERTIFICATES := proofs/certificates

.PHONY: test prove lint bench clean

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "exactcap needs Python 3.11 or newer; try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "no venv module; on Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/installed-test: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@

test: .venv/installed-test
	$(BIN)/python -m pytest -q -n auto

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

prove: .venv/installed
	$(BIN)/exactcap capacity --smallest-width --activation tanh --data proofs/data/iris.csv --label species --deduplicate -o $(CERTIFICATES)/iris.cert.jsonl
	$(BIN)/exactcap capacity --smallest-width --activation tanh --data proofs/data/wine.csv --label class -o $(CERTIFICATES)/wine.cert.jsonl
	$(BIN)/exactcap capacity --smallest-width --activation tanh --data proofs/data/breast-cancer.csv --label diagnosis -o $(CERTIFICATES)/breast-cancer.cert.jsonl
	$(BIN)/exactcap capacity --smallest-width --activation tanh --data proofs/data/diabetes.csv --label target -o $(CERTIFICATES)/diabetes.cert.jsonl
	$(BIN)/exactcap certify interpolation --samples 24 --inputs 4 --width 8 --activation tanh -o $(CERTIFICATES)/generic-tanh.cert.jsonl
	$(BIN)/exactcap certify interpolation --samples 20 --inputs 4 --width 8 --activation "x^3 + x" --blocks W,b -o $(CERTIFICATES)/generic-cubic.cert.jsonl
	$(BIN)/exactcap certify obstruction --samples 21 --inputs 4 --width 4 --activation exp -o $(CERTIFICATES)/generic-exp.obstruction.cert.jsonl
	$(BIN)/exactcap-check $(CERTIFICATES)/*.cert.jsonl

bench: .venv/installed
	$(BIN)/python benchmarks/bench_rank.py --sizes 500,1000,2000,4000

clean:
	rm -rf .venv build dist
