"""The addresses of the platform with an example for each: what stands in the brackets, for the cast's objects (演示数据).

Used by every test that walks all pages. A pattern without an example fails them: whoever adds an address adds a line here.
Not here: who may open what (that is each view's ``@page``), and the tests themselves.
"""

import re
from collections.abc import Mapping
from typing import Any

import award_world
import handin
import papers
from handin import FIRST, JUNIOR, SECOND
from world import World

from dudao_web.evaluations import downloads
from dudao_web.evidence import actions as evidence
from dudao_web.evidence.actions import Spot
from dudao_web.notices import actions as notices
from dudao_web.orgs import links, mfa
from dudao_web.orgs.models import Role
from dudao_web.standards import actions as versions
from dudao_web.submissions.models import IssueRecord
from dudao_web.titles import actions as titles

SET = "/submissions/<str:county>/<int:year>/<int:version>/"
Examples = dict[str, dict[str, object]]  # pattern as ``dudao-web pages`` prints it -> its arguments
# Pages about what belongs to no unit, by the beginning of their patterns: every office of the page's roles opens them.
SHARED: tuple[str, ...] = ("/standards/", "/submissions/template/")
# Where a method is for fewer roles than the page itself: who else opens the page gets 404 for doing its work.
WORK: dict[tuple[str, str], frozenset[Role]] = {
    ("/submissions/", "POST"): frozenset({Role.COUNTY_OFFICER}),
    (f"{SET}supplement/", "POST"): frozenset({Role.COUNTY_OFFICER}),
    (f"{SET}supplement/schools/", "POST"): frozenset({Role.COUNTY_OFFICER}),
    (f"{SET}supplement/schools/<str:code>/", "POST"): frozenset({Role.COUNTY_OFFICER, Role.SCHOOL}),
}
# What a POST must say to mean anything; the others are sent empty and are refused or harmless.
SAID: dict[str, dict[str, str]] = {"/orgs/record/download/": {"chain": "office"}}
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
        **_each("/orgs/users/<int:pk>/", ("close/", "reopen/"), guarded),
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


def _each(base: str, ends: tuple[str, ...], given: dict[str, Any]) -> Examples:
    """The same arguments for several addresses below one."""
    return {base + end: given for end in ends}
