"""The locked packages: named in pyproject.toml, pinned with hashes, and naming no package host."""

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LOCKS = ("requirements.txt", "requirements-dev.txt")


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def asked(extra=None):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *(project["optional-dependencies"][extra] if extra else [])]
    return {normal(re.split(r"[^\w.-]", line)[0]) for line in lines}


def locked(lock):
    return {normal(name): version for name, version in re.findall(r"(?m)^([\w.-]+)==(\S+)", (ROOT / lock).read_text())}


def asked_by_the_project(lock):
    """The packages which the lock itself says that pyproject.toml asks for."""
    blocks = re.split(r"(?m)^(?=\S)", (ROOT / lock).read_text())
    return {normal(block.split("==")[0]) for block in blocks if "frenchimpact (pyproject.toml)" in block}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host_and_no_option(lock):
    text = (ROOT / lock).read_text()

    assert re.findall(r"\w*://\S*", text) == []
    assert re.findall(r"(?m)^-.*", text) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes(lock):
    blocks = [block for block in re.split(r"(?m)^(?=\S)", (ROOT / lock).read_text()) if block.strip()]

    assert [block.splitlines()[0] for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []


@pytest.mark.parametrize(("lock", "extra"), [("requirements.txt", None), ("requirements-dev.txt", "dev")])
def test_lock_is_in_step_with_the_project(lock, extra):
    assert asked_by_the_project(lock) == asked(extra)


def test_development_runs_the_versions_of_production():
    development = locked("requirements-dev.txt")

    assert {name: development.get(name) for name in locked("requirements.txt")} == locked("requirements.txt")
