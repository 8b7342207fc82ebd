"""A saved web page to sections (pure)."""

from collections import Counter
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lxml import etree
from lxml import html as lxml_html
from lxml.etree import _Element as Element

from guidance.cleaning import clean_line
from guidance.importing.encodings import decode_page
from guidance.importing.imported import Imported
from guidance.importing.left_out import Lost
from guidance.importing.outline import document_of
from guidance.importing.tree import Heading, Reader

DEEPEST = 150
MOST_ELEMENTS = 100_000


def read_html(name: str, data: bytes) -> Imported:
    """A document from the main part of a page. Raises ValidationError with what is to be mended."""
    page = parsed(decode_page(data))
    lost: Counter[Lost] = Counter()
    base = page.find(".//base[@href]")
    _count_around(page, lost)
    main = _main_part(page)
    _leave_banner_out(main, lost)
    items = Reader(base=base.get("href").strip() if base is not None else "", lost=lost).read(main)
    if not any(isinstance(item, Heading) and item.depth == 1 for item in items):
        items = [*_title_above(page, main), *items]
    title = page.findtext(".//title") or ""
    return document_of(items, lost, title=clean_line(title)[:200], name=PurePath(name).stem)


def parsed(text: str, *, most_elements: int = MOST_ELEMENTS) -> Element:
    """A tree of bounded depth and size. The parser repairs what is broken, in linear time, and loads nothing."""
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, remove_comments=True)
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "ignore") or b" ", parser=parser)
    except etree.ParserError:
        raise ValidationError(_("There is no text in this page.")) from None
    _refuse_monsters(root, most_elements)
    return root


def _refuse_monsters(root: Element, most_elements: int) -> None:
    depth = elements = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > DEEPEST or elements > most_elements:
            raise ValidationError(_("This page is built of more elements inside one another than we can read."))


def _main_part(page: Element) -> Element:
    """What browsers' reading views would show: <main>, or the only <article>, or all of it."""
    for found in (page.findall(".//main"), page.findall(".//*[@role='main']")):
        if found:
            return found[0]
    articles = page.findall(".//article")
    body = page.find("body")
    return articles[0] if len(articles) == 1 else page if body is None else body


def _leave_banner_out(main: Element, lost: Counter[Lost]) -> None:
    """A page's own header is not its text, unless the title stands in it. Inside <main> it is."""
    if main.tag not in {"body", "html"}:
        return
    for header in list(main.iter("header")):
        if header.find(".//h1") is None and header.getparent() is not None:
            lost[Lost.NAVIGATION] += 1
            header.drop_tree()


def _count_around(page: Element, lost: Counter[Lost]) -> None:
    """Scripts in the head, where the reader of the main part does not come."""
    head = page.find("head")
    if head is not None:
        lost[Lost.SCRIPT] += sum(1 for _element in head.iter("script", "style"))


def _title_above(page: Element, main: Element) -> list[Heading]:
    """A title that stands before the main part."""
    if main.tag in {"body", "html"}:
        return []
    words = (" ".join("".join(heading.itertext()).split()) for heading in page.iter("h1"))
    return [Heading(1, title, is_title=True) for title in words if title][:1]
