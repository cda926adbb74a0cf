"""How far 自查, 复查 and 抽查 agree in a campaign: per pair of sources for all units, by district, by the office that judged, by unit.

Read from the current judgements in three queries, counted in memory. Rows stand in the order of the tree and are never ordered by a
figure: they show where scales differ and appraise nobody. Not here: the arithmetic (``dudao.evaluation.agreement``), the pages
(``views_agreement``).
"""

import io
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import xlsxwriter
from django.urls import reverse

from dudao.evaluation.agreement import Agreement, Said, agreement
from dudao.units import rounded
from dudao_web.campaigns.models import Campaign, Case, Judgement
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import Membership

NONE = "—"
COLUMNS = (
    "比较", "范围", "代码", "名称", "辖市区", "共同评定项数", "一致项数", "一致率", "平均偏移", "κ",
)  # fmt: skip
WIDE = frozenset({"名称"})


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sources that are compared, the earlier one first."""

    earlier: str
    later: str

    @property
    def key(self) -> str:
        """Its name in an address: self-review."""
        return f"{self.earlier}-{self.later}"

    @property
    def title(self) -> str:
        """自查–复查."""
        return f"{Judgement.SOURCES[self.earlier]}–{Judgement.SOURCES[self.later]}"


PAIRS = (Pair("self", "review"), Pair("review", "spot"), Pair("self", "spot"))


@dataclass(frozen=True, slots=True)
class Row:
    """One line: ``code`` and ``name`` of the district, the unit or the office that judged (by number and title); ``around``: where it is."""

    code: str
    name: str
    around: str
    figures: Agreement
    href: str = ""

    @property
    def equal(self) -> str:
        """The share that is equal: 91.7%; never 100.0% where one differs."""
        share = self.figures.equal
        if share is None:
            return NONE
        shown = rounded(_decimal(share * 100), 1)
        return "99.9%" if share < 1 and shown == 100 else f"{shown}%"

    @property
    def shift(self) -> str:
        """The mean shift with its sign: +0.25, −0.08, 0.00."""
        return _signed(self.figures.shift)

    @property
    def kappa(self) -> str:
        """Cohen's κ with two decimals."""
        return _signed(self.figures.kappa, plus="")


@dataclass(frozen=True, slots=True)
class Table:
    """What is shown of one pair. Lines where both judged nothing are left out."""

    pair: Pair
    total: Row
    districts: tuple[Row, ...]
    scorers: tuple[Row, ...]
    units: tuple[Row, ...]

    @property
    def parts(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        """All lines by what they are about, as the downloaded table has them."""
        return ("全部", (self.total,)), ("辖市区", self.districts), ("评定岗位", self.scorers), ("单位", self.units)  # fmt: skip


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _signed(value: Fraction | None, plus: str = "+") -> str:
    if value is None:
        return NONE
    shown = rounded(_decimal(value), 2)
    if not shown:
        return "0.00"
    return f"−{-shown}" if shown < 0 else f"{plus}{shown}"


def tables(campaign: Campaign, membership: Membership, of: Sequence[Pair] = PAIRS) -> list[Table]:
    """These pairs over the units that the office sees: three queries, whatever their number."""
    cases = _cases(campaign, membership)
    judged = _judgements(campaign, membership)
    pairs = {pair: _counted(pair, judged) for pair in of}
    scorers = _scorers(scorer for counted in pairs.values() for _, scorer in counted)
    return [_table(pair, counted, cases, scorers) for pair, counted in pairs.items()]


@dataclass(frozen=True, slots=True)
class _Unit:
    code: str
    name: str
    district: int
    district_code: str
    district_name: str


def _cases(campaign: Campaign, membership: Membership) -> dict[int, _Unit]:
    """The units by key of their case, in the order of the tree at the launch."""
    rows = orgs.visible(Case.objects.filter(campaign=campaign), membership, "unit")
    names = ("pk", "unit__code", "unit__name", "district_id", "district__code", "district__name")
    return {pk: _Unit(*rest) for pk, *rest in rows.order_by("path", "pk").values_list(*names)}


Judged = dict[
    tuple[int, str], dict[str, tuple[Said, int | None]]
]  # (case, indicator) -> source -> said, by whom
Pairs = Counter[tuple[Said, Said]]
Counted = dict[tuple[int, int | None], Pairs]  # (case, scorer of the later) -> pairs, and how often


def _judgements(campaign: Campaign, membership: Membership) -> Judged:
    rows = Judgement.objects.filter(
        case__campaign=campaign, superseded=False, source__in=("self", *Judgement.OF_TEAMS)
    )
    found: Judged = defaultdict(dict)
    values = orgs.visible(rows, membership, "case__unit").order_by()
    for case, code, source, value, points, scorer in values.values_list(
        "case_id", "indicator", "source", "value", "points", "scorer_id"
    ):
        found[case, code][source] = (value, points), scorer
    return found


def _counted(pair: Pair, judged: Judged) -> Counted:
    found: Counted = defaultdict(Counter)
    for (case, _), sources in judged.items():
        if pair.earlier in sources and pair.later in sources:
            (earlier, _), (later, scorer) = sources[pair.earlier], sources[pair.later]
            found[case, scorer][earlier, later] += 1
    return found


@dataclass(frozen=True, slots=True)
class _Scorer:
    pk: int
    title: str
    unit: str


def _scorers(keys: Iterable[int | None]) -> dict[int | None, _Scorer]:
    """Who judged, by title and in the order of the tree; of several with one title each with its number, as the export has it."""
    rows = list(
        Membership.objects.filter(pk__in={key for key in keys if key is not None})
        .order_by("org__path", "title", "pk")
        .values_list("pk", "title", "org__name")
    )
    times = Counter(title for _, title, _ in rows)
    return {
        pk: _Scorer(pk, f"{title}（{pk} 号）" if times[title] > 1 else title, unit)
        for pk, title, unit in rows
    }


def _table(
    pair: Pair, counted: Counted, cases: dict[int, _Unit], scorers: dict[int | None, _Scorer]
) -> Table:
    whole: Pairs = Counter()
    by_unit, by_district, by_scorer = (defaultdict[Hashable, Pairs](Counter) for _ in range(3))
    for (case, scorer), pairs in counted.items():
        whole.update(pairs)
        by_unit[case].update(pairs)
        by_district[cases[case].district].update(pairs)
        by_scorer[scorer].update(pairs)
    districts = {unit.district: unit for unit in cases.values()}
    unit_rows = [
        Row(unit.code, unit.name, unit.district_name, agreement(by_unit[case]), reverse("campaigns:case", args=(case,)))
        for case, unit in cases.items()
        if case in by_unit
    ]  # fmt: skip
    district_rows = [
        Row(unit.district_code, unit.district_name, "", agreement(by_district[key]))
        for key, unit in districts.items()
        if key in by_district
    ]
    scorer_rows = [
        Row(str(found.pk), found.title, found.unit, agreement(by_scorer[key]))
        for key, found in scorers.items()
        if key in by_scorer
    ]
    total = Row("", "合计", "", agreement(whole))
    return Table(pair, total, _some(district_rows), _some(scorer_rows), _some(unit_rows))


def _some(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.figures.n)


def workbook(found: Sequence[Table]) -> tuple[bytes, int]:
    """All lines of all pairs as a workbook, figures unrounded, and how many; nothing in it is a formula or a link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    line = 0
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("评定一致性")
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for at, name in enumerate(COLUMNS):
            sheet.set_column(at, at, 32 if name in WIDE else 13)
        for table in found:
            for part, rows in table.parts:
                for row in rows:
                    line += 1
                    for at, value in enumerate((table.pair.title, part, *_cells(row))):
                        if isinstance(value, str):
                            sheet.write_string(line, at, value)
                        elif value is not None:
                            sheet.write_number(line, at, value)
    return out.getvalue(), line


def _cells(row: Row) -> tuple[str | int | float | None, ...]:
    figures = row.figures
    shares = (figures.equal, figures.shift, figures.kappa)
    told = (None if share is None else float(share) for share in shares)
    return row.code, row.name, row.around, figures.n, figures.same, *told
