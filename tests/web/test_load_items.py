"""An office's own 细则 on the platform: the 录入表 out, faults, the look over, the registration, and who may read it."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dudao.evaluation.evaluate import evaluate
from dudao.standards.asked import asked_of_unit
from dudao.standards.proofs import asked
from dudao.tables import Figure, Intake, Return
from dudao_web.evidence.models import File
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action
from dudao_web.pages.demo_items import SCHOOL, TOWN, school_items, town_items
from dudao_web.standards import actions, own_items, queries
from dudao_web.standards.models import StandardVersion

HERE = f"/standards/catalogue/{SCHOOL}/default/items/"


def load(by, base: str = SCHOOL, data: bytes | None = None, profile: str = "default") -> StandardVersion:
    return actions.load_items(by=by, base=base, profile=profile, data=data or school_items())


def changed(data: bytes, **cells: object) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for cell, value in cells.items():
        book["评估细则"][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(data: bytes, name: str = "细则.xlsx") -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, data)}


# --- the act
@pytest.mark.parametrize(
    ("base", "data", "judged"), [(SCHOOL, school_items(), "学校"), (TOWN, town_items(), "镇（街道）")]
)
def test_both_demo_books_become_standards_of_the_city(world, base, data, judged):
    row = load(world.city_officer, base, data)
    standard = queries.load(row)
    assert (row.org, row.standard, row.version) == (world.city, f"{base}-321100", "1")
    assert row.title.endswith("（镇江市细则）")
    assert (standard.sha256, standard.judged, standard.number) == (row.sha256, judged, "镇教督〔2017〕11号")
    graded = [item for item in asked_of_unit(standard) if item.kind == "grade"]
    assert (len(graded), {item.choices for item in graded}) == (12, {("A", "B", "C")})
    assert len(asked(standard.indicator("1.1"))) == 2
    assert f"extends/{base}/standard.yaml" in row.text


def test_the_same_content_again_is_the_same_row_another_content_the_next_version(world):
    first = load(world.owner)
    acts = Action.objects.count()
    assert load(world.owner) == first
    assert Action.objects.count() == acts
    second = load(world.owner, data=changed(school_items(), D2="演示：改过的条文。"))
    shown = load(world.owner, profile="demonstration")
    assert [(row.version, row.profile) for row in (first, second, shown)] == [
        ("1", "default"), ("2", "default"), ("1", "demonstration")
    ]  # fmt: skip
    assert load(world.owner) == first
    assert shown.sha256 == first.sha256


def test_the_act_is_recorded_with_the_workbook_and_the_log_holds(world):
    row = load(world.owner)
    act = Action.objects.get(action="standards.load_items")
    assert (act.object, act.data["base"], len(act.data["workbook"])) == (
        f"standardversion:{row.pk}",
        SCHOOL,
        64,
    )
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_a_hundred_items_are_loaded(world):
    standard = queries.load(load(world.owner, TOWN, town_items(100)))
    assert sum(item.kind == "grade" for item in asked_of_unit(standard)) == 100


def test_a_loaded_standard_is_judged_to_its_outcome(world):
    standard = queries.load(load(world.city_officer))
    words = {}
    for item in asked_of_unit(standard):
        for field in item.fields:
            if item.kind == "grade":
                words[field.name] = "达到" if "_a" in field.name else "无"
    figures = {name: Figure(value, "given", "s", "A1") for name, value in words.items()}
    unit = Intake("1", Return("county", "f", "0" * 64, "s", figures), (), (), ())
    found = evaluate(standard, unit, date(2026, 6, 1))
    assert (found.item("ZP").value, found.status) == ("达标", "met")


def test_who_may_not_load_and_what_cannot_be_loaded_is_refused(world):
    for by in (world.head, world.inspector, world.system_admin):
        with pytest.raises(Refused, match=r"细则由市、区县督导室录入。"):
            load(by)
    with pytest.raises(Refused, match="没有可以录入的细则"):
        load(world.owner, "cn-2017-quality-balance")
    with pytest.raises(Refused, match="没有可以录入的细则"):
        load(world.owner, profile="no-such")
    with pytest.raises(Refused, match=r"工作表“评估细则” C3：编号“1.1”与第 2 行重复。"):
        load(world.owner, data=changed(school_items(), C3="1.1"))
    assert StandardVersion.objects.count() == 0


def test_a_code_of_another_reading_is_refused_in_words(world):
    with pytest.raises(Refused, match="SF1 重复"):
        load(world.owner, data=changed(school_items(), C3="SF1"))


# --- who reads it
def test_only_the_own_line_of_the_tree_reads_it(world, client_of):
    row = load(world.owner)
    address = f"/standards/{row.pk}/"

    def sees(name: str) -> tuple[int, bool]:
        client = client_of(getattr(world, name))
        listed = f'href="{address}"' in client.get("/standards/").content.decode()
        return client.get(address).status_code, listed

    names = ("owner", "head", "inspector", "city_officer", "peer", "stranger")
    seen = {name: sees(name) for name in names}
    assert seen == {
        **dict.fromkeys(("owner", "head", "inspector", "city_officer"), (200, True)),
        **dict.fromkeys(("peer", "stranger"), (404, False)),
    }
    assert client_of(world.peer).get(f"{address}duties/").status_code == 404
    page = client_of(world.head).get(address).content.decode()
    assert ("<dt>录入细则</dt><dd>扬中市" in page, "演示：学校章程、演示：制度建设的材料" in page) == (
        True,
        True,
    )


def test_the_city_s_is_read_in_every_district(world, client_of):
    row = load(world.city_officer)
    assert [
        client_of(by).get(f"/standards/{row.pk}/").status_code for by in (world.owner, world.stranger)
    ] == [200, 200]


# --- the pages
def test_the_empty_book_comes_down_and_goes_up_filled(world, client_of):
    client = client_of(world.owner)
    assert HERE in client.get("/standards/").content.decode()
    assert HERE in client.get(f"/standards/catalogue/{SCHOOL}/default/").content.decode()
    got = client.get(f"/standards/catalogue/{SCHOOL}/items.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(got.content)).sheetnames == ["评估细则", "等次规则", "填写说明"]
    done = client.post(HERE, sent(school_items()))
    file = File.objects.get(org=world.yangzhong)
    assert (done.status_code, done["Location"]) == (302, f"{HERE}{file.pk}/")
    page = client.get(done["Location"]).content.decode()
    assert [
        "12 项" in page,
        "管理水平" in page,
        "演示：经费收支明细" in page,
        "C1　演示：违规收费" in page,
    ] == [True] * 4
    assert StandardVersion.objects.count() == 0
    done = client.post(done["Location"])
    row = StandardVersion.objects.get()
    assert (row.org, done["Location"]) == (world.yangzhong, f"/standards/{row.pk}/")


def test_every_fault_is_listed_and_nothing_is_kept(world, client_of):
    client = client_of(world.owner)
    done = client.post(HERE, sent(changed(school_items(), C3="1.1", D4=None)))
    page = done.content.decode()
    assert (done.status_code, "有 2 处需要更正" in page, "C3" in page, "D4" in page) == (
        422,
        True,
        True,
        True,
    )
    for name, data, said in (
        ("细则.xlsx", b"no", "不能读取"),
        ("细则.doc", b"no", "不是 .xlsx 工作簿"),
        ("细则.xlsx", b"", ""),
    ):
        done = client.post(HERE, sent(data, name))
        assert (done.status_code, said in done.content.decode()) == (422, True)
    assert client.post(HERE).status_code == 422
    assert File.objects.count() == 0


def test_a_bonus_above_its_cap_is_asked_about(world, client_of):
    base = "chongqing-county"
    areas = [("保障措施", 40, None), ("差异程度", 30, None), ("公众评价", 30, None), ("奖励加分", 6, "是")]
    book = openpyxl.load_workbook(io.BytesIO(own_items.template(base)))
    for place, (area, most, bonus) in enumerate(areas, 2):
        for column, value in enumerate((area, None, str(place), f"演示：{area}。", most, bonus), 1):
            book["评估细则"].cell(place, column).value = value
    out = io.BytesIO()
    book.save(out)
    client = client_of(world.owner)
    done = client.post(f"/standards/catalogue/{base}/default/items/", sent(out.getvalue()), follow=True)
    page = done.content.decode()
    assert ("附加分各项合计 6 分，超过最多计入的 5 分" in page, "4 项，100 分（不含附加分）" in page) == (
        True,
        True,
    )
    assert client.post(done.redirect_chain[-1][0]).status_code == 302


def test_strangers_find_no_such_page(world, client_of):
    client_of(world.owner).post(HERE, sent(school_items()))
    file = File.objects.get()
    for by in (world.head, world.inspector, world.audit_admin):
        client = client_of(by)
        assert [client.get(at).status_code for at in (HERE, f"{HERE}{file.pk}/")] == [404, 404]
        assert client.get(f"/standards/catalogue/{SCHOOL}/items.xlsx").status_code == 404
    for by in (world.peer, world.city_officer):
        assert client_of(by).get(f"{HERE}{file.pk}/").status_code == 404
        assert client_of(by).post(f"{HERE}{file.pk}/").status_code == 404
    for address in ("cn-2017-quality-balance/default", "no-such/default", f"{SCHOOL}/no-such"):
        assert client_of(world.owner).get(f"/standards/catalogue/{address}/items/").status_code == 404


def test_the_bases_are_those_with_a_book():
    assert own_items.bases() == {
        SCHOOL, TOWN, "chongqing-county", "kindergarten-conduct", "special-checklist", "school-plan"
    }  # fmt: skip
