"""Sentences, cut with care (pure).

A sentence is what a quote is judged by: it stands where it stood only if its whole sentence does. So a cut too few is
harmless and a cut too many is a lie: “Do not post, e.g. | photographs of residents.” In doubt there is no end.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from guidance.wording import plain

END = re.compile(r"(?<=[。！？])(?![」』）”’])|(?<=[.!?…؟۔।])[\"'”’»)\]]*(?P<gap>\s+)|(?P<line>\s*\n\s*)")
ABBREVIATED = re.compile(
    r"(?:^|[\s(\"'“‘])(?:e\.g|i\.e|etc|cf|vs|viz|al|ca|approx|incl|dr|mrs?|ms|prof|rev|hon|gen|col|sgt|st|messrs|jr|sr"
    r"|pp?|paras?|arts?|secs?|figs?|vols?|ch|regs?|ltd|inc|co|dept|gov|[^\W\d_](?:\.[^\W\d_])*)\.$",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\bno[s]?\.$", re.IGNORECASE)
LINES_ARE_SENTENCES = {"list", "table", "code", "quote"}


@dataclass(frozen=True)
class Part:
    """The words of a block, its kind, and what leads into it."""

    text: str
    kind: str = "paragraph"
    lead: str = ""
    """The end of the block above, if that ends with a colon: “You must not:” belongs to each item of the list."""


@dataclass(frozen=True)
class Sentence:
    """`text[start:end]` of a block, and what leads into it: the line with a colon above it, a table's head."""

    start: int
    end: int
    text: str
    lead: str = ""

    @cached_property
    def said(self) -> tuple[str, str]:
        """What two sentences are compared by."""
        return plain(self.lead), plain(self.text)


@lru_cache(maxsize=8192)
def sentences_of(part: Part) -> tuple[Sentence, ...]:
    """The sentences of a block. A list's items and a table's rows are sentences, with what leads into them."""
    found: list[Sentence] = []
    lead, table_head = part.lead, ""
    for start, end in _stretches(part.text, by_line=part.kind in LINES_ARE_SENTENCES):
        text = part.text[start:end]
        found.append(Sentence(start, end, text, f"{lead}\n{table_head}" if table_head else lead))
        if part.kind == "table" and not table_head:
            table_head = text
        if text.endswith((":", "：")):
            lead = text
    return tuple(found)


def lead_of(above: Part | None) -> str:
    """What a block says to the one below it, if it ends with a colon: its last sentence."""
    if above is None or not above.text.rstrip().endswith((":", "：")):
        return ""
    return sentences_of(above)[-1].text


def _stretches(text: str, *, by_line: bool) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = 0
    for match in END.finditer(text):
        is_line = "\n" in match.group() and by_line
        if is_line or _is_end(text, match):
            found.append((start, match.start("gap") if match["gap"] else match.start()))
            start = match.end()
    found.append((start, len(text)))
    return [(a, b) for a, b in ((_skip(text, a, b), b) for a, b in found) if text[a:b].strip()]


def _skip(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _is_end(text: str, match: re.Match) -> bool:
    """Whether a sentence ends here: a stop, and behind it something that can begin one."""
    if match["line"] is not None:
        return False
    if match["gap"] is None:
        return True
    before, behind = text[max(0, match.start() - 12) : match.start()], text[match.end() : match.end() + 3]
    begins = behind.lstrip("\"'“‘«([-–—•*¡¿ ")[:1]
    if not begins.isalnum() or begins.islower() or (begins.isdigit() and NUMBER.search(before)):
        return False
    return not ABBREVIATED.search(before)
