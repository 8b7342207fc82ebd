"""Whether a page links to us, and what it says of itself: a title and a few words (pure).

Microformats (h-entry) where a page has them, and else its title and the paragraph in which the link stands.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from django.core.exceptions import ValidationError
from lxml import etree
from lxml.etree import _Element as Element

from consult.discussion.elsewhere.words import WITHIN_A_LINE
from guidance.cleaning import clean_line
from guidance.importing.encodings import AS_BROWSERS_READ, KNOWN, decode_page
from guidance.importing.html import parsed

LONGEST_TITLE, LONGEST_EXCERPT = 200, 300
LONGEST_HREF = 2_000
LINKS = (("a", "href"), ("area", "href"), ("img", "src"), ("video", "src"), ("audio", "src"))
AROUND = {"p", "li", "blockquote", "td", "dd", "figcaption"}
UNSEEN = {"script", "style", "template", "noscript", "head"}


@dataclass(frozen=True)
class Linked:
    """What a page that links to us says of itself: text, and no more than a few words of it."""

    title: str
    excerpt: str


def decoded(body: bytes, charset: str) -> str:
    """The page's letters, by its head, by itself, or as UTF-8 with marks where it is not."""
    if KNOWN.fullmatch(charset):
        return body.decode(AS_BROWSERS_READ.get(charset.lower(), charset), "replace")
    try:
        return decode_page(body)
    except ValidationError:
        return body.decode("utf-8", "replace")


def link_in(page: str, *, url: str, leads_to_us: Callable[[str], bool], is_plain: bool = False) -> Linked | None:
    """None if no link on the page leads to us. Raises ValidationError for a page that was made to be a burden."""
    if is_plain:
        lines = page.splitlines()
        found = next(
            (line for line in lines if any(leads_to_us(word.strip("<>()[].,;")) for word in line.split())), None
        )
        return (
            None if found is None else Linked(_shortened(lines[0], LONGEST_TITLE), _shortened(found, LONGEST_EXCERPT))
        )
    tree = parsed(f"{page}<p></p>")  # an empty page has no link; the parser would have no tree
    base = tree.find(".//base[@href]")
    start = urljoin(url, base.get("href").strip()[:LONGEST_HREF]) if base is not None else url
    link = next((one for one, href in _links(tree) if leads_to_us(_joined(start, href))), None)
    return None if link is None else _said_around(tree, link)


def _links(tree: Element) -> Iterator[tuple[Element, str]]:
    for tag, attribute in LINKS:
        for element in tree.iter(tag):
            href = (element.get(attribute) or "").strip()
            if href and len(href) <= LONGEST_HREF:
                yield element, href


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return ""


def _said_around(tree: Element, link: Element) -> Linked:
    entry = next((one for one in link.iterancestors() if _is(one, "h-entry")), None)
    if entry is None:
        entry = next((one for one in tree.iter() if _is(one, "h-entry")), None)
    title = (_property(entry, "p-name") if entry is not None else "") or tree.findtext(".//title") or ""
    excerpt = ""
    if entry is not None:
        excerpt = _property(entry, "p-summary") or _property(entry, "e-content")
    return Linked(_shortened(title, LONGEST_TITLE), _shortened(excerpt or _paragraph_of(link), LONGEST_EXCERPT))


def _is(element: Element, name: str) -> bool:
    return isinstance(element.tag, str) and name in (element.get("class") or "").split()


def _property(entry: Element, name: str) -> str:
    return next((text for one in entry.iter() if _is(one, name) and (text := _text(one))), "")


def _paragraph_of(link: Element) -> str:
    around = next((one for one in link.iterancestors() if one.tag in AROUND), None)
    return _text(link if around is None else around)


def _text(element: Element) -> str:
    """What can be seen of it, and no more than will be needed."""
    said, length = [], 0
    for piece in _pieces(element):
        said.append(piece)
        length += len(piece)
        if length > 20 * LONGEST_EXCERPT:
            break
    return clean_line("".join(said))


def _pieces(element: Element) -> Iterator[str]:
    for event, one in etree.iterwalk(element, events=("start", "end")):
        if event == "start" and isinstance(one.tag, str) and one.tag not in UNSEEN:
            yield one.text or ""
        elif event == "end":
            yield "" if one.tag in WITHIN_A_LINE or one.tag == "a" else " "
            yield (one.tail or "") if one is not element else ""


def _shortened(line: str, longest: int) -> str:
    line = clean_line(line)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
