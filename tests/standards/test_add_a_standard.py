"""docs/how-to/add-a-standard.md followed to the letter: every file it shows is written, every command run, every output compared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.standards.test_catalogue import unseen

from dudao.cli import main
from dudao.standards import load_standard
from dudao.standards.rules import KINDS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "how-to" / "add-a-standard.md"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps() -> list[tuple[str, str, str]]:
    """(kind, file name, text) of every block in order."""
    return [(match[1], match[2] or "", match[3]) for match in _BLOCK.finditer(PAGE.read_text("utf-8"))]


def follow(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, int, str, str]]:
    """Do every step in ``folder``: each command with its exit code, what it printed, and what the page says it prints."""
    done: list[tuple[str, int, str, str]] = []
    for kind, name, text in steps():
        if kind == "yaml":
            (folder / name).write_text(text, "utf-8")
        elif kind == "text":
            command, code, printed, _ = done.pop()
            done.append((command, code, printed, text))
        else:
            for line in text.splitlines():
                words = line.split()
                if words[0] == "mkdir":
                    (folder / words[-1]).mkdir(parents=True)
                else:
                    assert words[0] == "dudao"
                    capsys.readouterr()
                    done.append((line, main(words[1:]), capsys.readouterr().out, ""))
    return done


def test_the_page_can_be_followed_to_the_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = follow(tmp_path, capsys)
    assert [(command, code, printed) for command, code, printed, _ in done] == [
        (command, 0, said) for command, _, _, said in done
    ]
    assert [command.split()[1] for command, *_ in done] == ["check", "test", "template", "check", "items"]
    assert unseen(tmp_path / "demo-books") == []
    city = load_standard(tmp_path / "demo-books-city")
    assert [str(limit.value) for limit in city.indicator("T1").limits] == ["22"]


def test_the_reference_names_every_kind_of_rule() -> None:
    page = (DOCS / "reference" / "standard-format.md").read_text("utf-8")
    assert [kind for kind in KINDS if f"| `{kind}` |" not in page] == []
