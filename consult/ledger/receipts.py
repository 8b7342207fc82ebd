"""Reference numbers: what a respondent gets for a contribution. They can be checked by anyone who holds one.

XXXX-XXXX-XXXX-CC: twelve characters (59 bits) out of 31 that cannot be mistaken for one another, and two check
characters. A number is derived from the submission with a secret key, so that its author can be shown it again;
what is stored and exported is its hash alone.
"""

import hashlib
import hmac
import re
import unicodedata
from uuid import UUID

from django.utils.translation import gettext as _

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, O, 1, I and L. Its length, 31, is a prime, which the check characters rest on."""
BASE = len(ALPHABET)
RANDOM, CHECKS = 12, 2
SEPARATORS = re.compile(r"[\s\-‐-―−_.]+")


def receipt_for(key: bytes, submission_id: UUID) -> str:
    """The reference number of a submission: always the same one for the same key."""
    if not key:
        raise ValueError("Reference numbers need a secret key.")
    digest = hmac.digest(key, b"consult.receipt/1\x00" + submission_id.bytes, "sha256")
    number, characters = int.from_bytes(digest), []
    for _position in range(RANDOM):
        number, value = divmod(number, BASE)
        characters.append(ALPHABET[value])
    return printed("".join(characters) + check_characters("".join(characters)))


def receipt_hash(code: str) -> str:
    """What is stored in its place: 64 hexadecimal characters. Raises ValueError as `normalise` does."""
    plain = normalise(code).replace("-", "")
    return hashlib.sha256(b"consult.receipt.hash/1\x00" + plain.encode()).hexdigest()


def normalise(code: str) -> str:
    """A reference number as we print it, however it was typed. Raises ValueError saying what to mend."""
    plain = SEPARATORS.sub("", unicodedata.normalize("NFKC", code)).upper()
    strangers = sorted({character for character in plain if character not in ALPHABET})
    if strangers:
        raise ValueError(_wrong_characters(strangers))
    if len(plain) != RANDOM + CHECKS:
        raise ValueError(
            _("A reference number has %(expected)s letters and digits, like 7K2M-QX4D-9TBH-3F. You gave %(given)s.")
            % {"expected": RANDOM + CHECKS, "given": len(plain)}
        )
    if check_characters(plain[:RANDOM]) != plain[RANDOM:]:
        raise ValueError(_("This is not one of our reference numbers. Check each letter and digit against your copy."))
    return printed(plain)


def check_characters(characters: str) -> str:
    """Two characters that make the sum and the weighted sum of all positions divisible by 31.

    A Reed–Solomon code with two check symbols: any two wrong characters are noticed, and any two swapped ones.
    """
    values = [ALPHABET.index(character) for character in characters]
    total, weighted = sum(values), sum(place * value for place, value in enumerate(values, start=1))
    first_place = len(values) + 1
    second = (first_place * total - weighted) % BASE
    first = (-total - second) % BASE
    return ALPHABET[first] + ALPHABET[second]


def printed(plain: str) -> str:
    return "-".join((plain[:4], plain[4:8], plain[8:12], plain[12:]))


def _wrong_characters(strangers: list[str]) -> str:
    if set(strangers) <= set("0O1IL"):
        return _("Reference numbers have no 0, O, 1, I or L. Check for a letter or digit that looks alike.")
    return _("A reference number is made of letters and digits, with or without dashes, like 7K2M-QX4D-9TBH-3F.")
