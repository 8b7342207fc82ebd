"""Cells that a spreadsheet shows and never works out (pure).

Spreadsheets take a cell for a formula when it begins with = + - or @, or with a tab or line end that they skip; some
also when the sign is a wide, small or raised one, or stands behind characters that cannot be seen. Such a cell gets
an apostrophe in front. One that begins with apostrophes before such a sign gets another, so that taking one away
gives every cell back as it was.
"""

import re

TAKEN_FOR_FORMULAS = "=+-@\t\r\n＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−"
FORMULA = re.compile(
    r"['\s\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffc"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
    f"[{re.escape(TAKEN_FOR_FORMULAS)}]"
)
"""Whatever cannot be seen, and then a sign. `\\s` backs off where the sign itself is a tab or a line end."""


def guarded(text: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet could take it for a formula."""
    return f"'{text}" if FORMULA.match(text) else text
