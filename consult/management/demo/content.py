"""Reading the demonstration's content: guidance.md, ideas.toml and draft.toml, with their dates moved to today."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.utils import timezone

from guidance.importing import Imported, read_markdown

FOLDER = Path(__file__).parent
MORNING = time(8, 30)
"""When the first comment of a day is posted; the next ones follow minute by minute, in the order of the file."""


@dataclass(frozen=True)
class Said:
    """One comment of the demonstration. It stands in a section, at a paragraph, at a question, or below another."""

    id: str
    persona: str
    text: str
    day: date
    reply_to: str = ""
    section: str = ""
    level: str = ""
    block: str = ""
    words: str = ""
    """Those of the block that it is about, if it is not all of them."""
    question: int | None = None
    kind: str = "comment"
    takes_out: str = ""
    """Words of the block's Markdown in whose place `puts_in` is suggested."""
    puts_in: str = ""
    changed: str = ""
    """What its writer made of it later, if they changed it."""
    withdrawn: bool = False


@dataclass(frozen=True)
class Story:
    """One consultation of the demonstration, with its dates as they are today."""

    consultation: dict
    questions: list[dict]
    personas: list[dict]
    said: list[Said] = field(default_factory=list)
    opens_at: datetime = datetime.min
    closes_at: datetime = datetime.min
    decision_by: date = date.min

    def moments(self) -> list[tuple[datetime, Said]]:
        """Every comment with its moment, in the order in which they were said."""
        ordered = sorted(self.said, key=lambda said: said.day)
        minute = timedelta(minutes=1)
        return [(_moment(said.day, MORNING) + minute * i, said) for i, said in enumerate(ordered)]


@dataclass(frozen=True)
class Rested:
    """A reference of the demonstration's guidance, and what in it which sections rest on: {section's key: words}."""

    name: str
    address: str
    sections: dict[str, str]


def references(document: str) -> list[Rested]:
    return [Rested(**row) for row in _read("references.toml")[document]]


@dataclass(frozen=True)
class Reported:
    """What readers reported: the comment, by whom, under which house rule, and their words."""

    comment: str
    by: list[str]
    rule: int
    words: str


@dataclass(frozen=True)
class Decided:
    """What the moderator decided, and with which words the writer asked again, if they did."""

    comment: str
    verb: str
    rule: int
    reason: str
    appeal: str = ""


def moderation() -> tuple[list[Reported], list[Decided]]:
    told = _read("moderation.toml")
    return [Reported(**row) for row in told["reports"]], [Decided(**row) for row in told["decisions"]]


def complaints() -> list[dict]:
    """What people without an account complain of: a comment, the kind, and what they say."""
    return _read("moderation.toml")["complaints"]


def guidance() -> Imported:
    return read_markdown((FOLDER / "guidance.md").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Drafts:
    """Two drafts of one text, with what readers were told of each and when."""

    texts: tuple[Imported, Imported]
    changelogs: tuple[str, str]
    published_at: tuple[datetime, datetime]


def photographs(today: date) -> Drafts:
    """The guidance on photographs: draft 1, and draft 2, which is what came of the consultation on it."""
    data = _read("photographs.toml")
    moved = today - date.fromisoformat(data["written_for"])
    first, second = (read_markdown((FOLDER / f"photographs-{n}.md").read_text(encoding="utf-8")) for n in (1, 2))
    moments = [
        timezone.make_aware(datetime.fromisoformat(data[name]) + moved)
        for name in ("published_at", "second_published_at")
    ]
    return Drafts((first, second), (data["changelog"], data["second_changelog"]), tuple(moments))


def ideas(today: date) -> Story:
    """The call for ideas, closed for some weeks."""
    return _of_the_past("ideas.toml", today)


def photographs_story(today: date) -> Story:
    """The consultation on draft 1 of the guidance on photographs, closed and answered."""
    return _of_the_past("photographs.toml", today)


def _of_the_past(name: str, today: date) -> Story:
    """All its days move by as many as have passed since it was written."""
    data = _read(name)
    told = data["consultation"]
    moved = today - date.fromisoformat(data["written_for"])
    return Story(
        told,
        data["questions"],
        data["personas"],
        [_said(row, date.fromisoformat(row["day"]) + moved) for row in data["comments"]],
        opens_at=timezone.make_aware(datetime.fromisoformat(told["opens_at"]) + moved),
        closes_at=timezone.make_aware(datetime.fromisoformat(told["closes_at"]) + moved),
        decision_by=date.fromisoformat(told["decision_by"]) + moved,
    )


def draft(today: date) -> Story:
    """The consultation on draft 1, open on whatever day this is."""
    data = _read("draft.toml")
    told = data["consultation"]
    opens = today - timedelta(days=told["opens_days_before_today"])
    closes = today + timedelta(days=told["closes_days_after_today"])
    return Story(
        told,
        data["questions"],
        data["personas"],
        [_said(row, opens + timedelta(days=row["days_after_opening"])) for row in data["comments"]],
        opens_at=_moment(opens, time.fromisoformat(told["opens_time"])),
        closes_at=_moment(closes, time.fromisoformat(told["closes_time"])),
        decision_by=closes + timedelta(days=told["decision_days_after_closing"]),
    )


def letters() -> list[dict]:
    """What came to the team another way, as it was entered."""
    return _read("letters.toml")["letters"]


def house_rules() -> list[str]:
    return [line[2:].strip() for line in _lines("house-rules.md") if line.startswith("- ")]


def privacy_notice() -> str:
    return (FOLDER / "privacy-notice.md").read_text(encoding="utf-8")


def _lines(name: str) -> list[str]:
    return (FOLDER / name).read_text(encoding="utf-8").splitlines()


def _read(name: str) -> dict:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _said(row: dict, day: date) -> Said:
    known = {name: row[name] for name in Said.__dataclass_fields__ if name in row}
    return Said(**{**known, "text": row["text"].strip(), "day": day})


def _moment(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
