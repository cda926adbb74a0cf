"""docs/json.schema.json against real outputs: they are valid, and one key more or less at any level is not."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import forms

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "json.schema.json").read_text("utf-8"))
VALID = Draft202012Validator(SCHEMA)
TOP = ["schema", "standard", "on", "county_code", "verdict", "county", "schools", "excluded", "reliefs", "missing", "issues"]


@pytest.fixture(scope="module")
def result(world_folder, evaluate):
    """A county that uses every part of the shape."""
    folder, _ = world_folder(1, schools=60)
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (folder / "a.csv").write_bytes(forms.wide([forms.filled("小学", "演示宽表小学", "9900099999", 300, changes={"校内体育场面积": 5})]))
    return evaluate(folder).json


def _places(node: object, path: tuple = ()) -> Iterator[tuple]:
    """The path of one object of each kind: the first of a list, each of a mapping, each kind of county entry."""
    if isinstance(node, dict):
        yield path
        for key, value in node.items():
            if not (len(path) == 3 and path[2] == "indicators" and key != "R1"):
                yield from _places(value, (*path, key))
    elif isinstance(node, list):
        kinds = {frozenset(item): number for number, item in reversed(list(enumerate(node))) if isinstance(item, dict)}
        for number in sorted(kinds.values()):
            yield from _places(node[number], (*path, number))


def _at(node, path):
    for step in path:
        node = node[step]
    return node


def test_the_schema_itself_is_valid():
    Draft202012Validator.check_schema(SCHEMA)


def test_objects_of_the_schema_are_closed_and_every_number_has_a_description():
    def walk(node, path=""):
        if isinstance(node, dict):
            if node.get("type") == "object":
                assert (node["additionalProperties"], node["required"]) == (False, list(node["properties"])), path
            if "number" in str(node.get("type")) or "integer" in str(node.get("type")):
                assert node.get("description") or "/oneOf" in path, path
            for key, value in node.items():
                walk(value, f"{path}/{key}")
        elif isinstance(node, list):
            for value in node:
                walk(value, path)

    walk(SCHEMA)


def test_a_county_with_everything_is_valid(result):
    assert [f"{error.json_path}: {error.message[:200]}" for error in VALID.iter_errors(result)][:5] == []
    assert list(result) == TOP
    assert all(result[name] for name in ("county", "schools", "excluded", "reliefs", "missing", "issues"))


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_small_counties_are_valid(world_folder, evaluate, seed):
    folder, _ = world_folder(seed, schools=seed - 8)
    assert [error.message[:200] for error in VALID.iter_errors(evaluate(folder, "--profile", "shenyang-2025").json)][:5] == []


def test_one_key_more_or_less_at_any_level_is_invalid(result):
    small = copy.deepcopy(result)
    for name in ("schools", "excluded", "reliefs", "missing", "issues"):
        small[name] = small[name] if name == "schools" else small[name][:5]
    small["schools"].sort(key=lambda school: school["indicators"]["R1"]["gap"] is None)
    assert small["schools"][0]["indicators"]["R1"]["gap"]
    small["schools"] = small["schools"][:3]
    passed = []
    for path in list(_places(small)):
        target = _at(small, path)
        target["extra"] = 1
        passed += [(*path, "extra")] if VALID.is_valid(small) else []
        del target["extra"]
        for key, value in list(target.items()):
            del target[key]
            passed += [(*path, key)] if VALID.is_valid(small) else []
            target[key] = value
    assert passed == []
