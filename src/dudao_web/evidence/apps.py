"""Evidence as a Django app, with its entry in the top bar."""

from typing import ClassVar

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class EvidenceConfig(AppConfig):
    name = "dudao_web.evidence"
    label = "evidence"
    menu = (Entry("佐证材料", "evidence:index", order=25, may="dudao_web.evidence.queries.PROOF_READERS"),)
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "evidence.add": "新增佐证材料",
        "evidence.export": "下载资料汇编",
        "evidence.place": "归入目录",
        "evidence.revise": "更新佐证材料",
        "evidence.store": "存入文件",
        "evidence.take_out": "移出目录",
        "evidence.withdraw": "撤下佐证材料",
    }
