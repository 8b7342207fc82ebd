"""Suggested wording: a paragraph as someone else would write it (pure).

What is kept is the Markdown of the whole paragraph, whoever wrote in a copy of all of it or of some words. So each
suggestion can be merged into a later draft three ways, with one base: the paragraph as it stood for its writer.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidance.anchors import Quote, places_of
from guidance.blocks import split_blocks
from guidance.cleaning import is_blank
from guidance.diffs import Piece, changed, edits

HERE = "\ue000"
"""A letter that no text has: to see where words of the source come out among the words that are read."""


@dataclass(frozen=True)
class Copy:
    """What someone is given to write in: the Markdown of a paragraph, or of the words of it that they marked."""

    words: str
    before: str = ""
    behind: str = ""

    def whole(self, words: str) -> str:
        """The paragraph with these words in the place of the copied ones."""
        return f"{self.before}{words}{self.behind}"

    @property
    def is_a_part(self) -> bool:
        return bool(self.before or self.behind)


def copy_of(source: str, quote: Quote | None) -> Copy:
    """The marked words, if the Markdown has them in one piece; else the whole paragraph."""
    if quote is None or len(places := places_of(quote.exact, source)) != 1:
        return Copy(source)
    [(start, end)] = places
    part = Copy(source[start:end], source[:start], source[end:])
    read, marked = words_in(source), words_in(part.whole(HERE))
    before, found, behind = marked.partition(HERE)
    stands_there = found and read.startswith(before) and read.endswith(behind)
    return part if stands_there and read[len(before) : len(read) - len(behind)].split() == quote.exact.split() else (
        Copy(source)
    )  # fmt: skip


@lru_cache(maxsize=2048)
def words_in(markdown: str) -> str:
    """What a reader sees of a paragraph, without marks."""
    return "\n".join(block.text for block in split_blocks(markdown))


@lru_cache(maxsize=2048)
def difference(words: str, suggested: str) -> tuple[Piece, ...]:
    """What a suggestion takes out of a paragraph's words and what it puts in."""
    return tuple(changed(words, words_in(suggested)))


def refuse_unfit_wording(suggested: str, *, source: str, kind: str) -> None:
    """Raises ValidationError unless this can stand in the place of a paragraph with that Markdown, and changes it."""
    if is_blank(suggested):
        raise ValidationError(
            _("Write the words that you suggest. If the paragraph should go, say so in a comment instead.")
        )
    most = len(source) + settings.LONGEST_COMMENT
    if len(suggested) > most:
        raise ValidationError(
            _("Shorten the wording that you suggest to %(most)s characters. It has %(length)s.")
            % {"most": f"{most:,}", "length": f"{len(suggested):,}"}
        )
    blocks = split_blocks(suggested)
    if [block.source for block in blocks] != [suggested] or blocks[0].kind != kind:
        raise ValidationError(BREAKS_OUT.get(kind, BREAKS_OUT["paragraph"]))
    if not any(is_edit for is_edit, _pieces in edits(changed(words_in(source), blocks[0].text))):
        raise ValidationError(
            _("Your wording has the same words as the draft. Change some of them, or write a comment instead.")
        )


BREAKS_OUT = {
    "paragraph": gettext_lazy(
        "Keep it to one paragraph: take out empty lines, and signs at the start of a line that make a list or a "
        "heading."
    ),
    "list": gettext_lazy("Keep it one list: each line begins with its sign, and there is no text around the list."),
    "table": gettext_lazy("Keep it one table: its lines and the bars between the cells stay as they are."),
    "quote": gettext_lazy("Keep it one quotation: each line begins with “>”."),
    "code": gettext_lazy("Keep the lines above and below the example as they are."),
}
"""What to mend, by what the paragraph is."""
