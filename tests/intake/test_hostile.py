"""Any bytes at all: read or refused with issues, never an exception (contracts §1: one unreadable file does not stop the others)."""

from __future__ import annotations

import random

import build
import pytest

import forms
from dudao.intake import Reading, assemble, read_file, template

ROUNDS = 100


def spoiled(rng: random.Random, data: bytes) -> bytes:
    """A file cut short, with bytes flipped, removed, or repeated."""
    way = rng.randrange(4)
    if way == 0:
        return data[: rng.randrange(len(data))]
    changed = bytearray(data)
    for _ in range(rng.choice((1, 3, 30))):
        place = rng.randrange(max(len(changed), 1))
        if way == 1:
            changed[place : place + 1] = bytes([rng.randrange(256)])
        elif way == 2:
            del changed[place : place + rng.randrange(1, 20)]
        else:
            changed[place:place] = changed[place : place + rng.randrange(1, 20)]
    return bytes(changed)


def sound(reading: Reading) -> None:
    """A reading that can be told and assembled."""
    assert reading.returns or reading.issues
    assert {
        issue.file
        for issue in reading.issues
        if issue.level == "error" and issue.sheet is None and issue.cell is None
    } >= set(reading.unreadable)
    for unit in reading.returns:
        assert all(
            figure.state in ("given", "zero", "absent", "missing", "refused")
            for figure in unit.figures.values()
        )
    assemble(
        reading.returns, build.STANDARD, county_code="1", issues=reading.issues, unreadable=reading.unreadable
    )


SAMPLES = {
    "school.xlsx": forms.school_form(build.values("九年一贯制")),
    "bare.xlsx": build.school(),
    "wide.xlsx": build.wide_book(*build.wide_rows(build.values())),
    "z.zip": build.zipped({"a.xlsx": build.school(), "b.csv": "学校名称,学校代码\n甲,1".encode()}),
    "a.csv": "\n".join(
        ",".join(str(cell or "") for cell in row) for row in build.wide_rows(build.values(), units=False)
    ).encode(),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_spoiled_files_never_raise(name) -> None:
    rng = random.Random(name)
    for _ in range(ROUNDS):
        sound(read_file(name, spoiled(rng, SAMPLES[name]), build.STANDARD))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml",
                                  "xl/sharedStrings.xml"])  # fmt: skip
def test_spoiled_parts_in_a_sound_package_never_raise(part) -> None:
    rng = random.Random(part)
    parts = build.parts(
        template.write(build.STANDARD) if part.endswith("Strings.xml") else SAMPLES["school.xlsx"]
    )
    for _ in range(ROUNDS):
        sound(read_file("a.xlsx", build.zipped(parts | {part: spoiled(rng, parts[part])}), build.STANDARD))


@pytest.mark.parametrize("name", ["a", "a.xlsx", "a.csv", "a.zip", "a.parquet", "a.xls", "a.txt", ""])
def test_noise_under_any_name_never_raises(name) -> None:
    rng = random.Random(name)
    starts = (b"", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xef\xbb\xbf", b"\xff\xfe")
    for start in starts:
        for size in (0, 1, 100, 5000):
            read_file(name, start + rng.randbytes(size), build.STANDARD)


def test_harmful_texts_are_shown_harmless() -> None:
    reading = read_file(
        "a.xlsx", build.school(teachers="\u202e\u200b<script>" + "x" * 30_000), build.STANDARD
    )
    (issue,) = reading.issues
    assert issue.found.startswith("「专任教师总人数」填了“□□<script>xxx")
    assert len(issue.found) < 120
