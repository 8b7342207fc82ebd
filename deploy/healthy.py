"""Is this container's process well? `python deploy/healthy.py web|worker|beat`, for Docker's health checks."""

import os
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

BEAT_WRITES_AT_LEAST_EVERY = 10 * 60
"""Seconds. Beat writes its schedule down every three minutes."""


def web() -> bool:
    """It answers, and so does the database behind it. The host must be one that the settings allow."""
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip()
    port = os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2]
    connection = HTTPConnection("127.0.0.1", int(port), timeout=8)
    connection.request("GET", "/health/", headers={"Host": host, "X-Forwarded-Proto": "https"})
    return connection.getresponse().status == 200


def worker() -> bool:
    """It answers a ping through the broker."""
    name = f"celery@{socket.gethostname()}"
    ping = ["-A", "consult.config.celery", "inspect", "ping", "--timeout", "8", "--destination", name]
    asked = [sys.executable, "-m", "celery", *ping]
    return subprocess.run(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0  # noqa: S603


def beat() -> bool:
    """Its schedule was written down lately."""
    written = [file.stat().st_mtime for file in Path(os.environ["VAR_DIR"]).glob("beat-schedule*")]
    return bool(written) and time.time() - max(written) < BEAT_WRITES_AT_LEAST_EVERY


if __name__ == "__main__":
    raise SystemExit(not {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]())
