"""What screening finds, and what it is called (pure)."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    POSTCODE = "postcode"
    NATIONAL_INSURANCE = "national_insurance"
    NHS_NUMBER = "nhs_number"
    CARD = "card"
    BANK = "bank"
    WORKPLACE = "workplace"
    ROLE = "role"
    ONLY_ONE = "only_one"
    DAY = "day"
    LISTED = "listed"


LOOKS_LIKE: dict[str, str | Promise] = {
    Kind.EMAIL: _("an e-mail address"),
    Kind.PHONE: _("a telephone number"),
    Kind.POSTCODE: _("a postcode"),
    Kind.NATIONAL_INSURANCE: _("a National Insurance number"),
    Kind.NHS_NUMBER: _("an NHS number"),
    Kind.CARD: _("a payment card number"),
    Kind.BANK: _("a bank account"),
    Kind.WORKPLACE: _("where you work"),
    Kind.ROLE: _("a rank or post that few people hold"),
    Kind.ONLY_ONE: _("something that is true of one person only"),
    Kind.DAY: _("a day on which something happened to you"),
    Kind.LISTED: _("words on the list of those that wait for a moderator"),
}

PERSONAL_DATA = frozenset(
    {
        Kind.EMAIL, Kind.PHONE, Kind.POSTCODE, Kind.NATIONAL_INSURANCE, Kind.NHS_NUMBER, Kind.CARD, Kind.BANK,
    }
)  # fmt: skip
"""Somebody's data: posted all the same, a moderator reads it first. The other kinds are the writer's own to risk."""


@dataclass(frozen=True, order=True)
class Finding:
    """A stretch of a text, [start, end) in characters, and what it looks like."""

    start: int
    end: int
    kind: str

    @property
    def looks_like(self) -> str | Promise:
        return LOOKS_LIKE[self.kind]

    @property
    def is_personal_data(self) -> bool:
        return self.kind in PERSONAL_DATA


def without_overlaps(findings: list[Finding]) -> list[Finding]:
    """In the order of the text; of two that overlap the longer one, and of equally long ones the first."""
    kept: list[Finding] = []
    for one in sorted(findings, key=lambda each: (each.start - each.end, each.start, each.kind)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept)
