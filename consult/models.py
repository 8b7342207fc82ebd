"""The contents page: every noun of the conversation, room by room. One app, one stream of migrations."""

from consult.consultations.models import Consultation, HouseRules, PrivacyNotice, Question
from consult.discussion.campaigns.models import Bookmark, Mark, Sent, Wording
from consult.discussion.elsewhere.models import Letter, ThatIsMe
from consult.discussion.guests.models import GuestComment
from consult.discussion.models import (
    Agreement,
    Anchor,
    Elsewhere,
    Mention,
    Original,
    Placement,
    ProposedChange,
    PublicComment,
    Reaction,
    Tally,
    Version,
)
from consult.drafting.models import Autosaved, WritingPage
from consult.jobs.models import Job
from consult.ledger.models import Entry, PrivateSide, Seal, Sealed, Unsealed
from consult.moderation.models import Appeal, Claim, Decision, Flag
from consult.pages.models import Reading, StandingPage
from consult.people.badges.models import Badge, PublicBody, WorkAddress, WorkAddressCode
from consult.people.models import Account, Persona, TeamMember
from consult.publishing.models import Publication
from consult.screening.models import Listed
from consult.themes.models import Summary, SummaryPart

__all__ = [
    "Account",
    "Agreement",
    "Anchor",
    "Appeal",
    "Autosaved",
    "Badge",
    "Bookmark",
    "Claim",
    "Consultation",
    "Decision",
    "Elsewhere",
    "Entry",
    "Flag",
    "GuestComment",
    "HouseRules",
    "Job",
    "Letter",
    "Listed",
    "Mark",
    "Mention",
    "Original",
    "Persona",
    "Placement",
    "PrivacyNotice",
    "PrivateSide",
    "ProposedChange",
    "PublicBody",
    "PublicComment",
    "Publication",
    "Question",
    "Reaction",
    "Reading",
    "Seal",
    "Sealed",
    "Sent",
    "StandingPage",
    "Summary",
    "SummaryPart",
    "Tally",
    "TeamMember",
    "ThatIsMe",
    "Unsealed",
    "Version",
    "Wording",
    "WorkAddress",
    "WorkAddressCode",
    "WritingPage",
]
