"""Folders and archives walked with care: what is read, left out, queried and refused (contracts §1, Input)."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import build
import pytest

import forms
from dudao.intake import IntakeRefused, archive, files, read, read_file, sources

COUNTY = forms.county_form()


def at(root: Path, members: dict[str, bytes]) -> Path:
    """Files under a folder."""
    for name, data in members.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def units(*inputs: Path) -> list[str]:
    """The files of the schools read."""
    (intake,) = read(inputs, build.STANDARD)
    return [unit.file for unit in intake.schools]


def faults(*inputs: Path) -> list[tuple[str, str]]:
    """(code, file) of the issues that are no checks."""
    (intake,) = read(inputs, build.STANDARD)
    return [(issue.code, issue.file) for issue in intake.issues if not issue.code.startswith("CHK")]


def test_files_folders_and_archives_in_any_mix(tmp_path) -> None:
    at(
        tmp_path,
        {
            "c.xlsx": COUNTY,
            "甲/a.xlsx": build.school(code="1", name="甲"),
            "甲/乙/b.xlsx": build.school(code="2", name="乙"),
        },
    )
    at(
        tmp_path,
        {
            "z.zip": build.zipped({"丙/c.xlsx": build.school(code="3", name="丙")}),
            "d.xlsx": build.school(code="4", name="丁"),
        },
    )
    found = units(tmp_path / "c.xlsx", tmp_path / "甲", tmp_path / "z.zip", tmp_path / "d.xlsx")
    assert found == ["a.xlsx", "乙/b.xlsx", "z.zip/丙/c.xlsx", "d.xlsx"]


def test_an_archive_in_a_folder_is_a_folder(tmp_path) -> None:
    at(tmp_path, {"c.xlsx": COUNTY, "甲/z.zip": build.zipped({"a.xlsx": build.school()})})
    assert units(tmp_path) == ["甲/z.zip/a.xlsx"]


def test_names_never_tell_what_a_file_is(tmp_path) -> None:
    at(
        tmp_path,
        {
            "区县.zip": COUNTY,
            "没有扩展名": build.school(code="1", name="甲"),
            "图.jpg": build.school(code="2", name="乙"),
        },
    )
    at(tmp_path, {"打包.xlsx.dat": build.zipped({"x": build.school(code="3", name="丙")})})
    assert units(tmp_path) == ["没有扩展名", "图.jpg", "打包.xlsx.dat/x"]


def test_leftovers_of_programs_are_left_out_in_silence(tmp_path) -> None:
    names = (
        "~$a.xlsx",
        ".b.xlsx",
        "Thumbs.db",
        "thumbs.DB",
        "desktop.ini",
        ".git/config",
        "__MACOSX/a.xlsx",
        "甲/.DS_Store",
        ".~lock.a.xlsx#",
    )
    at(tmp_path, {"c.xlsx": COUNTY, "a.xlsx": build.school()} | dict.fromkeys(names, b"x"))
    at(
        tmp_path,
        {"z.zip": build.zipped({"b.xlsx": build.school(code="2", name="乙")} | dict.fromkeys(names, b"x"))},
    )
    assert (units(tmp_path), faults(tmp_path)) == (["z.zip/b.xlsx", "a.xlsx"], [])


def test_an_archive_in_an_archive_is_an_error_and_its_neighbours_are_read() -> None:
    inner = build.zipped({"b.xlsx": build.school()})
    data = build.zipped({"a.xlsx": build.school(), "b.zip": inner, "c.rar": b"Rar!\x1a\x07\x00", "d": inner})
    reading = read_file("z.zip", data, build.STANDARD)
    assert [unit.file for unit in reading.returns] == ["z.zip/a.xlsx"]
    assert reading.unreadable == ("z.zip/b.zip", "z.zip/c.rar", "z.zip/d")
    assert [issue.code for issue in reading.issues] == ["FILE-010", "FILE-011", "FILE-010"]


def test_one_unreadable_file_does_not_stop_the_others(tmp_path) -> None:
    at(tmp_path, {"a.xlsx": b"x", "b.xlsx": build.school(), "c.xlsx": COUNTY, "d.xls": b"x"})
    (intake,) = read([tmp_path], build.STANDARD)
    assert ([unit.file for unit in intake.schools], intake.unreadable) == (["b.xlsx"], ("a.xlsx", "d.xls"))


def test_links_are_never_followed(tmp_path) -> None:
    outside = at(tmp_path / "outside", {"a.xlsx": build.school(), "甲/b.xlsx": build.school()})
    inside = at(tmp_path / "inside", {"c.xlsx": COUNTY})
    (inside / "file.xlsx").symlink_to(outside / "a.xlsx")
    (inside / "folder").symlink_to(outside / "甲")
    (inside / "broken").symlink_to(tmp_path / "nowhere")
    (intake,) = read([inside], build.STANDARD)
    names = ("broken", "file.xlsx", "folder")
    assert (intake.schools, intake.unreadable) == ((), names)
    assert faults(inside) == [("FILE-002", name) for name in names]
    with pytest.raises(IntakeRefused):
        read([inside / "file.xlsx"], build.STANDARD)


def test_links_in_an_archive_are_errors() -> None:
    link = zipfile.ZipInfo("a.xlsx")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    reading = read_file(
        "z.zip", build.zipped([(link, b"/etc/passwd"), ("b.xlsx", build.school())]), build.STANDARD
    )
    assert ([unit.file for unit in reading.returns], reading.unreadable) == (
        ["z.zip/b.xlsx"],
        ("z.zip/a.xlsx",),
    )
    assert [issue.code for issue in reading.issues] == ["FILE-002"]


def test_pipes_are_not_opened(tmp_path) -> None:
    os.mkfifo(tmp_path / "a.xlsx")
    at(tmp_path, {"c.xlsx": COUNTY})
    assert faults(tmp_path) == [("FILE-002", "a.xlsx")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.xlsx", "etc/passwd.xlsx"),
        ("/etc/passwd.xlsx", "etc/passwd.xlsx"),
        ("甲/../../a.xlsx", "甲/a.xlsx"),
        ("..\\..\\a.xlsx", "a.xlsx"),
        ("C:\\甲\\a.xlsx", "甲/a.xlsx"),
        ("c:a.xlsx", "a.xlsx"),
        ("a\tb.xlsx", "a□b.xlsx"),
    ],
)
def test_names_that_leave_the_archive_are_errors(name, shown) -> None:
    reading = read_file(
        "z.zip", build.zipped({name: build.school(), "ok.xlsx": build.school()}), build.STANDARD
    )
    assert [unit.file for unit in reading.returns] == ["z.zip/ok.xlsx"]
    assert build.told(reading) == [("FILE-012", f"z.zip/{shown}", None, None)]
    assert reading.unreadable == (f"z.zip/{shown}",)


def test_harmless_odd_names_are_read() -> None:
    reading = read_file(
        "z.zip", build.zipped({"./甲//a.xlsx": build.school(), "甲\\b.xlsx": build.school()}), build.STANDARD
    )
    assert [unit.file for unit in reading.returns] == ["z.zip/甲/a.xlsx", "z.zip/甲/b.xlsx"]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8"])
@pytest.mark.parametrize("name", ["镇江/第一小学.xlsx", "一小.xlsx", "（一）.xlsx", "a.xlsx"])
def test_names_without_the_utf_8_flag_are_read(name, encoding) -> None:
    stand_in = "x" * len(name.encode(encoding))
    data = build.zipped({stand_in: build.school()}).replace(stand_in.encode(), name.encode(encoding))
    assert [unit.file for unit in read_file("z.zip", data, build.STANDARD).returns] == [f"z.zip/{name}"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_second_member_of_the_same_name_is_an_error() -> None:
    data = build.zipped(
        [("a.xlsx", build.school()), ("a.xlsx", build.school(code="2")), ("./a.xlsx", build.school(code="3"))]
    )
    reading = read_file("z.zip", data, build.STANDARD)
    assert ([unit.file for unit in reading.returns], [issue.code for issue in reading.issues]) == (
        ["z.zip/a.xlsx"],
        ["FILE-013"] * 2,
    )


def test_encrypted_members_are_errors() -> None:
    data = bytearray(build.zipped({"a.xlsx": build.school(), "b.xlsx": build.school()}))
    data[data.find(b"PK\x01\x02") + 8] |= 1
    reading = read_file("z.zip", bytes(data), build.STANDARD)
    assert ([unit.file for unit in reading.returns], build.told(reading)) == (
        ["z.zip/b.xlsx"],
        [("FILE-009", "z.zip/a.xlsx", None, None)],
    )


def test_other_ways_of_compressing_are_errors(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_BZIP2) as made:
        made.writestr("a.xlsx", build.school())
    assert build.told(read_file("z.zip", (tmp_path / "z.zip").read_bytes(), build.STANDARD)) == [
        ("FILE-011", "z.zip/a.xlsx", None, None)
    ]


def test_a_damaged_member_is_an_error_of_its_own() -> None:
    data = bytearray(build.zipped({"a.xlsx": build.school(), "b.xlsx": build.school(code="2")}))
    data[60] ^= 255
    reading = read_file("z.zip", bytes(data), build.STANDARD)
    assert ([unit.file for unit in reading.returns], build.told(reading)) == (
        ["z.zip/b.xlsx"],
        [("FILE-008", "z.zip/a.xlsx", None, None)],
    )


def test_a_file_of_20_mb_is_looked_at_and_a_larger_one_is_not(tmp_path) -> None:
    most = b"%PDF".ljust(20 * 1024 * 1024, b"x")
    assert build.codes(most, "a.pdf") == ["FILE-025"]
    assert build.refused(most + b"x", "a.pdf") == "FILE-003"
    at(
        tmp_path,
        {"c.xlsx": COUNTY, "a.pdf": most + b"x", "z.zip": build.zipped({"a.pdf": bytes(21 * 1024 * 1024)})},
    )
    assert faults(tmp_path) == [("FILE-003", "a.pdf"), ("FILE-003", "z.zip/a.pdf")]


def test_a_zip_bomb_is_an_error() -> None:
    reading = read_file(
        "z.zip", build.zipped({"a.csv": bytes(2 * 1024 * 1024), "b.xlsx": build.school()}), build.STANDARD
    )
    assert (len(reading.returns), build.told(reading)) == (1, [("FILE-007", "z.zip/a.csv", None, None)])


def test_what_a_run_unpacks_is_limited(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(archive.Budget.__init__, "__defaults__", (60_000, 20_000))
    at(
        tmp_path,
        {"a.xlsx": COUNTY} | {f"b{n}.xlsx": build.school(code=str(n), name=str(n)) for n in range(9)},
    )
    (intake,) = read([tmp_path], build.STANDARD)
    left = [issue.file for issue in intake.issues if issue.code == "FILE-005"]
    assert 0 < len(left) < 9
    assert intake.unreadable == tuple(left)


def test_members_of_a_run_are_counted(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(archive.Budget.__init__, "__defaults__", (2**30, 4))
    at(
        tmp_path,
        {
            "a.xlsx": COUNTY,
            "b.zip": build.zipped({str(n): b"x" for n in range(3)}),
            "c.zip": build.zipped({"a.xlsx": build.school()}),
        },
    )
    (intake,) = read([tmp_path], build.STANDARD)
    assert [issue.file for issue in intake.issues if issue.code == "FILE-006"] == ["b.zip"]


def test_20001_members_are_too_many() -> None:
    data = build.zipped({f"{n}.txt": b"" for n in range(20_001)})
    assert build.refused(data, "z.zip") == "FILE-006"


def test_names_from_several_inputs_are_told_apart(tmp_path) -> None:
    at(
        tmp_path,
        {
            "甲/a.xlsx": build.school(code="1", name="甲"),
            "乙/a.xlsx": build.school(code="2", name="乙"),
            "c.xlsx": COUNTY,
        },
    )
    assert units(tmp_path / "甲", tmp_path / "乙", tmp_path / "c.xlsx") == ["甲/a.xlsx", "乙/a.xlsx"]
    assert units(tmp_path / "甲/a.xlsx", tmp_path / "乙/a.xlsx", tmp_path / "c.xlsx") == [
        "甲/a.xlsx",
        "乙/a.xlsx",
    ]
    again = at(tmp_path / "丙", {"甲/a.xlsx": build.school(code="3", name="丙")})
    assert units(tmp_path / "甲", again / "甲", tmp_path / "c.xlsx") == ["甲/a.xlsx", "甲#2/a.xlsx"]


def test_two_archives_of_one_name_are_two_folders(tmp_path) -> None:
    for code, town in (("1", "甲"), ("2", "乙")):
        at(
            tmp_path,
            {
                f"{town}/z.zip": build.zipped(
                    {"c.xlsx": forms.county_form(code=code), "a.xlsx": build.school(code=code)}
                )
            },
        )
    intakes = read([tmp_path / "甲/z.zip", tmp_path / "乙/z.zip"], build.STANDARD, every=True)
    assert [(i.county_code, [s.file for s in i.schools]) for i in intakes] == [
        ("1", ["甲/z.zip/a.xlsx"]),
        ("2", ["乙/z.zip/a.xlsx"]),
    ]


def test_an_input_that_does_not_exist_refuses_the_run(tmp_path) -> None:
    at(tmp_path, {"c.xlsx": COUNTY})
    with pytest.raises(IntakeRefused):
        read([tmp_path / "c.xlsx", tmp_path / "d.xlsx"], build.STANDARD)
    with pytest.raises(IntakeRefused):
        read([], build.STANDARD)


def test_nothing_that_can_be_read_refuses_the_run(tmp_path) -> None:
    at(tmp_path, {"a.xlsx": b"x"})
    with pytest.raises(IntakeRefused) as refused:
        read([tmp_path], build.STANDARD)
    assert [issue.code for issue in refused.value.issues] == ["FILE-017"]


def test_files_gives_the_bytes_under_the_names_that_read_uses(tmp_path) -> None:
    at(tmp_path, {"甲/a.xlsx": COUNTY, "z.zip": build.zipped({"b.xlsx": build.school()})})
    assert dict(files([tmp_path])) == {"甲/a.xlsx": COUNTY, "z.zip/b.xlsx": build.school()}


def test_progress_counts_the_members_of_archives(tmp_path) -> None:
    at(tmp_path, {"a.xlsx": COUNTY, "z.zip": build.zipped({"b.xlsx": build.school(), "c.pdf": b"%PDF"})})
    seen: list[tuple[int, int]] = []
    read([tmp_path], build.STANDARD, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 3), (3, 3)]


def test_the_hash_is_of_the_file_itself_and_within_an_archive_of_the_member() -> None:
    data = build.school()
    alone = read_file("a.xlsx", data, build.STANDARD)
    zipped = read_file("z.zip", build.zipped({"a.xlsx": data}), build.STANDARD)
    assert alone.returns[0].sha256 == alone.sha256 == zipped.returns[0].sha256 != zipped.sha256


def test_gbk_names_on_disk_are_read_and_can_be_printed(tmp_path) -> None:
    folder = os.fsencode(tmp_path) + b"/" + "镇江".encode("gbk")
    os.mkdir(folder)
    with open(folder + "/第一\n小学.xlsx".encode("gbk"), "wb") as file:
        file.write(build.school())
    at(tmp_path, {"c.xlsx": COUNTY})
    assert units(tmp_path) == ["镇江/第一□小学.xlsx"]


def test_a_folder_that_cannot_be_opened_is_named(tmp_path) -> None:
    closed = sources.Entry("甲", (), tmp_path)  # as os.walk reports it
    assert [source.refusal.code for source in sources.unfold(closed, archive.Budget()) if source.refusal] == [
        "FILE-001"
    ]
