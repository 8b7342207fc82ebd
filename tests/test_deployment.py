"""What operators and CI rely on: the Makefile, the lanes, the image and the compose file."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
MAKEFILE = (HERE / "Makefile").read_text(encoding="utf-8")
COMPOSE = (HERE / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (HERE / "Dockerfile").read_text(encoding="utf-8")
NOWHERE = "127.0.0.1:1"


def run(*command: str, **environment: str) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        command, cwd=HERE, env={**kept, **environment}, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


# --- make ---------------------------------------------------------------------------------------------
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


@needs_make
def test_plain_make_lists_every_command_with_what_it_does():
    listed = run("make").stdout
    for target in re.findall(r"^\.PHONY: (\S+)$", MAKEFILE, re.MULTILINE):
        assert re.search(rf"make {target} +\S", listed), target


@needs_make
def test_make_sure_runs_every_check_and_every_lane():
    planned = run("make", "--dry-run", "sure").stdout
    for check in ("ruff format --check", "ruff check .", "makemigrations --check", "check --deploy"):
        assert check in planned
    for lane in "abcd":
        assert f".ci/lane.py {lane}" in planned


@needs_make
def test_the_demonstration_does_not_touch_a_database_that_the_shell_names():
    planned = run("make", "--dry-run", "demo", DATABASE_URL="postgres://precious", REDIS_URL="redis://precious")
    assert "-u DATABASE_URL -u REDIS_URL" in planned.stdout
    assert "precious" not in planned.stdout


def test_the_readme_names_only_commands_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", (HERE / "README.md").read_text(encoding="utf-8")))
    assert {"demo", "test"} <= named <= targets


def test_the_script_for_ci_is_sound():
    assert run("bash", "-n", ".ci/run").returncode == 0
    script = (HERE / ".ci/run").read_text(encoding="utf-8")
    assert len(re.findall(r"^make sure$", script, re.MULTILINE)) == 1


# --- Lanes --------------------------------------------------------------------------------------------
def lane(letter: str, **environment: str) -> subprocess.CompletedProcess:
    return run(sys.executable, ".ci/lane.py", letter, "--collect-only", "-q", **environment)


@pytest.mark.parametrize("letter", ["b", "c", "d"])
def test_in_ci_a_lane_without_its_services_is_a_failure(letter):
    ended = lane(letter, CI="true", DATABASE_URL=f"postgres://someone@{NOWHERE}/consult")
    assert ended.returncode == 1
    assert f"Lane {letter.upper()} did not run: no PostgreSQL answers at {NOWHERE}" in ended.stdout


def test_elsewhere_a_lane_without_its_services_says_so_and_lets_the_next_one_go_on():
    ended = lane("b", DATABASE_URL=f"postgres://someone@{NOWHERE}/consult")
    assert ended.returncode == 0
    assert "Lane B did not run" in ended.stdout


def test_no_lane_prints_a_password():
    ended = lane("b", CI="true", DATABASE_URL=f"postgres://someone:hunter2@{NOWHERE}/consult")
    assert "hunter2" not in ended.stdout + ended.stderr


# --- The image and the compose file -------------------------------------------------------------------
def test_the_image_does_not_run_as_root():
    assert re.search(r"^USER 10001", DOCKERFILE, re.MULTILINE)


def test_the_image_copies_only_what_exists_and_never_everything():
    copied = [words.split()[0] for words in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)]
    assert "." not in copied
    assert all((HERE / path).exists() for path in copied)


@pytest.mark.parametrize("secret", ["SECRET_KEY", "POSTGRES_PASSWORD", "EMAIL_HOST_PASSWORD"])
def test_there_is_no_secret_in_the_compose_file(secret):
    values = re.findall(rf"^ +{secret}: (.*)$", COMPOSE, re.MULTILINE)
    assert all(re.fullmatch(rf"\"?\$\{{{secret}(:[?-].*)?\}}\"?", value) for value in values), values


@pytest.mark.parametrize("name", ["SECRET_KEY", "SITE_HOST", "POSTGRES_PASSWORD", "EMAIL_HOST"])
def test_compose_refuses_to_start_without_what_must_be_set(name):
    assert re.search(rf"\$\{{{name}:\?\S", COMPOSE)


@pytest.mark.parametrize("service", ["web", "worker", "beat", "migrate"])
def test_everything_of_ours_is_read_only_and_without_privileges(service):
    block = re.search(rf"^  {service}:\n((?:    .*\n)+)", COMPOSE, re.MULTILINE)
    assert "<<: *app" in block[1]
    shared = COMPOSE.partition("x-app: &app")[2].partition("\nx-after-migrations")[0]
    for hardening in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert hardening in shared


def test_the_database_cannot_be_reached_from_outside():
    for service in ("database", "redis"):
        block = re.search(rf"^  {service}:\n((?:    .*\n)+)", COMPOSE, re.MULTILINE)[1]
        assert "networks: [inside]" in block
        assert "ports:" not in block
    assert re.search(r"^  inside:\n    internal: true", COMPOSE, re.MULTILINE)


def test_every_process_of_the_demonstration_is_one_that_is_installed():
    programs = re.findall(r"^\w+: (\S+)", (HERE / "Procfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert all((Path(sys.executable).parent / program).exists() for program in programs), programs
