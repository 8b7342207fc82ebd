"""What became of a paragraph, in a sentence (pure)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidance.comparison import Change, Elsewhere
from guidance.fates import FateKind

TAGS = {
    FateKind.SAME: ("plain", "equals", gettext_lazy("The same")),
    FateKind.MOVED: ("plain", "moved", gettext_lazy("Moved")),
    FateKind.EDITED: ("care", "pen", gettext_lazy("Changed")),
    FateKind.SPLIT: ("care", "pen", gettext_lazy("Split")),
    FateKind.MERGED: ("care", "pen", gettext_lazy("Merged")),
    FateKind.REMOVED: ("out", "cross", gettext_lazy("Removed")),
    FateKind.NEW: ("yes", "tick", gettext_lazy("New")),
}
LOOKS = {FateKind.MOVED: "moved", FateKind.NEW: "new", FateKind.REMOVED: "cut"}


def listed(numbers: Sequence[str]) -> str:
    """“4.2”, “4.2 and 4.3”, “4.2, 4.3 and 4.4”."""
    if len(numbers) < 2:
        return "".join(numbers)
    return _("%(several)s and %(last)s") % {"several": ", ".join(numbers[:-1]), "last": numbers[-1]}


def whereabouts(change: Change) -> str:
    """Which paragraph it is, and which it was."""
    old, new = listed(change.old_numbers), listed(change.new_numbers)
    match change.kind:
        case FateKind.NEW:
            return _("Paragraph %(new)s") % {"new": new}
        case FateKind.REMOVED:
            return _("Was paragraph %(old)s") % {"old": old}
        case FateKind.MOVED:
            return _("Now paragraph %(new)s. Was paragraph %(old)s, the words are the same") % {"new": new, "old": old}
        case FateKind.SPLIT:
            return _("Paragraph %(old)s became paragraphs %(new)s") % {"old": old, "new": new}
        case FateKind.MERGED:
            return _("Paragraphs %(old)s became paragraph %(new)s") % {"old": old, "new": new}
    if old == new:
        return _("Paragraph %(new)s") % {"new": new}
    return _("Paragraph %(new)s, was %(old)s") % {"new": new, "old": old}


def pointer(entry: Elsewhere, section: str, level: str) -> str:
    """What stands where a paragraph was, or where a part of one went: where to look for it."""
    change = entry.change
    if (section, level) in {passage.where for passage in change.old}:
        words = _("Paragraph %(old)s was here. It is told at paragraph %(new)s.")
    else:
        words = _("Part of paragraph %(old)s came here. It is told at paragraph %(new)s.")
    return words % {"old": listed(change.old_numbers), "new": listed(change.new_numbers) or listed(change.old_numbers)}
