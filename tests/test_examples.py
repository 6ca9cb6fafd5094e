"""The examples in docstrings do what they say."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest

import index
import netmeta
import spiders


def with_examples() -> Iterator[str]:
    """Names of all modules that show an example."""
    finder = doctest.DocTestFinder()
    for package in (index, netmeta, spiders):
        below = walk_packages(package.__path__, f"{package.__name__}.")
        for name in (package.__name__, *(found.name for found in below)):
            if name.endswith("__main__") or name.startswith("netmeta.replicas"):
                continue
            if any(one.examples for one in finder.find(import_module(name))):
                yield name


@pytest.mark.parametrize("name", sorted(with_examples()))
def test_examples_do_what_they_say(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
