"""Shared fixtures: the installed command as an outsider calls it, and counties of filled forms on disk."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import forms

COMMAND = Path(sys.executable).with_name("dudao")


@dataclass(frozen=True)
class Run:
    """What a call of the command left behind."""

    code: int
    out: bytes
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out.decode("utf-8"))


def call(*arguments: object, timeout: float = 60) -> Run:
    """The command with these arguments; a traceback is never right, whatever the input."""
    done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, timeout=timeout, check=False)
    err = done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in err, err
    return Run(done.returncode, done.stdout, err)


def judge(*arguments: object, timeout: float = 60) -> Run:
    """``dudao evaluate`` under the standard on a fixed day, JSON on stdout."""
    return call("evaluate", *arguments, "--standard", forms.STANDARD, "--on", "2025-09-01", "--json", "-", timeout=timeout)


@pytest.fixture(scope="session")
def run() -> Callable[..., Run]:
    return call


@pytest.fixture(scope="session")
def evaluate() -> Callable[..., Run]:
    return judge


@pytest.fixture(scope="session")
def county(tmp_path_factory) -> Callable[..., Run]:
    """Files by path -> the run over a folder that holds them and, unless they bring one, a county return."""

    def of(files: Mapping[str, bytes], *options: object) -> Run:
        folder = tmp_path_factory.mktemp("county")
        forms.lay(folder, {"区县填报表.xlsx": forms.county_form()} | dict(files))
        return judge(folder, *options)

    return of


@pytest.fixture(scope="session")
def counties(tmp_path_factory) -> Callable[[Mapping[str, Mapping[str, bytes]]], dict[str, Any]]:
    """District code -> its files by path; the JSON of each, from one run with ``--out``."""

    def of(cases: Mapping[str, Mapping[str, bytes]]) -> dict[str, Any]:
        folder, out = tmp_path_factory.mktemp("counties"), tmp_path_factory.mktemp("out")
        for code, files in cases.items():
            forms.lay(folder / code, {"区县填报表.xlsx": forms.county_form(code=code)} | dict(files))
        done = call("evaluate", folder, "--standard", forms.STANDARD, "--on", "2025-09-01", "--out", out)
        assert done.code in (0, 1), done.err
        return {code: json.loads((out / f"{code}.json").read_text("utf-8")) for code in cases}

    return of


@pytest.fixture(scope="session")
def world_folder(tmp_path_factory) -> Callable[..., tuple[Path, dict[str, bytes]]]:
    """Seed -> (folder, its files by path) of a generated county."""

    def of(seed: int, schools: int = 200, *, holes: bool = True) -> tuple[Path, dict[str, bytes]]:
        files = forms.world(seed, schools, holes=holes)
        return forms.lay(tmp_path_factory.mktemp(f"world{seed}"), files), files

    return of
