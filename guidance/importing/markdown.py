"""Markdown to sections (pure). The convention is described for writers in docs/writing-guidance.md."""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from markdown_it.token import Token

from guidance.blocks import inline_words, parser
from guidance.cleaning import clean
from guidance.importing.bounds import (
    LONGEST,
    block_tokens,
    refuse_what_would_take_too_long,
)
from guidance.importing.imported import Imported
from guidance.importing.parts import Part, assemble
from guidance.importing.references import resolve_references

__all__ = ["LONGEST", "read_markdown"]

KEY = re.compile(r"\s*\{#([a-z0-9][a-z0-9-]{0,79})\}\s*$")
FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*")


def read_markdown(raw: str) -> Imported:
    """A document from Markdown: `#` is the title, `##` a section, `### Overview|Snapshot|Full story` a level.

    Text of a section above its first level heading is its full story. A section's key is given as `{#key}` behind its
    title, or made from it. Links by reference are written out. Raises ValidationError with all that is to be mended.
    """
    refuse_what_would_take_too_long(raw)
    cleaned = clean(raw)
    refuse_what_would_take_too_long(cleaned.text)  # line ends of every kind are line ends now
    text, has_all_links = resolve_references(cleaned.text)
    refuse_what_would_take_too_long(text)  # a long address that is used often has grown it
    parts = list(_parts(text))
    if not parts or [part.depth for part in parts].count(1) != 1 or parts[0].depth != 1:
        raise ValidationError(_("Begin the file with its title, as the only line that starts with a single #."))
    imported = assemble(parts)
    imported.warnings[:0] = _doubts(cleaned.taken_out, has_all_links)
    return imported


def _doubts(taken_out: int, has_all_links: bool) -> Iterator[str]:
    if taken_out:
        yield _("%(count)d characters that cannot be shown were taken out.") % {"count": taken_out}
    if not has_all_links:
        yield _("Some links by reference, such as [words][1], could not be kept. Write them as [words](address).")


def _parts(text: str) -> Iterator[Part]:
    """The text cut at its headings of depth 1 to 3. Deeper headings are part of the body."""
    lines = text.split("\n")
    tokens = block_tokens(text)
    if _has_open_fence(tokens, lines):
        lines.append(tokens[-1].markup)
    heads = [
        (token.map[0], token.map[1], int(token.tag[1]), tokens[i + 1].content)
        for i, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0 and int(token.tag[1]) <= 3
    ]
    first = heads[0][0] if heads else len(lines)
    if above := _body(lines[:first]):
        yield Part(0, "", "", 0, above)
    ends = [*(head[0] for head in heads[1:]), len(lines)][: len(heads)]
    for (start, body, depth, heading), end in zip(heads, ends, strict=True):
        key = KEY.search(heading) if depth == 2 else None
        title = _words(KEY.sub("", heading) if key else heading)
        yield Part(depth, title, key[1] if key else "", start + 1, _body(lines[body:end]))


def _body(lines: list[str]) -> str:
    """Without empty lines around it. The first line keeps the spaces that may make it an example."""
    return "\n".join(lines).strip("\n").rstrip() if any(line.strip() for line in lines) else ""


def _has_open_fence(tokens: list[Token], lines: list[str]) -> bool:
    """Whether the file ends inside an example that nobody closed. What is put behind it later must not fall in."""
    if not tokens or tokens[-1].type != "fence":
        return False
    last = FENCE.fullmatch(lines[-1])
    closes = last is not None and last[1].startswith(tokens[-1].markup) and len(lines) - 1 > tokens[-1].map[0]
    return not closes


def _words(heading: str) -> str:
    return " ".join(inline_words(parser().parseInline(heading)[0]).split())
