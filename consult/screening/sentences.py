"""Where sentences begin and end, as places in the text, so that a quotation can be a verbatim slice."""

import re
import unicodedata

from consult.screening.words import listed

# A full stop after these does not end a sentence …
_ALWAYS = listed("mr mrs ms mx dr prof rev jr sr vs cf eg e.g ie i.e viz")
# … after these, before a number …
_BEFORE_NUMBERS = listed(
    "no nos para paras p pp s ss sec art reg regs ch vol fig app approx max min tel ext est ed eds "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun"
)
# … and after these, before a small letter.
_BEFORE_SMALL_LETTERS = listed("etc ltd plc inc co corp al dept gov govt approx st hon a.m p.m am pm u.k u.s e.u")
_STOP = re.compile(r"[.!?…]+[)\]»”’\"']*(?=\s|$)|[。！？｡]+[」』”’）]*|[।॥؟۔]+(?=\s|$)|\n+")
_PAIRS = (("“", "”"), ("«", "»"), ("(", ")"), ("「", "」"), ("„", "“"))
_QUOTED_AT_MOST = 300


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, without the white space around it, in order and never overlapping."""
    spans, start = [], 0
    for match in _STOP.finditer(text):
        if _ends_here(text, start, match):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    return [span for span in (_trimmed(text, *span) for span in spans) if span[0] < span[1]]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends_here(text: str, start: int, match: re.Match[str]) -> bool:
    mark = match.group()
    follows = text[match.end() : match.end() + 80].lstrip()[:1]
    if mark.startswith("\n"):
        return _breaks_line(text, start, match.start(), mark, follows)
    if _inside_quotation(text, start, match.end()):
        return False
    if not follows.islower():
        return not (mark[0] == "." and _is_abbreviated(text, start, match.start(), follows))
    if mark[0] == "." and len(mark) == 1:
        return not _is_abbreviated(text, start, match.start(), follows)
    return mark in {"!", "?", "!!", "??", "?!"}


def _breaks_line(text: str, start: int, at: int, mark: str, follows: str) -> bool:
    """A wrapped line goes on in lower case; anything else after a line break is a new beginning."""
    before = text[start:at].rstrip()[-1:]
    return len(mark) > 1 or not follows.islower() or before in ".!?:;…"


def _is_abbreviated(text: str, start: int, stop: int, follows: str) -> bool:
    last = re.search(r"(\S+)$", text[max(start, stop - 40) : stop])
    if last is None:
        return False
    word = last.group().strip("([“\"'‘").casefold()
    if word in _BEFORE_NUMBERS and follows.isdigit():
        return True
    if word in _BEFORE_SMALL_LETTERS and follows.islower():
        return True
    initial = len(word) == 1 and word.isalpha() and last.group()[-1:].isupper() and word != "i"
    return word in _ALWAYS or initial


def _inside_quotation(text: str, start: int, at: int) -> bool:
    """Whether a quotation or bracket opened since `start` is still open at `at` and closes soon after."""
    said, ahead = text[start:at], text[at : at + _QUOTED_AT_MOST]
    if said.count('"') % 2 and '"' in ahead:
        return True
    return any(said.count(opener) > said.count(closer) and closer in ahead for opener, closer in _PAIRS)


def cut(text: str, start: int, end: int, at_most: int) -> tuple[int, int]:
    """A sentence too long to quote, cut at a clause or a word, never inside a letter or an emoji."""
    if end - start <= at_most:
        return start, end
    piece = text[start : start + at_most]
    clause = max(piece.rfind(mark) for mark in (", ", "; ", ": ", "，", "、"))
    stop = clause if clause > at_most // 2 else piece.rfind(" ")
    if stop > at_most // 4:
        return _trimmed(text, start, start + stop)
    stop = start + at_most
    while stop > start + 1 and _belongs_to_the_last(text, stop):
        stop -= 1
    return _trimmed(text, start, stop)


def _belongs_to_the_last(text: str, at: int) -> bool:
    joined = "\u200d"
    return (
        unicodedata.category(text[at])[0] == "M"
        or text[at] == joined
        or text[at - 1] == joined
        or "\U0001f3fb" <= text[at] <= "\U0001f3ff"
    )
