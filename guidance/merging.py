"""Three-way merge of Markdown: what two editors made of the same text, put together (pure).

The merge is diff3 (Khanna, Kunal and Pierce 2007, “A formal investigation of diff3”): what both sides kept holds the
text together, and between it stands what one of them changed, what both changed alike, or a conflict. It is done for
paragraphs first; where both changed the same paragraph, for its words, or for the lines of a list or table and then
their words.

What both inserted at the same place: paragraphs and lines are both kept, theirs (which were saved first) before mine,
unless they are versions of each other; words are a conflict. Words that touch are a conflict too.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from guidance.alignment import Pairs, common, one_effort
from guidance.merged import Agreed, Conflict, Merged, Part, in_order
from guidance.reading_aloud import readable
from guidance.units import Unit, alike, joined, lines_of, paragraphs_of, words_of

Units = Sequence[Unit]
Three = tuple[Units, Units, Units]
"""The same place in the base, in mine and in theirs."""
Clash = Callable[[Units, Units, Units], Iterator[Part]]

STRUCTURE = re.compile(
    r"^[ \t]*([-*+][ \t]|\d+[.)][ \t]|[>#]|```|~~~|[-=*_]{2,}[ \t]*$|\[[^\]]+\]:)|^( {4}|\t)|\|", re.MULTILINE
)
"""Lines that mean something as lines: lists, quotations, headings, code, rules, references and tables."""


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Put together what two people made of `base`. Nothing that either wrote is lost: it is in the text or a conflict.

    With one side unchanged it is the other side, letter by letter.
    """
    if mine in (base, theirs):
        return Merged((Agreed(theirs),) if theirs else ())
    if theirs == base:
        return Merged((Agreed(mine),) if mine else ())
    cut = [_ending(paragraphs_of(text.rstrip()), "\n\n") for text in (base, mine, theirs)]
    tail = _space(*(text[len(text.rstrip()) :] for text in (base, mine, theirs)))
    with one_effort():  # what two hostile texts would take beyond it is a conflict
        return Merged(in_order(_by_units(*cut, _paragraphs_clash), tail))


def _ending(units: list[Unit], behind: str) -> list[Unit]:
    """With the last unit followed by a space like all others."""
    return [*units[:-1], Unit(units[-1].text, units[-1].behind or behind)] if units else []


def _by_units(base: Units, mine: Units, theirs: Units, clash: Clash) -> Iterator[Part]:
    kept = common(_texts(base), _texts(mine)), common(_texts(base), _texts(theirs))
    return _diff3((base, mine, theirs), *kept, _settled_or(clash), _kept)


def _diff3(three: Three, to_mine: Pairs, to_theirs: Pairs, between: Clash, at: Clash) -> Iterator[Part]:
    """`at` says what becomes of a unit that all three have in some form, `between` of what stands between those."""
    base, mine, theirs = three
    mine_of, theirs_of = dict(to_mine), dict(to_theirs)
    x = y = z = 0
    for i in sorted(mine_of.keys() & theirs_of.keys()):
        j, k = mine_of[i], theirs_of[i]
        yield from between(base[x:i], mine[y:j], theirs[z:k])
        yield from at(base[i : i + 1], mine[j : j + 1], theirs[k : k + 1])
        x, y, z = i + 1, j + 1, k + 1
    yield from between(base[x:], mine[y:], theirs[z:])


def _settled_or(clash: Clash) -> Clash:
    """Take the side that changed; ask `clash` where both did."""

    def settle(base: Units, mine: Units, theirs: Units) -> Iterator[Part]:
        was, my, their = ([unit.text for unit in units if unit.text] for units in (base, mine, theirs))
        if my == their:
            yield from _agreed(mine, theirs)
        elif their == was:
            yield Agreed(joined(mine))
        elif my == was:
            yield Agreed(joined(theirs))
        else:
            yield from clash(base, mine, theirs)

    return settle


def _agreed(mine: Units, theirs: Units) -> Iterator[Part]:
    """The same words; one side may have space before the first."""
    longer, shorter = (mine, theirs) if len(mine) > len(theirs) else (theirs, mine)
    lead = len(longer) - len(shorter)
    yield Agreed(joined(longer[:lead]))
    yield from (Agreed(a.text + _wider(a.behind, b.behind)) for a, b in zip(longer[lead:], shorter, strict=True))


def _kept(base: Units, mine: Units, theirs: Units) -> Iterator[Part]:
    yield Agreed(base[0].text + _space(base[0].behind, mine[0].behind, theirs[0].behind))


def _paragraphs_clash(base: Units, mine: Units, theirs: Units) -> Iterator[Part]:
    if _is_settled_one_by_one(base, mine, theirs):
        return _one_by_one(base, mine, theirs)
    if base and mine and theirs and not any(STRUCTURE.search(unit.text) for unit in (*base, *mine, *theirs)):
        return _with_space(_words(joined(base), joined(mine), joined(theirs)), _space_behind(base, mine, theirs))
    return _versions_clash(base, mine, theirs)


def _versions_clash(base: Units, mine: Units, theirs: Units) -> Iterator[Part]:
    """Merge what are versions of one paragraph or line in all three; what stands between is taken whole or not."""
    if _is_settled_one_by_one(base, mine, theirs):
        return _one_by_one(base, mine, theirs)
    return _diff3((base, mine, theirs), alike(base, mine), alike(base, theirs), _settled_or(_whole_clash), _inside)


def _is_settled_one_by_one(base: Units, mine: Units, theirs: Units) -> bool:
    """Neighbours that were changed by one of us each."""
    return len(base) == len(mine) == len(theirs) and all(
        a.text in (b.text, c.text) or b.text == c.text for a, b, c in zip(base, mine, theirs, strict=True)
    )


def _one_by_one(base: Units, mine: Units, theirs: Units) -> Iterator[Part]:
    settle = _settled_or(_conflict)
    for place in range(len(base)):
        here = slice(place, place + 1)
        yield from settle(base[here], mine[here], theirs[here])


def _inside(base: Units, mine: Units, theirs: Units) -> Iterator[Part]:
    """Merge three versions of one paragraph or line."""
    texts = base[0].text, mine[0].text, theirs[0].text
    if not any("\n" in text and STRUCTURE.search(text) for text in texts):
        parts = _words(*texts)
    else:
        parts = _by_units(*(_ending(lines_of(text), "\n") for text in texts), _versions_clash)
        parts = in_order(parts, tail="")
    return _with_space(parts, _space_behind(base, mine, theirs))


def _words(*texts: str) -> Iterator[Part]:
    cut = [words_of(text.rstrip()) for text in texts]
    base, mine, theirs = cut
    kept = [readable(_texts(base), _texts(side), common(_texts(base), _texts(side))) for side in (mine, theirs)]
    return _diff3((base, mine, theirs), *kept, _settled_or(_conflict), _kept)


def _whole_clash(base: Units, mine: Units, theirs: Units) -> Iterator[Part]:
    if base or _are_versions(mine, theirs) or _are_versions(theirs, mine):
        return _conflict(base, mine, theirs)
    return _both(mine, theirs)


def _are_versions(mine: Units, theirs: Units) -> bool:
    """Whether two wrote the same paragraph in different words. Asked both ways, since of equal words it may matter
    which is looked at first."""
    return any(mine[i].text != theirs[j].text for i, j in alike(mine, theirs))


def _both(mine: Units, theirs: Units) -> Iterator[Part]:
    """Theirs, then mine; what both have only once."""
    x = y = 0
    for i, j in [*common(_texts(mine), _texts(theirs)), (len(mine), len(theirs))]:
        yield Agreed(joined(theirs[y:j]) + joined(mine[x:i]) + joined(mine[i : i + 1]))
        x, y = i + 1, j + 1


def _conflict(base: Units, mine: Units, theirs: Units) -> Iterator[Part]:
    yield Conflict(*(joined(side).rstrip() for side in (base, mine, theirs)), _space_behind(base, mine, theirs))


def _with_space(parts: Iterable[Part], behind: str) -> Iterator[Part]:
    """A lone conflict may take the space away with it; what holds agreed words keeps it."""
    found = in_order(parts, tail="")
    if len(found) == 1 and isinstance(found[0], Conflict):
        yield Conflict(found[0].base, found[0].mine, found[0].theirs, behind)
    else:
        yield from (*found, Agreed(behind))


def _texts(units: Units) -> list[str]:
    return [unit.text for unit in units]


def _space_behind(base: Units, mine: Units, theirs: Units) -> str:
    return _space(*(units[-1].behind if units else "" for units in (base, mine, theirs)))


def _space(base: str, mine: str, theirs: str) -> str:
    """The space behind a unit, merged. None at all means only that the text ended there: it says nothing."""
    if not mine or not theirs:
        return mine or theirs or base
    if theirs == base:
        return mine
    if mine == base:
        return theirs
    return _wider(mine, theirs)


def _wider(mine: str, theirs: str) -> str:
    """Of two spaces the one that keeps things further apart."""
    return max(theirs, mine, key=lambda space: (space.count("\n"), len(space)))
