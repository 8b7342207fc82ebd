"""Blocks as the paragraphs and tables of a word processor (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from urllib.parse import urljoin, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from guidance.blocks import parser
from guidance.cleaning import LINE_ENDS, UNSHOWABLE
from guidance.rendering import SCHEMES

BREAK = "\x0b"
"""The end of a line inside a paragraph. No stored text holds it."""
BODY, QUOTE, CODE, RULE = "Body Text", "Quote", "Example", "Line"
BULLETS, NUMBERS, WITHIN = "List Bullet", "List Number", "List Continue"
HEADING = "Heading {}"
SECTION, LEVEL, HIGHEST, DEEPEST = 1, 2, 3, 6
"""Steps of headings: of sections, of levels, and those in the text."""
LONGEST_ADDRESS = 2_000
"""Characters. Word opens no file with a link that is longer than 2,083."""


@dataclass(frozen=True)
class Run:
    """Words that look alike."""

    text: str
    is_strong: bool = False
    is_emphatic: bool = False
    is_code: bool = False
    address: str = ""


@dataclass(frozen=True)
class ListOf:
    """The list that a paragraph begins an item of: which of its block, and how it counts."""

    which: int
    is_numbered: bool
    start: int = 1


@dataclass(frozen=True)
class Line:
    """A paragraph."""

    style: str
    runs: tuple[Run, ...] = ()
    depth: int = 0
    """In how many lists it stands."""
    item: ListOf | None = None

    @cached_property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def shape(self) -> tuple:
        """What two versions of one paragraph have in common."""
        return self.style, self.depth, self.item and (self.item.is_numbered, self.item.start)


@dataclass(frozen=True)
class Table:
    """Rows of cells; the first is the header."""

    rows: tuple[tuple[tuple[Run, ...], ...], ...]

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)


def line(style: str, text: str) -> Line:
    """A paragraph of plain words."""
    return Line(style, (Run(shown(text)),) if text else ())


def shown(text: str) -> str:
    """Words without what no file may hold or nobody can see: an entity such as &#12; brings it back."""
    return UNSHOWABLE.sub("", LINE_ENDS.sub(" ", text)).replace("\n", " ")


def lines_of(source: str, base: str = "") -> tuple[Line | Table, ...]:
    """A block's paragraphs and tables, in order. Links that are no web or e-mail address are words; `base` is the
    address from which they lead."""
    return tuple(_Reader(base).read(_parser().parse(source)))


@lru_cache
def _parser() -> MarkdownIt:
    return parser()


class _Reader:
    """One way through a block's tokens, which remembers in which lists and quotations it is."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.around: list[ListOf | None] = []
        """Lists that are open, and None for each quotation."""
        self.lists = 0
        self.mark: Line | None = None
        """The mark of an item whose first paragraph has not come yet."""

    def read(self, tokens: Sequence[Token]) -> Iterator[Line | Table]:
        rows: list[tuple[tuple[Run, ...], ...]] = []
        heading = 0
        is_in_table = False
        for token in tokens:
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    self.around.append(ListOf(self.lists, token.tag == "ol", int(token.attrs.get("start", 1))))
                    self.lists += 1
                case "blockquote_open":
                    self.around.append(None)
                case "bullet_list_close" | "ordered_list_close" | "blockquote_close":
                    self.around.pop()
                case "list_item_open":
                    yield from self._mark_alone()
                    item = self.around[-1]
                    self.mark = Line(NUMBERS if item.is_numbered else BULLETS, (), self.depth, item)
                case "list_item_close":
                    yield from self._mark_alone()
                case "heading_open":
                    heading = int(token.tag[1])
                case "heading_close":
                    heading = 0
                case "table_open":
                    yield from self._mark_alone()
                    rows, is_in_table = [], True
                case "tr_open":
                    rows.append(())
                case "table_close":
                    is_in_table = False
                    yield Table(tuple(rows))
                case "inline" if is_in_table:
                    rows[-1] = (*rows[-1], runs_of(token, self.base))
                case "inline":
                    yield from self._paragraph(runs_of(token, self.base), heading)
                case "fence" | "code_block":
                    words = BREAK.join(map(shown, token.content.rstrip("\n").split("\n")))
                    yield from self._apart(CODE, (Run(words),) if words else ())
                case "hr":
                    yield from self._apart(RULE, ())

    @property
    def depth(self) -> int:
        return sum(1 for one in self.around if one)

    def _paragraph(self, runs: tuple[Run, ...], heading: int) -> Iterator[Line]:
        if heading and not self.around:
            yield Line(HEADING.format(min(DEEPEST, max(HIGHEST, heading - 1))), runs)
            return
        if heading:
            runs = tuple(replace(run, is_strong=True) for run in runs)
        if self.around and self.around[-1] is None:
            yield from self._apart(QUOTE, runs)
        elif self.mark:
            yield replace(self.mark, runs=runs)
            self.mark = None
        else:
            yield Line(WITHIN if self.around else BODY, runs, self.depth)

    def _apart(self, style: str, runs: tuple[Run, ...]) -> Iterator[Line]:
        """A paragraph that has no mark of its own."""
        yield from self._mark_alone()
        yield Line(style, runs, self.depth)

    def _mark_alone(self) -> Iterator[Line]:
        """The mark of an item that does not begin with words of its own."""
        if self.mark:
            yield self.mark
            self.mark = None


def runs_of(token: Token, base: str = "") -> tuple[Run, ...]:
    """The words of inline text, with their looks."""
    found: list[Run] = []
    strong = emphatic = 0
    address = ""
    for child in token.children or []:
        match child.type:
            case "strong_open" | "strong_close":
                strong += child.nesting
            case "em_open" | "em_close":
                emphatic += child.nesting
            case "link_open":
                address = fit_target(str(child.attrs.get("href", "")), base)
            case "link_close":
                address = ""
            case _:
                text = {"softbreak": " ", "hardbreak": BREAK}.get(child.type) or shown(child.content)
                _add(found, Run(text, strong > 0, emphatic > 0, child.type == "code_inline", address))
    return tuple(found)


def _add(found: list[Run], run: Run) -> None:
    if found and replace(found[-1], text="") == replace(run, text=""):
        run = replace(run, text=found.pop().text + run.text)
    if run.text:
        found.append(run)


def fit_target(href: str, base: str) -> str:
    """An address that a word processor may be given, or nothing."""
    try:
        address = urljoin(base, href) if base and not href.startswith("#") else href
        parts = urlsplit(address)
        is_whole = bool(parts.path) if parts.scheme == "mailto" else bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return ""
    fits = parts.scheme in SCHEMES and is_whole and len(address) <= LONGEST_ADDRESS
    return (
        address
        if fits and address.isascii() and address.isprintable() and not set(address) & set(' "<>\\^`{|}')
        else ""
    )
