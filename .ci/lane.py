"""Run one lane of the tests, and say what ran: `make lane-a` to `make lane-d` call this.

a  SQLite and the filesystem broker: no services
b  the same tests on PostgreSQL with Redis
c  browser, accessibility and hostile text, on PostgreSQL
d  kill -9, races, size and LibreOffice, one after the other, on PostgreSQL with Redis

Services are those of DATABASE_URL and REDIS_URL, or those that answer on 127.0.0.1 at their usual ports. With CI=true
a lane that cannot run is a failure; otherwise it says so and lets the next one go on.
"""

import getpass
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

import psycopg2
import redis

NO_TESTS = 5
IN_PARALLEL = ["-n", os.environ.get("TEST_PROCESSES", "auto"), "--dist", "worksteal"]


class Missing(Exception):
    """What this lane needs is not here; the message says what to do."""


@dataclass(frozen=True)
class Lane:
    title: str
    marks: str
    options: list[str] = field(default_factory=list)
    needs_services: bool = True
    needs_browser: bool = False


LANES = {
    "a": Lane(
        "the tests on SQLite with the filesystem broker",
        "not browser and not lane_d and not postgres",
        IN_PARALLEL,
        needs_services=False,
    ),
    "b": Lane("the same tests on PostgreSQL with Redis", "not browser and not lane_d", IN_PARALLEL),
    "c": Lane("browser, accessibility and hostile text, on PostgreSQL", "browser", needs_browser=True),
    "d": Lane("kill -9, races, size and LibreOffice, one after the other", "lane_d"),
}


def main(letter: str, *more: str) -> int:
    lane = LANES[letter]
    print(f"\n== Lane {letter.upper()}: {lane.title}", flush=True)
    try:
        surroundings = services(f"consult_lane_{letter}") if lane.needs_services else {}
        if lane.needs_browser:
            surroundings["CHROMIUM"] = browser()
    except Missing as missing:
        return did_not_run(letter, str(missing))
    command = [sys.executable, "-m", "pytest", "-m", lane.marks, *lane.options, *more]
    print("   " + shlex.join(["pytest", *command[3:]]), flush=True)
    ended = subprocess.run(command, env={**os.environ, **surroundings}, stdin=subprocess.DEVNULL).returncode  # noqa: S603
    return did_not_run(letter, "no test belongs to it.") if ended == NO_TESTS else ended


def did_not_run(letter: str, why: str) -> int:
    print(f"   Lane {letter.upper()} did not run: {why}", flush=True)
    return 1 if os.environ.get("CI", "").lower() in {"1", "true"} else 0


def services(name: str) -> dict[str, str]:
    """The environment in which the tests find PostgreSQL and Redis; prints which ones these are."""
    return {"DATABASE_URL": postgresql(name), "REDIS_URL": redis_server()}


def postgresql(name: str) -> str:
    """The address of a PostgreSQL where databases can be made. The tests make and drop `test_…` beside `name`."""
    given = os.environ.get("DATABASE_URL", "")
    address = given if urlsplit(given).scheme in {"postgres", "postgresql"} else _local_postgresql(name)
    at = urlsplit(address)
    try:
        with psycopg2.connect(_maintenance(address)) as connection:
            version, may_create = _ask(connection)
    except psycopg2.OperationalError as trouble:
        raise Missing(f"no PostgreSQL answers at {at.hostname}:{at.port or 5432} ({_first_line(trouble)})") from None
    if not may_create:
        raise Missing(f"PostgreSQL's role {at.username} may not create databases: ALTER ROLE {at.username} CREATEDB;")
    print(f"   PostgreSQL {version} at {at.hostname}:{at.port or 5432}", flush=True)
    return address


def _local_postgresql(name: str) -> str:
    user, password = os.environ.get("PGUSER") or getpass.getuser(), os.environ.get("PGPASSWORD", "")
    who = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    return f"postgres://{who}@{os.environ.get('PGHOST') or '127.0.0.1'}:{os.environ.get('PGPORT') or 5432}/{name}"


def _maintenance(address: str) -> str:
    """The same server's database `postgres`, from which test databases are made."""
    return urlsplit(address)._replace(path="/postgres").geturl()


def _ask(connection) -> tuple[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0].split()[0]
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        return version, cursor.fetchone()[0]


def redis_server() -> str:
    address = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0"
    at = urlsplit(address)
    try:
        version = redis.Redis.from_url(address, socket_connect_timeout=3).info("server")["redis_version"]
    except redis.RedisError as trouble:
        raise Missing(f"no Redis answers at {at.hostname}:{at.port or 6379} ({_first_line(trouble)})") from None
    print(f"   Redis {version} at {at.hostname}:{at.port or 6379}", flush=True)
    return address


def browser() -> str:
    """Chromium's program. A test tool's own download is not used: the system's browser is kept up to date."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            version = subprocess.run([found, "--version"], capture_output=True, text=True)  # noqa: S603
            print(f"   {version.stdout.strip() or found}", flush=True)
            return found
    raise Missing("no Chromium here. On Debian: apt-get install chromium; or set CHROMIUM to its path.")


def _first_line(trouble: Exception) -> str:
    return str(trouble).strip().splitlines()[0] if str(trouble).strip() else type(trouble).__name__


def has(service: str) -> int:
    """For .ci/run: 0 if this service is here already."""
    try:
        {"postgresql": lambda: postgresql("consult"), "redis": redis_server}[service]()
    except Missing as missing:
        print(f"   {missing}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(has(sys.argv[2]) if sys.argv[1] == "--has" else main(*sys.argv[1:]))
