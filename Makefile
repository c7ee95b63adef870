# make test: set up .venv and pass the tests.  make prove: certify the shipped claims, re-check them, write the appendix.
# make found: search again for what floating point found (proofs/found).  make atlas: certify the shipped plans of ranks, and draw them.
PYTHON ?= python3
BIN := .venv/bin
FOUND := proofs/found

.PHONY: test prove found atlas lint bench clean

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "exactcap needs Python 3.11 or newer; try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "no venv module; on Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/installed-test: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@

.venv/installed-report: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[report]'
	touch $@

test: .venv/installed-test
	$(BIN)/python -m pytest -q -n auto

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Every claim certified (what is there and fresh stays), certified again and compared, re-checked, and written up.
prove: .venv/installed-report
	$(BIN)/exactcap build proofs/claims
	$(BIN)/exactcap build --check proofs/claims
	$(BIN)/exactcap verify proofs
	$(BIN)/exactcap appendix proofs -o build/appendix

# What floating-point search finds: other bytes on another machine, so it is shipped and re-checked, not made again.
found: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[train]'
	$(BIN)/exactcap train proofs/data/wine.csv --label class --activation tanh --width 20 -o $(FOUND)/wine.npz
	$(BIN)/exactcap certify nearby --network $(FOUND)/wine.npz --data proofs/data/wine.csv --label class -o $(FOUND)/wine-nearby.cert.jsonl
	mkdir -p build
	$(BIN)/exactcap train proofs/data/iris.csv --label species --deduplicate --activation tanh --width 80 --coding units -o build/iris-units.npz
	$(BIN)/exactcap certify nearby --network build/iris-units.npz --data proofs/data/iris.csv --label species --deduplicate -o $(FOUND)/iris-units-nearby.cert.jsonl
	$(BIN)/exactcap capacity --smallest-width --activation tanh --data proofs/data/wine.csv --label class -o $(FOUND)/wine-regular-zero.cert.jsonl
	$(BIN)/exactcap certify interpolation --data proofs/data/wine.csv --label class --activation tanh --width 13 --method regular-zero -o $(FOUND)/wine-13-regular-zero.cert.jsonl
	$(BIN)/exactcap certify interpolation --data proofs/data/breast-cancer.csv --label diagnosis --activation tanh --width 20 -o $(FOUND)/breast-cancer-regular-zero.cert.jsonl
	$(BIN)/exactcap memorize proofs/data/wine.csv --label class --activation relu --method polish -o $(FOUND)/wine-polish.json
	$(BIN)/exactcap certify kernel --data proofs/data/wine.csv --label class --activation relu -o $(FOUND)/wine-kernel.cert.jsonl

# The shipped plans: every rank certified (into build/ranks, kept and resumed), then drawn (build/atlas).
atlas: .venv/installed-test
	$(BIN)/exactcap sweep proofs/plans/khatri-rao.toml --store build/ranks/khatri-rao
	$(BIN)/exactcap sweep proofs/plans/polynomial.toml --store build/ranks/polynomial
	$(BIN)/exactcap sweep proofs/plans/deep.toml --store build/ranks/deep || test $$? -eq 3  # one is PROBABLE
	for plan in khatri-rao polynomial deep; do $(BIN)/exactcap atlas build/ranks/$$plan -o build/atlas/$$plan || exit 1; done

bench: .venv/installed
	$(BIN)/python benchmarks/bench_rank.py --sizes 500,1000,2000,4000
	$(BIN)/python benchmarks/bench_sharing.py
	$(BIN)/python benchmarks/bench_gaussian.py
	$(BIN)/python benchmarks/bench_nearby.py
	$(BIN)/python benchmarks/bench_classification.py
	$(BIN)/python benchmarks/bench_memorize.py
	$(BIN)/python benchmarks/bench_capacity.py

clean:
	rm -rf .venv build dist
