"""A small county that meets every item just at its limit, figure by figure, for the tests of tables Ⅰ, Ⅳ, Ⅴ and Ⅵ. All is 演示数据.

Here lives what is handed in. Not here: expectations.
"""

from collections.abc import Mapping

import forms

PRIMARY, JUNIOR, THROUGH, POINT = "演示甲小学", "演示乙初级中学", "演示实验学校", "演示山村教学点"
SUBJECTS = ("语文", "数学", "科学", "体育", "艺术", "德育")
DECLARED = ("G1", "G2", "G10", "Q3", "Q5", "Q6", "Q7", "Q8")
VETOES = ("V1", "V2", "V3", "V4", "V5", "V6")
ABOUT = {"城乡类型": "城区", "举办者类型": "7", "是否寄宿制学校": "否"}


def _teachers(whole: int) -> dict[str, object]:
    return dict.fromkeys(("专任教师总人数", "持有教师资格证的专任教师人数", "近5年培训满360学时专任教师人数"), whole)


def schools(**changes: Mapping[str, object]) -> tuple[dict[str, object], ...]:
    """Four schools: 400 小学 pupils, 300 初中, 200 + 100 一贯制, 60 at a teaching point; ``changes``: by primary, junior, through, point, labels."""
    given = {
        "primary": ("小学", PRIMARY, "9900000001", 400, 0, {"年级数（小学）": 6, "班级总数": 10, **_teachers(60)}),
        "junior": ("初中", JUNIOR, "9900000002", 0, 300, {"年级数（初中）": 3, "班级总数": 8, **_teachers(50), **_stay(57, 60)}),
        "through": (
            "九年一贯制",
            THROUGH,
            "9900000003",
            200,
            100,
            {"年级数（小学）": 6, "年级数（初中）": 3, "班级数（小学）": 5, "班级数（初中）": 3, **_teachers(40), **_stay(38, 40)},
        ),
        "point": ("教学点", POINT, "9900000004", 60, 0, {"年级数（小学）": 6, "班级总数": 2, "上一年度公用经费预算总额": 11.5,
                                                   "上一年度教师培训经费预算总额": 0.575, **_teachers(10)}),
    }  # fmt: skip
    return tuple(
        forms.filled(kind, name, code, primary, junior, changes={**ABOUT, **more, **changes.get(key, {})})
        for key, (kind, name, code, primary, junior, more) in given.items()
    )


def _stay(graduates: int, entrants: int) -> dict[str, object]:
    return {
        "本届毕业学生人数": graduates,
        "毕业年级初一时在校学生数": entrants,
        "毕业年级三年转入学生数": 0,
        "毕业年级三年转出学生数": 0,
        "毕业年级三年死亡学生数": 0,
    }


def county(**changes: object) -> dict[str, object]:
    """The county's figures by field name, every item at its limit; ``changes`` over them (None: blank)."""
    found: dict[str, object] = {
        "quota_primary": 1150, "quota_junior": 1350, "special_funds": 360000, "special_pupils": 60, "teacher_pay": 12.1,
        "official_pay": 12.1, "rotation_eligible": 900, "rotated": 90, "rotated_backbone": 18, "good_senior_places": 1500,
        "good_senior_quota": 750, "good_senior_rural": 300, "migrant_eligible": 1000, "migrant_public": 800, "migrant_bought": 50,
        "disabled_all": 180, "disabled_enrolled": 171, "disabled_special": 57,
        "population": 52.345, "rural_population": 10.2, "towns": 8, "villages": 96, "product_per_head": 98765.4,
        "revenue_per_head": 12000, "rural_income": 31000, "urban_income": 60000.5,
        "staff_primary": 120, "teachers_primary": 110, "staff_junior": 90, "teachers_junior": 80,
        "G8_also_1": "达到", "G14_also_1": "达到", "G15_also_1": "达到",
    }  # fmt: skip
    found |= {f"{code}_met": "达到" for code in DECLARED} | {f"{code}_proof": f"{code} 有关文件" for code in DECLARED}
    found |= {f"{code}_found": "无" for code in VETOES}
    for number in range(1, len(SUBJECTS) + 1):
        found |= {f"Q9_{number}_grade": "Ⅲ", f"Q9_{number}_value": 0.149}
    for number in range(1, 8):
        counts = (210, 200, 170, 20, 17) if number == 2 else (110, 100, 85, 10, 9)
        for what, count in zip(("sent", "valid", "satisfied", "visited", "visit_satisfied"), counts, strict=True):
            found[f"P1_{number}_{what}"] = count
    return found | changes
