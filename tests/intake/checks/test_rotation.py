"""Check rotation: its contract is the docstring of ``dudao.intake.checks.rotation``."""

from dudao.intake.checks import rotation


def test_more_than_the_larger_group(county_return, raised):
    unit = county_return(rotation_eligible=100, rotated=101, rotated_backbone=102)
    assert raised(rotation, unit) == [
        ("query", "E12", "「实际交流轮岗教师数」101 人，大于「符合交流条件教师总数」100 人。"),
        ("query", "E13", "「实际交流骨干教师数量」102 人，大于「实际交流轮岗教师数」101 人。"),
    ]


def test_as_many(county_return, raised):
    assert raised(rotation, county_return(rotation_eligible=100, rotated=100, rotated_backbone=100)) == []
