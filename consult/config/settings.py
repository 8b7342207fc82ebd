"""One settings file, driven by the environment. Every variable stands in the table in README.md.

In production (neither DEMO nor DEBUG is set) it refuses to start half-configured.
"""

from pathlib import Path

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from consult.config import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# --- What kind of start this is -------------------------------------------------------------------
DEMO = env.flag("DEMO", False)
DEBUG = env.flag("DEBUG", False)
EASY = DEMO or DEBUG
"""A start on one's own machine: defaults are filled in that production insists on."""

SECRET_KEY = env.text(
    "SECRET_KEY",
    "only-for-demonstration-and-development" if EASY else None,
    say="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'",
)
if not EASY and len(SECRET_KEY) < 40:
    raise ImproperlyConfigured("SECRET_KEY is too short to be safe: use at least 40 random characters.")

RECEIPT_KEY = env.text("RECEIPT_KEY", SECRET_KEY)
"""Reference numbers are derived from this. Keep it when you change SECRET_KEY, so that people can see theirs again."""

ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS",
    ["localhost", "127.0.0.1", "[::1]"] if EASY else None,
    say="Name the hosts people will type, separated by commas: consult.example.gov.uk",
)
if not EASY and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS may not be *: name the hosts people will type.")

SITE_ADDRESS = env.text("SITE_ADDRESS", "http://localhost:8000" if EASY else f"https://{ALLOWED_HOSTS[0]}").rstrip("/")
HTTPS = env.flag("HTTPS", not EASY)
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0 if EASY else 1)

# --- Where things are kept ------------------------------------------------------------------------
DATABASE_URL = env.text(
    "DATABASE_URL",
    f"sqlite:///{VAR_DIR / 'consult.sqlite3'}" if EASY else None,
    say="For instance postgres://consult:password@db:5432/consult",
)
_database = env.database(DATABASE_URL)
ON_SQLITE = "sqlite3" in _database["ENGINE"]
DATABASES = {"default": _database, "steady": env.for_long_reads(_database)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text(
    "REDIS_URL",
    "" if EASY or ON_SQLITE else None,
    say="For instance redis://redis:6379/0 (tasks and cached pages live there).",
)
CACHES = {
    "default": {
        "BACKEND": "consult.config.cache.CacheThatMayBeAway",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.text("CACHE_PREFIX", "consult"),
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
    # What may be a few seconds old, and is not worth a question to another process.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}},
}

FILES_ROOT = Path(env.text("FILES_ROOT", str(VAR_DIR / "files")))
"""Private files: exports on their way to those who asked for them. Never served by the web server."""
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR_DIR / "static")))
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FILES_ROOT},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# --- The application ------------------------------------------------------------------------------
ROOT_URLCONF = "consult.config.urls"
WSGI_APPLICATION = "consult.config.wsgi.application"
AUTH_USER_MODEL = "consult.Account"
SITE_ID = 1

INSTALLED_APPS = [
    "consult.apps.ConsultConfig",
    "guidance",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.staticfiles",
    "django.forms",
    "consult.apps.QuietCommentsXtdConfig",
    "django_comments",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_celery_results",
    "django_htmx",
]
MIDDLEWARE = [
    "consult.pages.caching.FinishedPages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "consult.pages.policy.OnePolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "consult.people.factors.SecondFactorFirst",
    "consult.pages.last_read.NotedReading",
    "consult.pages.refusals.PlainRefusals",
]
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
                "consult.pages.context.everywhere",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Who is who -----------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["consult.people.backends.SignedInByCode"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "consult.people.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "consult.people.signing_in.AskForACode",
    "signup": "consult.people.signing_in.SignUp",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_REQUIRED = False
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False  # it would show whether an address has an account already
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
USERSESSIONS_TRACK_ACTIVITY = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900

STAFF_SECOND_FACTOR = env.flag("STAFF_SECOND_FACTOR", not EASY)
"""Whether editors, reviewers, moderators and admins need a second step to sign in, before any team page."""
MFA_ADAPTER = "consult.people.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute wrong
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EASY
MFA_FORMS = {
    "authenticate": "consult.people.factor_forms.Authenticate",
    "reauthenticate": "consult.people.factor_forms.Reauthenticate",
    "activate_totp": "consult.people.factor_forms.ActivateApp",
    "add_webauthn": "consult.people.factor_forms.AddPasskey",
    "edit_webauthn": "consult.people.factor_forms.RenamePasskey",
    "authenticate_webauthn": "consult.people.factor_forms.AuthenticateByPasskey",
    "login_webauthn": "consult.people.factor_forms.SignInByPasskey",
    "reauthenticate_webauthn": "consult.people.factor_forms.ReauthenticateByPasskey",
}

OIDC = env.together(
    name=env.text("OIDC_NAME", ""),
    issuer=env.text("OIDC_ISSUER", ""),
    client_id=env.text("OIDC_CLIENT_ID", ""),
    client_secret=env.text("OIDC_CLIENT_SECRET", ""),
    prefix="OIDC_",
)
"""The identity provider through which people can sign in; empty without one."""
if OIDC and not EASY and not OIDC["issuer"].startswith("https://"):
    raise ImproperlyConfigured("OIDC_ISSUER must begin with https://, as its identity provider writes it.")
SOCIALACCOUNT_ADAPTER = "consult.people.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads to another host is what our Content-Security-Policy refuses
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "consult.people.single_sign_on.CheckedProvider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC["name"],
                "client_id": OIDC["client_id"],
                "secret": OIDC["client_secret"],
                "settings": {"server_url": OIDC["issuer"]},
            }
        ]
        if OIDC
        else [],
    }
}

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "consult.pages.refusals.stale_form"
CSRF_TRUSTED_ORIGINS = [SITE_ADDRESS]

# --- Safety in the browser ------------------------------------------------------------------------
SECURE_SSL_REDIRECT = False  # the proxy does it; health checks inside the network speak plain HTTP
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}
# The proxy redirects to https, and answers W008; everything else `check --deploy` finds is a failure.
SILENCED_SYSTEM_CHECKS = ["security.W008"]

# --- Language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.text("TIME_ZONE", "Europe/London")
USE_I18N = True
USE_TZ = True

# --- The conversation -----------------------------------------------------------------------------
COMMENTS_APP = "django_comments_xtd"
COMMENTS_XTD_MODEL = "consult.discussion.models.PublicComment"
COMMENTS_XTD_MAX_THREAD_LEVEL = 6
COMMENTS_XTD_LIST_ORDER = ("thread_id", "order", "id")
COMMENTS_XTD_CONFIRM_EMAIL = False
COMMENTS_XTD_SALT = b"consult.comments"
WEBMENTION = env.flag("WEBMENTION", False)
"""Whether pages elsewhere may tell us that they link to us. Workers then need a way out (docs/operating.md)."""
LONGEST_COMMENT = env.number("LONGEST_COMMENT", 4000, least=100)
MINUTES_TO_MEND = env.number("MINUTES_TO_MEND", 15, least=0)
"""For so long someone can mend slips in a comment without a trace. Later, what it said before stays readable."""
MODERATION_TARGET_HOURS = env.number("MODERATION_TARGET_HOURS", 24, least=1)
"""Hours within which a report, an appeal or a comment that waits should be looked at; then it is marked overdue."""
NAMED_STAFF = [address.lower() for address in env.words("NAMED_STAFF", [])]
"""Sign-in addresses of those who read what is told in confidence: threats to life, safeguarding, wrongdoing."""
COMMENTS_TIMEOUT = 7200
"""Seconds after which a form's signature is old. An old form is signed again, silently."""

# --- Work in the background -----------------------------------------------------------------------
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_SOFT_TIME_LIMIT = 3300
CELERY_TASK_TIME_LIMIT = 3600  # a job that hangs keeps its heartbeat; only this ends it
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = "django-db"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # the job's row is the truth; a sweeper nudges again
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "global_keyprefix": f"{CACHES['default']['KEY_PREFIX']}:",
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    }
else:
    CELERY_BROKER_URL = "filesystem://localhost"  # no host is asked; without one, kombu complains at each start
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": VAR_DIR / "broker",
        "data_folder_out": VAR_DIR / "broker",
        "control_folder": VAR_DIR / "broker-control",
        "store_processed": False,
        "polling_interval": 0.2,
    }
    for _folder in ("data_folder_in", "control_folder"):
        CELERY_BROKER_TRANSPORT_OPTIONS[_folder].mkdir(parents=True, exist_ok=True)
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "seal the ledger": {"task": "consult.seal_ledger", "schedule": 5.0, "options": {"expires": 5}},
    "sweep abandoned jobs": {"task": "consult.sweep_jobs", "schedule": 15.0, "options": {"expires": 15}},
    "publish what is due": {"task": "consult.publish_due", "schedule": 20.0, "options": {"expires": 20}},
    "forget guests": {"task": "consult.forget_guests", "schedule": 3600.0, "options": {"expires": 600}},
    "clear sessions": {"task": "consult.clear_sessions", "schedule": 3600.0, "options": {"expires": 600}},
    "find campaigns": {"task": "consult.find_campaigns", "schedule": 20.0, "options": {"expires": 20}},
    "show badges": {"task": "consult.show_badges", "schedule": crontab(hour=4, minute=0), "options": {"expires": 3600}},
    "fold tallies": {"task": "consult.fold_tallies", "schedule": 60.0, "options": {"expires": 60}},
}

# --- Mail -----------------------------------------------------------------------------------------
EMAIL_BACKEND = (
    "django.core.mail.backends.filebased.EmailBackend" if DEMO else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"no-reply@{ALLOWED_HOSTS[0] if not EASY else 'consult.example'}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- The organisation -----------------------------------------------------------------------------
ORGANISATION = {
    "name": env.text("ORGANISATION_NAME", "Public Standards Office"),
    "service": env.text("SERVICE_NAME", "Shaping guidance"),
    "contact": env.text("CONTACT_EMAIL", "guidance@standards.example"),
    "accent": env.colour("ACCENT_COLOUR"),
    "licence": env.text("LICENCE", "Open Government Licence v3.0" if DEMO else ""),
}

# --- Logs: JSON lines without account, address or query string --------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "consult.config.logs.JSONLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"handlers": ["console"], "propagate": False}},
}
