"""Tables: what intake hands to evaluation. Figures with the cell they came from, one Return a unit, one
Intake a county.

Here lives data only. Not here: how a workbook is read (``dudao.intake``), what a figure means
(``dudao.standards``), what follows from it (``dudao.indicators``, ``dudao.evaluation``).

Every figure carries file, sheet and cell from the moment it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from dudao.issues import Issue

State = Literal["given", "zero", "absent", "missing", "refused"]
Form = Literal["school", "county", "supplement", "county_supplement"]
"""A return of the real form, or what the 补充表 says of a unit: the words of ``Field.form``."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The value of one field for one unit (数据项的值).

    ``value``: Decimal as typed (15 significant digits) in the field's unit, text, bool for 是/否, or None.
    ``state``: given (typed) · zero (an optional cell left blank counts as 0, a blank 是/否 as False) · absent
    (of a stage the school does not have; no message) · missing (blank or its row is not there: no_data) ·
    refused (read, but an error: no_data). ``cell`` is None where the form has no such row. ``file``: where it
    came from another file than the return's own (the 补充表), else None. ``found``: what the cell shows, where
    that is not ``value`` (a number typed as text, a figure refused).
    """

    value: Decimal | str | bool | None
    state: State
    sheet: str | None = None
    cell: str | None = None
    file: str | None = None
    found: Decimal | str | None = field(default=None, compare=False)

    @property
    def known(self) -> bool:
        """Whether the figure may be used."""
        return self.state in ("given", "zero")


MISSING = Figure(None, "missing")
ABSENT = Figure(None, "absent")


@dataclass(frozen=True, slots=True)
class Return:
    """One unit's filled form (填报表): a sheet of a workbook, or one row of a wide table.

    ``form``: school | county; supplement and county_supplement are what a 补充表 says of a school or the county, until an Intake is made:
    there its figures stand among those of the unit's own return. ``figures``: by field name of the standard; a field without an entry is
    MISSING, whatever the form. ``void``: None, or why none of its figures may be used (the same school
    handed in twice). ``sha256``: of the file's bytes (of the member, within a zip), lower-case hex.
    """

    form: Form
    file: str
    sha256: str
    sheet: str | None
    figures: Mapping[str, Figure] = field(default_factory=lambda: MappingProxyType({}))
    row: int | None = None
    void: str | None = None

    def figure(self, name: str) -> Figure:
        """The figure of a field; MISSING when the form has none."""
        return self.figures.get(name, MISSING)

    def text(self, name: str) -> str | None:
        """A text, code or choice; None when blank or refused."""
        value = self.figure(name).value
        return value if isinstance(value, str) else None

    def number(self, name: str) -> Decimal | None:
        """A number; None when it may not be used."""
        value = self.figure(name).value
        return value if isinstance(value, Decimal) else None


@dataclass(frozen=True, slots=True)
class Intake:
    """All that was read for one county (一个区县的全部填报).

    ``county_code``: 区县代码, None where neither a county return nor the caller names it.
    ``schools``: one Return a school, in order of (code, name, file). ``unreadable``: files that could not be
    read and may each hold a missing school. ``issues``: everything found, errors and queries, in order of
    file, sheet and cell. ``hashes``: SHA-256 of each file that a figure came from, lower-case hex.
    """

    county_code: str | None
    county: Return | None
    schools: tuple[Return, ...]
    unreadable: tuple[str, ...]
    issues: tuple[Issue, ...]
    hashes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
