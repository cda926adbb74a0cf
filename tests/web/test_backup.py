"""Backup and restore: what is destroyed comes back whole, and a file that was tampered with is refused untouched."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from django.db import connection

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


# --- the record of acts, checked from outside


def test_a_whole_record(world):
    found, wrong = log.verify(chain_name=None, file=None, head=None)
    last = Action.objects.last()
    assert (found, wrong) == ([f"office {last.seq} {last.hash}"], [])


def test_an_update_in_sql_is_named(world):
    Org.objects.filter(pk=world.town.pk).update(name="改了名")
    assert log.verify(chain_name=None, file=None, head=None)[1] == [
        f"org:{world.town.pk}：内容与最后一次操作记录不一致"
    ]


def test_a_row_that_no_action_made_and_one_that_is_gone(world):
    extra = Org.objects.create(code="1", name="x", kind="town", path="x1/")
    key = f"membership:{world.audit_admin.pk}"
    world.audit_admin.delete()
    assert log.verify(chain_name=None, file=None, head=None)[1] == [
        f"org:{extra.pk}：没有建立它的操作记录",
        f"{key}：有操作记录，但数据已不存在",
    ]


def test_a_changed_act_is_the_first_broken(world):
    Action.objects.filter(seq=3).update(data={"说明": "改过"})
    assert log.verify(chain_name="office", file=None, head=None) == (
        [],
        ["office 3：记录与校验值不一致，自此条起不可信"],
    )


def test_a_cut_tail_is_found_by_its_head(world):
    last = Action.objects.last()
    assert log.verify(chain_name="office", file=None, head=last.hash)[1] == []
    last.delete()
    assert log.verify(chain_name="office", file=None, head=last.hash)[1] == [
        f"{last.hash}：没有这个校验值，记录被截短或重写"
    ]


def test_an_exported_record_is_checked_by_itself(world, tmp_path):
    out = tmp_path / "log.jsonl"
    assert log.export("office", out) == Action.objects.count()
    last = Action.objects.last()
    assert log.verify(chain_name=None, file=out, head=last.hash) == ([f"office {last.seq} {last.hash}"], [])
    lines = out.read_text("utf-8").splitlines()
    out.write_text("\n".join([lines[0], *lines[2:]]) + "\n", "utf-8")
    assert log.verify(chain_name=None, file=out, head=None)[1] == [
        "office 2：记录与校验值不一致，自此条起不可信"
    ]


@pytest.mark.parametrize("text", ["", "not json\n", '{"chain": "office"}\n', '["office"]\n'])
def test_an_unreadable_record(world, tmp_path, text):
    out = tmp_path / "log.jsonl"
    out.write_text(text, "utf-8")
    with pytest.raises(Trouble) as trouble:
        log.verify(chain_name=None, file=out, head=None)
    assert trouble.value.code == 2
