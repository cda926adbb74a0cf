"""Pages of returns: who opens which, what a school sees of its county, forms with and without faults."""

import io

import handin
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from handin import FIRST, JUNIOR, SECOND

import forms
from dudao_web.submissions.models import IssueRecord, Submission, Upload

GYM, MEDIA = "学校体育馆面积", "网络多媒体教室间数"


@pytest.fixture
def of(world):
    """A query in the first school's return, an error in the second's."""
    of = handin.set_of(world.yangzhong)
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST, {GYM: 300}))
    handin.hand_in(of, world.owner, "2.xlsx", handin.school(SECOND, {MEDIA: None}))
    return of


def base(of) -> str:
    return f"/submissions/321182/{handin.YEAR}/{of.version.pk}/"


def addresses(of) -> dict[str, str]:
    row = handin.current(of, FIRST)
    query = IssueRecord.objects.get(code="CHK-008")
    return {
        "set": base(of),
        "upload form": f"{base(of)}upload/",
        "uploads": f"{base(of)}uploads/",
        "issues": f"{base(of)}issues/",
        "upload": f"/submissions/uploads/{row.upload_id}/",
        "return": f"/submissions/returns/{row.pk}/",
        "send back": f"/submissions/returns/{row.pk}/send-back/",
        "withdraw": f"/submissions/returns/{row.pk}/withdraw/",
        "annotated": f"/submissions/returns/{row.pk}/annotated/",
        "explain": f"/submissions/issues/{query.pk}/explain/",
    }


@pytest.mark.parametrize(
    ("who", "open_to"),
    [
        ("owner", set(range(10))),
        ("city_officer", {0, 2, 3, 4, 5, 8}),
        ("head", {0, 1, 2, 3, 5, 8, 9}),
        ("peer", set()),
        ("stranger", set()),
        ("inspector", set()),
        ("system_admin", set()),
    ],
)
def test_who_opens_which_page(world, of, client_of, who, open_to):
    client = client_of(getattr(world, who))
    found = {name: client.get(address).status_code for name, address in addresses(of).items()}
    assert found == {name: 200 if place in open_to else 404 for place, name in enumerate(found)}


def test_a_school_sees_its_own_return_and_issues_alone(world, of, client_of):
    client = client_of(world.head)
    page, issues = (client.get(address).content.decode() for address in (base(of), f"{base(of)}issues/"))
    assert (FIRST in page, SECOND in page) == (True, False)
    assert ("CHK-008" in issues, "FIG-001" in issues, "UNIT-004" in issues) == (True, False, False)
    other = handin.current(of, SECOND)
    assert client.get(f"/submissions/returns/{other.pk}/").status_code == 404
    assert client.get(f"/evidence/{other.file_id}/").status_code == 404


def test_a_school_gets_no_file_that_holds_another_school(world, of, client_of):
    table = forms.wide([handin.values(FIRST, {GYM: 310}), handin.values(SECOND)])
    handin.hand_in(of, world.owner, "宽表.csv", table)
    row = handin.current(of, FIRST)
    client = client_of(world.head)
    page = client.get(f"/submissions/returns/{row.pk}/").content.decode()
    assert ("下载批注表" in page, "下载原件" in page) == (False, False)
    assert client.get(f"/submissions/returns/{row.pk}/annotated/").status_code == 404
    assert client.get(f"/evidence/{row.file_id}/").status_code == 404


def test_figures_stand_with_their_cells_and_issues(world, of, client_of):
    page = client_of(world.owner).get(addresses(of)["return"]).content.decode()
    place = page.index(f"{forms.SCHOOL_SHEET}!{forms.CELL[GYM]}")
    assert page.index("CHK-008") < page.index('<th scope="row">校内体育场面积</th>')
    assert page.rindex("CHK-008") > place


def test_the_annotated_workbook_marks_the_cell(world, of, client_of):
    answer = client_of(world.head).get(addresses(of)["annotated"])
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert "CHK-008" in book[forms.SCHOOL_SHEET][forms.CELL[GYM]].comment.text
    assert "attachment" in answer["Content-Disposition"]


def test_a_school_explains_its_own_query_alone(world, of, client_of):
    mine = IssueRecord.objects.get(code="CHK-008")
    other = IssueRecord.objects.get(code="FIG-001")
    client = client_of(world.head)
    answer = client.post(f"/submissions/issues/{mine.pk}/explain/", {"text": "另有室内场地。"})
    mine.refresh_from_db()
    assert answer.url == f"/submissions/returns/{mine.submission_id}/"
    assert (mine.explanation, mine.explained_by) == ("另有室内场地。", world.head)
    assert client.post(f"/submissions/issues/{other.pk}/explain/", {"text": "x"}).status_code == 404


def test_a_reason_left_out_is_asked_for_beside_the_field(world, of, client_of):
    address = addresses(of)["send back"]
    answer = client_of(world.owner).post(address, {"reason": " "})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#id_reason">没有填写理由。请写明要改正什么。</a>' in page
    assert 'aria-invalid="true"' in page
    assert handin.current(of, FIRST).state == "submitted"


def test_sending_back_shows_the_reason_to_the_school(world, of, client_of):
    client_of(world.owner).post(addresses(of)["send back"], {"reason": "请核对体育馆面积。"})
    page = client_of(world.head).get(addresses(of)["return"]).content.decode()
    assert "请核对体育馆面积。" in page


@pytest.mark.parametrize("who", ["city_officer", "peer", "head", "stranger"])
def test_only_the_county_decides(world, of, client_of, who):
    row = handin.current(of, FIRST)
    client = client_of(getattr(world, who))
    for verb in ("send-back", "withdraw"):
        assert client.post(f"/submissions/returns/{row.pk}/{verb}/", {"reason": "x"}).status_code == 404
    row.refresh_from_db()
    assert row.state == "submitted"


def send(client, of, *files, field="files"):
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(f"{base(of)}upload/", {field: uploads})


def test_several_files_come_in_at_once(world, of, client_of):
    answer = send(
        client_of(world.owner), of, ("3.xlsx", handin.school(JUNIOR)), ("区县.xlsx", handin.county(of))
    )
    assert answer.url == f"{base(of)}uploads/"
    assert list(Upload.objects.filter(state="waiting").order_by("pk").values_list("name", flat=True)) == [
        "3.xlsx",
        "区县.xlsx",
    ]


def test_a_folder_comes_in_too(world, of, client_of):
    assert (
        send(client_of(world.owner), of, ("3.xlsx", handin.school(JUNIOR)), field="folder").status_code == 302
    )
    assert Upload.objects.filter(state="waiting").count() == 1


def test_a_refused_file_is_named_and_the_others_are_taken(world, of, client_of):
    client = client_of(world.owner)
    answer = send(client, of, ("3.xlsx", handin.school(JUNIOR)), ("说明.docx", b"x"), ("空.xlsx", b""))
    assert answer.url == f"{base(of)}uploads/"
    page = client.get(answer.url).content.decode()
    assert "2 个文件没有收：说明.docx：只收 xlsx、csv、parquet 和 zip 文件。" in page
    assert "空.xlsx：文件是空的。请上传填好的填报表。" in page
    assert Upload.objects.filter(state="waiting").count() == 1


def test_nothing_chosen_is_said(world, of, client_of):
    answer = client_of(world.owner).post(f"{base(of)}upload/")
    assert answer.status_code == 422
    assert "没有选择文件。请选择填报表后再上传。" in answer.content.decode()


@pytest.mark.parametrize("who", ["city_officer", "peer", "stranger"])
def test_who_may_not_hand_in(world, of, client_of, who):
    assert send(client_of(getattr(world, who)), of, ("3.xlsx", handin.school(JUNIOR))).status_code == 404
    assert Upload.objects.count() == 2


def test_progress_is_refreshed_until_all_is_read(world, of, client_of):
    client = client_of(world.owner)
    send(client, of, ("3.xlsx", handin.school(JUNIOR)))
    asked = {"HX-Request": "true", "HX-Target": "uploads"}
    part = client.get(f"{base(of)}uploads/", headers=asked).content.decode()
    assert part.startswith('<section class="sheet" id="uploads"')
    assert 'hx-trigger="every 2s"' in part
    assert f'<a class="no-js" href="{base(of)}uploads/">刷新</a>' in part
    handin.work_waiting()
    assert "every 2s" not in client.get(f"{base(of)}uploads/", headers=asked).content.decode()


def test_a_set_is_begun_by_year_and_standard_and_keeps_its_text(world, client_of):
    client = client_of(world.owner)
    from django.utils import timezone

    year = timezone.localdate().year
    chosen = {"year": year, "standard": f"{handin.STANDARD}/shenyang-2025"}
    first = client.post("/submissions/", chosen).url
    version = handin.set_of(world.yangzhong, profile="shenyang-2025").version
    assert first == f"/submissions/321182/{year}/{version.pk}/"
    assert "还没有收到填报表" in client.get(first).content.decode()
    handin.hand_in(
        handin.set_of(world.yangzhong, profile="shenyang-2025", year=year),
        world.owner,
        "1.xlsx",
        handin.school(FIRST),
    )
    type(version).objects.filter(pk=version.pk).update(
        sha256="0" * 64
    )  # as if the catalogue had moved on since
    assert client.post("/submissions/", chosen).url == first


def test_a_city_begins_no_set(world, client_of):
    chosen = {"year": handin.YEAR, "standard": f"{handin.STANDARD}/default"}
    assert client_of(world.city_officer).post("/submissions/", chosen).status_code == 404


def test_issues_are_filtered(world, of, client_of):
    client = client_of(world.owner)

    def found(query: str) -> list[str]:
        page = client.get(f"{base(of)}issues/?{query}").context["page"]
        return [issue.code for issue in page]

    assert found("") == ["FIG-001", "UNIT-004", "CHK-008"]
    assert found("level=error") == ["FIG-001"]
    assert found("level=query&answer=no") == ["UNIT-004", "CHK-008"]
    assert found("answer=yes") == []
    assert found("code=CHK-008") == ["CHK-008"]
    assert found("q=第二") == ["FIG-001"]
    assert found("q=3211820001") == ["CHK-008"]
    assert found("level=nonsense") == ["FIG-001", "UNIT-004", "CHK-008"]


def test_the_page_of_an_upload_counts_what_changed(world, of, client_of):
    upload = handin.hand_in(of, world.owner, "1更正.xlsx", handin.school(FIRST))
    page = client_of(world.owner).get(f"/submissions/uploads/{upload.pk}/").content.decode()
    row = handin.current(of, FIRST)
    assert f'<a href="/submissions/returns/{row.pk}/#differences">替换原填报，1 项不同</a>' in page
    shown = client_of(world.owner).get(f"/submissions/returns/{row.pk}/").content.decode()
    assert "－30.0%" in shown


def test_schools_that_have_not_handed_in_are_named(world, client_of):
    of = handin.set_of(world.yangzhong)
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST))
    page = client_of(world.owner).get(base(of))
    assert [org.name for org in page.context["absent"]] == [SECOND]


def test_the_blank_form_is_a_workbook(world, of, client_of):
    data = client_of(world.head).get(f"/submissions/template/{of.version.pk}.xlsx").content
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames != []


def test_a_replaced_return_leads_to_the_present_one(world, of, client_of):
    old = handin.current(of, FIRST)
    handin.hand_in(of, world.owner, "1更正.xlsx", handin.school(FIRST))
    page = client_of(world.head).get(f"/submissions/returns/{old.pk}/").content.decode()
    assert f'href="/submissions/returns/{Submission.objects.get(replaces=old).pk}/">看现在的填报</a>' in page
