"""Word documents for tests, made by code: as Word writes them, and as an attacker would."""

import io
import zipfile

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

W = nsdecls("w")


def saved(document) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def guidance_document():
    """A short piece of guidance with two sections, one of which has two levels."""
    document = docx.Document()
    document.add_paragraph("Social media", style="Title")
    document.add_paragraph("What you may say online.")
    document.add_heading("Pen names {#pen-names}", 1)
    document.add_heading("Overview", 2)
    paragraph = document.add_paragraph("You may use a ")
    paragraph.add_run("pen name").bold = True
    paragraph.add_run(".")
    document.add_heading("Full story", 2)
    document.add_paragraph("Choose it well.", style="List Bullet")
    document.add_paragraph("Keep it to yourself.", style="List Bullet")
    document.add_heading("An example", 3)
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(table._cells, ["You post", "What may happen", "A joke", "It travels | far"], strict=True):
        cell.text = words
    document.add_heading("Photographs", 1)
    document.add_heading("Full story", 2)
    document.add_paragraph("Ask first.")
    return document


def add_xml(document, xml: str):
    """A paragraph given as Word's XML."""
    element = parse_xml(xml)
    document.element.body.insert(len(document.element.body) - 1, element)
    return element


def repacked(data: bytes, parts: dict[str, bytes | None], compression=zipfile.ZIP_DEFLATED) -> bytes:
    """A file with parts put in, put in another's place, or (None) taken out."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", compression) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    return made.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)
