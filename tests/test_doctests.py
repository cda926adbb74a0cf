"""The examples in the library's docstrings hold."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import dudao

MODULES = sorted(item.name for item in pkgutil.walk_packages(dudao.__path__, "dudao.") if not item.name.endswith("__main__"))


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    found = [test for name in MODULES for test in finder.find(importlib.import_module(name)) if test.examples]
    assert len(found) > 20
