"""What a measurement runs on: a database of its own, a corner of Redis of its own, and gunicorn as in production."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import psycopg2
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
STARTS_WITHIN = 60


def _server() -> str:
    here = os.environ.get("DATABASE_URL") or f"postgres://{os.environ.get('USER') or 'root'}@{HOST}:5432/postgres"
    if not here.startswith("postgres"):
        raise SystemExit("The bench needs PostgreSQL: set DATABASE_URL, or start one on 127.0.0.1:5432.")
    return here


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextmanager
def database(name: str) -> Iterator[str]:
    """A new database of this name, dropped afterwards. Gives its address."""
    admin = psycopg2.connect(_with_database(_server(), "postgres").replace("postgres://", "postgresql://"))
    admin.autocommit = True

    def say(words: str) -> None:
        with admin.cursor() as cursor:
            cursor.execute(sql.SQL(words).format(sql.Identifier(name)))

    say("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    say("CREATE DATABASE {}")
    try:
        yield _with_database(_server(), name)
    finally:
        say("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        admin.close()


def environment(database_url: str, folder: str, module: str) -> dict[str, str]:
    """As in production: no DEBUG, no DEMO; plain HTTP, since the proxy that would do TLS is not what we measure."""
    known = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "DEMO", "CACHE_PREFIX"}}
    return {
        **known,
        "DJANGO_SETTINGS_MODULE": module,
        "DATABASE_URL": database_url,
        "REDIS_URL": os.environ.get("REDIS_URL") or f"redis://{HOST}:6379/0",
        "CACHE_PREFIX": f"bench-{os.getpid()}",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": HOST,
        "HTTPS": "0",
        "TRUSTED_PROXIES": "0",
        "VAR_DIR": folder,
        "LOG_LEVEL": "WARNING",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@contextmanager
def served(wsgi: str, environ: dict[str, str], *, ready: str, workers: int = 2) -> Iterator[str]:
    """gunicorn with the product's own configuration. Gives its address, once it answers there."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", wsgi]
    settings = {"BIND": f"{HOST}:{port}", "WEB_WORKERS": str(workers)}
    process = subprocess.Popen(command, cwd=ROOT, env={**environ, **settings})
    try:
        _wait_for(f"http://{HOST}:{port}{ready}", process)
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(address: str, process: subprocess.Popen) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < STARTS_WITHIN:
        if process.poll() is not None:
            raise SystemExit("gunicorn did not start; its reason stands above.")
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"gunicorn did not answer at {address} within {STARTS_WITHIN} seconds.")


def folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="consult-bench-")


def django_command(environ: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "django", *arguments], cwd=ROOT, env=environ, check=True)
