"""Org with FormerOrg and Successor (the tree and its past), User, Membership (an office, dated), Action (the record).

Nouns, constraints and tables of words only: who may do what is in ``rules``, every change is in ``actions``.
"""

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models

from dudao_web.paths import PathField


class Kind(models.TextChoices):
    """Kinds of units, as seed 000 has them."""

    NATION = "nation", "国家"
    PROVINCE = "province", "省"
    CITY = "city", "设区市"
    COUNTY = "county", "县（市、区）"
    FUNCTIONAL = "functional", "功能区"
    DIRECT = "direct", "市属"
    TOWN = "town", "镇（街道）"
    SCHOOL = "school", "学校"
    KINDERGARTEN = "kindergarten", "幼儿园"
    DEPARTMENT = "department", "政府部门"


class Role(models.TextChoices):
    """What an office does here. A person acts in one membership, that is in one role, at a time.

    ``SCHOOL`` is the office of any unit that fills in and hands in; it sees that unit alone.
    """

    CITY_OFFICER = "city_officer", "市级以上督导室"
    COUNTY_OFFICER = "county_officer", "区县督导室"
    SCHOOL = "school", "学校、镇（街道）、部门"
    INSPECTOR = "inspector", "责任督学、专家"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


# The level at which figures are gathered and a verdict is given: one county return each.
COUNTY_KINDS = frozenset({Kind.COUNTY, Kind.FUNCTIONAL, Kind.DIRECT})

# Above it: governments whose office launches and approves for many counties.
UPPER_KINDS = frozenset({Kind.NATION, Kind.PROVINCE, Kind.CITY})

# Units that have none below them.
LEAF_KINDS = frozenset({Kind.SCHOOL, Kind.KINDERGARTEN, Kind.DEPARTMENT})

# Below which kinds a unit of a kind stands; a unit at the top of the tree has none above it.
PARENT_KINDS: dict[Kind, frozenset[Kind]] = {
    Kind.NATION: frozenset(),
    Kind.PROVINCE: frozenset({Kind.NATION}),
    Kind.CITY: frozenset({Kind.PROVINCE}),
    **dict.fromkeys(COUNTY_KINDS, frozenset({Kind.PROVINCE, Kind.CITY})),
    Kind.TOWN: COUNTY_KINDS,
    Kind.SCHOOL: COUNTY_KINDS | {Kind.TOWN},
    Kind.KINDERGARTEN: COUNTY_KINDS | {Kind.TOWN},
    Kind.DEPARTMENT: UPPER_KINDS | COUNTY_KINDS,
}

# Digits of the code of a kind: 区划代码 (6, of a town 9 or 12), 学校标识码 (10). A town's or a school's branch adds -1 and the like.
CODE_DIGITS: dict[Kind, tuple[int, ...]] = {
    **dict.fromkeys((*UPPER_KINDS, *COUNTY_KINDS), (6,)),
    Kind.TOWN: (9, 12),
    Kind.SCHOOL: (10,),
    Kind.KINDERGARTEN: (10,),
}
BRANCH_KINDS = frozenset({Kind.TOWN, Kind.SCHOOL, Kind.KINDERGARTEN})

# Where a role can be held.
ROLE_KINDS: dict[Role, frozenset[Kind]] = {
    Role.CITY_OFFICER: UPPER_KINDS,
    Role.COUNTY_OFFICER: COUNTY_KINDS,
    Role.SCHOOL: frozenset({Kind.SCHOOL, Kind.KINDERGARTEN, Kind.TOWN, Kind.DEPARTMENT}),
    Role.INSPECTOR: frozenset(Kind) - {Kind.DEPARTMENT},
    Role.SYSTEM_ADMIN: UPPER_KINDS | COUNTY_KINDS,
    Role.SECURITY_ADMIN: UPPER_KINDS | COUNTY_KINDS,
    Role.AUDIT_ADMIN: UPPER_KINDS | COUNTY_KINDS,
}

# An office of the highest levels by its unit; a filling unit's is called as the unit.
UPPER_OFFICES = {Kind.NATION: "国家督导室", Kind.PROVINCE: "省督导室", Kind.CITY: "市督导室"}

# Begins the part of a path that leads to a unit of the past: it sorts after every character of a code.
GONE = "~"


def role_name(role: str, kind: str) -> str:
    """What a role is called at a unit of a kind: 省督导室, 镇（街道）."""
    if role == Role.SCHOOL:
        return str(Kind(kind).label)
    if role == Role.CITY_OFFICER and kind in UPPER_OFFICES:
        return UPPER_OFFICES[Kind(kind)]
    return str(Role(role).label)


class Org(models.Model):
    """A unit as it is today, or as it last was.

    ``path`` is the codes from the root down, each ended by "/": a subtree is one range of paths. It says where the
    unit's rows are found today, so a unit that went into another is placed below it behind ``GONE``
    (…/321182001/~321182002/): the range of its successor, and of every office above, then finds its rows as well,
    and no tree of today shows it. ``parent`` stays the one it last had.
    """

    recorded: ClassVar[bool] = True

    code = models.CharField("代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("类型", max_length=16, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children", verbose_name="上级"
    )
    path = PathField(max_length=255, unique=True)
    since = models.DateField("启用日期", null=True)
    until = models.DateField("停用日期", null=True)  # first day on which it no longer exists

    class Meta:
        ordering = ("path",)
        indexes = (
            models.Index(fields=("kind", "path"), name="org_kind"),
        )  # the counties among thousands of schools

    def __str__(self) -> str:
        return self.name

    @property
    def is_county(self) -> bool:
        """Whether figures are gathered and judged at this unit (辖市区、功能区、市属)."""
        return self.kind in COUNTY_KINDS

    def contains(self, other: "Org") -> bool:
        """Whether ``other`` is this unit or below it."""
        return other.path.startswith(self.path)


class FormerOrg(models.Model):
    """What a unit was called and stood under before the day ``until``. Its kind never changes."""

    recorded: ClassVar[bool] = True

    org = models.ForeignKey(Org, models.PROTECT, related_name="former")
    until = models.DateField("止")  # first day on which it was something else
    name = models.CharField("名称", max_length=100)
    parent = models.ForeignKey(Org, models.PROTECT, null=True, related_name="+", verbose_name="上级")

    class Meta:
        ordering = ("org", "until")
        constraints = (models.UniqueConstraint(fields=("org", "until"), name="one_former_org_a_day"),)

    def __str__(self) -> str:
        return f"{self.name} {self.until}"


class Successor(models.Model):
    """``before`` went into ``after`` on a day: alone or with others (merge), or divided among several (split)."""

    recorded: ClassVar[bool] = True
    KINDS: ClassVar[dict[str, str]] = {"merge": "并入", "split": "拆分"}

    before = models.ForeignKey(Org, models.PROTECT, related_name="successors")
    after = models.ForeignKey(Org, models.PROTECT, related_name="predecessors")
    on = models.DateField("日期")
    kind = models.CharField("方式", max_length=8, choices=KINDS)

    class Meta:
        ordering = ("on", "pk")
        constraints = (models.UniqueConstraint(fields=("before", "after"), name="one_succession"),)

    def __str__(self) -> str:
        return f"{self.before_id} {self.KINDS[self.kind]} {self.after_id}"


class UserManager(BaseUserManager["User"]):
    """Finds users; making one is ``actions.invite``."""


class User(AbstractBaseUser):
    """An account. It belongs to an office, not to a named official: ``display`` is the office's name.

    ``person``: a number of the office's own (人员编号), the same for all accounts of one person; None where a person has one account.
    """

    recorded: ClassVar[bool] = True
    added: ClassVar[tuple[str, ...]] = ("person",)
    unrecorded: ClassVar[tuple[str, ...]] = ("last_login",)  # changes with every sign-in, no act of its own

    username = models.CharField("账号", max_length=64, unique=True)
    display = models.CharField("显示名称", max_length=100)
    must_change_password = models.BooleanField("须修改一次性密码", default=True)
    is_active = models.BooleanField("在用", default=True)
    person = models.CharField("人员编号", max_length=32, null=True, db_index=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        ordering = ("username",)

    def __str__(self) -> str:
        return self.display

    def check_password(self, raw_password: str) -> bool:
        """As Django's, but never rewrites the stored hash: every change of it is a recorded act."""
        return check_password(raw_password, self.password)


class Membership(models.Model):
    """An office held at an org from ``since`` up to, not including, ``until``."""

    recorded: ClassVar[bool] = True

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    org = models.ForeignKey(Org, models.PROTECT, related_name="memberships", verbose_name="单位")
    role = models.CharField("岗位", max_length=16, choices=Role)
    title = models.CharField("处室", max_length=100)  # name of the office as shown, e.g. 扬中市教育督导室
    since = models.DateField("起")
    until = models.DateField("止", null=True)

    class Meta:
        ordering = ("org__path", "role", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "org", "role"), condition=models.Q(until=None), name="one_open_membership"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_role_display(self) -> str:
        """The role in the words of the unit."""
        return role_name(self.role, self.org.kind)

    def holds(self, on: date) -> bool:
        """Whether the office is held on that day."""
        return self.since <= on and (self.until is None or on < self.until)


class Action(models.Model):
    """One act. Rows are only ever added, by ``actions.record``; contracts §4 fixes what is hashed."""

    chain = models.CharField(max_length=64)
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=32)
    membership = models.CharField(max_length=32, db_column="as")
    action = models.CharField(max_length=64)
    object = models.CharField(max_length=100, db_index=True)
    after = models.CharField(max_length=64)
    data = models.JSONField()
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("chain", "seq")
        constraints = (models.UniqueConstraint(fields=("chain", "seq"), name="one_row_per_place"),)

    def __str__(self) -> str:
        return f"{self.chain} {self.seq} {self.action}"


from dudao_web.orgs.models_security import Session  # noqa: E402, F401 - the app's other models are found through this one
