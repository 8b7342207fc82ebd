"""The one door through which text enters: `clean_text` (pure)."""

import re
import unicodedata
from dataclasses import dataclass

LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\u0085\x0b\x0c]")
# NUL and other control characters but tab and newline; lone surrogates; the characters that override or embed
# a direction (a name or a sentence can be made to read backwards with them); noncharacters.
# The last four are letters, by their category, that nobody can see: fillers of Hangul.
# Directional marks (200E, 200F) and joiners stay: Arabic, Hebrew, Persian and emoji need them.
UNSHOWABLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\uffff"
    r"\u115f\u1160\u3164\uffa0]"
)

UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"}
BLANK = "\u2800"
"""The Braille pattern without a dot."""


@dataclass(frozen=True)
class Cleaned:
    """A text that may be stored, and how many characters had to go."""

    text: str
    taken_out: int


def clean(raw: str) -> Cleaned:
    """Normalise line ends and composition (NFC), and take out what cannot be stored or shown."""
    lines = LINE_ENDS.sub("\n", raw)
    kept, taken_out = UNSHOWABLE.subn("", lines)
    return Cleaned(unicodedata.normalize("NFC", kept).strip(), taken_out)


def clean_text(raw: str) -> str:
    """The text of `clean`, for text whose source is trusted to survive it."""
    return clean(raw).text


def is_blank(text: str) -> bool:
    """Whether there is nothing in it that anyone can see: spaces, joiners, marks without a letter."""
    return all(character in BLANK or unicodedata.category(character) in UNSEEN for character in text)


def clean_line(raw: str) -> str:
    """A clean text on one line, with single spaces."""
    return " ".join(clean_text(raw).split())
