"""What is left of a Word document when all its tracked changes are accepted, or rejected: as the standard says it
(ECMA-376, part 1: 17.13.5), and by no code of ours."""

import io
from collections.abc import Sequence
from itertools import groupby
from zipfile import ZipFile

from docx.oxml.ns import qn
from lxml import etree

from guidance.downloads.parts import Part, parts_of
from guidance.fates import Passage, fates
from tests.edits.reading import passages_of, rekeyed, titles_of

BESIDE_TABLE = "BesideTable"
INSERTED, DELETED = qn("w:ins"), qn("w:del")


def part(data: bytes, name: str = "word/document.xml") -> etree._Element:
    with ZipFile(io.BytesIO(data)) as file:
        return etree.fromstring(file.read(name))


def left(data: bytes, taken_out: str = "") -> list[tuple]:
    """Paragraphs as (style, step in lists, number of its list, words with their looks), tables as lists of rows.

    `taken_out` is the tag of what goes: DELETED when changes are accepted, INSERTED when they are rejected.
    """
    links = {row.get("Id"): row.get("Target") for row in part(data, "word/_rels/document.xml.rels")}
    found: list[tuple] = []
    carried: list[tuple] = []
    for element in part(data)[0]:
        if element.tag == qn("w:p"):
            words = carried + _words(element, taken_out, links)
            carried = words if _has(element, "w:pPr/w:rPr", taken_out) else []
            if not _has(element, "w:pPr/w:rPr", taken_out):
                found.append(_paragraph(element, words))
        elif element.tag == qn("w:tbl"):
            assert not carried, "the end of a paragraph above a table cannot be taken out"
            rows = [row for row in element.iter(qn("w:tr")) if not _has(row, "w:trPr", taken_out)]
            found += [("table", *(_row(row, taken_out, links) for row in rows))] if rows else []
    assert not carried
    return [one for one in found if one[0] != BESIDE_TABLE]


def _has(element, path: str, tag: str) -> bool:
    about = element.find("/".join(qn(step) for step in path.split("/")))
    return bool(tag) and about is not None and about.find(tag) is not None


def _words(element, taken_out: str, links: dict) -> list[tuple]:
    told = []
    for run in element.iter(qn("w:r")):
        if taken_out and any(above.tag == taken_out for above in run.iterancestors(INSERTED, DELETED)):
            continue
        looks = tuple(
            sorted(f"{etree.QName(one).localname} {one.get(qn('w:val'))}" for one in run.iterfind(f"{qn('w:rPr')}/*"))
        )
        link = next((links[above.get(qn("r:id"))] for above in run.iterancestors(qn("w:hyperlink"))), "")
        signs = {qn("w:br"): "\n", qn("w:tab"): "\t"}
        text = "".join(signs.get(one.tag) or one.text or "" for one in run if one.tag != qn("w:rPr"))
        told.append(((looks, link), text))
    return told


def _paragraph(element, words: list[tuple]) -> tuple:
    about = element.find(qn("w:pPr"))
    step, number = (about.find(f"{qn('w:numPr')}/{qn(tag)}") for tag in ("w:ilvl", "w:numId"))
    merged = [(looks, "".join(text for _looks, text in own)) for looks, own in groupby(words, key=lambda word: word[0])]
    return (
        about.find(qn("w:pStyle")).get(qn("w:val")),
        -1 if step is None else int(step.get(qn("w:val"))),
        None if number is None else number.get(qn("w:val")),
        [one for one in merged if one[1]],
    )


def _row(row, taken_out: str, links: dict) -> list:
    """The words of each cell, and whether the row is a header."""
    header = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    return [
        header,
        *(_paragraph(cell.find(qn("w:p")), _words(cell, taken_out, links))[3] for cell in row.iter(qn("w:tc"))),
    ]


def body(told: list[tuple]) -> list[tuple]:
    """Without what stands above the first section and below the last, with lists numbered as they come."""
    begins = next(at for at, one in enumerate(told) if one[0] == "Heading1")
    known: dict[str, int] = {}
    return [
        one if one[0] == "table" else (one[0], one[1], one[2] and known.setdefault(one[2], len(known)), one[3])
        for one in told[begins:]
        if one[0] != "Facts"
    ]


Ties = list[tuple[Sequence[str], Sequence[str]]]


def two_texts(before: str, after: str) -> tuple[list[Part], list[Part], Ties]:
    """Two texts in the words of tests/edits, as parts, and what became of what: with the keys that a save gives."""
    old = passages_of(before)
    return two_versions(old, rekeyed(old, after), titles_of(before), titles_of(after))


def two_versions(
    old: list[Passage], new: list[Passage], old_titles: dict[str, str], new_titles: dict[str, str]
) -> tuple[list[Part], list[Part], Ties]:
    parts, others = parts_of(old_titles, old), parts_of(new_titles, new)
    there = {one.key for one in others if one.is_told_by_key}
    ties = [(fate.old, fate.new) for fate in fates(old, new)]
    return parts, others, [*ties, *(([one.key], [one.key]) for one in parts if one.key in there)]
