"""Settings for tests: SQLite and the filesystem broker, or DATABASE_URL and REDIS_URL where they are given."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DEBUG", "1")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["VAR_DIR"] = os.environ.get("TEST_VAR_DIR") or tempfile.mkdtemp(prefix=f"consult-{WORKER}-")
os.environ["CACHE_PREFIX"] = f"test-{os.getpid()}-{WORKER}"
os.environ.setdefault("SITE_ADDRESS", "http://testserver")

from consult.config.settings import *  # noqa: E402, F403

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # noqa: F405
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
FILES_ROOT = Path(os.environ["VAR_DIR"]) / "files"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
