"""The repository as a whole: lock, layers, sizes, words that must not be there. No behaviour of the product."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
MODULES = sorted(path for path in SRC.rglob("*.py") if "migrations" not in path.parts)
MAX_FILE, MAX_FUNCTION = 400, 60
# "src/…/x.py" or "src/…/x.py::function" -> why it may be longer
LONGER: dict[str, str] = {}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _tracked() -> list[Path]:
    """Files that are, or would be, committed."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def _project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_lock_and_settings_name_no_host():
    suffixes, names = {".lock", ".toml", ".cfg", ".ini", ".conf"}, {"Makefile", "package-lock.json", ".npmrc"}
    bad = re.compile(r"://(?!127\.0\.0\.1|localhost)|index-url|find-links|trusted-host", re.IGNORECASE)
    files = [p for p in _tracked() if p.suffix in suffixes or p.name in names or p.parent.name == ".ci"]
    assert {"requirements.lock", "pyproject.toml", "Makefile", "run"} <= {p.name for p in files}
    found = [
        f"{_name(path)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bad.search(line)
    ]
    assert found == []


def test_lock_agrees_with_pyproject():
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", lock, re.MULTILINE))
    wanted = _project()["project"]["dependencies"] + _project()["dependency-groups"]["dev"]
    wrong = [
        text
        for text in wanted
        if (need := Requirement(text))
        and not need.specifier.contains(pinned.get(canonicalize_name(need.name), "0"))
    ]
    assert wrong == []
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_readme_is_short_and_names_the_two_commands():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 120
    commands = [line.split("#")[0].strip() for line in lines]
    assert "make run" in commands
    assert "make test" in commands


def test_readme_links_lead_somewhere():
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    broken = [
        f"{_name(path)} -> {target}"
        for path in documents
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_module_has_a_docstring_and_is_short(path: Path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "module docstring: what lives here and what does not"
    if _name(path) not in LONGER:
        assert len(text.splitlines()) <= MAX_FILE
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in functions
        if node.end_lineno - node.lineno + 1 > MAX_FUNCTION and f"{_name(path)}::{node.name}" not in LONGER
    ]
    assert long == []


def test_exemptions_are_still_needed():
    gone = [key for key in LONGER if not (ROOT / key.split("::")[0]).is_file()]
    assert gone == []
    assert all(LONGER.values())


def test_src_names_no_machine_path():
    bad = re.compile(r"\.\./shared|(?<![\w.])/(?:work|root|home|tmp|opt|Users)/")
    files = [
        p
        for p in _tracked()
        if SRC in p.parents and p.suffix in {".py", ".yaml", ".html", ".json", ".js", ".css"}
    ]
    found = [
        f"{_name(path)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bad.search(line)
    ]
    assert found == []


def test_runtime_size():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "size.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_import_contracts_hold():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
