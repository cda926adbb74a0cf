"""Who issues and reads documents, and what a number may be."""

import re

from dudao_web.orgs.models import Membership, Role

ISSUERS = frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER})
READERS = ISSUERS
WORD = re.compile(r"[\u4e00-\u9fff]{1,30}")
YEARS = range(1949, 2101)
MOST_NO = 9999


def may_issue(membership: Membership) -> bool:
    """The supervision offices of city and districts issue documents."""
    return membership.role in ISSUERS


def may_read(membership: Membership) -> bool:
    """Who has a register of own documents."""
    return membership.role in READERS


def number_fault(word: str, year: int, no: int) -> str:
    """What is wrong with a number, and how to mend it; "" for nothing (GB/T 9704: 代字〔年〕序号, no leading 第 or zeros)."""
    if not WORD.fullmatch(word):
        return f"代字“{word}”不合规则：代字是 1 至 30 个汉字，如“镇教督”，不带括号、年份和序号。请更正代字。"
    if year not in YEARS:
        return f"年份 {year} 不合规则，应为四位公历年。请更正年份。"
    if not 1 <= no <= MOST_NO:
        return f"序号 {no} 不合规则，应在 1 至 {MOST_NO} 之间。请更正序号。"
    return ""
