"""Starting the demonstration: a database, its content, and then web, worker and beat through honcho."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError
from django.db import connections

USUAL_PORT = 8000
KEPT_THERE = ("cache", "broker", "broker-control", "files", "mail", "static")


def only_one_at_a_time():
    """Hold a lock for as long as this process lives: two demonstrations must not share one folder."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    lock = (settings.VAR_DIR / "running").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise CommandError(
            f"The demonstration is running already: {lock.read().strip() or 'it is just starting'}"
        ) from None
    return lock


def forget_everything() -> None:
    """Remove what an earlier start left behind. Only a demonstration on SQLite has so little to lose."""
    if not (settings.DEMO and settings.ON_SQLITE):
        raise CommandError("Only a demonstration on SQLite can begin anew. Nothing was removed.")
    connections.close_all()
    database = Path(settings.DATABASES["default"]["NAME"])
    for file in [*database.parent.glob(f"{database.name}*"), *settings.VAR_DIR.glob("beat-schedule*")]:
        file.unlink()
    for folder in KEPT_THERE:
        shutil.rmtree(settings.VAR_DIR / folder, ignore_errors=True)
    for folder in ("broker", "broker-control"):
        (settings.VAR_DIR / folder).mkdir()


def free_port(wanted: str | None) -> int:
    """The port that was asked for, or the usual one, or the next one that is free."""
    if wanted:
        if not wanted.isdecimal() or not 1 <= int(wanted) <= 65535:
            raise CommandError(f"PORT must be a number from 1 to 65535, not “{wanted}”.")
        if not _is_free(int(wanted)):
            raise CommandError(f"Port {wanted} is taken. Choose another one: make demo PORT={int(wanted) % 65535 + 1}")
        return int(wanted)
    for port in range(USUAL_PORT, USUAL_PORT + 100):
        if _is_free(port):
            return port
    raise CommandError("No port from 8000 to 8099 is free. Choose one: make demo PORT=9000")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def start(port: int) -> subprocess.Popen:
    """Start web, worker and beat. Stopping this process stops all three."""
    here = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "SITE_ADDRESS": f"http://localhost:{port}",
        "PYTHONUNBUFFERED": "1",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        # Whoever looks at a demonstration as root knows what they do.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    # No .env file: one that was written for production must not reach the demonstration.
    command = [sys.executable, "-m", "honcho", "-e", os.devnull, "start", "-p", str(port)]
    started = subprocess.Popen(command, env=here, cwd=settings.BASE_DIR)  # noqa: S603
    # Ctrl+C in a terminal reaches honcho by itself, and honcho stops the others in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: started.terminate())
    return started


def wait_until_it_answers(started: subprocess.Popen, port: int, *, patience: float = 60) -> None:
    """Return when pages can be opened."""
    until = time.monotonic() + patience
    while time.monotonic() < until and started.poll() is None:
        if _answers(port):
            return
        time.sleep(0.2)
    started.terminate()
    raise CommandError("The demonstration did not start. What went wrong stands above.")


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
