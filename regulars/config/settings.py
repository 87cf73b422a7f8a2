"""Settings. Everything that lives on disk is under REGULARS_HOME; DATABASE_URL moves the truth to PostgreSQL."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from regulars.config.databases import from_url
from regulars.core import home

BASE_DIR = Path(__file__).resolve().parent.parent
REGULARS_HOME = home.folder()
SECRET_KEY = home.secret("django")
DEBUG = os.environ.get("REGULARS_DEBUG") == "1"
PUBLIC_URL = os.environ.get("REGULARS_URL", "http://localhost:8000")
ALLOWED_HOSTS = os.environ.get("REGULARS_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
HTTPS = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if HTTPS else []

INSTALLED_APPS = [
    # bottom first: reactions run in this order
    "regulars.core",
    "regulars.ui",
    "regulars.team",
    "regulars.lake",
    "regulars.people",
    "regulars.events",
    "regulars.commerce",
    "regulars.content",
    "regulars.segments",
    "regulars.channels",
    "regulars.inbox",
    "regulars.social",
    "regulars.feedback",
    "regulars.loyalty",
    "regulars.journeys",
    "regulars.insights",
    "regulars.web",
    "regulars.portal",
    "regulars.till",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.humanize",  # allauth's list of passkeys needs it
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "regulars.portal.language.speak",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "regulars.web.above.page_above",
]

API_MIDDLEWARE = [  # of /api/v1/: see web/api/door.py
    "django.middleware.security.SecurityMiddleware",
    "regulars.portal.language.speak",
    "django.middleware.common.CommonMiddleware",
]

ROOT_URLCONF = "regulars.config.urls"
WSGI_APPLICATION = "regulars.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "regulars.ui.context.page",
            ]
        },
    }
]

DATABASES = {"default": from_url(os.environ.get("DATABASE_URL", ""), REGULARS_HOME)}
LAKE_MEMORY = os.environ.get("REGULARS_LAKE_MEMORY", "1GB")  # what DuckDB may use before it spills to disk
LAKE_THREADS = int(os.environ.get("REGULARS_LAKE_THREADS", os.cpu_count() or 1))
CACHES = {
    # shared by all processes of one machine: rate limits of sign-in and API count in it
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": REGULARS_HOME / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "team.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "regulars.team.adapters.AccountAdapter"
MFA_ADAPTER = "regulars.team.adapters.MFAAdapter"
PASSWORD_RESET_TIMEOUT = 3 * 86_400  # seconds; links with which members choose a password
ACCOUNT_FORMS = {"login": "regulars.team.sign_in.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: the code before and after, as RFC 6238 (5.2) recommends
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("REGULARS_PROXIES", "1" if HTTPS else "0"))

SENDERS = int(
    os.environ.get("REGULARS_SENDERS", "0")
)  # processes that send bulk messages; 0: as many as of each lane

API_PER_MINUTE = int(os.environ.get("REGULARS_API_PER_MINUTE", "600"))  # requests per API key

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")]  # of customers' pages
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # ids stand in forms and links; numbers for people go through the filter `number`
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # served from the installed packages; nothing is collected into a folder
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = REGULARS_HOME / "media"

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("REGULARS_LOG", "INFO")},
}
