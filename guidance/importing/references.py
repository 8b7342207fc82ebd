"""Links that rest on a definition elsewhere in the file, made to stand alone (pure).

Blocks are rendered one by one: `[the code][1]` loses its address as soon as `[1]: https://…` is another block.
"""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.link import link
from markdown_it.token import Token

from guidance.blocks import parser
from guidance.importing.bounds import LONGEST
from guidance.importing.escaping import ENTITY
from guidance.importing.lines import Cut, cut_out, cuts_for, pieces_of

DEFINITION = re.compile(r"^[^\n]*\[[^\n]*\]:", re.MULTILINE)


@dataclass(frozen=True)
class _Use:
    """The end of a link in its inline text: from the bracket that closes its words to its last letter."""

    start: int
    end: int
    address: str


def resolve_references(text: str) -> tuple[str, bool]:
    """The text with each reference written out as `[words](<address>)` and its definition taken away, and whether
    all links were kept. Whatever would not read as before (a definition inside a list, say) is left as it is.

    Raises ValidationError if the text would grow past what a file may hold.
    """
    if not DEFINITION.search(text):
        return text, True
    reader, uses = _watching()
    env: dict = {}
    tokens = reader.block.parse(text, reader, env, []) or []
    if "references" not in env:
        return text, True
    lines = text.split("\n")
    cuts, is_whole = _cuts(reader, env, tokens, lines, uses)
    if len(text) + sum(len(cut.by) for cut in cuts) > LONGEST:  # a long address that is used often
        raise ValidationError(_("With its links written out, this file is longer than 5 million characters."))
    before = _as_read(text)
    written = cut_out(lines, cuts)
    for candidate in (_without_definitions(written, tokens), _joined(written)):
        if _as_read(candidate) == before:
            return candidate, is_whole
    return text, not cuts


def _as_read(markdown: str) -> str:
    """What a reader would see; a line that ended inside a reference may end elsewhere now."""
    return " ".join(parser().render(markdown).split())


def _joined(lines: list[str | None]) -> str:
    return "\n".join(line for line in lines if line is not None)


def _watching() -> tuple[MarkdownIt, list[_Use]]:
    """A parser that notes each link by reference in the inline text that it reads next."""
    reader = parser()
    reader.options["store_labels"] = True
    reader.options["inline_definitions"] = True
    uses: list[_Use] = []

    def watched(state: StateInline, silent: bool) -> bool:
        start, known = state.pos, len(state.tokens)
        if state.src[start] != "[":
            return False
        if silent:
            return link(state, silent)
        close = state.md.helpers.parseLinkLabel(state, start, True)
        if not link(state, silent):
            return False
        opened = next(token for token in state.tokens[known:] if token.type == "link_open")
        if "label" in opened.meta:
            uses.append(_Use(close, state.pos, _address(opened)))
        return True

    reader.inline.ruler.at("link", watched)
    return reader, uses


def _address(opened: Token) -> str:
    address = f"<{ENTITY.sub('&amp;', opened.attrs['href'])}>"
    title = str(opened.attrs.get("title", "")).replace("\n", " ")
    words = ENTITY.sub("&amp;", title.replace("\\", "\\\\").replace('"', '\\"'))
    return f'({address} "{words}")' if title else f"({address})"


def _cuts(
    reader: MarkdownIt, env: dict, tokens: list[Token], lines: list[str], uses: list[_Use]
) -> tuple[list[Cut], bool]:
    """What to replace where, and whether every use was found in the lines of the file."""
    cuts: list[Cut] = []
    cursors: dict[int, int] = {}
    is_whole = True
    for token in tokens:
        if token.type != "inline" or token.map is None:
            continue
        pieces = pieces_of(lines, token, cursors)
        if "[" not in token.content:
            continue
        uses.clear()
        reader.inline.parse(token.content, reader, env, [])
        is_whole = is_whole and (pieces is not None or not uses)
        for use in uses if pieces else ():
            cuts += cuts_for(pieces, use.start, use.end, f"]{use.address}")
    return cuts, is_whole


def _without_definitions(lines: list[str | None], tokens: list[Token]) -> str:
    """Top-level definitions become empty lines, so that the others keep their numbers."""
    left = list(lines)
    for token in tokens:
        if token.type == "definition" and token.level == 0 and token.map:
            for line in range(*token.map):
                left[line] = ""
    return _joined(left)
