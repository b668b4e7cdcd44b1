# What one can do here. Everything that needs accounts runs in namespaces of its own; see Tests/System/stage/enclosure.py.
SHELL := /bin/bash
CACHE := /var/cache/diycloud-bridge
VENV_TEST := $(CACHE)/venv-test
VENV_HUB := $(CACHE)/venv-hub
# The linker looks here first. SQLite goes into the programs: "diycloud" has to start on a host that has nothing yet.
STATIC := $(CURDIR)/.build/static
SWIFT_SOURCES := Package.swift Sources $(wildcard Tests/*Tests)
PYTHON_SOURCES := Tests config

.PHONY: help build release stage dist deb packaging-tests test lint unit-tests hub-tests sync-tests system-tests docker-tests portainer-tests guest-tests demo bench install-tools \
	test-environment hub-environment format clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

build: ## everything, for debugging
	Tests/install-tools.sh build
	swift build

release: ## the programs as they are installed
	Tests/install-tools.sh build
	mkdir -p $(STATIC) && ln -sf "$$(cc -print-file-name=libsqlite3.a)" $(STATIC)/
	for program in $$(config/packaging/programs.sh); do \
		swift build -c release --static-swift-stdlib -Xlinker -L$(STATIC) --product $$program || exit 1; \
	done

stage: release ## what is installed, laid out in .build/stage
	config/packaging/stage.sh .build/stage

dist: stage ## a tarball of it in .build/packages
	config/packaging/dist.sh .build/stage .build/packages

deb: stage ## a Debian package of it in .build/packages
	config/packaging/deb.sh .build/stage .build/packages

demo: ## sudo make demo: everything on loopback with demo people, until Ctrl-C
	@config/demo/demo.sh

test: ## sudo make test: every test there is
	@Tests/run-all.sh

lint: test-environment ## format and style of Swift and Python
	swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)
	$(VENV_TEST)/bin/ruff check $(PYTHON_SOURCES)
	$(VENV_TEST)/bin/ruff format --check $(PYTHON_SOURCES)

format: test-environment ## let the formatters write
	swift format --in-place --parallel --recursive $(SWIFT_SOURCES)
	$(VENV_TEST)/bin/ruff format $(PYTHON_SOURCES)

unit-tests: hub-environment ## swift test, room by room
	Tests/unit-tests.sh

hub-tests: hub-environment ## the JupyterHub package's own tests
	Tests/JupyterHub/run

sync-tests: release test-environment ## reconciliation of real, overlaid account files and cgroups, as root
	/usr/bin/python3 Tests/Reconcile/run.py $(TESTS)

system-tests: release test-environment hub-environment ## real nginx, PAM, JupyterHub and a browser, as root
	/usr/bin/python3 Tests/System/run.py $(TESTS)

docker-tests: release test-environment hub-environment ## the Docker guard before a real engine: everyday use, attempts to escape, as root
	/usr/bin/python3 Tests/Docker/run.py $(TESTS)
	/usr/bin/python3 Tests/JupyterHub/run_docker.py

portainer-tests: release test-environment ## Portainer's double itself, sign-in to it, and the whole chain down to the engine, as root
	Tests/Portainer/run
	/usr/bin/python3 Tests/System/run.py Tests/Portainer/test_sign_in.py
	/usr/bin/python3 Tests/System/run.py Tests/Portainer/test_whole.py

guest-tests: release hub-environment ## limits that bite: systemd, cgroup v2 and disk quotas in a Debian guest (qemu), as root
	/usr/bin/python3 Tests/Guest/run.py $(TESTS)

packaging-tests: deb dist ## the package in a Debian root of its own: installed, looked at, purged; as root
	/usr/bin/python3 Tests/Packaging/run.py

bench: release test-environment ## sudo make bench: what a check, a reconciliation and the Docker guard cost
	/usr/bin/python3 Tests/Benchmarks/verify.py $(BENCH)
	/usr/bin/python3 Tests/Benchmarks/sync.py
	/usr/bin/python3 Tests/Benchmarks/guard.py

install-tools: ## Debian packages for all of the above
	Tests/install-tools.sh test

# The environments stay in the cache between runs and are made anew when what they hold changes.
test-environment: $(VENV_TEST)/.made
$(VENV_TEST)/.made: Tests/System/requirements.txt
	/usr/bin/python3 -m venv --clear $(VENV_TEST)
	$(VENV_TEST)/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

# Users execute it, so it is Debian's Python and readable by all. The package is built from a copy: nothing is left here.
hub-environment: $(VENV_HUB)/.made
	@umask 022 && work=$$(mktemp -d) && trap 'rm -r "$$work"' EXIT && cp -r config/jupyterhub "$$work" && \
		$(VENV_HUB)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--force-reinstall "$$work/jupyterhub"
$(VENV_HUB)/.made: config/demo/requirements-hub.txt $(wildcard config/jupyterhub/requirements*.txt)
	umask 022 && /usr/bin/python3 -m venv --clear $(VENV_HUB)
	umask 022 && $(VENV_HUB)/bin/pip install --quiet --disable-pip-version-check -r config/demo/requirements-hub.txt
	touch $@

clean: ## what was built here (the cache stays: rm -r /var/cache/diycloud-bridge)
	swift package clean
	rm -rf artefacts
