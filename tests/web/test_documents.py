"""Documents: numbers given once, content frozen, read by the own office alone."""

from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from papers import FORM, PDF, issued
from racing import at_once
from test_upload_hardening import exif, jpeg

from dudao_web.documents import queries
from dudao_web.documents.models import Document
from dudao_web.evidence import actions as evidence
from dudao_web.evidence.models import File
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action


def test_a_number_is_given_once_for_each_office_and_year(world):
    first = issued(world.city_officer)
    assert (first.number, first.office) == ("镇教督〔2017〕11号", "镇江市教育督导室")
    with pytest.raises(Refused) as refusal:
        issued(world.city_officer, title="另一件")
    assert str(refusal.value) == (
        "镇教督〔2017〕11号已用于《关于开展“回头看”督导的通知》（2017年9月11日，镇江市教育督导室）。"
        "请改用其他序号，下一个是 12。"
    )
    issued(world.city_officer, year=2018)
    issued(world.city_officer, word="镇政督")
    issued(world.owner)
    assert Document.objects.count() == 4


def test_issuing_the_same_twice_issues_it_once(world):
    assert issued(world.city_officer) == issued(world.city_officer)
    assert Action.objects.filter(action="documents.issue").count() == 1


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"word": "镇教督〔2017〕"}, "代字“镇教督〔2017〕”不合规则"),
        ({"word": ""}, "代字“”不合规则"),
        ({"year": 17}, "年份 17 不合规则"),
        ({"no": 0}, "序号 0 不合规则"),
        ({"title": " "}, "没有填写标题"),
        ({"body": ""}, "没有填写正文"),
    ],
)
def test_what_cannot_be_issued_says_why(world, other, said):
    with pytest.raises(Refused) as refusal:
        issued(world.city_officer, **other)
    assert str(refusal.value).startswith(said)
    assert Document.objects.count() == 0


def test_a_school_issues_nothing(world, client_of):
    with pytest.raises(Refused):
        issued(world.head)
    for address in ("/documents/", "/documents/new/"):
        assert client_of(world.head).get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_that_take_one_number_at_once_one_is_refused(world):
    found = at_once(*(partial(issued, world.city_officer, title=title) for title in ("甲", "乙")))
    kept = Document.objects.get()
    (told,) = [str(one) for one in found if isinstance(one, Refused)]
    assert kept in found
    assert told.startswith(f"镇教督〔2017〕11号已用于《{kept.title}》")


def test_the_next_number_is_suggested_the_word_used_last_first(world):
    issued(world.city_officer)
    issued(world.city_officer, word="镇政督", year=2016, no=3)
    found = [one.number for one in queries.next_numbers(world.city, 2017)]
    assert found == ["镇政督〔2017〕1号", "镇教督〔2017〕12号"]
    assert queries.next_numbers(world.yangzhong, 2017) == []


def test_the_fingerprint_is_of_the_whole_content(world):
    file = evidence.store(data=PDF, name="名单.pdf", org=world.city, by=world.city_officer)
    document = issued(world.city_officer, files=[file])
    assert queries.unchanged(document)
    assert document.sha256 != issued(world.city_officer, no=12).sha256
    for change in ({"body": "改过"}, {"no": 99}, {"cc": ""}, {"office": "别处"}):
        Document.objects.filter(pk=document.pk).update(**change)
        assert not queries.unchanged(Document.objects.get(pk=document.pk))
        document.save()
    document.attachments.all().delete()
    assert not queries.unchanged(document)


def test_issued_through_the_page_with_attachments(world, client_of):
    client = client_of(world.city_officer)
    page = client.get("/documents/new/").content.decode()
    assert "代字、年份、序号由本单位自定" in page
    sent = FORM | {"files": [SimpleUploadedFile("名单.pdf", PDF)]}
    answer = client.post("/documents/new/", sent)
    document = Document.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/documents/{document.pk}/")
    page = client.get(answer.url).content.decode()
    for text in ("镇教督〔2017〕11号", "各辖市区教育督导室：", "抄送：市教育局", "名单.pdf", document.sha256):
        assert page.count(text) >= 1
    got = client.get(f"/documents/{document.pk}/files/1/")
    assert (b"".join(got.streaming_content), got.headers["Content-Disposition"][:10]) == (PDF, "attachment")


def test_a_photo_that_is_attached_says_nothing_of_place_and_device(world, client_of):
    client = client_of(world.city_officer)
    photo = SimpleUploadedFile("现场.jpg", jpeg(exif(gps=True)))
    answer = client.post("/documents/new/", FORM | {"files": [photo]})
    got = client.get(f"{answer.url}files/1/")
    assert b"".join(got.streaming_content) == jpeg()


def test_an_attachment_that_cannot_come_in_is_refused_and_the_others_stay(world, client_of):
    files = [SimpleUploadedFile("名单.pdf", PDF), SimpleUploadedFile("图.svg", b"<svg/>")]
    answer = client_of(world.city_officer).post("/documents/new/", FORM | {"files": files})
    page = answer.content.decode()
    assert (answer.status_code, Document.objects.count(), File.objects.get().name) == (422, 0, "名单.pdf")
    assert ("图.svg：不收这类文件" in page, 'name="kept"' in page, "现将有关事项" in page) == (True, True, True)


def test_a_taken_number_keeps_all_that_was_typed(world, client_of):
    issued(world.city_officer)
    client = client_of(world.city_officer)
    other = FORM | {"title": "另一件", "files": [SimpleUploadedFile("名单.pdf", PDF)]}
    answer = client.post("/documents/new/", other)
    page = answer.content.decode()
    file = File.objects.get()
    assert answer.status_code == 422
    assert f'name="kept" value="{file.pk}" checked' in page
    assert ("另一件" in page, "下一个是 12" in page, "现将有关事项" in page) == (True, True, True)
    again = FORM | {"title": "另一件", "no": 12, "kept": [file.pk]}
    assert client.post("/documents/new/", again).status_code == 302
    assert [one.file for one in Document.objects.get(no=12).attachments.all()] == [file]


def test_nobody_attaches_the_file_of_another_unit(world, client_of):
    theirs = evidence.store(data=PDF, name="名单.pdf", org=world.danyang, by=world.peer)
    answer = client_of(world.owner).post("/documents/new/", FORM | {"kept": [theirs.pk]})
    assert (answer.status_code, Document.objects.count()) == (422, 0)


def test_a_bad_number_says_so_at_its_place(world, client_of):
    answer = client_of(world.owner).post("/documents/new/", FORM | {"word": "第3期", "no": "十一"})
    assert answer.status_code == 422
    assert "序号：输入整数。" in answer.content.decode()


@pytest.mark.parametrize("who", ["owner", "peer", "head", "stranger", "inspector", "system_admin"])
def test_a_document_is_there_for_its_own_office_only(world, client_of, who):
    file = evidence.store(data=PDF, name="名单.pdf", org=world.city, by=world.city_officer)
    document = issued(world.city_officer, files=[file])
    client = client_of(getattr(world, who))
    for address in (f"/documents/{document.pk}/", f"/documents/{document.pk}/files/1/"):
        assert client.get(address).status_code == 404


def test_the_register_is_searched_by_number_title_and_year(world, client_of):
    issued(world.city_officer)
    issued(world.city_officer, no=12, title="关于报送方案的通知")
    issued(world.city_officer, year=2018, no=3, title="2018年工作要点")
    issued(world.owner, title="扬中的文")
    client = client_of(world.city_officer)

    def found(query: str) -> list[str]:
        rows = client.get(f"/documents/?{query}").context["documents"]
        return [one.number for one in rows]

    assert found("") == ["镇教督〔2018〕3号", "镇教督〔2017〕12号", "镇教督〔2017〕11号"]
    assert found("q=方案") == ["镇教督〔2017〕12号"]
    assert found("q=镇教督〔2017〕11号") == ["镇教督〔2017〕11号"]
    assert found("year=2018") == ["镇教督〔2018〕3号"]
    assert found("q=没有") == []


def test_the_register_asks_the_same_queries_at_one_and_at_three(world, client_of):
    client = client_of(world.city_officer)
    counts = []
    for numbers in ((1,), (2, 3)):
        for no in numbers:
            issued(world.city_officer, no=no)
        with CaptureQueriesContext(connection) as seen:
            client.get("/documents/")
        counts.append(len(seen))
    assert (counts[0], counts[0] <= 20) == (counts[1], True)
