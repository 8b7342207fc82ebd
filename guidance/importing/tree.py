"""A tree of HTML elements as headings and blocks of Markdown (pure).

Nothing of the tree's own markup gets through: what comes out are words with Markdown's marks, written by us.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lxml.etree import _Element as Element

from guidance.importing.bounds import LONGEST_LINE
from guidance.importing.left_out import Lost
from guidance.importing.runs import SPACES, Run, as_markdown, fit_address, words_of
from guidance.importing.tables import is_for_layout, rows_of, written_table

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "li", "main",
    "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
LEFT_OUT = {
    "script": Lost.SCRIPT, "style": Lost.SCRIPT, "noscript": Lost.SCRIPT, "template": Lost.SCRIPT,
    "img": Lost.IMAGE, "picture": Lost.IMAGE,
    "svg": Lost.OBJECT, "math": Lost.EQUATION, "video": Lost.OBJECT, "audio": Lost.OBJECT, "canvas": Lost.OBJECT,
    "iframe": Lost.OBJECT, "object": Lost.OBJECT, "embed": Lost.OBJECT, "applet": Lost.OBJECT, "frameset": Lost.OBJECT,
    "input": Lost.FORM, "button": Lost.FORM, "select": Lost.FORM, "textarea": Lost.FORM, "datalist": Lost.FORM,
    "nav": Lost.NAVIGATION, "footer": Lost.NAVIGATION, "aside": Lost.NAVIGATION,
    "del": Lost.HIDDEN, "head": None, "title": None, "link": None, "meta": None, "base": None,
}  # fmt: skip
STRONG, EMPHATIC, CODE, STRUCK = {"b", "strong"}, {"i", "em", "cite", "dfn", "var"}, {"code", "kbd", "samp", "tt"}, {
    "s", "strike",
}  # fmt: skip
DEEPEST_LIST = 6
MOST_PARAGRAPHS = 50_000


@dataclass(frozen=True)
class Heading:
    """A heading that stands in no list, table or quotation."""

    depth: int
    words: str
    is_title: bool = False


@dataclass(frozen=True)
class Block:
    """Finished Markdown. `kind` is the mark of a list: two neighbours with the same mark would become one."""

    markdown: str
    kind: str = ""


@dataclass
class Reader:
    """Walks a tree that is at most some hundred elements deep, and counts what it leaves out."""

    base: str = ""
    lost: Counter[Lost] = field(default_factory=Counter)
    _holding_blocks: set[Element] = field(default_factory=set)
    _paragraphs: int = 0

    def read(self, root: Element) -> list[Heading | Block]:
        for element in root.iter(*BLOCKS):
            above = element.getparent()
            while above is not None and above not in self._holding_blocks:
                self._holding_blocks.add(above)
                above = above.getparent()
        return self._flow(root, depth=0, is_inside=False)

    # --- Blocks ------------------------------------------------------------------------------------------
    def _flow(self, element: Element, *, depth: int, is_inside: bool) -> list[Heading | Block]:
        """What stands in an element that holds paragraphs. `depth` counts lists around it."""
        made: list[Heading | Block] = []
        line: list[Run] = [_run(element.text)]
        for child in element:
            if not self._is_block(child):
                self._gather(child, Run(""), line)
            else:
                self._end_paragraph(line, made)
                if not self._is_left_out(child):
                    made += self._block(child, depth, is_inside, made)
            line.append(_run(child.tail))
        self._end_paragraph(line, made)
        return made

    def _is_block(self, element: Element) -> bool:
        return isinstance(element.tag, str) and (element.tag in BLOCKS or element in self._holding_blocks)

    def _end_paragraph(self, line: list[Run], made: list[Heading | Block]) -> None:
        if words_of(line):
            made.append(Block(self._written(line)))
        line.clear()

    def _written(self, line: list[Run], *, in_one_line: bool = False) -> str:
        """A paragraph, of which there must be an end."""
        self._paragraphs += 1
        if sum(len(run.text) for run in line) > 2 * LONGEST_LINE:
            raise ValidationError(
                _("The paragraph that begins “%(words)s” is longer than %(most)s characters.")
                % {"words": words_of(line)[:40].strip(), "most": f"{LONGEST_LINE:,}"}
            )
        if self._paragraphs > MOST_PARAGRAPHS:
            raise ValidationError(
                _("This file has more than %(most)s paragraphs. Split it in two.") % {"most": f"{MOST_PARAGRAPHS:,}"}
            )
        return as_markdown(line, in_one_line=in_one_line)

    def _block(self, element: Element, depth: int, is_inside: bool, made: list) -> list[Heading | Block]:
        tag = element.tag
        if tag in HEADINGS:
            return self._heading(element, is_inside)
        if tag in {"ul", "ol", "menu", "dir"}:
            return self._list(element, depth, made)
        if tag == "table":
            return self._table(element, depth, is_inside)
        if tag == "blockquote":
            inner = joined(self._flow(element, depth=depth, is_inside=True))
            return [Block("\n".join(f"> {line}".rstrip() for line in inner.split("\n")))] if inner else []
        if tag == "pre":
            return self._example(element)
        if tag == "hr":
            return [Block("---")]
        if tag == "dt":
            runs = [Run(run.text, is_strong=True, address=run.address) for run in self.runs(element)]
            return [Block(as_markdown(runs))] if words_of(runs) else []
        return self._flow(element, depth=depth, is_inside=is_inside)

    def _heading(self, element: Element, is_inside: bool) -> list[Heading | Block]:
        runs = self.runs(element)
        words = " ".join(words_of(runs).split())
        if not words:
            return []
        if is_inside:
            return [Block(as_markdown([Run(words, is_strong=True)], in_one_line=True))]
        return [Heading(int(element.tag[1]), words, is_title=element.get("class") == "consult-title")]

    def _example(self, element: Element) -> list[Block]:
        text = "".join(element.itertext()).strip("\n")
        fence = "```"
        while fence in text:
            fence += "`"
        return [Block(f"{fence}\n{text}\n{fence}")] if text.strip() else []

    def _list(self, element: Element, depth: int, made: list) -> list[Heading | Block]:
        if depth >= DEEPEST_LIST:
            self.lost[Lost.DEEP_LIST] += 1
            return self._flow(element, depth=depth, is_inside=True)
        items = [item for item in self._items(element, depth) if item]
        if not items:
            return []
        before = made[-1].kind if made and isinstance(made[-1], Block) else ""
        if element.tag == "ol":
            mark = ")" if before == "." else "."
            first = _number(element.get("start"), 1)
            marks = [f"{number}{mark} " for number in range(first, first + len(items))]
        else:
            mark = "*" if before == "-" else "-"
            marks = [f"{mark} "] * len(items)
        is_loose = any(len(item) > 1 and not all(block.kind for block in item[1:]) for item in items)
        between = "\n\n" if is_loose else "\n"
        written = [
            _hung(begin, between.join(block.markdown for block in item))
            for begin, item in zip(marks, items, strict=True)
        ]
        return [Block(between.join(written), kind=mark)]

    def _items(self, element: Element, depth: int) -> Iterator[list[Block]]:
        """What stands in a list beside its items (browsers allow it: words, another list) becomes one of its own."""
        yield self._loose(element.text)
        for child in element:
            if isinstance(child.tag, str) and not self._is_left_out(child):
                yield [
                    block if isinstance(block, Block) else Block(as_markdown([Run(block.words)]))
                    for block in (
                        self._flow(child, depth=depth + 1, is_inside=True)
                        if child.tag == "li" or not self._is_block(child)
                        else self._block(child, depth + 1, True, [])
                    )
                ]
            yield self._loose(child.tail)

    def _loose(self, text: str | None) -> list[Block]:
        """Words where there should be none."""
        line = [_run(text)]
        return [Block(self._written(line))] if words_of(line) else []

    # --- Tables ------------------------------------------------------------------------------------------
    def _table(self, element: Element, depth: int, is_inside: bool) -> list[Heading | Block]:
        rows = rows_of(element, self.lost)
        cells = [cell for row in rows for cell in row if cell is not None]
        loose = list(self._beside_cells(element, depth, set(cells)))
        if is_for_layout(rows):
            return loose + [block for cell in cells for block in self._flow(cell, depth=depth, is_inside=is_inside)]
        texts = [["" if cell is None else self._cell(cell) for cell in row] for row in rows]
        return [*loose, *(Block(table) for table in written_table(texts))]

    def _beside_cells(self, element: Element, depth: int, cells: set[Element]) -> Iterator[Block]:
        """A table's caption, and whatever stands in it and in none of its cells: above it, where browsers show it."""
        yield from self._loose(element.text)
        for child in element:
            if child.tag in {"thead", "tbody", "tfoot", "tr"}:
                yield from self._beside_cells(child, depth, cells)
            elif isinstance(child.tag, str) and child not in cells and not self._is_left_out(child):
                yield from (b for b in self._flow(child, depth=depth, is_inside=True) if isinstance(b, Block))
            yield from self._loose(child.tail)

    def _cell(self, cell: Element) -> str:
        """A cell on one line: paragraphs and items one behind the other."""
        self.lost[Lost.NESTED_TABLE] += sum(1 for _table in cell.iter("table"))
        lines = [self._written(runs, in_one_line=True) for runs in self._lines_in(cell) if words_of(runs)]
        return " ".join([*(line if line[-1] in ".;:,?!" else f"{line};" for line in lines[:-1]), *lines[-1:]])

    def _lines_in(self, element: Element) -> Iterator[list[Run]]:
        line = [_run(element.text)]
        for child in element:
            if not self._is_block(child):
                self._gather(child, Run(""), line)
            elif not self._is_left_out(child):
                yield line
                line = []
                yield from self._lines_in(child)
            line.append(_run(child.tail))
        yield line

    # --- Words -------------------------------------------------------------------------------------------
    def runs(self, element: Element) -> list[Run]:
        """All words inside an element."""
        line = [_run(element.text)]
        for child in element:
            self._gather(child, Run(""), line)
            line.append(_run(child.tail))
        return line

    def _gather(self, element: Element, like: Run, line: list[Run]) -> None:
        """Add the words of an inline element, which look like what is around them, and as the element says."""
        if not isinstance(element.tag, str) or self._is_left_out(element):
            return
        if element.tag == "br":
            line.append(Run("\n"))
            return
        look = self._look(element, like)
        begun = len(line)
        line.append(_run(element.text, look))
        for child in element:
            self._gather(child, look, line)
            line.append(_run(child.tail, look))
        if element.tag == "q":
            line[begun:] = [_run("“", look), *line[begun:], _run("”", look)]
        if element.tag in STRUCK and words_of(line[begun:]):
            self.lost[Lost.STRUCK] += 1

    def _look(self, element: Element, like: Run) -> Run:
        return Run(
            "",
            is_strong=like.is_strong or element.tag in STRONG,
            is_emphatic=like.is_emphatic or element.tag in EMPHATIC,
            is_code=like.is_code or element.tag in CODE,
            address=like.address or self._address(element),
        )

    def _address(self, element: Element) -> str:
        raw = element.get("href", "") if element.tag == "a" else ""
        if not raw.strip():
            return ""
        address = fit_address(raw) or (fit_address(urljoin(self.base, raw)) if self.base and raw[0] != "#" else "")
        if not address:
            self.lost[Lost.LINK] += 1
        return address

    def _is_left_out(self, element: Element) -> bool:
        if element.tag in LEFT_OUT:
            if kind := LEFT_OUT[element.tag]:
                self.lost[kind] += 1
            return True
        if _is_hidden(element):
            self.lost[Lost.HIDDEN] += bool("".join(element.itertext()).strip())
            return True
        return False


def joined(blocks: list[Heading | Block]) -> str:
    """Blocks one below the other. There are no headings among blocks that stand inside something."""
    return "\n\n".join(block.markdown for block in blocks if isinstance(block, Block))


def _run(text: str | None, like: Run = Run("")) -> Run:  # noqa: B008 (a Run never changes)
    """Words of the file, whose own line ends mean nothing."""
    return replace(like, text=SPACES.sub(" ", text or ""))


def _hung(mark: str, markdown: str) -> str:
    """An item behind its mark, with all its lines under its first."""
    first, *others = markdown.split("\n")
    return "\n".join([mark + first, *(" " * len(mark) + line if line else "" for line in others)])


def _number(raw: str | None, otherwise: int) -> int:
    return min(int(raw), 999_000_000) if raw and raw.isascii() and raw.isdigit() and len(raw) < 12 else otherwise


def _is_hidden(element: Element) -> bool:
    style = element.get("style", "").replace(" ", "").lower()
    return "hidden" in element.attrib or "display:none" in style or "visibility:hidden" in style
