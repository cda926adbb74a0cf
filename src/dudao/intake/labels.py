"""Labels (填报项目名称): which words on a form name which field of a standard.

Here lives the dictionary that recognition works with, and the few fields by which a return is told from another: names that every
standard's ``fields.yaml`` uses. Not here: where a form has its labels (``vertical``, ``wide``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dudao.standards.model import Field, Standard
from dudao.tables import Form
from dudao.units import plain, same_unit

UNITS: tuple[tuple[Form, Form], ...] = (("school", "supplement"), ("county", "county_supplement"))
"""Of a school and of the county: the real form, and the 补充表."""
SUPPLEMENTS = frozenset(supplement for _, supplement in UNITS)

NAME, TYPE, CODE, ATTACHED = "school_name", "school_type", "school_code", "attached_stage"
COUNTY_CODE, COUNTY_NAME, YEAR = "county_code", "county_name", "year"
IDENTITY = frozenset((NAME, CODE, COUNTY_CODE, COUNTY_NAME, YEAR))
"""Fields by which a 补充表 says whose it is."""

ITEM, VALUE, UNIT, NUMBER = "填报项目", "填报值", "单位", "序号"
HEADER = (NUMBER, "类别", ITEM, UNIT, VALUE, "是否必填", "备注说明")
"""The header of a vertical form, from column A."""
SUPPLEMENT_HEADER = tuple(word for word in HEADER if word != "是否必填")
"""The header of a vertical 补充表: nothing of it must be filled, and what is left blank is no data."""
SILENT = (NUMBER, "备注", "备注说明")
"""Columns that a wide table may carry beside the fields."""
FEWEST_WORDS = 3
"""Labels from which a table counts as a form of another version, and not as something else."""

_MEMORY = 5000
_WITH_UNIT = re.compile(r"(.+)[(\[]([^()\[\]]+)[)\]]")


def has_county_form(standard: Standard) -> bool:
    """Whether the county has a form of its own: one that asks more than whose it is."""
    return any(field.form == "county" and field.name not in IDENTITY for field in standard.fields)


class Labels:
    """The fields of a standard by label. ``fields``: of each form; what a 补充表 asks may stand on the real form too."""

    def __init__(self, standard: Standard) -> None:
        self.standard = standard
        self.fields: dict[Form, tuple[Field, ...]] = {}
        for real, supplement in UNITS:
            own = tuple(field for field in standard.fields if field.form in (real, supplement))
            self.fields[real] = own
            self.fields[supplement] = tuple(f for f in own if f.supplementary or f.name in IDENTITY)
        self.printed: dict[Form, int] = {
            form: sum(field.form == form for field in fields) for form, fields in self.fields.items()
        }
        """How many labels each form has in print."""
        self._by_label = {
            plain(label): field for field in standard.fields for label in (field.label, *field.also)
        }
        self._longest = 2 * max(map(len, self._by_label), default=0) + 20
        """Characters of a text that may be a label, with spaces and a unit."""
        self._by_name = {field.name: field for field in standard.fields}
        self._units = {field.unit for field in standard.fields if field.unit}
        self._known: dict[str, Field | None] = {}
        self._columns: dict[str, tuple[Field | None, str | None]] = {}

    def field(self, text: str) -> Field | None:
        """The field that a label names; spaces and full-width letters do not matter."""
        if text not in self._known:
            if len(self._known) > _MEMORY:  # a run may bring any number of other texts
                self._known.clear()
            self._known[text] = self._by_label.get(plain(text)) if len(text) <= self._longest else None
        return self._known[text]

    def column(self, text: str) -> tuple[Field | None, str | None]:
        """The field that a column's head names (a label, a name of ``fields.yaml``, or a label with its unit), and that unit."""
        if text not in self._columns:
            if len(self._columns) > _MEMORY:
                self._columns.clear()
            self._columns[text] = self._column(text) if len(text) <= self._longest else (None, None)
        return self._columns[text]

    def _column(self, text: str) -> tuple[Field | None, str | None]:
        field = self.field(text) or self._by_name.get(text.strip())
        if field is not None:
            return field, None
        parts = _WITH_UNIT.fullmatch(plain(text))
        if parts and self.is_unit(parts.group(2)):
            return self._by_label.get(parts.group(1)), parts.group(2)
        return None, None

    def is_unit(self, text: object) -> bool:
        """Whether a text is a unit of some field, or another unit of number, area or money."""
        return isinstance(text, str) and any(
            same_unit(text, unit) for unit in (*self._units, "千元", "百元", "亿元", "亩", "公顷", "名")
        )

    def form_of(self, found: Iterable[Field]) -> Form | None:
        """The form that has these labels, of a school or of the county: a 补充表 when all but those that name the unit are asked there
        only, else the real form when half of those in print are there; None when it is neither.
        """
        found = list(found)
        telling = [field for field in found if field.name not in IDENTITY]
        if telling and all(field.supplementary for field in telling):
            return "county_supplement" if telling[0].of_county else "supplement"
        for real, _ in UNITS:
            if 2 * sum(field.form == real for field in found) >= self.printed[real] > 0:
                return real
        return None
