"""Returns: read, replaced, kept, refused; issues explained or sent back; the county's confirmation. Through the actions."""

import handin
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from handin import FIRST, JUNIOR, SECOND

import forms
from dudao.intake import read_file
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action
from dudao_web.standards import queries as standards
from dudao_web.submissions import actions, queries, reading, sets
from dudao_web.submissions.models import Confirmation, IssueRecord, Submission, Upload

GYM = "学校体育馆面积"
MEDIA = "网络多媒体教室间数"


@pytest.fixture
def of(world):
    return handin.set_of(world.yangzhong)


def states(of) -> list[tuple[str, str]]:
    rows = Submission.objects.filter(**of.key, form="school").order_by("pk")
    return [(row.name, row.state) for row in rows]


def hold(of, by, name, changes=None, file=None, **factors):
    return handin.hand_in(of, by, file or f"{name}.xlsx", handin.school(name, changes, **factors))


# --- reading


def test_a_return_comes_back_from_the_database_as_it_was_read(world, of):
    data = handin.school(FIRST)
    upload = handin.hand_in(of, world.owner, "表.xlsx", data)
    read = read_file("表.xlsx", data, standards.load(of.version)).returns[0]
    kept = queries.as_return(handin.current(of, FIRST))
    assert dict(kept.figures) == dict(read.figures)
    assert (kept.form, kept.file, kept.sha256, kept.sheet, kept.row, kept.void) == (
        ("school", "表.xlsx", upload.file.sha256, forms.SCHOOL_SHEET, None, None)
    )  # fmt: skip
    assert (upload.state, upload.counts, upload.unreadable) == ("read", {"new": 1}, [])


def test_a_return_is_tied_to_the_unit_of_its_code(world, of):
    hold(of, world.owner, FIRST)
    hold(of, world.owner, JUNIOR)
    assert handin.current(of, FIRST).unit == world.school_1
    assert handin.current(of, JUNIOR).unit is None


def test_reading_twice_is_harmless(world, of):
    upload = hold(of, world.owner, FIRST)
    acts = Action.objects.count()
    reading.read(upload.pk)
    assert Action.objects.count() == acts
    assert states(of) == [(FIRST, "submitted")]


def test_files_of_the_same_name_stay_apart(world, of):
    hold(of, world.owner, FIRST, file="学校填报表.xlsx")
    hold(of, world.owner, SECOND, file="学校填报表.xlsx")
    hold(of, world.owner, JUNIOR, file="学校填报表.xlsx")
    paths = sorted(queries.submissions(of).values_list("path", flat=True))
    assert paths == ["学校填报表.xlsx", "学校填报表（2）.xlsx", "学校填报表（3）.xlsx"]


@pytest.mark.parametrize("name", ["表.xls", "表.xlsm", "表.exe", "表"])
def test_other_kinds_of_file_are_refused_at_the_door(world, of, name):
    with pytest.raises(Refused):
        actions.receive(of=of, name=name, data=b"x", org=world.yangzhong, by=world.owner)
    assert Upload.objects.count() == 0


def test_a_file_too_large_is_refused_at_the_door(world, of, monkeypatch):
    monkeypatch.setattr(actions, "LARGEST", 10)
    with pytest.raises(Refused):
        actions.receive(of=of, name="表.csv", data=b"x" * 11, org=world.yangzhong, by=world.owner)


def test_members_of_an_archive_are_kept_for_themselves(world, of):
    members = {f"学校/{name}.xlsx": handin.school(name) for name in (FIRST, SECOND)}
    upload = handin.hand_in(of, world.owner, "填报.zip", forms.zipped(members))
    row = handin.current(of, FIRST)
    assert row.path == f"填报.zip/学校/{FIRST}.xlsx"
    assert row.file.name == f"{FIRST}.xlsx"
    assert row.file.sha256 == row.sha256 != upload.file.sha256
    assert (upload.done, upload.total, upload.counts) == (2, 2, {"new": 2})


@pytest.mark.django_db(transaction=True)
def test_the_worker_reads_what_waits(world, of):
    upload = actions.receive(
        of=of, name="表.xlsx", data=handin.school(FIRST), org=world.yangzhong, by=world.owner
    )
    assert upload.state == "waiting"
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)
    upload.refresh_from_db()
    assert (upload.state, upload.counts) == ("read", {"new": 1})


def test_a_reading_broken_off_says_so_and_can_be_begun_again(world, of):
    upload = actions.receive(
        of=of, name="表.xlsx", data=handin.school(FIRST), org=world.yangzhong, by=world.owner
    )
    path = upload.file.path
    kept = default_storage.open(path).read()
    default_storage.delete(path)
    reading.read_upload.call(upload.pk)
    upload.refresh_from_db()
    assert upload.state == "failed"
    default_storage.save(path, ContentFile(kept))
    actions.read_again(upload=upload, by=world.owner)
    reading.read_upload.call(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.counts) == ("read", {"new": 1})


# --- replacing


def test_a_new_file_replaces_the_old_one_which_is_kept(world, of):
    hold(of, world.owner, FIRST)
    old = handin.current(of, FIRST)
    upload = hold(of, world.owner, FIRST, {MEDIA: 40})
    old.refresh_from_db()
    new = handin.current(of, FIRST)
    assert (old.state, old.replaced_by, new.state) == ("replaced", new, "submitted")
    assert upload.counts == {"replaced": 1}


def test_differences_name_field_old_new_and_change(world, of):
    hold(of, world.owner, FIRST)
    old = handin.current(of, FIRST)
    hold(of, world.owner, FIRST, {MEDIA: 15, "建校时间": 2017, "是否2010年及之前规划并建成": "是"})
    found = sets.differences(of.version, old, handin.current(of, FIRST))
    assert [(d.label, d.unit, d.old, d.new, d.change, d.share) for d in found] == [
        ("建校时间", "年", "2018", "2017", "", ""),
        ("是否2010年及之前规划并建成", "", "否", "是", "", ""),
        (MEDIA, "间", "12", "15", "＋3", "＋25.0%"),
    ]


def test_the_same_bytes_again_change_nothing(world, of):
    hold(of, world.owner, FIRST)
    before = queries.digest(of)
    upload = hold(of, world.owner, FIRST, file="又一次.xlsx")
    assert upload.counts == {"same": 1}
    assert states(of) == [(FIRST, "submitted")]
    assert queries.digest(of) == before


def test_the_same_code_under_another_name_replaces_nothing(world, of):
    hold(of, world.owner, FIRST)
    other = forms.school_form(handin.values(FIRST, {"学校名称": "演示另一小学"}))
    handin.hand_in(of, world.owner, "另一小学.xlsx", other)
    assert states(of) == [(FIRST, "submitted"), ("演示另一小学", "submitted")]
    assert [code for code, _, _ in handin.open_issues(of) if code.startswith("UNIT")] == [
        "UNIT-003",
        "UNIT-004",
    ]


def test_a_form_without_a_code_is_replaced_by_its_name(world, of):
    hold(of, world.owner, FIRST, {"学校代码": None})
    hold(of, world.owner, FIRST)
    assert states(of) == [(FIRST, "replaced"), (FIRST, "submitted")]
    assert [issue for issue in handin.open_issues(of) if issue[0] != "UNIT-004"] == []


def test_a_school_of_a_wide_table_is_replaced_alone_and_comes_back_with_the_table(world, of):
    table = forms.wide([handin.values(FIRST), handin.values(SECOND, {MEDIA: None})])
    handin.hand_in(of, world.owner, "宽表.csv", table)
    assert [issue[0] for issue in handin.open_issues(of) if issue[1] == SECOND] == ["FIG-001"]
    hold(of, world.owner, SECOND)
    assert [issue[0] for issue in handin.open_issues(of) if issue[1] == SECOND] == []
    upload = handin.hand_in(of, world.owner, "宽表.csv", table)
    assert upload.counts == {"same": 1, "replaced": 1}
    row = handin.current(of, SECOND)
    assert (row.path, row.row) == ("宽表.csv", 3)
    intake, _ = queries.intake_of(of)
    assert [school.text("school_name") for school in intake.schools] == [FIRST, SECOND]
    assert [issue[0] for issue in handin.open_issues(of) if issue[1] == SECOND] == ["FIG-001"]


# --- who hands in what


def test_a_school_hands_in_its_own_form(world, of):
    hold(of, world.owner, FIRST)
    upload = hold(of, world.head, FIRST, {"学校名称": "演示第一小学（本部）"}, file="本校.xlsx")
    assert upload.counts == {"replaced": 1}
    assert states(of) == [(FIRST, "replaced"), ("演示第一小学（本部）", "submitted")]


def test_a_school_cannot_hand_in_another_s_form(world, of):
    upload = hold(of, world.head, SECOND)
    assert (upload.counts, states(of)) == ({"refused": 1}, [])
    assert upload.notes == [
        f"{SECOND}.xlsx：学校代码 3211820002 不是本校的 3211820001，未采用。请上传本校的填报表。"
    ]
    assert handin.open_issues(of) == []


def test_a_school_cannot_hand_in_the_county_s_return(world, of):
    upload = handin.hand_in(of, world.head, "区县.xlsx", handin.county(of))
    assert (upload.counts, queries.submissions(of).count()) == ({"refused": 1}, 0)


def test_the_return_of_another_county_is_not_taken(world, of):
    upload = handin.hand_in(of, world.owner, "区县.xlsx", forms.county_form(code="321181"))
    assert upload.counts == {"refused": 1}
    assert upload.notes == ["区县.xlsx：区县代码 321181 不是扬中市的 321182，未采用。请核对文件或代码。"]


# --- files that cannot be read


def test_an_unreadable_file_holds_the_results_open_until_it_is_set_aside(world, of):
    hold(of, world.owner, FIRST)
    before = queries.digest(of)
    upload = handin.hand_in(of, world.owner, "坏.xlsx", b"PK\x03\x04 not a workbook")
    assert upload.unreadable == ["坏.xlsx"]
    assert queries.intake_of(of)[0].unreadable == ("坏.xlsx",)
    assert queries.digest(of) != before
    assert queries.standing(of).errors == 1
    with pytest.raises(Refused):
        actions.set_aside(upload=upload, reason=" ", by=world.owner)
    actions.set_aside(upload=upload, reason="是空白文件", by=world.owner)
    actions.set_aside(upload=upload, reason="又一次", by=world.owner)
    assert queries.intake_of(of)[0].unreadable == ()
    assert queries.digest(of) == before
    assert queries.standing(of).errors == 0
    upload.refresh_from_db()
    assert upload.reason == "是空白文件"


# --- issues


def gym_query(of) -> IssueRecord:
    return IssueRecord.objects.get(**of.key, code="CHK-008")


def test_an_explanation_stays_with_its_issue_when_a_new_file_has_it_too(world, of):
    hold(of, world.owner, FIRST, {GYM: 300})
    actions.explain(issue=gym_query(of), text="另有一处室内场地。", by=world.owner)
    hold(of, world.owner, FIRST, {GYM: 300, MEDIA: 20}, file="更正.xlsx")
    issue = gym_query(of)
    assert (issue.open, issue.file, issue.explanation) == (True, "更正.xlsx", "另有一处室内场地。")
    assert issue.submission == handin.current(of, FIRST)


def test_a_corrected_figure_closes_its_issue_and_another_value_opens_a_new_one(world, of):
    hold(of, world.owner, FIRST, {GYM: 300})
    actions.explain(issue=gym_query(of), text="另有一处室内场地。", by=world.owner)
    hold(of, world.owner, FIRST, {GYM: 301})
    assert list(
        IssueRecord.objects.filter(code="CHK-008", open=True).values_list("explanation", flat=True)
    ) == [""]
    hold(of, world.owner, FIRST)
    assert IssueRecord.objects.filter(code="CHK-008", open=True).count() == 0


def test_an_error_is_not_explained_away(world, of):
    hold(of, world.owner, FIRST, {MEDIA: None})
    with pytest.raises(Refused):
        actions.explain(issue=IssueRecord.objects.get(code="FIG-001"), text="没有统计。", by=world.owner)


def test_an_empty_explanation_is_refused(world, of):
    hold(of, world.owner, FIRST, {GYM: 300})
    with pytest.raises(Refused):
        actions.explain(issue=gym_query(of), text=" 　", by=world.owner)


def test_explaining_twice_is_recorded_once(world, of):
    hold(of, world.owner, FIRST, {GYM: 300})
    actions.explain(issue=gym_query(of), text="属实。", by=world.owner)
    acts = Action.objects.count()
    actions.explain(issue=gym_query(of), text="属实。", by=world.owner)
    assert Action.objects.count() == acts


def test_what_is_said_of_the_whole_set_belongs_to_no_school(world, of):
    hold(of, world.owner, FIRST)
    assert handin.open_issues(of) == [("UNIT-004", "", None)]


def test_jumps_are_seen_against_last_year(world, of):
    before = handin.set_of(world.yangzhong, year=handin.YEAR - 1)
    hold(before, world.owner, FIRST, {"校内体育场面积": 9000})
    hold(of, world.owner, FIRST)
    found = [issue for issue in handin.open_issues(of) if issue[0] == "CHK-029"]
    assert found == [("CHK-029", FIRST, forms.CELL["校内体育场面积"])]


# --- sending back, withdrawing


def test_sending_back_needs_a_reason_and_holds_until_a_new_return(world, of):
    handin.whole(of, world.owner)
    row = handin.current(of, FIRST)
    with pytest.raises(Refused):
        actions.send_back(submission=row, reason=" ", by=world.owner)
    actions.send_back(submission=row, reason="请核对班额。", by=world.owner)
    acts = Action.objects.count()
    actions.send_back(submission=row, reason="请核对班额。", by=world.owner)
    assert Action.objects.count() == acts
    assert queries.standing(of).against == ["1 份已退回，尚未重新提交"]
    assert queries.submissions(of).count() == 4
    hold(of, world.owner, FIRST, {MEDIA: 20}, file="重报.xlsx")
    assert queries.standing(of).against == []


def test_a_replaced_return_cannot_be_sent_back(world, of):
    hold(of, world.owner, FIRST)
    old = handin.current(of, FIRST)
    hold(of, world.owner, FIRST, {MEDIA: 20})
    with pytest.raises(Refused):
        actions.send_back(submission=old, reason="请核对。", by=world.owner)


def test_a_withdrawn_return_leaves_the_set_with_its_issues(world, of):
    handin.whole(of, world.owner)
    hold(of, world.owner, SECOND, {"学校名称": "演示错报小学"}, file="错报.xlsx")
    assert "UNIT-003" in [issue[0] for issue in handin.open_issues(of)]
    actions.withdraw(submission=handin.current(of, "演示错报小学"), reason="不属于本县。", by=world.owner)
    assert handin.open_issues(of) == []
    assert queries.standing(of).schools == 3


# --- confirming


def test_a_set_is_confirmed_by_office_and_time(world, of):
    handin.whole(of, world.owner)
    confirmation = handin.confirm(of, world.owner)
    assert (confirmation.office, confirmation.schools, confirmation.unexplained) == ("扬中市教育督导室", 3, 0)
    assert queries.standing(of).confirmed
    assert handin.confirm(of, world.owner) == confirmation
    assert Confirmation.objects.count() == 1


def test_an_error_stands_against_confirming(world, of):
    handin.whole(of, world.owner)
    hold(of, world.owner, FIRST, {MEDIA: None}, file="缺项.xlsx")
    assert queries.standing(of).against == ["还有 1 条错误未改正"]
    with pytest.raises(Refused):
        handin.confirm(of, world.owner)


def test_an_unexplained_query_does_not_block_and_is_noted(world, of):
    handin.whole(of, world.owner)
    hold(of, world.owner, FIRST, {GYM: 300}, file="存疑.xlsx")
    assert handin.confirm(of, world.owner).unexplained == 1


def test_what_changed_since_the_page_was_shown_is_not_confirmed(world, of):
    handin.whole(of, world.owner)
    seen = queries.digest(of)
    hold(of, world.owner, FIRST, {MEDIA: 20}, file="更正.xlsx")
    with pytest.raises(Refused):
        actions.confirm(of=of, seen=seen, by=world.owner)


def test_an_empty_set_is_not_confirmed(world, of):
    assert queries.standing(of).against == ["还没有学校填报"]


def test_a_replaced_file_undoes_the_confirmation_and_is_named(world, of):
    handin.whole(of, world.owner)
    confirmation = handin.confirm(of, world.owner)
    hold(of, world.owner, FIRST, {MEDIA: 20}, file="更正.xlsx")
    now = queries.standing(of)
    assert (now.confirmed, now.changed) == (False, True)
    assert [row.path for row in queries.changed_since(confirmation)] == ["更正.xlsx"]
    hold(of, world.owner, FIRST, file="原样.xlsx")
    assert queries.standing(of).confirmed  # the very bytes that were confirmed


# --- the record


def test_every_change_is_in_the_record(world, of):
    handin.whole(of, world.owner)
    hold(of, world.owner, FIRST, {GYM: 300}, file="存疑.xlsx")
    actions.explain(issue=gym_query(of), text="属实。", by=world.owner)
    actions.send_back(submission=handin.current(of, SECOND), reason="请核对。", by=world.owner)
    actions.withdraw(submission=handin.current(of, JUNIOR), reason="重复。", by=world.owner)
    upload = handin.hand_in(of, world.owner, "坏.xlsx", b"PK\x03\x04 no")
    actions.set_aside(upload=upload, reason="空白。", by=world.owner)
    _, wrong = log.verify(chain_name=None, file=None, head=None)
    assert wrong == []
    Submission.objects.filter(name=FIRST).update(name="改过")
    assert len(log.verify(chain_name=None, file=None, head=None)[1]) == 2
