"""When two names would look alike: skeletons (pure)."""

import unicodedata
from functools import lru_cache

from confusable_homoglyphs.confusables import confusables_data


@lru_cache(maxsize=4096)
def _plain_twin(character: str) -> str:
    """The first, in code point order, of the characters that look like this one; a plain letter where there is one."""
    alike = [twin["c"] for twin in confusables_data.get(character, ()) if len(twin["c"]) == 1]
    return min([character, *alike])


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def skeleton(name: str) -> str:
    """What is left of a name when everything that can be overlooked is taken away.

    Two names with one skeleton could be taken for each other. After Unicode Technical Standard 39, section 4:
    compatibility forms, case, marks and lookalike letters are folded; spaces and punctuation go too.
    """
    plain = _folded("".join(_plain_twin(character) for character in _folded(name)))
    return "".join(character for character in plain if character.isalnum())[:200] or _folded(name)[:200]
