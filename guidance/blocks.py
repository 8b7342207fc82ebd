"""Markdown to blocks, and back (pure)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from markdown_it import MarkdownIt
from markdown_it.token import Token

KINDS = {
    "paragraph_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "heading_open": "heading",
    "blockquote_open": "quote",
    "fence": "code",
    "code_block": "code",
    "hr": "rule",
}
LIST_ITEM = re.compile(r"^(\d{1,9})?(?:(?<=\d)([.)])|(?<!\d)([-+*]))(\s|$)", re.MULTILINE)
OTHER_MARKERS = {"-": "*", "*": "-", "+": "-", ".": ")", ")": "."}
DEEPEST_NESTING = 20
CODE_LETTER = re.compile(r"\S")
BLOT = "\u00b7"


def parser() -> MarkdownIt:
    """CommonMark with tables. Raw HTML is text like any other: nothing a writer types becomes markup of its own."""
    return MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST_NESTING}).enable("table").disable("image")


class HasSource(Protocol):
    kind: str
    source: str


@dataclass(frozen=True)
class BlockSource:
    """A block before it is stored: its kind, its Markdown, and its words alone."""

    kind: str
    source: str
    text: str


def split_blocks(markdown: str) -> list[BlockSource]:
    """The top-level blocks of a Markdown text, in order. A whole list, table or quotation is one block."""
    lines = markdown.split("\n")
    tokens = parser().parse(markdown)
    starts = [i for i, token in enumerate(tokens) if token.level == 0 and token.type in KINDS and token.map]
    ends = [*starts[1:], len(tokens)] if starts else []
    return [_block(tokens[start:end], lines) for start, end in zip(starts, ends, strict=True)]


def _block(tokens: list[Token], lines: list[str]) -> BlockSource:
    first, last = tokens[0].map
    source = "\n".join(lines[first:last]).strip("\n")
    return BlockSource(KINDS[tokens[0].type], source, _words_of(tokens))


def _words_of(tokens: list[Token]) -> str:
    """What a reader sees, without marks: one line for each paragraph, list item and table row."""
    lines: list[str] = []
    cells: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            lines.append(" | ".join(cells or []))
            cells = None
        elif token.type == "inline":
            (lines if cells is None else cells).append(inline_words(token))
        elif token.type in {"fence", "code_block"}:
            lines.append(token.content.rstrip("\n"))
    return "\n".join(lines)


def joined(blocks: Iterable[HasSource]) -> str:
    """Blocks as one Markdown text that `split_blocks` cuts into the same ones. Of two neighbouring lists of one kind
    the second gets another marker, or they would run into one."""
    sources: list[str] = []
    for block in blocks:
        source = block.source
        if block.kind == "list" and sources and (marker := _marker(source)) and marker == _marker(sources[-1]):
            source = _marked_otherwise(source, marker)
        sources.append(source)
    return "\n\n".join(sources)


def _marker(source: str) -> str:
    """The bullet of a list, or what stands behind its numbers; empty for what is no list."""
    found = LIST_ITEM.match(source)
    return found[2] or found[3] if found else ""


def _marked_otherwise(source: str, marker: str) -> str:
    other = OTHER_MARKERS[marker]
    return LIST_ITEM.sub(lambda item: f"{item[1] or ''}{other}{item[4]}" if _is(item, marker) else item[0], source)


def _is(item: re.Match, marker: str) -> bool:
    return (item[2] or item[3]) == marker


def inline_words(token: Token) -> str:
    """What a reader sees of one line of text, without marks."""
    breaks = {"softbreak": " ", "hardbreak": "\n"}
    return "".join(breaks.get(child.type, child.content) for child in token.children or []).strip()


def without_code(source: str, text: str) -> str:
    """The words of a block with every letter of code in it blotted out by a dot: as long as `text`, so places hold.

    Where the block cannot be read on its own (a link defined elsewhere), its words as they are.
    """
    tokens = parser().parse(source)
    for token in tokens:
        for code in [child for child in token.children or [] if child.type == "code_inline"]:
            code.content = CODE_LETTER.sub(BLOT, code.content)
        if token.type in {"fence", "code_block"}:
            token.content = CODE_LETTER.sub(BLOT, token.content)
    blotted = _words_of(tokens)
    same = len(blotted) == len(text) and all(b in {BLOT, t} for b, t in zip(blotted, text, strict=True))
    return blotted if same else text
