"""Pages of docs/reference about the platform in step with it: the table of states with its acts, and the columns of exports."""

import importlib
import re

import pytest
import states

from dudao_web.operations.export import KINDS
from dudao_web.tasks.models import Task

TABLES = states.tables()


def test_every_noun_with_states_is_in_the_table():
    assert set(states.nouns_with_states()) - {Task} == set(TABLES)  # tasks follow from the acts of others


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_the_acts_make_all_moves_and_no_others(model):
    made = {move for act in TABLES[model] for move in act.moves}
    assert {(a, b) for a, b in made if a and a != b} == {(a, b) for a, to in model.MOVES.items() for b in to}
    assert set(model.MOVES) == set(model.STATES)
    assert {state for move in made for state in move} - {""} == set(model.STATES)


@pytest.mark.parametrize(
    ("model", "act"),
    [
        pytest.param(model, act, id=f"{model.__name__}-{act.action}")
        for model, acts in TABLES.items()
        for act in acts
    ],
)
def test_every_act_is_a_function_and_its_predicate_stands_in_the_rules(model, act):
    app = f"dudao_web.{model._meta.app_label}"
    module, _, name = act.action.partition(".")
    found = getattr(importlib.import_module(f"{app}.{module}"), name)
    assert callable(getattr(found, "call", found))  # a job is called through its task
    if act.may is not None:
        assert getattr(importlib.import_module(f"{app}.rules"), act.may.__name__) is act.may


def test_the_page_is_in_step():
    assert states.page() == states.PAGE.read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_exports_names_the_columns_in_their_order(kind):
    module, name = KINDS[kind]
    columns = getattr(importlib.import_module(module), name.upper())
    page = states.PAGE.with_name("exports.md").read_text("utf-8")
    (section,) = re.findall(rf"^## {kind} .*?(?=^## |\Z)", page, re.S | re.M)
    rows = re.findall(r"^\| (`.*?) \|", section, re.M) or [
        section.partition("各列就是记录本身")[2].partition("\n")[0]
    ]
    assert tuple(re.findall(r"`(\w+)`", " ".join(rows))) == columns
