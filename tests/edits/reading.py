"""The edits of edits.toml as passages, with their keys as an editor's save would give them."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from guidance.anchors import quote_at
from guidance.blocks import split_blocks
from guidance.fates import Fate, Passage, fates
from guidance.matching import keep_keys
from guidance.placing import At, Found, Ground, place

LEVEL = "full"
FILES = ("edits.toml", "harder.toml", "unseen.toml")
HEAD = re.compile(r"(?P<key>[\w-]+)(?: @(?P<level>\w+))?(?: \| (?P<title>.*))?")


@dataclass(frozen=True)
class Edit:
    name: str
    old: list[Passage]
    new: list[Passage]
    became: dict[str, list[str]]
    quotes: list[tuple]
    """(paragraph, words, what stands for them now, standing, and which of several places)."""
    sections: dict[str, str]
    blocks: dict[str, str]
    titles: tuple[dict[str, str], dict[str, str]]

    @cached_property
    def fates(self) -> list[Fate]:
        return fates(self.old, self.new)

    @cached_property
    def ground(self) -> Ground:
        return Ground(self.old, self.new, self.fates, *self.titles)

    def labelled(self, passages: list[Passage]) -> dict[str, Passage]:
        return {f"{one.section}{'' if one.level == LEVEL else '@' + one.level}.{one.position}": one for one in passages}

    def found_fates(self) -> dict[str, list[str]]:
        """What became of each old block, with the labels of the fixtures."""
        label = {passage.key: name for name, passage in self.labelled(self.new).items()}
        became = {old: [label[new] for new in fate.new] for fate in self.fates for old in fate.old}
        return {name: became[passage.key] for name, passage in self.labelled(self.old).items()}

    def placed(self, label: str, words: str, which: int = 1) -> tuple[Found, str]:
        """Where quoted words stand now, and which words those are."""
        passage = self.labelled(self.old)[label]
        start = -1
        for _each in range(which):
            start = passage.text.index(words, start + 1)
        quote = quote_at(passage.text, start, start + len(words))
        found = place(At(passage.section, passage.level, passage.key, quote, passage.text), self.ground)
        there = next((one for one in self.new if one.key == found.key), None)
        return found, there.text[found.start : found.end] if there and found.start is not None else ""

    def placed_block(self, label: str) -> Found:
        passage = self.labelled(self.old)[label]
        return place(At(passage.section, passage.level, passage.key, words=passage.text), self.ground)

    def placed_section(self, key: str) -> Found:
        return place(At(key, words=self.titles[0][key]), self.ground)


def titles_of(text: str) -> dict[str, str]:
    """The title of each section, in order: its key where none is given."""
    return {head["key"]: head["title"] or head["key"] for head, _body in _parts(text)}


def _parts(text: str) -> list[tuple[re.Match, str]]:
    parts = [part.partition("\n") for part in re.split(r"^## ", text.strip(), flags=re.MULTILINE)[1:]]
    return [(HEAD.fullmatch(head.strip()), body) for head, _line, body in parts]


def passages_of(text: str, keys: list[str] | None = None) -> list[Passage]:
    """Passages from "## key @level | Title" and what stands below it; keys are k0, k1, … unless they are given."""
    found: list[Passage] = []
    for head, body in _parts(text):
        for position, block in enumerate(split_blocks(body), start=1):
            key = keys[len(found)] if keys else f"k{len(found)}"
            level = head["level"] or LEVEL
            found.append(Passage(key, head["key"], level, position, block.kind, block.source, block.text))
    return found


def rekeyed(old: list[Passage], text: str) -> list[Passage]:
    """The new text with the keys that a save gives it."""
    new = passages_of(text)
    keys = keep_keys(
        [(p.key, f"{p.section} {p.level}", p.text) for p in old], [(f"{p.section} {p.level}", p.text) for p in new]
    )
    return passages_of(text, keys)


def read_edits() -> list[Edit]:
    rows = [row for name in FILES for row in tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))["edit"]]
    return [_edit(row) for row in rows]


def _edit(row: dict) -> Edit:
    old = passages_of(row["before"])
    return Edit(
        name=row["name"],
        old=old,
        new=rekeyed(old, row["after"]),
        became=row["became"],
        quotes=[tuple(quote) for quote in row["quotes"]],
        sections=row.get("sections", {}),
        blocks=row.get("blocks", {}),
        titles=(titles_of(row["before"]), titles_of(row["after"])),
    )
