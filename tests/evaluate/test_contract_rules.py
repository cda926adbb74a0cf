"""Contracts §1, rules: exclusions, reliefs, shares of teachers, gaps, and how missing schools and values weigh on CVs and the verdict."""

from fractions import Fraction

import pytest

import forms
import oracle

VISIT, ARTS = oracle.VISITING, oracle.ARTS
LEASED, FURTHER = oracle.OTHER_GROUNDS
NO_ARTS = dict.fromkeys(ARTS, 0)


def _forms(*schools: dict[str, object]) -> dict[str, bytes]:
    return {f"{number}.xlsx": forms.school_form(values) for number, values in enumerate(schools)}


def _entry(result, code, level=None):
    return next(e for e in result["county"] if e["code"] == code and e.get("level") == level)


def _cell_issues(result, file: str, labels, level: str) -> set[str]:
    """The labels whose cell an issue of that level names."""
    named = {i["cell"] for i in result["issues"] if i["file"] == file and i["level"] == level}
    return {label for label in labels if forms.CELL[label] in named}


# --- exclusions -----------------------------------------------------------------------------------------------------

COUNTED = [  # type, 小学, 初中, 高中, levels counted, levels excluded
    ("教学点", 49, 0, None, [], ["primary"]), ("教学点", 50, 0, None, ["primary"], []), ("小学", 40, 0, None, ["primary"], []),
    ("小学", 1, 0, None, ["primary"], []), ("小学", 0, 0, None, [], ["primary"]), ("九年一贯制学校", 300, 0, None, ["primary"], ["junior"]),
    ("九年一贯制", 0, 300, None, ["junior"], ["primary"]), ("十二年一贯制学校", 300, 200, 100, ["primary", "junior"], []),
    ("完全中学", 0, 300, 200, ["junior"], []), ("完全中学", 0, 0, 200, [], ["junior"]), ("初中学校", 0, 300, None, ["junior"], []),
    ("小学学校", 300, 0, None, ["primary"], []),
]  # fmt: skip


@pytest.fixture(scope="module")
def counted(county):
    return county(_forms(*(forms.filled(kind, f"演示第{n}学校", f"99{n:08}", *of) for n, (kind, *of, _, _) in enumerate(COUNTED)))).json


@pytest.mark.parametrize("number", range(len(COUNTED)), ids=["-".join(map(str, c[:4])) for c in COUNTED])
def test_who_counts(counted, number):
    *_, levels, excluded = COUNTED[number]
    code = f"99{number:08}"
    assert [s["level"] for s in counted["schools"] if s["code"] == code] == levels
    assert [(e["level"], bool(e["reason"])) for e in counted["excluded"] if e["code"] == code] == [(level, True) for level in excluded]


# --- reliefs --------------------------------------------------------------------------------------------------------

DENSE, RURAL = oracle.DENSE, oracle.RURAL
RELIEFS = [  # pupils, cells, R3 x pupils / 100 or R5 x pupils, reliefs used, labels queried, labels silent
    ("R3", 49, {RURAL: "是", VISIT[0]: 2}, 0, [], None, []), ("R3", 50, {RURAL: "是", VISIT[0]: 2}, 2, [2], [], []),
    ("R3", 99, {RURAL: "是", VISIT[0]: 1, VISIT[3]: 1}, 2, [2], [], []), ("R3", 100, {RURAL: "是", VISIT[0]: 2}, 0, [], None, []),
    ("R3", 60, {RURAL: "是"}, 0, [], [], [RURAL, *VISIT]), ("R3", 60, {RURAL: "是", VISIT[1]: 0}, 0, [], [], [RURAL, *VISIT]),
    ("R3", 60, {VISIT[2]: 2}, 0, [], [VISIT[2]], []), ("R3", 60, {RURAL: None, VISIT[2]: 2}, 0, [], [RURAL, VISIT[2]], []),
    ("R5", 60, {DENSE: "是", LEASED: 100, FURTHER: 50.5}, 150.5, [150.5], [], []), ("R5", 600, {DENSE: "是", FURTHER: 50}, 50, [50], [], []),
    ("R5", 600, {DENSE: "是"}, 0, [], [], [DENSE, LEASED, FURTHER]), ("R5", 600, {DENSE: "是", LEASED: 0}, 0, [], [], [DENSE, LEASED]),
    ("R5", 600, {LEASED: 100}, 0, [], [LEASED], []),
]  # fmt: skip


@pytest.fixture(scope="module")
def relieved(county):
    empty = {"学校体育馆面积": 0, "校内体育场面积": 0, "室内体育用房面积": 0} | NO_ARTS
    schools = [forms.filled("小学", f"演示第{n}小学", f"99{n:08}", pupils, changes=empty | cells)
               for n, (_, pupils, cells, *_) in enumerate(RELIEFS)]  # fmt: skip
    return county(_forms(*schools)).json


@pytest.mark.parametrize("number", range(len(RELIEFS)), ids=[f"{r[0]}-{r[1]}-{len(r[2])}-{n}" for n, r in enumerate(RELIEFS)])
def test_reliefs(relieved, number):
    """``queried`` None: flag and figures are there, but the pupils are not 50-99; whether that is queried is left open."""
    code, pupils, _, amount, used, queried, silent = RELIEFS[number]
    school, file = relieved["schools"][number], f"{number}.xlsx"
    value = Fraction(str(amount)) * oracle.SCALES[code] / pupils
    assert school["indicators"][code]["value"] == pytest.approx(float(value), rel=1e-12)
    reliefs = [r for r in relieved["reliefs"] if r["school"] == school["code"]]
    assert [(r["indicator"], r["amount"], r["file"], r["until"]) for r in reliefs] == [(code, a, file, None) for a in used]
    assert [r["flag"] for r in reliefs] == [{"R3": RURAL, "R5": DENSE}[code] for _ in used]
    if queried is not None:
        assert _cell_issues(relieved, file, [RURAL, DENSE, *VISIT, LEASED, FURTHER], "query") == set(queried)
    assert _cell_issues(relieved, file, silent, "error") | _cell_issues(relieved, file, silent, "query") == set()


def test_relief_counts_the_pupils_of_all_stages(county):
    """九年一贯制 30 + 69 pupils: 99, relieved; 30 + 70: not. The visiting teacher is shared by pupils as well."""
    schools = [forms.filled("九年一贯制", f"演示第{n}学校", f"99{n:08}", 30, n, changes=NO_ARTS | {RURAL: "是", VISIT[0]: 1}) for n in (69, 70)]
    found = {(s["code"], s["level"]): s["indicators"]["R3"]["value"] for s in county(_forms(*schools)).json["schools"]}
    right = {("9900000069", level): pytest.approx(100 / 99, rel=1e-12) for level in oracle.LEVELS}
    assert found == right | {("9900000070", level): 0 for level in oracle.LEVELS}


# --- shares ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "of", "levels"), [
    ("九年一贯制", (600, 400, None), 2), ("十二年一贯制", (600, 400, 500), 2), ("完全中学", (0, 1000, 700), 1),
])  # fmt: skip
def test_one_figure_of_teachers_is_shared_by_pupils_and_estimated(county, kind, of, levels):
    changes = NO_ARTS | {"县级及以上骨干教师数": 12, ARTS[0]: 9}
    result = county(_forms(forms.filled(kind, "演示第一学校", "9900010001", *of, changes=changes))).json
    found = [(s["indicators"][c]["value"], s["indicators"][c]["estimated"]) for s in result["schools"] for c in ("R2", "R3")]
    assert found == [(1.2, True), (0.9, True)] * levels
    assert [v["estimated"] for s in result["schools"] for c, v in s["indicators"].items() if c not in ("R2", "R3")] == [False] * 5 * levels
    assert _cell_issues(result, "0.xlsx", ["县级及以上骨干教师数"], "query") | _cell_issues(result, "0.xlsx", ARTS, "query")


def test_figures_by_stage_in_the_wide_form_are_not_estimated(county):
    backbone, arts = "县级及以上骨干教师数", "体育、艺术专任教师数"
    extra = {f"{backbone}（小学）": 9, f"{backbone}（初中）": 3, f"{arts}（小学）": 6, f"{arts}（初中）": 8}
    values = forms.filled("九年一贯制", "演示第一学校", "9900010001", 600, 400, changes=extra | {backbone: 12})
    schools = county({"a.csv": forms.wide([values], tuple(extra))}).json["schools"]
    found = [(s["indicators"][c]["value"], s["indicators"][c]["estimated"]) for s in schools for c in ("R2", "R3")]
    assert found == [(1.5, False), (1.0, False), (0.75, False), (2.0, False)]


@pytest.mark.parametrize(("kind", "of", "changes"), [
    ("完全中学", (0, 400), {}), ("完全中学", (0, 400), {forms.SENIOR: None}), ("十二年一贯制", (600, 400), {}),
])  # fmt: skip
def test_without_senior_pupils_r4_to_r7_have_no_value(county, kind, of, changes):
    run = county(_forms(forms.filled(kind, "演示第一学校", "9900010001", *of, changes=changes)))
    judgements = {(c, v["judgement"]) for s in run.json["schools"] for c, v in s["indicators"].items()}
    assert judgements == {(c, "met") for c in ("R1", "R2", "R3")} | {(c, "no_data") for c in ("R4", "R5", "R6", "R7")}
    missing = {(m["code"], m["field"]) for m in run.json["missing"] if m["code"] in oracle.CODES}
    assert (run.code, missing) == (1, {(c, forms.SENIOR) for c in ("R4", "R5", "R6", "R7")})


# --- gaps -----------------------------------------------------------------------------------------------------------

GAPS = [  # type, pupils, indicator, cells, gap at each level: what the whole school lacks
    ("小学", (333, 0), "R1", {f"{w}学历教师人数（小学）": 1 for w in ("专科", "本科", "硕士", "博士研究生")}, [(10, "人")]),  # 13.986 - 4
    ("小学", (300, 0), "R2", {"县级及以上骨干教师数": 1}, [(2, "人")]), ("小学", (300, 0), "R3", NO_ARTS, [(3, "人")]),  # 2.7
    ("小学", (333, 0), "R4", {"教学及辅助用房总面积": 1500, "室内体育用房面积": 100, "学校体育馆面积": 100}, [(99, "㎡")]),  # 1498.5 - 1400
    ("初中", (0, 300), "R5", {"学校体育馆面积": 0, "室内体育用房面积": 0, "校内体育场面积": 3059.99}, [(1, "㎡")]),
    ("小学", (300, 0), "R6", {"教学仪器设备资产值（账面原值）": 59.9999}, [(1, "元")]),
    ("初中", (0, 301), "R7", {"网络多媒体教室间数": 7}, [(1, "间")]),  # 7.224
    ("九年一贯制", (600, 400), "R4", {"教学及辅助用房总面积": 5200, "室内体育用房面积": 0, "学校体育馆面积": 0}, [None, (284, "㎡")]),
    ("九年一贯制", (600, 400), "R6", {"教学仪器设备资产值（账面原值）": 100}, [(1080000, "元"), (1363637, "元")]),  # 208, 236.3636…
    ("九年一贯制", (600, 400), "R2", {"县级及以上骨干教师数": 7}, [(3, "人"), (3, "人")]),
    ("完全中学", (0, 300, 200), "R7", {"网络多媒体教室间数": 12}, [(1, "间")]),  # 2.4 % of 540 = 12.96
    ("十二年一贯制", (100, 100, 100), "R7", {"网络多媒体教室间数": 7}, [(1, "间"), (1, "间")]),  # 7.866, 7.46…
    ("小学", (300, 0), "R7", {"网络多媒体教室间数": None}, [None]), ("小学", (500, 0), "R1", {}, [None]),
]  # fmt: skip


@pytest.fixture(scope="module")
def gaps(county):
    schools = [forms.filled(kind, f"演示第{n}学校", f"99{n:08}", *of, changes=cells) for n, (kind, of, _, cells, _) in enumerate(GAPS)]
    return county(_forms(*schools)).json


@pytest.mark.parametrize("number", range(len(GAPS)), ids=[f"{g[0]}-{g[2]}-{n}" for n, g in enumerate(GAPS)])
def test_gap_is_what_the_whole_school_lacks_in_whole_things(gaps, number):
    *_, code, _, right = GAPS[number]
    found = [s["indicators"][code]["gap"] for s in gaps["schools"] if s["code"] == f"99{number:08}"]
    assert found == [gap and {"amount": gap[0], "unit": gap[1]} for gap in right]


# --- CVs, missing schools, the verdict ------------------------------------------------------------------------------

PRIMARY = [forms.filled("小学", f"演示第{n}小学", f"99{n:08}", 300) for n in range(3)]
JUNIOR = forms.filled("初中", "演示第九初中", "9900000009", 0, 300)
UNEQUAL = forms.filled("小学", "演示第八小学", "9900000008", 300, factors={"R4": "9"})
LEVELS = [(code, level) for level in oracle.LEVELS for code in oracle.CODES]


def _judgements(result) -> dict[tuple[str, str], str]:
    return {key: _entry(result, *key)["judgement"] for key in LEVELS}


def test_one_school_at_a_level(county):
    result = county(_forms(PRIMARY[0])).json
    entries = [_entry(result, code, "primary") for code in oracle.CODES]
    assert [(e["cv"], e["judgement"], e["n"]) for e in entries] == [(0, "met", 1)] * 7
    assert _entry(result, "composite", "primary")["cv"] == 0


def test_a_level_without_a_school_is_not_applicable_and_left_out(county):
    result = county(_forms(*PRIMARY)).json
    entries = [_entry(result, code, "junior") for code in oracle.CODES]
    assert [(e["mean"], e["cv"], e["judgement"], e["n"]) for e in entries] == [(None, None, "not_applicable", 0)] * 7
    assert _entry(result, "composite", "junior")["cv"] is None
    assert {k: _entry(result, "RC")[k] for k in ("value", "limit", "judgement")} == {"value": 7, "limit": 7, "judgement": "met"}
    assert {k: _entry(result, "RS")[k] for k in ("value", "limit", "judgement")} == {"value": 3, "limit": 3, "judgement": "met"}


def test_no_counted_school_at_all(county):
    run = county(_forms(forms.nameplate("特殊教育学校", "演示特殊教育学校", "9900000001")))
    assert (run.code, set(_judgements(run.json).values())) == (0, {"not_applicable"})
    assert [_entry(run.json, code)["judgement"] for code in ("RC", "RS")] == ["no_data", "no_data"]
    assert run.json["verdict"]["status"] == "undetermined"


def test_mean_of_zero_has_no_cv(county):
    zero = [values | {"县级及以上骨干教师数": 0} for values in PRIMARY]
    result = county(_forms(*zero)).json
    entry = _entry(result, "R2", "primary")
    assert (entry["mean"], entry["cv"], entry["judgement"], entry["n"]) == (0, None, "no_data", 3)
    assert _entry(result, "composite", "primary")["cv"] is None


def test_a_counted_school_without_a_value(county):
    """The CV of the rest is shown, the judgement is no_data, the cell is named; even where the rest is above the limit."""
    files = _forms(*PRIMARY[:2], UNEQUAL, PRIMARY[2] | {"教学及辅助用房总面积": None})
    result = county(files).json
    entry = _entry(result, "R4", "primary")
    assert (entry["judgement"], entry["n"], entry["cv"] > 0.5) == ("no_data", 3, True)
    missing = [m for m in result["missing"] if m["code"] in oracle.CODES]
    assert missing == [{"code": "R4", "level": "primary", "school": "9900000002", "field": "教学及辅助用房总面积"}]
    assert [s["judgement"] for s in result["schools"]] == ["met", "met", "no_data", "met"]
    assert [_entry(result, code)["judgement"] for code in ("RC", "RS")] == ["no_data", "no_data"]


def test_an_unreadable_file_may_be_a_missing_school(county):
    """Every CV and RS no_data unless already not_met; the reason names the file; the others are read."""
    run = county(_forms(*PRIMARY, UNEQUAL, JUNIOR) | {"甲镇/坏.xlsx": b"PK\x03\x04 no workbook"})
    expected = {key: "not_met" if key == ("R4", "primary") else "no_data" for key in LEVELS}
    assert (run.code, _judgements(run.json)) == (1, expected)
    assert [_entry(run.json, code)["judgement"] for code in ("RC", "RS")] == ["not_met", "no_data"]
    assert len(run.json["schools"]) == 5
    reasons = {r["code"]: r["text"] for r in run.json["verdict"]["reasons"] if "坏.xlsx" in r["text"]}
    assert "RS" in reasons
    assert [i["level"] for i in run.json["issues"] if i["file"] == "甲镇/坏.xlsx"] == ["error"]


def test_an_unreadable_file_leaves_a_failed_rs_failed(county):
    poor = forms.filled("小学", "演示第七小学", "9900000007", 300, factors={"R4": "0.5"})
    result = county(_forms(*PRIMARY, poor) | {"坏.xlsx": b"PK\x03\x04"}).json
    assert (_entry(result, "RS")["judgement"], result["verdict"]["status"]) == ("not_met", "not_met")


def test_a_failed_school_or_cv_fails_the_county_whatever_is_missing(county):
    poor = forms.filled("小学", "演示第七小学", "9900000007", 300, factors={"R4": "0.5"}, changes={"网络多媒体教室间数": None})
    result = county(_forms(*PRIMARY, poor)).json
    assert result["verdict"]["status"] == "not_met"
    assert {r["code"] for r in result["verdict"]["reasons"] if r["judgement"] == "not_met"} >= {"RS"}
    assert "9900000007" in {r["school"] for r in result["verdict"]["reasons"] if r["judgement"] == "not_met"}


# --- the same school twice ------------------------------------------------------------------------------------------


def test_identical_bytes_are_used_once(county):
    data = forms.school_form(PRIMARY[0])
    run = county({"甲/a.xlsx": data, "乙/b.xlsx": data})
    assert (run.code, [s["code"] for s in run.json["schools"]]) == (0, ["9900000000"])
    assert {i["level"] for i in run.json["issues"] if i["file"] in ("甲/a.xlsx", "乙/b.xlsx")} == {"query"}


def test_same_code_and_name_is_one_entry_without_data(county):
    run = county(_forms(PRIMARY[0], PRIMARY[0] | {"网络多媒体教室间数": 30}, PRIMARY[1]))
    assert [(s["code"], s["judgement"]) for s in run.json["schools"]] == [("9900000000", "no_data"), ("9900000001", "met")]
    assert {v["judgement"] for v in run.json["schools"][0]["indicators"].values()} == {"no_data"}
    assert (run.code, "error" in {i["level"] for i in run.json["issues"]}) == (1, True)
    assert set(_judgements(run.json).values()) == {"no_data", "not_applicable"}


def test_two_lines_of_a_wide_table_for_one_school(county):
    run = county({"a.csv": forms.wide([PRIMARY[0], PRIMARY[0] | {"网络多媒体教室间数": 30}, PRIMARY[1]])})
    assert (run.code, [(s["code"], s["judgement"]) for s in run.json["schools"]]) == (1, [("9900000000", "no_data"), ("9900000001", "met")])


def test_same_code_with_another_name_counts_both_and_is_an_error(county):
    run = county(_forms(PRIMARY[0], PRIMARY[0] | {"学校名称": "演示第零小学"}))
    assert [(s["code"], s["name"], s["judgement"]) for s in run.json["schools"]] == [
        ("9900000000", "演示第0小学", "met"), ("9900000000", "演示第零小学", "met")]  # fmt: skip
    assert (run.code, "error" in {i["level"] for i in run.json["issues"]}) == (1, True)
