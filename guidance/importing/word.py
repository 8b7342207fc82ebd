"""Word's XML made simple, before anyone turns it into a page (pure).

Tracked changes are settled as if all had been accepted; what has no place in our text is taken out and counted.
Names of elements: ECMA-376, part 1, WordprocessingML.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element as Element

from guidance.importing.left_out import Lost

STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
VML = "{urn:schemas-microsoft-com:vml}"
PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
ABOUT_LOOKS = {
    "rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange", "sectPrChange", "tblGridChange",
    "numberingChange", "proofErr", "bookmarkStart", "bookmarkEnd", "lastRenderedPageBreak", "permStart",
    "permEnd", "commentRangeStart", "commentRangeEnd", "rFonts", "sz", "szCs", "color", "lang", "u",
    "noProof", "spacing", "kern", "w", "position", "highlight", "shd", "effect", "bdr", "bCs", "iCs", "caps",
    "smallCaps", "jc", "ind", "tabs", "keepNext", "keepLines", "pageBreakBefore", "widowControl",
    "contextualSpacing", "pBdr", "textAlignment", "tblW", "tblBorders", "tblLook", "tblLayout",
    "tblCellMar", "tblInd", "tblStyle", "tblGrid", "tcW", "tcBorders", "tcMar", "vAlign", "trHeight",
    "cantSplit",
}  # fmt: skip
DEEPEST_BASE = 20
"""How many styles may rest on one another before we stop asking."""


@dataclass
class Settled:
    """What was found on the way."""

    lost: Counter[Lost] = field(default_factory=Counter)
    insertions: int = 0
    deletions: int = 0
    moves: int = 0


def settle(document: Element, steps: dict[str, str]) -> Settled:
    """Change a document's tree in place. `steps` names for each paragraph style the heading it stands for."""
    found = Settled()
    etree.strip_elements(document, *(f"{W}{name}" for name in ABOUT_LOOKS), with_tail=False)
    _accept_changes(document, found)
    _take_out(document, found.lost)
    _unwrap(document, [f"{W}fldSimple", f"{W}dir", f"{W}bdo", f"{W}ins", f"{W}moveTo", f"{W}smartTag", f"{W}customXml"])
    for carriage_return in list(document.iter(f"{W}cr")):
        carriage_return.tag = f"{W}br"
    for style in document.iter(f"{W}pStyle"):
        style.set(f"{W}val", steps.get(style.get(f"{W}val", ""), style.get(f"{W}val", "")))
    return found


# --- Tracked changes --------------------------------------------------------------------------------------
def _accept_changes(document: Element, found: Settled) -> None:
    found.moves = len({mark.get(f"{W}name") for mark in document.iter(f"{W}moveToRangeStart")})
    found.insertions = sum(1 for element in document.iter(f"{W}ins") if _is_around_words(element))
    for element in list(document.iter(f"{W}del", f"{W}moveFrom")):
        if _is_around_words(element):
            found.deletions += element.tag == f"{W}del"
            _remove(element)
    for row in [row for row in document.iter(f"{W}tr") if row.find(f"{W}trPr/{W}del") is not None]:
        found.deletions += 1
        _remove(row)
    for change in list(document.iter(f"{W}cellDel")):
        cell = next((above for above in change.iterancestors(f"{W}tc")), None)
        found.deletions += 1
        for child in list(cell) if cell is not None else []:
            if child.tag != f"{W}tcPr":
                cell.remove(child)


def _is_around_words(change: Element) -> bool:
    """Not the mark of a paragraph's end (mammoth joins the two paragraphs) or of a whole row."""
    above = change.getparent()
    return above is not None and above.tag not in {f"{W}rPr", f"{W}trPr"}


# --- What has no place ------------------------------------------------------------------------------------
def _take_out(document: Element, lost: Counter[Lost]) -> None:
    for alternative in list(document.iter(f"{MC}AlternateContent")):
        if kind := _kind_of(alternative):
            lost[kind] += 1
            _remove(alternative)
    rules: list[tuple[str, Callable[[Element], Lost | None]]] = [
        (f"{W}drawing", lambda element: _kind_of(element) or Lost.OBJECT),
        (f"{W}pict", lambda element: _kind_of(element) or Lost.OBJECT),
        (f"{W}object", lambda _element: Lost.OBJECT),
        (f"{W}altChunk", lambda _element: Lost.OBJECT),
        (f"{W}subDoc", lambda _element: Lost.OBJECT),
        (f"{W}txbxContent", lambda _element: Lost.TEXT_BOX),
        (f"{MATH}oMathPara", lambda _element: Lost.EQUATION),
        (f"{MATH}oMath", lambda _element: Lost.EQUATION),
        (f"{W}footnoteReference", lambda _element: Lost.FOOTNOTE),
        (f"{W}endnoteReference", lambda _element: Lost.FOOTNOTE),
        (f"{W}commentReference", lambda _element: Lost.COMMENT),
    ]
    for tag, kind in rules:
        for element in list(document.iter(tag)):
            lost[kind(element)] += 1
            _remove(element)
    for element in list(_hidden_runs(document)):
        lost[Lost.HIDDEN] += any(text.text for text in element.iter(f"{W}t"))
        _remove(element)
    for element in list(_contents(document)):
        lost[Lost.CONTENTS] = 1
        _remove(element)
    for row in list(document.iter(f"{W}sectPr")):
        if row.find(f"{W}headerReference") is not None or row.find(f"{W}footerReference") is not None:
            lost[Lost.HEADER] = 1


def _kind_of(element: Element) -> Lost | None:
    """What a drawing is; None for one that is none, but words for older readers."""
    if next(element.iter(f"{W}txbxContent"), None) is not None:
        return Lost.TEXT_BOX
    if next(element.iter(f"{PIC}pic", f"{VML}imagedata"), None) is not None:
        return Lost.IMAGE
    if next(element.iter(f"{W}drawing", f"{W}pict", f"{W}object"), None) is not None:
        return Lost.OBJECT
    return None


def _hidden_runs(document: Element) -> Iterator[Element]:
    for mark in document.iter(f"{W}vanish"):
        above = mark.getparent().getparent()
        if mark.get(f"{W}val") not in {"0", "false"} and above is not None and above.tag == f"{W}r":
            yield above


def _contents(document: Element) -> Iterator[Element]:
    """The table of contents that Word makes of headings."""
    for gallery in document.iter(f"{W}docPartGallery"):
        if gallery.get(f"{W}val") == "Table of Contents":
            yield from (above for above in gallery.iterancestors(f"{W}sdt"))
    for style in document.iter(f"{W}pStyle"):
        if style.get(f"{W}val", "").upper().rstrip("0123456789") == "TOC":
            yield style.getparent().getparent()


def _remove(element: Element) -> None:
    """Take an element out; its tail is white space in these files."""
    above = element.getparent()
    if above is not None:
        above.remove(element)


def _unwrap(document: Element, tags: list[str]) -> None:
    """Leave what is inside in the place of what is around it."""
    for element in list(document.iter(*tags)):
        if _is_around_words(element):
            above = element.getparent()
            at = above.index(element)
            above[at : at + 1] = list(element)


# --- Styles -----------------------------------------------------------------------------------------------
def heading_styles(styles: Element | None) -> dict[str, str]:
    """{style id: the id of the built-in style that it stands for}, for titles and headings of any name: by the name
    (which is English in every language), the outline level, or the style it is based on."""
    if styles is None:
        return {}
    by_id = {style.get(f"{W}styleId", ""): style for style in styles.iter(f"{W}style")}
    found = {name: _stands_for(style, by_id) for name, style in by_id.items() if style.get(f"{W}type") == "paragraph"}
    return {name: target for name, target in found.items() if target}


def _stands_for(style: Element, by_id: dict[str, Element]) -> str:
    for _step in range(DEEPEST_BASE):
        name = _value(style, "name").lower()
        if name == "title":
            return "ConsultTitle"
        if name.startswith("heading ") and name[8:].isdigit():
            return f"Heading{min(6, max(1, int(name[8:9])))}"
        level = style.find(f"{W}pPr/{W}outlineLvl")
        if level is not None and level.get(f"{W}val", "") in set("012345678"):
            return f"Heading{min(6, int(level.get(f'{W}val')) + 1)}"
        below = by_id.get(_value(style, "basedOn"))
        if below is None:
            return ""
        style = below
    return ""


def _value(style: Element, name: str) -> str:
    child = style.find(f"{W}{name}")
    return "" if child is None else child.get(f"{W}val", "")


def parsed(data: bytes) -> Element:
    """A tree of XML that was looked at before (package.read_xml). Nothing is loaded, no entity is followed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
                             remove_pis=True, huge_tree=True)  # fmt: skip
    return etree.fromstring(data.replace(STRICT, W[1:-1].encode()), parser)
