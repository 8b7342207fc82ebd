"""What may be stored of a reference: its name, its address, and the paragraph that a section cites (pure)."""

from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from guidance.cleaning import clean_line, is_blank

LONGEST_NAME = 200
LONGEST_ADDRESS = 1_000
LONGEST_PARAGRAPH = 200
MOST_REFERENCES = 500
"""Of a document."""
MOST_CITATIONS = 100
"""Of a section."""
WEB = ("https", "http")


def fit_name(name: str) -> str:
    """Raises ValidationError with what is to be mended, as the others here do."""
    name = clean_line(name)
    if is_blank(name):
        raise ValidationError({"name": _("Enter the name, such as: Public Service Code.")})
    if len(name) > LONGEST_NAME:
        raise ValidationError({"name": _("Shorten the name to %(most)d characters.") % {"most": LONGEST_NAME}})
    return name


def fit_paragraph(paragraph: str) -> str:
    paragraph = clean_line(paragraph)
    if len(paragraph) > LONGEST_PARAGRAPH:
        raise ValidationError(
            {"paragraph": _("Shorten the paragraph to %(most)d characters.") % {"most": LONGEST_PARAGRAPH}}
        )
    return "" if is_blank(paragraph) else paragraph


def fit_address(address: str) -> str:
    """An address on the web in plain letters, or none: what was printed only has none."""
    address = clean_line(address)
    if not address:
        return ""
    if len(address) > LONGEST_ADDRESS:
        raise _wrong(_("Shorten the address to %(most)d characters.") % {"most": LONGEST_ADDRESS})
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise _wrong(_not_an_address()) from None
    if parts.scheme not in WEB or not host:
        raise _wrong(_not_an_address())
    if "@" in parts.netloc:
        raise _wrong(_("Take the name or password in front of the @ out of the address: readers would see it."))
    found = urlunsplit((parts.scheme, f"{_in_plain_letters(host)}{port}", *map(iri_to_uri, parts[2:])))
    try:
        URLValidator(schemes=WEB)(found)
    except ValidationError:
        raise _wrong(_not_an_address()) from None
    if len(found) > LONGEST_ADDRESS:
        raise _wrong(_("Shorten the address to %(most)d characters.") % {"most": LONGEST_ADDRESS})
    return found


def site_of(address: str) -> str:
    """The name of the site that an address leads to, so that a reader knows before they go."""
    return urlsplit(address).hostname or ""


def _in_plain_letters(host: str) -> str:
    try:
        return f"[{host}]" if ":" in host else host.encode("idna").decode()
    except UnicodeError:
        raise _wrong(_not_an_address()) from None


def _not_an_address() -> str:
    return _("Enter an address on the web, such as https://standards.example/code")


def _wrong(message: str) -> ValidationError:
    return ValidationError({"address": message})
