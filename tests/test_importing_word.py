"""Bringing Word documents in: what comes, what is left out and said, and what is refused before it is unpacked."""

import io
import struct
import tracemalloc
import zipfile
from contextlib import suppress

import docx
import pytest
from django.core.exceptions import ValidationError
from docx.opc.constants import RELATIONSHIP_TYPE
from hypothesis import given
from hypothesis import strategies as st

from guidance.importing import read, write_markdown
from tests.word_files import W, add_xml, guidance_document, part_of, repacked, saved

MAIN = "word/document.xml"
EMPTY = saved(docx.Document())


def body(xml: str) -> bytes:
    """A document whose text is given as Word's XML, below a title and one section's heading."""
    heads = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>'
        for style, words in (("Title", "T"), ("Heading1", "A"))
    )
    names = (
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    )
    document = f"<w:document {W} {names}><w:body>{heads}{xml}</w:body></w:document>"
    return repacked(EMPTY, {MAIN: document.encode()})


def text(words: str, looks: str = "") -> str:
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(*runs: str, about: str = "") -> str:
    return f"<w:p><w:pPr>{about}</w:pPr>{''.join(runs)}</w:p>"


def full(data: bytes) -> str:
    return read("a.docx", data).sections[0].levels.get("full", "")


def warnings(data: bytes) -> str:
    return "\n".join(read("a.docx", data).warnings)


# --- What comes in ----------------------------------------------------------------------------------------
def test_a_word_document_becomes_sections_and_levels():
    imported = read("social.docx", saved(guidance_document()))
    assert write_markdown(imported, with_made_keys=False) == (
        "# Social media\n\nWhat you may say online.\n\n## Pen names {#pen-names}\n\n### Overview\n\n"
        "You may use a **pen name**.\n\n### Full story\n\n- Choose it well.\n- Keep it to yourself.\n\n"
        "#### An example\n\n| You post | What may happen |\n|---|---|\n| A joke | It travels \\| far |\n\n"
        "## Photographs\n\n### Full story\n\nAsk first.\n"
    )


def test_without_a_title_style_the_first_heading_is_the_title_if_it_is_the_only_one():
    document = docx.Document()
    for words, step in (("Gifts", 1), ("Money", 2), ("Overview", 3)):
        document.add_heading(words, step)
    document.add_paragraph("Never.")
    imported = read("x.docx", saved(document))
    assert (imported.title, imported.sections[0].title, imported.sections[0].levels) == (
        "Gifts",
        "Money",
        {"overview": "Never."},
    )


def test_without_any_title_the_files_own_title_or_its_name_is_taken_and_said():
    document = docx.Document()
    for words in ("Money", "Food"):
        document.add_heading(words, 1)
        document.add_paragraph("Never.")
    document.core_properties.title = ""
    assert read("Gifts and more.docx", saved(document)).title == "Gifts and more"
    document.core_properties.title = "Gifts"
    imported = read("x.docx", saved(document))
    assert imported.title == "Gifts"
    assert "We found no title in the text, and took “Gifts”." in imported.warnings


def test_a_style_of_the_houses_own_counts_as_the_heading_it_rests_on():
    document = guidance_document()
    style = document.styles.add_style("House heading", 1)
    style.base_style = document.styles["Heading 1"]
    document.add_paragraph("Records", style="House heading")
    document.add_paragraph("Keep them.")
    assert [section.title for section in read("x.docx", saved(document)).sections][-1] == "Records"


def test_links_are_kept_and_other_relations_never_followed():
    document = docx.Document()
    document.add_paragraph("T", style="Title")
    document.add_heading("A", 1)
    link = document.part.relate_to("https://a.example/x", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    bad = document.part.relate_to("javascript:alert(1)", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    document.part.relate_to("file:///etc/passwd", RELATIONSHIP_TYPE.STYLES, is_external=True)
    for name in (link, bad):
        add_xml(
            document,
            f'<w:p {W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            f'<w:hyperlink r:id="{name}"><w:r><w:t>here</w:t></w:r></w:hyperlink></w:p>',
        )
    imported = read("x.docx", saved(document))
    assert imported.sections[0].levels["full"] == "[here](<https://a.example/x>)\n\nhere"
    assert any("1 link" in warning for warning in imported.warnings)


# --- What is left out, and said ---------------------------------------------------------------------------
def test_tracked_changes_are_read_as_if_accepted_and_counted():
    data = body(
        paragraph(
            text("Kept "),
            f'<w:ins w:id="1" w:author="x">{text("new ")}</w:ins>',
            '<w:del w:id="2" w:author="x"><w:r><w:delText>old </w:delText></w:r></w:del>',
            f'<w:ins w:id="3"><w:del w:id="4">{text("both ")}</w:del></w:ins>',
            f'<w:moveFromRangeStart w:id="5" w:name="m"/><w:moveFrom w:id="6">{text("wandering ")}</w:moveFrom>',
            text("end. "),
            f'<w:moveToRangeStart w:id="7" w:name="m"/><w:moveTo w:id="8">{text("wandering")}</w:moveTo>',
        )
        + paragraph(text("One "), about='<w:rPr><w:del w:id="9"/></w:rPr>')
        + paragraph(text("paragraph."))
        + f"<w:tbl><w:tr><w:tc>{paragraph(text('a'))}</w:tc><w:tc>{paragraph(text('b'))}</w:tc></w:tr>"
        + f'<w:tr><w:trPr><w:del w:id="10"/></w:trPr><w:tc>{paragraph(text("gone"))}</w:tc></w:tr>'
        + f"<w:tr><w:tc>{paragraph(text('c'))}</w:tc><w:tc>{paragraph(text('d'))}</w:tc></w:tr></w:tbl>"
    )
    assert full(data) == "Kept new end. wandering\n\nOne paragraph.\n\n| a | b |\n|---|---|\n| c | d |"
    assert "tracked changes (2 insertions, 3 deletions, 1 move). We read it as if all of them had" in warnings(data)


def test_comments_footnotes_and_whatever_has_no_place_is_counted():
    data = body(
        paragraph(
            text("Words"),
            '<w:r><w:footnoteReference w:id="1"/></w:r><w:r><w:endnoteReference w:id="1"/></w:r>',
            '<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>',
            "<w:r><w:object/></w:r>",
            f"<m:oMath>{text('e=mc')}</m:oMath>",
            f"<mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>{paragraph(text('boxed'))}</w:txbxContent>"
            f"</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{paragraph(text('boxed'))}"
            "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent>",
            "<w:r><w:drawing/></w:r>",
            text("secret", "<w:vanish/>"),
            text("gone", "<w:strike/>"),
            f'<w:fldSimple w:instr="PAGE">{text(" field")}</w:fldSimple>',
            "<w:r><w:cr/></w:r>",
            text("line"),
        )
        + paragraph(text("Contents 1"), about='<w:pStyle w:val="TOC1"/>')
        + '<w:sectPr><w:headerReference w:type="default" r:id="x"/></w:sectPr>'
    )
    assert full(data) == "Wordsgone field\\\nline"
    said = warnings(data)
    for words in ("2 footnotes and endnotes", "1 comment was", "1 text box", "2 embedded objects", "1 equation",
                  "1 hidden passage", "1 passage that was struck through", "headers and footers",
                  "table of contents"):  # fmt: skip
        assert words in said


def test_images_are_left_out_and_never_unpacked(monkeypatch):
    document = guidance_document()
    document.add_picture(io.BytesIO(_pixel()))
    data = saved(document)
    opened = []
    read_part = zipfile.ZipFile.open
    monkeypatch.setattr(
        zipfile.ZipFile, "open", lambda self, name, *a, **k: opened.append(str(name)) or read_part(self, name, *a, **k)
    )
    imported = read("x.docx", data)
    assert "1 image was left out." in imported.warnings
    assert not any("media" in name for name in opened)


def _pixel() -> bytes:
    import zlib

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def test_macros_are_neither_read_nor_kept():
    data = repacked(saved(guidance_document()), {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 Sub AutoOpen()"})
    imported = read("x.docm", data)
    assert "The file holds macros. They were neither read nor kept." in imported.warnings
    assert "AutoOpen" not in write_markdown(imported)


def test_markup_typed_into_word_is_words():
    data = body(paragraph(text("&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1)) *no* # no")))
    assert full(data) == "\\<script>alert(1)\\</script> \\[x\\](javascript:alert(1)) \\*no\\* # no"


# --- What is refused --------------------------------------------------------------------------------------
BILLION = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f"<w:document {W}><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
)
DEEP = (
    f"<w:document {W}><w:body>"
    + "<w:sdt><w:sdtContent>" * 60
    + "</w:sdtContent></w:sdt>" * 60
    + "</w:body></w:document>"
)


def with_names(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return made.getvalue()


REFUSED = {
    "entities": ({MAIN: BILLION.encode()}, "entities"),
    "entities in UTF-16": ({MAIN: BILLION.replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16")}, "entities"),
    "entities in its styles": ({"word/styles.xml": BILLION.encode()}, "entities"),
    "deep": ({MAIN: DEEP.encode()}, "inside one another"),
    "bomb": ({MAIN: b"<a>" + b" " * 59_000_000 + b"</a>"}, "unpacks to far more"),
    "bomb in its numbering": ({"word/numbering.xml": b" " * 59_000_000}, "unpacks to far more"),
    "no text": ({MAIN: None}, "damaged, or no Word document"),
    "broken XML": ({MAIN: b"<w:document"}, "damaged, or no Word document"),
    "not XML": ({MAIN: b"\x00\x01"}, "damaged, or no Word document"),
    "outside": ({"../../etc/passwd": b"x"}, "damaged, or no Word document"),
    "absolute": ({"/etc/passwd": b"x"}, "damaged, or no Word document"),
    "spreadsheet": ({"xl/workbook.xml": b"<x/>", MAIN: None}, "spreadsheet"),
    "OpenDocument": ({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}, "OpenDocument"),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(REFUSED))
def test_a_file_made_to_do_harm_is_refused_in_words(kind):
    parts, complaint = REFUSED[kind]
    with pytest.raises(ValidationError, match=complaint):
        read("x.docx", repacked(saved(guidance_document()), parts))


def test_a_part_that_lies_about_its_size_is_not_unpacked():
    data = bytearray(repacked(saved(guidance_document()), {MAIN: b"<a>" + b" " * 58_000_000 + b"</a>"}))
    true, lie = struct.pack("<I", 58_000_007), struct.pack("<I", 1_000)
    assert data.count(true) >= 2
    data = data.replace(true, lie)
    tracemalloc.start()
    with pytest.raises(ValidationError, match=r"unpacks|damaged"):
        read("x.docx", bytes(data))
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_file_with_a_thousand_parts_too_many_is_refused():
    with pytest.raises(ValidationError, match="damaged"):
        read("x.docx", with_names(*(f"word/{n}.xml" for n in range(5_001))))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused():
    with pytest.raises(ValidationError, match="damaged"):
        read("x.docx", with_names(MAIN, MAIN))


def test_a_password_is_named():
    data = bytearray(saved(guidance_document()))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(ValidationError, match="password"):
        read("x.docx", bytes(data))


def test_a_document_of_fifty_megabytes_is_refused_with_what_to_do():
    with pytest.raises(ValidationError, match=r"larger than 20 MB\. Take out its images"):
        read(
            "x.docx", repacked(saved(guidance_document()), {"word/media/a.png": bytes(50_000_000)}, zipfile.ZIP_STORED)
        )


def test_two_sections_with_one_key_are_named_by_their_titles():
    document = guidance_document()
    document.add_heading("Another {#pen-names}", 1)
    document.add_paragraph("x")
    with pytest.raises(ValidationError, match="“pen-names”: “Pen names” and “Another”"):
        read("x.docx", saved(document))


def test_an_endless_paragraph_is_named_by_how_it_begins():
    with pytest.raises(ValidationError, match="begins “Endless words"):
        read("x.docx", body(paragraph(*[text("Endless words ")] * 3_000)))


def test_lists_deeper_than_we_show_come_in_one_step_higher():
    items = "".join(
        paragraph(text(f"step {n}"), about=f'<w:numPr><w:ilvl w:val="{n}"/><w:numId w:val="1"/></w:numPr>')
        for n in range(9)
    )
    found = read("x.docx", body(items))
    words = found.sections[0].blocks("full")
    assert all(f"step {n}" in "\n".join(block.text for block in words) for n in range(9))


@given(st.data())
def test_a_document_with_bytes_changed_is_read_or_refused_in_words(data):
    changed = bytearray(GOOD)
    for _change in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ValidationError):
        read("x.docx", bytes(changed))


ELEMENTS = (
    "w:p w:r w:t w:tbl w:tr w:tc w:ins w:del w:sdt w:sdtContent w:hyperlink w:pPr w:rPr w:numPr w:pStyle w:fldChar "
    "w:vanish w:sym w:drawing w:cellDel w:moveTo w:br w:tcPr w:gridSpan w:vMerge"
)


@given(st.lists(st.sampled_from(ELEMENTS.split()), max_size=12), st.randoms())
def test_elements_in_any_order_are_read_or_refused_in_words(names, random):
    xml, opened = "", []
    for name in names:
        xml += f"<{name}>x"
        opened.append(name)
        while opened and random.random() < 0.4:
            xml += f"</{opened.pop()}>"
    with suppress(ValidationError):
        read("x.docx", body(xml + "".join(f"</{name}>" for name in reversed(opened))))


GOOD = saved(guidance_document())


def test_parts_are_where_the_file_says():
    data = repacked(
        GOOD,
        {
            MAIN: None,
            "word/other.xml": part_of(GOOD, MAIN),
            "_rels/.rels": part_of(GOOD, "_rels/.rels").replace(b"word/document.xml", b"/word/other.xml"),
        },
    )
    assert read("x.docx", data).title == "Social media"
