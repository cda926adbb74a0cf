"""Proofs (佐证材料): revisions, places in the 建档目录, gaps, who sees them, several uploads at once, the bundle."""

import io
import socket
import zipfile
from datetime import date
from urllib.parse import quote, urlsplit

import openpyxl
import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from racing import at_once
from test_upload_hardening import PDF, TEXT, exif, jpeg

from dudao.standards import load_standard
from dudao_web import clock
from dudao_web.evidence import actions, bundle, directory, queries
from dudao_web.evidence.actions import Spot
from dudao_web.evidence.models import File, Place, Proof, Revision
from dudao_web.evidence.queries import Gap
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action

STANDARD = "cn-2017-quality-balance"
ASKED = "学校章程、信息化建设方案等"  # what it asks for at Q3
DAY = date(2018, 6, 30)
CHARTER = Spot(STANDARD, "Q3", ASKED)
PAGE = f"/evidence/units/3211820001/?standard={STANDARD}"


def add(world, name="章程.pdf", data=PDF, on=DAY, spots=(CHARTER,), org=None, by=None):
    return actions.add(
        org=org or world.school_1, by=by or world.head, name=name, data=data, effective_on=on, spots=spots
    )


def pdf(number: int) -> bytes:
    return PDF + b"%" + str(number).encode() + b"%%EOF\n"


def upload(client, *files, path=PAGE, on="2018-06-30", spot=f"Q3|{ASKED}", **more):
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(path, {"files": sent, "effective_on": on, "spot": spot, **more})


# --- acts


def test_a_proof_has_its_own_day_and_place(world):
    filed = add(world)
    revision = filed.proof.current
    assert (filed.proof.title, filed.known, filed.removed) == ("章程", False, ())
    assert (revision.number, revision.effective_on, revision.file.name) == (1, DAY, "章程.pdf")
    place = filed.proof.places.get()
    assert (place.standard, place.indicator, place.asked) == (STANDARD, "Q3", ASKED)
    acts = Action.objects.order_by("-pk").values_list("action", flat=True)[:4]
    assert list(acts) == ["evidence.place", "evidence.revise", "evidence.add", "evidence.store"]


def test_the_same_bytes_are_cited_not_kept_twice(world):
    first = add(world)
    again = add(world, name="另名.pdf", spots=[Spot(STANDARD, "Q5")])
    assert (again.proof, again.known) == (first.proof, True)
    assert (Proof.objects.count(), Revision.objects.count(), File.objects.count()) == (1, 1, 1)
    assert list(Place.objects.values_list("indicator", "asked")) == [("Q3", ASKED), ("Q5", "")]


def test_only_the_unit_s_own_files_are_looked_at(world):
    mine = add(world)
    theirs = add(world, org=world.danyang_school, by=world.stranger)
    assert (theirs.known, theirs.proof == mine.proof) == (False, False)


def test_a_file_is_written_whole_whether_or_not_another_unit_has_it(world, monkeypatch):
    written = []
    save = default_storage.save
    monkeypatch.setattr(
        default_storage, "save", lambda name, data: written.append(data.size) or save(name, data)
    )
    add(world)
    add(world, org=world.danyang_school, by=world.stranger)
    assert written == [len(PDF), len(PDF)]


def test_a_new_revision_stands_beside_the_old_one(world):
    proof = add(world).proof
    row, _ = actions.revise(
        proof=proof, by=world.head, name="章程2.pdf", data=pdf(2), effective_on=date(2019, 1, 2)
    )
    again, _ = actions.revise(
        proof=proof, by=world.head, name="章程2.pdf", data=pdf(2), effective_on=date(2019, 1, 2)
    )
    assert again == row
    assert list(proof.revisions.values_list("number", "file__name")) == [(2, "章程2.pdf"), (1, "章程.pdf")]
    assert queries.content(proof.revisions.get(number=1).file) == PDF


def test_a_day_that_has_not_come_is_refused(world):
    with pytest.raises(Refused, match=r"^形成日期晚于今天。请填写材料上写明的日期。$"):
        add(world, on=clock.today().replace(year=clock.today().year + 1))
    assert (Proof.objects.count(), File.objects.count()) == (0, 0)


def test_a_withdrawn_proof_counts_nowhere_and_stays(world):
    proof = add(world).proof
    with pytest.raises(Refused, match=r"^没有填写理由。请写明撤下的原因。$"):
        actions.withdraw(proof=proof, by=world.head, reason="  ")
    actions.withdraw(proof=proof, by=world.head, reason="传错")
    acts = Action.objects.count()
    actions.withdraw(proof=proof, by=world.head, reason="再传错")
    assert Action.objects.count() == acts
    assert Proof.objects.get().withdrawn_reason == "传错"
    assert list(queries.proofs_for(world.school_1, STANDARD, "Q3")) == []
    with pytest.raises(Refused, match=r"^“章程”已撤下，不能再用。请上传新的材料。$"):
        actions.place(proof=proof, by=world.head, spot=Spot(STANDARD, "Q5"))
    assert add(world).known is False


def test_out_of_a_place_and_in_again(world):
    proof = add(world).proof
    for _ in range(2):
        actions.take_out(place=Place.objects.get(), by=world.head)
    assert list(queries.proofs_for(world.school_1, STANDARD, "Q3")) == []
    actions.place(proof=proof, by=world.head, spot=CHARTER)
    actions.place(proof=proof, by=world.head, spot=CHARTER)
    assert list(queries.proofs_for(world.school_1, STANDARD, "Q3")) == [proof]
    assert Place.objects.count() == 2


@pytest.mark.parametrize("who", ["owner", "city_officer", "stranger", "inspector"])
def test_nobody_files_for_another_unit(world, who):
    with pytest.raises(Refused, match=r"^佐证材料由“演示第一小学”自己管理，其他单位不能改动。$"):
        add(world, by=getattr(world, who))
    assert Proof.objects.count() == 0


@pytest.mark.parametrize(
    ("model", "change"),
    [(Proof, {"title": "改"}), (Revision, {"effective_on": date(2020, 1, 1)}), (Place, {"indicator": "Q5"})],
)
def test_a_change_made_in_sql_is_named(world, model, change):
    add(world)
    assert log.verify(chain_name=None, file=None, head=None)[1] == []
    model.objects.update(**change)
    key = f"{model._meta.model_name}:{model.objects.get().pk}"
    assert log.verify(chain_name=None, file=None, head=None)[1] == [f"{key}：内容与最后一次操作记录不一致"]


# --- gaps


def test_gaps_are_what_is_asked_and_lacking_or_old(world):
    standard = load_standard(STANDARD)
    every = queries.gaps(world.school_1, standard)
    assert Gap("Q3", "学校章程、管理与教学信息化", ASKED, "missing") in every
    assert len(every) == 8
    add(world)
    assert len(queries.gaps(world.school_1, standard)) == 7
    assert len(queries.gaps(world.school_1, standard, DAY)) == 7
    old = [gap for gap in queries.gaps(world.school_1, standard, date(2018, 7, 1)) if gap.state == "outdated"]
    assert old == [Gap("Q3", "学校章程、管理与教学信息化", ASKED, "outdated")]
    add(world, name="新章程.pdf", data=pdf(2), on=date(2018, 7, 1))
    assert len(queries.gaps(world.school_1, standard, date(2018, 7, 1))) == 7
    assert len(queries.gaps(world.school_2, standard)) == 8


def test_what_is_filed_at_the_indicator_alone_answers_no_title(world):
    add(world, spots=[Spot(STANDARD, "Q3")])
    assert len(queries.gaps(world.school_1, load_standard(STANDARD))) == 8


# --- pages


SEES = {"head": 200, "owner": 200, "city_officer": 200, "inspector": 200}
EVERYBODY = (
    "head",
    "owner",
    "city_officer",
    "inspector",
    "peer",
    "stranger",
    "system_admin",
    "security_admin",
    "audit_admin",
)


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_reads_a_unit_s_proofs(world, client_of, who):
    proof = add(world).proof
    client, want = client_of(getattr(world, who)), SEES.get(who, 404)
    paths = (
        PAGE,
        f"/evidence/proofs/{proof.pk}/",
        f"/evidence/proofs/{proof.pk}/1/",
        f"/evidence/units/3211820001/{STANDARD}/Q3/",
    )
    assert [client.get(path).status_code for path in paths] == [want] * 4
    assert client.post("/evidence/units/3211820001/bundle.zip").status_code == want


@pytest.mark.parametrize("who", [one for one in EVERYBODY if one != "head"])
def test_nobody_but_the_unit_changes_a_proof(world, client_of, who):
    proof = add(world).proof
    client = client_of(getattr(world, who))
    paths = (
        PAGE,
        f"/evidence/units/3211820001/{STANDARD}/Q3/",
        *(f"/evidence/proofs/{proof.pk}/{verb}/" for verb in ("revise", "place", "withdraw")),
        f"/evidence/places/{proof.places.get().pk}/take-out/",
    )
    acts = Action.objects.count()
    assert [client.post(path).status_code for path in paths] == [404] * 6
    assert Action.objects.count() == acts


def test_without_an_account_there_is_the_sign_in_page(world, client):
    assert client.get(PAGE).url.startswith("/orgs/signin/")


def test_a_revision_is_an_attachment(world, client_of):
    proof = add(world).proof
    answer = client_of(world.inspector).get(f"/evidence/proofs/{proof.pk}/1/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")


def test_several_files_at_once(world, client_of):
    client = client_of(world.head)
    answer = upload(client, ("章程.pdf", PDF), ("照片.jpg", jpeg(exif(gps=True))))
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert (
        "已收到 2 个文件。已除去图片中的拍摄位置、拍摄设备和时间等信息。" in client.get(PAGE).content.decode()
    )
    filed = sorted(Place.objects.values_list("proof__title", "indicator", "asked"))
    assert filed == [("照片", "Q3", ASKED), ("章程", "Q3", ASKED)]
    assert upload(client, ("再来.pdf", PDF), spot="").status_code == 302
    assert "已有此材料，直接引用：章程。" in client.get(PAGE).content.decode()


def test_one_refused_file_keeps_none_back_and_nothing_typed_is_lost(world, client_of):
    answer = upload(client_of(world.head), ("章程.pdf", PDF), ("图.svg", b"<svg/>"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "图.svg：不收这类文件" in text
    assert 'value="2018-06-30"' in text
    assert list(Proof.objects.values_list("title", flat=True)) == ["章程"]


@pytest.mark.parametrize(
    ("files", "on", "text"),
    [
        ([], "2018-06-30", "没有选择文件。请选择后再上传。"),
        ([("章程.pdf", PDF)], "", "没有填写形成日期。请填写材料上写明的日期。"),
        ([("章程.pdf", PDF)], "上月", "形成日期不是日期。请按 2018-06-30 的样子填写。"),
        ([("章程.pdf", PDF)] * 21, "2018-06-30", "一次不超过 20 个文件。请分几次上传。"),
    ],
)
def test_what_an_upload_lacks_is_said(world, client_of, files, on, text):
    answer = upload(client_of(world.head), *files, on=on)
    assert (answer.status_code, text in answer.content.decode()) == (422, True)
    assert Proof.objects.count() == 0


def test_a_new_revision_a_place_and_a_withdrawal_by_forms(world, client_of):
    client, proof = client_of(world.head), add(world).proof
    path = f"/evidence/proofs/{proof.pk}/"
    sent = {"file": SimpleUploadedFile("二.pdf", pdf(2)), "effective_on": "2019-01-02"}
    assert client.post(f"{path}revise/", sent).url == path
    wrong = {"file": SimpleUploadedFile("二.pdf", TEXT), "effective_on": "2019-01-02"}
    assert client.post(f"{path}revise/", wrong).status_code == 422
    assert client.post(f"{path}place/", {"standard": STANDARD, "spot": "Q5|"}).url == path
    assert client.post(f"{path}place/", {"standard": STANDARD, "spot": ""}).status_code == 422
    assert client.post(f"{path}withdraw/", {"reason": ""}).status_code == 422
    assert client.post(f"{path}withdraw/", {"reason": "传错"}).url == path
    assert "理由：传错" in client.get(path).content.decode()
    assert (proof.revisions.count(), proof.places.count()) == (2, 2)


def test_one_indicator_from_what_there_is_and_back(world, client_of):
    client, proof = client_of(world.head), add(world, spots=()).proof
    here = f"/evidence/units/3211820001/{STANDARD}/Q3/?title=x&asked={quote(ASKED)}"
    answer = client.post(f"{here}&next=/submissions/", {"proof": proof.pk, "asked": ASKED})
    assert (answer.status_code, answer.url) == (302, "/submissions/")
    assert list(Place.objects.values_list("indicator", "asked")) == [("Q3", ASKED)]
    sent = {"files": SimpleUploadedFile("二.pdf", pdf(2)), "effective_on": "2019-01-02", "asked": ""}
    fragment = client.post(here, sent, headers={"HX-Request": "true"}).content.decode()
    assert fragment.count("<li>") == 3  # both proofs, and what was just taken
    assert fragment.startswith('<section class="sheet proofs-at"')
    assert client.post(here, {"effective_on": "2019-01-02"}).status_code == 422


@pytest.mark.parametrize(
    "path", ["//evil.example/", "https://evil.example/", "javascript:1", "\\\\evil.example"]
)
def test_the_way_back_stays_on_this_server(world, client_of, path):
    here = f"/evidence/units/3211820001/{STANDARD}/Q3/?next={quote(path)}"
    assert "evil" not in client_of(world.head).get(here).content.decode().replace(quote(path), "")
    answer = client_of(world.head).post(here, {"proof": add(world, spots=()).proof.pk, "asked": ""})
    assert answer.url == here


def test_a_proof_of_another_unit_cannot_be_chosen(world, client_of):
    theirs = add(world, org=world.danyang_school, by=world.stranger).proof
    here = f"/evidence/units/3211820001/{STANDARD}/Q3/"
    assert client_of(world.head).post(here, {"proof": theirs.pk, "asked": ""}).status_code == 422
    assert theirs.places.count() == 1


def test_an_unknown_standard_is_not_found(world, client_of):
    assert client_of(world.head).get("/evidence/units/3211820001/?standard=x").status_code == 404
    assert "x" not in directory.titles(world.head)


def test_pages_ask_the_same_number_of_questions_at_one_and_three_proofs(world, client_of):
    client = client_of(world.head)
    first = add(world).proof
    paths = (PAGE, f"/evidence/proofs/{first.pk}/", f"/evidence/units/3211820001/{STANDARD}/Q3/")

    def counts() -> list[int]:
        found = []
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(path)
            found.append(len(asked))
        return found

    one = counts()
    for number in (2, 3):
        add(world, name=f"{number}.pdf", data=pdf(number))
        actions.revise(proof=first, by=world.head, name="n.pdf", data=pdf(number * 10), effective_on=DAY)
        actions.place(proof=first, by=world.head, spot=Spot(STANDARD, f"Q{number + 4}"))
    assert counts() == one


# --- the bundle


def bundled(client, query="") -> zipfile.ZipFile:
    answer = client.post(f"/evidence/units/3211820001/bundle.zip?standard={STANDARD}{query}")
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_the_bundle_has_every_current_proof_once_and_its_contents(world, client_of):
    proof = add(world, name="=章程.pdf", spots=[CHARTER, Spot(STANDARD, "Q5")]).proof
    add(world, name="照片.jpg", data=jpeg())
    actions.withdraw(proof=add(world, name="旧.pdf", data=pdf(9)).proof, by=world.head, reason="传错")
    path = "Q3 学校章程、管理与教学信息化"
    with bundled(client_of(world.head)) as archive:
        names = [f"{path}/=章程（2018-06-30）.pdf", f"{path}/照片（2018-06-30）.jpg"]
        assert sorted(archive.namelist()) == sorted(["目录.txt", "目录.xlsx", *names])
        assert archive.read(names[0]) == PDF
        sheet = openpyxl.load_workbook(io.BytesIO(archive.read("目录.xlsx"))).active
        rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[3] == "=章程"]
    last = proof.current
    tail = ("=章程", 1, "2018-06-30", clock.today().isoformat(), names[0], len(PDF), last.file.sha256)
    assert [(row[0], row[2], *row[3:]) for row in rows] == [("Q3", ASKED, *tail), ("Q5", "其他材料", *tail)]


def test_a_damaged_file_is_named_in_the_bundle(world, client_of):
    file = add(world).proof.current.file
    default_storage.delete(file.path)
    with bundled(client_of(world.head)) as archive:
        told = archive.read("未收入.txt").decode("utf-8-sig")
    assert (
        told
        == "Q3 学校章程、管理与教学信息化/章程（2018-06-30）.pdf：文件缺失或与存入时不一致，没有收入。\r\n"
    )


def test_above_the_limit_the_bundle_says_so_and_offers_chapters(world, client_of, monkeypatch):
    add(world)
    File.objects.update(size=600 * 1024 * 1024)
    answer = client_of(world.head).post(f"/evidence/units/3211820001/bundle.zip?standard={STANDARD}")
    assert answer.status_code == 413
    assert "资料共 600.0 MB，超过一次打包的上限 512 MB，没有打包。请按章下载：" in answer.content.decode()
    first = load_standard(STANDARD).chapters[0].number
    with bundled(client_of(world.head), f"&chapter={first}") as archive:
        assert archive.namelist() == ["目录.txt", "目录.xlsx"]
    assert bundle.MOST == 512


# --- on a server that really serves


def request_of(client, live_server, data: bytes) -> bytes:
    """A whole upload as a browser sends it, with the session and token of a client."""
    token = "a" * 32
    fields = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("csrfmiddlewaretoken", token), ("effective_on", "2018-06-30"), ("spot", ""))
    )
    head = '--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    body = (fields + head).encode() + data + b"\r\n--x--\r\n"
    session = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    lines = (
        f"POST {PAGE} HTTP/1.1",
        f"Host: {urlsplit(live_server.url).netloc}",
        f"Cookie: sessionid={session}; csrftoken={token}",
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def answer_to(live_server, sent: bytes) -> bytes:
    """Send bytes, no more, and read the answer's first line."""
    at = urlsplit(live_server.url)
    with socket.create_connection((at.hostname, at.port), timeout=30) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        return line.makefile("rb").readline().strip()


def kept() -> list[str]:
    folders = default_storage.listdir("")[0] if default_storage.exists("") else []
    return [name for folder in folders for name in default_storage.listdir(folder)[1]]


@pytest.mark.django_db(transaction=True)
def test_an_upload_cut_off_in_the_middle_leaves_nothing_and_is_sent_again(world, client_of, live_server):
    whole = request_of(client_of(world.head), live_server, PDF[:-6] + b"1" * 4_000_000 + b"%%EOF\n")
    answer_to(live_server, whole[: len(whole) // 2])
    assert (Proof.objects.count(), File.objects.count(), kept()) == (0, 0, [])
    assert answer_to(live_server, whole) == b"HTTP/1.1 302 Found"
    assert (Proof.objects.count(), kept()) == (1, [File.objects.get().sha256])


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_sent_twice_at_once_are_one_proof(world, client_of, live_server):
    sent = request_of(client_of(world.head), live_server, PDF)
    answers = at_once(*[lambda: answer_to(live_server, sent)] * 2)
    assert answers == [b"HTTP/1.1 302 Found"] * 2
    assert (Proof.objects.count(), Revision.objects.count(), File.objects.count(), len(kept())) == (
        1,
        1,
        1,
        1,
    )


@pytest.mark.django_db(transaction=True)
def test_files_go_up_one_by_one_in_a_browser(world, sign_in, live_server, accessible):
    page = sign_in(world.head)
    page.goto(f"{live_server.url}{PAGE}")
    sent = [("章程.pdf", PDF), ("图.svg", b"<svg/>"), ("照片.jpg", jpeg(exif(gps=True)))]
    files = [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in sent]
    page.locator("input[type=file]").set_input_files(files)
    page.locator("input[name=effective_on]").fill("2018-06-30")
    page.locator("select[name=spot]").select_option(f"Q3|{ASKED}")
    page.get_by_role("button", name="上传", exact=True).click()
    page.get_by_role("link", name="刷新目录").wait_for()
    told = page.locator("[data-progress]").inner_text()
    assert (told.count("已收"), told.count("没有收")) == (2, 1)
    assert "已除去图片中的拍摄位置、拍摄设备和时间等信息" in told
    assert accessible() == []
    page.get_by_role("link", name="刷新目录").click()
    page.locator("#at-Q3").get_by_role("link", name="照片").first.wait_for()
