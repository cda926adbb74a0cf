"""Runs: what the library says of the same files, frozen; 预评 until confirmed; files, downloads, and who may see them."""

import csv
import hashlib
import io
import json

import handin
import openpyxl
import pytest
from handin import FIRST, JUNIOR, SECOND

from dudao.evaluation import evaluate
from dudao.evaluation.result import to_bytes
from dudao.intake import assemble, read_file
from dudao_web.evaluations import actions, queries, table_file, verdict_page
from dudao_web.evaluations.models import Evaluation
from dudao_web.evidence import queries as evidence
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action, Membership, Org
from dudao_web.standards import queries as standards
from dudao_web.submissions import actions as submissions

MEDIA = "网络多媒体教室间数"


@pytest.fixture
def of(world):
    return handin.set_of(world.yangzhong)


@pytest.fixture
def done(world, of) -> Evaluation:
    """A run of an unconfirmed set whose second school has too little sports ground."""
    return handin.run(handin.whole(of, world.owner, R5="0.8"), world.owner)


# --- the run


def test_the_result_is_the_library_s_to_the_byte(world, of, done):
    standard = standards.load(of.version)
    files = {"区县填报表.xlsx": handin.county(of), f"{FIRST}.xlsx": handin.school(FIRST),
             f"{SECOND}.xlsx": handin.school(SECOND, R5="0.8"), f"{JUNIOR}.xlsx": handin.school(JUNIOR)}  # fmt: skip
    read = [read_file(name, data, standard) for name, data in files.items()]
    intake = assemble(
        [unit for one in read for unit in one.returns], standard, county_code="321182",
        issues=[issue for one in read for issue in one.issues],
    )  # fmt: skip
    expected = to_bytes(evaluate(standard, intake, handin.DAY))
    assert done.result.encode() == expected
    assert done.sha256 == hashlib.sha256(expected).hexdigest()
    assert (done.state, done.status, done.data["county_code"]) == ("done", "not_met", "321182")


def test_running_again_changes_nothing(done):
    acts = Action.objects.count()
    actions.run(done.pk)
    assert Action.objects.count() == acts
    assert Evaluation.objects.get(pk=done.pk).finished_at == done.finished_at


def test_starting_twice_is_one_run(world, of, done):
    assert actions.start(of=of, on=handin.DAY, by=world.owner) == done
    assert Evaluation.objects.count() == 1


def test_a_changed_set_is_a_new_run(world, of, done):
    handin.hand_in(of, world.owner, "更正.xlsx", handin.school(SECOND))
    again = handin.run(of, world.owner)
    assert again.pk != done.pk
    assert [school["judgement"] for school in again.data["schools"]] == ["met", "met", "met"]
    assert Evaluation.objects.get(pk=done.pk).result == done.result


def test_nothing_is_run_without_a_school_or_before_all_is_read(world, of):
    with pytest.raises(Refused):
        actions.start(of=of, on=handin.DAY, by=world.owner)
    handin.hand_in(of, world.owner, "a.xlsx", handin.school(FIRST))
    submissions.receive(of=of, name="b.xlsx", data=handin.school(SECOND), org=world.yangzhong, by=world.owner)
    with pytest.raises(Refused):
        actions.start(of=of, on=handin.DAY, by=world.owner)


def test_a_run_broken_off_says_so(world, of, monkeypatch):
    handin.whole(of, world.owner)
    run = actions.start(of=of, on=handin.DAY, by=world.owner)
    monkeypatch.setattr(actions, "STEPS", None)  # the row cannot be kept without its steps
    actions.run_evaluation.call(run.pk)
    assert Evaluation.objects.get(pk=run.pk).state == "failed"
    monkeypatch.undo()
    again = handin.run(of, world.owner)
    assert (again.pk != run.pk, again.state) == (True, "done")


# --- 预评 and final


def test_a_result_is_draft_until_the_county_confirms(world, of, done):
    assert queries.status(done) == queries.Status(False, "填报尚未经区县确认")
    handin.confirm(of, world.owner)
    final = handin.run(of, world.owner)
    assert queries.status(final) == queries.Status(True, "")
    assert final.result == done.result
    assert not queries.status(done).final


def test_a_replaced_file_makes_it_draft_again_and_says_what_changed(world, of):
    handin.confirm(handin.whole(of, world.owner), world.owner)
    final = handin.run(of, world.owner)
    handin.hand_in(of, world.owner, "更正.xlsx", handin.school(FIRST, {MEDIA: 40}))
    found = queries.status(final)
    assert (found.final, found.why) == (False, "确认后填报有变动（1 份）")
    assert [row.path for row in found.changed] == ["更正.xlsx"]


def test_the_list_of_runs_says_which_are_draft(world, of):
    handin.confirm(handin.whole(of, world.owner), world.owner)
    handin.run(of, world.owner)
    assert [run.moved for run in queries.marked(Evaluation.objects.all())] == [False]
    handin.hand_in(of, world.owner, "坏.xlsx", b"PK\x03\x04 no")
    assert [run.moved for run in queries.marked(Evaluation.objects.all())] == [True]
    assert queries.status(Evaluation.objects.get()).why == "确认后收到不能读取的文件"


def marks_of(file) -> list[str]:
    """What stands at the right of the page head before the date of the data."""
    head = openpyxl.load_workbook(io.BytesIO(evidence.content(file))).worksheets[0].oddHeader.right.text
    return head.split("　")[:-1]


def test_official_files_are_marked_as_long_as_the_result_is_draft(world, of, client_of):
    handin.confirm(handin.whole(of, world.owner), world.owner)
    final = handin.run(of, world.owner)
    client = client_of(world.owner)
    assert [marks_of(file) for file in (final.form, final.results)] == [[], []]
    assert [marks_of(file) for file in (final.draft_form, final.draft_results)] == [["预评"], ["预评"]]

    def served(kind):
        return b"".join(client.post(f"/evaluations/{final.pk}/files/{kind}/").streaming_content)

    assert served("form") == evidence.content(final.form)
    assert served("results") == evidence.content(final.results)
    handin.hand_in(of, world.owner, "更正.xlsx", handin.school(FIRST, {MEDIA: 40}))
    assert served("form") == evidence.content(final.draft_form)
    assert served("results") == evidence.content(final.draft_results)


def test_no_official_file_is_had_past_its_own_page(world, done, client_of):
    files = (done.form, done.results, done.draft_form, done.draft_results)
    client = client_of(world.owner)
    assert [client.get(f"/evidence/{file.pk}/").status_code for file in files] == [404] * 4
    served = client.post(f"/evaluations/{done.pk}/files/form/")
    assert b"".join(served.streaming_content) == evidence.content(done.draft_form)


def test_the_list_says_what_must_be_confirmed_again(world, of, client_of):
    handin.confirm(handin.whole(of, world.owner), world.owner)
    handin.run(of, world.owner)
    client = client_of(world.owner)

    def said():
        page = client.get("/evaluations/").content.decode()
        return ["已变动，须重新确认" in page, "已变动，已重新确认" in page]

    assert said() == [False, False]
    handin.hand_in(of, world.owner, "更正.xlsx", handin.school(FIRST, {MEDIA: 40}))
    assert said() == [True, False]
    handin.confirm(of, world.owner)
    assert said() == [False, True]


def test_a_coefficient_above_its_limit_is_said_beside_schools_that_meet(of, done):
    standard, result = standards.load(of.version), json.loads(done.result)
    for item in (*result["schools"], *result["county"]):
        item["judgement"] = "met"
    assert verdict_page.dimensions(result, standard)[0].text == "3 校达标"
    items = {(item["code"], item.get("level")): item for item in result["county"]}
    items["RC", None]["judgement"] = items["R5", "primary"]["judgement"] = "not_met"
    items["R6", "junior"]["judgement"] = "no_data"
    said = verdict_page.dimensions(result, standard)[0].text
    assert said == "3 校达标，1 项差异系数高于限值，1 项差异系数数据不全"


def test_schools_that_did_not_hand_in_are_named(world, of, client_of):
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST))
    run = handin.run(of, world.owner)
    assert queries.absent(run) == [world.school_2]
    page = client_of(world.owner).get(f"/evaluations/{run.pk}/").content.decode()
    assert "<summary>未报学校 1 所</summary><p>演示第二小学</p>" in page
    handin.hand_in(of, world.owner, "2.xlsx", handin.school(SECOND))
    whole = handin.run(of, world.owner)
    assert queries.absent(whole) == []
    assert "未报学校" not in client_of(world.owner).get(f"/evaluations/{whole.pk}/").content.decode()


def test_the_application_form_holds_the_county(world, done):
    book = openpyxl.load_workbook(io.BytesIO(evidence.content(done.draft_form)))
    names = [cell.value for cell in book["表2-2"]["B"]]
    assert [name for name in names if name in (FIRST, SECOND, JUNIOR)] == [FIRST, SECOND, JUNIOR]


# --- downloads


def test_the_json_is_the_result_to_the_byte(world, done, client_of):
    answer = client_of(world.city_officer).post(f"/evaluations/{done.pk}/result.json")
    assert answer.content == done.result.encode()
    assert json.loads(answer.content)["schema"] == 1
    assert "attachment" in answer["Content-Disposition"]


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_table_as_csv_has_the_rows_that_were_asked(world, done, client_of):
    rows = rows_of(client_of(world.owner).post(f"/evaluations/{done.pk}/schools.csv?only=1"))
    assert rows[0] == ["扬中市2026年各校指标", done.number, "预评"]
    assert [row[:3] for row in rows[2:]] == [["小学", "3211820002", SECOND]]
    place = rows[1].index("体育运动场馆（㎡/生）")
    assert rows[2][place : place + 3] == ["6.00", "未达标（低于85%）", "差 540 ㎡"]


def test_the_table_as_workbook_has_numbers_and_texts(world, done, client_of):
    data = client_of(world.owner).post(f"/evaluations/{done.pk}/schools.xlsx").content
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    row = next(row for row in sheet.iter_rows(values_only=True) if row[2] == SECOND)
    place = [cell.value for cell in sheet[2]].index("体育运动场馆（㎡/生）")
    assert row[:5] == ("小学", "3211820002", SECOND, "三茅街道", 360)
    assert row[place : place + 3] == (6, "未达标（低于85%）", "差 540 ㎡")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_a_name_never_becomes_a_formula(sign):
    assert table_file.safe(f"{sign}1+1") == f"'{sign}1+1"


def test_a_hostile_name_reaches_the_file_as_text(world, done, client_of):
    Org.objects.filter(pk=world.town.pk).update(name="=HYPERLINK(1)")
    client = client_of(world.owner)
    assert rows_of(client.post(f"/evaluations/{done.pk}/schools.csv"))[2][3] == "'=HYPERLINK(1)"
    book = openpyxl.load_workbook(io.BytesIO(client.post(f"/evaluations/{done.pk}/schools.xlsx").content))
    assert (book.active["D3"].value, book.active["D3"].data_type) == ("'=HYPERLINK(1)", "s")


def test_other_kinds_of_file_are_not_there(world, done, client_of):
    client = client_of(world.owner)
    assert client.post(f"/evaluations/{done.pk}/schools.exe").status_code == 404
    assert client.post(f"/evaluations/{done.pk}/files/other/").status_code == 404


# --- who may see what

PAGES = (
    "",
    "explain/",
    "items/G1/",
    "items/RS/",
    "items/G4/0/",
    "record/",
    "schools/0/",
    "schools/0/R5/",
    "schools/0/RS/",
    "variations/primary/R5/",
    "variations/primary/composite/",
    "documents/",
)
FILES = ("result.json", "schools.csv", "files/form/", "files/results/")  # each an act: asked for by POST


OWN = {
    "schools/0/": 200,
    "schools/0/R5/": 200,
    "schools/0/RS/": 200,
    "items/G4/0/": 200,
}  # of the first school
NOT_THERE = ("schools/1/", "schools/1/R5/", "schools/9/", "schools/0/R99/", "items/G4/1/", "items/G4/9/", "items/G99/",
             "items/G1/0/", "variations/senior/R5/", "variations/primary/R99/", "schools/0/G4/")  # fmt: skip


def statuses(client, done, paths) -> dict[str, int]:
    asked = {path: client.post if path in FILES else client.get for path in paths}
    return {path: ask(f"/evaluations/{done.pk}/{path}").status_code for path, ask in asked.items()}


def test_offices_see_their_own_counties_and_strangers_nothing(world, done, client_of):
    for who, status in {
        "owner": 200,
        "city_officer": 200,
        "peer": 404,
        "stranger": 404,
        "inspector": 404,
    }.items():
        every = (*PAGES, *FILES)
        assert statuses(client_of(getattr(world, who)), done, every) == dict.fromkeys(every, status), who


def test_a_school_sees_only_itself(world, done, client_of):
    assert done.data["schools"][0]["code"] == world.school_1.code
    found = statuses(client_of(world.head), done, (*PAGES, *NOT_THERE))
    assert found == dict.fromkeys((*PAGES, *NOT_THERE), 404) | OWN


@pytest.mark.parametrize("path", OWN)
def test_a_school_s_page_names_no_other_school(world, done, client_of, path):
    page = client_of(world.head).get(f"/evaluations/{done.pk}/{path}").content.decode()
    assert FIRST in page
    assert (SECOND in page, JUNIOR in page, "documents/" in page) == (False, False, False)


def test_what_is_not_there_is_not_there_for_the_office_either(world, done, client_of):
    absent = [path for path in NOT_THERE if path not in ("schools/1/", "schools/1/R5/", "items/G4/1/")]
    assert statuses(client_of(world.owner), done, absent) == dict.fromkeys(absent, 404)


def test_only_the_county_s_own_office_confirms_and_starts(world, of, client_of):
    handin.whole(of, world.owner)
    base = f"/evaluations/sets/321182/{handin.YEAR}/{of.version.pk}"
    digest = handin.queries.digest(of)
    for who in ("city_officer", "peer", "head", "stranger"):
        client = client_of(getattr(world, who))
        assert client.post(f"{base}/confirm/", {"digest": digest}).status_code == 404
        assert client.post(f"{base}/start/").status_code == 404
    assert Evaluation.objects.count() == 0
    assert not handin.queries.standing(of).confirmed


def test_confirming_starts_the_final_run(world, of, client_of):
    handin.whole(of, world.owner)
    client = client_of(world.owner)
    address = f"/evaluations/sets/321182/{handin.YEAR}/{of.version.pk}/confirm/"
    answer = client.post(address, {"digest": handin.queries.digest(of)})
    run = Evaluation.objects.get()
    assert answer.url == f"/evaluations/{run.pk}/"
    assert (run.state, run.confirmation.office) == ("waiting", "扬中市教育督导室")
    assert "等待计算" in client.get(answer.url).content.decode()
    handin.work_waiting()
    page = client.get(answer.url).content.decode()
    assert "预评" not in page


def test_a_refused_confirmation_says_why_and_keeps_the_page(world, of, client_of):
    handin.whole(of, world.owner)
    handin.hand_in(of, world.owner, "缺项.xlsx", handin.school(FIRST, {MEDIA: None}))
    address = f"/evaluations/sets/321182/{handin.YEAR}/{of.version.pk}/confirm/"
    answer = client_of(world.owner).post(address, {"digest": handin.queries.digest(of)})
    assert answer.status_code == 422
    assert "还有 1 条错误未改正。办完后再确认。" in answer.content.decode()


def test_progress_is_a_fragment_until_the_run_is_done(world, of, client_of):
    handin.whole(of, world.owner)
    run = actions.start(of=of, on=handin.DAY, by=world.owner)
    client = client_of(world.owner)
    asked = {"HX-Request": "true", "HX-Target": "progress"}
    part = client.get(f"/evaluations/{run.pk}/", headers=asked).content.decode()
    assert part.startswith('<div class="body stack" id="progress" hx-get=')
    assert 'hx-trigger="every 2s"' in part
    assert f'<a href="/evaluations/{run.pk}/">刷新</a>' in part
    handin.work_waiting()
    assert client.get(f"/evaluations/{run.pk}/", headers=asked)["HX-Refresh"] == "true"


def test_every_run_is_in_the_record(world, of, done):
    assert log.verify(chain_name=None, file=None, head=None)[1] == []
    Evaluation.objects.filter(pk=done.pk).update(status="met")
    assert len(log.verify(chain_name=None, file=None, head=None)[1]) == 1
    assert isinstance(done.by, Membership)
