"""What no linter knows: the rules of the house that hold over all its files."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loaders.app_directories import get_app_template_dirs

from tests.addresses import OWN, own_addresses

ROOT: Path = settings.BASE_DIR
TEMPLATES = ROOT / "templates"
DOORS = {"views", "forms", "filters", "tasks", "emails", "urls", "admin", "api"}
DRAWERS = {"utils", "helpers", "common", "mixins", "misc"}
LONGEST_MODULE = 400
LONGEST_TEST = 500
FOUND_BY_NAME = {"400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"}  # by Django, and 429 by allauth

# Files that may write `.state` outside the engine, each with its reason.
STATE_WRITERS = {"kit/workflow.py": "the engine", "portal/demo/past.py": "makes the past of the demonstration at once"}


# Pages that several views answer with, each with its reason.
SHARED_PAGES = {
    "community/organisation_not_managed.html": "what a view says to a member who may not do what it does",
    "community/invitation_useless.html": "an invitation that expired, was used or revoked",
    "calls/guest_useless.html": "an invitation to a dossier, likewise",
    "community/organisation_create.html": "its second step comes back to the first",
}

TAG = re.compile(r"{%-?\s*(include|extends)\s+[\"']([^\"']+)[\"'](.*?)-?%}", re.DOTALL)
INLINE = {
    "script without src": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"<[^>{}]*\sstyle\s*=", re.IGNORECASE),
    "handler attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
}


def modules(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts]


def templates() -> list[Path]:
    return [path for path in sorted(TEMPLATES.rglob("*")) if path.is_file()]


def name_of(path: Path, root: Path = ROOT) -> str:
    return path.relative_to(root).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def states_written(module: ast.Module) -> Iterator[int]:
    """Lines that write an attribute `state`, by any of the ways there are."""
    for node in ast.walk(module):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        if any(isinstance(part, ast.Attribute) and part.attr == "state" for target in targets for part in ast.walk(target)):
            yield node.lineno
        if isinstance(node, ast.Call) and _call_writes_state(node):
            yield node.lineno


def _call_writes_state(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
    if name in {"setattr", "__setattr__"}:
        return any(isinstance(word, ast.Constant) and word.value == "state" for word in call.args)
    return name in {"update", "aupdate"} and any(keyword.arg == "state" for keyword in call.keywords)


@pytest.mark.parametrize(
    "source",
    [
        "obj.state = 1",
        "a, obj.state = 1, 2",
        "obj.state += 1",
        "setattr(obj, 'state', 1)",
        "object.__setattr__(obj, 'state', 1)",
        "rows.update(state=1)",
    ],
)
def test_the_scan_sees_each_way_to_write_a_state(source):
    assert list(states_written(ast.parse(source))) == [1]


@pytest.mark.parametrize("source", ["state = 1", "x = obj.state", "rows.filter(state=1)", "obj.states = 1", "rows.update(name=1)", "f()()"])
def test_the_scan_sees_nothing_else(source):
    assert list(states_written(ast.parse(source))) == []


def test_only_the_engine_writes_a_state():
    found = {
        f"{name_of(path)}:{line}" for path in modules(*OWN) if name_of(path) not in STATE_WRITERS for line in states_written(tree(path))
    }

    assert found == set()


def imported(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_no_app_imports_the_doors_of_another():
    found = set()
    for path in modules(*OWN):
        app = name_of(path).partition("/")[0]
        for line, name in imported(tree(path)):
            other, *rest = name.split(".")
            if other in OWN and other != app and rest and rest[0] in DOORS:
                found.add(f"{name_of(path)}:{line} imports {name}")

    assert found == set()


def test_no_junk_drawer():
    assert [name_of(path) for path in modules(*OWN, "frenchimpact", "tests") if path.stem in DRAWERS or path.parent.name in DRAWERS] == []


def test_every_module_says_what_lives_in_it():
    silent = [
        name_of(path)
        for path in modules(*OWN, "frenchimpact", "tests")
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(path))
    ]

    assert silent == []


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_modules_are_short():
    long = {name_of(path): lines_of(path) for path in modules(*OWN, "frenchimpact") if lines_of(path) > LONGEST_MODULE}
    long |= {name_of(path): lines_of(path) for path in modules("tests") if lines_of(path) > LONGEST_TEST}

    assert long == {}


@cache
def words_of_the_code() -> str:
    """Every string of our modules, in which a template that is used is named; its own name in a docstring would count, and is not written."""
    constants = [
        node.value
        for path in modules(*OWN, "frenchimpact")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    included = [match[2] for path in templates() for match in TAG.finditer(path.read_text(encoding="utf-8"))]
    imports = [name for path in templates() if path.suffix == ".typ" for name in re.findall(r'"/([^"]+\.typ)"', without_comments(path))]
    return "\n".join(
        [*constants, *included, *imports, *(path.read_text(encoding="utf-8") for path in templates() if path.suffix == ".html")]
    )


def without_comments(path: Path) -> str:
    return re.sub(r"^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def overrides_a_library(name: str) -> bool:
    return any((Path(folder) / name).is_file() for folder in get_app_template_dirs("templates"))


def is_used(name: str) -> bool:
    if name in FOUND_BY_NAME or overrides_a_library(name):
        return True
    if "/emails/" in name or "/email/" in name:  # one name for subject, text and HTML
        return re.sub(r"_(subject|message)$", "", Path(name).name.split(".")[0]) in words_of_the_code()
    is_shown = name.startswith("admin/") and Path(name).stem in words_of_the_code().split("\n")  # by the last part of its name alone
    return is_shown or name in words_of_the_code()


def test_every_template_is_used():
    assert {name_of(path, TEMPLATES) for path in templates() if not is_used(name_of(path, TEMPLATES))} == set()


def test_every_template_named_exists():
    missing = {
        f"{name_of(path)}: {match[2]}"
        for path in templates()
        for match in TAG.finditer(path.read_text(encoding="utf-8"))
        if not (TEMPLATES / match[2]).is_file() and not overrides_a_library(match[2])
    }

    assert missing == set()


def test_components_get_only_what_they_are_given():
    loose = {
        f"{name_of(path)}: {match[2]}"
        for path in templates()
        for match in TAG.finditer(path.read_text(encoding="utf-8"))
        if match[1] == "include" and match[2].startswith("components/") and match[3].split()[-1:] != ["only"]
    }

    assert loose == set()


def test_no_inline_style_or_script_in_a_page():
    found = {
        f"{name_of(path)}: {what}"
        for path in templates()
        if path.suffix == ".html" and "emails" not in path.parts  # a mail has no style sheet
        for what, pattern in INLINE.items()
        if pattern.search(path.read_text(encoding="utf-8"))
    }

    assert found == set()


@pytest.mark.parametrize(
    ("markup", "what"),
    [
        ("<script>alert(1)</script>", "script without src"),
        ('<script type="module">x</script>', "script without src"),
        ("<style>p {}</style>", "style element"),
        ('<p class="a" style="color: red">', "style attribute"),
        ('<button onclick="go()">', "handler attribute"),
    ],
)
def test_the_scan_sees_inline_style_and_script(markup, what):
    assert INLINE[what].search(markup)


def test_the_scan_lets_files_and_attributes_that_only_look_alike():
    markup = '<script type="module" src="x.js"></script><p data-style="a" class="on">{{ x }}</p>'

    assert not any(pattern.search(markup) for pattern in INLINE.values())


def test_names_of_addresses_are_names_of_views():
    """An address that a library names (`footer-sitemap`) leads to a view that has an address of its own name too."""
    addresses = [address for address in own_addresses() if not address.is_admin]
    named = {address.view for address in addresses if address.short_name == address.view.__name__}

    assert {address.name: address.view.__name__ for address in addresses if address.view not in named} == {}


def test_views_render_the_template_of_their_name():
    routed = {(address.view.__module__.partition(".")[0], address.view.__name__) for address in own_addresses() if not address.is_admin}
    strange = set()
    for app, view in sorted(routed):
        for template in rendered_by(app, view):
            folder, _, name = template.rpartition("/")
            if not ((folder == app and (name == f"{view}.html" or name.startswith("_"))) or template in SHARED_PAGES):
                strange.add(f"{app}.{view} renders {template}")

    assert strange == set()


def rendered_by(app: str, view: str) -> set[str]:
    """Templates that the view names in its own body."""
    paths = [path for path in modules(app) if path.stem == "views" or path.parent.name == "views"]
    bodies = [node for path in paths for node in tree(path).body if isinstance(node, ast.FunctionDef) and node.name == view]
    return {
        argument.value
        for body in bodies
        for node in ast.walk(body)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"render", "TemplateResponse"}
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
