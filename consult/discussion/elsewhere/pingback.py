"""Pingback's envelope: one call of XML-RPC, read and answered (pure). http://www.hixie.ch/specs/pingback/pingback"""

from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

LARGEST = 10_000
NOT_A_CALL, CANNOT_BE_A_TARGET, DENIED = 0, 33, 49
"""Fault codes; the last two are the specification's."""


class NotACall(ValueError):
    """It is no pingback."""


def called(body: bytes) -> tuple[str, str]:
    """The two addresses, of the page that links and of the page that it links to. Raises NotACall."""
    if len(body) > LARGEST:
        raise NotACall
    try:
        call = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise NotACall from None
    if call.tag != "methodCall" or (call.findtext("methodName") or "").strip() != "pingback.ping":
        raise NotACall
    values = [_said(value) for value in call.findall("params/param/value")]
    if len(values) != 2:
        raise NotACall
    return values[0], values[1]


def _said(value) -> str:
    """A value without a type is a string."""
    inner = value.find("string")
    return ((inner.text if inner is not None else value.text) or "").strip()


def answered(words: str) -> str:
    return f"{HEAD}<params><param><value><string>{escape(words)}</string></value></param></params></methodResponse>"


def refused(code: int, words: str) -> str:
    return (
        f"{HEAD}<fault><value><struct><member><name>faultCode</name><value><int>{code}</int></value></member>"
        f"<member><name>faultString</name><value><string>{escape(words)}</string></value></member></struct></value>"
        "</fault></methodResponse>"
    )


HEAD = '<?xml version="1.0"?><methodResponse>'
