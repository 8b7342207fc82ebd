"""Counting comments and people so that the parts add up and nobody can be picked out (pure)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FEWEST = 5
"""No group of people smaller than this is shown by itself, nor can it be worked out from the others."""

SHOWN, WITHDRAWN, HIDDEN = "shown", "withdrawn", "hidden"
WITHDRAWN_LATE, FOR_EDITORS = "withdrawn_late", "for_editors"
STATES = (SHOWN, WITHDRAWN, WITHDRAWN_LATE, FOR_EDITORS, HIDDEN)
"""Whoever withdraws before the close has not taken part with that comment; later, it counts, and its words are not
told. What is for the editors only counts, and is never told."""
COUNTS = (SHOWN, WITHDRAWN_LATE, FOR_EDITORS)
KINDS = ("suggestion", "question", "evidence")
STANCES = ("for", "against", "mixed")


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as the summary counts it. `persona` is None where nobody known to us said it."""

    id: int
    text: str
    state: str = SHOWN
    persona: int | None = None
    capacity: str = ""
    profession: str = ""
    depth: int = 0
    kind: str = "comment"
    stance: str = ""
    is_from_elsewhere: bool = False

    @property
    def is_shown(self) -> bool:
        return self.state == SHOWN


def counts(said: Iterable[Said]) -> dict[str, int]:
    """all = shown + withdrawn + withdrawn_late + for_editors + hidden; counted = all but what was withdrawn before the
    close or hidden; shown = threads + replies; shown also = posted_here + from_elsewhere."""
    states: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    personas = set()
    for comment in said:
        states[comment.state] += 1
        if comment.is_shown:
            shown["replies" if comment.depth else "threads"] += 1
            shown["from_elsewhere" if comment.is_from_elsewhere else "posted_here"] += 1
            shown["by_nobody_known"] += comment.persona is None
            shown.update(filter(None, (comment.kind, comment.stance)))
            personas.add(comment.persona)
    names = ("threads", "replies", "posted_here", "from_elsewhere", "by_nobody_known", *KINDS, *STANCES)
    return {
        "all": states.total(),
        "counted": sum(states[state] for state in COUNTS),
        **{state: states[state] for state in STATES},
        **{name: shown[name] for name in names},
        "people": len(personas - {None}),
    }


def adds_up(counted: Mapping[str, int]) -> bool:
    """Whether the parts of `counts` add up to their wholes."""
    return (
        counted["all"] == sum(counted[state] for state in STATES)
        and counted["counted"] == sum(counted[state] for state in COUNTS)
        and sum(counted[kind] for kind in KINDS) <= counted[SHOWN]
        and counted[SHOWN] == counted["threads"] + counted["replies"]
        and counted[SHOWN] == counted["posted_here"] + counted["from_elsewhere"]
    )


def groups_of_people(people: Mapping[int, str]) -> list[list[str | int]]:
    """[name, how many] for each group that is large enough, largest first; the rest together as ["", how many].

    `people` are personas with what they say of themselves ("" where they say nothing). If the rest are too few,
    the smallest group joins them, lest they be worked out from the total. Empty if there is nothing to tell apart.
    """
    sizes = Counter(" ".join(group.split()).casefold() for group in people.values())
    written = _as_written(people.values())
    rest = sizes.pop("", 0)
    ordered = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    rest += sum(size for _group, size in ordered if size < FEWEST)
    ordered = [(group, size) for group, size in ordered if size >= FEWEST]
    while ordered and 0 < rest < FEWEST:
        rest += ordered.pop()[1]
    return [[written[group], size] for group, size in ordered] + ([["", rest]] if ordered and rest else [])


def _as_written(groups: Iterable[str]) -> dict[str, str]:
    """How most people write the name of their group."""
    forms: dict[str, Counter[str]] = {}
    for group in groups:
        plain = " ".join(group.split())
        forms.setdefault(plain.casefold(), Counter())[plain] += 1
    return {key: min(found, key=lambda form: (-found[form], form)) for key, found in forms.items()}
