"""What the outline's buttons do, what is said afterwards, and how it is undone."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from consult.drafting import actions
from consult.people.models import Account
from guidance.actions.text import section_text_of
from guidance.models import Revision

LONGEST_KEY = 80


@dataclass(frozen=True)
class Done:
    """What was done, in a sentence; the section that it was done to; and what to send to undo it, if it can be."""

    said: str
    section: str = ""
    undo: dict[str, str] = field(default_factory=dict)


def do(draft: Revision, asked: QueryDict, by: Account) -> Done:
    """Do what the button says. Raises ValidationError with what is to be mended."""
    act = ACTS.get(asked.get("act", ""))
    if act is None:
        raise ValidationError(_("Choose what to do."))
    return act(draft, asked, by)


def _key(asked: QueryDict, name: str = "section") -> str:
    return asked.get(name, "")[:LONGEST_KEY]


def _added(draft: Revision, asked: QueryDict, by: Account) -> Done:
    new = actions.add_section(draft, asked.get("title", ""), after=_key(asked, "after"), by=by)
    said = _("Section “%(title)s” was added.") % {"title": new.title}
    return Done(said, new.section.key, {"act": "take-back", "section": new.section.key})


def _taken_back(draft: Revision, asked: QueryDict, by: Account) -> Done:
    """Take out a section that was only just added; not once somebody has written in it, or said what it rests on."""
    text = section_text_of(draft, _key(asked))
    if text.levels.exclude(markdown="").exists() or text.citations.exists():
        raise ValidationError(_("Somebody has written in this section. Retire it, if it is not wanted."))
    actions.retire_section(draft, text.section.key, by=by)
    return Done(_("“%(title)s” is not in the draft any more.") % {"title": text.title})


def _moved(draft: Revision, asked: QueryDict, by: Account) -> Done:
    to = asked.get("to", "")
    if not (to.isascii() and to.isdigit() and len(to) < 6):
        raise ValidationError(_("Enter the number of the place, such as 3."))
    before = section_text_of(draft, _key(asked)).position
    moved = actions.move_section(draft, _key(asked), to=int(to), by=by)
    said = _("“%(title)s” is section %(number)d now.") % {"title": moved.title, "number": moved.position}
    undo = {"act": "move", "section": moved.section.key, "to": str(before)} if before != moved.position else {}
    return Done(said, moved.section.key, undo)


def renamed(draft: Revision, key: str, title: str, applies_to: str, by: Account) -> Done:
    """Another title, or other people that a section is for."""
    before = section_text_of(draft, key)
    was = {"title": before.title, "applies_to": before.applies_to}
    now = actions.rename_section(draft, key, title, applies_to=applies_to, by=by)
    if was == {"title": now.title, "applies_to": now.applies_to}:
        return Done(_("Nothing has changed."), key)
    said = _("“%(title)s” was saved.") % {"title": now.title}
    return Done(said, key, {"act": "rename", "section": key, **was})


def _renamed(draft: Revision, asked: QueryDict, by: Account) -> Done:
    return renamed(draft, _key(asked), asked.get("title", ""), asked.get("applies_to", "")[:200], by)


def _retired(draft: Revision, asked: QueryDict, by: Account) -> Done:
    title = section_text_of(draft, _key(asked)).title
    actions.retire_section(draft, _key(asked), by=by)
    return Done(_("“%(title)s” was taken out of the draft. What was published of it stays.") % {"title": title})


def _merged(draft: Revision, asked: QueryDict, by: Account) -> Done:
    title = section_text_of(draft, _key(asked)).title
    kept = actions.merge_sections(draft, _key(asked), into=_key(asked, "to"), by=by)
    said = _("The words of “%(title)s” stand at the end of “%(kept)s” now.") % {"title": title, "kept": kept.title}
    return Done(said, kept.section.key)


ACTS: dict[str, Callable[[Revision, QueryDict, Account], Done]] = {
    "add": _added,
    "take-back": _taken_back,
    "move": _moved,
    "rename": _renamed,
    "retire": _retired,
    "merge": _merged,
}
