"""Which addresses are those of a public body (pure).

A pattern is a domain (`nhs.net`), or a domain below which all are meant (`*.gov.uk`). The most exact one
decides, so that `*.sch.uk` can be off although something wider is on.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

PATTERN = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
LONGEST = 120


@dataclass(frozen=True)
class Known:
    """One line of the list: a pattern, the label that readers see, and whether it counts."""

    pattern: str
    label: str
    is_on: bool = True

    def covers(self, domain: str) -> bool:
        bare = self.pattern.removeprefix("*.")
        return domain.endswith(f".{bare}") if self.is_wild else domain == bare

    @property
    def is_wild(self) -> bool:
        return self.pattern.startswith("*.")


GOVERNMENT, HEALTH = "Government or council", "Health service"
DEFAULTS = (
    Known("*.gov.uk", GOVERNMENT),
    Known("gov.scot", GOVERNMENT), Known("*.gov.scot", GOVERNMENT),
    Known("gov.wales", GOVERNMENT), Known("*.gov.wales", GOVERNMENT),
    Known("llyw.cymru", GOVERNMENT), Known("*.llyw.cymru", GOVERNMENT),
    Known("nhs.net", HEALTH), Known("*.nhs.net", HEALTH), Known("*.nhs.uk", HEALTH),
    Known("nhs.scot", HEALTH), Known("*.nhs.scot", HEALTH),
    Known("hscni.net", HEALTH), Known("*.hscni.net", HEALTH),
    Known("*.police.uk", "Police"),
    Known("mod.gov.uk", "Armed forces and defence"), Known("*.mod.gov.uk", "Armed forces and defence"),
    Known("*.mod.uk", "Armed forces and defence"),
    Known("parliament.uk", "Parliament"), Known("*.parliament.uk", "Parliament"),
    Known("judiciary.uk", "Judiciary"), Known("*.judiciary.uk", "Judiciary"),
    Known("*.sch.uk", "School", is_on=False), Known("*.ac.uk", "College or university", is_on=False),
)  # fmt: skip
"""Before an admin changes anything. What pupils and students share is off: their addresses prove no work."""


def normalised(address: str) -> str:
    """One mailbox, one spelling: small letters, and without what stands behind a plus."""
    name, _at, domain = address.strip().lower().rpartition("@")
    return f"{name.partition('+')[0]}@{domain.rstrip('.')}"


def domain_of(address: str) -> str:
    return normalised(address).rpartition("@")[2]


def is_pattern(text: str) -> bool:
    """Whether this is a domain of two parts at least; `*.uk` would let in half the country."""
    return bool(PATTERN.fullmatch(text)) and len(text) <= LONGEST


def found_in(known: Iterable[Known], domain: str) -> Known | None:
    """The line that decides on a domain, whether it says yes or no."""
    covering = [one for one in known if one.covers(domain)]
    return max(covering, key=lambda one: (len(one.pattern.removeprefix("*.")), not one.is_wild), default=None)
