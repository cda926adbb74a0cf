"""The 补充表 on the web: from what is typed to a file, its figures and the judgement; typed and uploaded side by side."""

import io

import handin
import openpyxl
import pytest
from handin import FIRST, JUNIOR, SECOND
from supplements import COUNTY, DECLARED, SCHOOL, answered, base, file, seen, type_for, type_in

from dudao_web.evidence import queries as evidence
from dudao_web.operations import log
from dudao_web.pages import todo
from dudao_web.standards import queries as standards
from dudao_web.submissions import actions, drafts, foresight, queries, told
from dudao_web.submissions.models import Submission, Upload


@pytest.fixture
def of(world):
    return handin.whole(handin.set_of(world.yangzhong), world.owner)


def figure(of, name):
    return queries.intake_of(of)[0].county.figure(name)


def of_school(of, school, name):
    intake, _ = queries.intake_of(of)
    return next(unit for unit in intake.schools if unit.text("school_name") == school).figure(name)


def item(of, code):
    return foresight.stand(of, handin.DAY).judgements[code]


def found(of):
    return [row for row in handin.open_issues(of) if row[0].startswith("UNIT")]


# --- from the page to the file, the figure, the judgement


def test_what_is_typed_is_a_workbook_and_its_cells_are_the_figures(world, of, client_of):
    assert item(of, "G1") == "no_data"
    answer = type_in(client_of(world.owner), of, DECLARED | {"P1_1_sent": "１ 200", "population": "31.50"})
    assert (answer.status_code, answer.url) == (302, base(of))
    upload = Upload.objects.get(entered=True)
    assert (upload.name, upload.state, upload.counts) == ("网上填写_扬中市补充表.xlsx", "read", {"new": 1})
    sheet = openpyxl.load_workbook(io.BytesIO(evidence.content(upload.file)))["区县补充数据"]
    known = {name: figure(of, name) for name in ("G1_met", "G1_proof", "P1_1_sent", "population")}
    cells = {name: sheet[one.cell].value for name, one in known.items()}
    assert cells == {
        "G1_met": "达到",
        "G1_proof": "布局规划〔2026〕3号",
        "P1_1_sent": 1200,
        "population": 31.5,
    }
    assert [str(one.value) for one in known.values()] == ["达到", "布局规划〔2026〕3号", "1200", "31.5"]
    assert {(one.file, one.sheet) for one in known.values()} == {(upload.name, "区县补充数据")}
    intake, _ = queries.intake_of(of)
    assert intake.hashes[upload.name] == upload.file.sha256
    assert item(of, "G1") == "met"
    assert figure(of, "V1_found").state == "missing"  # left blank: no data, never 0


def test_saving_again_makes_a_new_file_and_keeps_the_old(world, of, client_of):
    client = client_of(world.owner)
    type_in(client, of, DECLARED)
    type_in(client, of, {"G1_met": "未达到"})
    assert answered(of) == [("replaced", True, ""), ("submitted", True, "")]
    assert item(of, "G1") == "not_met"
    assert [upload.name for upload in Upload.objects.filter(entered=True).order_by("pk")] == [
        "网上填写_扬中市补充表.xlsx",
        "网上填写_扬中市补充表（2）.xlsx",
    ]
    page = client.get(base(of)).content.decode()
    assert "历次填报 2 次" in page
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_saving_without_a_change_makes_no_file(world, of, client_of):
    client = client_of(world.owner)
    type_in(client, of, DECLARED)
    page = client.post(base(of), DECLARED | {"seen": seen(of)}, follow=True).content.decode()
    assert ("没有改动。" in page, Upload.objects.filter(entered=True).count()) == (True, 1)


def test_clearing_everything_withdraws_what_was_typed(world, of, client_of):
    client = client_of(world.owner)
    type_in(client, of, DECLARED)
    type_in(client, of, {})
    assert answered(of) == [("withdrawn", True, drafts.CLEARED)]
    assert item(of, "G1") == "no_data"


def test_a_school_types_its_own_figures(world, of, client_of):
    before = foresight.stand(of, handin.DAY).lacks
    assert before[handin.CODES[FIRST]] == {"sponsor", "location", "boarding"}
    answer = type_for(client_of(world.head), of, FIRST, SCHOOL | {"grades_primary": "6"})
    assert answer.status_code == 302
    row = Submission.objects.get(form="supplement")
    assert (row.unit, row.by, row.upload.org) == (world.school_1, world.head, world.school_1)
    assert (of_school(of, FIRST, "sponsor").value, of_school(of, FIRST, "boarding").value) == ("7", False)
    assert str(of_school(of, FIRST, "grades_primary").value) == "6"
    assert handin.CODES[FIRST] not in foresight.stand(of, handin.DAY).lacks


def test_the_county_fills_in_all_schools_at_once_and_touches_only_what_changed(world, of, client_of):
    client = client_of(world.owner)
    type_for(client_of(world.head), of, FIRST, SCHOOL)
    rows = told.schools(queries.submissions(of))
    values = {FIRST: SCHOOL, SECOND: SCHOOL | {"location": "乡村"}, JUNIOR: SCHOOL | {"grades_junior": "３"}}
    data = {
        f"{handin.CODES[name]}.{field}": text for name, own in values.items() for field, text in own.items()
    }
    data |= {"code": list(rows), "seen": "|".join(unit.seen for unit in rows.values())}
    assert client.post(f"{base(of)}schools/", data).status_code == 302
    assert item(of, "G13") == "met"
    upload = Upload.objects.filter(entered=True).first()
    assert (upload.name, upload.counts) == ("网上填写_扬中市学校补充表.xlsx", {"new": 2})
    assert answered(of, "supplement") == [("submitted", True, "")] * 3


def test_a_standard_that_asks_only_of_the_unit_is_filled_in_too(world, client_of):
    of = handin.set_of(world.yangzhong)
    other = queries.ReturnSet(
        world.yangzhong,
        handin.YEAR,
        handin.versions.register(standard="chongqing-county", profile="default", by=None),
    )
    client = client_of(world.owner)
    address = base(other)
    assert (client.get(base(of)).status_code, client.get(address).status_code) == (200, 200)
    name = next(field.name for field in told.asked_of_county(standards.load(other.version)) if field.numeric)
    assert client.post(address, {name: "1", "seen": ""}).status_code == 302
    assert client.post(address, {name: "0.5", "seen": seen(other)}).status_code == 302
    assert answered(other) == [("replaced", True, ""), ("submitted", True, "")]
    assert str(figure(other, name).value) == "0.5"


# --- typed beside uploaded


def test_an_upload_is_read_and_its_answers_stand_locked(world, of, client_of):
    handin.hand_in(of, world.owner, "补充表.xlsx", file(of, DECLARED))
    assert item(of, "G1") == "met"
    client = client_of(world.owner)
    page = client.get(base(of)).content.decode()
    assert ('name="G1_met"' in page, 'name="G2_met"' in page, "补充表.xlsx</a> E22" in page) == (
        False,
        True,
        True,
    )
    type_in(client, of, {"G1_met": "未达到", "V1_found": "无"})  # what is locked is not taken
    assert (figure(of, "G1_met").value, figure(of, "V1_found").value) == ("达到", "无")
    assert answered(of) == [("submitted", False, ""), ("submitted", True, "")]


def test_an_upload_replaces_an_upload_and_never_what_was_typed(world, of, client_of):
    type_in(client_of(world.owner), of, {"V1_found": "无", "V2_found": "无"})
    handin.hand_in(of, world.owner, "一.xlsx", file(of, DECLARED))
    handin.hand_in(of, world.owner, "二.xlsx", file(of, DECLARED | {"V2_found": "有"}))
    assert answered(of) == [("submitted", True, ""), ("replaced", False, ""), ("submitted", False, "")]
    assert (figure(of, "V1_found").value, figure(of, "V2_found").state) == ("无", "refused")
    assert [code for code, _, _ in found(of)] == ["UNIT-009"]
    page = client_of(world.owner).get(base(of)).content.decode()
    assert ("两处不同" in page, "以网上填写的为准" in page, "以上传的为准" in page) == (True, True, True)


@pytest.mark.parametrize(
    ("which", "said", "states"),
    [
        ("web", "无", [("replaced", True, ""), ("withdrawn", False, drafts.MOVED), ("submitted", True, "")]),
        ("file", "有", [("replaced", True, ""), ("submitted", False, ""), ("submitted", True, "")]),
    ],
)
def test_the_office_chooses_which_stands(world, of, client_of, which, said, states):
    client = client_of(world.owner)
    type_in(client, of, {"V1_found": "无", "V2_found": "无"})
    handin.hand_in(of, world.owner, "一.xlsx", file(of, DECLARED | {"V2_found": "有"}))
    answer = client.post(f"{base(of)}source/", {"code": "321182", "which": which})
    assert answer.url == base(of)
    assert (figure(of, "V2_found").value, figure(of, "V1_found").value, figure(of, "G1_met").value) == (
        said,
        "无",
        "达到",
    )
    assert (answered(of), found(of)) == (states, [])


def test_uploaded_schools_move_to_the_web_together(world, of, client_of):
    handin.hand_in(of, world.owner, "补充表.xlsx", file(of, schools={FIRST: SCHOOL, JUNIOR: SCHOOL}))
    answer = client_of(world.owner).post(f"{base(of)}source/", {"which": "web"})
    assert answer.url == f"{base(of)}schools/"
    assert (
        answered(of, "supplement") == [("withdrawn", False, drafts.MOVED)] * 2 + [("submitted", True, "")] * 2
    )
    assert of_school(of, JUNIOR, "location").value == "镇区"


def test_a_school_sets_aside_no_file_of_the_county(world, of, client_of):
    handin.hand_in(of, world.owner, "补充表.xlsx", file(of, schools={FIRST: SCHOOL}))
    data = {"code": handin.CODES[FIRST], "which": "web"}
    assert client_of(world.head).post(f"{base(of)}source/", data).status_code == 404
    assert (
        client_of(world.head).post(f"{base(of)}source/", {"code": "321182", "which": "web"}).status_code
        == 404
    )
    assert client_of(world.head).post(f"{base(of)}source/", {"which": "web"}).status_code == 404
    assert answered(of, "supplement") == [("submitted", False, "")]


def test_what_was_sent_back_is_saved_again_as_it_is(world, of, client_of):
    type_for(client_of(world.head), of, FIRST, SCHOOL)
    row = Submission.objects.get(form="supplement")
    actions.send_back(submission=row, reason="请核对举办者。", by=world.owner)
    address = f"{base(of)}schools/{handin.CODES[FIRST]}/"
    assert "请核对举办者。" in client_of(world.head).get(address).content.decode()
    assert [duty.text for duty in todo.work(world.head, handin.DAY).duties] == [
        "改正后重新保存补充表：请核对举办者。"
    ]
    type_for(client_of(world.head), of, FIRST, SCHOOL)
    assert answered(of, "supplement") == [("submitted", True, "")]
    assert todo.work(world.head, handin.DAY).duties == ()


def test_a_sheet_without_answers_changes_nothing(world, of):
    handin.hand_in(of, world.owner, "一.xlsx", file(of, schools={FIRST: SCHOOL, SECOND: {}}))
    handin.hand_in(of, world.owner, "二.xlsx", file(of, schools={FIRST: {}}))
    assert answered(of, "supplement") == [("submitted", False, "")]


def test_a_school_hands_in_its_row_and_no_other(world, of):
    data = file(of, {"G1_met": "达到"}, {FIRST: SCHOOL, SECOND: SCHOOL})
    upload = handin.hand_in(of, world.head, "补充表.xlsx", data)
    assert upload.counts == {"new": 1, "refused": 2}
    assert [row.unit for row in Submission.objects.filter(upload=upload)] == [world.school_1]
    assert upload.notes == [
        "补充表.xlsx：学校代码 3211820002 不是本校的 3211820001，未采用。请上传本校的填报表。",
        "补充表.xlsx：区县补充表由区县督导室上传，未采用。",
    ]


def test_a_supplement_is_no_return_of_a_school(world):
    of = handin.set_of(world.yangzhong)
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST))
    handin.hand_in(of, world.owner, "补充表.xlsx", file(of, schools={FIRST: SCHOOL, SECOND: SCHOOL}))
    assert [school.name for school in queries.absent(of)] == [SECOND]
    assert [code for code, _, _ in found(of) if code != "UNIT-004"] == ["UNIT-007"]


def test_after_confirming_a_supplement_asks_for_a_new_confirmation(world, of, client_of):
    handin.confirm(of, world.owner)
    type_in(client_of(world.owner), of, DECLARED)
    now = queries.standing(of)
    assert (now.confirmed, now.changed) == (False, True)


def test_the_filled_workbook_holds_what_is_known_and_reads_the_same(world, of, client_of):
    client = client_of(world.owner)
    type_in(client, of, DECLARED)
    handin.hand_in(of, world.owner, "一.xlsx", file(of, {"V1_found": "无"}, {SECOND: SCHOOL}))
    data = client.post(f"{base(of)}filled.xlsx").content
    upload = handin.hand_in(of, world.owner, "再交.xlsx", data)
    assert (upload.counts, found(of)) == ({"replaced": 2}, [])
    assert (figure(of, "G1_met").value, figure(of, "V1_found").value) == ("达到", "无")
    own = openpyxl.load_workbook(io.BytesIO(client_of(world.head).post(f"{base(of)}filled.xlsx").content))
    assert [name for name in own.sheetnames if "区县" in name] == []
    assert [own["学校补充数据"].cell(6, 1).value, own["学校补充数据"].cell(7, 1).value] == [
        handin.CODES[FIRST],
        None,
    ]


def test_what_names_the_county_is_what_its_own_return_says(world, of):
    unit = told.county(of, queries.submissions(of))
    assert told.naming(unit, of, standards.load(of.version)) == COUNTY
