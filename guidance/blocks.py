"""Markdown to blocks, and block keys that last (pure)."""

import re
import secrets
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

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
ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
DEEPEST_NESTING = 20
CODE_LETTER = re.compile(r"\S")
BLOT = "\u00b7"


def parser() -> MarkdownIt:
    """CommonMark with tables. Raw HTML is text like any other: nothing a writer types becomes markup of its own."""
    return MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST_NESTING}).enable("table").disable("image")


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
            (lines if cells is None else cells).append(_inline_words(token))
        elif token.type in {"fence", "code_block"}:
            lines.append(token.content.rstrip("\n"))
    return "\n".join(lines)


def _inline_words(token: Token) -> str:
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


def new_key() -> str:
    """A fresh block key: 10 characters, about 49 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


def keep_keys(before: Iterable[tuple[str, str, str]], after: list[tuple[str, str]]) -> list[str]:
    """Keys for `after`, a list of (where, text), given `before`, rows of (key, where, text).

    A block that did not change keeps its key: first in the same place (`where` is a section and level), then
    wherever it moved to. Each key is given once; what is new gets a fresh key.
    """
    free: dict[tuple[str, str], deque[str]] = defaultdict(deque)
    for key, where, text in before:
        free[where, text].append(key)
    keys: list[str | None] = [_take(free.get((where, text))) for where, text in after]
    anywhere: dict[str, deque[str]] = defaultdict(deque)
    for (_where, text), left in free.items():
        anywhere[text].extend(left)
    return [key or _take(anywhere.get(text)) or new_key() for key, (_where, text) in zip(keys, after, strict=True)]


def _take(keys: deque[str] | None) -> str | None:
    return keys.popleft() if keys else None
