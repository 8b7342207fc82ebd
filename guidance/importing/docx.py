"""A Word document to sections (pure).

Mammoth reads a package that we build anew, with nothing in it but the text, its styles, its numbering and the
addresses of its links: images, macros, comments and whatever else lies in the file never reach it.
"""

import io
import posixpath
import zipfile
from pathlib import PurePath

import mammoth
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lxml import etree
from lxml.etree import _Element as Element

from guidance.importing.html import parsed as parsed_page
from guidance.importing.imported import Imported
from guidance.importing.left_out import Lost
from guidance.importing.outline import document_of
from guidance.importing.package import Package, broken
from guidance.importing.tree import Reader
from guidance.importing.word import Settled, heading_styles, parsed, settle

RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
PARAGRAPH = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"
MOST_PARAGRAPHS = 30_000
MOST_ELEMENTS = 400_000
"""After what only concerns the look of the pages has gone. Mammoth reads about 30,000 a second."""
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLE_MAP = """
p.ConsultTitle => h1.consult-title:fresh
p[style-name='Quote'] => blockquote:fresh > p:fresh
p[style-name='Intense Quote'] => blockquote:fresh > p:fresh
p[style-name='Block Text'] => blockquote:fresh > p:fresh
p[style-name='Quotations'] => blockquote:fresh > p:fresh
r[style-name='Emphasis'] => em
"""
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = HEAD + (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def read_docx(name: str, data: bytes) -> Imported:
    """A document from a .docx. Raises ValidationError with what is to be mended."""
    package = Package(data)
    main = _main_part(package)
    tree = parsed(_needed(package, main))
    links = _relations(package, main)
    styles = _beside(package, main, links, "styles")
    found = settle(tree, heading_styles(parsed(styles) if styles else None))
    _refuse_monsters(tree)
    found.lost[Lost.MACRO] = any(part.lower().endswith(("vbaproject.bin", "vbadata.xml")) for part in package.names)
    page = _page_of(tree, styles, _beside(package, main, links, "numbering"), links)
    reader = Reader(lost=found.lost)
    items = reader.read(page)
    return document_of(items, reader.lost, title=_own_title(package), name=PurePath(name).stem, doubts=_changes(found))


def _refuse_monsters(tree: Element) -> None:
    paragraphs = sum(1 for _paragraph in tree.iter(PARAGRAPH))
    if paragraphs > MOST_PARAGRAPHS or sum(1 for _element in tree.iter()) > MOST_ELEMENTS:
        raise ValidationError(_("This document is too long to be read at once. Split it in two."))


def _main_part(package: Package) -> str:
    """The name of the part that holds the text. Raises ValidationError for other kinds of ZIP files."""
    if any(name.startswith(("xl/", "ppt/")) for name in package.names):
        raise ValidationError(_("This is a spreadsheet or a presentation. Choose a Word document (.docx)."))
    if "mimetype" in package.names and "content.xml" in package.names:
        raise ValidationError(_("This is an OpenDocument file. Save it as .docx and choose it again."))
    for kind, target, _is_external in _relations_in(package, "_rels/.rels").values():
        name = posixpath.normpath(target.lstrip("/"))
        if kind.endswith("/officeDocument") and name in package.names:
            return name
    return "word/document.xml"


def _needed(package: Package, name: str) -> bytes:
    data = package.read_xml(name)
    if data is None:
        raise broken()
    return data


Relations = dict[str, tuple[str, str, bool]]
"""{id: (kind, target, whether it lies outside the file)}"""


def _relations(package: Package, main: str) -> Relations:
    folder, file = posixpath.split(main)
    return _relations_in(package, posixpath.join(folder, "_rels", f"{file}.rels"))


def _relations_in(package: Package, name: str) -> Relations:
    data = package.read_xml(name)
    if data is None:
        return {}
    return {
        relation.get("Id", ""): (
            relation.get("Type", ""),
            relation.get("Target", ""),
            relation.get("TargetMode") == "External",
        )
        for relation in parsed(data).iter(RELATIONSHIP)
    }


def _beside(package: Package, main: str, relations: Relations, kind: str) -> bytes | None:
    """Another part that the main one rests on: its styles, its numbering."""
    folder = posixpath.dirname(main)
    targets = [target for of, target, is_external in relations.values() if of.endswith(f"/{kind}") and not is_external]
    name = posixpath.normpath(posixpath.join(f"/{folder}", targets[0] if targets else f"{kind}.xml")).lstrip("/")
    return package.read_xml(name)


def _rebuilt(tree: Element, styles: bytes | None, numbering: bytes | None, relations: Relations) -> io.BytesIO:
    """A small package of our own. Parts keep no names and no relations but those of links."""
    links = etree.Element("Relationships", nsmap={None: RELATIONSHIP[1:].partition("}")[0]})
    for name, (kind, target, is_external) in relations.items():
        if is_external and kind.endswith("/hyperlink"):
            etree.SubElement(links, "Relationship", Id=name, Type=f"{KIND}/hyperlink", Target=target,
                             TargetMode="External")  # fmt: skip
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("word/document.xml", etree.tostring(tree))
        package.writestr("word/_rels/document.xml.rels", etree.tostring(links))
        for name, part in (("word/styles.xml", styles), ("word/numbering.xml", numbering)):
            if part:
                package.writestr(name, etree.tostring(parsed(part)))
    made.seek(0)
    return made


def _page_of(tree: Element, styles: bytes | None, numbering: bytes | None, relations: Relations) -> Element:
    return parsed_page(_as_html(_rebuilt(tree, styles, numbering, relations)), most_elements=MOST_ELEMENTS)


def _as_html(package: io.BytesIO) -> str:
    try:
        return mammoth.convert_to_html(
            package, style_map=STYLE_MAP, include_embedded_style_map=False, external_file_access=False
        ).value
    except Exception as error:  # whatever a file that nobody's Word has written sets off in there
        raise broken() from error


def _own_title(package: Package) -> str:
    """What the file's properties give as its title, if anything."""
    data = package.read_xml("docProps/core.xml")
    title = parsed(data).findtext("{http://purl.org/dc/elements/1.1/}title") if data else ""
    return (title or "").strip()[:200]


def _changes(found: Settled) -> list[str]:
    """What we did about changes that nobody had accepted yet."""
    said = []
    if found.insertions:
        said.append(ngettext("%(n)d insertion", "%(n)d insertions", found.insertions) % {"n": found.insertions})
    if found.deletions:
        said.append(ngettext("%(n)d deletion", "%(n)d deletions", found.deletions) % {"n": found.deletions})
    if found.moves:
        said.append(ngettext("%(n)d move", "%(n)d moves", found.moves) % {"n": found.moves})
    if not said:
        return []
    return [
        _("The file holds tracked changes (%(changes)s). We read it as if all of them had been accepted.")
        % {"changes": ", ".join(said)}
    ]
