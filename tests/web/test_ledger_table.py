"""The ledger as a workbook: every cell of a row, the head, the page; nothing in it is a formula; rows and filter are recorded."""

import io
from datetime import date

import ledgers
import openpyxl
import pytest
from ledgers import TODAY
from python_calamine import CalamineWorkbook

from dudao_web.findings import ledger, ledger_table
from dudao_web.findings.models import Finding
from dudao_web.orgs.models import Action

pytestmark = pytest.mark.django_db
NAMES = tuple(name for name, _ in ledger_table.COLUMNS)


@pytest.fixture(autouse=True)
def june(settings):
    """The campaign's own year."""
    settings.DEMO_ON = TODAY


@pytest.fixture
def of():
    """A ledger with a problem in each state."""
    return ledgers.filled(ledgers.opened())


def download(client, query: str = "", ticked: tuple[int, ...] = ()) -> bytes:
    answer = client.post(f"/findings/list.xlsx{query}", {"pk": list(ticked)})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith("20180612.xlsx")
    return answer.content


def rows(data: bytes) -> list[list[object]]:
    """The rows of the table, below its head."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    return sheet.to_python()[ledger_table.HEAD :]


def test_every_cell_of_a_row(of, client_of):
    found = {row[1]: dict(zip(NAMES, row, strict=True)) for row in rows(download(client_of(of.district)))}
    struck = of.found["struck"]
    assert found[struck.register_number] == {
        "序号": 6.0,
        "编号": "2018-005",
        "辖市区": "扬中市",
        "单位": of.case.unit.name,
        "问题": "食堂留样记录不全",
        "对应条款": "",
        "程度": "一般",
        "责任单位": of.case.unit.name,
        "整改措施": "专人登记",
        "整改时限": "2018-06-30",
        "整改情况": "已更换跑道面层，两名教师参加了培训。",
        "完成日期": "2018-06-12",
        "佐证材料": "验收单",
        "核验单位": "扬中市",
        "核验意见": "现场核验，现场查看，记录齐全。",
        "销号日期": "2018-06-12",
        "状态": "已销号",
        "重复次数": 1.0,
        "备注": "",
    }
    mended = found[of.found["mended"].register_number]
    assert (mended["对应条款"], mended["状态"], mended["核验意见"]) == (
        "ZD1　深入实施学校素质教育",
        "待核验",
        "",
    )
    returned = found[of.found["returned"].register_number]
    assert (returned["核验意见"], returned["状态"]) == ("新购图书未编目，请补报清单。", "已退回")
    up = found[of.found["handed_up"].register_number]
    assert (up["整改措施"], up["整改时限"], up["状态"]) == ("需要交警部门设置", "", "已上报协调")


def test_what_is_overdue_answered_or_has_come_back_stands_in_the_remarks(settings):
    settings.DEMO_ON = date(2018, 6, 1)
    of = ledgers.opened()
    late = ledgers.listed(of, "体育课周课时不足", measure="调整课表", due=date(2018, 6, 9))
    settings.DEMO_ON = TODAY
    ledger.urge(findings=[late], by=of.district, note="请抓紧整改")
    before = Finding.objects.get(pk=late.pk)
    row = Finding.objects.get(pk=ledgers.listed(of, "操场跑道破损").pk)
    row.repeats, row.times, row.answer = before, 2, "年内翻修"
    assert ledger_table.cells(1, before, ledger_table.Line(), TODAY)[-2:] == (1, "逾期 3 天；已督办")
    assert ledger_table.cells(2, row, ledger_table.Line(), TODAY)[-2:] == (
        2,
        "原编号 2018-001；答复：年内翻修",
    )


def test_the_head_and_the_page_are_those_of_an_office(of, client_of):
    book = openpyxl.load_workbook(io.BytesIO(download(client_of(of.district), "?tab=live")))
    sheet = book.active
    assert sheet.title == "整改台账"
    assert sheet["A1"].value == "教育督导问题整改台账"
    assert sheet["A2"].value == "台账单位：扬中市"
    assert sheet["K2"].value == "未销号　共 5 个问题　截至 2018年6月12日"
    assert tuple(cell.value for cell in sheet[3]) == NAMES
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("C4", "$3:$3")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.column_dimensions["E"].width > sheet.column_dimensions["G"].width
    assert sheet["E4"].alignment.wrap_text is True


def test_a_text_that_begins_like_a_formula_stays_text(of, client_of):
    ledgers.listed(of, '=HYPERLINK("http://x","y")', due=date(2018, 6, 13))
    sheet = openpyxl.load_workbook(io.BytesIO(download(client_of(of.district)))).active
    (cell,) = [one for one in sheet["E"] if str(one.value).startswith("=")]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x","y")', "s")


def test_the_filters_of_the_page_hold_and_are_recorded(of, client_of):
    client = client_of(of.district)
    assert [row[4] for row in rows(download(client, "?state=struck"))] == ["食堂留样记录不全"]
    act = Action.objects.filter(action="findings.export").latest("pk")
    assert (act.data["what"], act.data["rows"], act.data["asked"]) == ("整改台账", 1, {"state": "struck"})
    two = (of.found["open"].pk, of.found["mended"].pk)
    assert [row[4] for row in rows(download(client, ticked=two))] == [
        "操场跑道破损，面积不足",
        "校本课程没有单列课时",
    ]
    act = Action.objects.filter(action="findings.export").latest("pk")
    assert (act.data["rows"], act.data["asked"]) == (2, {"chosen": 2})


def test_an_office_gets_its_own_rows_alone(of, client_of):
    peer = of.world.officers[ledgers.DANYANG]
    case = ledgers.case_in(of.campaign, ledgers.DANYANG)
    own = ledgers.listed(of, "班额超过标准", case=case, by=peer, office=case.district)
    assert [row[1] for row in rows(download(client_of(peer)))] == [own.register_number]
    assert rows(download(client_of(peer), ticked=(of.found["open"].pk,))) == []
