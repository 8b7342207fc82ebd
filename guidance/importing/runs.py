"""Words with emphasis, links and examples inside a line, as Markdown (pure)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from markdown_it import MarkdownIt

from guidance.blocks import inline_words, parser
from guidance.importing.escaping import ENTITY, as_paragraph, at_line_start, in_a_line

SPACES = re.compile(r"[ \t\n\r\f]+")
UNFIT_FOR_ADDRESS = re.compile(r"[\s<>\\|\x00-\x20]")


@dataclass(frozen=True)
class Run:
    """Words that look alike. A line end inside them is one that the writer made."""

    text: str
    is_strong: bool = False
    is_emphatic: bool = False
    is_code: bool = False
    address: str = ""

    @property
    def look(self) -> tuple:
        return (self.is_strong, self.is_emphatic, self.is_code, self.address)


def words_of(runs: Iterable[Run]) -> str:
    """The words alone, each line trimmed, with single spaces."""
    lines = "".join(run.text for run in runs).split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def as_markdown(runs: list[Run], *, in_one_line: bool = False) -> str:
    """A paragraph. Marks that would not be read as meant (they have odd rules beside punctuation) are left out:
    the words come first, then links, then emphasis."""
    if in_one_line:
        runs = [replace(run, text=run.text.replace("\n", " ")) for run in runs]
    words = words_of(runs)
    if not any(any(run.look) for run in runs):
        return as_paragraph(words)
    plainer = [replace(run, is_strong=False, is_emphatic=False) for run in runs]
    for candidate in (_marked(runs), _marked(plainer)):
        if _reads_as(candidate, words):
            return candidate
    return as_paragraph(words)


def _reads_as(markdown: str, words: str) -> bool:
    tokens = _parser().parse(markdown)
    return [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"] and words == "\n".join(
        " ".join(line.split()) for line in inline_words(tokens[1]).split("\n")
    )


@cache
def _parser() -> MarkdownIt:
    """One for all paragraphs: making a parser takes longer than reading a paragraph."""
    return parser()


def _marked(runs: list[Run]) -> str:
    """All runs as one text; a space at the edge of marks goes outside them."""
    merged = [
        replace(alike[0], text="".join(run.text for run in alike))
        for alike in (list(same) for _look, same in groupby(runs, key=lambda run: run.look))
    ]
    text = "".join(_linked(address, list(same)) for address, same in groupby(merged, key=lambda run: run.address))
    lines = [at_line_start(SPACES.sub(" ", line).strip()) for line in text.split("\n")]
    return "\\\n".join(line for line in lines if line)


def _linked(address: str, runs: list[Run]) -> str:
    inner = "".join(map(_emphasised, runs))
    words = inner.strip()
    if not address or not words:
        return inner
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    return f"{before}[{words}](<{address}>){after}"


def _emphasised(run: Run) -> str:
    core = run.text.strip()
    if not core:
        return run.text
    if run.is_code:
        inner = _code(core)
    else:
        mark = "*" * (run.is_emphatic + 2 * run.is_strong)
        inner = "\n".join(
            f"{mark}{in_a_line(line.strip())}{mark}" if mark and line.strip() else in_a_line(line)
            for line in core.split("\n")
        )
    before, after = run.text[: len(run.text) - len(run.text.lstrip())], run.text[len(run.text.rstrip()) :]
    return f"{before}{inner}{after}"


def _code(words: str) -> str:
    longest = max((len(ticks) for ticks in re.findall("`+", words)), default=0)
    fence, words = "`" * (longest + 1), " ".join(words.split())
    return f"{fence} {words} {fence}" if "`" in words else f"{fence}{words}{fence}"


def fit_address(raw: str) -> str:
    """An address that we link to: absolute http(s), or e-mail. Empty for any other."""
    address = raw.strip()
    if not re.match(r"(https?://[^/?#\s]|mailto:[^\s@]+@)", address, re.IGNORECASE) or len(address) > 2_000:
        return ""
    address = UNFIT_FOR_ADDRESS.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), address)
    return ENTITY.sub("&amp;", address)
