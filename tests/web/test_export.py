"""``dudao-web export``: a campaign's rows as CSV and as a workbook; nothing in them is a formula, all of them are there."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from dudao_web.campaigns import launching
from dudao_web.operations import export
from dudao_web.operations.home import Trouble
from dudao_web.orgs import actions, exports
from dudao_web.orgs.models import Action

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "a=1", "甲,乙\n丙", '"']


def rows():
    return iter([(text, -1, Decimal("0.5"), None, True) for text in HOSTILE])


def test_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(tmp_path):
    assert export._csv(tmp_path / "a.csv", ("a", "b", "c", "d", "e"), rows()) == len(HOSTILE)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        found = list(csv.reader(stream))
    assert found[0] == ["a", "b", "c", "d", "e"]
    assert [row[0] for row in found[1:]] == [f"'{text}" for text in HOSTILE[:6]] + HOSTILE[6:]
    assert {tuple(row[1:]) for row in found[1:]} == {("-1", "0.5", "", "1")}


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers(tmp_path):
    assert export._xlsx(tmp_path / "a.xlsx", ("a", "b", "c", "d", "e"), rows()) == len(HOSTILE)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    cells = [sheet.cell(row, 1) for row in range(2, len(HOSTILE) + 2)]
    assert [(cell.data_type, cell.hyperlink) for cell in cells] == [("s", None)] * len(HOSTILE)
    assert cells[0].value == "=1+1"
    assert [sheet.cell(2, column).value for column in (2, 3, 5)] == [-1, 0.5, 1]


def test_times_are_the_office_s_with_their_offset():
    given = (datetime(2018, 6, 1, 16, 30, tzinfo=UTC), date(2018, 6, 1), "https://x.cn")
    assert [export.plain(value) for value in given] == [
        "2018-06-02T00:30:00+08:00",
        "2018-06-01",
        "https://x.cn",
    ]


def test_the_acts_of_a_campaign_are_its_chain(world):
    actions.record(
        by=world.owner, action="orgs.test", obj=world.town, chain_name="c-1", data={"乙": 1, "甲": 2}
    )
    columns, found = exports.actions("c-1")
    act = Action.objects.get(chain="c-1")
    row = dict(zip(columns, next(found), strict=True))
    assert list(found) == []
    assert (row["seq"], row["actor"], row["as"]) == (1, f"u{world.owner.user_id}", f"m{world.owner.pk}")
    assert (row["data"], row["hash"], row["at"]) == ('{"乙": 1, "甲": 2}', act.hash, act.at)


@pytest.mark.parametrize(
    ("name", "campaign", "code", "said"),
    [
        ("a.txt", "none", 2, "扩展名不能用"),
        ("a.csv", "none", 2, "没有督导项目 none"),
        ("there.csv", "none", 1, "已存在"),
    ],
)
def test_what_cannot_be_exported_is_said(world, tmp_path, name, campaign, code, said):
    (tmp_path / "there.csv").write_text("x")
    with pytest.raises(Trouble, match=said) as trouble:
        export.export("actions", campaign, tmp_path / name)
    assert trouble.value.code == code
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there.csv"]


def test_an_export_is_an_act_of_the_system(world, tmp_path):
    launching.prepare(by=world.owner, procedure="special-inspection", year=2018, title="专项", key="c-1")
    assert export.export("cases", "c-1", tmp_path / "a.csv") == 0
    act = Action.objects.latest("pk")
    said = (act.action, act.actor, act.chain, act.data)
    assert said == ("campaigns.export", "system", "office", {"what": "cases c-1", "rows": 0})
