"""Where the rows are kept: SQLite in the data folder, or the PostgreSQL server that ``DATABASE_URL`` names.

Reads a text and gives Django's settings; connects to nothing. A fault is said without the password.
"""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

SCHEMES = ("postgresql", "postgres")
# What may stand behind "?": the rest of a connection is not the URL's business.
PARAMETERS = frozenset(
    {"host", "sslmode", "sslrootcert", "sslcert", "sslkey", "passfile", "connect_timeout", "application_name"}
)
EXAMPLE = "postgresql://账号:密码@主机:5432/库名"
WAIT_SECONDS = 10


class BadURL(ValueError):
    """A DATABASE_URL that cannot be used; the text says why and never quotes it."""


def settings(url: str, home: Path) -> dict[str, Any]:
    """Django's settings of the one database; no ``url``: SQLite in ``home``."""
    return _postgresql(url) if url else _sqlite(home)


def _sqlite(home: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home / "dudao.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    """User, password, host and name may hold any character as %XX; a host beginning with "/" is a socket's folder."""
    try:
        parts = urlsplit(url)
        port = parts.port
        asked = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise BadURL(_fault("各部分无法分开")) from None
    if parts.scheme not in SCHEMES:
        raise BadURL(_fault("只能用 postgresql:// 开头"))
    if parts.fragment or "@" in parts.path + parts.query:
        raise BadURL(_fault("账号或密码中有未转义的字符"))
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name:
        raise BadURL(_fault("没有写明库名"))
    if unknown := sorted(asked.keys() - PARAMETERS):
        raise BadURL(_fault(f"不支持参数 {'、'.join(unknown)}"))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": asked.pop("host", "") or _host(parts),
        "PORT": str(port or ""),
        "OPTIONS": {"connect_timeout": WAIT_SECONDS, **asked},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _host(parts: SplitResult) -> str:
    """A name in small letters, or the folder of a socket as it is written (``%2Frun%2Fpostgresql``)."""
    written = parts.netloc.rpartition("@")[2].partition(":")[0]
    return unquote(written) if written.lower().startswith("%2f") else parts.hostname or ""


def _fault(why: str) -> str:
    return f"DATABASE_URL 不合规则：{why}。请写成 {EXAMPLE}，账号和密码中的特殊字符写成 %XX。"
