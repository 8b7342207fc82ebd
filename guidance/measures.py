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
