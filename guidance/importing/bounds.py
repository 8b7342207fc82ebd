"""How much a Markdown text may ask of its parser (pure).

The parser's work grows with characters, lines, marks and table cells, each by itself. Prose never comes near these
bounds; a file made to keep a server busy does.
"""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from guidance.blocks import DEEPEST_NESTING, parser

LONGEST = 5_000_000
LONGEST_LINE = 20_000
"""Characters. The parser's work grows faster than a line that was made to torture it."""
MOST_LINES = 100_000
MOST_MARKS = 400_000
MOST_CELLS = 200_000
MARKS = re.compile(r"[\[\]*_`<&\\!]")
BLANK_LINES = re.compile(r"\n[ \t>]*(?=\n)")


def refuse_what_would_take_too_long(text: str) -> None:
    """Raises ValidationError for a text that would keep the parser busy for more than about half a minute."""
    if len(text) > LONGEST:
        raise ValidationError(_("This file is too long: 5 million characters are the most. Split the guidance in two."))
    lines = text.split("\n")
    _refuse_endless_lines(lines)
    if len(lines) > MOST_LINES:
        raise ValidationError(
            _("This file has more than %(most)s lines. Split the guidance in two.") % {"most": f"{MOST_LINES:,}"}
        )
    if sum(1 for _mark in MARKS.finditer(text)) > MOST_MARKS:
        raise ValidationError(
            _("This file has more than %(most)s marks such as * and [. Is it Markdown?") % {"most": f"{MOST_MARKS:,}"}
        )
    if sum(_cells(text)) > MOST_CELLS:
        raise ValidationError(_("The tables of this file have more than %(most)s cells.") % {"most": f"{MOST_CELLS:,}"})


def _refuse_endless_lines(lines: list[str]) -> None:
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            raise ValidationError(
                _("Line %(line)d is longer than %(most)s characters. Break it into paragraphs. It begins “%(words)s”.")
                % {"line": number, "most": f"{LONGEST_LINE:,}", "words": line[:40].strip()}
            )


def _cells(text: str) -> Iterator[int]:
    """At most as many cells as each run of lines can become: short rows are filled up to the width of the first."""
    for run in BLANK_LINES.split(text):
        if "|" in run:
            lines = run.split("\n")
            yield len(lines) * (1 + max(line.count("|") for line in lines))


def block_tokens(text: str) -> list[Token]:
    """The text's block tokens; inline text is not read yet.

    The parser leaves out, without a word, what lies too deep. We raise ValidationError, with the line.
    """

    def watch(state: StateBlock, line: int, _end: int, _silent: bool) -> bool:
        if state.level >= DEEPEST_NESTING - 2:
            raise ValidationError(
                _("Line %(line)d is nested too deep: eight lists or quotations inside one another are the most.")
                % {"line": line + 1}
            )
        return False

    watching = parser()
    watching.block.ruler.before("table", "watch", watch)
    return watching.block.parse(text, watching, {}, []) or []
