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


@dataclass(frozen=True)
class Edit:
    name: str
    old: list[Passage]
    new: list[Passage]
    became: dict[str, list[str]]
    quotes: list[tuple[str, str, str, str]]
    sections: dict[str, str]

    @cached_property
    def fates(self) -> list[Fate]:
        return fates(self.old, self.new)

    @cached_property
    def ground(self) -> Ground:
        return Ground(self.old, self.new, self.fates, _titles(self.old), _titles(self.new))

    def labelled(self, passages: list[Passage]) -> dict[str, Passage]:
        return {f"{passage.section}.{passage.position}": passage for passage in passages}

    def found_fates(self) -> dict[str, list[str]]:
        """What became of each old block, with the labels of the fixtures."""
        label = {passage.key: name for name, passage in self.labelled(self.new).items()}
        became = {old: [label[new] for new in fate.new] for fate in self.fates for old in fate.old}
        return {name: became[passage.key] for name, passage in self.labelled(self.old).items()}

    def placed(self, label: str, words: str) -> tuple[Found, str]:
        """Where quoted words stand now, and which words those are."""
        passage = self.labelled(self.old)[label]
        start = passage.text.index(words)
        quote = quote_at(passage.text, start, start + len(words))
        found = place(At(passage.section, LEVEL, passage.key, quote, passage.text), self.ground)
        there = next((one for one in self.new if one.key == found.key), None)
        return found, there.text[found.start : found.end] if there and found.start is not None else ""

    def placed_section(self, key: str) -> Found:
        return place(At(key, words=_titles(self.old)[key]), self.ground)


def _titles(passages: list[Passage]) -> dict[str, str]:
    return {passage.section: passage.section for passage in passages}


def passages_of(text: str, keys: list[str] | None = None) -> list[Passage]:
    """Passages from "## key" and what stands below it; keys are k0, k1, … unless they are given."""
    found: list[Passage] = []
    for part in re.split(r"^## ", text.strip(), flags=re.MULTILINE)[1:]:
        section, _line, body = part.partition("\n")
        for position, block in enumerate(split_blocks(body), start=1):
            key = keys[len(found)] if keys else f"k{len(found)}"
            found.append(Passage(key, section.strip(), LEVEL, position, block.kind, block.source, block.text))
    return found


def rekeyed(old: list[Passage], text: str) -> list[Passage]:
    """The new text with the keys that a save gives it."""
    new = passages_of(text)
    keys = keep_keys(
        [(p.key, f"{p.section} {p.level}", p.text) for p in old], [(f"{p.section} {p.level}", p.text) for p in new]
    )
    return passages_of(text, keys)


def read_edits() -> list[Edit]:
    rows = tomllib.loads((Path(__file__).parent / "edits.toml").read_text(encoding="utf-8"))["edit"]
    edits = []
    for row in rows:
        old = passages_of(row["before"])
        edits.append(
            Edit(
                row["name"], old, rekeyed(old, row["after"]), row["became"], [tuple(q) for q in row["quotes"]],
                row.get("sections", {}),
            )
        )  # fmt: skip
    return edits
