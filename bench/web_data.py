"""The office that ``bench/web.py`` measures (演示数据): 镇江's look-back with any number of units, 100 indicators × 3 sources each.

The tree of 413 units, the campaign and its forwarding are made by the actions, as in an office; more units, what they handed in
and their judgements are written straight into the tables, as they would stand a few weeks later; so are sheets and problems
(``web_reviews``).
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import cycle

import lookback
import web_reviews
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from lookback import Lookback

from dudao_web import clock
from dudao_web.campaigns import queries, walking
from dudao_web.campaigns.models import Campaign, Case, HandIn, StageDate
from dudao_web.orgs.membership import SESSION_KEY
from dudao_web.orgs.models import Kind, Membership, Org, Role, User
from dudao_web.standards import queries as standards
from dudao_web.tasks import actions as tasks

ON = date(2018, 6, 12)  # as in web.py
INDICATORS = 100
SOURCES = ("self", "review", "spot")
# How the units stand, over and over: half has handed in and waits, three of ten are still at it.
STATES = (
    "submitted",
    "submitted",
    "submitted",
    "submitted",
    "submitted",
    "todo",
    "draft",
    "returned",
    "approved",
    "approved",
)
OWN_TASKS = 30  # of the city's office itself


def begin(world: Lookback, campaign: Campaign, units: int) -> None:
    """After the launch: the districts forward, the city has tasks of its own, and there are ``units`` units."""
    lookback.forward_all(world, campaign)
    tasks.ask_many(
        {
            "org": world.city, "role": Role.CITY_OFFICER, "kind": "bench.own", "object": f"bench:{n}", "title": f"上报第 {n} 份材料",
            "about": campaign.title, "asked_by": world.city, "href": "/", "due": ON + timedelta(days=n - 5), "opens": None, "note": "",
        }
        for n in range(OWN_TASKS)
    )  # fmt: skip
    stand(list(Case.objects.filter(campaign=campaign).select_related("district", "place__stage")))
    grow(world, campaign, units)


def grow(world: Lookback, campaign: Campaign, units: int) -> None:
    """More schools in the districts until the campaign has ``units`` cases, with their tasks and judgements."""
    there = Case.objects.filter(campaign=campaign).count()
    version = campaign.bindings.get(kind=Kind.SCHOOL).version
    own = {place.org_id: place for place in places(campaign, "self_check").values()}
    orgs = []
    for number, district in zip(range(there, units), cycle(world.districts.values()), strict=False):
        code = f"{district.code}{9000 - number:04d}" if number < 9000 else f"{district.code}{number}"
        name = f"{district.name}演示{number}小学"
        path = f"{district.path}{code}/"
        orgs.append(
            Org(code=code, name=name, kind=Kind.SCHOOL, parent=district, path=path, since=lookback.SINCE)
        )
    with transaction.atomic():
        Org.objects.bulk_create(orgs)
        cases = Case.objects.bulk_create(
            Case(
                campaign=campaign,
                unit=org,
                district=org.parent,
                path=org.path,
                kind=org.kind,
                version=version,
                place=own[org.parent_id],
            )
            for org in orgs
        )
        walking.ask_units(cases)
        stand(cases)
        judge(campaign)
        web_reviews.stand(world, campaign)


def places(campaign: Campaign, key: str) -> dict[int, StageDate]:
    """The places of a stage, by district."""
    rows = StageDate.objects.filter(stage__campaign=campaign, stage__key=key)
    return {row.org_id: row for row in rows.select_related("stage__campaign", "org")}


def stand(cases: list[Case]) -> None:
    """The cases as they stand after some weeks, with the hand-ins of those that handed in."""
    now, ways, stands = clock.now(), queries.routes(cases[0].campaign), cycle(STATES)
    for case, state in zip(cases, stands, strict=False):
        case.state = "submitted" if state in ("submitted", "approved") else state
        if case.state == "submitted":
            walking.onward(case, ways[case.district_id])
            case.submitted_at, case.state = now, "submitted"
        if state == "approved":
            case.state = "approved"
            walking.onward(case, ways[case.district_id])
            case.approved_at = now
    Case.objects.bulk_update(cases, ["state", "place", "submitted_at", "approved_at", "done"], batch_size=500)
    handed = [case for case in cases if case.submitted_at]
    HandIn.objects.bulk_create(
        HandIn(case=case, place=case.place, number=1, count=INDICATORS, sha256="0" * 64, at=now)
        for case in handed
    )
    walking.ask_units(handed)


def judge(campaign: Campaign) -> None:
    """Every source's judgement of every indicator, of the cases that have none. In SQL: 1.5 million rows are a minute's work."""
    codes = [one.code for one in standards.load(campaign.bindings.get(kind=Kind.SCHOOL).version).indicators][
        :INDICATORS
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_judgement (case_id, indicator, source, value, points, answer, note, hand_in_id, at, superseded)"
            " SELECT c.id, i.value, s.value, CASE WHEN s.value <> 'self' AND (c.id + i.key) %% 10 = 0 THEN 'B' ELSE 'A' END, NULL,"
            " '{}', CASE WHEN s.value <> 'self' AND (c.id + i.key) %% 10 = 0 THEN '现场查看' ELSE '' END, h.id, %s, 0"
            " FROM campaigns_case c CROSS JOIN json_each(%s) i CROSS JOIN json_each(%s) s"
            " LEFT JOIN campaigns_handin h ON h.case_id = c.id AND s.value = 'self'"
            " WHERE c.campaign_id = %s AND NOT EXISTS (SELECT 1 FROM campaigns_judgement j WHERE j.case_id = c.id)",
            [datetime.now(UTC).isoformat(" "), json.dumps(codes), json.dumps(SOURCES), campaign.pk],
        )


def cookie(membership: Membership) -> str:
    """The session cookie of somebody who signed in as that office, with a password of their own."""
    User.objects.filter(pk=membership.user_id).update(must_change_password=False)
    client = Client()
    client.force_login(membership.user, "django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SESSION_KEY] = membership.pk
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
