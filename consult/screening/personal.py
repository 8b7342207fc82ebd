"""Personal data in a text: addresses and numbers by which a person can be reached or named (pure).

Every pattern has a bounded length, so that the work grows with the text and not faster.
"""

import re
from collections.abc import Iterator

from consult.screening.findings import Finding, Kind

EMAIL = re.compile(r"(?<![\w.+-])[\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w-])", re.ASCII)
PUBLIC_LOCAL_PARTS = {
    "press", "pressoffice", "press.office", "media", "newsdesk", "enquiries", "enquiry", "info", "contact", "hello",
    "office", "admin", "foi", "complaints", "feedback", "consultation", "consultations", "help", "helpdesk", "support",
    "customerservices", "correspondence", "public.enquiries", "webmaster", "dpo", "no-reply", "noreply",
}  # fmt: skip

PHONE = re.compile(r"(?<![\w.,/£$€+-])(?:\+44|0044|\(?0)[\d ().-]{7,17}\d(?![\w/]|[.,]\d)", re.ASCII)
PUBLIC_RANGES = ("03", "0800", "0808", "0845", "0870", "08001111")
NUMBERED = re.compile(r"(?:ref|reference|case|ticket|order|invoice|no|number|page|line)[.:#]?\s{0,2}$", re.IGNORECASE)

NATIONAL_INSURANCE = re.compile(
    r"\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b",
    re.ASCII | re.IGNORECASE,
)
"""The form and the prefixes that are never given out: HMRC, National Insurance Manual, NIM39110."""

POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|(?:[A-PR-UWYZ](?:\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d{1,2}|[A-HK-Y]\d[ABEHMNPRVWXY])) ?"
    r"(\d[ABD-HJLNP-UW-Z]{2}))\b",
    re.ASCII | re.IGNORECASE,
)
"""The grammar of BS 7666, as the Office for National Statistics gives it."""
ORDINAL = re.compile(r"(?:1st|2nd|3rd|\dth)\Z")

TEN_DIGITS = re.compile(r"(?<![\d£$€.,/-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d/-]|[.,]\d)", re.ASCII)
CARD = re.compile(r"(?<![\d£$€.,/-])\d{4}(?:[ -]?\d{3,6}){2,4}(?![\d/-]|[.,]\d)", re.ASCII)
SORT_CODE = re.compile(r"(?<![\d-])\d\d-\d\d-\d\d(?![\d-])", re.ASCII)
ACCOUNT = re.compile(r"(?<!\d)\d{8}(?!\d)", re.ASCII)
NEAR = 40
"""Characters between a sort code and the account that goes with it."""


def digits_of(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def has_nhs_checksum(digits: str) -> bool:
    """Modulus 11 over the first nine of ten digits (NHS Data Dictionary, NHS NUMBER)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True))
    check = 11 - total % 11
    return check != 10 and check % 11 == int(digits[9])


def has_luhn_checksum(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = [int(digit) * (1 + i % 2) for i, digit in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def national_number(text: str) -> str:
    """A telephone number as it is dialled within the United Kingdom: 0 and nine or ten digits; empty if it is none."""
    digits = digits_of(text)
    for prefix in ("0044", "44"):
        if digits.startswith(prefix) and (text.lstrip().startswith("+") or prefix == "0044"):
            digits = "0" + digits[len(prefix) :].removeprefix("0")
    is_one = len(digits) in {10, 11} and digits[0] == "0" and digits[1] in "123789"
    return digits if is_one else ""


def emails(text: str, allowed: frozenset[str]) -> Iterator[Finding]:
    for found in EMAIL.finditer(text):
        address = found[0].lower()
        local, _at, domain = address.partition("@")
        if local not in PUBLIC_LOCAL_PARTS and not {address, f"@{domain}"} & allowed:
            yield Finding(*found.span(), Kind.EMAIL)


def phones(text: str, allowed: frozenset[str]) -> Iterator[Finding]:
    for found in PHONE.finditer(text):
        number = national_number(found[0])
        if not number or number.startswith(PUBLIC_RANGES) or number in allowed:
            continue
        if found[0].isdigit() and NUMBERED.search(text[max(0, found.start() - 14) : found.start()]):
            continue
        yield Finding(*found.span(), Kind.PHONE)


def postcodes(text: str, allowed: frozenset[str]) -> Iterator[Finding]:
    for found in POSTCODE.finditer(text):
        plain = found[0].upper().replace(" ", "")
        if found[1] and ORDINAL.match(found[1]):
            continue
        if plain not in allowed:
            yield Finding(*found.span(), Kind.POSTCODE)


def numbers(text: str) -> Iterator[Finding]:
    for found in NATIONAL_INSURANCE.finditer(text):
        yield Finding(*found.span(), Kind.NATIONAL_INSURANCE)
    for found in TEN_DIGITS.finditer(text):
        digits = digits_of(found[0])
        if len(set(digits)) > 1 and digits[0] != "0" and has_nhs_checksum(digits):
            yield Finding(*found.span(), Kind.NHS_NUMBER)
    for found in CARD.finditer(text):
        digits = digits_of(found[0])
        if 13 <= len(digits) <= 19 and digits[0] in "3456" and has_luhn_checksum(digits):
            yield Finding(*found.span(), Kind.CARD)
    for found in SORT_CODE.finditer(text):
        if account := ACCOUNT.search(text, found.end(), found.end() + NEAR):
            yield Finding(found.start(), account.end(), Kind.BANK)


def personal_data(text: str, allowed: frozenset[str] = frozenset()) -> list[Finding]:
    """Everything in a text that looks like personal data.

    `allowed` are what is public: addresses and numbers as they are compared, that is e-mail addresses in small letters
    (or "@domain" for all of a domain), telephone numbers as digits, postcodes in capitals without a space.
    """
    return [*emails(text, allowed), *phones(text, allowed), *postcodes(text, allowed), *numbers(text)]


def as_compared(public: str) -> str:
    """A public address or number in the form in which `allowed` holds it."""
    public = public.strip()
    if "@" in public:
        return public.lower()
    return national_number(public) or public.upper().replace(" ", "")
