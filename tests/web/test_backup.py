"""Backup and restore: what is destroyed comes back whole, and a file that was tampered with is refused untouched."""

import hashlib
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django_tasks_db.models import DBTaskResult

from dudao_web.evidence.actions import store
from dudao_web.evidence.queries import content
from dudao_web.operations import backup, log
from dudao_web.operations.home import Trouble
from dudao_web.orgs import actions
from dudao_web.orgs.models import Action, Org


@pytest.fixture
def office(world, tmp_path):
    """A small office with a stored file; its backup."""
    file = store(data="演示数据".encode(), name="填报表.xlsx", org=world.school_1, by=world.head)
    target = tmp_path / "backup.zip"
    backup.backup(target)
    return file, target


def everything() -> dict[str, list[dict]]:
    """All rows of all kept models."""
    return {m._meta.label: list(m._base_manager.order_by("pk").values()) for m in backup.kept_models()}


def destroy(settings) -> None:
    for model in reversed(backup.kept_models()):
        model._base_manager.all()._raw_delete(connection.alias)
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            path.unlink()


def test_what_was_destroyed_comes_back(office, settings):
    file, target = office
    before = everything()
    destroy(settings)
    assert Org.objects.count() == 0
    backup.restore(target, replace=False)
    assert everything() == before
    assert content(file) == "演示数据".encode()
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_the_backup_is_one_private_file_without_the_key(office, settings):
    _, target = office
    assert target.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        together = b"".join(archive.read(name) for name in names)
    assert settings.SECRET_KEY.encode() not in together
    assert not any("session" in name or "axes" in name for name in names)


def test_the_manifest_lists_every_member_with_its_hash(office):
    with zipfile.ZipFile(office[1]) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        hashes = {
            n: hashlib.sha256(archive.read(n)).hexdigest() for n in archive.namelist() if n != "manifest.json"
        }
    assert {name: facts["sha256"] for name, facts in manifest["members"].items()} == hashes
    assert manifest["members"]["data/orgs.org.jsonl"]["rows"] == Org.objects.count()


def test_a_backup_never_overwrites(office):
    with pytest.raises(Trouble, match="已存在"):
        backup.backup(office[1])


def test_data_are_replaced_only_when_asked_for(office, world):
    before = everything()
    actions.create_org(by=None, code="321182002", name="新坝镇", kind="town", parent=world.yangzhong)
    with pytest.raises(Trouble, match="--replace"):
        backup.restore(office[1], replace=False)
    assert Org.objects.filter(code="321182002").exists()
    backup.restore(office[1], replace=True)
    assert everything() == before


def test_files_that_the_backup_does_not_know_go_with_replace(office, settings, world):
    later = store(data=b"later", name="b.xlsx", org=world.school_1, by=world.head)
    backup.restore(office[1], replace=True)
    assert not (Path(settings.MEDIA_ROOT) / later.path).exists()


def rewritten(target: Path, change) -> Path:
    """The backup with its members changed by ``change(members)``; manifest as it then is."""
    with zipfile.ZipFile(target) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    other = target.with_name("tampered.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return other


def listed(members: dict[str, bytes], name: str, data: bytes) -> None:
    """Add a member and list it in the manifest, hash and all."""
    manifest = json.loads(members["manifest.json"])
    members[name] = data
    manifest["members"][name] = {"sha256": hashlib.sha256(data).hexdigest()}
    members["manifest.json"] = json.dumps(manifest).encode()


def manifest_with(**facts):
    def change(members: dict[str, bytes]) -> None:
        members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), **facts}).encode()

    return change


ORGS = "data/orgs.org.jsonl"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.update({ORGS: m[ORGS].replace("扬中市".encode(), "扬州市".encode())}), "校验值不一致"),
        (lambda m: m.pop(ORGS), "与清单不一致"),
        (lambda m: m.update({"files/aa/extra": b"x"}), "与清单不一致"),
        (lambda m: listed(m, "files/../../evil", b"x"), "文件名“files/../../evil”不合规则"),
        (lambda m: listed(m, "/etc/evil", b"x"), "不合规则"),
        (lambda m: listed(m, "files/a\\..\\evil", b"x"), "不合规则"),
        (lambda m: listed(m, "data/auth.permission.jsonl", b""), "不合规则"),
        (lambda m: listed(m, ORGS, b"not json\n"), "不是完整的备份"),
        (lambda m: listed(m, ORGS, m["data/orgs.user.jsonl"]), "不是完整的备份"),
        (lambda m: listed(m, ORGS, b""), "不能写入数据库"),
        (lambda m: m.update({"manifest.json": b"{}"}), "不是完整的备份"),
        (lambda m: m.update({"manifest.json": b"[1]"}), "不是完整的备份"),
        (manifest_with(format=2), "另一版本的程序"),
        (manifest_with(migrations={}), "另一版本的程序"),
    ],
)
def test_a_tampered_backup_is_refused_and_nothing_changes(office, change, message):
    other = rewritten(office[1], change)
    before = everything()
    with pytest.raises(Trouble, match=message):
        backup.restore(other, replace=True)
    assert everything() == before


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_something_else_than_a_backup(office, tmp_path, data):
    other = tmp_path / "other.zip"
    other.write_bytes(data)
    with pytest.raises(Trouble, match="不是完整的备份") as refusal:
        backup.restore(other, replace=True)
    assert refusal.value.code == 2


def test_demo_data_stay_demo_data(office, settings, tmp_path):
    settings.DEMO_ACCOUNTS_FILE = tmp_path / "demo-accounts.json"
    other = rewritten(office[1], manifest_with(demo=True))
    backup.restore(other, replace=True)
    assert settings.DEMO_ACCOUNTS_FILE.exists()


def test_real_data_do_not_go_into_a_demo_folder(office, settings):
    settings.DEMO = True
    with pytest.raises(Trouble, match="演示数据目录"):
        backup.restore(office[1], replace=True)


def test_a_link_in_a_backup_is_refused(office, tmp_path):
    with zipfile.ZipFile(office[1]) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    listed(members, "files/aa/link", b"/etc/passwd")
    other = tmp_path / "linked.zip"
    with zipfile.ZipFile(other, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (0o120777 if name.endswith("link") else 0o600) << 16
            archive.writestr(info, data)
    with pytest.raises(Trouble, match="文件名“files/aa/link”不合规则"):
        backup.restore(other, replace=True)


def test_a_backup_larger_than_the_disk_is_refused(office, monkeypatch):
    """The disk is said to be full; everything else is real."""
    usage = backup.shutil.disk_usage("/")
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _path: usage._replace(free=1000))
    before = everything()
    with pytest.raises(Trouble, match="剩余空间放不下"):
        backup.restore(office[1], replace=True)
    assert everything() == before


def test_a_row_that_would_fill_the_memory_is_refused(office, monkeypatch):
    monkeypatch.setattr(backup, "LINE_BYTES", 100)
    before = everything()
    with pytest.raises(Trouble, match="不是完整的备份"):
        backup.restore(office[1], replace=True)
    assert everything() == before


@pytest.mark.parametrize("where", ["static", "files", "files/aa"])
def test_a_backup_is_never_put_where_pages_are_served_from(office, settings, where):
    settings.STATIC_ROOT = settings.HOME / "static"
    folder = settings.HOME / where
    folder.mkdir(parents=True, exist_ok=True)
    with pytest.raises(Trouble, match="网页提供的目录"):
        backup.backup(folder / "b.zip")
    assert list(folder.glob("*.zip")) == []


def test_taking_a_backup_is_an_act_and_in_the_backup_itself(office):
    act = Action.objects.order_by("-pk").first()
    assert (act.action, act.actor, act.data) == ("operations.back_up", "system", {"file": "backup.zip"})
    with zipfile.ZipFile(office[1]) as archive:
        assert act.hash.encode() in archive.read("data/orgs.action.jsonl")


def test_every_app_of_the_platform_is_kept_but_logins():
    """A new app is kept without a word here; what is not must say so (``kept = False``)."""
    ours = {m._meta.label for m in apps.get_models() if m.__module__.startswith("dudao_web.")}
    assert ours - {m._meta.label for m in backup.kept_models()} == {"orgs.Session"}


def test_times_and_keys_come_back_to_the_last_digit(office, settings):
    """Also where a column would set itself on saving (``auto_now_add``)."""
    task = DBTaskResult.objects.create(
        task_path="dudao_web.none", args_kwargs={"args": [], "kwargs": {}}, backend_name="default"
    )
    DBTaskResult.objects.update(enqueued_at=datetime(2018, 6, 1, 1, 2, 3, 456789, tzinfo=UTC))
    target = office[1].with_name("second.zip")
    backup.backup(target)
    before = everything()
    backup.restore(target, replace=True)
    assert everything() == before
    assert DBTaskResult.objects.get(pk=task.pk).enqueued_at.microsecond == 456789


def test_after_a_restore_new_rows_find_free_keys(office, world):
    backup.restore(office[1], replace=True)
    new = actions.create_org(by=None, code="321182009", name="新坝镇", kind="town", parent=world.yangzhong)
    assert new.pk > world.danyang_school.pk
