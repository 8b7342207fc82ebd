"""Marking words in the HTML of a paragraph (pure)."""

from collections.abc import Iterable, Iterator

from lxml import html as markup

from guidance.anchors import places_of

Stretch = tuple[int, int]
"""From a character to another, as a slice."""


def marked(rendered: str, quotes: Iterable[str]) -> str:
    """The HTML with each quote in `mark` elements, whatever markup runs through it; a quote that is not found, or
    stands in several places, is not marked. But for the marks the HTML stays as it is."""
    paragraph = markup.fragment_fromstring(rendered, create_parent="div")
    texts = list(_texts(paragraph))
    words = "".join(text for _element, _is_tail, text in texts)
    places = [found for quote in quotes if len(found := places_of(quote, words)) == 1]
    if not places:
        return rendered
    stretches, at = _in_one([place for [place] in places]), 0
    for element, is_tail, text in texts:
        here = [(max(a - at, 0), min(b - at, len(text))) for a, b in stretches if a < at + len(text) and b > at]
        here = [(a, b) for a, b in here if text[a:b].strip()]
        if here:
            _mark(element, text, here, is_tail=is_tail)
        at += len(text)
    inner = markup.tostring(paragraph, encoding="unicode")
    return inner.removeprefix("<div>").removesuffix("</div>")


def _texts(element: markup.HtmlElement) -> Iterator[tuple[markup.HtmlElement, bool, str]]:
    """Each text in reading order: the element that has it, and whether it stands behind that element."""
    yield element, False, element.text or ""
    for child in element:
        yield from _texts(child)
        yield child, True, child.tail or ""


def _in_one(stretches: list[Stretch]) -> list[Stretch]:
    """The same characters in stretches that do not touch."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _mark(element: markup.HtmlElement, text: str, stretches: list[Stretch], *, is_tail: bool) -> None:
    """Put these stretches of an element's text, or of what stands behind it, into marks."""
    before, marks = text[: stretches[0][0]], []
    ends = [*(start for start, _end in stretches[1:]), len(text)]
    for (start, end), until in zip(stretches, ends, strict=True):
        mark = markup.Element("mark")
        mark.text, mark.tail = text[start:end], text[end:until]
        marks.append(mark)
    if is_tail:
        element.tail = before
        parent = element.getparent()
        at = parent.index(element) + 1
    else:
        element.text = before
        parent, at = element, 0
    parent[at:at] = marks
