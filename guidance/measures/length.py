"""How long a text is: words, reading time, sides of A4."""

import math
import re

WORD = re.compile(r"\w[\w'’.,-]*")
WORDS_A_MINUTE = 238
"""Silent reading of English non-fiction by adults: M. Brysbaert, “How many words do we read per minute?”, Journal of
Memory and Language 109 (2019)."""
WORDS_A_SIDE = 245
"""Words on a full side of A4 in our print style. Measured: the eleven sections of the demonstration's guidance, full
story, printed by Chromium; their inner sides hold 222 to 280 words, 244.9 on average. Tables take more room than
paragraphs do, so a text of many tables is longer on paper than this says."""


def words_in(text: str) -> int:
    return len(WORD.findall(text))


def minutes_to_read(words: int) -> int:
    """Whole minutes, rounded up, and never less than one."""
    return max(1, math.ceil(words / WORDS_A_MINUTE))


def sides_of_a4(words: int) -> float:
    """Sides of A4 that so many words fill in our print style, without the page's own heading."""
    return words / WORDS_A_SIDE
