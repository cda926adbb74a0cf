"""Pages of returns, what a reviewer tried: files of every sort, sets not begun, missing schools, states and buttons."""

import io

import handin
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from handin import FIRST, JUNIOR, SECOND

from dudao.intake import template
from dudao_web.orgs.membership import SESSION_KEY
from dudao_web.standards import queries as standards
from dudao_web.submissions import actions
from dudao_web.submissions.models import Confirmation, IssueRecord, Submission, Upload

GYM, MEDIA = "学校体育馆面积", "网络多媒体教室间数"


@pytest.fixture
def of(world):
    return handin.set_of(world.yangzhong)


def base(of) -> str:
    return f"/submissions/321182/{handin.YEAR}/{of.version.pk}/"


def send(client, of, *files):
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(f"{base(of)}upload/", {"files": uploads})


# --- files that come in


def test_what_systems_leave_in_folders_is_passed_over(world, of, client_of):
    litter = [(name, b"x") for name in ("~$3.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini")]
    client = client_of(world.owner)
    assert send(client, of, ("3.xlsx", handin.school(JUNIOR)), *litter).status_code == 302
    assert list(Upload.objects.values_list("name", flat=True)) == ["3.xlsx"]
    assert "没有收" not in client.get(f"{base(of)}uploads/").content.decode()
    answer = send(client, of, *litter)
    assert "没有选择文件。请选择填报表后再上传。" in answer.content.decode()


def test_an_empty_file_is_named(world, of, client_of):
    answer = send(client_of(world.owner), of, ("空.xlsx", b""))
    assert answer.status_code == 422
    assert "空.xlsx：文件是空的。请上传填好的填报表。" in answer.content.decode()


def test_too_many_files_are_answered_in_words(world, of, client_of):
    answer = send(client_of(world.owner), of, *[(f"{n}.xlsx", b"x") for n in range(101)])
    assert answer.status_code == 422
    assert "一次不超过 100 个文件，请压缩成一个 zip。" in answer.content.decode()
    assert Upload.objects.count() == 0


def test_an_upload_without_its_token_is_refused(world, of):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.owner.user, "django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SESSION_KEY] = world.owner.pk
    session.save()
    assert send(client, of, ("3.xlsx", handin.school(JUNIOR))).status_code == 403
    assert Upload.objects.count() == 0


def test_files_sent_together_share_a_batch(world, of, client_of):
    client = client_of(world.owner)
    send(client, of, ("1.xlsx", handin.school(FIRST)), ("2.xlsx", handin.school(SECOND)))
    send(client, of, ("3.xlsx", handin.school(JUNIOR)))
    first, second, third = Upload.objects.order_by("pk").values_list("batch", flat=True)
    assert (len(first), first == second, first == third) == (32, True, False)


def test_an_upload_of_which_nothing_was_taken_says_why(world, of, client_of):
    handin.hand_in(of, world.head, "别校.xlsx", handin.school(SECOND))
    handin.hand_in(of, world.owner, "别的.csv", "甲,乙\n1,2\n".encode())
    page = client_of(world.owner).get(f"{base(of)}uploads/").content.decode()
    assert "已读取" not in page
    assert "别校.xlsx：学校代码 3211820002 不是本校的 3211820001，未采用。" in page
    assert page.count("没有填报表") == 2  # its state and its result


# --- beginning a set


def test_a_school_begins_no_set_and_sees_one_that_is_begun(world, of, client_of):
    client, chosen = client_of(world.head), {"standard": f"{handin.STANDARD}/default"}
    year = timezone.localdate().year
    assert client.post("/submissions/", chosen | {"year": year}).status_code == 404
    page = client.get("/submissions/").content.decode()
    assert ("区县还没有开始填报。" in page, "开始填报</h2>" in page) == (True, False)
    address = f"/submissions/321182/{year}/{of.version.pk}/"
    assert client.get(address).status_code == 404
    assert client_of(world.owner).post("/submissions/", chosen | {"year": year}).url == address
    assert client.get(address).status_code == 200
    assert address in client.get("/submissions/").content.decode()


def test_a_school_gets_its_own_blank_form(world, of, client_of):
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST))
    address = f"/submissions/template/{of.version.pk}.xlsx"
    standard = standards.load(of.version)

    def sheets(data: bytes) -> list[str]:
        return openpyxl.load_workbook(io.BytesIO(data)).sheetnames

    own, wide = sheets(template.school_form(standard)), sheets(template.write(standard))
    assert own != wide
    assert sheets(client_of(world.head).get(address).content) == own
    assert sheets(client_of(world.owner).get(address).content) == wide


# --- what pages show


def test_a_withdrawn_return_is_shown_as_such(world, of, client_of):
    upload = handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST))
    row = handin.current(of, FIRST)
    actions.withdraw(submission=row, reason="不属于本县。", by=world.owner)
    client = client_of(world.owner)
    for address in (f"/submissions/returns/{row.pk}/", f"/submissions/uploads/{upload.pk}/"):
        answer = client.get(address)
        assert (answer.status_code, "已撤下" in answer.content.decode()) == (200, True)


def test_sending_back_is_undone_by_its_button(world, of, client_of):
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST))
    row = handin.current(of, FIRST)
    actions.send_back(submission=row, reason="请核对。", by=world.owner)
    address, client = f"/submissions/returns/{row.pk}/", client_of(world.owner)
    assert f'action="{address}take-back/"' in client.get(address).content.decode()
    assert client_of(world.head).post(f"{address}take-back/").status_code == 404
    assert client.post(f"{address}take-back/").url == address
    row.refresh_from_db()
    assert row.state == "submitted"


def test_the_return_before_is_a_link(world, of, client_of):
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST))
    old = handin.current(of, FIRST)
    handin.hand_in(of, world.owner, "2.xlsx", handin.school(FIRST, {MEDIA: 20}))
    page = client_of(world.owner).get(f"/submissions/returns/{handin.current(of, FIRST).pk}/")
    link = f'<a href="/submissions/returns/{old.pk}/">查看原填报</a>'
    assert (link in page.content.decode(), "X=" in page.content.decode()) == (True, False)


def test_a_school_finds_the_button_in_the_list_of_all_issues(world, of, client_of):
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST, {GYM: 300}))
    issue = IssueRecord.objects.get(code="CHK-008")
    page = client_of(world.head).get(f"{base(of)}issues/").content.decode()
    assert f'href="/submissions/issues/{issue.pk}/explain/"' in page


def test_an_unknown_school_is_marked_in_the_list(world, of, client_of):
    handin.whole(of, world.owner)
    page = client_of(world.owner).get(base(of)).content.decode()
    assert page.count("单位名单中没有此代码，请核对") == 1
    assert ("其中 1 所不在单位名单" in page, "已报齐" in page) == (True, False)


# --- confirming with schools missing


def test_missing_schools_are_named_and_accounted_for(world, of, client_of):
    handin.hand_in(of, world.owner, "区县.xlsx", handin.county(of))
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST))
    handin.hand_in(of, world.owner, "3.xlsx", handin.school(JUNIOR))
    client = client_of(world.owner)
    address = reverse("evaluations:confirm", args=of.args)
    page = client.get(address)
    assert f"1 所：{SECOND}" in page.content.decode()
    seen = {"digest": page.context["standing"].digest}
    answer = client.post(address, seen, follow=True)
    assert "1 所学校没有填报，没有写明原因。" in answer.content.decode()
    assert Confirmation.objects.count() == 0
    answer = client.post(address, seen | {"reason": "已撤并。"}, follow=True)
    assert Confirmation.objects.get().absent_reason == "已撤并。"
    assert len(answer.redirect_chain) == 1  # on to the run
    assert "1 所未报：已撤并。" in client.get(base(of)).content.decode()


@pytest.mark.parametrize("who", ["city_officer", "head", "peer"])
def test_only_the_county_confirms(world, of, client_of, who):
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST))
    client = client_of(getattr(world, who))
    assert client.post(reverse("evaluations:confirm", args=of.args), {"reason": "x"}).status_code == 404


def test_a_school_gets_its_own_return_from_what_the_county_handed_in(world, of, client_of):
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST))
    row = Submission.objects.get()
    assert row.unit == world.head.org
    address = reverse("submissions:original", args=[row.pk])
    data = b"".join(client_of(world.head).get(address).streaming_content)
    assert data == handin.school(FIRST)
    asked = [client_of(who).get(address).status_code for who in (world.owner, world.city_officer, world.peer)]
    assert asked == [200, 200, 404]
