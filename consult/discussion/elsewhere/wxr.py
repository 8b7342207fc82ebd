"""Comments out of a WordPress export (WXR), read as a stream.

What a comment's writer never meant for the public, the e-mail address and the network address, is not read at all.
"""

import re
from collections import deque
from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.expatreader import create_parser
from django.utils.translation import gettext as _

from consult.discussion.elsewhere.files import CHUNK, refuse_unfit_size, refuse_wrong_encoding
from consult.discussion.elsewhere.found import BadRow, Found, FoundComment, FoundMention, LeftOut, Reading, Unreadable
from consult.discussion.elsewhere.words import plain

WORDPRESS = re.compile(r"https?://wordpress\.org/export/[\d.]+/")
DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
NO_DATE = {"", "0000-00-00 00:00:00"}
MENTIONS = {"pingback", "trackback"}
COMMENTS = {"", "comment", "review"}
OF_A_COMMENT = {
    *("comment_id", "comment_author", "comment_author_url", "comment_date", "comment_content"),
    *("comment_approved", "comment_type", "comment_parent"),
}
LONGEST_MARKUP = 200_000
"""Characters of one comment with its tags. What is longer is not taken apart; it is too long in any case."""


def read_wxr(file: BinaryIO, *, post: str = "") -> Reading:
    """What stands in a WordPress export, in its order. `post` chooses one post by its number, when there are several.

    Raises Unreadable when the file is no such export, is broken, or tries what no honest export does.
    """
    refuse_unfit_size(file)
    start = file.read(200)
    file.seek(0)
    declared = DECLARED.match(start.removeprefix(b"\xef\xbb\xbf"))
    if not start.startswith((b"\xff\xfe", b"\xfe\xff")) and (not declared or declared[1].lower() == b"utf-8"):
        refuse_wrong_encoding(file, "utf-8")
    handler = _Export(post)
    yield from _parsed(file, handler)
    handler.refuse_the_wrong_export()


def _parsed(file: BinaryIO, handler: "_Export") -> Iterator[Found]:
    parser = create_parser(namespaceHandling=1)
    parser.setContentHandler(handler)
    handler.setDocumentLocator(parser)  # which `parse` would do, and `feed` does not
    try:
        while chunk := file.read(CHUNK):
            parser.feed(chunk)
            yield from handler.taken()
        parser.close()
    except DefusedXmlException:
        raise Unreadable(
            _(
                "This file defines entities of its own, by which a small file can grow without end. It was not read. "
                "Export it again from WordPress, without a DOCTYPE."
            )
        ) from None
    except SAXParseException as error:
        raise Unreadable(
            _("Line %(line)s: the XML is broken here (%(problem)s). Export it again, or mend the line.")
            % {"line": f"{error.getLineNumber():,}", "problem": error.getMessage()}
        ) from None
    yield from handler.taken()


class _Export(ContentHandler):
    """Hears the export's elements go by, and keeps one comment at a time."""

    def __init__(self, chosen_post: str) -> None:
        super().__init__()
        self.chosen_post = chosen_post
        self.posts: dict[str, str] = {}
        self.found: deque[Found] = deque()
        self.post: dict[str, str] = {}
        self.comment: dict[str, str] | None = None
        self.line = 0
        self.depth = 0
        self.heard: list[str] | None = None

    def taken(self) -> Iterator[Found]:
        while self.found:
            yield self.found.popleft()

    def startElementNS(self, name: tuple[str | None, str], _qname: str | None, _attrs: object) -> None:
        tag = _tag(name)
        if not self.depth and tag != "rss":
            raise Unreadable(_("This is not a WordPress export: it begins with <%(tag)s>.") % {"tag": name[1][:40]})
        self.depth += 1
        if tag == "item":
            self.post = {}
        elif tag == "wp:comment":
            self.comment, self.line = {}, self._locator.getLineNumber()
        elif self._wants(tag):
            self.heard = []

    def characters(self, content: str) -> None:
        if self.heard is not None:
            self.heard.append(content)

    def endElementNS(self, name: tuple[str | None, str], _qname: str | None) -> None:
        tag = _tag(name)
        self.depth -= 1
        if tag == "wp:comment" and self.comment is not None:
            self.found.append(self._read(self.comment))
            self.comment = None
        elif self._wants(tag) and self.heard is not None:
            words, self.heard = "".join(self.heard), None
            if self.comment is None:
                self.post[tag.removeprefix("wp:")] = words.strip()
            else:
                self.comment[tag.removeprefix("wp:")] = words

    def _wants(self, tag: str) -> bool:
        if self.comment is not None:
            return tag.startswith("wp:") and tag[3:] in OF_A_COMMENT
        return tag in {"title", "link", "wp:post_id"}

    def _read(self, comment: dict[str, str]) -> Found:
        number = self.post.get("post_id", "")
        if self.chosen_post and number != self.chosen_post:
            return LeftOut(self.line)
        self.posts.setdefault(number, self.post.get("title", ""))
        if comment.get("comment_approved", "1").strip() != "1":
            return LeftOut(self.line)
        return _read_comment(comment, self.line, self.post.get("link", ""))

    def refuse_the_wrong_export(self) -> None:
        """Comments on several posts have no one place: the person says which post is meant."""
        if not self.posts and self.chosen_post:
            raise Unreadable(_("There are no comments on post %(post)s in this file.") % {"post": self.chosen_post})
        if not self.posts:
            raise Unreadable(_("There are no comments in this file."))
        if len(self.posts) > 1:
            names = "; ".join(f"{number} “{title[:80]}”" for number, title in list(self.posts.items())[:10])
            raise Unreadable(
                _("There are comments on %(count)d posts in this file. Choose one by its number: %(names)s")
                % {"count": len(self.posts), "names": names}
            )


def _tag(name: tuple[str | None, str]) -> str:
    """`wp:comment` for WordPress's own elements of any version, the bare name for RSS's, nothing for others."""
    namespace, local = name
    if namespace is None:
        return local
    return f"wp:{local}" if WORDPRESS.fullmatch(namespace) else ""


def _read_comment(comment: dict[str, str], line: int, link: str) -> Found:
    key = comment.get("comment_id", "").strip()
    kind = comment.get("comment_type", "").strip().lower()
    content = comment.get("comment_content", "")
    try:
        day = _day(comment.get("comment_date", "").strip())
    except ValueError:
        return BadRow(line, _("its date is “%(date)s”") % {"date": comment["comment_date"].strip()[:40]})
    if len(content) > LONGEST_MARKUP:
        return BadRow(line, _("it has %(length)s characters") % {"length": f"{len(content):,}"})
    if kind in MENTIONS:
        url = comment.get("comment_author_url", "").strip()
        return FoundMention(line, key, plain(comment.get("comment_author", "")), url, plain(content), day)
    if kind not in COMMENTS:
        return BadRow(line, _("it is not a comment but a “%(kind)s”") % {"kind": kind[:40]})
    return FoundComment(
        line,
        key,
        plain(content),
        author=plain(comment.get("comment_author", "")),
        said_on=day,
        parent=_parent(comment.get("comment_parent", "")),
        url=f"{link}#comment-{key}" if link else "",
    )


def _day(written: str) -> date | None:
    """The day as its readers saw it there; WordPress writes noughts where it knows none."""
    return None if written in NO_DATE else datetime.strptime(written, "%Y-%m-%d %H:%M:%S").date()


def _parent(written: str) -> str:
    return "" if written.strip() in {"", "0"} else written.strip()
