"""How long a text is: words and reading time (pure)."""

import math
import re

WORD = re.compile(r"\w[\w'’.,-]*")
WORDS_A_MINUTE = 238
"""Silent reading of English non-fiction by adults: M. Brysbaert, “How many words do we read per minute?”, Journal of
Memory and Language 109 (2019)."""


def words_in(text: str) -> int:
    return len(WORD.findall(text))


def minutes_to_read(words: int) -> int:
    """Whole minutes, rounded up, and never less than one."""
    return max(1, math.ceil(words / WORDS_A_MINUTE))


WORDS_A_SIDE = 450
"""On a side of A4 as our print styles set it (11 pt with headings and space between paragraphs): counted on printed
pages of the demonstration."""


def sides_of_a4(words: int) -> int:
    """Sides of A4 that so many words take, begun ones counted whole; none for no words."""
    return math.ceil(words / WORDS_A_SIDE)
