"""Returns over several rounds: replaced, sent back and undone, missing, unknown, set aside. Through the actions."""

import handin
import pytest
from handin import FIRST, JUNIOR, SECOND

import forms
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action
from dudao_web.submissions import actions, queries, reading, sets
from dudao_web.submissions.models import IssueRecord, Submission, Upload
from dudao_web.ui.templatetags.ui import MARKS

MEDIA = "网络多媒体教室间数"
BAD = b"PK\x03\x04 not a workbook"


@pytest.fixture
def of(world):
    return handin.set_of(world.yangzhong)


def hold(of, by, name, changes=None, file=None):
    return handin.hand_in(of, by, file or f"{name}.xlsx", handin.school(name, changes))


def together(of, by, files: dict[str, bytes]) -> list[Upload]:
    """Files sent together, then read."""
    sent = [
        actions.receive(of=of, name=name, data=data, org=by.org, by=by, batch="b1")
        for name, data in files.items()
    ]
    for upload in sent:
        reading.read(upload.pk)
        upload.refresh_from_db()
    return sent


def codes(of) -> set[str]:
    return {code for code, _, _ in handin.open_issues(of)}


# --- states


def test_every_state_has_a_mark():
    assert set(Submission.STATES) | set(Upload.STATES) <= set(MARKS)
    assert MARKS["withdrawn"] == ("dash", "none", "已撤下")


# --- replacing


def test_a_county_form_without_a_code_replaces_nothing(world, of):
    handin.hand_in(of, world.owner, "区县.xlsx", handin.county(of))
    upload = handin.hand_in(of, world.owner, "没有代码.xlsx", forms.county_form(code=None))
    assert upload.counts == {"new": 1}
    kept = Submission.objects.get(path="区县.xlsx")
    assert (kept.state, kept.replaced_by) == ("submitted", None)


def test_two_forms_of_a_school_sent_together_both_stand(world, of):
    hold(of, world.owner, FIRST)
    together(
        of,
        world.owner,
        {"甲.xlsx": handin.school(FIRST, {MEDIA: 20}), "乙.xlsx": handin.school(FIRST, {MEDIA: 21})},
    )
    rows = queries.submissions(of).order_by("pk")
    assert list(rows.values_list("path", flat=True)) == ["甲.xlsx", "乙.xlsx"]
    assert "UNIT-002" in codes(of)
    hold(of, world.owner, FIRST, {MEDIA: 22}, file="丙.xlsx")
    assert list(rows.values_list("path", flat=True)) == ["丙.xlsx"]
    assert "UNIT-002" not in codes(of)


def test_a_refused_cell_with_other_words_is_a_difference(world, of):
    hold(of, world.owner, FIRST, {MEDIA: "约二十"})
    old = handin.current(of, FIRST)
    hold(of, world.owner, FIRST, {MEDIA: "约三十"}, file="更正.xlsx")
    found = sets.differences(of.version, old, handin.current(of, FIRST))
    assert [(line.label, "约二十" in line.old, "约三十" in line.new) for line in found] == [
        (MEDIA, True, True)
    ]


# --- schools that are not of the list of units


def test_a_school_of_another_county_is_not_taken(world, of):
    values = handin.values(FIRST) | {"学校代码": world.danyang_school.code}
    upload = handin.hand_in(of, world.owner, "外县.xlsx", forms.school_form(values))
    assert (upload.counts, queries.submissions(of).count()) == ({"refused": 1}, 0)
    assert upload.notes == ["外县.xlsx：学校代码 3211810001 不是本区县的学校，未采用。请核对文件或代码。"]


def test_a_set_is_complete_only_without_unknown_schools(world, of):
    hold(of, world.owner, FIRST)
    assert [school.name for school in queries.standing(of).absent] == [SECOND]
    hold(of, world.owner, SECOND)
    assert queries.standing(of).complete
    hold(of, world.owner, JUNIOR)
    now = queries.standing(of)
    assert (now.absent, now.unknown, now.complete) == ((), 1, False)


def test_a_set_with_two_returns_of_a_school_is_not_complete(world, of):
    hold(of, world.owner, SECOND)
    together(
        of,
        world.owner,
        {"甲.xlsx": handin.school(FIRST, {MEDIA: 20}), "乙.xlsx": handin.school(FIRST, {MEDIA: 21})},
    )
    now = queries.standing(of)
    assert (now.absent, now.unknown, now.complete) == ((), 0, False)


# --- sending back


def test_sending_back_after_confirmation_makes_the_result_a_draft_until_undone(world, of):
    handin.whole(of, world.owner)
    handin.confirm(of, world.owner)
    row = handin.current(of, FIRST)
    actions.send_back(submission=row, reason="请核对班额。", by=world.owner)
    assert (queries.standing(of).confirmed, queries.standing(of).changed) == (False, True)
    actions.take_back(submission=row, by=world.owner)
    acts = Action.objects.count()
    actions.take_back(submission=row, by=world.owner)
    assert Action.objects.count() == acts
    row.refresh_from_db()
    assert (row.state, row.reason) == ("submitted", "")
    assert queries.standing(of).confirmed


def test_a_replaced_return_is_not_taken_back(world, of):
    hold(of, world.owner, FIRST)
    row = handin.current(of, FIRST)
    hold(of, world.owner, FIRST, {MEDIA: 20}, file="更正.xlsx")
    with pytest.raises(Refused):
        actions.take_back(submission=row, by=world.owner)


def test_the_same_form_uploaded_again_is_handed_in_again(world, of):
    hold(of, world.owner, FIRST)
    row = handin.current(of, FIRST)
    actions.send_back(submission=row, reason="请核对班额。", by=world.owner)
    upload = hold(of, world.head, FIRST)
    row.refresh_from_db()
    assert (upload.counts, row.state, queries.standing(of).returned) == ({"again": 1}, "submitted", 0)
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


# --- confirming with schools missing


def test_missing_schools_ask_for_a_reason(world, of):
    handin.hand_in(of, world.owner, "区县.xlsx", handin.county(of))
    hold(of, world.owner, FIRST)
    hold(of, world.owner, JUNIOR)
    seen = queries.digest(of)
    with pytest.raises(Refused, match="1 所学校没有填报，没有写明原因"):
        actions.confirm(of=of, seen=seen, by=world.owner, absent_reason=" ")
    kept = actions.confirm(of=of, seen=seen, by=world.owner, absent_reason="已撤并。")
    assert (kept.absent, kept.absent_reason) == ([SECOND], "已撤并。")


def test_a_reason_without_missing_schools_is_not_kept(world, of):
    handin.whole(of, world.owner)
    kept = actions.confirm(of=of, seen=queries.digest(of), by=world.owner, absent_reason="已撤并。")
    assert (kept.absent, kept.absent_reason) == ([], "")


# --- files that could not be read


def test_a_school_s_next_form_clears_its_unreadable_file(world, of):
    bad = handin.hand_in(of, world.head, "坏.xlsx", BAD)
    other = handin.hand_in(of, world.owner, "县里坏.xlsx", BAD + b"2")
    hold(of, world.head, FIRST)
    bad.refresh_from_db()
    other.refresh_from_db()
    assert (bad.set_aside, bad.reason, other.set_aside) == (True, f"本校已上传 {FIRST}.xlsx", False)
    assert queries.intake_of(of)[0].unreadable == ("县里坏.xlsx",)
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_the_same_unreadable_bytes_count_once_and_are_set_aside_together(world, of):
    first = handin.hand_in(of, world.owner, "坏.xlsx", BAD)
    before = queries.digest(of)
    handin.hand_in(of, world.owner, "坏再.xlsx", BAD)
    assert (queries.standing(of).errors, queries.digest(of)) == (1, before)
    assert queries.intake_of(of)[0].unreadable == ("坏.xlsx",)
    actions.set_aside(upload=first, reason="空白。", by=world.owner)
    assert Upload.objects.filter(set_aside=True).count() == 2
    assert queries.standing(of).errors == 0


def test_a_file_that_is_no_return_is_set_aside_with_its_query(world, of):
    upload = handin.hand_in(of, world.owner, "别的.csv", "甲,乙\n1,2\n".encode())
    asked = IssueRecord.objects.get(**of.key, code="FILE-026")
    assert (asked.open, asked.level, upload.unreadable, upload.adopted) == (True, "query", [], False)
    actions.set_aside(upload=upload, reason="通讯录。", by=world.owner)
    asked.refresh_from_db()
    assert asked.open is False
    assert queries.standing(of).queries == 0
