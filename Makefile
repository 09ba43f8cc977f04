# Two commands on a fresh machine: `make demo` sets up and trains the exercise's network, `make test` sets up and tests.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: demo test attack smoke lint types package release changes site site-quick site-texts docs bench bench-engine bench-tables lines clean

demo: .venv/.demo
	$(BIN)/halfmoon train moons
	@echo
	@echo "Look at runs/moons/boundary.png and loss.png. Next, here or in any new shell in this folder:"
	@echo "  $(BIN)/halfmoon xray runs/moons/model.safetensors --row 17   # every number of one training step"
	@echo "  $(BIN)/halfmoon train table.csv --target price               # your own table"
	@echo "  source $(BIN)/activate                                       # from then on: halfmoon ..., python ..."
	@echo "README.md goes on from here. And to build a network in your browser and watch it learn, open the playground:"
	@echo "  $(BIN)/halfmoon playground"

# COVERAGE says which lines no test runs, and holds a floor; it makes the tests take a quarter longer.
COVERED = --cov --cov-report=term:skip-covered --cov-fail-under=97

test: .venv/.dev
	$(BIN)/python -m pytest -n 2 --dist worksteal $(if $(COVERAGE),$(COVERED))

# Ten minutes of damaged files, kills, signals, threads and odd streams, of which `make test` has one: docs/promises.md.
attack: .venv/.dev
	HALFMOON_ATTACK=100 $(BIN)/python -m pytest -n 2 tests/attack/test_files.py tests/tabular/test_messy_tables.py
	HALFMOON_ATTACK=10 $(BIN)/python -m pytest -n 2 tests/attack --deselect tests/attack/test_files.py

smoke: .venv/.dev
	$(BIN)/python -m pytest -m smoke -q

lint: .venv/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: .venv/.dev
	$(BIN)/mypy

# The wheel is built from the sdist, with machine code in it, and installed where nothing else is: there nothing may be compiled.
package: .venv/.dev
	rm -rf dist .wheel-check
	HATCH_BUILD_HOOK_ENABLE_CUSTOM=true $(BIN)/python -m build --outdir dist .
	$(PYTHON) -m venv .wheel-check
	.wheel-check/bin/python -m pip install --quiet dist/*.whl
	.wheel-check/bin/python tools/check_wheel.py
	cd .wheel-check && bin/halfmoon train moons --epochs 50
	.wheel-check/bin/python -m pip install --quiet "$$(echo dist/*.whl)[playground]"
	.wheel-check/bin/python tools/check_playground.py

# What goes out, in dist/, made and checked: metadata, contents, and an empty environment on each Python that is here. It publishes nothing.
release: package
	$(BIN)/python tools/check_release.py dist

# The section of CHANGES.md for the version in src/halfmoon/version.py, made from changes/, whose files then go.
changes: .venv/.dev
	$(BIN)/python -m towncrier build --yes --version "$$($(BIN)/python -c 'import halfmoon; print(halfmoon.__version__)')"

# The site, in English and Chinese, with every example run: site/index.html.
site: .venv/.dev
	$(BIN)/python tools/build_site.py

# The same without running an example, into build/site.
site-quick: .venv/.dev
	$(BIN)/python tools/build_site.py --quick

# The catalogues of its Chinese, after a change to the English.
site-texts: .venv/.dev
	$(BIN)/python tools/site_texts.py

# The pictures in docs/images.
docs: .venv/.dev
	$(BIN)/python examples/exercise.py docs/images
	$(BIN)/python examples/displays.py docs/images
	$(BIN)/python tools/record_playground.py docs/images/playground.webp

bench: bench-engine bench-tables

# Halfmoon, its peers and the bare matrix products on the same jobs: docs/benchmarks.md. Some 40 minutes.
bench-engine: .venv/.bench package
	$(BIN)/python -m benchmarks

# The ensembles for tables beside CatBoost, boosted trees and other MLPs: docs/tabular-benchmarks.md. Some 50 minutes; a second run goes on
# where the first has ended.
bench-tables: .venv/.bench .bench-realmlp/.ready
	mkdir -p build
	$(BIN)/python -m benchmarks.tabular --keep build/tabular.jsonl --to docs/tabular-benchmarks.md

lines:
	@git ls-files 'src/*.py' | xargs wc -l | sort -n

clean:
	rm -rf .venv .wheel-check .bench-realmlp build dist runs site docs/tutorial docs/gallery docs/reference/generated docs/changelog.md .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache

.venv/.ready:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "halfmoon needs Python 3.11 or newer; say which: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	touch $@

.venv/.demo: .venv/.ready pyproject.toml src/halfmoon/version.py
	$(BIN)/python -m pip install --quiet --editable '.[playground]'
	$(BIN)/halfmoon warmup
	touch $@

.venv/.dev: .venv/.demo
	$(BIN)/python -m pip install --quiet --group dev
	.ci/chromium
	.ci/node
	.ci/clang
	touch $@

.venv/.bench: .venv/.demo
	$(BIN)/python -m pip install --quiet --group bench
	touch $@

# RealMLP brings PyTorch Lightning and more along, so it stands alone.
.bench-realmlp/.ready: .venv/.ready
	$(PYTHON) -m venv .bench-realmlp
	.bench-realmlp/bin/python -m pip install --quiet 'pytabkit==1.8.0' 'torch==2.13.0' 'pandas>=2.2'
	touch $@
