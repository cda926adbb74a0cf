"""The proof bundle: verified with nothing but itself, refused with the place after one digit changed anywhere in it."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.evaluate import explained
from tests.standards import small

import forms
from dudao import bundle
from dudao.bundle import layout
from dudao.bundle.pack import zipped
from dudao.evaluation import evaluate
from dudao.evaluation.result import to_bytes
from dudao.intake import read
from dudao.standards import contents, load_standard


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[bytes, bytes]:
    """A bundle of a mixed county and its results; the folder it was made of is gone."""
    folder = forms.lay(tmp_path_factory.mktemp("mixed"), explained.files())
    evaluation = explained.evaluated(folder)
    data, results = bundle.pack(evaluation, [folder]), to_bytes(evaluation)
    assert bundle.pack(explained.evaluated(folder), [folder]) == data
    shutil.rmtree(folder)
    return data, results


def verified(folder: Path, data: bytes) -> bundle.Verified:
    path = folder / "F.zip"
    path.write_bytes(data)
    return bundle.verify(path)


def mended(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with a manifest that agrees with them."""
    manifest = json.loads(files[layout.MANIFEST])
    manifest["files"] = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items()) if name != layout.MANIFEST}
    return {**files, layout.MANIFEST: json.dumps(manifest, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"}


def lines(found: bundle.Verified) -> list[str]:
    return [difference.line() for difference in found.differences]


# --- a sound bundle -------------------------------------------------------------------------------------------------


def test_what_is_in_it(made):
    data, results = made
    files = explained.members(data)
    standard = contents(load_standard(forms.STANDARD).path)
    inputs = {f"inputs/0/in/{name}" for name in explained.files() if ".zip/" not in name} | {"inputs/0/in/乙镇.zip"}
    own = {"manifest.json", "results.json", "tree.json"}
    assert set(files) == own | inputs | {f"standard/{name}" for name in standard}
    assert files["results.json"] == results
    assert [name for name in standard if files[f"standard/{name}"] != standard[name]] == []
    assert files["inputs/0/in/宽表.csv"] == explained.files()["宽表.csv"]
    manifest = json.loads(files["manifest.json"])
    assert manifest["files"] == {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items()) if name != "manifest.json"}
    assert {key: manifest[key] for key in ("schema", "on", "county", "inputs")} == {
        "schema": 1, "on": "2025-09-01", "county": "990001", "inputs": ["inputs/0/in"]
    }  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.namelist() == sorted(files)
        assert {info.date_time for info in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_leaves_of_the_tree_are_in_the_inputs(made):
    files = explained.members(made[0])
    given = {name.removeprefix("inputs/0/in/"): data for name, data in files.items() if name.startswith("inputs/")}
    given |= {f"乙镇.zip/{name}": data for name, data in explained.members(given.pop("乙镇.zip")).items()}
    originals = explained.Originals(given)
    found = [leaf for leaf in explained.leaves(json.loads(files["tree.json"])) if leaf["cell"]]
    assert [leaf for leaf in found if originals.sha256(leaf["file"]) != leaf["sha256"] or originals.value(leaf) != leaf["value"]] == []
    assert {leaf["file"] for leaf in found} == set(explained.files())


def test_it_holds_with_nothing_but_itself(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    found = verified(tmp_path, made[0])
    assert found == bundle.Verified((), ("包内的评估标准与本机目录中的 cn-2017-quality-balance 相同。",))
    assert [path.name for path in tmp_path.iterdir()] == ["F.zip"]


def test_reading_the_inputs_again_gives_the_same_bytes(made, tmp_path):
    data, results = made
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        opened.extractall(tmp_path)
    standard = load_standard(tmp_path / "standard")
    (intake,) = read([tmp_path / "inputs/0/in"], standard)
    assert to_bytes(evaluate(standard, intake, explained.ON)) == results


def _two_folders(folder: Path) -> list[Path]:
    forms.lay(folder, {"甲/数据/区县.xlsx": forms.county_form(), "甲/数据/表.xlsx": forms.school_form(explained.school("小学", "一", "1", 300))})
    forms.lay(folder, {"乙/数据/表.xlsx": forms.school_form(explained.school("初中", "二", "2", 0, 300)), "乙/数据/区县.xlsx": forms.county_form()})
    return [folder / "甲/数据", folder / "乙/数据"]


def _files(folder: Path) -> list[Path]:
    return [path / name for path in _two_folders(folder) for name in ("区县.xlsx", "表.xlsx")]


def _with_zip(folder: Path) -> list[Path]:
    first, second = _two_folders(folder)
    inner = forms.zipped({"表.xlsx": (second / "表.xlsx").read_bytes(), "~$x.xlsx": b"x"})
    forms.lay(folder, {"丙.zip/x": b""})
    (folder / "丙.zip").write_bytes(inner)
    return [first, folder / "丙.zip", first / "表.xlsx"]


def _gbk_name(folder: Path) -> list[Path]:
    first, _ = _two_folders(folder)
    raw = bytes(first) + b"/" + "镇".encode("gbk") + b".csv"
    Path(raw.decode("utf-8", "surrogateescape")).write_bytes(forms.wide([explained.school("小学", "三", "3", 200)]))
    (first / "坏.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (first / "说明.pdf").write_bytes(b"%PDF-1.4")
    (folder / "空").mkdir()
    return [folder / "空", first]


@pytest.mark.parametrize("lay", [_two_folders, _files, _with_zip, _gbk_name])
def test_several_inputs_keep_their_names(lay, tmp_path):
    inputs = lay(tmp_path / "given")
    standard = load_standard(forms.STANDARD)
    (intake,) = read(inputs, standard, county=forms.COUNTY_CODE)
    data = bundle.pack(evaluate(standard, intake, explained.ON), inputs)
    shutil.rmtree(tmp_path / "given")
    assert lines(verified(tmp_path, data)) == []


def test_names_of_folders_leave_only_where_the_results_use_them(tmp_path):
    inputs = _two_folders(tmp_path / "given")
    standard = load_standard(forms.STANDARD)
    for chosen, place in ((inputs, "inputs/1/数据/表.xlsx"), (inputs[:1], "inputs/0/in/表.xlsx")):
        (intake,) = read(chosen, standard)
        names = explained.members(bundle.pack(evaluate(standard, intake, explained.ON), chosen))
        assert [place] == [name for name in names if name == place]


def test_another_standard_than_the_catalogue_has(tmp_path):
    folder = forms.lay(tmp_path / "in", {"表.csv": "学校名称,学校类型,学校代码,学生数,教室数,借用教室数,是否城区\n甲,小学,1,50,5,,否\n".encode()})
    path = small.write(tmp_path / "standard")
    data = bundle.pack(explained.evaluated(folder, path), [folder])
    shutil.rmtree(path)
    assert verified(tmp_path, data) == bundle.Verified((), ("本机目录中没有与包内相同的评估标准；核验只用包内的标准。",))


def test_a_base_standard_comes_from_the_bundle_alone(tmp_path):
    folder = forms.lay(tmp_path / "in", {"区县.xlsx": forms.county_form(), "一.xlsx": forms.school_form(explained.school("小学", "一", "1", 300))})
    data = bundle.pack(explained.evaluated(folder, "wenling-2020"), [folder])
    files = explained.members(data)
    base = "standard/extends/cn-2017-quality-balance/fields.yaml"
    assert lines(verified(tmp_path, data)) == []
    without = {name: data for name, data in files.items() if not name.startswith("standard/extends/")}
    assert f"{base}：包内 没有此文件，重算 应有" in lines(verified(tmp_path, zipped(mended(without))))


def test_who_handed_in_goes_with_it(tmp_path):
    folder = forms.lay(tmp_path / "in", explained.files())
    told = {explained.Originals(explained.files()).sha256("宽表.csv"): {"submitted_by": "乙镇中心校"}}
    handled = json.dumps(told, ensure_ascii=False).encode()
    data = bundle.pack(explained.evaluated(folder), [folder], handled=handled)
    files = explained.members(data)
    assert (files["provenance.json"], "乙镇中心校 提交，尚未确认" in files["tree.json"].decode()) == (handled, True)
    assert lines(verified(tmp_path, data)) == []
    other = mended({**files, "provenance.json": handled.replace("乙".encode(), "丙".encode())})
    assert {difference.file for difference in verified(tmp_path, zipped(other)).differences} == {"manifest.json", "tree.json"}


def test_another_version_of_the_program_is_said(made, tmp_path):
    files = explained.members(made[0])
    old = files["manifest.json"].replace(layout.program().encode(), b"dudao 0.0.9")
    found = verified(tmp_path, zipped({**files, "manifest.json": old}))
    assert found.differences == ()
    assert found.notes[0] == f"验证包由 dudao 0.0.9 生成，本机为 {layout.program()}，版本不同。"


# --- one digit changed ----------------------------------------------------------------------------------------------


def _input(files: dict[str, bytes]) -> None:
    files["inputs/0/in/宽表.csv"] = files["inputs/0/in/宽表.csv"].replace(b",420,", b",421,", 1)


def _results(files: dict[str, bytes]) -> None:
    result = json.loads(files["results.json"])
    place = next(n for n, entry in enumerate(result["county"]) if (entry["code"], entry["level"]) == ("R4", "primary"))
    assert place == 3
    result["county"][place]["cv"] = 0.4
    files["results.json"] = json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _tree(files: dict[str, bytes]) -> None:
    tree = json.loads(files["tree.json"])
    tree["tree"]["steps"][0]["steps"][0]["steps"][0]["steps"][0]["leaf"]["value"] = 77
    files["tree.json"] = json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _standard(files: dict[str, bytes]) -> None:
    files["standard/1-resources.yaml"] = files["standard/1-resources.yaml"].replace(b">= 4.2", b">= 4.3")


def _put(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({name: data})


def _drop(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.pop(name) and None


NO_RESULTS = "results.json：包内 有结果，重算 不能由包内的标准和填报表重算："
LIMITS = "standard/1-resources.yaml"
ENDLESS = f"{NO_RESULTS}{LIMITS} 中有过大或过长的数字"
CHANGES: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "a digit of an input": (_input, "results.json schools[2].pupils：包内 420，重算 421"),
    "a digit of the results": (_results, "results.json county[3].cv：包内 0.4，重算 "),
    "a digit of the tree": (_tree, "tree.json tree.steps[0].steps[0].steps[0].steps[0].leaf.value：包内 77，重算 "),
    "a limit of the standard": (_standard, "results.json schools[0].indicators.R1.limit：包内 4.2，重算 4.3"),
    "a file more": (_put("inputs/0/in/.x", b"x"), "inputs/0/in/.x：包内 有此文件，重算 不应有"),
    "a file more beside": (_put("x.py", b"x"), "x.py：包内 有此文件，重算 不应有"),
    "a file less": (_drop("results.json"), "results.json：包内 没有此文件，重算 应有"),
    "a blank more": (lambda files: files.update({"results.json": files["results.json"] + b" "}), "results.json：包内 写法不同"),
    "no JSON": (_put("tree.json", b"{"), "tree.json：包内 1 字节，自第 2 字节起不同，重算 "),
    "deep JSON": (_put("tree.json", b"[" * 100_000), "tree.json：包内 100000 字节，自第 1 字节起不同，重算 "),
    "deep JSON that can be read": (_put("tree.json", b'{"tree":' + b"[" * 800 + b"]" * 800 + b"}"), "tree.json tree：包内 "),
    "a school less": (_drop("inputs/0/in/甲镇/一小.xlsx"), "results.json schools[0].code：包内 "),
    "no standard": (_drop("standard/standard.yaml"), NO_RESULTS),
    "a broken standard": (_put("standard/fields.yaml", b"["), NO_RESULTS),
    "an endless number": (lambda files: files.update({LIMITS: files[LIMITS].replace(b">= 4.2", b">= 1e\\x399999999")}), ENDLESS),
    "a long number": (lambda files: files.update({LIMITS: files[LIMITS].replace(b"scale: 100", b"scale: " + b"9" * 50)}), ENDLESS),
    "a hostile standard": (_put("standard/fields.yaml", b"a: " + b"[" * 50_000), NO_RESULTS),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_named_with_its_place_though_the_manifest_was_mended(made, tmp_path, name):
    files = explained.members(made[0])
    before = dict(files)
    CHANGES[name][0](files)
    assert files != before
    said = lines(verified(tmp_path, zipped(mended(files))))
    assert [line for line in said if line.startswith(CHANGES[name][1])] != [], said[:5]


def test_an_input_changed_under_the_old_manifest_is_named_as_a_file(made, tmp_path):
    files = explained.members(made[0])
    _input(files)
    digests = [hashlib.sha256(data["inputs/0/in/宽表.csv"]).hexdigest() for data in (explained.members(made[0]), files)]
    first = verified(tmp_path, zipped(files)).differences[0]
    assert first.path == "files.inputs/0/in/宽表.csv"
    assert (first.held, first.computed) == (f'"{digests[0]}"'[:60] + "…", f'"{digests[1]}"'[:60] + "…")


# --- what cannot be packed ------------------------------------------------------------------------------------------


def _refusal(folder: Path, inputs: list[Path] | None = None) -> str:
    standard = load_standard(forms.STANDARD)
    (intake,) = read(inputs or [folder], standard)
    with pytest.raises(bundle.BundleRefused) as refused:
        bundle.pack(evaluate(standard, intake, explained.ON), inputs or [folder])
    return str(refused.value)


GOOD = {"区县.xlsx": forms.county_form(), "一.xlsx": forms.school_form(explained.school("小学", "一", "1", 300))}


def test_links_and_large_files_are_not_packed(tmp_path):
    folder = forms.lay(tmp_path / "in", GOOD)
    (folder / "二.xlsx").symlink_to(folder / "一.xlsx")
    assert _refusal(folder) == "二.xlsx 不能读取，或是链接，不能放进验证包。请换成文件本身，或移出后重新评估。"
    (folder / "二.xlsx").unlink()
    with (folder / "大.csv").open("wb") as stream:
        stream.truncate(21 * 1024 * 1024)
    assert _refusal(folder) == "大.csv 超过 20 MB，不能放进验证包。请换成文件本身，或移出后重新评估。"


def test_names_that_differ_only_in_case_are_not_packed(tmp_path):
    folder = forms.lay(tmp_path / "in", {**GOOD, "a.txt": b"1", "A.txt": b"2"})
    assert _refusal(folder).startswith("文件名“inputs/0/in/a.txt”重复，或只有大小写不同，不能放进验证包。")


def test_files_changed_since_they_were_read_are_not_packed(tmp_path):
    folder = forms.lay(tmp_path / "in", GOOD)
    evaluation = explained.evaluated(folder)
    forms.lay(folder, {"一.xlsx": forms.school_form(explained.school("小学", "一", "1", 301))})
    with pytest.raises(bundle.BundleRefused, match=r"一\.xlsx 在评估期间有改动"):
        bundle.pack(evaluation, [folder])
