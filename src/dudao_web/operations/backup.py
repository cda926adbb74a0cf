"""Backup and restore: one zip file, independent of the database engine.

manifest.json      format, time, the migrations the rows belong to, rows and SHA-256 of every member
data/<model>.jsonl one JSON line a row
files/…            the stored files

The key of the office is not in it. Sessions and failed sign-ins are not kept either.
A backup is treated as hostile when it comes back: every name, size and hash is checked before anything is written.
Taking one is an act in the record, and in the backup itself; bringing one back is none: heads stay what they were.
"""

import hashlib
import io
import json
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from dudao_web.operations import home
from dudao_web.operations.home import Trouble
from dudao_web.operations.snapshot import snapshot
from dudao_web.orgs.actions import record
from dudao_web.orgs.models import Org

FORMAT = 1
LEFT_OUT = frozenset({"sessions", "contenttypes", "auth", "axes"})
STORED = re.compile(r"files/[0-9A-Za-z][0-9A-Za-z._-]*(/[0-9A-Za-z][0-9A-Za-z._-]*)*")
CHUNK = 1 << 20
ROWS = 100  # read or written at a time: a run's result alone may be some MB
LINE_BYTES = 256 << 20  # no row is larger; what is would fill the memory


class ExactEncoder(DjangoJSONEncoder):
    """Django's cuts times to milliseconds; the record of acts is hashed over microseconds."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


def kept_models() -> list[type[models.Model]]:
    """The models whose rows are kept, upper rows first: every app's, but those that say ``kept = False``."""
    found = [
        model
        for model in apps.get_models()
        if model._meta.managed and model._meta.app_label not in LEFT_OUT and getattr(model, "kept", True)
    ]
    return list(serializers.sort_dependencies([(None, found)]))


def _migrations() -> dict[str, list[str]]:
    """Applied migrations of the apps whose rows are kept."""
    labels = {m._meta.app_label for m in kept_models()}
    rows = sorted(MigrationRecorder(connection).applied_migrations())
    return {label: [name for app, name in rows if app == label] for label in sorted(labels)}


def backup(path: Path) -> dict[str, Any]:
    """Write the backup; the manifest. The file must not exist; half a backup is never left behind."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    if any(
        path.is_relative_to(Path(served).resolve()) for served in (settings.STATIC_ROOT, settings.MEDIA_ROOT)
    ):
        raise Trouble(f"{path.parent} 是网页提供的目录，不能存放备份。请换一个目录。")
    if path.exists():
        raise Trouble(f"{path} 已存在。请换一个文件名，备份不覆盖已有文件。")
    try:
        handle = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Trouble(f"{path} 无法写入（{error.strerror}）。请检查目录和权限。") from None
    try:
        with (
            os.fdopen(handle, "w+b") as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            if top := Org.objects.filter(parent=None).order_by("pk").first():
                record(by=None, action="operations.back_up", obj=top, data={"file": path.name})
            manifest = _write(archive)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    return manifest


class _Hashed(io.RawIOBase):
    """A member that is being written: its hash and its lines counted on the way."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target, self.sha, self.lines = target, hashlib.sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.sha.update(data)
        self.lines += bytes(data).count(b"\n")
        return self.target.write(data)


def _write(archive: zipfile.ZipFile) -> dict[str, Any]:
    members: dict[str, dict[str, Any]] = {}
    with snapshot():
        for model in kept_models():
            name = f"data/{model._meta.label_lower}.jsonl"
            rows = model._base_manager.order_by("pk").iterator(chunk_size=ROWS)
            with archive.open(_member(name), "w", force_zip64=True) as target:
                hashed = _Hashed(target)
                with io.TextIOWrapper(
                    io.BufferedWriter(hashed, CHUNK), encoding="utf-8", newline="\n"
                ) as out:
                    serializers.serialize("jsonl", rows, stream=out, cls=ExactEncoder)
            members[name] = {"sha256": hashed.sha.hexdigest(), "rows": hashed.lines}
        migrations = _migrations()
    root = Path(settings.MEDIA_ROOT)
    for stored in sorted(p for p in root.rglob("*") if p.is_file() and not p.is_symlink()):
        name = "files/" + stored.relative_to(root).as_posix()
        if STORED.fullmatch(name):
            members[name] = {"sha256": _copy_in(archive, name, stored)}
    manifest = {
        "format": FORMAT,
        "made": timezone.now().isoformat(),
        "demo": settings.DEMO,
        "migrations": migrations,
        "members": members,
    }
    archive.writestr(_member("manifest.json"), json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
    info.external_attr = 0o600 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _copy_in(archive: zipfile.ZipFile, name: str, source: Path) -> str:
    sha = hashlib.sha256()
    with source.open("rb") as stream, archive.open(_member(name), "w", force_zip64=True) as target:
        while chunk := stream.read(CHUNK):
            sha.update(chunk)
            target.write(chunk)
    return sha.hexdigest()


def restore(path: Path, *, replace: bool) -> dict[str, Any]:
    """Put the backup's rows and files in place, whole or not at all; its manifest."""
    home.prepare()
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _checked(archive)
            _refuse_unfit(manifest, replace)
            _put_files(archive, manifest)
            _put_rows(archive, manifest, replace)
    except FileNotFoundError:
        raise Trouble(f"没有文件 {path}。请检查路径。", code=2) from None
    except (zipfile.BadZipFile, OSError, KeyError, TypeError, ValueError, DeserializationError) as error:
        raise Trouble(
            f"{path} 不是完整的备份（{type(error).__name__}）。没有改动任何数据。", code=2
        ) from None
    except DatabaseError as error:
        raise Trouble(f"备份中的数据不能写入数据库（{error}）。没有改动任何数据。") from None
    if replace:
        _drop_other_files(manifest)
    if manifest["demo"] and not settings.DEMO_ACCOUNTS_FILE.exists():
        home.write_private(settings.DEMO_ACCOUNTS_FILE, "[]\n")
    return manifest


def _checked(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest, after every member's name and hash was found to be what it says."""
    manifest = json.loads(archive.read("manifest.json"))
    members = manifest["members"]
    listed, names = {*members, "manifest.json"}, archive.namelist()
    if len(names) != len(set(names)) or set(names) != listed:
        raise Trouble("备份中的文件与清单不一致。没有改动任何数据。", code=2)
    rows = {f"data/{model._meta.label_lower}.jsonl" for model in kept_models()}
    if sum(info.file_size for info in archive.infolist()) > shutil.disk_usage(settings.HOME).free:
        raise Trouble("磁盘剩余空间放不下这份备份。请先腾出空间。没有改动任何数据。")
    for name, facts in members.items():
        linked = stat.S_ISLNK(archive.getinfo(name).external_attr >> 16)
        if linked or (name not in rows and not (STORED.fullmatch(name) and ".." not in name)):
            raise Trouble(f"备份中的文件名“{name}”不合规则。没有改动任何数据。", code=2)
        sha = hashlib.sha256()
        for chunk in _chunks(archive, name):
            sha.update(chunk)
        if sha.hexdigest() != facts["sha256"]:
            raise Trouble(f"备份中的 {name} 与清单的校验值不一致，已损坏或被改动。没有改动任何数据。", code=2)
    return manifest


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    stream: IO[bytes]
    with archive.open(name) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _refuse_unfit(manifest: dict[str, Any], replace: bool) -> None:
    if manifest["format"] != FORMAT or manifest["migrations"] != _migrations():
        raise Trouble("备份由另一版本的程序制作。请用制作备份的版本恢复，再执行 dudao-web upgrade。")
    if not replace and any(model._base_manager.exists() for model in kept_models()):
        raise Trouble("数据库中已有数据。确认要用备份替换全部数据的，请加 --replace。")
    if not manifest["demo"] and settings.DEMO:
        raise Trouble("这里是演示数据目录，不能恢复正式数据。请把 DUDAO_HOME 指向另一个目录。")


def _put_files(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    """Stored files are named by their content, so writing them first can spoil nothing."""
    root = Path(settings.MEDIA_ROOT)
    for name in manifest["members"]:
        if not name.startswith("files/"):
            continue
        target = root / name.removeprefix("files/")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            for chunk in _chunks(archive, name):
                stream.write(chunk)
        os.replace(aside, target)


def _put_rows(archive: zipfile.ZipFile, manifest: dict[str, Any], replace: bool) -> None:
    kept = kept_models()
    with transaction.atomic():
        if replace:
            for model in reversed(kept):
                model._base_manager.all()._raw_delete(connection.alias)
        for model in kept:
            name = f"data/{model._meta.label_lower}.jsonl"
            if name in manifest["members"]:
                with archive.open(name) as stream:
                    _put_table(model, serializers.deserialize("jsonl", _bounded(stream)))
        connection.check_constraints()
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), kept):
                cursor.execute(statement)


def _bounded(stream: IO[bytes]) -> Iterator[str]:
    """The lines of a member; one that would fill the memory is no row of ours."""
    while line := stream.readline(LINE_BYTES):
        if len(line) == LINE_BYTES:
            raise ValueError("line")
        yield line.decode("utf-8")


def _put_table(model: type[models.Model], found: Iterator[DeserializedObject]) -> None:
    """The rows as they are, some at a time: keys, times and all, and what they list in other tables."""
    fields = model._meta.local_concrete_fields
    while some := list(islice(found, ROWS)):
        if any(type(row.object) is not model for row in some):
            raise ValueError(model._meta.label)
        size = max(connection.ops.bulk_batch_size(fields, some), 1)
        for first in range(0, len(some), size):
            objects = [row.object for row in some[first : first + size]]
            model._base_manager._insert(objects, fields=fields, using=connection.alias, raw=True)
        for row in some:
            for name, others in (row.m2m_data or {}).items():
                getattr(row.object, name).set(others)


def _drop_other_files(manifest: dict[str, Any]) -> None:
    root = Path(settings.MEDIA_ROOT)
    for stored in root.rglob("*"):
        if stored.is_file() and "files/" + stored.relative_to(root).as_posix() not in manifest["members"]:
            stored.unlink()
