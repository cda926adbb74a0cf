"""Files: bytes kept once by hash, handed back only to those who may have them."""

import hashlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from dudao_web.evidence import actions, queries
from dudao_web.evidence.models import File
from dudao_web.orgs.models import Action

DATA = "演示数据".encode()
SHA = hashlib.sha256(DATA).hexdigest()


def stored() -> list[str]:
    return [
        f"{folder}/{name}"
        for folder in default_storage.listdir("")[0]
        for name in default_storage.listdir(folder)[1]
    ]


def test_a_file_lies_under_its_hash(world):
    file = actions.store(data=DATA, name="表.xlsx", org=world.yangzhong, by=world.owner)
    assert (file.sha256, file.size, file.path) == (SHA, len(DATA), f"{SHA[:2]}/{SHA}")
    assert stored() == [f"{SHA[:2]}/{SHA}"]
    assert queries.content(file) == DATA


def test_keeping_it_again_changes_nothing(world):
    first = actions.store(data=DATA, name="表.xlsx", org=world.yangzhong, by=world.owner)
    acts = Action.objects.count()
    assert actions.store(data=DATA, name="表.xlsx", org=world.yangzhong, by=world.owner) == first
    assert Action.objects.count() == acts


def test_two_units_share_the_bytes_not_the_row(world):
    actions.store(data=DATA, name="表.xlsx", org=world.yangzhong, by=world.owner)
    actions.store(data=DATA, name="表.xlsx", org=world.danyang, by=world.peer)
    assert File.objects.count() == 2
    assert len(stored()) == 1


def test_bytes_left_half_written_are_written_again(world):
    default_storage.save(f"{SHA[:2]}/{SHA}", ContentFile(DATA[:3]))
    file = actions.store(data=DATA, name="表.xlsx", org=world.yangzhong, by=world.owner)
    assert queries.content(file) == DATA
    assert len(stored()) == 1


def test_changed_bytes_are_never_read(world):
    file = actions.store(data=DATA, name="表.xlsx", org=world.yangzhong, by=world.owner)
    default_storage.delete(file.path)
    default_storage.save(file.path, ContentFile(DATA[::-1]))
    with pytest.raises(queries.FileDamaged):
        queries.content(file)


def test_a_file_is_an_attachment_that_no_browser_opens(world, client_of):
    file = actions.store(data=b"<script>1</script>", name="表/页面.html", org=world.yangzhong, by=world.owner)
    answer = client_of(world.owner).get(f"/evidence/{file.pk}/")
    assert b"".join(answer.streaming_content) == b"<script>1</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E9%A1%B5%E9%9D%A2.html"


COUNTY_FILE = {"owner": 200, "city_officer": 200}
SCHOOL_FILE = COUNTY_FILE | {"head": 200}
OTHERS = ("peer", "head", "stranger", "inspector", "system_admin", "security_admin", "audit_admin")


@pytest.mark.parametrize("who", ["owner", "city_officer", *OTHERS])
def test_who_may_have_a_county_s_file(world, client_of, who):
    file = actions.store(data=DATA, name="表.xlsx", org=world.yangzhong, by=world.owner)
    answer = client_of(getattr(world, who)).get(f"/evidence/{file.pk}/")
    assert answer.status_code == COUNTY_FILE.get(who, 404)


@pytest.mark.parametrize("who", ["owner", "city_officer", *OTHERS])
def test_who_may_have_a_school_s_file(world, client_of, who):
    file = actions.store(data=DATA, name="表.xlsx", org=world.school_1, by=world.head)
    answer = client_of(getattr(world, who)).get(f"/evidence/{file.pk}/")
    assert answer.status_code == SCHOOL_FILE.get(who, 404)


def test_a_school_has_no_file_of_another_school(world, client_of):
    file = actions.store(data=DATA, name="表.xlsx", org=world.school_2, by=world.owner)
    assert client_of(world.head).get(f"/evidence/{file.pk}/").status_code == 404


@pytest.mark.parametrize("who", ["owner", "city_officer", *OTHERS])
def test_what_the_platform_made_is_not_had_by_its_number(world, client_of, who):
    file = actions.store(data=DATA, name="申报表.xlsx", org=world.yangzhong, by=None)
    assert client_of(getattr(world, who)).get(f"/evidence/{file.pk}/").status_code == 404


def test_without_an_account_there_is_the_sign_in_page(world, client):
    file = actions.store(data=DATA, name="表.xlsx", org=world.yangzhong, by=world.owner)
    assert client.get(f"/evidence/{file.pk}/").url.startswith("/orgs/signin/")
