"""An office of the first version, with one account in several offices, after ``upgrade``: nobody is locked out, and what is owed is said."""

import re
import subprocess
import sys

import pytest
from test_cli import ONE_TIME, Run, call, environment
from world import PASSWORD

SETUP = """
import sys
import django
django.setup()
from datetime import date
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

call_command("migrate", "orgs", "0001", verbosity=0)
then = MigrationExecutor(connection).loader.project_state([("orgs", "0001_initial")]).apps
make = lambda model, **words: then.get_model("orgs", model).objects.create(**words)
org = make("Org", code="321100", name="镇江市", kind="city", path="321100/")
for username, roles in (("admin", ("system_admin", "city_officer")), ("both", ("system_admin", "audit_admin"))):
    words = {"password": make_password(sys.argv[1]), "must_change_password": False}
    user = make("User", username=username, display=username, **words)
    for role in roles:
        make("Membership", user=user, org=org, role=role, title=role, since=date(2020, 1, 1))
"""
SIGN_IN = """
import sys
import django
django.setup()
from django.test import Client
from django.test.utils import setup_test_environment
setup_test_environment()
client = Client()
print(client.post("/orgs/signin/", {"username": "admin", "password": sys.argv[1]}).status_code)
page = client.get("/orgs/choose/")
for held in page.context["held"]:
    print(held.role, client.post("/orgs/choose/", {"membership": held.pk}).url, client.get("/orgs/").status_code)
"""


def python(home, text: str) -> str:
    """A script that works on the folder; what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", text, PASSWORD],
        env=environment(home, DJANGO_SETTINGS_MODULE="dudao_web.settings"),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory) -> tuple[object, Run]:
    """The folder of such an office, and what ``upgrade`` said of it."""
    home = tmp_path_factory.mktemp("office")
    (home / "secret-key").write_text("x" * 50, "ascii")
    python(home, SETUP)
    return home, call(home, "upgrade")


def test_the_upgrade_says_what_is_owed(upgraded):
    _, done = upgraded
    assert (done.code, done.err) == (0, "")
    assert "数据库升级：orgs.0002_history_and_security\n" in done.out
    assert done.out.splitlines()[-3:] == [
        "现在没有安全管理员。请执行 dudao-web add-admin --role security_admin --username 新账号。",
        "账号 admin 兼任市级以上督导室、系统管理员，仍可使用。请由安全管理员另设账号，再停用多余的岗位。",
        "账号 both 兼任系统管理员、审计管理员，仍可使用。请由安全管理员另设账号，再停用多余的岗位。",
    ]


def test_the_account_comes_in_and_acts_in_each_of_its_offices(upgraded):
    home, _ = upgraded
    assert python(home, SIGN_IN).split("\n") == ["302", "city_officer / 200", "system_admin / 200", ""]


def test_the_missing_one_is_added_by_command_and_no_other(upgraded):
    home, _ = upgraded
    there = call(home, "add-admin", "--role", "audit_admin", "--username", "auditor")
    assert (there.code, "已有审计管理员" in there.err) == (1, True)
    used = call(home, "add-admin", "--role", "security_admin", "--username", "admin")
    assert (used.code, "管理员须用新的账号" in used.err) == (1, True)
    done = call(home, "add-admin", "--role", "security_admin", "--username", "secadmin")
    assert (done.code, done.err) == (0, "")
    assert re.search(ONE_TIME, done.out)
    assert "现在没有" not in call(home, "upgrade").out
