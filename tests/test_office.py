"""Tracked changes in a word processor: LibreOffice opens the files, and accepts or rejects all there is.

One run for all cases. Without LibreOffice, or its bridge for the system's Python, these tests are skipped; with CI=true
that is a failure.
"""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from consult.management.demo import content
from guidance.downloads.docx import as_docx, as_redline
from guidance.downloads.lines import Line
from guidance.importing import Imported
from tests.edits.reading import read_edits
from tests.office.cases import CASES
from tests.office.changes import two_texts, two_versions
from tests.test_downloads import facts

pytestmark = [pytest.mark.office, pytest.mark.lane_d]
SYSTEM_PYTHON = "/usr/bin/python3"
READING = Path(__file__).parent / "office" / "reading.py"
PATIENCE = 300
AS_IT_IS, ACCEPTED, REJECTED = "as it is", "accepted", "rejected"


def written(imported: Imported) -> str:
    """A text in the words of tests/edits."""
    return "\n\n".join(
        f"## {section.key} @{level} | {section.title}\n\n{markdown}"
        for section in imported.sections
        for level, markdown in section.levels.items()
    )


def versions() -> dict[str, tuple]:
    """All cases: what is hard, edits as people make them, and the two drafts of the demonstration."""
    found = {name: two_texts(*texts) for name, texts in CASES.items()}
    found["edits as people make them"] = all_edits()
    found["the demonstration"] = two_texts(*map(written, content.photographs(date(2026, 11, 2)).texts))
    return found


def all_edits() -> tuple:
    """Those of tests/edits as one text."""
    old, new, old_titles, new_titles = [], [], {}, {}
    for number, edit in enumerate(read_edits()):
        for passages, own in ((old, edit.old), (new, edit.new)):
            passages += [replace(one, key=f"{number}-{one.key}", section=f"{number}-{one.section}") for one in own]
        for titles, told in zip((old_titles, new_titles), edit.titles, strict=True):
            titles |= {f"{number}-{key}": title for key, title in told.items()}
    return two_versions(old, new, old_titles, new_titles)


VERSIONS = versions()


def without_office() -> str:
    """What is missing here, if anything."""
    if not shutil.which("soffice"):
        return "there is no soffice"
    bridge = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, env={"PATH": os.environ["PATH"]})
    return "" if bridge.returncode == 0 else f"{SYSTEM_PYTHON} has no uno"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    if missing := without_office():
        insisted = os.environ.get("CI", "").lower() in {"1", "true"}
        (pytest.fail if insisted else pytest.skip)(
            f"{missing}. On Debian: apt-get install libreoffice-writer python3-uno"
        )
    return tmp_path_factory.mktemp("office")


def office(folder: Path, *arguments: str) -> list[str]:
    """A command line with a profile of its own, so that it meets no other office and leaves nothing behind."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    return ["soffice", profile, "--headless", "--norestore", "--nologo", "--nodefault", *arguments]


@pytest.fixture(scope="module")
def read(folder) -> dict[tuple[str, str], list]:
    """What LibreOffice reads in each file: {(case and version, what was done): paragraphs}."""
    asked: dict[tuple[str, str], str] = {}
    for number, (name, (old, new, ties)) in enumerate(VERSIONS.items()):
        files = {
            "old": (as_docx(facts(1), old), [AS_IT_IS]),
            "new": (as_docx(facts(2), new), [AS_IT_IS]),
            "both": (as_redline(facts(1), facts(2), old, new, ties), [ACCEPTED, REJECTED]),
        }
        for which, (data, done) in files.items():
            path = folder / f"{number}-{which}.docx"
            path.write_bytes(data)
            asked |= {(f"{name}, {which}", what): str(path) for what in done}
    (folder / "files.json").write_text(json.dumps([[path, what] for (_name, what), path in asked.items()]))
    pipe = f"consult{os.getpid()}"
    started = subprocess.Popen(office(folder, f"--accept=pipe,name={pipe};urp;"), stderr=subprocess.DEVNULL)
    try:
        command = [SYSTEM_PYTHON, str(READING), pipe, str(folder / "files.json"), str(folder / "found.json")]
        subprocess.run(command, check=True, timeout=PATIENCE, env={"PATH": os.environ["PATH"]})
        started.wait(30)
    finally:
        started.kill()
        started.wait()
    return dict(zip(asked, json.loads((folder / "found.json").read_text("utf-8")), strict=True))


def body(told: list) -> list:
    """From the first section to the last, without the empty paragraphs that keep tables apart."""
    begins = next(at for at, one in enumerate(told) if one[0] == "Heading 1")
    return [one for one in told[begins:] if one[0] not in {"Facts", "Beside Table"}]


@pytest.mark.parametrize("name", list(VERSIONS))
def test_all_accepted_is_the_newer_text(name, read):
    assert body(read[f"{name}, both", ACCEPTED]) == body(read[f"{name}, new", AS_IT_IS])


@pytest.mark.parametrize("name", list(VERSIONS))
def test_all_rejected_is_the_older_text(name, read):
    assert body(read[f"{name}, both", REJECTED]) == body(read[f"{name}, old", AS_IT_IS])


def test_the_words_are_those_that_were_written(read):
    _old, new, _ties = VERSIONS["the demonstration"]
    told = [one.text for part in new for one in part.lines if isinstance(one, Line)]
    assert len(told) > 30
    assert [one[-1] for one in body(read["the demonstration, new", AS_IT_IS])] == told


def test_it_can_be_printed(folder):
    old, new, ties = VERSIONS["the demonstration"]
    (folder / "printed.docx").write_bytes(as_redline(facts(1), facts(2), old, new, ties))
    command = office(folder, "--convert-to", "pdf", "--outdir", str(folder), str(folder / "printed.docx"))
    subprocess.run(command, check=True, timeout=PATIENCE, capture_output=True)
    assert (folder / "printed.pdf").read_bytes().startswith(b"%PDF-")
