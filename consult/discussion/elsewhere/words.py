"""The words of a comment that was written as HTML, in plain paragraphs (pure).

The work grows with the length alone, whatever the tags look like. Python's own `html.parser` needs minutes for
100,000 characters of unfinished tags.
"""

import html
import re

PARAGRAPHS = {"p", "div", "blockquote", "ul", "ol", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
LINES = {"br", "tr"}
WITHIN_A_LINE = {
    *("abbr", "acronym", "article", "b", "big", "center", "cite", "code", "dd", "del", "dfn", "dl", "dt", "em"),
    *("figcaption", "figure", "font", "i", "iframe", "img", "ins", "kbd", "mark", "q", "s", "samp", "section", "small"),
    *("span", "strike", "strong", "sub", "sup", "tbody", "td", "th", "thead", "time", "tt", "u", "var"),
}
TAGS = PARAGRAPHS | LINES | WITHIN_A_LINE | {"a", "li", "script", "style"}
MARK = re.compile(r"<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9]*)(?P<attributes>(?:\s[^<>]*)?)/?>|<!--")
END_OF = {
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
    "comment": re.compile(r"-->"),
}
HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.IGNORECASE)
CHARACTER = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def plain(marked: str) -> str:
    """The words alone; a link keeps its address behind its words. What only looks like a tag is kept as it is."""
    return _Words(marked).read()


class _Words:
    def __init__(self, marked: str) -> None:
        self.marked = marked
        self.said: list[str] = []
        self.link: tuple[str, int] | None = None
        self.endless: set[str] = set()

    def read(self) -> str:
        at = 0
        while mark := MARK.search(self.marked, at):
            self._say(self.marked[at : mark.start()])
            at = self._hear(mark)
        self._say(self.marked[at:])
        return "".join(self.said)

    def _say(self, words: str) -> None:
        if words:
            self.said.append(CHARACTER.sub(lambda match: html.unescape(match[0]), words))

    def _hear(self, mark: re.Match[str]) -> int:
        """Take a mark in, and return where to go on."""
        tag = mark["tag"].lower() if mark["tag"] else "comment"
        if tag in END_OF:
            return self._behind(tag, mark)
        if tag not in TAGS:
            self._say(mark[0])
        elif tag == "a":
            self._link(mark)
        elif tag == "li" and not mark["end"]:
            self.said.append("\n- ")
        elif tag in PARAGRAPHS and self.said:
            self.said.append("\n\n")
        elif tag in LINES:
            self.said.append("\n")
        return mark.end()

    def _behind(self, what: str, mark: re.Match[str]) -> int:
        """Behind a comment or script, whose inside nobody saw; without an end, its words are words."""
        end = None if what in self.endless else END_OF[what].search(self.marked, mark.end())
        if end is None:
            self.endless.add(what)
            if what == "comment":
                self.said.append(mark[0])
        return end.end() if end else mark.end()

    def _link(self, mark: re.Match[str]) -> None:
        if not mark["end"]:
            href = HREF.search(mark["attributes"])
            address = (href[1] or href[2] or href[3] or "") if href else ""
            self.link = (CHARACTER.sub(lambda match: html.unescape(match[0]), address), len(self.said))
        elif self.link:
            href, start = self.link
            self.link = None
            words = "".join(self.said[start:]).strip()
            if href.startswith(("http://", "https://")) and href.rstrip("/") != words.rstrip("/"):
                self.said.append(f" ({href})")
