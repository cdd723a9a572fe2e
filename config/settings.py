"""All settings, read from the environment (see .env.example). What is unsafe refuses to start."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import keys, logs

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("PARLEY_DATA", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

# --- The address: everything that depends on it is derived from this one value. ---

PORT = env.int("PORT", default=8000)
PARLEY_URL = env.str("PARLEY_URL", default=f"http://localhost:{PORT}").rstrip("/")
_address = urlsplit(PARLEY_URL)
_usual_port = {"http": 80, "https": 443}.get(_address.scheme)
_spelt = f"{_address.scheme}://{_address.netloc.lower()}"
_port_is_needless = _address.port == _usual_port
if _usual_port is None or not _address.hostname or _port_is_needless or _spelt != PARLEY_URL:
    # Browsers spell an origin in one way, and origins are compared letter by letter.
    raise ImproperlyConfigured("PARLEY_URL must look like https://parley.example.org")
SECURE = _address.scheme == "https"
WEBSOCKET_URL = f"{'wss' if SECURE else 'ws'}://{_address.netloc}"

ALLOWED_HOSTS = [_address.hostname]
CSRF_TRUSTED_ORIGINS = [PARLEY_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SECURE_SSL_REDIRECT = SECURE
# Asked for at the process itself, behind the proxy that has the certificate.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- Secrets: from the environment, or written once to the data folder. ---

SECRET_KEY = env.str("SECRET_KEY", default="") or keys.kept(DATA_DIR / "secret_key")

# What was signed or encrypted with an older one is still read.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Signs access tokens, and nothing else.
JWT_SIGNING_KEY = env.str("JWT_SIGNING_KEY", default="") or keys.kept(DATA_DIR / "jwt_signing_key")
if len(JWT_SIGNING_KEY) < 32 or JWT_SIGNING_KEY == SECRET_KEY:
    raise ImproperlyConfigured("JWT_SIGNING_KEY must be a secret of its own, 32 characters or more")

# --- The application ---

INSTALLED_APPS = [
    "daphne",
    "config",
    "signaling",
    "rooms",
    "accounts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
]

MIDDLEWARE = [
    "config.middleware.canonical_host",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.security_headers",
    "accounts.middleware.dpop_nonce",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.known_browsers.known_browsers",
    "config.middleware.Refusals",
]

ROOT_URLCONF = "config.urls"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# The forms' own templates are ours, too (templates/django/forms).
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Where things are kept ---

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'parley.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    # What the address says (sslmode, for one) comes on top.
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": 20, "timeout": 3},
        "connect_timeout": 3,
    } | DATABASES["default"].get("OPTIONS", {})

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://parley")}
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    # A Redis that hangs is given up before the API's 3 s are over; one that was restarted is found
    # again at the second try.
    CACHES["default"]["OPTIONS"] = {
        "socket_connect_timeout": 1,
        "socket_timeout": 1,
        "retry": Retry(NoBackoff(), 1),
    } | CACHES["default"].get("OPTIONS", {})
elif CACHES["default"]["BACKEND"].endswith("LocMemCache"):
    # Tickets live in it for 30 s; Django's 300 entries would let one person push out all others'.
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 50_000}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels.layers.InMemoryChannelLayer",
        # A worker listens for as long as it lives; the layer would forget it after a day.
        "CONFIG": {"group_expiry": 10**9},
    }
}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.storage.HashedModulesStorage"
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- Accounts ---

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "room_list"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = env.str("PARLEY_EMAIL_VERIFICATION", default="optional")
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# Ours are counted in accounts/limits.py.
ACCOUNT_RATE_LIMITS = False
# How long having shown who one is counts. A new device key takes a sign-in for it; for passkeys,
# codes and the e-mail address one shows it once more, even right after signing in: a cookie that
# somebody has copied must not bring them a way in of their own.
FRESH_SIGN_IN = ACCOUNT_REAUTHENTICATION_TIMEOUT = env.int("PARLEY_FRESH_SIGN_IN", default=900)
USERSESSIONS_ADAPTER = "accounts.sessions.SessionsAdapter"
ACCOUNT_USERNAME_BLACKLIST = ["admin", "root"]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_CHANGE_EMAIL = True
# An address sets a new password: a copied session must not bring one of its own.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Nobody here is made to write to people who have no account.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "signup": "accounts.forms.SignUpForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "add_email": "accounts.forms.AddEmailForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}

# --- Passkeys and codes: how they are asked for and kept is accounts/mfa.py ---

MFA_ADAPTER = "accounts.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Parley"
# An address is no condition for an account here, so it is none for guarding it.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A passkey cannot be guessed, and a whole class may use theirs from behind one address.
MFA_RATE_LIMITS = False
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.FreshCodeForm",
    "activate_totp": "accounts.forms.ActivateAppForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
}

# --- Mail ---

vars().update(env.email("EMAIL_URL", default="consolemail://"))
# A mail server that says nothing must not hang a sign-up.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"parley@{_address.hostname}")

# --- The API ---

REST_FRAMEWORK = {
    # The order matters: the session is looked at only where no token is shown.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.DPoPAuthentication",
        "accounts.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.parsers.StrictJSONParser"],
    # OPTIONS would tell the names of our classes.
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "config.schema.Operation",
    "EXCEPTION_HANDLER": "config.errors.problem",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Parley",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api",
    "COMPONENT_SPLIT_REQUEST": True,
    # As they stand in the address.
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.schema.complete",
    ],
    "ENUM_NAME_OVERRIDES": {
        "Role": "rooms.models.Role.choices",
        "GivenRole": "rooms.serializers.ROLES",
        "DeviceKind": "accounts.models.DeviceKind.choices",
        "CandidateType": "rooms.api.reports.CANDIDATES",
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "PATH_CONVERTER_OVERRIDES": {
        "id": {"type": "integer", "minimum": 1, "maximum": 10**18 - 1},
        "slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    },
    # What is said of the classes is for us.
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
}

ACCESS_LASTS = env.int("PARLEY_ACCESS_LASTS", default=300)
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": JWT_SIGNING_KEY,
    "ISSUER": PARLEY_URL,
    "AUDIENCE": f"{PARLEY_URL}/api/",
    "ACCESS_TOKEN_LIFETIME": dt.timedelta(seconds=ACCESS_LASTS),
    "USER_ID_CLAIM": "sub",
}

# --- Signaling: the limits are those of docs/protocol.md ---

FRAME_BURST = env.int("PARLEY_FRAME_BURST", default=600)
FRAME_REFILL = env.int("PARLEY_FRAME_REFILL", default=60)
FRAME_BYTES = env.int("PARLEY_FRAME_BYTES", default=1024 * 1024)
SOCKETS_PER_USER = env.int("PARLEY_SOCKETS_PER_USER", default=10)
SOCKETS_PER_DEVICE = env.int("PARLEY_SOCKETS_PER_DEVICE", default=3)

# --- How often: <times>/<period>, where a period is 15m or h; accounts/limits.py counts ---

TRUSTED_PROXY_COUNT = env.int("PARLEY_TRUSTED_PROXY_COUNT", default=0)
RATE_LIMITS = {
    name: env.str(f"PARLEY_LIMIT_{name.upper()}", default=usual)
    for name, usual in {
        # Wrong passwords and codes: for one name from one address, of one address.
        "failures": "5/15m",
        "failures_per_address": "20/h",
        # Wrong codes of one account from wherever.
        "codes": "20/h",
        # Forms that anybody may send: of one address; with one e-mail address in them; the mails.
        "forms": "120/h",
        "mails": "10/h",
        "mails_to_one": "20/h",
        # Of one device, of one user, of one address.
        "tickets": "60/m",
        "refreshes": "12/m",
        "ice_servers": "30/10m",
        "handshakes": "60/m",
    }.items()
}
for _name, _rate in RATE_LIMITS.items():
    if not re.fullmatch(r"[1-9]\d*/([1-9]\d*)?[smhd]", _rate):
        raise ImproperlyConfigured(f"PARLEY_LIMIT_{_name.upper()} must look like 5/15m")
KNOWN_BROWSER_COOKIE = "__Host-known" if SECURE else "known"

# --- ICE ---

ICE_PROVIDER = env.str("PARLEY_ICE_PROVIDER", default="coturn")
STUN_URLS = env.list("PARLEY_STUN_URLS", default=[])
TURN_URLS = env.list("PARLEY_TURN_URLS", default=[])
# The first secret signs; coturn must know it already. How to change it: .env.example.
TURN_SECRETS = env.list("PARLEY_TURN_SECRETS", default=[])
TURN_STATIC_USERNAME = env.str("PARLEY_TURN_STATIC_USERNAME", default="")
TURN_STATIC_PASSWORD = env.str("PARLEY_TURN_STATIC_PASSWORD", default="")

# --- What a page of ours may do ---

_TRUSTED_TYPES = {"require-trusted-types-for": ["'script'"], "trusted-types": ["lit-html"]}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF, WEBSOCKET_URL],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        **_TRUSTED_TYPES,
    }
}

# --- Logs ---

LOGGING = logs.configuration(level=env.str("LOG_LEVEL", default="INFO"))
