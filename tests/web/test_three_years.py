"""Three years of 镇江's look-back through the actions: every unit looked at once, every number of the plan met, every draw verified by anybody."""

import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import three_years
from three_years import YEARS, places

from dudao.procedures import load_procedure
from dudao_web.campaigns.models import Campaign, Case, Judgement
from dudao_web.findings.models import Finding
from dudao_web.inspections import drawing, frames, queries
from dudao_web.inspections.models import Drawn, Sample, Score, Sheet
from dudao_web.operations import log
from dudao_web.orgs import actions as orgs
from dudao_web.orgs import history
from dudao_web.orgs.models import Org

pytestmark = pytest.mark.django_db

TABLE = load_procedure(three_years.LOOKBACK).quotas
DANYANG = "321181"
HERE = ({"district": DANYANG, "recheck": 3, "spot_check": 1},)


# --- 413 units


def test_413_units_are_each_rechecked_once_in_three_years(tmp_path):
    offices = three_years.begin()
    for year in YEARS:
        three_years.year(offices, year)
    looked_at = by_year("review")
    assert {year: len(codes) for year, codes in looked_at.items()} == {2017: 136, 2018: 136, 2019: 141}
    units = {org.code for org in offices.world.units}
    assert len(units) == 413
    assert Counter(code for codes in looked_at.values() for code in codes) == dict.fromkeys(units, 1)
    for year, codes in by_year("spot").items():
        assert (len(codes), set(codes) - set(looked_at[year])) == (26, set())
    the_plan_is_met(offices)
    everybody_can_verify(tmp_path)
    every_item_was_judged()
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def by_year(source: str) -> dict[int, list[str]]:
    """The codes of the units whose sheet of a source was handed in, by year."""
    found: dict[int, list[str]] = {year: [] for year in YEARS}
    rows = Sheet.objects.filter(source=source, state="submitted")
    for year, code in rows.values_list("case__campaign__year", "case__unit__code"):
        found[year].append(code)
    return found


def the_plan_is_met(offices) -> None:
    """Each of the 48 numbers of the printed table is how many units were looked at, and the sums are those that it prints."""
    rows = Sheet.objects.filter(state="submitted").values_list(
        "case__campaign__year", "place__stage__key", "case__district__name"
    )
    found = Counter(rows)
    planned = {
        (year, stage, district.name): TABLE.number(district.name, year, stage)
        for year in YEARS
        for stage in ("recheck", "spot_check")
        for district in offices.world.districts.values()
    }
    assert len(planned) == 48
    assert found == planned
    sums = [
        sum(n for (year, stage, _), n in found.items() if (year, stage) == (one.year, one.stage))
        for one in TABLE.columns
    ]
    assert sums == [one.total for one in TABLE.columns] == [136, 26, 136, 26, 141, 26]


def everybody_can_verify(folder: Path) -> None:
    """The script that is published with each of 27 draws finds the published files in order, and nothing but Python is needed for it."""
    samples = list(Sample.objects.filter(state="drawn").order_by("pk"))
    assert Counter(one.place.stage.key for one in samples) == {"recheck": 24, "spot_check": 3}
    assert len({one.seed for one in samples}) == 27
    for sample in samples:
        assert published_and_verified(sample, folder / sample.round) == 0
        assert drawing.difference(sample) == ""
    altered = folder / samples[0].round / "tickets.csv"
    text = altered.read_text("utf-8")
    altered.write_text(text.replace(",1\n", ",0\n", 1), "utf-8")
    assert (altered.read_text("utf-8") == text, verified(altered.parent)) == (False, 1)


def published_and_verified(sample: Sample, folder: Path) -> int:
    """What the published script says of the published files in a folder of their own."""
    folder.mkdir()
    for name, data in drawing.published(sample).items():
        (folder / name).write_bytes(data)
    return verified(folder)


def verified(folder: Path) -> int:
    """The script's exit code, 0: in order. Isolated: no module of ours is in its path."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), str(folder)]
    return subprocess.run(command, cwd="/", capture_output=True, check=False).returncode


def every_item_was_judged() -> None:
    """Each source has twelve judgements of each unit that it looked at; scores of three where all three scored, and the problems of B."""
    rows = Judgement.objects.filter(superseded=False).values_list("source", flat=True)
    assert Counter(rows) == {"self": 12 * 3 * 413, "review": 12 * 413, "spot": 12 * 3 * 26}
    assert Score.objects.count() == 12 * (413 + 3 * 26 + 2 * 27)
    fallen = Judgement.objects.filter(source="review", value="B")
    fifths = Case.objects.filter(sheets__source="review")
    assert fallen.count() == sum(case.pk % 5 == 0 for case in fifths)
    assert set(fallen.values_list("note", flat=True)) == {three_years.DIFFERS}
    assert Finding.objects.count() == 0  # nobody listed one


# --- what does not go to plan


@pytest.fixture
def small(db):
    """A tenth of the units: 丹阳 has 1 town and 8 schools."""
    return three_years.begin(share=10, items=6)


def recheck(offices, year: int):
    """The look-back of a year at 丹阳's re-check, every unit's self-check approved."""
    campaign = three_years.launched(offices, year, HERE)
    with three_years.on(date(year, 6, 20)):
        three_years.self_checked(offices, campaign)
    return next(place for place in places(campaign, "recheck") if place.org.code == DANYANG)


def takes(place) -> dict[str, tuple[str, str]]:
    return {line.code: (line.take, line.reason) for line in frames.frame(place)}


def codes_of(rows) -> set[str]:
    return set(rows.values_list("case__unit__code", flat=True))


def test_a_unit_that_nobody_looked_at_is_certain_in_the_next_year(small):
    place = recheck(small, 2017)
    three_years.drawn(small, place, date(2017, 7, 3))
    with three_years.on(date(2017, 7, 10)):
        missed, *rest = three_years.assigned(small, place)
        for sheet in rest:
            three_years.submitted(small, sheet)
        three_years.done(small, place)
    looked_at = codes_of(Sheet.objects.filter(state="submitted"))
    assert (len(looked_at), missed.case.unit.code in looked_at) == (2, False)
    place = recheck(small, 2018)
    found = takes(place)
    assert found[missed.case.unit.code] == ("certain", "2017年未查")
    assert {code: found[code] for code in looked_at} == dict.fromkeys(looked_at, ("out", "2017"))
    again = three_years.drawn(small, place, date(2018, 7, 3))
    how = dict(Drawn.objects.filter(sample=again).values_list("case__unit__code", "how"))
    assert Counter(how.values()) == {"drawn": 2, "certain": 1}
    assert how[missed.case.unit.code] == "certain"
    assert not set(how) & looked_at


def test_a_unit_that_closes_is_replaced_from_the_reserve_and_out_in_the_next_year(small, tmp_path):
    place = recheck(small, 2017)
    sample = three_years.drawn(small, place, date(2017, 7, 3))
    closed = sample.drawn.filter(kind="school").order_by("rank").first()
    unit = Org.objects.get(pk=closed.case.unit_id)
    with three_years.on(date(2017, 7, 6)):
        orgs.end_membership(by=None, membership=small.units[unit.pk], on=date(2017, 7, 6))
        history.close_org(by=None, org=unit, on=date(2017, 7, 6))
        instead = drawing.replace(drawn=closed, by=small.officer(DANYANG), reason="已停办（演示数据）")
        ranks = sample.drawn.filter(kind="school", how="drawn").values_list("rank", flat=True)
        assert (instead.how, instead.rank) == ("reserve", max(ranks) + 1)
    with three_years.on(date(2017, 7, 10)):
        sheets = three_years.assigned(small, place)
        assert {sheet.case_id for sheet in sheets} == set(
            queries.to_review(place).values_list("pk", flat=True)
        )
        for sheet in sheets:
            three_years.submitted(small, sheet)
        three_years.done(small, place)
    looked_at = codes_of(Sheet.objects.filter(state="submitted"))
    assert (len(looked_at), instead.case.unit.code in looked_at, unit.code in looked_at) == (3, True, False)
    assert published_and_verified(sample, tmp_path / sample.round) == 0
    found = takes(recheck(small, 2018))
    assert (found[unit.code], found[instead.case.unit.code]) == (("out", "已停办"), ("out", "2017"))
    assert sum(take == "draw" for take, _ in found.values()) == 5
    assert Campaign.objects.count() == 2
