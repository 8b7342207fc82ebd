"""The words of a comment that was written as HTML, in plain paragraphs (pure)."""

from html.parser import HTMLParser

PARAGRAPHS = {"p", "div", "blockquote", "ul", "ol", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
LINES = {"br", "li", "tr"}
WITHIN_A_LINE = {
    *("a", "abbr", "acronym", "b", "big", "cite", "code", "dd", "del", "dfn", "dl", "dt", "em", "font", "i", "img"),
    *("ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tbody", "td"),
    *("th", "thead", "time", "tt", "u", "var", "figure", "figcaption", "article", "section", "center", "iframe"),
}
WITHOUT_WORDS = {"script", "style"}
TAGS = PARAGRAPHS | LINES | WITHIN_A_LINE | WITHOUT_WORDS


def plain(html: str) -> str:
    """The words alone; a link keeps its address behind its words. What only looks like a tag is kept as it is."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "".join(reader.said)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.said.append(self.get_starttag_text() or "")
        elif tag in WITHOUT_WORDS:
            self.silent += 1
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.said)))
        elif tag == "li":
            self.said.append("\n- ")
        else:
            self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in TAGS:
            self.said.append(f"</{tag}>")
        elif tag in WITHOUT_WORDS:
            self.silent = max(0, self.silent - 1)
        elif tag == "a" and self.links:
            self._end_link()
        elif tag in PARAGRAPHS:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)

    def _break(self, tag: str) -> None:
        if tag in PARAGRAPHS and self.said:
            self.said.append("\n\n")
        elif tag in LINES:
            self.said.append("\n")

    def _end_link(self) -> None:
        href, start = self.links.pop()
        words = "".join(self.said[start:]).strip()
        if href.startswith(("http://", "https://")) and href.rstrip("/") != words.rstrip("/"):
            self.said.append(f" ({href})")
