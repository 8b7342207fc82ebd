"""A Word document without a word in it: styles, lists, page, properties; and its bytes, the same ones each time."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from guidance.downloads.lines import BODY, BULLETS, CODE, HEADING, NUMBERS, QUOTE, RULE, WITHIN
from guidance.downloads.marking import INDENT

FONT, FIXED = "Arial", "Courier New"
INK, LINK = RGBColor(0x0B, 0x0C, 0x0C), RGBColor(0x1D, 0x70, 0xB8)
TITLE, SUBTITLE, FACTS = "Title", "Subtitle", "Facts"
SIZES = {
    TITLE: 26,
    SUBTITLE: 14,
    **{HEADING.format(step): size for step, size in enumerate((20, 15, 13, 11, 11, 11), 1)},
}
BULLETED = 1
DEEPEST = 9
LONGEST_PROPERTY = 255


def blank(language: str) -> Document:
    """A side of A4 with our styles. Nothing in it comes from the machine that makes it."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.5)
    _look(document, language)
    _lists(document)
    return document


def _look(document: Document, language: str) -> None:
    for spoken in document.styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:val"), language)
    for name in (BODY, BULLETS, NUMBERS, WITHIN, QUOTE, "Normal", *SIZES):
        _plain(document.styles[name], SIZES.get(name, 11))
    for name in (CODE, RULE, FACTS, "Cell", "Header Cell", "Beside Table"):
        _plain(document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH), 11).base_style = document.styles["Normal"]
    for name in (BULLETS, NUMBERS, WITHIN):
        _without(document.styles[name], "w:numPr", "w:contextualSpacing", "w:ind")
    document.styles["Header Cell"].font.bold = True
    document.styles["Beside Table"].font.size = Pt(6)
    document.styles[QUOTE].paragraph_format.left_indent = Cm(1)
    document.styles[FACTS].font.size = Pt(10)
    _fixed(document.styles[CODE])
    _fixed(document.styles.add_style("Code", WD_STYLE_TYPE.CHARACTER))
    link = document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = LINK, True
    _lined(document.styles[RULE])


def _plain(style: ParagraphStyle, size: int) -> ParagraphStyle:
    """Black words of our font, headings bold and kept with what follows; no theme has a say."""
    _without(style, "w:rFonts", "w:color", "w:pBdr", "w:spacing", "w:i", "w:iCs")
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), INK
    is_heading = style.name.startswith("Heading") or style.name == TITLE
    style.font.bold = True if is_heading else None
    style.paragraph_format.space_before = Pt(size if is_heading and style.name != TITLE else 0)
    style.paragraph_format.space_after = Pt(3 if style.name.endswith("Cell") else 8)
    style.paragraph_format.line_spacing = 1.15
    return style


def _without(style: ParagraphStyle, *tags: str) -> None:
    for tag in tags:
        for element in list(style.element.iter(qn(tag))):
            element.getparent().remove(element)


def _fixed(style: ParagraphStyle) -> None:
    style.font.name = FIXED
    if style.type == WD_STYLE_TYPE.PARAGRAPH:
        style.font.size = Pt(10)
    unchecked = OxmlElement("w:noProof")
    style.element.get_or_add_rPr().insert_element_before(unchecked, "w:color", "w:sz", "w:szCs", "w:u")


def _lined(style: ParagraphStyle) -> None:
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in {"val": "single", "sz": "6", "space": "1", "color": "B1B4B6"}.items():
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    style.element.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc", "w:rPr")


# --- Lists ------------------------------------------------------------------------------------------------
def _lists(document: Document) -> None:
    """One bulleted list; numbered ones are made as they come."""
    numbering = document.part.numbering_part.element
    for element in list(numbering):
        numbering.remove(element)
    bullets = _pattern(numbering, BULLETED)
    for step in range(DEEPEST):
        _step(bullets, step, "bullet", "•–"[step % 2], 1)
    _child(_child(numbering, "w:num", numId=BULLETED), "w:abstractNumId", val=BULLETED)


def numbered_list(document: Document, step: int, start: int) -> int:
    """The id of a new numbered list whose items stand in so many others. It has a pattern of its own: LibreOffice
    remembers the start of a list that shares one at its first item, and forgets it if that item is taken out."""
    numbering = document.part.numbering_part.element
    number = len(numbering) // 2 + 1
    _step(_pattern(numbering, number), step, "decimal", f"%{step + 1}.", start)
    _child(_child(numbering, "w:num", numId=number), "w:abstractNumId", val=number)
    return number


def _pattern(numbering, number: int):
    """Patterns stand before lists, as many of one as of the other."""
    pattern = OxmlElement("w:abstractNum")
    pattern.set(qn("w:abstractNumId"), str(number))
    numbering.insert(number - 1, pattern)
    _child(pattern, "w:multiLevelType", val="hybridMultilevel")
    return pattern


def _step(pattern, step: int, kind: str, mark: str, start: int) -> None:
    level = _child(pattern, "w:lvl", ilvl=step)
    _child(level, "w:start", val=start)
    _child(level, "w:numFmt", val=kind)
    _child(level, "w:lvlText", val=mark)
    _child(level, "w:lvlJc", val="left")
    _child(_child(level, "w:pPr"), "w:ind", left=INDENT * (step + 1), hanging=INDENT)


def _child(parent, tag: str, **values: object):
    element = OxmlElement(tag)
    for name, value in values.items():
        element.set(qn(f"w:{name}"), str(value))
    parent.append(element)
    return element


# --- The page's foot, properties, bytes -------------------------------------------------------------------
def foot(document: Document, words: str) -> None:
    """What it is and the page's number, at the foot of each page."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.text = f"{words} – "
    field = _child(paragraph._p, "w:fldSimple", instr=" PAGE ")
    _child(_child(field, "w:r"), "w:t").text = "1"


def describe(document: Document, *, title: str, author: str, comments: str, language: str, at: datetime) -> None:
    about = document.core_properties
    about.title, about.author = title[:LONGEST_PROPERTY], author[:LONGEST_PROPERTY]
    about.comments, about.language = comments[:LONGEST_PROPERTY], language
    about.last_modified_by, about.revision, about.keywords = about.author, 1, ""
    about.created = about.modified = at.astimezone(UTC).replace(microsecond=0)


def as_bytes(document: Document, at: datetime) -> bytes:
    """The file. Its parts are dated by the text and not by the clock."""
    saved, dated = BytesIO(), BytesIO()
    document.save(saved)
    moment = max(at.astimezone(UTC), datetime(1980, 1, 1, tzinfo=UTC)).timetuple()[:6]
    with ZipFile(saved) as source, ZipFile(dated, "w") as target:
        for name in source.namelist():
            part = ZipInfo(name, moment)
            part.compress_type = ZIP_DEFLATED
            target.writestr(part, source.read(name))
    return dated.getvalue()
