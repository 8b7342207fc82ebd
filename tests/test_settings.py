"""Starting in production: complete, or not at all, with a sentence that says what to set."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
COMPLETE = {
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABC",
    "ALLOWED_HOSTS": "consult.example",
    "DATABASE_URL": "postgres://consult:secret@database:5432/consult",
    "REDIS_URL": "redis://redis:6379/0",
}
SHOW = "from consult.config import settings; print(getattr(settings, '{name}'))"


def start(tmp_path: Path, name: str = "DEBUG", **changes: str | None) -> subprocess.CompletedProcess:
    """Read the settings in a process of their own, in production but for these changes; prints one of them."""
    wanted = {**COMPLETE, "VAR_DIR": str(tmp_path), **changes}
    environment = {key: value for key, value in wanted.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", SHOW.format(name=name)],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=HERE,
        capture_output=True,
        text=True,
    )


def refusal(tmp_path: Path, **changes: str | None) -> str:
    """The sentence with which it refuses to start."""
    ended = start(tmp_path, **changes)
    assert ended.returncode != 0, "It started."
    return ended.stderr.strip().splitlines()[-1]


def test_it_starts_when_everything_is_set(tmp_path):
    ended = start(tmp_path)
    assert (ended.returncode, ended.stdout.strip()) == (0, "False"), ended.stderr


@pytest.mark.parametrize("name", sorted(COMPLETE))
@pytest.mark.parametrize("value", [None, "  "])
def test_it_refuses_to_start_half_configured_and_says_what_to_set(tmp_path, name, value):
    sentence = refusal(tmp_path, **{name: value})
    assert f"Set {name}." in sentence
    assert len(sentence.partition(f"Set {name}.")[2]) > 20, "It does not say how."


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "secret", "too short"),
        ("ALLOWED_HOSTS", "consult.example, *", "may not be *"),
        ("DATABASE_URL", "mysql://root@localhost/consult", "must begin with postgres:// or sqlite:///"),
        ("DATABASE_URL", "postgres://consult@database:5432/", "must end with a database name"),
        ("HTTPS", "perhaps", "HTTPS must be 1 or 0"),
        ("TRUSTED_PROXIES", "one", "TRUSTED_PROXIES must be a whole number"),
        ("LONGEST_COMMENT", "5", "LONGEST_COMMENT must be 100 or more"),
        ("ACCENT_COLOUR", "yellow", "ACCENT_COLOUR"),
    ],
)
def test_it_refuses_a_value_that_cannot_be_right(tmp_path, name, value, sentence):
    assert sentence in refusal(tmp_path, **{name: value})


def test_a_refusal_does_not_show_a_secret(tmp_path):
    ended = start(tmp_path, DATABASE_URL="mysql://consult:hunter2@database/consult")
    assert "hunter2" not in ended.stderr


@pytest.mark.parametrize("kind", ["DEMO", "DEBUG"])
def test_on_one_s_own_machine_nothing_need_be_set(tmp_path, kind):
    ended = start(tmp_path, "DATABASE_URL", **dict.fromkeys(COMPLETE), **{kind: "1"})
    assert ended.stdout.strip() == f"sqlite:///{tmp_path}/consult.sqlite3", ended.stderr


def test_cookies_travel_over_https_only(tmp_path):
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        assert start(tmp_path, name).stdout.strip() == "True"


# --- The table in the README --------------------------------------------------------------------------
READ = re.compile(r"env\.(?:text|flag|number|words|colour)\(\s*\"([A-Z_]+)\"|environ\.get\(\s*['\"]([A-Z_]+)['\"]")
ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
READERS = ("consult/config/settings.py", "deploy/gunicorn.conf.py")


def read_variables() -> set[str]:
    source = "\n".join((HERE / file).read_text(encoding="utf-8") for file in READERS)
    return {first or second for first, second in READ.findall(source)}


def test_every_variable_stands_in_the_table_of_the_readme_and_none_else_does():
    assert set(ROW.findall((HERE / "README.md").read_text(encoding="utf-8"))) == read_variables()


def test_the_variables_are_found_at_all():
    assert {"SECRET_KEY", "ALLOWED_HOSTS", "REDIS_URL", "LOG_LEVEL", "WEB_WORKERS"} <= read_variables()


def test_docker_compose_can_pass_on_every_variable_that_an_operator_sets():
    compose = (HERE / "docker-compose.yml").read_text(encoding="utf-8")
    within = {"DEMO", "DEBUG", "HTTPS", "VAR_DIR", "FILES_ROOT", "STATIC_ROOT", "CACHE_PREFIX", "BIND", "PORT"}
    passed_on = set(re.findall(r"^    ([A-Z_]+):", compose, re.MULTILINE))
    assert read_variables() - within <= passed_on
