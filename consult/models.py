"""The contents page: every noun of the conversation, room by room. One app, one stream of migrations."""

from consult.consultations.models import Consultation, HouseRules, PrivacyNotice, Question
from consult.discussion.elsewhere.models import Letter
from consult.discussion.models import Anchor, Elsewhere, Mention, Placement, PublicComment, Tally
from consult.drafting.models import Autosaved
from consult.jobs.models import Job
from consult.ledger.models import Entry, PrivateSide, Seal, Sealed, Unsealed
from consult.pages.models import Reading, StandingPage
from consult.people.models import Account, Persona, TeamMember
from consult.publishing.models import Publication
from consult.themes.models import Summary, SummaryPart

__all__ = [
    "Account",
    "Anchor",
    "Autosaved",
    "Consultation",
    "Elsewhere",
    "Entry",
    "HouseRules",
    "Job",
    "Letter",
    "Mention",
    "Persona",
    "Placement",
    "PrivacyNotice",
    "PrivateSide",
    "PublicComment",
    "Publication",
    "Question",
    "Reading",
    "Seal",
    "Sealed",
    "StandingPage",
    "Summary",
    "SummaryPart",
    "Tally",
    "TeamMember",
    "Unsealed",
]
