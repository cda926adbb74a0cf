"""A bundle is hostile: whatever the zip is, it is refused with a message, nothing leaves its folder, nothing stays behind."""

from __future__ import annotations

import io
import json
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.evaluate import explained

import forms
from dudao import bundle
from dudao.bundle.pack import zipped


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> bytes:
    files = {"区县.xlsx": forms.county_form(), "一.xlsx": forms.school_form(explained.school("小学", "一", "1", 300))}
    folder = forms.lay(tmp_path_factory.mktemp("in"), files)
    return bundle.pack(explained.evaluated(folder), [folder])


def refused(folder: Path, data: bytes, monkeypatch) -> str:
    """What is said of a bundle that is not opened; its folder holds nothing else afterwards."""
    inner = folder / "tmp"
    inner.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(inner))
    path = folder / "F.zip"
    path.write_bytes(data)
    with pytest.raises(bundle.Unreadable) as fault:
        bundle.verify(path)
    assert (sorted(found.name for found in folder.iterdir()), list(inner.iterdir())) == (["F.zip", "tmp"], [])
    return str(fault.value)


def with_member(made: bytes, name: str, data: bytes = b"x", *, mode: int = 0o644, method: int = zipfile.ZIP_STORED) -> bytes:
    """The bundle with one member more, whatever its name."""
    out = io.BytesIO(made)
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo("x", (1980, 1, 1, 0, 0, 0))
        info.filename, info.create_system, info.external_attr, info.compress_type = name, 3, mode << 16, method
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a name twice is what is wanted here
            archive.writestr(info, data)
    return out.getvalue()


def patched(data: bytes, offset: int, kind: str, value: int) -> bytes:
    """The end-of-directory record with one number changed."""
    at = data.rindex(b"PK\x05\x06") + offset
    return data[:at] + struct.pack(kind, value) + data[at + struct.calcsize(kind) :]


def encrypted(made: bytes) -> bytes:
    """The flag of encryption on the last member, in its own header and in the directory."""
    data = bytearray(made)
    for sign, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[bytes(data).rindex(sign) + offset] |= 1
    return bytes(data)


def many(_: bytes) -> bytes:
    return zipped({"manifest.json": b"{}", **{f"inputs/0/in/{number}": b"" for number in range(21_500)}})


def manifest(**changes: object) -> Callable[[bytes], bytes]:
    def of(made: bytes) -> bytes:
        files = explained.members(made)
        found = json.loads(files["manifest.json"]) | changes
        return zipped({**files, "manifest.json": json.dumps(found).encode()})

    return of


def without_manifest(made: bytes) -> bytes:
    return zipped({name: data for name, data in explained.members(made).items() if name != "manifest.json"})


def other_manifest(data: bytes) -> Callable[[bytes], bytes]:
    return lambda made: zipped({**explained.members(made), "manifest.json": data})


PATH, TWICE = "含有不允许的路径", "重复，或只有大小写不同"
HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda made: b"", "不是验证包"),
    "no zip": (lambda made: b"x" * 5000, "不是验证包"),
    "cut off": (lambda made: made[:-40], "不是验证包"),
    "an empty zip": (lambda made: zipped({}), "不是验证包"),
    "another zip": (lambda made: forms.zipped({"a.txt": b"x"}), "没有 manifest.json"),
    "something before it": (lambda made: b"#!/bin/sh\n" + made, "不是验证包"),
    "a comment": (lambda made: made[:-2] + b"\x02\x00xx", "不是验证包"),
    "a directory that lies about its size": (lambda made: patched(made, 12, "<L", 17 * 1024 * 1024), "文件过多"),
    "a count that lies": (lambda made: patched(made, 10, "<H", 65535), "文件过多"),
    "a directory elsewhere": (lambda made: patched(made, 16, "<L", 2**31), "损坏"),
    "too many files": (many, "文件过多"),
    "above the folder": (lambda made: with_member(made, "inputs/0/in/../../../x"), PATH),
    "above the folder, for Windows": (lambda made: with_member(made, "inputs\\0\\..\\..\\x"), PATH),
    "absolute": (lambda made: with_member(made, "/tmp/dudao-evil"), PATH),
    "a drive": (lambda made: with_member(made, "C:/x"), PATH),
    "a dot": (lambda made: with_member(made, "inputs/./x"), PATH),
    "a folder": (lambda made: with_member(made, "inputs/x/"), PATH),
    "a control character": (lambda made: with_member(made, "inputs/0/in/a\nb"), PATH),
    "a long name": (lambda made: with_member(made, "inputs/0/in/" + "长" * 90), "过长"),
    "a deep folder": (lambda made: with_member(made, "inputs/" + "a/" * 50 + "x"), "过长"),
    "a name twice": (lambda made: with_member(made, "results.json"), TWICE),
    "a name in another case": (lambda made: with_member(made, "Results.JSON"), TWICE),
    "a file that is a folder": (lambda made: with_member(made, "inputs/0/in"), "既是文件又是文件夹"),
    "a link": (lambda made: with_member(made, "inputs/0/in/x", b"/etc/passwd", mode=stat.S_IFLNK | 0o777), "是链接"),
    "encrypted": (encrypted, "加密"),
    "a bomb": (lambda made: with_member(made, "inputs/0/in/x", b"0" * 15_000_000, method=zipfile.ZIP_DEFLATED), "压缩比异常"),
    "a large file": (lambda made: with_member(made, "standard/x", b"0" * 21_000_000), "超过 20 MB"),
    "another compression": (lambda made: with_member(made, "inputs/0/in/x", method=zipfile.ZIP_LZMA), "压缩方式特殊"),
    "damaged": (lambda made: made.replace(b'"schema":1', b'"schema":2', 1), "损坏"),
    "no manifest": (without_manifest, "没有 manifest.json"),
    "a manifest that is none": (other_manifest(b"{"), "不是本程序认识的验证包清单"),
    "a deep manifest": (other_manifest(b"[" * 200_000), "不是本程序认识的验证包清单"),
    "a long number": (other_manifest(b'{"schema":' + b"1" * 5000 + b"}"), "不是本程序认识的验证包清单"),
    "a manifest that is a list": (other_manifest(b"[]"), "不是本程序认识的验证包清单"),
    "another schema": (manifest(schema=2), "不是本程序认识的验证包清单"),
    "no day": (manifest(on="2025-02-30"), "不是本程序认识的验证包清单"),
    "no inputs": (manifest(inputs=[]), "不是本程序认识的验证包清单"),
    "inputs of the machine": (manifest(inputs=["/etc"]), "不是本程序认识的验证包清单"),
    "inputs above": (manifest(inputs=["inputs/../../.."]), "不是本程序认识的验证包清单"),
    "a county that is a number": (manifest(county=990001), "不是本程序认识的验证包清单"),
    "no profile": (manifest(standard={"profile": None}), "不是本程序认识的验证包清单"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused(made, tmp_path, monkeypatch, name):
    change, words = HOSTILE[name]
    said = refused(tmp_path, change(made), monkeypatch)
    assert words in said
    assert str(tmp_path) not in said
    assert not Path("/tmp/dudao-evil").exists()


def test_a_folder_and_a_missing_file(tmp_path):
    for path in (tmp_path, tmp_path / "none.zip"):
        with pytest.raises(bundle.Unreadable, match="没有这个文件"):
            bundle.verify(path)


@pytest.mark.parametrize(
    "change", [manifest(inputs=["inputs/9"]), manifest(standard={"profile": "moon"}), manifest(county="990009")], ids=["input", "profile", "county"]
)
def test_a_manifest_that_leads_nowhere_is_a_difference(made, tmp_path, change):
    path = tmp_path / "F.zip"
    path.write_bytes(change(made))
    (found,) = bundle.verify(path).differences
    assert (found.file, found.held, found.computed.split("：")[0]) == ("results.json", "有结果", "不能由包内的标准和填报表重算")
    assert str(tmp_path) not in found.line()
    assert "dudao-verify-" not in found.line()


def test_nothing_of_it_is_run(made, tmp_path):
    files = explained.members(made)
    mark = tmp_path / "ran"
    code = f"open({str(mark)!r}, 'w')".encode()
    evil = {f"{folder}{name}": code for folder in ("", "standard/", "inputs/0/in/") for name in ("sitecustomize.py", "conftest.py", "dudao.py")}
    path = tmp_path / "F.zip"
    path.write_bytes(zipped({**files, **evil}))
    assert len(bundle.verify(path).differences) > 0
    assert not mark.exists()


def test_a_county_left_out_of_the_manifest_is_a_difference(made, tmp_path):
    path = tmp_path / "F.zip"
    path.write_bytes(manifest(county=None)(made))
    (found,) = bundle.verify(path).differences
    assert (found.file, found.path) == ("manifest.json", "county")


@pytest.mark.parametrize("program", [None, 5, [], "../../x", ""])
def test_a_program_that_is_none_is_unreadable(made, tmp_path, program):
    path = tmp_path / "F.zip"
    path.write_bytes(manifest(program=program)(made))
    with pytest.raises(bundle.Unreadable):
        bundle.verify(path)
