# make test: set up .venv and pass the tests.  make prove: certify the shipped claims and check each certificate.
# make found: search again for what floating point found (proofs/found).  make atlas: certify the shipped plans of ranks, and draw them.
PYTHON ?= python3
BIN := .venv/bin
CERTIFICATES := proofs/certificates
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

test: .venv/installed-test
	$(BIN)/python -m pytest -q -n auto

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

prove: .venv/installed
	$(BIN)/exactcap capacity --smallest-width --method paired --activation tanh --data proofs/data/iris.csv --label species --deduplicate -o $(CERTIFICATES)/iris.cert.jsonl
	$(BIN)/exactcap capacity --smallest-width --method paired --activation tanh --data proofs/data/wine.csv --label class -o $(CERTIFICATES)/wine.cert.jsonl
	$(BIN)/exactcap capacity --smallest-width --method paired --activation tanh --data proofs/data/breast-cancer.csv --label diagnosis -o $(CERTIFICATES)/breast-cancer.cert.jsonl
	$(BIN)/exactcap capacity --smallest-width --method paired --activation tanh --data proofs/data/diabetes.csv --label target -o $(CERTIFICATES)/diabetes.cert.jsonl
	$(BIN)/exactcap certify interpolation --samples 24 --inputs 4 --width 8 --activation tanh -o $(CERTIFICATES)/generic-tanh.cert.jsonl
	$(BIN)/exactcap certify interpolation --samples 20 --inputs 4 --width 8 --activation "x^3 + x" --blocks W,b -o $(CERTIFICATES)/generic-cubic.cert.jsonl
	$(BIN)/exactcap certify obstruction --samples 21 --inputs 4 --width 4 --activation exp -o $(CERTIFICATES)/generic-exp.obstruction.cert.jsonl
	$(BIN)/exactcap certify rank khatri-rao --inputs 3 --width 5 --power 3 -o $(CERTIFICATES)/rank-khatri-rao-3-3-5.cert.jsonl
	$(BIN)/exactcap certify rank khatri-rao --inputs 5 --width 7 --power 2 -o $(CERTIFICATES)/rank-khatri-rao-5-2-7.cert.jsonl
	$(BIN)/exactcap certify rank jacobian --inputs 4 --width 6 --activation "x^3 + x" -o $(CERTIFICATES)/rank-shifted-cubic.cert.jsonl
	$(BIN)/exactcap certify rank deep --widths 2,3,4,5,4,6,4,1 --degree 2 -o $(CERTIFICATES)/rank-deep-filling.cert.jsonl
	$(BIN)/exactcap certify rank deep --widths 3,5,6,4,3,1 --degree 2 -o $(CERTIFICATES)/rank-deep-defective.cert.jsonl
	$(BIN)/exactcap certify identity jacobian --samples 2 --inputs 2 --width 2 -o $(CERTIFICATES)/identity-jacobian.cert.jsonl
	$(BIN)/exactcap memorize proofs/data/iris.csv --label species --deduplicate --activation threshold --method baum -o $(CERTIFICATES)/networks/iris-baum.json
	$(BIN)/exactcap memorize proofs/data/breast-cancer.csv --label diagnosis --activation threshold --method baum -o $(CERTIFICATES)/networks/breast-cancer-baum.json
	$(BIN)/exactcap memorize proofs/data/wine.csv --label class --activation relu --method tent -o $(CERTIFICATES)/networks/wine-tent.json
	$(BIN)/exactcap memorize proofs/data/diabetes.csv --label target --activation relu --method three-layer -o $(CERTIFICATES)/networks/diabetes-three-layer.json
	$(BIN)/exactcap count dichotomies --points 100 --dimension 33 -o $(CERTIFICATES)/capacity/dichotomies-100-33.cert.jsonl
	$(BIN)/exactcap count bound --inputs 10 --width 5 -o $(CERTIFICATES)/capacity/bound-10-5.cert.jsonl
	$(BIN)/exactcap predict perceptron --margin 1 --digits 40 -o $(CERTIFICATES)/capacity/perceptron-1.cert.jsonl
	$(BIN)/exactcap predict committee --activation relu --architecture tree -o $(CERTIFICATES)/capacity/relu-tree.cert.jsonl
	$(BIN)/exactcap predict committee --activation relu --architecture full -o $(CERTIFICATES)/capacity/relu-full.cert.jsonl
	$(BIN)/exactcap predict committee --activation tanh --architecture tree -o $(CERTIFICATES)/capacity/tanh-tree.cert.jsonl
	$(BIN)/exactcap predict committee --activation sign --units 3 -o $(CERTIFICATES)/capacity/sign-3.cert.jsonl
	$(BIN)/exactcap predict symmetry-breaking --activation relu -o $(CERTIFICATES)/capacity/relu-breaking.cert.jsonl
	$(BIN)/exactcap certify kernel --data proofs/data/wine.csv --label class --activation relu --bias --width 20 -o $(CERTIFICATES)/capacity/wine-tangent.cert.jsonl
	$(BIN)/exactcap build proofs/claims/vershynin-2020.toml
	$(BIN)/exactcap-check $(CERTIFICATES)/*.cert.jsonl $(CERTIFICATES)/*/*.cert.jsonl $(FOUND)/*.cert.jsonl

# What floating-point search finds: other bytes on another machine, so it is shipped and re-checked, not made again.
found: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[train]'
	$(BIN)/exactcap train proofs/data/wine.csv --label class --activation tanh --width 20 -o $(FOUND)/wine.npz
	$(BIN)/exactcap certify nearby --network $(FOUND)/wine.npz --data proofs/data/wine.csv --label class -o $(FOUND)/wine-nearby.cert.jsonl
	$(BIN)/exactcap capacity --smallest-width --activation tanh --data proofs/data/wine.csv --label class -o $(FOUND)/wine-regular-zero.cert.jsonl
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
	$(BIN)/python benchmarks/bench_memorize.py
	$(BIN)/python benchmarks/bench_capacity.py

clean:
	rm -rf .venv build dist
