"""The commands of an administrator: ``dudao-web``. Words and exit codes here, the work in ``operations``.

Exit codes: 0 done, 1 not done (the message says how to mend it), 2 bad usage or nothing to work on.
"""

import argparse
import io
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from dudao_web.operations import demo_days, home, run
from dudao_web.operations.home import Trouble

Command = Callable[[argparse.Namespace], int]


def _say(text: str) -> None:
    print(text, flush=True)


def _ask(given: str | None, question: str, option: str) -> str:
    """The option's value, or an answer from the terminal."""
    if given:
        return given
    if not sys.stdin.isatty():
        raise Trouble(f"缺少 {option}。", code=2)
    answer = input(f"{question}：").strip()
    if not answer:
        raise Trouble(f"没有填写{question}。", code=2)
    return answer


def _init(args: argparse.Namespace) -> int:
    home.enter(home.chosen())
    from django.conf import settings

    from dudao_web.operations import office

    if settings.DEMO:
        raise Trouble(f"{settings.HOME} 是演示数据。正式使用请把 DUDAO_HOME 指向另一个目录。")
    name = _ask(args.org_name, "单位名称（如 扬中市）", "--org-name")
    code = _ask(args.org_code, "单位代码（6 位区划代码）", "--org-code")
    username = _ask(args.username, "系统管理员账号", "--username")
    usernames = (username, args.security_username, args.audit_username)
    home.prepare()
    passwords = office.init(code=code, name=name, kind=args.org_kind, usernames=usernames)
    _say(f"已初始化：{name}（{code}），数据目录 {settings.HOME}")
    for role, account, password in zip(office.ADMINS, usernames, passwords, strict=True):
        _say(f"{role.label}　账号：{account}　一次性密码：{password}")
    _say("三个账号交给三个人。密码只显示这一次，首次登录时须修改。启动：dudao-web serve 和 dudao-web worker")
    return 0


def _reset_password(args: argparse.Namespace) -> int:
    home.enter(home.chosen())
    home.require_database()
    from dudao_web.operations import office

    password = office.reset_password(args.user, second_step=args.second_step)
    _say(f"账号 {args.user} 的一次性密码：{password}")
    _say("密码只显示这一次，首次登录时须修改。原密码和已有登录立即失效。")
    return 0


def _add_admin(args: argparse.Namespace) -> int:
    home.enter(home.chosen())
    home.require_database()
    from dudao_web.operations import office

    password = office.add_admin(role=args.role, username=args.username)
    _say(f"账号 {args.username} 的一次性密码：{password}")
    _say("密码只显示这一次，首次登录时须修改。")
    return 0


def _backup(args: argparse.Namespace) -> int:
    home.enter(home.chosen())
    home.require_database()
    from dudao_web.operations import backup

    manifest = backup.backup(args.file.resolve())
    _say(f"已备份到 {args.file}：{_counts(manifest)}。不含密钥文件，请另行保管。")
    return 0


def _restore(args: argparse.Namespace) -> int:
    if not args.file.is_file():
        raise Trouble(f"没有文件 {args.file}。请检查路径。", code=2)
    home.enter(home.chosen())
    from dudao_web.operations import backup

    manifest = backup.restore(args.file.resolve(), replace=args.replace)
    _say(f"已恢复 {args.file}：{_counts(manifest)}。备份时间 {manifest['made']}。")
    return 0


def _counts(manifest: dict) -> str:
    members = manifest["members"].values()
    rows = sum(facts["rows"] for facts in members if "rows" in facts)
    return f"{rows} 行数据，{sum('rows' not in facts for facts in members)} 个文件"


def _upgrade(_args: argparse.Namespace) -> int:
    home.enter(home.chosen())
    applied = home.prepare()
    for name in applied:
        _say(f"数据库升级：{name}")
    _say(f"完成：数据库{'已升级 ' + str(len(applied)) + ' 步' if applied else '无需升级'}，静态文件已更新。")
    from dudao_web.operations import office

    for line in office.to_mend():
        _say(line)
    return 0


def _serve(args: argparse.Namespace) -> int:
    host, port = run.bind_address(args.bind or os.environ.get("BIND"))
    _allow(host)
    run.refuse_taken(host, port)
    home.enter(home.chosen())
    home.require_database()
    run.stop_with_parent()
    run.serve(host, port, args.workers)
    return 0


def _worker(_args: argparse.Namespace) -> int:
    home.enter(home.chosen())
    home.require_database()
    run.stop_with_parent()
    run.worker()
    return 0


def _allow(host: str) -> None:
    """The address that is bound may be asked for by name, besides DUDAO_ALLOWED_HOSTS or this machine."""
    if host in {"0.0.0.0", "::", "127.0.0.1", "::1", "localhost"}:
        return
    named = os.environ.get("DUDAO_ALLOWED_HOSTS") or "127.0.0.1,localhost,[::1]"
    os.environ["DUDAO_ALLOWED_HOSTS"] = f"{named},{f'[{host}]' if ':' in host else host}"


def _run(_args: argparse.Namespace) -> int:
    host, port = run.bind_address(os.environ.get("BIND"))
    _allow(host)
    run.refuse_taken(host, port)
    folder = home.demo_home(fresh=False)
    accounts = home.demo_accounts(folder)
    if accounts is None:
        _say("首次运行：正在生成演示数据。")
        accounts = _load_demo(folder, demo_days.OPENS_ON, 1)
    else:
        home.enter(folder)
        home.prepare()

    from dudao_web.orgs.models import Role

    def ready() -> None:
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host
        _say(f"演示系统已启动：http://{f'[{shown}]' if ':' in shown else shown}:{port}/")
        _say(f"演示账号（保存在 {folder / home.DEMO_NAME}）：")
        for account in accounts:
            _say(f"  {account['username']:12} {account['password']}  {Role(account['role']).label}")
        _say("按 Ctrl-C 停止。数据保留，下次启动仍用这些账号。")

    code = run.together(host, port, ready)
    _say("已停止。" if code == 0 else "网页或后台任务意外退出，另一个也已停止。原因见上面的运行日志。")
    return code


def _load_demo(folder: Path, on: date, share: int) -> list[dict[str, str]]:
    """A fresh demo in ``folder``, told step by step."""
    home.clear_demo(folder)
    home.enter(folder)
    home.prepare()
    home.refuse_used_server("不能生成演示数据")
    from dudao_web.operations import demo

    return demo.load(on, share=share, say=_say)


def _demo(args: argparse.Namespace) -> int:
    on = demo_days.day(args.on)
    folder = home.demo_home(fresh=True)
    accounts = _load_demo(folder, on, args.share)
    home.write_private(
        args.accounts.resolve(), json.dumps(accounts, ensure_ascii=False, indent=1) + "\n", replace=True
    )
    _say(f"演示数据已生成，日期 {on}，账号写入 {args.accounts}")
    _say(f"数据目录：{folder}（其他命令请设 DUDAO_HOME 为此目录）")
    return 0


def _pages(args: argparse.Namespace) -> int:
    home.enter(home.chosen())
    from dudao_web.operations import pages

    found = pages.pages()
    if args.json:
        _say(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for entry in found:
            _say(f"{entry['method']:5} {entry['url']:45} {entry['object']}　{'、'.join(entry['roles'])}")
    return 0


def _tick(args: argparse.Namespace) -> int:
    home.enter(home.chosen())
    home.require_database()
    from dudao_web import clock
    from dudao_web.operations import tick

    on = args.on or clock.today()
    done = tick.tick(on)
    for line in done:
        _say(line)
    if not done:
        _say(f"{on} 没有新的定时事项。")
    return 0


def _export(args: argparse.Namespace) -> int:
    home.enter(home.chosen())
    home.require_database()
    from dudao_web.operations import export

    count = export.export(args.kind, args.campaign, args.out.resolve())
    _say(f"已导出 {count} 行到 {args.out}")
    return 0


def _export_log(args: argparse.Namespace) -> int:
    home.enter(home.chosen())
    home.require_database()
    from dudao_web.operations import log

    count = log.give_out(args.chain, args.out)
    if not count:
        raise Trouble(f"没有操作记录 {args.chain}。", code=2)
    _say(f"已导出 {count} 条到 {args.out}")
    return 0


def _verify_log(args: argparse.Namespace) -> int:
    home.enter(home.chosen())
    if not args.file:
        home.require_database()
    from dudao_web.operations import log

    found, wrong = log.verify(chain_name=args.chain, file=args.file, head=args.head)
    for line in found:
        _say(line)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期“{text}”不合规则，请写成 2026-06-12") from None


def _of_records(add: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    """The commands of time, exports and the record of acts."""
    tick = add("tick", _tick, "办理到期、逾期、提醒等定时事项；重复执行无害，后台任务也会自动执行")
    tick.add_argument("--on", type=_day, metavar="日期", help="默认今天；以后的日期只用于演示数据")
    export = add("export", _export, "导出一个督导项目的数据")
    export.add_argument(
        "kind",
        choices=("cases", "judgements", "findings", "actions"),
        metavar="内容",
        help="cases 各单位，judgements 判定，findings 问题，actions 操作记录",
    )
    export.add_argument("--campaign", required=True, metavar="标识", help="督导项目的标识")
    export.add_argument("--out", type=Path, required=True, metavar="文件", help="扩展名 .csv 或 .xlsx")
    export_log = add("export-log", _export_log, "导出操作记录")
    export_log.add_argument("--chain", default="office", metavar="名称", help="默认 office")
    export_log.add_argument("--out", type=Path, required=True, metavar="文件")
    verify = add("verify-log", _verify_log, "核验操作记录：0 完整，1 有改动，2 无法读取")
    verify.add_argument("--chain", metavar="名称", help="只核验这一条链和最后由它记录的数据")
    verify.add_argument("--file", type=Path, metavar="文件", help="核验导出的文件，不读数据库")
    verify.add_argument("--head", metavar="校验值", help="以前记下的校验值，用来发现被截短的记录")


def _share(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 50:
        raise argparse.ArgumentTypeError(f"“{text}”不合规则，请写 1 到 50 的整数")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(
        prog="dudao-web",
        description="教育督导评估平台：安装与运维命令。数据目录由环境变量 DUDAO_HOME 指定（默认 ./var）。",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="命令", title="命令")

    def add(name: str, work: Command, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(work=work)
        return command

    init = add("init", _init, "新建空的单位和三个管理员，显示一次性密码")
    init.add_argument("--org-name", metavar="名称", help="最上级单位的名称")
    init.add_argument("--org-code", metavar="代码", help="最上级单位的 6 位区划代码")
    init.add_argument(
        "--org-kind", choices=("city", "county", "functional"), default="city", help="默认 city"
    )
    init.add_argument("--username", metavar="账号", help="系统管理员的账号")
    init.add_argument(
        "--security-username", metavar="账号", default="secadmin", help="安全管理员的账号，默认 secadmin"
    )
    init.add_argument(
        "--audit-username", metavar="账号", default="auditor", help="审计管理员的账号，默认 auditor"
    )
    reset = add("reset-password", _reset_password, "重设一个账号的密码，显示一次性密码")
    reset.add_argument("user", metavar="账号")
    reset.add_argument("--second-step", action="store_true", help="同时停用它的两步验证（手机丢失时）")
    adding = add("add-admin", _add_admin, "补设缺少的管理员（三员之一），显示一次性密码")
    adding.add_argument("--role", choices=("system_admin", "security_admin", "audit_admin"), required=True)
    adding.add_argument("--username", metavar="账号", required=True)
    add("backup", _backup, "备份为一个文件，与数据库种类无关").add_argument("file", type=Path, metavar="文件")
    restore = add("restore", _restore, "从备份恢复；数据库不空时须加 --replace")
    restore.add_argument("file", type=Path, metavar="文件")
    restore.add_argument("--replace", action="store_true", help="用备份替换全部现有数据")
    add("upgrade", _upgrade, "更新程序后执行一次：升级数据库和静态文件")
    serve = add("serve", _serve, "启动网页")
    serve.add_argument("--bind", metavar="地址:端口", help=f"默认取环境变量 BIND 或 {run.DEFAULT_BIND}")
    serve.add_argument("--workers", type=int, default=1, metavar="数", help="进程数，默认 1")
    add("worker", _worker, "启动后台任务")
    add("run", _run, "启动演示系统：网页和后台任务，数据单独存放")
    demo = add("demo", _demo, "重新生成演示数据，并把账号和密码写入文件")
    demo.add_argument("--accounts", type=Path, required=True, metavar="文件", help="写入账号的 JSON 文件")
    demo.add_argument("--on", type=_day, metavar="日期", help=f"演示停在哪一天，默认 {demo_days.OPENS_ON}")
    demo.add_argument(
        "--share", type=_share, default=1, metavar="数", help="只生成几分之一的单位，默认 1（全部）"
    )
    add("pages", _pages, "列出全部页面：网址、方法、对象、岗位").add_argument("--json", action="store_true")
    _of_records(add)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. What went wrong is said in one line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Chinese shows ? instead of failing
    args = parser().parse_args(argv)
    try:
        return args.work(args)
    except Trouble as trouble:
        print(f"错误：{trouble}", file=sys.stderr)
        return trouble.code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except Exception as error:
        log = home.chosen() / "error.log"
        try:
            with log.open("a", encoding="utf-8") as stream:
                traceback.print_exc(file=stream)
            where = f"详情已写入 {log}。"
        except OSError:
            where = ""
        print(f"错误：程序出错（{type(error).__name__}）。{where}请把它交给维护人员。", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
