"""What could give a writer away: where they work, a rare rank, what is true of one person, a day (pure).

Only words in which somebody speaks of themselves count: a sentence with “I”, “my”, “we” or “our” in it. It asks too
rarely rather than too often; docs/screening.md has the figures.
"""

import re
from collections.abc import Iterator

from consult.screening.findings import Finding, Kind

SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\w)[^.!?\n]+)*[.!?\n]?")
OF_ONESELF = re.compile(r"\b(?:I|I’m|I'm|I’ve|I've|I’d|I'd|my|me|we|our|us)\b|\bas (?:a|an|the)\b", re.IGNORECASE)

NAME = r"(?:St\.? )?[A-Z][\w’'-]{1,30}"
INSTITUTIONS = (
    "Hospital", "Infirmary", "Hospice", "Surgery", "Health Centre", "Medical Centre", "Medical Practice", "Clinic",
    "Primary School", "Primary", "High School", "Grammar School", "School", "Academy", "College", "University",
    "Nursery", "Prison", "Young Offender Institution", "Police Station", "Fire Station", "Ambulance Station",
    "Barracks", "Jobcentre", "Job Centre", "Library", "Depot", "Town Hall", "Crown Court", "Magistrates’ Court",
    "Council", "Constabulary", "Care Home", "NHS Trust", "Trust",
)  # fmt: skip
WORKPLACE = re.compile(
    rf"\b(?:{NAME}(?: (?:of|the|and|upon|on|{NAME})){{0,4}} (?:{'|'.join(INSTITUTIONS)})"
    rf"|(?:HMP|HMYOI|RAF|HMS|RNAS) {NAME}(?: {NAME})?"
    r"|[Ww]ard [A-Z0-9]{1,3}(?![\w])"
    rf"|(?:the )?(?:School|University|Royal Infirmary|Hospital|Town) of {NAME})"
)
RANKS = (
    "chief constable", "deputy chief constable", "assistant chief constable", "chief superintendent", "superintendent",
    "chief inspector", "detective chief inspector", "detective inspector", "inspector", "brigadier", "colonel",
    "lieutenant colonel", "wing commander", "group captain", "squadron leader", "commodore", "rear admiral",
    "permanent secretary", "director general", "deputy director", "chief executive", "monitoring officer",
    "section 151 officer", "head teacher", "headteacher", "deputy head", "governor", "deputy governor", "high sheriff",
    "coroner", "chief nurse", "matron", "medical director", "clinical director", "borough commander",
    "returning officer", "private secretary", "chief planner", "chief fire officer", "station commander", "judge",
)  # fmt: skip
ROLE = re.compile(
    rf"\b(?:(?:I am|I’m|I'm|I was|as|being) (?:a|an|the|our|your)?|my (?:job|role|post) (?:is|as)) ?"
    rf"((?:{'|'.join(RANKS)})(?: (?:of|for|in|at) (?:the )?{NAME})?)\b",
    re.IGNORECASE,
)
ONLY_ONE = re.compile(
    r"\b((?:the|their|its|our) (?:only|sole|first|last|one) (?:[a-z’'-]{2,20} ){0,3}?"
    r"(?:nurse|midwife|doctor|gp|consultant|teacher|head|officer|constable|sergeant|soldier|pilot|medic|paramedic|"
    r"clerk|planner|librarian|caseworker|inspector|adviser|prosecutor|social worker|apprentice|engineer|"
    r"woman|man|muslim|jew|sikh|black|asian|disabled|trans|wheelchair user|deaf|blind|person|one)"
    r"(?: (?:officer|person|teacher|nurse|member of staff))?"
    r" (?:on|in|at|of|for|to|from) (?:the |this |our |my |a )?[\w’'-]{2,30})",
    re.IGNORECASE,
)
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
DAY = re.compile(
    rf"\b(?:(?:on )?(?:the )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{MONTHS})(?: \d{{4}})?"
    rf"|(?:last|this|on) (?:{DAYS})(?: (?:night|morning|evening|afternoon))?"
    r"|yesterday|this morning|last night|\d{1,2}/\d{1,2}/(?:\d\d){1,2})\b",
)


def sentences_of_oneself(text: str) -> Iterator[tuple[int, str]]:
    """The sentences in which somebody speaks of themselves, each with where it begins."""
    for found in SENTENCE.finditer(text):
        if OF_ONESELF.search(found[0]):
            yield found.start(), found[0]


def could_identify(text: str) -> list[Finding]:
    """What in a text could tell who wrote it. A day counts only beside a workplace, a rank or something unique."""
    found: list[Finding] = []
    days: list[Finding] = []
    for begins, sentence in sentences_of_oneself(text):
        found += _all(WORKPLACE, sentence, begins, Kind.WORKPLACE)
        found += _all(ROLE, sentence, begins, Kind.ROLE, group=1)
        found += _all(ONLY_ONE, sentence, begins, Kind.ONLY_ONE, group=1)
        days += _all(DAY, sentence, begins, Kind.DAY)
    return found + (days if found else [])


def _all(pattern: re.Pattern, sentence: str, begins: int, kind: str, group: int = 0) -> Iterator[Finding]:
    for match in pattern.finditer(sentence):
        start, end = match.span(group)
        yield Finding(begins + start, begins + start + len(sentence[start:end].rstrip()), kind)
