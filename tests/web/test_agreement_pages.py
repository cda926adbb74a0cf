"""How far 自查, 复查 and 抽查 agree: every figure reckoned once more from the exported judgements alone; who sees which rows."""

import csv
import io
import random
import re
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import checking
import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lookback import city

from dudao_web.campaigns import actions
from dudao_web.campaigns.actions import Answered
from dudao_web.campaigns.models import Case, Judgement
from dudao_web.operations import export
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Action, Kind, Role, User
from dudao_web.standards import queries as standards

pytestmark = pytest.mark.django_db

PAIRS = {"自查–复查": ("self", "review"), "复查–抽查": ("review", "spot"), "自查–抽查": ("self", "spot")}
HOME, AWAY = checking.YANGZHONG, checking.DANYANG


@pytest.fixture(autouse=True)
def june(settings):
    """The campaign's own year."""
    settings.DEMO_ON = checking.ON


@pytest.fixture
def look():
    """Units of two districts that judged themselves, were re-checked by three offices, and half of them spot-checked; changed twice."""
    world = city(share=20)
    campaign = checking.campaign(world, {Kind.SCHOOL: checking.own_items(world, 6)[Kind.SCHOOL]})
    chance = random.Random(413)
    cases = Case.objects.filter(campaign=campaign, district__code__in=(HOME, AWAY)).select_related(
        "unit", "version", "district", "campaign", "place__stage", "place__org"
    )
    teams = {code: (world.officers[code], *_team(world.districts[code])) for code in (HOME, AWAY)}
    for at, case in enumerate(cases.order_by("path")):
        codes = [one.code for one in standards.load(case.version).indicators]
        unit = world.office(case.unit)
        actions.hand_in(case=case, by=unit, answered=[_judged(chance, code) for code in codes])
        by = chance.choice(teams[case.district.code])
        for _ in range(2):  # the first is taken the place of
            some = [_judged(chance, code) for code in codes if chance.random() < 0.9]
            actions.judge(case=case, by=by, source="review", answered=some)
        if at % 2 == 0:
            spot = [_judged(chance, code) for code in codes if chance.random() < 0.7]
            actions.judge(case=case, by=world.officer, source="spot", answered=spot)
    User.objects.update(must_change_password=False)
    return world, campaign


def _team(org):
    """Two inspectors of one title."""
    return [
        orgs.invite(by=None, org=org, role=Role.INSPECTOR, username=f"i{org.code}{n}", title=f"{org.name}督学", on=checking.ON)[0]
        for n in (1, 2)
    ]  # fmt: skip


def _judged(chance: random.Random, code: str) -> Answered:
    if code.endswith(".1"):
        return Answered(code, "not_applicable", Decimal(chance.choice(("3", "3.5", "4"))))
    return Answered(code, chance.choices(("A", "B", "C", "no_data", "not_applicable"), (8, 4, 2, 1, 1))[0])


# --- the second reckoning: from the table that `dudao-web export judgements` writes, and from nothing else


def _reckoned(path) -> dict[tuple[str, str, str], tuple]:
    """(pair, what, code) -> n, same, share, shift, κ: by lists and loops."""
    said = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["current"] == "1":
                said[row["case"], row["indicator"]][row["source"]] = row
    lists = defaultdict(list)
    for sources in said.values():
        for title, (one, other) in PAIRS.items():
            if one in sources and other in sources:
                first, second = sources[one], sources[other]
                keys = ("全部", ""), ("辖市区", first["district"]), ("单位", first["unit"])
                for what, code in (*keys, ("评定岗位", second["scorer"])):
                    lists[title, what, code].append((first, second))
    found = {key: _figures(rows) for key, rows in lists.items()}
    return {key: figures for key, figures in found.items() if figures[0]}


def _word(row) -> str | None:
    if row["points"]:
        return str(float(row["points"]))
    return None if row["value"] in ("no_data", "not_applicable") else row["value"]


def _figures(rows):
    pairs = [(_word(one), _word(other), one, other) for one, other in rows]
    pairs = [pair for pair in pairs if None not in pair[:2]]
    n = len(pairs)
    if not n:
        return (0,)
    same = sum(one == other for one, other, *_ in pairs)
    shifts = []
    for *_, one, other in pairs:
        if one["points"] and other["points"]:
            shifts.append(Fraction(other["points"]) - Fraction(one["points"]))
        elif not one["points"] and not other["points"]:
            shifts.append(Fraction("CBA".index(other["value"]) - "CBA".index(one["value"])))
    words = {word for pair in pairs for word in pair[:2]}
    first, second = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    chance = sum(Fraction(first.count(word) * second.count(word), n * n) for word in words)
    kappa = None if chance == 1 else float((Fraction(same, n) - chance) / (1 - chance))
    return n, same, float(Fraction(same, n)), float(sum(shifts) / len(shifts)) if shifts else None, kappa


def _downloaded(client, campaign):
    answer = client.post(f"/inspections/campaigns/{campaign.key}/agreement/table.xlsx")
    assert answer.status_code == 200
    rows = list(
        openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(min_row=2, values_only=True)
    )
    return {(row[0], row[1], row[2] or ""): row[5:] for row in rows}


def _about(found, expected) -> None:
    assert found.keys() == expected.keys()
    for key, figures in expected.items():
        assert found[key] == pytest.approx(figures, rel=1e-12, abs=1e-12), key


def test_every_figure_is_what_the_exported_judgements_come_to(look, client_of, tmp_path):
    world, campaign = look
    export.export("judgements", campaign.key, tmp_path / "judgements.csv")
    expected = _reckoned(tmp_path / "judgements.csv")
    about = {what: sum(key[1] == what for key in expected) for what in ("全部", "辖市区", "评定岗位", "单位")}
    assert (about["全部"], about["辖市区"], about["评定岗位"] >= 6, about["单位"] > 10) == (3, 6, True, True)
    _about(_downloaded(client_of(world.officer), campaign), expected)
    act = Action.objects.get(action="inspections.export")
    assert act.data == {"what": "评定一致性", "rows": len(expected), "asked": {"campaign": campaign.key}}


def test_a_district_has_the_figures_of_its_own_units(look, client_of, tmp_path):
    world, campaign = look
    path = tmp_path / "judgements.csv"
    export.export("judgements", campaign.key, path)
    with path.open(encoding="utf-8", newline="") as stream:
        head, *lines = list(csv.reader(stream))
    own = tmp_path / "own.csv"
    with own.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *(row for row in lines if row[2] == HOME)])
    _about(_downloaded(client_of(world.officers[HOME]), campaign), _reckoned(own))


def test_the_page_shows_them_rounded_in_the_order_of_the_tree(look, client_of, tmp_path):
    world, campaign = look
    export.export("judgements", campaign.key, tmp_path / "judgements.csv")
    expected = _reckoned(tmp_path / "judgements.csv")
    page = f"/inspections/campaigns/{campaign.key}/agreement/"
    for at, title in enumerate(PAIRS):
        key = "-".join(PAIRS[title])
        shown = (
            client_of(world.officer).get(page, {"pair": key, "sort": "kappa"} if at else {}).content.decode()
        )
        assert re.findall(r'<a [^>]*aria-current="true"[^>]*>([^<]*)', shown)[-1] == title
        n, same, share, shift, kappa = expected[title, "全部", ""]
        cells = re.search(r'<tr class="total">(.*?)</tr>', shown, re.S).group(1)
        found = re.findall(r'<td class="num"[^>]*>([^<]*)</td>', cells)
        assert found[:3] == [str(n), str(same), f"{share * 100:.1f}%"]
        assert [float(one.replace("−", "-")) for one in found[3:]] == [
            pytest.approx(shift, abs=0.00501),
            pytest.approx(kappa, abs=0.00501),
        ]
        names = re.findall(r'<a class="tap" href="/campaigns/cases/(\d+)/">', shown)
        tree = Case.objects.filter(pk__in=names).order_by("path")
        assert names == [str(pk) for pk in tree.values_list("pk", flat=True)]
        assert ("aria-sort" in shown, "sort=" in shown, "不作为对个人的考核依据" in shown) == (
            False,
            False,
            True,
        )


def test_offices_stand_by_title_those_of_one_title_by_number(look, client_of):
    world, campaign = look
    shown = client_of(world.officer).get(f"/inspections/campaigns/{campaign.key}/agreement/").content.decode()
    rows = Judgement.objects.filter(source="review", superseded=False, scorer__role="inspector")
    judged = set(rows.values_list("scorer", "scorer__title"))
    titles = [title for _, title in judged]
    expected = {f"{title}（{pk} 号）" if titles.count(title) > 1 else title for pk, title in judged}
    assert any("号）" in title for title in expected)
    assert {name for name in re.findall(r'<th scope="row">([^<]*)</th>', shown) if "督学" in name} == expected
    assert not any(user.username in shown for user in User.objects.filter(memberships__role="inspector"))


def test_nobody_but_offices_opens_it(look, client_of):
    world, campaign = look
    unit = world.office(Case.objects.filter(campaign=campaign, district__code=HOME).first().unit)
    inspector = world.districts[HOME].memberships.filter(role="inspector").first()
    for held in (unit, inspector):
        client = client_of(held)
        assert client.get(f"/inspections/campaigns/{campaign.key}/agreement/").status_code == 404
        assert client.post(f"/inspections/campaigns/{campaign.key}/agreement/table.xlsx").status_code == 404
    office = client_of(world.officer)
    assert office.get("/inspections/campaigns/none/agreement/").status_code == 404
    assert office.get(f"/inspections/campaigns/{campaign.key}/agreement/table.xlsx").status_code == 405


def test_a_campaign_without_pairs_says_so(look, client_of):
    world, _ = look
    bound = {Kind.SCHOOL: checking.own_items(world, 6)[Kind.SCHOOL]}
    other = checking.campaign(world, bound, key="zj-2019", year=2019)
    shown = client_of(world.officer).get(f"/inspections/campaigns/{other.key}/agreement/").content.decode()
    assert ("还没有可以比较的评定" in shown, "下载表格" in shown) == (True, False)


def test_the_number_of_queries_does_not_grow_with_the_units(look, client_of):
    world, campaign = look

    def asked(held) -> int:
        client = client_of(held)
        with CaptureQueriesContext(connection) as made:
            assert client.get(f"/inspections/campaigns/{campaign.key}/agreement/").status_code == 200
        return len([one for one in made.captured_queries if re.match("SELECT", one["sql"])])

    few, all_of_them = asked(world.officers[HOME]), asked(world.officer)
    assert few == all_of_them <= 12
