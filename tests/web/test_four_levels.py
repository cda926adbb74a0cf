"""县自评 → 市复核 → 省评估 → 国家认定: the four levels through the actions."""

import four_levels
import pytest
from four_levels import at, case_of, close, hand_in_data, hand_in_self_check, launched, place

pytestmark = pytest.mark.django_db

COUNTY = "321182"


@pytest.fixture(autouse=True)
def on(settings):
    settings.DEMO_ON = four_levels.ON

def test_try():
    world = four_levels.build()
    city = world.offices["city"]
    county = world.offices["yangzhong"]
    campaign = launched(city, "quality-balance-four-levels", {"county": four_levels.version()})
    print([(p.stage.key, p.org.name, p.opens, p.due) for p in campaign.stages.first().places.all()])
    for s in campaign.stages.all():
        print(s.key, [(p.org.name, str(p.opens), str(p.due)) for p in s.places.all()])
    of = four_levels.whole_set(world.units["yangzhong"], county)
    hand_in_data(campaign, county)
    print(at(campaign, COUNTY))
    hand_in_self_check(campaign, county)
    print(at(campaign, COUNTY))
    assert 0
