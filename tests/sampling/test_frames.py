"""Frames and quota tables: the canonical form to the byte, every fault with its line, and an office's own file made canonical."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.sampling import rounds

from dudao.sampling import (
    Faulty,
    Quota,
    Row,
    frame_bytes,
    quota_bytes,
    read_frame,
    read_quota,
    tidy_frame,
    tidy_quota,
)

HEAD = "code,name,district,kind,take,reason\n"
QUOTAS = "district,kind,n\n"
GOOD = "A1,甲校,X,小学,draw,\n"


def faults_of(body: str, read=read_frame, head: str = HEAD) -> list[tuple[int, str]]:
    return [(fault.line, fault.found) for fault in read((head + body).encode())[1]]


def test_the_vector_to_the_byte():
    expected = (
        HEAD
        + "".join(f"A0{n},UA0{n},X,{'school' if n < 4 else 'town'},draw,\n" for n in range(1, 6))
        + "A06,UA06,X,town,out,2017\n"
    )
    assert frame_bytes(rounds.VECTOR) == expected.encode()
    assert read_frame(expected.encode()) == (rounds.VECTOR, ())
    assert quota_bytes([Quota("X", "", 3)]) == b"district,kind,n\nX,,3\n"
    assert read_quota(b"district,kind,n\nX,,3\n") == ((Quota("X", "", 3),), ())


def test_rows_stand_in_byte_order_of_district_kind_code():
    given = [
        ("Z9", "乙", "a"),
        ("A1", "甲", "a"),
        ("a1", "乙", "a"),
        ("B1", "乙", "B"),
        ("Z1", "乙", "a b"),
        ("-1", "乙", "a"),
    ]
    rows, faults = read_frame(frame_bytes(Row(code, "名", district, kind) for code, district, kind in given))
    assert [row.code for row in rows] == ["B1", "-1", "Z9", "a1", "Z1", "A1"]
    assert faults == ()
    keys = [tuple(part.encode() for part in (row.district, row.kind, row.code)) for row in rows]
    assert keys == sorted(keys)


def test_quotas_stand_in_byte_order():
    given = [Quota("乙", "b", 1), Quota("乙", "B", 2), Quota("丙", "", 0)]
    assert quota_bytes(given) == "district,kind,n\n丙,,0\n乙,B,2\n乙,b,1\n".encode()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("A1,甲校,X,小学,draw\n", [(2, "有 5 列")]),
        ("A1,甲,校,X,小学,draw,\n", [(2, "有 7 列")]),
        (GOOD + "\n", [(3, "是空行")]),
        ('A1,"甲校",X,小学,draw,\n', [(2, 'name “"甲校"”含有逗号或引号')]),
        ("A 1,甲校,X,小学,draw,\n", [(2, "code 是“A 1”")]),
        ("甲1,甲校,X,小学,draw,\n", [(2, "code 是“甲1”")]),
        (",甲校,X,小学,draw,\n", [(2, "code 是“”")]),
        ("A1,,,,draw,\n", [(2, "name 是空的"), (2, "district 是空的"), (2, "kind 是空的")]),
        ("A1,甲校,X,小学,抽,\n", [(2, "take 是“抽”")]),
        ("A1,甲校,X,小学,Draw,\n", [(2, "take 是“Draw”")]),
        ("A1,甲校,X,小学,out,\n", [(2, "take 是 out，reason 是空的")]),
        ("A1,甲校,X,小学,certain,\n", [(2, "take 是 certain，reason 是空的")]),
        ("A1, 甲校,X,小学,draw,\n", [(2, "name “ 甲校”首尾有空格")]),
        ("A1,甲校\u3000,X,小学,draw,\n", [(2, "name “甲校\u3000”首尾有空格")]),
        ("A1,甲\x00校,X,小学,draw,\n", [(2, "name “甲□校”含有换行、控制符或看不见的字符")]),
        ("A1,甲\u202e校,X,小学,draw,\n", [(2, "name “甲□校”含有换行、控制符或看不见的字符")]),
        ("A1,甲\u2028校,X,小学,draw,\n", [(2, "name “甲□校”含有换行、控制符或看不见的字符")]),
        (GOOD + "A1,乙校,Y,小学,draw,\n", [(3, "与第 2 行重复")]),
        ("B1,乙校,X,小学,draw,\n" + GOOD, [(3, "这一行应在上一行之前")]),
        (GOOD.rstrip(), [(2, "最后一行没有换行")]),
        ("A1,e\u0301,X,小学,draw,\n", [(2, "有分解的字符")]),
        ("A1,甲\r校,X,小学,draw,\n", [(2, "name “甲□校”含有换行、控制符或看不见的字符"), (2, "行尾有 CR")]),
    ],
)
def test_a_frame_that_is_not_canonical(body: str, found: list[tuple[int, str]]):
    assert faults_of(body) == found


@pytest.mark.parametrize("n", ["03", "-1", "+1", "1.0", "1e3", "", "三", "３", "1000000000", "0x1"])
def test_numbers_that_are_no_quota(n: str):
    assert faults_of(f"X,,{n}\n", read_quota, QUOTAS) == [(2, f"n 是“{n}”")]


def test_other_faults_of_quotas():
    assert faults_of(",小学,3\n", read_quota, QUOTAS) == [(2, "district 是空的")]
    assert faults_of("X,,3\nX,,4\n", read_quota, QUOTAS) == [(3, "与第 2 行重复")]
    assert faults_of("X,小学,3\nX,,4\n", read_quota, QUOTAS) == [(3, "这一行应在上一行之前")]
    assert faults_of("X,,0\n", read_quota, QUOTAS) == []


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "表头是“”"),
        (b"code;name\n", "表头是“code;name”"),
        (b"PK\x03\x04rest", "是工作簿"),
        ("甲".encode("gbk"), "有不是 UTF-8 的字节 bc"),
        (b"\xed\xa0\x80", "有不是 UTF-8 的字节 ed"),
        ("\ufeff".encode("utf-16"), "有不是 UTF-8 的字节 ff"),
        (b"x" * 20_000_001, "有 20000001 字节"),
    ],
)
def test_what_is_no_frame_at_all(data: bytes, found: str):
    assert read_frame(data)[1][0].found == found
    assert tidy_frame(data).faults[0].found == found
    assert tidy_frame(data).data == b""


def test_a_reason_may_stand_with_draw():
    assert read_frame((HEAD + "A1,甲校,X,小学,draw,由乙校并入\n").encode())[1] == ()


def test_a_message_says_where_what_which_rule_and_how_to_mend():
    (fault,) = read_quota(b"district,kind,n\nX,,03\n")[1]
    assert (
        str(fault)
        == "quota.csv 第 2 行：n 是“03”。n 是 0 或正整数，至多九位，不带前导的 0、符号和小数，请填写整数。"
    )


@pytest.mark.parametrize(
    "row",
    [
        Row("A1", "甲,乙", "X", "小学"),
        Row("A1", "甲,X,小学,draw,\nB1,乙", "X", "小学"),
        Row("A1", "甲", "X", ""),
        Row("A1", "甲", "X", "小学", "out"),
        Row("A1\n", "甲", "X", "小学"),
        Row("A1", "\ud800", "X", "小学"),
    ],
)
def test_a_value_cannot_smuggle_a_row_in(row: Row):
    with pytest.raises(Faulty) as fault:
        frame_bytes([row])
    assert [one.line for one in fault.value.faults] == [2]


def test_writing_refuses_units_twice_and_numbers_that_are_none():
    with pytest.raises(Faulty):
        frame_bytes([rounds.VECTOR[0], rounds.VECTOR[0]])
    for n in (-1, 1.0, None, True, 10**9):
        with pytest.raises(Faulty):
            quota_bytes([Quota("X", "", n)])  # type: ignore[arg-type]


def test_what_a_spreadsheet_does_to_a_file_is_mended_and_told():
    messy = "\ufeff" + (HEAD + "B1,Re\u0301,X,小学,draw,\n,,,,,\n" + GOOD.rstrip()).replace("\n", "\r\n")
    found = tidy_frame(messy.encode())
    assert found.data.decode() == HEAD + GOOD + "B1,Ré,X,小学,draw,\n"
    assert [note.removeprefix("frame.csv：") for note in found.notes] == [
        "去掉了 BOM",
        "换行改为 LF",
        "文字改为 NFC 形式",
        "补上最后的换行",
        "去掉 1 个空行",
        "各行改按（district, kind, code）的字节顺序排列",
    ]
    again = tidy_frame(found.data)
    assert (again.data, again.notes, again.faults) == (found.data, (), ())
    assert tidy_quota(b"district,kind,n\r\nX,,3").data == b"district,kind,n\nX,,3\n"


def test_mending_changes_no_value_and_counts_the_lines_of_the_office():
    found = tidy_frame((HEAD + "\n\nA1, 甲校,X,小学,draw,\n").encode())
    assert [(fault.line, fault.found) for fault in found.faults] == [(4, "name “ 甲校”首尾有空格")]
    assert found.data == b""


VALUES = some.text(some.characters(codec="utf-8"), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(
    some.lists(
        some.builds(Row, some.from_regex(r"[A-Za-z0-9-]{1,3}", fullmatch=True), VALUES, VALUES, VALUES),
        max_size=6,
    )
)
def test_what_is_written_is_read_again_and_is_canonical(rows: list[Row]):
    try:
        data = frame_bytes(rows)
    except Faulty:
        return
    found, faults = read_frame(data)
    assert faults == ()
    assert len(found) == len(rows)
    assert frame_bytes(found) == data
    assert tidy_frame(data).data == data
    assert unicodedata.normalize("NFC", data.decode()) == data.decode()


@settings(max_examples=150, deadline=None)
@given(some.binary(max_size=60), some.booleans())
def test_no_bytes_are_a_traceback(data: bytes, headed: bool):
    given = HEAD.encode() + data if headed else data
    rows, faults = read_frame(given)
    if not faults:
        assert frame_bytes(rows) == given
    assert tidy_frame(given).faults or read_frame(tidy_frame(given).data)[1] == ()
    read_quota(QUOTAS.encode() + data)


def test_a_hundred_thousand_units_take_seconds():
    rows = [Row(f"{n:06d}", f"演示学校{n}", f"区{n % 9}", f"类{n % 4}") for n in range(100_000)]
    start = time.process_time()
    data = frame_bytes(rows)
    found = rounds.draw(data, quota_bytes(Quota(f"区{n}", "", 50) for n in range(9)), "T-1", rounds.SEED)
    assert len(found.drawn) == 450
    assert time.process_time() - start < 20


def test_a_file_of_nothing_but_faults_is_bounded():
    start = time.process_time()
    assert len(read_frame(HEAD.encode() + b"\n" * 2_000_000)[1]) == 1000
    assert len(read_frame(HEAD.encode() + b"A1,a,b,c,draw,\n" * 100_000)[1]) == 1000
    assert time.process_time() - start < 20
