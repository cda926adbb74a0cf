"""The main job in a real Chromium: every page accessible at both widths, by keyboard, with and without scripts."""

import handin
import pytest
from handin import FIRST, JUNIOR, SECOND
from playwright.sync_api import Browser, Page, expect
from world import PASSWORD, SIZES

from dudao_web.evaluations.models import Evaluation
from dudao_web.submissions import actions as submissions
from dudao_web.submissions.models import IssueRecord, Upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GYM, MEDIA = "学校体育馆面积", "网络多媒体教室间数"


@pytest.fixture
def of(world):
    """A set with an error, an explained and an unexplained query, a replaced and a returned return, an unreadable file."""
    of = handin.set_of(world.yangzhong)
    handin.hand_in(of, world.owner, "区县.xlsx", handin.county(of))
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST))
    handin.hand_in(of, world.owner, "1更正.xlsx", handin.school(FIRST, {MEDIA: 20, GYM: 300}))
    handin.hand_in(of, world.owner, "2.xlsx", handin.school(SECOND, {GYM: 200}, R5="0.8", R4="0.9"))
    handin.hand_in(of, world.owner, "3.xlsx", handin.school(JUNIOR, {MEDIA: None}))
    handin.hand_in(of, world.owner, "坏.xlsx", b"PK\x03\x04 no")
    query = IssueRecord.objects.filter(code="CHK-008", submission__name=FIRST).get()
    submissions.explain(issue=query, text="另有一处室内场地。", by=world.owner)
    submissions.send_back(submission=handin.current(of, SECOND), reason="请核对。", by=world.owner)
    return of


@pytest.fixture
def run(world, of) -> Evaluation:
    before = handin.set_of(world.yangzhong, year=handin.YEAR - 1)
    handin.confirm(handin.whole(before, world.owner), world.owner)
    handin.run(before, world.owner)
    return handin.run(of, world.owner)


def look_at(page: Page, live_server, accessible, paths) -> dict[str, list[str]]:
    """Violations by path and width; a page wider than the window is one too."""
    found = {}
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        for path in paths:
            page.goto(f"{live_server.url}{path}")
            expect(page.locator("[hx-trigger=load]")).to_have_count(0)
            wrong = [text.partition(" Fix ")[0] for text in accessible()]
            beyond = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            wrong += [f"{beyond} px too wide"] if beyond > 0 else []
            found |= {f"{size} {path}": wrong} if wrong else {}
    return found


def test_pages_of_the_county_office_are_accessible(world, of, run, sign_in, live_server, accessible):
    base = f"/submissions/321182/{handin.YEAR}/{of.version.pk}/"
    row, issue = (
        handin.current(of, FIRST),
        IssueRecord.objects.filter(open=True, explanation="", level="query").first(),
    )
    bad = Upload.objects.get(name="坏.xlsx")
    paths = [
        "/",
        "/submissions/",
        base,
        f"{base}?q=没有",
        f"{base}upload/",
        f"{base}uploads/",
        f"{base}issues/",
        f"/submissions/uploads/{row.upload_id}/",
        f"/submissions/uploads/{bad.pk}/",
        f"/submissions/uploads/{bad.pk}/set-aside/",
        f"/submissions/returns/{row.pk}/",
        f"/submissions/returns/{handin.current(of, JUNIOR).pk}/",
        f"/submissions/returns/{row.pk}/send-back/",
        f"/submissions/returns/{row.pk}/withdraw/",
        f"/submissions/issues/{issue.pk}/explain/",
        f"/standards/{of.version.pk}/",
        "/standards/",
        "/standards/catalogue/wenling-2020/default/duties/",
        "/standards/catalogue/chongqing-county/default/",
    ]
    assert look_at(sign_in(world.owner), live_server, accessible, paths) == {}


def test_pages_of_a_result_are_accessible(world, of, run, sign_in, live_server, accessible):
    at, sets = f"/evaluations/{run.pk}/", f"/evaluations/sets/321182/{handin.YEAR}/{of.version.pk}/"
    names = [
        "",
        "?gaps=1&percent=1&level=primary&sort=-R5",
        "?q=没有",
        "explain/",
        "items/RS/",
        "items/G4/",
        "items/G9/",
        "items/P1/",
        "items/G4/1/",
        "documents/",
        "record/",
        "schools/1/",
        "schools/1/R5/",
    ]
    names += ["schools/2/R7/", "variations/primary/R5/", "variations/junior/R7/"]
    paths = ["/evaluations/", sets, f"{sets}confirm/", *(f"{at}{name}" for name in names)]
    assert look_at(sign_in(world.owner), live_server, accessible, paths) == {}


def test_pages_of_city_and_school_are_accessible(world, of, run, sign_in, live_server, accessible):
    page = sign_in(world.city_officer)
    assert look_at(page, live_server, accessible, ["/", f"/evaluations/{run.pk}/"]) == {}
    page.context.clear_cookies()
    base = f"/submissions/321182/{handin.YEAR}/{of.version.pk}/"
    page = sign_in(world.head)
    paths = [
        "/",
        base,
        f"{base}issues/",
        f"/submissions/returns/{handin.current(of, FIRST).pk}/",
        f"/evaluations/{run.pk}/schools/0/",
        f"/evaluations/{run.pk}/items/G4/0/",
    ]
    assert look_at(page, live_server, accessible, paths) == {}


def focus_in(page: Page, css: str) -> bool:
    return page.evaluate("css => !!document.activeElement.closest(css)", css)


def test_a_number_opens_a_drawer_that_keeps_and_returns_the_focus(
    world, run, sign_in, live_server, accessible
):
    page = sign_in(world.owner)
    page.goto(f"{live_server.url}/evaluations/{run.pk}/")
    number = page.locator(f'table.matrix a[href="/evaluations/{run.pk}/schools/1/R5/"]')
    number.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name=f"{SECOND}（小学） 生均体育运动场馆面积")
    expect(drawer).to_contain_text("校内体育场面积")
    expect(drawer).to_contain_text("学校填报数据!E49")
    assert page.url == f"{live_server.url}/evaluations/{run.pk}/schools/1/R5/"
    assert focus_in(page, ".drawer")
    assert accessible() == []
    for _ in range(12):
        page.keyboard.press("Tab")
        assert focus_in(page, ".drawer")
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    assert page.url == f"{live_server.url}/evaluations/{run.pk}/"
    assert number.evaluate("a => a === document.activeElement")


def test_on_paper_stands_the_drawer_alone(world, run, sign_in, live_server):
    page = sign_in(world.owner)
    page.goto(f"{live_server.url}/evaluations/{run.pk}/")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    page.locator(f'table.matrix a[href="/evaluations/{run.pk}/schools/1/R5/"]').click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#sentence")).to_be_hidden()
    expect(drawer.get_by_role("heading", name="来源")).to_be_visible()
    page.emulate_media(media="screen")
    page.keyboard.press("Escape")
    page.emulate_media(media="print")
    expect(page.locator("#sentence")).to_be_visible()


def test_an_item_opens_in_the_drawer_and_has_its_own_page(world, run, sign_in, live_server):
    page = sign_in(world.owner)
    page.goto(f"{live_server.url}/evaluations/{run.pk}/")
    page.locator("table.items").get_by_role("link", name="G9 教师5年360学时培训完成率").click()
    drawer = page.get_by_role("dialog", name="G9 教师5年360学时培训完成率")
    expect(drawer).to_contain_text("各校（近5年培训满360学时专任教师人数）合计 ÷ 各校（专任教师总人数）合计")
    assert page.url == f"{live_server.url}/evaluations/{run.pk}/items/G9/"
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("教师5年360学时培训完成率")


def test_filters_and_sorting_swap_the_table_and_keep_the_address(world, run, sign_in, live_server):
    page = sign_in(world.owner)
    page.goto(f"{live_server.url}/evaluations/{run.pk}/")
    rows = page.locator("table.matrix tbody tr:not(.band)")
    expect(rows).to_have_count(3)
    page.get_by_label("只看未达标").check()
    expect(rows).to_have_count(2)
    assert page.url.endswith("?only=1&q=")
    page.locator("table.matrix thead").get_by_role("link", name="体育运动场馆").click()
    expect(page.locator('th[aria-sort="ascending"]')).to_contain_text("体育运动场馆")
    page.get_by_role("link", name="初中 1").click()
    expect(rows).to_have_count(1)
    assert "level=junior" in page.url
    assert "sort=R5" in page.url


def test_the_strips_are_drawn_to_one_scale(world, of, sign_in, live_server):
    bad = Upload.objects.get(name="坏.xlsx")  # while it may be a school nothing is judged
    submissions.set_aside(upload=bad, reason="空白文件。", by=world.owner)
    run = handin.run(of, world.owner)
    page = sign_in(world.owner)
    page.goto(f"{live_server.url}/evaluations/{run.pk}/")
    boxes = page.locator("table.cv tbody tr").nth(4).locator("svg.strip").all()
    cvs = {(i["code"], i["level"]): i["cv"] for i in run.data["county"] if "mean" in i}
    for svg, level, limit in zip(boxes, ("primary", "junior"), (0.5, 0.45), strict=True):
        frame, dot, line = (
            svg.bounding_box(),
            svg.locator("circle").bounding_box(),
            svg.locator(".limit-line").bounding_box(),
        )
        centre = dot["x"] + dot["width"] / 2 - frame["x"]
        assert centre == pytest.approx(frame["width"] * cvs["R5", level] / 0.6, abs=1)
        assert line["x"] + line["width"] / 2 - frame["x"] == pytest.approx(
            frame["width"] * limit / 0.6, abs=1.5
        )


def test_from_upload_to_verdict(world, sign_in, live_server, tmp_path):
    of = handin.set_of(world.yangzhong)
    files = []
    for name, data in {
        "区县.xlsx": handin.county(of),
        "1.xlsx": handin.school(FIRST),
        "3.xlsx": handin.school(JUNIOR),
    }.items():
        (tmp_path / name).write_bytes(data)
        files.append(tmp_path / name)
    page = sign_in(world.owner)
    page.goto(f"{live_server.url}/submissions/{of.county.code}/{of.year}/{of.version.pk}/")
    page.get_by_label("填报表、宽表").set_input_files(files)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_text("正在读取，每 2 秒更新")).to_be_visible()
    handin.work_waiting()
    expect(page.get_by_text("3 个，均已读完")).to_be_visible()
    page.get_by_role("link", name="回填报页").click()
    page.get_by_role("link", name="确认", exact=True).click()
    page.get_by_label("没有填报的原因").fill("已撤并。")
    page.get_by_role("button", name="确认并计算").click()
    expect(page.get_by_text("等待计算")).to_be_visible()
    handin.work_waiting()
    expect(page.locator("#sentence")).to_have_text(Evaluation.objects.get().data["verdict"]["sentence"])
    expect(page.get_by_text("预评")).to_have_count(0)


def test_everything_works_without_scripts(world, of, run, browser: Browser, live_server):
    world.owner.user.set_password(PASSWORD)
    world.owner.user.save()
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/orgs/signin/?next=/evaluations/{run.pk}/")
    page.get_by_label("账号").fill(world.owner.user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    rows = page.locator("table.matrix tbody tr:not(.band)")
    expect(rows).to_have_count(3)
    page.get_by_label("只看未达标").check()
    page.get_by_role("button", name="筛选").click()
    expect(rows).to_have_count(2)
    page.locator("table.matrix thead").get_by_role("link", name="体育运动场馆").click()
    expect(page.locator('th[aria-sort="ascending"]')).to_contain_text("体育运动场馆")
    page.locator(f'table.matrix a[href="/evaluations/{run.pk}/schools/1/R5/"]').click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("生均体育运动场馆面积")
    page.goto(f"{live_server.url}/submissions/321182/{handin.YEAR}/{of.version.pk}/")
    page.get_by_role("link", name="计算与结论").click()
    expect(page.get_by_role("link", name=run.number)).to_be_visible()
    context.close()
