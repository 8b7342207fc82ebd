"""How many syllables an English word has: rules of our own, by its spelling.

Vowels that stand together make one syllable; then what English writes and does not say is taken off (a final *e*,
*-ed*, *-es*), and what it says without a sign of its own is added (*idea*, *science*, *doing*). Each rule stands below
with the words it is for. Measured against the CMU Pronouncing Dictionary on the demonstration's guidance: see
docs/decisions.md.
"""

import re
import unicodedata
from functools import lru_cache

_PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
_NOT = re.compile(r"(?<=[bdgkpst])n['’]t$")  # did-n't, must-n't
_FIRST_PARTS = re.compile(
    r"^(every|any|some|there|where|here|home|house|time|fire|life|live|line|place|note|safe|side|fore|guide|state"
    r"|base|name|whole|wide|more|make|take|care|file|phone|case|else|spokes|white|blame|trade)"
    r"(?=[bcdfghjklmnpqrstvwxz]*[aeiouy])(?=\w{3})"
)
_ONLY_BEFORE_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxz")
_LAST_PARTS = re.compile(r"(?<=[^aeiou]e)(ly|less|lessly|ful|fully|ness|ments?|ty|some|guard(?:s|ed|ing)?)$")

_VOWELS = re.compile(r"[aeiouy]+")
_CONSONANT_Y = re.compile(r"(?:^|(?<=[aeiou]))y(?=[aeiou])")  # year, play-er, be-yond

_SILENT = [
    re.compile(r"[^aeiou]e$"),  # note
    re.compile(r"[^aeiou](?<![sxzcg])(?<!ch|sh)es$"),  # notes, not plac-es
    re.compile(r"[^aeioutd]ed$"),  # asked, not want-ed
    re.compile(r"(?<=[gq])ues?$"),  # league, u-nique
]
_SOUNDED = [
    re.compile(r"[^aeiouylrw](?:le|led|les)$"),  # ta-ble, han-dled
    re.compile(r"[^aeiouyr](?:re|red|res)$"),  # cen-tre, hun-dred, met-res
    re.compile(r"argues?$"),  # ar-gue
]
_TWO_VOWELS = [
    re.compile(
        r"ia(?!ge|nt?$)(?<![cstg]ia)|ia(?=lit|sm)|(?<=[ct])ia(?=t)|[^cstgl]iant?$|ria(?=n|ge$)"
    ),  # me-di-a, so-ci-ate
    re.compile(r"(?<![cstgxnl])io(?!ur)|io(?=log)|io(?=len)|(?<=l)io(?!n)"),  # ra-di-o, not na-tion
    re.compile(r"(?<![ctsr])ie(?=n[ct])|(?<=r)ie(?=n[ct])|(?<=sc)ie(?=n)|ie(?=t(?!n))"),  # sci-ence, qui-et
    re.compile(r"[aeiouy][^aeiouy]{1,3}ie(?=rs?$|st$)"),  # eas-i-er
    re.compile(r"iu(?=m)"),  # me-di-um
    re.compile(r"(?<![qg])ua(?!de)"),  # ac-tu-al
    re.compile(r"(?<![qg])ue(?=l|n[ct])"),  # fu-el, in-flu-ence
    re.compile(r"ui(?=n(?!g)e?$|ng|t[iy])(?<!qui)|(?<![qbg])ui(?=d(?!e))"),  # ru-in, is-su-ing, am-bi-gu-i-ty
    re.compile(r"uou(?=s)"),  # con-tin-u-ous
    re.compile(r"(?<=id)ea|(?<=ar)ea|(?<=cr)ea(?!tu|[mks])|(?<=\br)ea(?=ct|l[il])"),  # i-dea, cre-ate
    re.compile(r"eo(?=s?$)|(?<=th)eo|(?<=g)eo(?=[gmlp])|neou|teou"),  # vid-e-o, the-o-ry
    re.compile(r"(?<=p)oe(?=[mt])|(?<=c)oo(?=p[e]|rd)|oi(?=ng)|eu(?=m)"),  # po-em, co-op-er-ate, do-ing
    re.compile(r"[ei]i(?=ng)|(?<=[^aeiouyw])yi(?=ng)|(?<=r)ei(?=n[fst])"),  # be-ing, try-ing
    re.compile(r"sms?$|thms?$"),  # crit-i-cis-m, rhyth-m
]
_EXCEPTIONS = {
    "business": 2, "businesses": 3, "wednesday": 2, "every": 2, "evening": 2, "evenings": 2, "people": 2,
    "someone": 2, "once": 1, "are": 1, "recipe": 3, "apostrophe": 4, "catastrophe": 4, "theatre": 3, "european": 4,
    "area": 3, "areas": 3, "lion": 2, "lions": 2, "friend": 1, "soldier": 2, "soldiers": 2, "aisle": 1, "isle": 1,
    "colonel": 2, "parliament": 3, "naked": 2, "wicked": 2, "beloved": 3, "element": 3, "elements": 3,
    "implement": 3, "implements": 3, "complement": 3, "supplement": 3, "whereas": 2, "conscience": 2,
    "creature": 2, "creatures": 2, "science": 2, "real": 1, "being": 2, "beings": 2, "nicety": 3, "trial": 2,
    "trials": 2, "prior": 2, "soviet": 3, "aged": 1, "create": 2, "therapy": 3, "hereditary": 5, "heretic": 3,
    "tired": 1, "whoever": 3, "freer": 2, "choir": 2, "via": 2, "vehicle": 3, "vehicles": 3,
}  # fmt: skip


def syllables_in(word: str) -> int:
    """Syllables of a word as it is read aloud; at least 1. Parts behind a hyphen count by themselves.

    A number counts its figures (2014 is four: twenty fourteen), initials their letters (NHS is three).
    """
    return max(1, sum(_part(part) for part in _PART.findall(_plain(word))))


def _plain(word: str) -> str:
    """Without accents. A letter é is sounded, unlike a final e: café has two."""
    sounded = unicodedata.normalize("NFC", word[:200]).replace("é", "i")
    return "".join(c for c in unicodedata.normalize("NFD", sounded) if not unicodedata.combining(c))


def _part(part: str) -> int:
    if part.isdigit():
        return len(part)
    if part.isupper() and 1 < len(part) <= 5 and (len(part) <= 3 or not _VOWELS.search(part.lower())):
        return len(part) + 2 * part.count("W")
    return _spoken(part.lower())


@lru_cache(maxsize=20_000)
def _spoken(word: str) -> int:
    if _NOT.search(word):
        return _spoken(word[:-3]) + 1
    word = re.sub(r"n['’]t$", "", word)  # don't, aren't
    word = re.sub(r"['’]", "", word)
    if len(word) <= 3 and not _VOWELS.search(word):
        return len(word)  # pm
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    first = _FIRST_PARTS.match(word)
    if first and (first[1] in {"any", "every"} or word[first.end()] in _ONLY_BEFORE_CONSONANTS):
        return (2 if first[1] in {"any", "every"} else 1) + _spoken(word[first.end() :])
    last = _LAST_PARTS.search(word)
    if last and _VOWELS.search(word[: last.start() - 1]):
        return _spoken(word[: last.start()]) + _spoken(last[1])
    return max(1, _by_rules(word))


def _by_rules(word: str) -> int:
    count = len(_VOWELS.findall(_CONSONANT_Y.sub("'", word)))
    if any(rule.search(word) for rule in _SILENT) and not any(rule.search(word) for rule in _SOUNDED):
        count -= 1
    return count + sum(len(rule.findall(word)) for rule in _TWO_VOWELS)
