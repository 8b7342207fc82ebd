"""The law, on one page: who may do what to what.

Predicates look at what they are given and import nothing from above. A verb without an entry is an error, so that
forgetting closes the door rather than opening it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consult.people.factors import lacks_second_factor
from consult.people.models import Account, TeamMember
from guidance.models import Document


class Can(Enum):
    READ = "read"
    TAKE_A_NAME = "take a name"
    COMMENT = "comment"
    SPEAK_AS_GUEST = "speak as a guest"
    AGREE = "agree"
    CHANGE_WORDS = "change one's words"
    WITHDRAW = "withdraw"
    READ_FOR_EDITORS = "read what is for the editors only"
    DESCRIBE = "say who speaks"
    WEAR_A_BADGE = "wear a badge"
    FLAG = "report"
    MODERATE = "moderate"
    DECIDE = "decide on a comment"
    APPEAL = "ask another moderator"
    DECIDE_APPEAL = "decide on an appeal"
    SLOW_DOWN = "slow a consultation down"
    COMPLAIN = "complain"
    HANDLE_COMPLAINT = "handle a complaint"
    ANSWER_COMPLAINT = "answer a complaint"
    DRAFT = "draft"
    READ_DRAFT = "read the draft"
    PUBLISH = "publish"
    CORRECT = "correct what is published"
    WITHDRAW_TEXT = "withdraw a published text"
    SET_UP = "set up"
    ENTER = "enter what came from elsewhere"
    LET_IN = "let a mention in"
    CONFIRM_A_PERSON = "confirm that someone is who they say"
    SUMMARISE = "summarise"
    EXPORT = "export"
    WATCH_A_JOB = "watch a job"
    EDIT_PAGES = "edit pages"
    SCREEN = "keep the lists of screening"
    APPOINT = "appoint"


class Refused(PermissionDenied):
    """May not, and why: the sentence is meant for the person."""

    def __init__(self, why: str | Promise) -> None:
        super().__init__(str(why))
        self.why = str(why)


@dataclass(frozen=True)
class Rule:
    """A fact about someone and a thing, and what to tell those of whom it is not true."""

    holds: Callable[[Any, Any], bool]
    otherwise: str | Promise | Callable[[Any], str]

    def why_not(self, by: Any, thing: Any) -> str | None:
        if self.holds(by, thing):
            return None
        return self.otherwise(thing) if callable(self.otherwise) else str(self.otherwise)

    def __and__(self, other: "Rule") -> "Rule":
        return _Both(self, other)

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(lambda by, thing: self.holds(by, thing) or other.holds(by, thing), other.otherwise)


class _Both(Rule):
    def __init__(self, first: Rule, second: Rule) -> None:
        def otherwise(_thing: Any) -> str:
            return ""

        super().__init__(lambda by, thing: first.holds(by, thing) and second.holds(by, thing), otherwise)
        object.__setattr__(self, "_parts", (first, second))

    def why_not(self, by: Any, thing: Any) -> str | None:
        return next((why for part in self._parts if (why := part.why_not(by, thing))), None)


# --- Facts --------------------------------------------------------------------------------------------
def _signed_in(by: Any, _thing: Any) -> bool:
    return isinstance(by, Account) and by.is_active


def _trusted(by: Any, thing: Any) -> bool:
    """Signed in with the second step that power over others' words asks for."""
    return _signed_in(by, thing) and not lacks_second_factor(by)


def _document_of(thing: Any) -> Any:
    return getattr(thing, "document", thing)


def _on_the_team(by: Any, thing: Any, *roles: str) -> bool:
    document = _document_of(thing)
    if not _trusted(by, thing) or not isinstance(document, Document) or document.pk is None:
        return False
    return TeamMember.objects.filter(account=by, document=document, role__in=roles).exists()


def no_one_is_named() -> bool:
    return not settings.NAMED_STAFF


def allows(verb: str) -> Rule:
    """The consultation's timetable allows the public to do this now."""
    return Rule(lambda _by, thing: thing.allows(verb), lambda thing: thing.why_not(verb))


def allows_staff(verb: str) -> Rule:
    return Rule(lambda _by, thing: thing.allows_staff(verb), lambda thing: thing.why_not(verb))


signed_in = Rule(_signed_in, _("Sign in first."))
admin = Rule(lambda by, thing: _trusted(by, thing) and by.is_admin, _("Only an admin may do this."))
editor = Rule(
    lambda by, thing: _on_the_team(by, thing, TeamMember.Role.EDITOR),
    _("Only the drafting team of this guidance may do this."),
)
reviewer = Rule(
    lambda by, thing: _on_the_team(by, thing, TeamMember.Role.REVIEWER),
    _("Only the drafting team and its reviewers may read this."),
)
announced = Rule(lambda _by, thing: thing.is_announced, _("This consultation has not been announced."))
takes_guests = Rule(lambda _by, thing: thing.takes_guests, _("Sign in first. This consultation takes no guests."))
own_name = Rule(
    lambda by, thing: _signed_in(by, thing) and thing.account_id == by.pk,
    _("This was posted under another name."),
)
moderator = Rule(
    lambda by, thing: _on_the_team(by, thing, TeamMember.Role.MODERATOR),
    _("Only the moderators of this guidance may do this."),
)
someone_elses = Rule(
    lambda by, thing: thing.account_id is None or thing.account_id != by.pk,
    _("These are your own words. Another moderator decides on them."),
)
named_staff = Rule(
    lambda by, thing: _trusted(by, thing) and (by.email in settings.NAMED_STAFF or (by.is_admin and no_one_is_named())),
    _("Only named staff may read what was told in confidence."),
)
in_the_open = Rule(lambda _by, thing: not thing.is_in_confidence, named_staff.otherwise)
somebody_else_decided = Rule(
    lambda by, thing: thing.decided_by_id != by.pk,
    _("You decided this yourself. Another moderator answers the appeal."),
)
asked_to_answer = Rule(
    lambda _by, thing: thing.can_be_answered, _("This complaint does not wait for an answer any more.")
)
asked_for_it = Rule(
    lambda by, thing: _signed_in(by, thing) and thing.asked_by_id == by.pk,
    _("Only those who asked for this may see it."),
)

LAW: dict[Can, Rule] = {
    # thing: a consultation
    Can.READ: announced | editor | admin,
    Can.TAKE_A_NAME: signed_in & announced & allows("take a name"),
    Can.SPEAK_AS_GUEST: announced & takes_guests & allows("comment"),
    Can.SET_UP: admin,
    Can.ENTER: (editor | admin) & allows_staff("enter"),
    Can.LET_IN: editor | moderator | admin,
    Can.CONFIRM_A_PERSON: editor | admin,
    Can.SUMMARISE: editor | admin,
    Can.READ_FOR_EDITORS: editor | admin,
    Can.EXPORT: admin,
    Can.MODERATE: (moderator | admin) & allows_staff("moderate"),
    Can.SLOW_DOWN: admin & allows_staff("change"),
    # thing: a comment, or what was decided on one
    Can.FLAG: signed_in & allows("report"),
    Can.DECIDE: (moderator | admin) & allows_staff("moderate") & someone_elses,
    Can.APPEAL: signed_in & own_name,
    Can.DECIDE_APPEAL: (moderator | admin) & allows_staff("moderate") & someone_elses & somebody_else_decided,
    Can.COMPLAIN: allows("report"),
    # thing: a complaint: .is_in_confidence, .can_be_answered
    Can.HANDLE_COMPLAINT: (in_the_open & (moderator | admin) | named_staff) & someone_elses,
    Can.ANSWER_COMPLAINT: signed_in & own_name & asked_to_answer,
    # thing: a seat, that is a persona in a consultation: .account_id, .allows(verb), .why_not(verb)
    Can.COMMENT: signed_in & own_name & allows("comment"),
    Can.AGREE: signed_in & own_name & allows("agree"),
    Can.CHANGE_WORDS: signed_in & own_name & allows("change words"),
    Can.WITHDRAW: signed_in & own_name & allows("withdraw"),
    Can.DESCRIBE: signed_in & own_name & allows("withdraw"),
    Can.WEAR_A_BADGE: signed_in & own_name,
    # thing: a document or what has one
    Can.DRAFT: editor | admin,
    Can.READ_DRAFT: reviewer | editor | admin,
    Can.PUBLISH: editor | admin,
    Can.CORRECT: editor | admin,
    Can.WITHDRAW_TEXT: editor | admin,
    # thing: a job
    Can.WATCH_A_JOB: asked_for_it | admin,
    # thing: none
    Can.EDIT_PAGES: admin,
    Can.SCREEN: admin,
    Can.APPOINT: admin,
}


def why_not(by: Any, can: Can, thing: Any = None) -> str | None:
    """The reason why this person may not do this, as a sentence for them; None when they may."""
    return LAW[can].why_not(by, thing)


def may(by: Any, can: Can, thing: Any = None) -> bool:
    return why_not(by, can, thing) is None


def require(by: Any, can: Can, thing: Any = None) -> None:
    """Raises Refused, with the reason as a sentence for the person, unless the law allows it."""
    if reason := why_not(by, can, thing):
        raise Refused(reason)
