"""From a cell to a figure's value: the rules for numbers, codes, flags, choices and texts (contracts §1, Numbers).

Pure functions of a field and a cell. A blank cell is not handled here, since what it means depends on the school (``returns``).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Context, Decimal

from dudao.intake import labels
from dudao.intake.messages import shown
from dudao.intake.sheet import Mark
from dudao.standards.model import Field, Standard
from dudao.tables import State
from dudao.units import plain

MOST = Decimal(1_000_000_000)
LONGEST = 200
"""Characters of a name or a code."""
LONGEST_NOTE = 1000
"""Characters of a text of the 补充表: proofs named, a situation told."""
DIGITS_LOST = 1e15
"""From here on a spreadsheet no longer keeps every digit."""

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}([,，'][0-9]{3})+(\.[0-9]+)?.*")
_LEADING = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\D+.*|\D{1,3}[0-9]+(\.[0-9]+)?\D*")
_CODE_LENGTH = 64
_CODE = re.compile(r"\w[\w.-]{0,63}")
_COUNTY = re.compile(r"[\w-]{1,64}")
_FORMULA_SIGNS = ("=", "+", "-", "@")
_CUT = Context(prec=15)
_LOOK_ALIKES = ("<super>", "<sub>", "<circle>", "<fraction>", "<square>", "<compat>")
"""Decompositions by which 10² would become 102."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: the code of the issue and its words."""

    code: str
    words: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Read:
    """The value of a cell, its state (given or refused), and its faults."""

    value: Decimal | str | bool | None
    state: State
    faults: tuple[Fault, ...] = ()


def read(field: Field, raw: object, mark: Mark, typed: bool, standard: Standard) -> Read:
    """The value of a cell that is not blank. ``typed``: numbers and text are told apart in this file, so text is queried."""
    if mark.error is not None:
        return _refused("FIG-009", value=shown(mark.error))
    if raw == "":
        return _refused("FIG-010")
    if field.numeric:
        found = _number(field, raw, mark, typed)
    elif field.kind == "code":
        found = _code(field, raw, mark)
    elif field.kind == "flag":
        found = _flag(raw)
    elif field.kind == "choice":
        found = _choice(field, raw, standard)
    else:
        found = _text(raw, LONGEST_NOTE if field.supplementary else LONGEST)
    if mark.formula and found.state == "given":
        return Read(found.value, "given", (Fault("FIG-011", {"value": shown(raw)}), *found.faults))
    return found


def as_is(field: Field, text: str) -> bool:
    """Whether a text is certainly its own value: a code of digits alone, a name of letters, digits and Chinese characters alone."""
    if field.kind == "code":
        return text.isascii() and text.isdecimal() and len(text) <= _CODE_LENGTH
    return field.kind == "text" and text.isalnum() and len(text) <= LONGEST


def cut(number: float) -> Decimal:
    """A double as a spreadsheet shows it: 15 significant digits.

    >>> cut(0.1 + 0.2), cut(4.14), cut(-0.0)
    (Decimal('0.3'), Decimal('4.14'), Decimal('0'))
    """
    if number.is_integer() and abs(number) < DIGITS_LOST:
        return Decimal(int(number))  # the same, in a third of the time
    return Decimal(f"{number:.15g}")


def _refused(code: str, **words: object) -> Read:
    return Read(None, "refused", (Fault(code, words),))


def _given(value: Decimal | str | bool, *faults: Fault) -> Read:
    return Read(value, "given", faults)


def _number(field: Field, raw: object, mark: Mark, typed: bool) -> Read:
    faults: list[Fault] = []
    if isinstance(raw, bool):
        return _refused("FIG-008", value=shown(raw))
    if isinstance(raw, date | time | timedelta):
        return _refused("FIG-007", value=shown(raw))
    if isinstance(raw, str):
        bare = plain(raw)
        if not _NUMBER.fullmatch(bare) or _disguised(raw):
            return _refused(_why_no_number(bare), value=shown(raw))
        value = cut(float(bare)) if math.isfinite(float(bare)) else MOST * 10
        if typed or bare != raw or "e" in bare.lower():
            faults.append(Fault("FIG-015", {"value": shown(raw), "number": f"{value:f}"}))
    elif isinstance(raw, Decimal) or not isinstance(raw, int | float) or not math.isfinite(raw):
        if not isinstance(raw, Decimal) or not raw.is_finite():
            return _refused("FIG-003", value=shown(raw))
        value = _CUT.plus(raw)
    else:
        value = cut(float(raw))
    if mark.percent:
        return _refused("FIG-006", value=f"{value.scaleb(2).normalize():f}%")
    if not 0 <= value <= MOST:
        return _refused("FIG-012", value=shown(raw))
    if value != value.to_integral_value():
        if field.kind in ("pupils", "year"):
            return _refused("FIG-013", value=shown(raw))
        if field.kind == "count":
            faults.append(Fault("FIG-014", {"value": shown(raw)}))
    return Read(value, "given", tuple(faults))


def _disguised(text: str) -> bool:
    """Whether a sign only looks like a digit after NFKC: ², ①, ½."""
    return any(
        unicodedata.decomposition(letter).startswith(_LOOK_ALIKES) and not letter.isspace() for letter in text
    )


def _why_no_number(bare: str) -> str:
    if "%" in bare or "‰" in bare:
        return "FIG-006"
    if _GROUPED.fullmatch(bare):
        return "FIG-004"
    return "FIG-005" if _LEADING.fullmatch(bare) else "FIG-003"


def _code(field: Field, raw: object, mark: Mark) -> Read:
    if isinstance(raw, bool | date | time | timedelta):
        return _refused("FIG-019", value=shown(raw))
    if isinstance(raw, int | float | Decimal):
        if not math.isfinite(raw) or raw < 0 or raw != int(raw):
            return _refused("FIG-019", value=shown(raw))
        if raw >= DIGITS_LOST:
            return _refused("FIG-018", value=shown(raw))
        digits = str(int(raw))
        padded = digits.zfill(mark.digits)
        if padded != digits:
            return _given(padded, Fault("FIG-021", {"value": digits, "number": padded}))
        return _given(digits)
    text = str(raw)
    bare = plain(text)
    if bare.startswith(_FORMULA_SIGNS):
        return _refused("FIG-022", value=shown(text), what="以公式符号开头")
    if re.fullmatch(r"[0-9]+\.0+", bare):
        bare = bare.partition(".")[0]
    elif re.fullmatch(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]{2,3}", bare):
        return _refused("FIG-018", value=shown(text))
    pattern = _COUNTY if field.name == labels.COUNTY_CODE else _CODE
    if not pattern.fullmatch(bare):
        return _refused("FIG-019", value=shown(text))
    if plain(text) != text.strip() or _disguised(text):
        return _given(bare, Fault("FIG-020", {"value": shown(text), "number": bare}))
    return _given(bare)


def _flag(raw: object) -> Read:
    word = plain(raw) if isinstance(raw, str) else None
    if word in ("是", "否"):
        return _given(word == "是")
    return _refused("FIG-016", value=shown(raw))


def _choice(field: Field, raw: object, standard: Standard) -> Read:
    number = isinstance(raw, float | int) and not isinstance(raw, bool) and math.isfinite(raw)
    word = plain(f"{raw:.15g}" if number else str(raw)) if number or isinstance(raw, str) else ""
    if field.name == labels.TYPE:
        kind = standard.type_of(word)
        if kind is not None:
            return _given(kind.name)
    for choice in field.choices:
        if field.name != labels.TYPE and plain(choice) == word:
            return _given(choice)
    return _refused("FIG-017", value=shown(raw), choices="、".join(field.choices))


def _text(raw: object, longest: int) -> Read:
    if isinstance(raw, bool | date | time | timedelta):
        return _refused("FIG-022", value=shown(raw), what="不是文字")
    if isinstance(raw, str):
        text = " ".join(raw.split())
    else:
        text = f"{raw:.15g}" if isinstance(raw, float) else str(raw)
    if unicodedata.normalize("NFKC", text).startswith(_FORMULA_SIGNS):
        return _refused("FIG-022", value=shown(text), what="以公式符号开头")
    if len(text) > longest:
        return _refused("FIG-022", value=shown(text), what=f"超过 {longest} 字")
    if not text.isprintable():
        return _refused("FIG-022", value=shown(text), what="含有不能显示的字符")
    return _given(text)
