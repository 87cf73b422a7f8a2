"""A worker knows every job that anybody can queue."""

from __future__ import annotations

import ast

import pytest

from regulars.core.jobs import REGISTRY
from tests.architecture.test_house import ROOT, TREES

pytestmark = pytest.mark.anydb


def _declared() -> set[str]:
    """Every function under @job, by its dotted name."""
    return {
        ".".join([*path.relative_to(ROOT).with_suffix("").parts, node.name]).replace(".__init__", "")
        for path, tree in TREES.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        for mark in node.decorator_list
        if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "job"
    }


def test_every_job_is_known_when_the_rooms_are_loaded():
    assert _declared() - REGISTRY.keys() == set()
    assert len(_declared()) > 5
