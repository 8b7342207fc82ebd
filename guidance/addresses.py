"""Words that stand where a section's key stands in an address, and so can be no key (pure)."""

import re

TAKEN = frozenset({"compare", "references", "search", "whole"})
A_DRAFT = re.compile(r"draft-[0-9]+")


def is_taken(key: str) -> bool:
    """Whether a page of the guidance itself has this address."""
    return key in TAKEN or A_DRAFT.fullmatch(key) is not None
