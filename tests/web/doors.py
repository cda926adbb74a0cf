"""The addresses of the platform with an example for each: what stands in the brackets, for the cast's objects (演示数据).

Used by every test that walks all pages. A pattern without an example fails them: whoever adds an address adds a line here.
Not here: who may open what (that is each view's ``@page``), and the tests themselves.
"""

import re
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import award_world
import checking
import handin
import papers
from handin import FIRST, JUNIOR, SECOND
from lookback import Lookback, document
from world import World

from dudao_web import clock
from dudao_web.campaigns import actions as campaigns
from dudao_web.campaigns import closing, launching
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.evaluations import downloads
from dudao_web.evidence import actions as evidence
from dudao_web.evidence.actions import Spot
from dudao_web.findings import actions as findings
from dudao_web.findings import ledger
from dudao_web.findings.doings import DOINGS
from dudao_web.inspections import drawing, objections, recusal, visits
from dudao_web.inspections.models import Member, Sheet, Team
from dudao_web.notices import actions as notices
from dudao_web.orgs import links, mfa
from dudao_web.orgs.actions import record_many
from dudao_web.orgs.models import Role
from dudao_web.pages.demo_items import SCHOOL, school_items
from dudao_web.standards import actions as versions
from dudao_web.standards import queries as standards
from dudao_web.standards.models import StandardVersion
from dudao_web.submissions.models import IssueRecord
from dudao_web.titles import actions as titles

SET = "/submissions/<str:county>/<int:year>/<int:version>/"
CASE = "/campaigns/cases/<int:pk>/"
PLANNING = ("plan/", "launch/", "withdraw/")  # of a draft, which its own office alone sees
PREVIEW = "/standards/catalogue/<str:standard>/<str:profile>/items/<int:file>/"  # of a file of one's own
Examples = dict[str, dict[str, object]]  # pattern as ``dudao-web pages`` prints it -> its arguments
# Pages about what belongs to no unit, by the beginning of their patterns: every office of the page's roles opens them.
# Of a title and a list of the city every district reads its own rows.
SHARED: tuple[str, ...] = (
    "/standards/",
    "/submissions/template/",
    "/titles/<slug:key>/",
    "/titles/cohorts/<int:pk>/",
)
# Where a method is for fewer roles than the page itself: who else opens the page gets 404 for doing its work.
WORK: dict[tuple[str, str], frozenset[Role]] = {
    ("/submissions/", "POST"): frozenset({Role.COUNTY_OFFICER}),
    (f"{SET}supplement/", "POST"): frozenset({Role.COUNTY_OFFICER}),
    (f"{SET}supplement/schools/", "POST"): frozenset({Role.COUNTY_OFFICER}),
    (f"{SET}supplement/schools/<str:code>/", "POST"): frozenset({Role.COUNTY_OFFICER, Role.SCHOOL}),
    # Proofs: the unit's own work.
    **{
        (f"/evidence/proofs/<int:pk>/{end}/", method): frozenset({Role.SCHOOL})
        for end in ("revise", "place", "withdraw")
        for method in ("GET", "POST")
    },
    ("/evidence/places/<int:pk>/take-out/", "POST"): frozenset({Role.SCHOOL}),
    ("/evidence/units/<str:code>/", "POST"): frozenset({Role.SCHOOL}),
    ("/evidence/units/<str:code>/<str:standard>/<str:indicator>/", "POST"): frozenset({Role.SCHOOL}),
    ("/titles/cohorts/<int:pk>/list.csv", "POST"): frozenset({Role.CITY_OFFICER}),  # whoever sees all of it
    # Papers: whoever issued, sent or received them, not the office above.
    **{
        (f"/documents/<int:pk>/{end}", "GET"): frozenset({Role.COUNTY_OFFICER})
        for end in ("", "files/<int:order>/")
    },
    **{
        (f"/notices/<int:pk>/{end}", method): frozenset({Role.COUNTY_OFFICER, Role.SCHOOL})
        for end in ("", "acknowledge/", "urge/", "forward/", "files/<int:attachment>/")
        for method in ("GET", "POST")
    },
    (PREVIEW, "GET"): frozenset({Role.COUNTY_OFFICER}),
    (PREVIEW, "POST"): frozenset({Role.COUNTY_OFFICER}),
    **{
        (f"/campaigns/<slug:key>/{end}", method): frozenset({Role.COUNTY_OFFICER})
        for end in PLANNING
        for method in ("GET", "POST")
    },
    # What a unit does about itself, here a school; its responsible inspector; the district that keeps a stage.
    (f"{CASE}ask-unlock/", "POST"): frozenset({Role.SCHOOL}),
    (f"{CASE}sign/", "POST"): frozenset({Role.INSPECTOR}),
    ("/submissions/self-check/<int:pk>/", "POST"): frozenset({Role.SCHOOL}),
    ("/submissions/self-check/<int:pk>/carry-in/", "POST"): frozenset({Role.SCHOOL}),
    ("/submissions/self-check/<int:pk>/hand-in/", "GET"): frozenset({Role.SCHOOL}),
    ("/submissions/self-check/<int:pk>/hand-in/", "POST"): frozenset({Role.SCHOOL}),
    ("/submissions/data/<int:pk>/", "POST"): frozenset({Role.COUNTY_OFFICER}),
    # Problems: the work of whoever mends them, here a school; of the office that verifies them.
    **{
        (f"/findings/<int:pk>/{verb}/", "POST"): frozenset({Role.SCHOOL})
        for verb in ("plan", "progress", "report", "hand-up", "withdraw")
    },
    **{
        (f"/findings/<int:pk>/{verb}/", "POST"): frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER})
        for verb in ("answer", "return-plan", "assign", "decide", "urge", "move", "reopen")
    },
    **{
        (f"/campaigns/places/<int:pk>/{end}/", method): frozenset({Role.COUNTY_OFFICER})
        for end, method in (
            ("dates", "GET"),
            ("dates", "POST"),
            ("forward", "GET"),
            ("forward", "POST"),
            ("queue", "POST"),
        )
    },
}
WORK |= {
    ("/inspections/places/<int:pk>/draw/", method): frozenset({Role.COUNTY_OFFICER})
    for method in ("GET", "POST")
}
# Objections and visits: the school's own work, the team's, that of the district that keeps the stage.
WORK |= {
    (f"/inspections/{end}/", method): frozenset({role})
    for role, ends in (
        (Role.SCHOOL, ("sheets/<int:pk>/object", "objections/<int:pk>/withdraw", "objections/<int:pk>/read")),
        (Role.INSPECTOR, ("visits/<int:pk>/observe", "visits/<int:pk>/finish")),
        (
            Role.COUNTY_OFFICER,
            (
                "objections/<int:pk>/answer",
                "places/<int:pk>/visits/new",
                "visits/<int:pk>/notice",
                "visits/<int:pk>/no-notice",
                "visits/<int:pk>/cancel",
            ),
        ),
    )
    for end in ends
    for method in ("GET", "POST")
}
# Teams: of the district that keeps the stage.
WORK |= {
    (f"/inspections/{end}/", method): frozenset({Role.COUNTY_OFFICER})
    for end, methods in (
        ("places/<int:pk>/teams/new", ("GET", "POST")),
        ("teams/<int:pk>/join", ("POST",)),
        ("teams/<int:pk>/assign", ("POST",)),
        ("teams/members/<int:pk>/leave", ("POST",)),
    )
    for method in methods
}
# Sheets: the team's own work; the unit reads what was found.
WORK |= {
    ("/inspections/sheets/<int:pk>/items/<str:code>/", "POST"): frozenset({Role.INSPECTOR}),
    ("/inspections/sheets/<int:pk>/submit/", "GET"): frozenset({Role.INSPECTOR}),
    ("/inspections/sheets/<int:pk>/submit/", "POST"): frozenset({Role.INSPECTOR}),
    ("/inspections/sheets/<int:pk>/acknowledge/", "POST"): frozenset({Role.SCHOOL}),
}
WORK["/inspections/places/<int:pk>/end-objections/", "POST"] = frozenset({Role.COUNTY_OFFICER})
# What a POST must say to mean anything; the others are sent empty and are refused or harmless.
SAID: dict[str, dict[str, str]] = {
    "/orgs/record/download/": {"chain": "office"},
    "/findings/bulk/": {"do": "urge"},
}
GYM = "学校体育馆面积"
DUTIES = "wenling-2020"  # a standard that says who does what
BRACKET = re.compile(r"<(?:\w+:)?(\w+)>")


def address(pattern: str, given: Mapping[str, object]) -> str:
    """The address that a pattern stands for with these arguments."""
    return BRACKET.sub(lambda found: str(given[found.group(1)]), pattern)


def args(world: World) -> Examples:
    """Objects of every kind in 扬中市, and the arguments of every pattern that has any."""
    return {
        **_orgs(world),
        **_evidence(world),
        **_papers(world),
        **_titles(world),
        **_returns(world),
        **_campaigns(world),
        **_items(world),
        **_draws(world),
        **_visits(world),
        **_sheets(world),
        **_teams(world),
    }


def _orgs(world: World) -> Examples:
    unit = {"code": world.school_2.code}
    guarded = {"pk": world.head.user_id}
    secret = mfa.new_secret()
    mfa.enrol(user=world.head.user, secret=secret, code=mfa.pyotp.TOTP(secret).now())
    link, _ = links.issue(by=world.city_officer, user=world.stranger.user)
    return {
        **_each("/orgs/accounts/<int:pk>/", ("reset/", "end/", "link/"), {"pk": world.head.pk}),
        **_each("/orgs/<str:code>/", ("", "rename/", "close/", "invite/", "move/", "merge/", "split/"), unit),
        "/orgs/<str:code>/new/": {"code": world.town.code},
        "/orgs/link/<str:token>/": {"token": link.rstrip("/").rpartition("/")[2]},
        **_each("/orgs/security/accounts/<int:pk>/", ("unlock/", "second-step/"), guarded),
        **_each("/orgs/users/<int:pk>/", ("close/", "person/", "reopen/"), guarded),
        "/orgs/security/limits/<str:role>/": {"role": "school"},
    }


def _evidence(world: World) -> Examples:
    """A file, and a proof in its place in the directory."""
    file = evidence.store(data="演示数据".encode(), name="表.xlsx", org=world.school_1, by=world.head)
    asked = {"standard": handin.STANDARD, "indicator": "Q3"}
    spot = Spot(**asked, asked="学校章程、信息化建设方案等")
    proof = evidence.add(
        org=world.school_1,
        by=world.head,
        name="章程.pdf",
        data=papers.PDF,
        effective_on=papers.DAY,
        spots=[spot],
    ).proof
    unit = {"code": world.school_1.code}
    return {
        "/evidence/<int:pk>/": {"pk": file.pk},
        **_each("/evidence/units/<str:code>/", ("", "bundle.zip"), unit),
        "/evidence/units/<str:code>/<str:standard>/<str:indicator>/": {**unit, **asked},
        **_each("/evidence/proofs/<int:pk>/", ("", "revise/", "place/", "withdraw/"), {"pk": proof.pk}),
        "/evidence/proofs/<int:pk>/<int:number>/": {"pk": proof.pk, "number": 1},
        "/evidence/places/<int:pk>/take-out/": {"pk": proof.places.get().pk},
    }


def _papers(world: World) -> Examples:
    """A document of 扬中市 with an attachment, the notice of it to a school, and one that it received itself."""
    file = evidence.store(data=papers.PDF, name="名单.pdf", org=world.yangzhong, by=world.owner)
    document = papers.issued(world.owner, word="扬教督", files=[file])
    attached = document.attachments.get()
    sent = notices.send(by=world.owner, document=document, to=[world.school_1])
    received = notices.send(
        by=world.city_officer, document=papers.issued(world.city_officer), to=[world.yangzhong]
    )
    return {
        "/documents/<int:pk>/": {"pk": document.pk},
        "/documents/<int:pk>/files/<int:order>/": {"pk": document.pk, "order": attached.order},
        **_each("/notices/<int:pk>/", ("acknowledge/", "forward/"), {"pk": received.pk}),
        **_each("/notices/<int:pk>/", ("", "urge/"), {"pk": sent.pk}),
        "/notices/<int:pk>/files/<int:attachment>/": {"pk": sent.pk, "attachment": attached.pk},
    }


def _titles(world: World) -> Examples:
    """A title of the city with an award in 扬中市, and a cohort of it."""
    title = award_world.titles(world.city).schools
    award = award_world.give(title, world.school_1)
    cohort = titles.freeze_cohort(
        by=world.city_officer,
        org=world.city,
        name="回头看名单",
        titles=[title],
        awarded_until=award_world.LATE,
    )
    return {
        **_each("/titles/<slug:key>/", ("", "award/", "awards.xlsx"), {"key": title.key}),
        **_each("/titles/awards/<int:pk>/", ("correct/", "withdraw/"), {"pk": award.pk}),
        **_each("/titles/cohorts/<int:pk>/", ("", "list.csv"), {"pk": cohort.pk}),
        "/titles/units/<str:code>/": {"code": world.school_1.code},
    }


def _returns(world: World) -> Examples:
    """A set of returns with a query to explain, and a run of it."""
    of = handin.set_of(world.yangzhong)
    handin.hand_in(of, world.owner, "区县填报表.xlsx", handin.county(of))
    upload = handin.hand_in(of, world.owner, f"{FIRST}.xlsx", handin.school(FIRST, {GYM: 300}))
    handin.hand_in(of, world.owner, f"{SECOND}.xlsx", handin.school(SECOND))
    handin.hand_in(of, world.owner, f"{JUNIOR}.xlsx", handin.school(JUNIOR))
    done = handin.run(of, world.owner)
    a_set = {"county": of.county.code, "year": of.year, "version": of.version.pk}
    run = {"pk": done.pk}
    unreadable = handin.hand_in(of, world.owner, "照片.xlsx", b"no workbook")
    downloads.make(downloads.ask(evaluation=done, kind="pdf", by=world.owner).pk)
    with_duties = versions.register(standard=DUTIES, profile="default", by=None)
    version = {"pk": of.version.pk}
    offered = {"standard": handin.STANDARD, "profile": "default"}
    returned = {"pk": handin.current(of, FIRST).pk}
    of_school = {**run, "number": 0}
    return {
        "/standards/<int:pk>/": version,
        "/standards/<int:pk>/duties/": {"pk": with_duties.pk},
        "/standards/catalogue/<str:standard>/<str:profile>/": offered,
        "/standards/catalogue/<str:standard>/<str:profile>/duties/": {**offered, "standard": DUTIES},
        **_each("/submissions/uploads/<int:pk>/", ("", "again/"), {"pk": upload.pk}),
        "/submissions/uploads/<int:pk>/set-aside/": {"pk": unreadable.pk},
        **_each(
            "/submissions/returns/<int:pk>/",
            ("", "send-back/", "take-back/", "withdraw/", "annotated/", "original/"),
            returned,
        ),
        "/submissions/issues/<int:pk>/explain/": {"pk": IssueRecord.objects.get(code="CHK-008").pk},
        "/submissions/template/<int:version>.xlsx": {"version": of.version.pk},
        **_each(SET, ("", "upload/", "uploads/", "issues/"), a_set),
        **_each(
            f"{SET}supplement/",
            ("", "state/", "source/", "filled.xlsx", "schools/"),
            a_set,
        ),
        f"{SET}supplement/schools/<str:code>/": {**a_set, "code": world.school_1.code},
        **_each(
            "/evaluations/sets/<str:county>/<int:year>/<int:version>/", ("", "confirm/", "start/"), a_set
        ),
        **_each("/evaluations/<int:pk>/", ("", "record/", "explain/", "result.json", "documents/"), run),
        "/evaluations/<int:pk>/items/<str:code>/": {**run, "code": "G1"},
        "/evaluations/<int:pk>/items/<str:code>/<int:number>/": {**of_school, "code": "G4"},
        "/evaluations/<int:pk>/variations/<str:level>/<str:code>/": {**run, "level": "primary", "code": "R5"},
        "/evaluations/<int:pk>/schools/<int:number>/": of_school,
        "/evaluations/<int:pk>/schools/<int:number>/<str:code>/": {**of_school, "code": "R5"},
        "/evaluations/<int:pk>/schools.<str:kind>": {**run, "kind": "csv"},
        "/evaluations/<int:pk>/files/<str:kind>/": {**run, "kind": "form"},
        **_each("/evaluations/<int:pk>/documents/<str:kind>/", ("", "make/"), {**run, "kind": "pdf"}),
    }


def _items(world: World) -> Examples:
    """A filled 细则录入表 of 扬中市, ready to be looked over."""
    file = evidence.store(data=school_items(3), name="细则.xlsx", org=world.yangzhong, by=world.owner)
    into = {"standard": SCHOOL, "profile": "default"}
    return {
        PREVIEW.removesuffix("<int:file>/"): into,
        PREVIEW: {**into, "file": file.pk},
        "/standards/catalogue/<str:standard>/items.xlsx": into,
    }


def _campaigns(world: World) -> Examples:
    """A look-back that has come to the schools of 扬中市, with a problem of one; a second that waits to be forwarded; a county's data."""
    bound = checking.own_items(_lookback(world), 3)
    running, waiting = (_launched(world, bound, key, no) for no, key in enumerate(("yz-2018", "yz-later"), 1))
    closing.forward(
        place=_place(running, "notice"), by=world.owner, document=papers.issued(world.owner, word="扬教督办")
    )
    case = Case.objects.get(campaign=running, unit=world.school_1)
    row = findings.note(case=case, by=world.head, text="操场积水", mendable=True, measure="改造排水")
    draft = launching.prepare(
        by=world.owner, procedure="special-inspection", year=2018, title="专项督导", key="yz-plan"
    )
    self_check, one = {"pk": case.pk}, {"pk": row.pk}
    data = checking.data_case(world, handin.set_of(world.yangzhong))
    acts = ("", "approve/", "return/", "ask-unlock/", "unlock/", "decline/", "sign/")
    return {
        **_each("/campaigns/<slug:key>/", ("", "cases/", "close/"), {"key": running.key}),
        **_each("/campaigns/<slug:key>/", PLANNING, {"key": draft.key}),
        **_each("/inspections/campaigns/<slug:key>/agreement/", ("", "table.xlsx"), {"key": running.key}),
        **_each(CASE, acts, self_check),
        **_each(
            "/campaigns/places/<int:pk>/", ("", "dates/", "forward/"), {"pk": _place(waiting, "notice").pk}
        ),
        "/campaigns/places/<int:pk>/queue/": {"pk": _place(running, "approval").pk},
        **_each("/submissions/self-check/<int:pk>/", ("", "carry-in/", "hand-in/"), self_check),
        "/submissions/data/<int:pk>/": {"pk": data.pk},
        **_each("/findings/cases/<int:pk>/", ("", "list/", "new/"), self_check),
        **_each("/findings/<int:pk>/", ("", "panel/", "verify/", *(f"{verb}/" for verb in DOINGS)), one),
        "/findings/<int:pk>/proofs/<int:revision>/": _mended(world, case),
        "/evaluations/findings/<int:pk>/": one,
    }


def _draws(world: World) -> Examples:
    """A round of the re-check in 扬中市 that is drawn, and one that waits for its seed."""
    place = _place(Campaign.objects.get(key="yz-2018"), "review")
    given = {
        "place": place,
        "by": world.owner,
        "seed_source": "演示数据",
        "quota": {(world.yangzhong.code, "school"): 1},
    }
    first = drawing.plan(**given, seed_at=(at := clock.now() + timedelta(seconds=0.5)))
    time.sleep(max(0, (at - clock.now()).total_seconds()))
    drawing.draw(sample=first, by=world.owner, frame_sha256=first.frame_sha256, seed="20180612")
    second = drawing.plan(**given, seed_at=clock.now() + timedelta(days=1))
    return {
        **_each("/inspections/places/<int:pk>/", ("", "draw/"), {"pk": place.pk}),
        **_each("/inspections/draws/<int:pk>/", ("", "seed/", "cancel/"), {"pk": second.pk}),
        "/inspections/draws/drawn/<int:pk>/replace/": {"pk": first.drawn.get().pk},
        "/draws/<int:pk>/": {"pk": first.pk},
        "/draws/<int:pk>/<str:name>": {"pk": first.pk, "name": "verify.py"},
    }


def _visits(world: World) -> Examples:
    """A sheet of a school that was handed in, its objection, and a visit with an observation and a photo."""
    case = Case.objects.get(campaign__key="yz-later", unit=world.school_1)
    place = _place(case.campaign, "review")
    team = Team.objects.create(place=place, name="实地组", by=world.owner, at=clock.now())
    leader = Member.objects.create(team=team, membership=world.inspector, kind="leader", at=clock.now())
    sheet = Sheet.objects.create(case=case, place=place, source="review", team=team, state="submitted")
    record_many(by=world.owner, action="inspections.form_team", objs=[team, leader, sheet])
    code = standards.load(case.version).indicators[0].code
    campaigns.judge(
        case=case, by=world.owner, source="review", answered=[campaigns.Answered(code, "C", note="缺记录")]
    )
    file = evidence.store(data=papers.PDF, name="说明.pdf", org=world.school_1, by=world.head)
    objection = objections.file(sheet=sheet, by=world.head, text="记录在档", indicators=[code], file=file)
    visit = visits.plan(
        case=case, place=place, team=team, by=world.owner, on=clock.today(), matters="校园安全"
    )
    visits.unannounced(visit=visit, by=world.owner, reason="核实投诉")
    photo = evidence.store(data=papers.PDF, name="照片.jpg", org=world.yangzhong, by=world.inspector)
    seen = visits.note(visit=visit, by=world.inspector, text="操场积水", photo=photo)
    return {
        "/inspections/sheets/<int:pk>/object/": {"pk": sheet.pk},
        **_each(
            "/inspections/objections/<int:pk>/",
            ("", "answer/", "withdraw/", "read/", "file/"),
            {"pk": objection.pk},
        ),
        **_each(
            "/inspections/places/<int:pk>/", ("end-objections/", "visits/", "visits/new/"), {"pk": place.pk}
        ),
        **_each(
            "/inspections/visits/<int:pk>/",
            ("", "notice/", "no-notice/", "cancel/", "observe/", "finish/"),
            {"pk": visit.pk},
        ),
        "/inspections/visits/<int:pk>/photos/<int:observation>/": {"pk": visit.pk, "observation": seen.pk},
    }


def _teams(world: World) -> Examples:
    """The team of that sheet with its member, and a tie that the district entered."""
    team = Team.objects.select_related("place").get(name="实地组")
    tie = recusal.declare(by=world.owner, user=world.inspector.user, org=world.school_2, kind="other")
    return {
        "/inspections/places/<int:pk>/teams/new/": {"pk": team.place_id},
        **_each("/inspections/teams/<int:pk>/", ("", "join/", "assign/"), {"pk": team.pk}),
        "/inspections/teams/members/<int:pk>/leave/": {"pk": team.members.get().pk},
        "/inspections/ties/<int:pk>/end/": {"pk": tie.pk},
    }


def _mended(world: World, case: Case) -> dict[str, object]:
    """A problem that is said to be mended, with the proof shown."""
    row = findings.note(case=case, by=world.head, text="图书陈旧", mendable=True, measure="补充图书")
    filed = evidence.add(
        org=case.unit,
        by=world.head,
        name="验收单.pdf",
        data=b"%PDF-1.4\n% books\n%%EOF\n",
        effective_on=clock.today(),
    )
    shown = filed.proof.current
    ledger.report(finding=row, by=world.head, note="已补充", on=clock.today(), proofs=[shown])
    return {"pk": row.pk, "revision": shown.pk}


def _sheets(world: World) -> Examples:
    """The same sheet, an item of it, and a proof of the school filed at its standard."""
    sheet = Sheet.objects.select_related("case__version", "place").get(case__unit=world.school_1)
    code = standards.load(sheet.case.version).indicators[0].code
    spot = Spot(sheet.case.version.standard, code, asked="")
    proof = evidence.add(
        org=world.school_1,
        by=world.head,
        name="记录.pdf",
        data=papers.PDF,
        effective_on=papers.DAY,
        spots=[spot],
    ).proof
    one = {"pk": sheet.pk}
    return {
        **_each("/inspections/sheets/<int:pk>/", ("", "screens/", "submit/", "acknowledge/"), one),
        "/inspections/sheets/<int:pk>/items/<str:code>/": {**one, "code": code},
        "/inspections/sheets/<int:pk>/proofs/<int:revision>/": {**one, "revision": proof.current.pk},
        "/inspections/places/<int:pk>/sheets.xlsx": {"pk": sheet.place_id},
    }


def _lookback(world: World) -> Lookback:
    """The cast as the look-back's tests have theirs."""
    districts = {org.code: org for org in (world.yangzhong, world.danyang)}
    officers = {world.yangzhong.code: world.owner, world.danyang.code: world.peer}
    return Lookback(world.city, world.city_officer, districts, officers, [world.school_1, world.school_2])


def _launched(world: World, bound: dict[str, StandardVersion], key: str, no: int) -> Campaign:
    """A look-back of 扬中市 alone, its notice not yet forwarded."""
    by = world.city_officer
    draft = launching.prepare(
        by=by, procedure="zhenjiang-lookback", year=2018, title="回头看（演示数据）", key=key
    )
    plan = Plan(
        standards={kind: version.pk for kind, version in bound.items()}, districts=(world.yangzhong.code,)
    )
    launching.revise(campaign=draft, by=by, plan=plan)
    return launching.launch(campaign=draft, by=by, document=document(by, 200 + no))


def _place(campaign: Campaign, kind: str) -> StageDate:
    """The first stage of a kind that 扬中市 keeps."""
    rows = StageDate.objects.filter(stage__campaign=campaign, stage__type=kind, org__code="321182")
    return rows.order_by("stage__order").first()


def _each(base: str, ends: tuple[str, ...], given: dict[str, Any]) -> Examples:
    """The same arguments for several addresses below one."""
    return {base + end: given for end in ends}
