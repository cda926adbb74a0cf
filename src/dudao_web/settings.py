"""Settings of the platform: read from the environment, safe by default, writes nothing on import.

DUDAO_HOME             folder of the data (database, files, key); default ./var
DUDAO_SECRET_KEY_FILE  default DUDAO_HOME/secret-key; made by the commands in ``operations``, mode 0600
DATABASE_URL           postgresql://user:password@host:port/name; default: SQLite in DUDAO_HOME (``database``)
DUDAO_ALLOWED_HOSTS    host names, comma separated; default: this machine only
DUDAO_BEHIND_HTTPS     1: a reverse proxy ends HTTPS in front of us (secure cookies, HTTPS only)
DUDAO_PROXIES          addresses or networks, comma separated, whose X-Forwarded-For is believed; default: none, behind HTTPS this machine
DUDAO_PUBLIC_URL       address of this platform as offices type it, e.g. https://dudao.example.cn; without it no links are sent
DUDAO_INVITE_DAYS, DUDAO_RESET_HOURS   how long such a link works for a new account (7) and for a forgotten password (24)
DUDAO_MAIL_HOST        server of outgoing mail; default none: reminders then stand in the to-do list only. With it DUDAO_MAIL_PORT (25),
                       DUDAO_MAIL_TLS (starttls, ssl), DUDAO_MAIL_USER, DUDAO_MAIL_PASSWORD_FILE, DUDAO_MAIL_FROM

A home with a file ``demo-accounts.json`` holds demo data, and every page says so; the day on which it stands is in ``demo-on``.
"""

import os
import secrets
from datetime import date
from ipaddress import ip_network
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from dudao_web import database

HOME = Path(os.environ.get("DUDAO_HOME") or "var").resolve()
SECRET_KEY_FILE = Path(os.environ.get("DUDAO_SECRET_KEY_FILE") or HOME / "secret-key")
BEHIND_HTTPS = os.environ.get("DUDAO_BEHIND_HTTPS") == "1"
_proxies = os.environ.get("DUDAO_PROXIES", "127.0.0.1,::1" if BEHIND_HTTPS else "").replace(" ", "")
PUBLIC_URL = os.environ.get("DUDAO_PUBLIC_URL", "").strip().rstrip("/")
INVITE_DAYS = int(os.environ.get("DUDAO_INVITE_DAYS") or 7)
RESET_HOURS = int(os.environ.get("DUDAO_RESET_HOURS") or 24)
try:
    PROXIES = [ip_network(part) for part in _proxies.split(",") if part]
except ValueError:
    raise ImproperlyConfigured(
        f"DUDAO_PROXIES“{_proxies}”不合规则。请写 IP 地址或网段，用逗号分开。"
    ) from None
if PUBLIC_URL and not PUBLIC_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"DUDAO_PUBLIC_URL“{PUBLIC_URL}”不合规则。请写以 https:// 开头的完整网址。")
DEMO_ACCOUNTS_FILE = HOME / "demo-accounts.json"
DEMO = DEMO_ACCOUNTS_FILE.exists()
DEMO_ON_FILE = HOME / "demo-on"
if "DUDAO_DEMO_ON" in os.environ:
    raise ImproperlyConfigured(
        "日期不能用环境变量 DUDAO_DEMO_ON 设定：只有演示数据停在固定的一天，由 dudao-web demo --on 写入。请取消这个变量。"
    )


def _demo_on() -> date | None:
    """The demo's fixed day (``clock``); a file of that name means nothing where there is no demo."""
    if not DEMO or not DEMO_ON_FILE.exists():
        return None
    text = DEMO_ON_FILE.read_text("utf-8", "replace").strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ImproperlyConfigured(
            f"{DEMO_ON_FILE} 中的“{text[:20]}”不是日期。请重新生成演示数据。"
        ) from None


DEMO_ON = _demo_on()


def _secret_key() -> str:
    """The office's key, or one for this process alone where no office was set up yet (tests, --help)."""
    try:
        return SECRET_KEY_FILE.read_text("ascii").strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(50)


SECRET_KEY = _secret_key()
DEBUG = False
_hosts = os.environ.get("DUDAO_ALLOWED_HOSTS", "").replace(" ", "")
ALLOWED_HOSTS = _hosts.split(",") if _hosts else ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in ALLOWED_HOSTS if h != "*"] if BEHIND_HTTPS else []

INSTALLED_APPS = [
    "dudao_web.pages",
    "dudao_web.evaluations",
    "dudao_web.inspections",
    "dudao_web.submissions",
    "dudao_web.findings",
    "dudao_web.campaigns",
    "dudao_web.titles",
    "dudao_web.notices",
    "dudao_web.standards",
    "dudao_web.documents",
    "dudao_web.tasks",
    "dudao_web.evidence",
    "dudao_web.orgs",
    "dudao_web.ui",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "dudao_web.csp.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "dudao_web.nul.NulMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # every page asks for a signed-in user unless its view says login_not_required
    "dudao_web.orgs.membership.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "dudao_web.orgs.membership.MembershipMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "dudao_web.urls"
WSGI_APPLICATION = "dudao_web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "dudao_web.ui.context.page",
            ],
            "builtins": ["dudao_web.ui.templatetags.ui", "django.templatetags.static"],
        },
    }
]

try:
    DATABASES = {"default": database.settings(os.environ.get("DATABASE_URL", ""), HOME)}
except database.BadURL as fault:
    raise ImproperlyConfigured(str(fault)) from None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in
AUTH_USER_MODEL = "orgs.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "dudao_web.orgs.hashers.OneTimeHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "display"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "orgs:signin"
LOGIN_REDIRECT_URL = "/"
# Locked per account and address: nobody elsewhere can lock an office out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are in the record of acts
AXES_CLIENT_IP_CALLABLE = "dudao_web.orgs.membership.client_address"
AXES_LOCKOUT_CALLABLE = "dudao_web.orgs.signin.locked_out"
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]  # never kept as they were typed

SESSION_ENGINE = "dudao_web.orgs.sessions"
SESSION_COOKIE_AGE = 8 * 3600  # a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # htmx takes the token from the page, see base.html
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "dudao_web.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SECURE_SSL_REDIRECT = BEHIND_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Files: static ones ship with the program, uploads are kept by hash below HOME
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "files"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Reminders by e-mail: sent by the worker, none without a server
EMAIL_HOST = os.environ.get("DUDAO_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("DUDAO_MAIL_PORT") or 25)
EMAIL_HOST_USER = os.environ.get("DUDAO_MAIL_USER", "")
_mail_password = os.environ.get("DUDAO_MAIL_PASSWORD_FILE", "")
EMAIL_HOST_PASSWORD = Path(_mail_password).read_text("utf-8").strip() if _mail_password else ""
EMAIL_USE_TLS = os.environ.get("DUDAO_MAIL_TLS") == "starttls"
EMAIL_USE_SSL = os.environ.get("DUDAO_MAIL_TLS") == "ssl"
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("DUDAO_MAIL_FROM") or "dudao@localhost"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "level": "WARNING"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
