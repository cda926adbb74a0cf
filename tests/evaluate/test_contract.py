"""Contracts §1, the command: exit codes, options, streams, counties, and the shape and order of the JSON.

Cells, files and rules have their own modules beside this one.
"""

import hashlib
import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

import forms
from forms import STANDARD

CATALOGUE = Path(__file__).resolve().parents[2] / "src" / "dudao" / "standards" / "catalogue" / STANDARD
GOOD = forms.school_form(forms.filled("小学", "演示第一小学", "9900010001", 300))
OTHER = forms.school_form(forms.filled("初中", "演示第二初中", "9900010002", 0, 300))
POOR = forms.school_form(forms.filled("小学", "演示第三小学", "9900010003", 300, factors={"R4": "0.5"}))
QUERY = forms.school_form(forms.filled("小学", "演示第四小学", "9900010004", 300, changes={"校内体育场面积": "3520"}))
FAULTY = forms.school_form(forms.filled("小学", "演示第五小学", "9900010005", 300, changes={"校内体育场面积": "无"}))
COUNTY, COUNTY_2 = forms.county_form(), forms.county_form(code="990002")
BASE = {"county.xlsx": COUNTY, "a.xlsx": GOOD}


def _lay(folder: Path, files: dict[str, bytes]) -> Path:
    return forms.lay(folder / "in", files)


# --- exit codes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("files", "code", "status"), [
    (BASE, 0, "undetermined"), (BASE | {"c.xlsx": POOR}, 0, "not_met"), (BASE | {"d.xlsx": QUERY}, 0, "undetermined"),
    (BASE | {"e.xlsx": FAULTY}, 1, "undetermined"), (BASE | {"c.xlsx": POOR, "e.xlsx": FAULTY}, 1, "not_met"),
], ids=["good", "poor", "query", "error", "poor and error"])  # fmt: skip
def test_exit_0_whatever_the_verdict_and_1_for_errors(tmp_path, evaluate, files, code, status):
    run = evaluate(_lay(tmp_path, files))
    assert (run.code, run.json["verdict"]["status"]) == (code, status)
    assert ("error" in {issue["level"] for issue in run.json["issues"]}) is (code == 1)


UNREADABLE = {
    "nonexistent": ({}, ["{in}/no.xlsx"], []), "one of two nonexistent": (BASE, ["{in}", "{in}/no.xlsx"], []),
    "empty folder": ({}, ["{in}"], []), "no form in it": ({"readme.txt": b"text"}, ["{in}"], []),
    "only a broken workbook": ({"a.xlsx": b"PK\x03\x04broken"}, ["{in}"], []),
    "no such standard": (BASE, ["{in}"], ["--standard", "cn-1900-nothing"]), "no such profile": (BASE, ["{in}"], ["--profile", "moon"]),
    "no such day": (BASE, ["{in}"], ["--on", "2025-02-30"]), "no such option": (BASE, ["{in}"], ["--fast"]),
    "no input": (BASE, [], []), "--out with --json": (BASE, ["{in}"], ["--out", "{in}"]),
    "JSON to a folder": (BASE, ["{in}"], ["--json", "{in}"]),
    "--county with --out": (BASE, ["{in}"], ["--county", forms.COUNTY_CODE, "--out", "{in}"]),
    "another county named": (BASE, ["{in}"], ["--county", "990009"]),
    "two counties": ({"1/county.xlsx": COUNTY, "1/a.xlsx": GOOD, "2/county.xlsx": COUNTY_2, "2/b.xlsx": OTHER}, ["{in}"], []),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_exit_2_and_no_json(tmp_path, run, name):
    files, inputs, options = UNREADABLE[name]
    folder = tmp_path / "in"
    folder.mkdir()
    forms.lay(folder, files)
    target = tmp_path / "result.json"
    words = ["evaluate", *inputs, "--standard", STANDARD, "--json", target, *options]
    if name == "--county with --out":
        words = [word for word in words if word not in ("--json", target)]
    done = run(*(str(word).replace("{in}", str(folder)) for word in words))
    assert (done.code, done.out, target.exists()) == (2, b"", False)
    assert done.err.strip()
    assert sorted(folder.rglob("*.json")) == []


def test_standard_is_required(tmp_path, run):
    done = run("evaluate", _lay(tmp_path, BASE), "--json", "-")
    assert (done.code, done.out) == (2, b"")


# --- streams and options --------------------------------------------------------------------------------------------


def test_json_goes_to_stdout_alone_and_to_a_file_with_the_same_bytes(tmp_path, run, evaluate):
    folder = _lay(tmp_path, BASE | {"e.xlsx": FAULTY})
    piped = evaluate(folder)
    assert piped.json["schema"] == 1
    target = tmp_path / "result.json"
    filed = run("evaluate", folder, "--standard", STANDARD, "--on", "2025-09-01", "--json", target)
    assert (filed.code, target.read_bytes()) == (1, piped.out)


def test_messages_on_stderr_are_bounded_and_all_in_the_json(tmp_path, evaluate):
    """40 blank forms: over two thousand errors in the JSON, a page of them on stderr."""
    named = {f"{n}.xlsx": forms.school_form(forms.nameplate("小学", f"演示第{n}小学", f"99{n:08}")) for n in range(40)}
    run = evaluate(_lay(tmp_path, BASE | named))
    errors = [issue for issue in run.json["issues"] if issue["level"] == "error"]
    assert len({(issue["file"], issue["cell"]) for issue in errors}) > 40 * 40
    assert 0 < len(run.err.splitlines()) <= 100


def _today() -> str:
    return datetime.now().astimezone().date().isoformat()


def test_on_defaults_to_today_and_is_printed(tmp_path, run):
    folder = _lay(tmp_path, BASE)
    before = _today()
    done = run("evaluate", folder, "--standard", STANDARD, "--json", "-")
    assert done.json["on"] in (before, _today())
    assert done.json["on"] in done.err


def test_on_and_profile_are_in_the_json(tmp_path, evaluate):
    folder = _lay(tmp_path, BASE)
    first, second = evaluate(folder).json, evaluate(folder, "--profile", "shenyang-2025").json
    assert (first["on"], first["standard"]["profile"], second["standard"]["profile"]) == ("2025-09-01", "default", "shenyang-2025")


# --- counties -------------------------------------------------------------------------------------------------------

TREE = {"county.xlsx": COUNTY, "甲镇/a.xlsx": GOOD, "乙区/county.xlsx": COUNTY_2, "乙区/丙镇/b.xlsx": OTHER}


def test_out_writes_one_json_a_county_by_the_nearest_county_return(tmp_path, run):
    out = tmp_path / "out"
    done = run("evaluate", _lay(tmp_path, TREE), "--standard", STANDARD, "--on", "2025-09-01", "--out", out)
    assert (done.code, sorted(path.name for path in out.iterdir())) == (0, ["990001.json", "990002.json"])
    found = {code: json.loads((out / f"{code}.json").read_bytes()) for code in ("990001", "990002")}
    assert {code: r["county_code"] for code, r in found.items()} == {"990001": "990001", "990002": "990002"}
    schools = {code: [school["code"] for school in r["schools"]] for code, r in found.items()}
    assert schools == {"990001": ["9900010001"], "990002": ["9900010002"]}


@pytest.mark.parametrize("files", [
    {"a.zip/county.xlsx": COUNTY, "a.zip/镇/a.xlsx": GOOD}, {"county.xlsx": COUNTY, "a.zip/镇/a.xlsx": GOOD},
    {"county.xlsx": COUNTY, "1/2/3/a.xlsx": GOOD}, {"both.xlsx": None},
], ids=["in the zip", "above the zip", "far above", "second sheet"])  # fmt: skip
def test_the_county_return_names_the_county(tmp_path, evaluate, files):
    if "both.xlsx" in files:  # two forms on two sheets are two forms
        school = forms.form_rows(forms.SCHOOL_ROWS, forms.filled("小学", "演示第一小学", "9900010001", 300))
        county = [list(forms.HEADER)] + [
            [n, *row[:3], {"区县名称": "演示区", "区县代码": forms.COUNTY_CODE, "填报年度": 2025}.get(row[1], 1), *row[3:]]
            for n, row in enumerate(forms.COUNTY_ROWS, 1)
        ]
        files = {"both.xlsx": forms.book(("表一", school), ("表二", county))}
    run = evaluate(_lay(tmp_path, files))
    assert (run.code, run.json["county_code"]) == (0, forms.COUNTY_CODE)
    assert [school["code"] for school in run.json["schools"]] == ["9900010001"]


@pytest.mark.parametrize("inputs", [["county.xlsx", "甲"], ["county.xlsx", "乙.zip"], ["甲", "county.xlsx"]])
def test_inputs_in_any_mix(tmp_path, evaluate, inputs):
    """The county return as a file beside a folder or a zip of schools."""
    folder = _lay(tmp_path, {"county.xlsx": COUNTY, "甲/镇/A.XLSX": GOOD, "乙.zip/镇/A.XLSX": GOOD})
    run = evaluate(*(folder / name for name in inputs))
    assert (run.code, run.json["county_code"], [s["code"] for s in run.json["schools"]]) == (0, "990001", ["9900010001"])


def test_two_school_forms_on_two_sheets(county):
    sheets = [forms.form_rows(forms.SCHOOL_ROWS, forms.filled("小学", f"演示第{n}小学", f"990001000{n}", 300)) for n in (1, 2)]
    schools = county({"a.xlsx": forms.book(("甲", sheets[0]), ("乙", sheets[1]))}).json["schools"]
    places = [(s["code"], {source["sheet"] for i in s["indicators"].values() for source in i["sources"]}) for s in schools]
    assert places == [("9900010001", {"甲"}), ("9900010002", {"乙"})]


def test_county_option_where_no_return_names_it(tmp_path, evaluate):
    run = evaluate(_lay(tmp_path, {"a.xlsx": GOOD}), "--county", "990007")
    assert run.json["county_code"] == "990007"


def test_county_option_that_agrees_is_no_contradiction(tmp_path, evaluate):
    run = evaluate(_lay(tmp_path, BASE), "--county", forms.COUNTY_CODE)
    assert (run.code, run.json["county_code"]) == (0, forms.COUNTY_CODE)


def test_county_option_chooses_one_of_several(tmp_path, evaluate):
    run = evaluate(_lay(tmp_path, TREE), "--county", "990002")
    assert (run.json["county_code"], [school["code"] for school in run.json["schools"]]) == ("990002", ["9900010002"])


# --- shape and order ------------------------------------------------------------------------------------------------


def test_standard_hash_is_of_the_folder(tmp_path, evaluate):
    digest = hashlib.sha256()
    for path in sorted(p.relative_to(CATALOGUE).as_posix() for p in CATALOGUE.rglob("*") if p.is_file()):
        digest.update(path.encode() + b"\0" + (CATALOGUE / path).read_bytes())
    standard = evaluate(_lay(tmp_path, BASE)).json["standard"]
    assert (standard["id"], standard["sha256"]) == (STANDARD, digest.hexdigest())


def test_same_input_same_bytes_in_any_order(tmp_path, evaluate):
    """Twice, and with the files named one by one in two orders."""
    folder = _lay(tmp_path, BASE | {"b.xlsx": OTHER, "c.xlsx": POOR, "d.xlsx": QUERY, "e.xlsx": FAULTY})
    assert evaluate(folder).out == evaluate(folder).out
    files = sorted(folder.iterdir())
    assert evaluate(*files).out == evaluate(*reversed(files)).out


@pytest.mark.parametrize(("inputs", "place"), [
    (["甲/a.xlsx"], "a.xlsx"), (["甲"], "a.xlsx"), (["."], "甲/a.xlsx"), (["乙/z.zip"], "z.zip/b/c.xlsx"), (["乙"], "z.zip/b/c.xlsx"),
])  # fmt: skip
def test_file_is_relative_to_the_input(tmp_path, evaluate, inputs, place):
    files = {"甲/a.xlsx": GOOD} if place.endswith("a.xlsx") else {"乙/z.zip/b/c.xlsx": GOOD}
    folder = _lay(tmp_path, files)
    schools = evaluate(*(folder / name for name in inputs), "--county", "990001").json["schools"]
    sources = [source for school in schools for value in school["indicators"].values() for source in value["sources"]]
    assert {source["file"] for source in sources} == {place}


def test_schools_by_level_code_name_file(county):
    def of(kind, code, name, primary, junior=0):
        return forms.school_form(forms.filled(kind, name, code, primary, junior))

    files = {"1.xlsx": of("小学", "9900010003", "演示甲小学", 300), "2.xlsx": of("小学", "9900010003", "演示乙小学", 300),
             "3.xlsx": of("九年一贯制", "9900010002", "演示丙学校", 300, 200), "4.xlsx": of("初中", "9900010001", "演示丁初中", 0, 300),
             "5.xlsx": of("小学", "990001000", "演示戊小学", 300)}  # fmt: skip
    found = [(s["level"], s["code"], s["name"]) for s in county(files).json["schools"]]
    primary = [("990001000", "演示戊小学"), ("9900010002", "演示丙学校"), ("9900010003", "演示乙小学"), ("9900010003", "演示甲小学")]
    junior = [("9900010001", "演示丁初中"), ("9900010002", "演示丙学校")]
    assert found == [("primary", *pair) for pair in primary] + [("junior", *pair) for pair in junior]


def test_reasons_begin_with_what_is_not_met(county):
    reasons = county({"a.xlsx": GOOD, "c.xlsx": POOR, "e.xlsx": FAULTY, "b.xlsx": OTHER}).json["verdict"]["reasons"]
    judgements = [reason["judgement"] for reason in reasons]
    assert judgements == sorted(judgements, key=["not_met", "no_data"].index)
    assert set(judgements) == {"not_met", "no_data"}
    assert "RS" in {reason["code"] for reason in reasons if reason["judgement"] == "not_met"}


def test_county_entries_are_those_of_the_standard(county):
    """R1-R7 and the composite at two levels, RC, RS, and each of G, Q, P, V once."""
    entries = [(entry["code"], entry.get("level")) for entry in county({"a.xlsx": GOOD}).json["county"]]
    levelled = [(code, level) for code in [f"R{n}" for n in range(1, 8)] + ["composite"] for level in ("primary", "junior")]
    single = ["RC", "RS", *(f"G{n}" for n in range(1, 16) if n != 11), "G11a", "G11b", *(f"Q{n}" for n in range(1, 10)), "P1"]
    single += [f"V{n}" for n in range(1, 7)]
    assert sorted(entries, key=str) == sorted([*levelled, *((code, None) for code in single)], key=str)


# --- forms of input -------------------------------------------------------------------------------------------------


def _parquet(folder: Path, table: bytes) -> bytes:
    (folder / "a.csv").write_bytes(table)
    source, target = folder / "a.csv", folder / "a.parquet"
    duckdb.execute(f"COPY (FROM read_csv('{source}', all_varchar = true)) TO '{target}' (FORMAT parquet)")
    return target.read_bytes()


@pytest.mark.parametrize("name", ["wide.csv", "wide.xlsx", "wide.parquet", "wide.zip/wide.csv"])
def test_a_wide_table_gives_what_the_forms_give(tmp_path, county, name):
    """The same schools as forms and as one table: the same values and judgements, each with its own sources."""
    schools = [forms.filled("九年一贯制学校", "演示第一学校", "9900010001", 600, 400, factors={"R4": "0.9"}),
               forms.filled("十二年一贯制学校", "演示第二学校", "9900010002", 300, 200, 100)]  # fmt: skip
    table = forms.wide(schools, (forms.SENIOR,))
    if name.endswith("xlsx"):
        labels = [*forms.SCHOOL_LABELS, forms.SENIOR]
        table = forms.book(("表", [labels, *([values.get(label) for label in labels] for values in schools)]))
    elif name.endswith("parquet"):
        table = _parquet(tmp_path, table)
    results = [county({f"{n}.xlsx": forms.school_form(v) for n, v in enumerate(schools)}).json, county({name: table}).json]
    files = [{s.pop("file") for entry in result["schools"] for v in entry["indicators"].values() for s in v["sources"]} for result in results]
    assert files == [{"0.xlsx", "1.xlsx"}, {name}]
    for result in results:
        for entry in result["schools"]:
            for value in entry["indicators"].values():
                value["sources"] = sorted({source["field"] for source in value["sources"]})
    assert results[0]["schools"] == results[1]["schools"]
    assert results[0]["county"] == results[1]["county"]
