"""The page of the ledger (整改台账): its tabs with their counts, what it is narrowed to, the order, the lines of a page.

The same choice of rows serves the page, the table and bulk work. Not here: what an office sees at all (``queries.seen``), one finding
(``finding_page``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.http import QueryDict

from dudao_web.findings import queries, rules, shown
from dudao_web.findings.forms_ledger import LedgerFilter
from dudao_web.findings.models import Finding
from dudao_web.orgs.models import Membership
from dudao_web.standards.models import StandardVersion

PAGE_SIZE = 50
AT_ONCE = 1000  # rows read together with all that is around them
NUMBER = re.compile(r"^\s*(\d{4})\s*[-－—]\s*(\d{1,6})\s*$")  # 台账编号
# What the ledger can be split into: key -> word. The first is all of it.
TABS: dict[str, str] = {
    "": "全部",
    "live": "未销号",
    "verify": "待我核验",
    "mine": "现由本单位",
    "late": "逾期",
    "again": "重复问题",
    "struck": "已销号",
}
# Columns that it can be put in the order of: key -> (word, fields).
SORTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "number": ("编号", ("year", "serial")),
    "unit": ("单位", ("unit__path",)),
    "responsible": ("责任单位", ("responsible__path",)),
    "due": ("时限", ("due",)),
    "times": ("重复", ("times",)),
}
AROUND = (
    "case__campaign", "case__district", "case__version", "unit", "org", "responsible", "office", "repeats", "proof",
)  # fmt: skip
SHARED = (
    *(name for name in AROUND if name != "case__version"),
    Prefetch("case__version", StandardVersion.objects.defer("text")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the ledger."""

    finding: Finding
    mark: shown.Mark
    against: str
    level: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of the ledger: the tab, the order ("-" before it: falling), the filters; ``rows``: narrowed, without the tab."""

    tab: str
    sort: str
    form: LedgerFilter
    rows: QuerySet[Finding]
    membership: Membership
    on: date

    @property
    def chosen(self) -> QuerySet[Finding]:
        """The rows of the tab in the order asked for: what is struck off comes last."""
        rows = self.rows.filter(condition(self.tab, self.membership, self.on)) if self.tab else self.rows
        return rows.annotate(
            over=models.Case(models.When(state="struck", then=models.Value(1)), default=models.Value(0))
        ).order_by("over", *_order(self.sort), "pk")

    @property
    def words(self) -> str:
        """What it was narrowed to, for the head of the table."""
        return "　".join(part for part in (TABS[self.tab] if self.tab else "", *self.form.words()) if part)


def asked(membership: Membership, get: QueryDict, on: date) -> Asked:
    """What the address asks for; a choice that does not exist narrows nothing."""
    every = queries.seen(membership).select_related(None).exclude(state="withdrawn")
    form = LedgerFilter(get, rows=every)
    rows = form.apply(every)
    tab, sort = get.get("tab", ""), get.get("sort", "due")
    return Asked(
        tab=tab if tab in TABS else "",
        sort=sort if sort.removeprefix("-") in SORTS else "due",
        form=form,
        rows=_searched(rows, form.text),
        membership=membership,
        on=on,
    )


def _searched(rows: QuerySet[Finding], text: str) -> QuerySet[Finding]:
    if not text:
        return rows
    if number := NUMBER.match(text):
        return rows.filter(year=int(number[1]), serial=int(number[2]))
    return rows.filter(
        Q(text__icontains=text) | Q(unit__name__icontains=text) | Q(responsible__name__icontains=text)
    )


def _order(sort: str) -> tuple[Any, ...]:
    falling, fields = sort.startswith("-"), SORTS[sort.removeprefix("-")][1]
    ways = tuple(
        F(name).desc(nulls_last=True) if falling else F(name).asc(nulls_last=True) for name in fields
    )
    return ways if fields == ("due",) else (*ways, F("due").asc(nulls_last=True))


@dataclass(frozen=True, slots=True)
class Head:
    """A head that puts the table in its order: the word, how it stands now (aria-sort), what a click asks for."""

    word: str
    now: str
    ask: str


def heads(sort: str) -> dict[str, Head]:
    """The heads by which the table can be ordered, by key."""
    found = {}
    for key, (word, _) in SORTS.items():
        now = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
        found[key] = Head(word, now, f"-{key}" if sort == key else key)
    return found


def condition(tab: str, membership: Membership, on: date) -> Q:
    """Which rows a tab holds."""
    return {
        "live": Q(state__in=Finding.LIVE),
        "verify": to_verify(membership),
        "mine": queries.with_office(membership),
        "late": queries.overdue(on),
        "again": Q(times__gt=1),
        "struck": Q(state="struck"),
    }[tab]


def to_verify(membership: Membership) -> Q:
    """Which rows wait for the office to verify them."""
    if membership.role not in rules.OFFICES:
        return Q(pk__in=())
    return queries.with_office(membership) & Q(state="mended")


def counts(found: Asked) -> dict[str, int]:
    """How many rows each tab holds: one query."""
    asked = {key: Count("pk", filter=condition(key, found.membership, found.on)) for key in TABS if key}
    numbers = found.rows.order_by().aggregate(every=Count("pk"), **asked)
    return {"": numbers.pop("every"), **numbers}


def page(found: Asked, count: int, number: str | None) -> Page[Any]:
    """One page of the rows that were asked for, of which there are ``count``: two queries."""
    pages = Paginator(found.chosen.values_list("pk", flat=True), PAGE_SIZE)
    pages.count = count  # the tabs have counted it
    paged = pages.get_page(number)
    paged.object_list = [row(one, found.on) for one in fetched(list(paged.object_list))]
    return paged


def row(finding: Finding, on: date) -> Row:
    """A finding as a line of the ledger."""
    level = shown.level(finding) if finding.state in Finding.DUE else ""
    return Row(finding, shown.mark(finding, on), shown.against(finding), level)


def fetched(keys: Sequence[int]) -> Iterator[Finding]:
    """The findings of these keys in their order, with what is around them, relation by relation: units and cases that many findings share
    are read once, and a planner without statistics has no dozen of tables to join.
    """
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        rows = Finding.objects.filter(pk__in=some)
        found = {one.pk: one for one in rows.prefetch_related(*SHARED)}
        yield from (found[key] for key in some if key in found)
