"""The walls of the house: docs/architecture.md and STYLE.md as tests."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.anydb
CODE = [
    p for p in sorted((ROOT / "regulars").rglob("*.py")) if "migrations" not in p.parts and "tests" not in p.parts
]
TREES = {path: ast.parse(path.read_text()) for path in CODE}
EMPTY_WORDS = {"utils", "helpers", "services", "managers", "handlers", "misc", "common"}
WRITES = {"create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "update", "delete"}
DOMAIN = {"actions", "queries", "models", "reactions"}
CLOCKS = {"now_us", "time_ns", "utcnow", "today"}


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def functions(tree: ast.AST):
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_rooms_form_a_stack_and_imports_point_down():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_module_has_a_name_that_says_nothing():
    assert [str(p) for p in CODE if p.stem in EMPTY_WORDS] == []


def test_every_module_says_what_it_is():
    silent = [p for p, tree in TREES.items() if tree.body and not ast.get_docstring(tree)]
    allowed = {"apps.py", "__main__.py"}
    assert [str(p.relative_to(ROOT)) for p in silent if p.name not in allowed] == []


def test_every_public_action_and_query_says_what_it_promises():
    silent = [
        where(path, node)
        for path, tree in TREES.items()
        if path.stem in {"actions", "queries"} or path.parent.name in {"actions", "queries"}
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_a_model_is_written_only_by_its_own_room():
    found = []
    for path, tree in TREES.items():
        room = path.relative_to(ROOT / "regulars").parts[0]
        foreign = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".models")
            for alias in node.names
            if (node.module or "").split(".")[1] not in (room, "core")
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                names = [n.id for n in ast.walk(node.func) if isinstance(n, ast.Name)]
                if foreign & set(names[:1]) and ".objects" in ast.unparse(node.func):
                    found.append(where(path, node))
    assert found == []


def test_the_domain_never_reads_the_clock():
    found = [
        where(path, node)
        for path, tree in TREES.items()
        if (path.stem in DOMAIN or path.parent.name in DOMAIN) and "core" not in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", "") in CLOCKS or getattr(node.func, "id", "") in CLOCKS)
    ]
    assert found == []


def test_functions_are_short():
    long = [
        f"{where(path, node)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path, tree in TREES.items()
        for node in functions(tree)
        if node.end_lineno - node.lineno + 1 > 60
    ]
    assert long == []


def test_files_are_short():
    long = [f"{p.relative_to(ROOT)}: {n}" for p in CODE if (n := len(p.read_text().splitlines())) > 400]
    assert long == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_names_no_index_and_pins_every_hash(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "index-url" not in text
    pins = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert len(pins) > 30
    assert all(pin.endswith("\\") for pin in pins)
