"""The workbook of units: its empty form, what is read, every message, all or nothing."""

import io
import zipfile
from dataclasses import asdict
from datetime import date

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from world import ON

from dudao_web.orgs import actions, chain, importing, sheet
from dudao_web.orgs.models import Action, Membership, Org, User
from dudao_web.orgs.sheet import COLUMNS, RowIssue, UnitRow

HEAD = COLUMNS


def workbook(*rows: tuple, head: tuple = HEAD) -> bytes:
    """A workbook with these rows below the head."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        for number, row in enumerate((head, *rows)):
            page.write_row(number, 0, row)
    return out.getvalue()


def issues(*rows: tuple, head: tuple = HEAD) -> list[tuple[str, str]]:
    return [(issue.cell, issue.text) for issue in sheet.read(workbook(*rows, head=head))[1]]


def test_the_empty_form_has_the_columns_and_is_read_as_empty():
    book = openpyxl.load_workbook(io.BytesIO(sheet.template()))
    assert [cell.value for cell in book.active[1]] == list(COLUMNS)
    assert sheet.read(sheet.template())[1] == [RowIssue("A2", "没有一行单位。请从第二行起填写。")]


def test_a_row_is_read_with_what_a_chinese_keyboard_types():
    data = workbook((" ３２１１８２００２ ", "新坝镇", "镇", 321182.0, "ｘｉｎｂａ", "督学"))
    row = UnitRow("A2", "321182002", "新坝镇", "town", "321182", "xinba", "inspector", "", None, None)
    assert sheet.read(data) == ([row], [])


def test_columns_may_stand_in_any_order_and_accounts_may_be_left_out():
    data = workbook(("321182", "镇", "新坝镇", "321182002"), head=("上级代码", "类型", "名称", "代码"))
    assert sheet.read(data)[0] == [
        UnitRow("A2", "321182002", "新坝镇", "town", "321182", "", "", "", None, None)
    ]


def test_empty_rows_are_passed_over():
    data = workbook((), ("321182002", "新坝镇", "镇", "321182"))
    assert [row.cell for row in sheet.read(data)[0]] == ["A3"]


def test_every_bad_cell_is_named():
    found = issues(
        ("", "新坝镇", "镇", "321182"),
        ("镇一", "新坝镇", "乡村", "321182"),
        ("321182003", "", "镇", "", "a", "督学"),
        ("321182004", "八桥镇", "镇", "321182", "baqiao", "镇长"),
        ("321182005", "西来桥镇", "镇", "321182", "", "督学"),
    )
    assert [cell for cell, _ in found] == ["A2", "A3", "C3", "B4", "D4", "E4", "F5", "E6"]
    assert found[0][1] == "代码没有填写。请补填。"
    assert found[2][1].startswith("没有“乡村”这种类型。请填：国家、省、设区市、")


def test_a_missing_column():
    assert issues(("1",), head=("代码",)) == [
        ("A1", "第一行缺少列：名称、类型、上级代码。请使用本页提供的空表。")
    ]


def zipped(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * size)
    return out.getvalue()


def far_cell() -> bytes:
    """One cell at XFD1048576: a naive reader allocates billions."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "代码")
        page.write(1048575, 16383, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "文件无法读取"),
        (b"no workbook", "文件无法读取"),
        (zipped(100), "不是有效的"),
        (zipped(33 * 1024 * 1024), "解开后超过 32 MB"),
        (far_cell(), "工作表超过 2000 行"),
    ],
)
def test_hostile_files(data, text):
    rows, found = sheet.read(data)
    assert rows == []
    assert [(issue.cell, issue.text[: len(text)]) for issue in found] == [("A1", text)]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [("=A1", "="), ("＝A1", "="), (" +甲", "+"), ("-甲", "-"), ("@甲", "@"), ("\t甲", "制表符")],
)
@pytest.mark.parametrize(("column", "place"), [("代码", 0), ("名称", 1), ("处室", 6)])
def test_cells_that_a_spreadsheet_would_take_for_a_formula(cell, shown, column, place):
    row = ["321182002", "新坝镇", "镇", "321182", "xinba", "镇", "新坝镇"]
    row[place] = cell
    text = f"{column}不能以“{shown}”开头，表格软件会当作公式。请删去开头的这个字符。"
    assert (f"{'ABCDEFG'[place]}2", text) in issues(tuple(row))


def test_days_of_an_office_as_people_write_them():
    row = ("321182002", "新坝镇", "镇", "321182", "xinba", "镇（街道）", "", "2026年9月1日", "2027/9/1")
    (found,), wrong = sheet.read(workbook(row))
    assert (found.role, found.since, found.until, wrong) == (
        "school",
        date(2026, 9, 1),
        date(2027, 9, 1),
        [],
    )
    assert issues((*row[:4], "", "", "", "2026-13-01", "明年")) == [
        ("H2", "“2026-13-01”不是日期。请写成 2026-09-01。"),
        ("H2", "填了任职起，没有填账号。请补填账号或删去日期。"),
        ("I2", "“明年”不是日期。请写成 2026-09-01。"),
        ("I2", "填了任职止，没有填账号。请补填账号或删去日期。"),
    ]


def test_a_real_date_cell_and_the_head_of_earlier_forms():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ("代码", "名称", "类型", "上级代码", "账号", "岗位", "处室名称", "任职起"))
        page.write_row(1, 0, ("321182002", "新坝镇", "镇", "321182", "xinba", "镇", "党政办"))
        page.write_datetime(1, 7, date(2026, 9, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    (row,), wrong = sheet.read(out.getvalue())
    assert (row.title, row.since, wrong) == ("党政办", date(2026, 9, 1), [])


# --- what follows from the rows


def load(world, *rows: tuple):
    found, wrong = sheet.read(workbook(*rows))
    assert wrong == []
    return importing.import_orgs(by=world.owner, rows=found, on=ON)


ROWS = (
    ("3211820009", "演示第九小学", "学校", "321182002", "school09", "学校"),
    ("321182002", "新坝镇", "镇", "321182", "", ""),
    ("321182001", "三茅街道", "街道", "321182", "", ""),
)


def test_units_and_accounts_in_any_order(world):
    done, wrong = load(world, *ROWS)
    assert wrong == []
    assert (done.created, done.present, len(done.accounts)) == (2, 1, 1)
    school = Org.objects.get(code="3211820009")
    assert (school.path, school.since) == ("321100/321182/321182002/3211820009/", date(2026, 6, 1))
    held = Membership.objects.get(user__username="school09")
    assert (held.org, held.role, held.title) == (school, "school", "演示第九小学")
    assert held.user.check_password(done.accounts[0].password)


def test_the_same_workbook_again_changes_nothing(world):
    load(world, *ROWS)
    before = Action.objects.count()
    done, wrong = load(world, *ROWS)
    assert (wrong, done.created, done.present, done.accounts) == ([], 0, 3, [])
    assert Action.objects.count() == before


def test_an_import_is_one_act_that_names_every_row_it_made(world):
    before = Action.objects.count()
    rows, _ = sheet.read(workbook(*ROWS))
    importing.import_orgs(by=world.owner, rows=rows, on=ON)
    act = Action.objects.last()
    assert Action.objects.count() == before + 1
    made = [*Org.objects.filter(code__in=["321182002", "3211820009"]), User.objects.get(username="school09")]
    made.append(Membership.objects.get(user__username="school09"))
    hashes = {actions.object_key(row): chain.digest(actions.state(row)) for row in made}
    assert (act.action, act.object, act.data["objects"]) == ("orgs.import_orgs", "org:batch", hashes)
    assert (act.after, act.data["rows"]) == (chain.digest(hashes), 3)
    assert act.data["sha256"] == chain.digest(chain.plain([asdict(row) for row in rows]))


def test_an_office_begins_and_ends_on_the_days_of_the_workbook(world):
    row = ("321182001", "三茅街道", "街道", "321182", "sanmao", "街道", "党政办", "2026-09-01", "2027-09-01")
    done, wrong = load(world, row)
    held = Membership.objects.get(user__username="sanmao")
    assert (wrong, held.role, held.title, held.since, held.until) == (
        [],
        "school",
        "党政办",
        date(2026, 9, 1),
        date(2027, 9, 1),
    )
    done, wrong = load(world, row)
    assert (wrong, done.offices, Membership.objects.filter(user__username="sanmao").count()) == ([], 0, 1)


def test_five_hundred_units_with_accounts_in_one_request(world, django_assert_max_num_queries):
    rows = [
        (f"321182{n:04d}", f"演示{n}小学", "学校", "321182001", f"s{n}", "学校") for n in range(1000, 1500)
    ]
    found, _ = sheet.read(workbook(*rows))
    with django_assert_max_num_queries(5 * len(rows) + 50):
        done, wrong = importing.import_orgs(by=world.owner, rows=found, on=ON)
    assert (wrong, done.created, done.offices, len(done.accounts)) == ([], 500, 500, 500)
    assert done.accounts[0].membership.user.check_password(done.accounts[0].password)


def test_two_accounts_at_one_unit(world):
    done, wrong = load(
        world,
        ("3211820002", "演示第二小学", "学校", "321182001", "school02a", "学校"),
        ("3211820002", "演示第二小学", "学校", "321182001", "school02b", "学校"),
    )
    assert (wrong, [a.membership.user.username for a in done.accounts]) == ([], ["school02a", "school02b"])


def test_one_bad_row_and_nothing_is_taken(world):
    before = (Org.objects.count(), User.objects.count(), Action.objects.count())
    done, wrong = load(
        world,
        *ROWS,
        ("3211810009", "演示丹阳小学", "学校", "321181", "", ""),
        ("3211820001", "改了名的小学", "学校", "321182001", "", ""),
        ("321182009", "甲镇", "镇", "321182010", "", ""),
        ("321182010", "乙镇", "镇", "321182009", "", ""),
        ("3211820010", "演示第十小学", "学校", "321182001", "boss", "系统管理员"),
    )
    assert done is None
    assert [(i.cell, i.text.partition("。")[0]) for i in wrong] == [
        ("A5", "没有上级代码 321181 的单位，或不在本单位范围内"),
        ("A6", "代码 3211820001 已有单位使用，名称、类型或上级与此不同"),
        ("A7", "没有上级代码 321182010 的单位，或不在本单位范围内"),
        ("A8", "没有上级代码 321182009 的单位，或不在本单位范围内"),
        ("A9", "本单位不能设“系统管理员”岗位"),
    ]
    assert (Org.objects.count(), User.objects.count(), Action.objects.count()) == before


def test_an_account_for_the_own_unit(world):
    done, wrong = load(world, ("321182", "扬中市", "县级市", "321100", "yz2", "区县督导室"))
    assert (wrong, done.accounts[0].membership.org) == ([], world.yangzhong)


def test_the_page(world, client_of):
    client = client_of(world.owner)
    file = SimpleUploadedFile("单位表.xlsx", workbook(*ROWS))
    answer = client.post("/orgs/import/", {"file": file})
    assert answer.status_code == 200
    assert answer.content.decode().count(answer.context["done"].accounts[0].password) == 1
    bad = SimpleUploadedFile("单位表.xlsx", workbook(("1", "", "镇", "321182")))
    answer = client.post("/orgs/import/", {"file": bad})
    assert (answer.status_code, [i.cell for i in answer.context["issues"]]) == (422, ["B2"])
    answer = client.post("/orgs/import/", {"file": SimpleUploadedFile("单位表.xls", b"x")})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])
