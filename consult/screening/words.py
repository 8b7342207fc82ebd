"""The words of a text, with their places: for counting, comparing and finding again."""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple


def listed(text: str) -> frozenset[str]:
    """Words as a set, so that a long list stays readable in the source."""
    return frozenset(text.split())


# Words that carry grammar rather than meaning. English, and Welsh because public bodies here consult in both.
STOP = listed(
    """
a about after again against all also although am an and another any anyone anything are as at away back be because
been before being between both but by can cannot cant could did do does doing done dont down during each either else
even ever every everyone everything few for from further get gets getting give go goes going gone got had has have
having he her here hers him his how however i id if ill im in into is isnt it its ive just let like lot lots many
may maybe me might more most much must my myself neither no nor not now of off often on once one only onto or other
others ought our ours out over own per perhaps put quite rather really same say says see shall she should since so
some someone something soon still such take than that thats the their theirs them themselves then there these they
theyre this those though through thus to too towards under unless until up upon us very via want wants was wasnt way
ways we well were weve what whatever when where whether which while who whoever whole whom whose why will with
within without wont would yes yet you your yours yourself t s d ll m o re ve y yr ac ar yn gan gyda mae oedd bod fod
fel hyn hynny ond neu nid ni na nad ddim dim wrth drwy dros eu ei ein eich fy dy sydd sy yw ydy roedd bydd byddai
wedi hefyd iawn pob mewn er heb nhw chi hi fe mi pan os oes nobody none nothing everybody somebody anybody
"""
)

# Words that mean something, but nothing in particular: never a key phrase by themselves or among themselves.
VAGUE = listed(
    """
able actually add agree allow already always answer anyway aspect bad become believe best better big bit call case
certain certainly change clear clearly come comment consider consultation course day deal definitely different
difficult disagree document draft end enough especially exactly example fact feel fine find first follow general
generally good great guidance guideline happen hard help hope idea important include instance issue keep kind know
large last later leave less level likely little long look main make matter mean mention need never new nice nothing
number obvious obviously ok okay old open opinion page paragraph part particular particularly people person place
please point possible probably problem proposal provide question read real reason regard right say section seem
sense set several show simple simply situation small sort start stop sure surely talk tell text thank thing think
thought time today try two type use used useful usually view whilst word work world worth write wrong year three
four five six seven eight nine ten many lots various hi hello dear regards sincerely faithfully create support
ensure increase reduce improve focus bring offer available current process
"""
)

# Words that turn a sentence round. Texts that differ in one of them, or in a number, are never the same text.
TURNING = listed(
    """
no not never none nor neither nothing nobody nowhere without cannot cant dont doesnt didnt wont wouldnt shouldnt
isnt arent wasnt werent hasnt havent hadnt couldnt mustnt neednt against anti oppose opposes opposed object objects
reject rejects rejected disagree disagrees disagreed support supports supported agree agrees agreed accept accepts
accepted favour favor welcome keep retain remove delete scrap abolish ban bans allow allows permit permits forbid
prohibit more less fewer increase decrease reduce raise lower always must should may yes before after above below
under over minimum maximum only optional mandatory voluntary compulsory public private nid ddim dim na nad peidio heb
byth yn-erbyn cefnogi gwrthwynebu one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen dozen zero twenty thirty forty fifty sixty seventy eighty ninety hundred
thousand million billion half double twice third quarter shant mightnt oughtnt aint hardly barely rarely seldom unless
except
"""
)

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Japanese, Chinese
)
_APOSTROPHES = str.maketrans({"’": None, "'": None, "ʼ": None, "‘": None})
_ENDINGS = tuple(
    sorted(
        listed(
            "ization isation ational fulness iveness ations ation ements ement ments ment ness ities ity ings ing "
            "edly ed ally ly ance ence able ible er ion ive al e"
        ),
        key=lambda ending: (-len(ending), ending),
    )
)


class Form(NamedTuple):
    """What a word is, wherever it stands: `plain` is folded for case and form, `key` also for endings."""

    plain: str
    key: str
    stop: bool  # grammar
    vague: bool  # too little to stand alone, grammar included
    number: bool
    unspaced: bool  # a letter of a script written without spaces (Chinese, Japanese, Thai)


class Word(NamedTuple):
    """A word at text[start:end]."""

    form: Form
    start: int
    end: int


@cache
def _pattern() -> re.Pattern[str]:
    """Letters of scripts without spaces one by one, numbers, words with their combining marks."""
    marks = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M")
    letter = rf"[^\W_{_UNSPACED}]"
    return re.compile(
        rf"[{_UNSPACED}][{marks}]*"
        r"|\d+(?:[.,:/]\d+)*%?"
        rf"|{letter}+(?:[{marks}]+{letter}*)*(?:['’ʼ]{letter}+)*"
    )


_ASCII_PATTERN = re.compile(r"\d+(?:[.,:/]\d+)*%?|[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*")
_LINK = re.compile(r"(?:https?://|www\.)\S+|[^\s@]{1,100}@[^\s@]+\.\w+")


def words(text: str) -> list[Word]:
    """All words in order. Links and e-mail addresses are left out: they are not words and may be private."""
    if "@" in text or "://" in text or "www." in text:
        text = _LINK.sub(lambda link: " " * len(link.group()), text)
    pattern = _ASCII_PATTERN if text.isascii() else _pattern()
    return [Word(form_of(match.group()), *match.span()) for match in pattern.finditer(text)]


def plain_words(text: str) -> list[str]:
    """The same words without their places."""
    return [word.form.plain for word in words(text)]


@lru_cache(maxsize=100_000)
def form_of(written: str) -> Form:
    """What a written word is; remembered, since people use the same words."""
    plain = unicodedata.normalize("NFKC", written).casefold().translate(_APOSTROPHES)
    key, number = stem(plain), plain[:1].isdigit()
    short = len(plain) < 3 and plain.isascii() and not number
    stop = plain in STOP
    unspaced = bool(_UNSPACED_LETTER.match(plain))
    return Form(plain, key, stop, stop or short or key in _VAGUE_KEYS, number, unspaced)


def stem(word: str) -> str:
    """A light English stemmer: enough to bring "policies" and "policy" together, no more. Not for display."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("sses"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word[:-1] + "y" if word.endswith("i") else word


_UNSPACED_LETTER = re.compile(f"[{_UNSPACED}]")
_VAGUE_KEYS = frozenset(stem(word) for word in VAGUE | STOP)


def content_keys(text: str) -> list[str]:
    """What a text is about, for comparing: keys without grammar; scripts without spaces as pairs of letters."""
    found = words(text)
    keys = [word.form.key for word in found if not word.form.stop and (len(word.form.plain) > 1 or word.form.unspaced)]
    if text.isascii():
        return keys
    pairs = [
        one.form.plain + two.form.plain
        for one, two in pairwise(found)
        if one.end == two.start and one.form.unspaced and two.form.unspaced
    ]
    return keys + pairs
