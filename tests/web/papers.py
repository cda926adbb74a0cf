"""One document for the tests of documents and notices: seed 000's number and words in short."""

from datetime import date
from typing import Any

from dudao_web.documents import actions
from dudao_web.documents.models import Document
from dudao_web.orgs.models import Membership

DAY = date(2017, 9, 11)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
CONTENT = {
    "word": "镇教督",
    "year": 2017,
    "no": 11,
    "title": "关于开展“回头看”督导的通知",
    "body": "现将有关事项通知如下。\n请认真组织实施。",
    "main_to": "各辖市区教育督导室",
    "cc": "市教育局",
    "issued_on": DAY,
}
FORM = CONTENT | {"issued_on": "2017-09-11"}


def issued(by: Membership, **other: Any) -> Document:
    """The document, issued by an office; ``other`` replaces parts of it."""
    return actions.issue(by=by, **CONTENT | other)
