"""The words of the reader's issues, and the reference page made of them."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from dudao.intake import messages
from dudao.intake.messages import CODES

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src/dudao/intake").glob("*.py"))


def test_the_reference_page_is_in_step() -> None:
    assert (ROOT / "docs/reference/issue-codes.md").read_text("utf-8") == messages.reference()


def test_every_code_is_used_and_every_used_code_is_known() -> None:
    used = {
        code
        for path in SOURCES
        if path.name != "messages.py"
        for code in re.findall(r'"((?:FILE|FORM|FIG|UNIT)-\d{3})"', path.read_text("utf-8"))
    }
    assert used == set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_messages_are_sentences_in_full_width(code) -> None:
    message = CODES[code]
    words = {
        name: "x"
        for text in (message.found, message.mend)
        for _, name, *_ in string.Formatter().parse(text)
        if name
    }
    told = messages.issue(code, "a.xlsx", **(words | ({"hint": "请填写。"} if "hint" in words else {})))
    assert (told.level, told.found[-1], told.mend[-1]) == (message.level, "。", "。")
    assert not re.search(r"[,;:!?！您]", told.found + told.mend)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3520.0, "3520"),
        (0.1 + 0.2, "0.3"),
        (True, "TRUE"),
        ("a\nb\x1b[31m", "a□b□[31m"),
        ("  x ", "x"),
        ("演" * 50, "演" * 40 + "…"),
        ("x" * 10**6, "x" * 40 + "…"),
    ],
)
def test_values_are_shown_short_and_printable(value, shown) -> None:
    assert messages.shown(value) == shown
