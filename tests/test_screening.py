"""What a text contains: found where it stands, and not where it does not."""

import os
import re
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from consult.screening.findings import Kind
from consult.screening.personal import as_compared, has_luhn_checksum, has_nhs_checksum, national_number
from consult.screening.screening import screen

MARKED = re.compile(r"\{(\w+):([^{}]+)\}")
TEXTS = Path(__file__).parent / "screening" / "texts.txt"
AT_LEAST = 0.95
"""Of what is found, so much is right; of what should be found, so much is."""


def lines() -> list[str]:
    return [line for line in TEXTS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def read(line: str) -> tuple[str, set[tuple[str, str]]]:
    """A line's text, and what should be asked about: (kind, words)."""
    return MARKED.sub(r"\2", line), {(kind, words) for kind, words in MARKED.findall(line)}


def found_in(text: str) -> set[tuple[str, str]]:
    return {(str(one.kind), words) for words, one in screen(text).all}


def score() -> dict[str, tuple[int, int, int]]:
    """For each kind: rightly found, found and wrong, not found."""
    right, wrong, missed = Counter(), Counter(), Counter()
    for line in lines():
        text, expected = read(line)
        found = found_in(text)
        right.update(kind for kind, _words in found & expected)
        wrong.update(kind for kind, _words in found - expected)
        missed.update(kind for kind, _words in expected - found)
    return {kind: (right[kind], wrong[kind], missed[kind]) for kind in Kind}


def test_there_are_enough_texts_of_both_sorts():
    with_something = sum("{" in line for line in lines())
    assert len(lines()) >= 120
    assert with_something >= 50
    assert len(lines()) - with_something >= 50


def test_it_finds_what_a_person_would_and_little_else():
    right, wrong, missed = map(sum, zip(*score().values(), strict=True))
    problems = [(line, found_in(read(line)[0]) ^ read(line)[1]) for line in lines()]
    told = "\n".join(f"{line}: {sorted(rest)}" for line, rest in problems if rest)
    assert right / (right + wrong) >= AT_LEAST, told
    assert right / (right + missed) >= AT_LEAST, told


@given(st.text(max_size=300))
def test_pieces_join_to_the_text_and_findings_do_not_overlap(text):
    screened = screen(text)
    assert "".join(words for words, _one in screened.pieces(0)) == text
    ends = 0
    for one in screened.findings[0]:
        assert ends <= one.start < one.end <= len(text)
        ends = one.end


@given(st.text(st.sampled_from("0123456789 -()+.@/abABstStHospital’I\n"), max_size=400))
def test_whatever_looks_a_little_like_a_number_is_read_without_trouble(text):
    screened = screen(text)
    assert "".join(words for words, _one in screened.pieces(0)) == text


HOSTILE = [
    *("0" * 100_000, "0 " * 50_000, "a@" * 50_000, "a." * 50_000 + "@", "A" * 100_000, "St. " * 25_000, "’" * 100_000),
    *("I am the only " * 7_000, "1234 " * 20_000, "Aa of the " * 10_000, "(" * 100_000, "12-34-56 " * 11_000),
    *("as a " * 20_000, "I’m the only one in " * 5_000, "I " + "St. A" * 20_000, "I " + "Ab " * 33_000),
]
MOST_SECONDS = 60
"""Of a processor, for all of them. They take two or three; what backtracks without end is killed by the system."""


def test_long_hostile_texts_are_no_trouble():
    import resource
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-c", "from tests.test_screening import *; [screen(text) for text in HOSTILE]"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_digest_changes_with_what_is_found_and_with_nothing_else():
    first, longer = screen("Ring 07700 900142."), screen("Do ring 07700 900142, she is kind.")
    assert first.digest == longer.digest
    assert first.digest != screen("Ring 07700 900143.").digest
    assert not screen("Ring nobody.")


def test_what_is_public_is_not_asked_about():
    allowed = frozenset(map(as_compared, ["Guidance@Standards.example", "01632 960118", "ey1 1aa", "@council.example"]))
    text = "guidance@standards.example, 01632 960 118, EY1 1AA, holt@council.example"
    assert screen(text)
    assert not screen(text, allowed=allowed)


def test_numbers_are_compared_as_they_are_dialled_at_home():
    assert national_number("+44 (0)20 7946 0018") == national_number("020 7946 0018") == "02079460018"
    assert national_number("12345") == ""


@given(st.text("0123456789", min_size=9, max_size=9))
def test_of_ten_last_digits_at_most_one_fits(nine):
    assert sum(has_nhs_checksum(f"{nine}{last}") for last in range(10)) <= 1
    assert sum(has_luhn_checksum(f"{nine}{last}") for last in range(10)) == 1
