# The commands of this house. `make help` lists them; each installs what it needs on its first use.
# PYTHON=… chooses another Python, PORT=… another port; DATABASE_URL and REDIS_URL name your own servers instead of the embedded ones.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
OWN_SERVERS := $(if $(DATABASE_URL),$(if $(REDIS_URL),--own-servers))
# Production settings need values; these open nothing.
PRODUCTION := DJANGO_SETTINGS_MODULE=frenchimpact.settings.production SECRET_KEY=a-key-for-the-checks-alone-0123456789-abcdefghijklmnopqrstuvwxyz \
	DATABASE_URL=postgresql:///none REDIS_URL=redis://localhost SITE_URL=https://frenchimpact.example ALLOWED_HOSTS=frenchimpact.example \
	SMTP_HOST=localhost DEFAULT_FROM_EMAIL=site@frenchimpact.example LEGAL_PUBLISHER=P LEGAL_PUBLISHER_ADDRESS=A LEGAL_DIRECTOR=D LEGAL_HOST=H \
	LEGAL_HOST_ADDRESS=A LEGAL_HOST_PHONE=0 CONTACT_EMAIL=contact@site.test DPO_EMAIL=dpo@site.test SECURITY_EMAIL=security@site.test \
	SEAL_KEY=a2V5LW9mLXRoZS1jaGVja3Mtb3BlbnMtbm90aGluZy4=

.DEFAULT_GOAL := help
.PHONY: help run demo-reset test check format bench rehearsal bench-start lock install install-dev

help: ## Say what each command does
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

run: install ## Start the site with its services and its demonstration: http://localhost:8000
	@$(PY) -m frenchimpact.run --stop-with-parent

demo-reset: install ## Empty the demonstration and load it again (the site must be stopped)
	@$(PY) -m frenchimpact.run --demo-reset

test: install-dev ## Run every test, in parallel, on services of their own
	@$(PY) -m pytest -n 2 $(ARGS)

check: install-dev ## What must be clean before a change is proposed: format, lint, types, imports, templates, migrations, settings
	@$(PY) -m ruff format --check --quiet . || { echo "« make format » met le code en forme."; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy --no-error-summary .
	@$(VENV)/bin/lint-imports --no-logo >/dev/null || $(VENV)/bin/lint-imports
	@$(PY) -m djlint --quiet --check templates
	@$(PY) -m djlint --quiet --lint templates
	@DJANGO_SETTINGS_MODULE=frenchimpact.settings.test $(PY) -W "ignore:Got an error checking" manage.py makemigrations --check --dry-run
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	@echo "Rien à redire."

format: install-dev ## Put code in the house's format
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

bench: install-dev ## Measure pages against the two references, then rehearse a closing day; reports in bench/reports/
	@$(PY) -m bench $(ARGS); kept=$$?; $(if $(ARGS),exit $$kept,$(PY) -m bench.rehearsal && exit $$kept)

rehearsal: install-dev ## Rehearse a closing day: 2,000 applicants, calm, then with parts of the platform killed in turn
	@$(PY) -m bench.rehearsal $(ARGS)

bench-start: install-dev ## Measure a start from nothing to the first page, three times
	@$(PY) -m bench.start $(ARGS)

lock: install-dev ## Lock again the packages named in pyproject.toml (UPGRADE=--upgrade takes newer ones)
	@$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE) pyproject.toml -o requirements.txt
	@$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

install: # The packages the site runs with
	@$(PYTHON) frenchimpact/install.py $(VENV) requirements.txt $(OWN_SERVERS)

install-dev: # The same, and those of development
	@$(PYTHON) frenchimpact/install.py $(VENV) requirements-dev.txt $(OWN_SERVERS)
