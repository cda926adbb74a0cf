"""What the acts of the record are called on pages: each app names its own in its AppConfig (``acts``), the platform's are here."""

from django.apps import apps

ACTS = {
    "operations.back_up": "备份",
    "orgs.begin_second_step": "启用两步验证",
    "orgs.close_account": "停用账号",
    "orgs.close_link": "链接停用",
    "orgs.close_org": "停用单位",
    "orgs.create_org": "新建单位",
    "orgs.create_user": "新建账号",
    "orgs.end_logins": "退出其他登录",
    "orgs.end_membership": "停用岗位",
    "orgs.end_second_step": "停用两步验证",
    "orgs.export": "导出数据",
    "orgs.export_record": "导出操作记录",
    "orgs.import_orgs": "导入单位表",
    "orgs.invite": "设岗位",
    "orgs.issue_link": "发设置密码链接",
    "orgs.merge_orgs": "合并单位",
    "orgs.move_org": "移动单位",
    "orgs.rename_org": "改单位名称",
    "orgs.renew_recovery_codes": "更换备用码",
    "orgs.reopen_account": "恢复账号",
    "orgs.reset_password": "重置密码",
    "orgs.set_limits": "设登录限制",
    "orgs.set_password": "修改密码",
    "orgs.set_person": "登记人员编号",
    "orgs.sign_in": "登录",
    "orgs.sign_in_refused": "登录被拒绝",
    "orgs.split_org": "拆分单位",
    "orgs.unlock": "解除锁定",
    "orgs.use_recovery_code": "使用备用码",
}


def of(action: str) -> str:
    """The word for an act; its key for one of an earlier version of the program."""
    tables = (getattr(config, "acts", {}) for config in apps.get_app_configs())
    return next((table[action] for table in tables if action in table), action)
