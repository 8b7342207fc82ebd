"""When two names would look alike: skeletons (pure)."""

import re
import unicodedata
from functools import lru_cache

from confusable_homoglyphs.confusables import confusables_data

SMALL_CAPITAL = re.compile(r"LATIN LETTER SMALL CAPITAL ([A-Z])")
ONE_STROKE = str.maketrans({"1": "l", "i": "l", "0": "o"})
BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"
"""Fillers of Hangul: letters, by their category, that nobody can see."""
MOST_MARKS = 4
"""Marks on one letter. Vietnamese needs two, Hebrew with all its signs four."""


@lru_cache(maxsize=4096)
def _plain_twin(character: str) -> str:
    """The first, in code point order, of the characters that look like this one; a plain letter where there is one."""
    alike = [twin["c"] for twin in confusables_data.get(character, ()) if len(twin["c"]) == 1]
    return min([character, *alike])


@lru_cache(maxsize=4096)
def _large(character: str) -> str:
    """A plain letter for a small capital, which the table of lookalikes passes over."""
    found = SMALL_CAPITAL.fullmatch(unicodedata.name(character, ""))
    return found[1] if found else character


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _plain(name: str) -> str:
    return "".join(_plain_twin(_large(character)) for character in name)


def skeleton(name: str) -> str:
    """What is left of a name when everything that can be overlooked is taken away.

    Two names with one skeleton could be taken for each other. After Unicode Technical Standard 39, section 4:
    compatibility forms, case, marks and lookalike letters are folded; spaces and punctuation go too. Lookalikes are
    folded before case as well as after it: a large Greek Eta looks like an H, a small one like nothing of ours.
    """
    plain = _folded(_plain(_folded(_plain(unicodedata.normalize("NFKC", name)))))
    seen = "".join(character for character in plain if character.isalnum() and character not in BLANK_LETTERS)
    return _merged(seen)[:200] or _folded(name)[:200]


def _merged(letters: str) -> str:
    """What lower case letters hide: I, l and 1 are one stroke, O and 0 one ring, rn reads as m and vv as w."""
    return letters.translate(ONE_STROKE).replace("rn", "m").replace("vv", "w")


def is_piled_up(name: str) -> bool:
    """Whether so many marks stand on one letter that they run into the lines above and below."""
    run = 0
    for character in unicodedata.normalize("NFD", name):
        run = run + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if run > MOST_MARKS:
            return True
    return False
