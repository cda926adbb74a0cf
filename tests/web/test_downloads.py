"""自评报告 and 验证包 of a run: made by the worker when asked for, kept, marked, and handed to nobody but offices that see all returns."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import handin
import pytest
import whole
from django.core.files.storage import default_storage
from django.utils import timezone
from handin import FIRST, JUNIOR, SECOND

from dudao import bundle
from dudao_web.evaluations import downloads
from dudao_web.evaluations.models import Download, Evaluation
from dudao_web.evidence import queries as evidence
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action
from dudao_web.submissions.models import Upload


@pytest.fixture
def of(world):
    return handin.set_of(world.yangzhong)


@pytest.fixture
def run(world, of) -> Evaluation:
    """A run of the whole county with its 补充表, not confirmed."""
    return whole.run(of, world.owner)


def made(run: Evaluation, kind: str, by) -> Download:
    """What the worker makes when a document is asked for."""
    row = downloads.ask(evaluation=run, kind=kind, by=by)
    downloads.make(row.pk)
    row.refresh_from_db()
    return row


def words_of(data: bytes) -> str:
    """The text of a docx, of its pages and their heads."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))


def test_the_bundle_proves_the_result_with_nothing_else(world, run, tmp_path):
    row = made(run, "bundle", world.owner)
    data = evidence.content(row.file)
    assert (row.state, row.draft, row.note, row.file.name) == (
        "done",
        True,
        "",
        "验证包_扬中市2026年（预评）.zip",
    )
    assert row.file.sha256 == hashlib.sha256(data).hexdigest()
    (tmp_path / "a.zip").write_bytes(data)
    assert bundle.verify(tmp_path / "a.zip").differences == ()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("results.json").decode() == run.result
        provenance = json.loads(archive.read("provenance.json"))
        names = sorted(name.split("/", 3)[3] for name in archive.namelist() if name.startswith("inputs/"))
    assert names == sorted(
        ["区县填报表.xlsx", "补充表.xlsx", *(f"{name}.xlsx" for name in (FIRST, SECOND, JUNIOR))]
    )
    said = {(own["submitted_by"], own.get("confirmed_by")) for own in provenance.values()}
    assert (len(provenance), said) == (5, {("扬中市教育督导室", None)})


def test_of_an_archive_only_the_members_that_count_go_into_the_bundle(world, of):
    handin.hand_in(of, world.owner, "区县填报表.xlsx", handin.county(of))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in (FIRST, SECOND, JUNIOR):
            archive.writestr(f"{name}.xlsx", handin.school(name))
    handin.hand_in(of, world.owner, "全部.zip", out.getvalue())
    handin.hand_in(of, world.owner, "更正.xlsx", handin.school(FIRST, {"网络多媒体教室间数": 40}))
    run = handin.run(of, world.owner)
    row = made(run, "bundle", world.owner)
    with zipfile.ZipFile(io.BytesIO(evidence.content(row.file))) as archive:
        names = sorted(name.split("/", 3)[3] for name in archive.namelist() if name.startswith("inputs/"))
        assert json.loads(archive.read("results.json")) == run.data
    assert names == sorted(
        ["区县填报表.xlsx", "更正.xlsx", f"全部.zip/{SECOND}.xlsx", f"全部.zip/{JUNIOR}.xlsx"]
    )


def test_files_that_no_longer_give_the_result_are_refused_in_words(world, of):
    rows = [handin.values(name) for name in (FIRST, SECOND)]
    handin.hand_in(of, world.owner, "区县填报表.xlsx", handin.county(of))
    handin.hand_in(of, world.owner, "全部.csv", handin.forms.wide(rows))
    handin.hand_in(of, world.owner, "更正.xlsx", handin.school(FIRST, {"网络多媒体教室间数": 40}))
    run = handin.run(of, world.owner)
    row = made(run, "bundle", world.owner)
    assert (row.state, row.file) == ("refused", None)
    assert row.note.startswith("只用留存的文件不能重新得出这次的结果：同一文件中有的填报已经替换或撤下。")


def test_a_name_never_leads_out_of_the_folder(tmp_path):
    for name in ("../a.xlsx", "/a.xlsx", "..", "b/../../a.xlsx"):
        with pytest.raises(Refused):
            downloads._write(tmp_path, name, b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("kind", "start"), [("docx", b"PK"), ("pdf", b"%PDF-")])
def test_the_report_is_made_once_and_marked(world, run, kind, start, settings):
    settings.DEMO = True
    row = made(run, kind, world.owner)
    data = evidence.content(row.file)
    assert (row.state, data[: len(start)]) == ("done", start)
    if kind == "docx":
        text = words_of(data)
        assert ("预评　演示数据" in text, run.data["verdict"]["sentence"] in text) == (True, True)
    acts = Action.objects.count()
    assert downloads.ask(evaluation=run, kind=kind, by=world.owner) == row
    downloads.make(row.pk)
    assert Action.objects.count() == acts


def test_a_confirmed_result_has_its_report_without_the_mark_until_something_moves(world, of, client_of):
    handin.whole(of, world.owner)
    handin.hand_in(of, world.owner, "补充表.xlsx", whole.supplement(of))
    handin.confirm(of, world.owner)
    run = handin.run(of, world.owner)
    row = made(run, "docx", world.owner)
    text = words_of(evidence.content(row.file))
    assert (row.draft, "预评" in text, "扬中市教育督导室" in text) == (False, False, True)
    client, address = client_of(world.city_officer), f"/evaluations/{run.pk}/documents/docx/"
    assert b"".join(client.post(address).streaming_content) == evidence.content(row.file)
    handin.hand_in(of, world.owner, "更正.xlsx", handin.school(FIRST, {"网络多媒体教室间数": 40}))
    assert client.post(address).status_code == 404
    again = made(Evaluation.objects.get(pk=run.pk), "docx", world.owner)
    assert (again.draft, again.pk != row.pk) == (True, True)
    assert b"".join(client.post(address).streaming_content) == evidence.content(again.file)


def test_the_page_asks_shows_progress_and_hands_out(world, run, client_of):
    client, address = client_of(world.owner), f"/evaluations/{run.pk}/documents/"
    assert client.get(address).content.decode().count("未制作") == 3
    assert client.post(f"{address}pdf/").status_code == 404
    assert client.post(f"{address}pdf/make/").url == address
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith(
        f'<section class="sheet" id="documents" aria-labelledby="documents-title" hx-get="{address}"'
    )
    assert 'hx-trigger="every 2s"' in part
    downloads.make(Download.objects.get().pk)
    page = client.get(address).content.decode()
    assert f'action="{address}pdf/"' in page
    assert "hx-trigger" not in page
    served = client.post(f"{address}pdf/")
    assert b"".join(served.streaming_content) == evidence.content(Download.objects.get().file)
    assert "attachment" in served["Content-Disposition"]
    assert client.post(f"{address}exe/make/").status_code == 404
    assert client.get(f"{address}pdf/make/").status_code == 405


def test_a_broken_making_says_so_and_can_be_asked_again(world, of, run, client_of):
    stored = Path(default_storage.path(Upload.objects.get(name="补充表.xlsx").file.path))
    aside = stored.rename(stored.with_suffix(".aside"))
    row = downloads.ask(evaluation=run, kind="bundle", by=world.owner)
    downloads.make_download.func(row.pk)
    row.refresh_from_db()
    assert row.state == "failed"
    assert "制作中断" in client_of(world.owner).get(f"/evaluations/{run.pk}/documents/").content.decode()
    aside.rename(stored)
    assert made(run, "bundle", world.owner).state == "done"


def test_a_stopped_worker_is_not_waited_for_forever(world, run):
    row = downloads.ask(evaluation=run, kind="docx", by=world.owner)
    assert not downloads.stale(row)
    row.state, row.started_at = "running", timezone.now() - timezone.timedelta(minutes=11)
    row.save()
    assert downloads.stale(row)
    assert downloads.ask(evaluation=run, kind="docx", by=world.owner).state == "waiting"


@pytest.mark.parametrize("who", ["head", "peer", "stranger", "inspector", "system_admin"])
def test_nobody_else_has_any_document(world, run, client_of, who):
    file = made(run, "bundle", world.owner).file
    client, address = client_of(getattr(world, who)), f"/evaluations/{run.pk}/documents/"
    assert [client.get(path).status_code for path in (address, f"/evidence/{file.pk}/")] == [404] * 2
    posts = (f"{address}bundle/", f"{address}bundle/make/")
    assert [client.post(path).status_code for path in posts] == [404] * 2


def test_superiors_have_the_bundle_but_not_past_its_page(world, run, client_of):
    file = made(run, "bundle", world.owner).file
    for who in (world.owner, world.city_officer):
        client = client_of(who)
        served = client.post(f"/evaluations/{run.pk}/documents/bundle/")
        assert b"".join(served.streaming_content) == evidence.content(file)
        assert client.get(f"/evidence/{file.pk}/").status_code == 404


def test_every_document_is_in_the_record(world, run):
    made(run, "docx", world.owner)
    assert log.verify(chain_name=None, file=None, head=None)[1] == []
    Download.objects.update(state="refused")
    assert len(log.verify(chain_name=None, file=None, head=None)[1]) == 1
