"""E-mail files: what a mail says, and what it only claims. Nothing is made up, and nothing keeps the server busy."""

from datetime import date
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion.elsewhere.found import Unreadable
from consult.discussion.elsewhere.mail import LARGEST, read_mail

TODAY = date(2026, 11, 27)


def mail(*, words: str | None = "The badge test rules out too much.", html: str = "", **head: str) -> EmailMessage:
    message = EmailMessage()
    given = {"From": "Ines Vidal <ines@people.example>", "Subject": "Draft 1", "Date": "Mon, 2 Nov 2026 23:40:00 +0000"}
    for name, value in {**given, **head}.items():
        if value:
            message[name] = value
    if words is not None:
        message.set_content(words)
    if html:
        message.set_content(html, subtype="html") if words is None else message.add_alternative(html, subtype="html")
    return message


def read(message: EmailMessage | bytes):
    return read_mail(message if isinstance(message, bytes) else message.as_bytes(), today=TODAY)


def test_it_takes_words_name_and_day_and_no_address():
    found = read(mail())
    assert (found.words, found.sender, found.sent_on) == (
        "The badge test rules out too much.",
        "Ines Vidal",
        date(2026, 11, 2),
    )
    assert found.notes == ()
    assert "ines@people.example" not in repr(found)


def test_an_address_is_not_taken_for_a_name():
    assert read(mail(From="ines@people.example")).sender == ""
    assert read(mail(From='"ines@people.example" <ines@people.example>')).sender == ""


def test_the_plain_words_are_taken_before_the_same_in_html():
    assert read(mail(words="Plain.", html="<p>Marked.</p>")).words == "Plain."


def test_html_alone_becomes_paragraphs_and_nothing_of_it_runs():
    found = read(
        mail(words=None, html="<p>One.</p><script>alert(1)</script><p>Two <a href='https://x.example'>there</a>.</p>")
    )
    assert found.words == "One.\n\nTwo there (https://x.example)."


def test_attachments_are_listed_and_left_out():
    message = mail()
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="twelve pages.pdf")
    message.add_attachment("secret words", filename="notes.txt")
    inner = EmailMessage()
    inner.set_content("What a colleague wrote.")
    message.add_attachment(inner)
    found = read(message)
    assert found.attachments == ("twelve pages.pdf", "notes.txt", "a forwarded mail")
    assert "secret words" not in found.words
    assert "a colleague" not in found.words
    assert "3 attachments are left out" in found.notes[0]


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("", "does not say when"),
        ("the day before yesterday", "cannot be read"),
        ("Mon, 2 Nov 2099 10:00:00 +0000", "cannot be right"),
        ("Thu, 1 Jan 1970 00:00:00 +0000", "cannot be right"),
        ("Mon, 99 Nov 2026 10:00:00 +0000", "cannot be read"),
        ("Mon, 2 Nov 2026 10:00:00 +99999999999", "cannot be read"),
    ],
)
def test_a_day_that_is_missing_or_cannot_be_right_stays_empty(said, note):
    raw = mail(Date="").as_bytes()
    found = read((f"Date: {said}\n".encode() if said else b"") + raw)
    assert found.sent_on is None
    assert any(note in one for one in found.notes)


def test_a_wrong_encoding_is_said_and_the_words_are_still_read():
    head = b"Subject: x\nContent-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 8bit\n\n"
    raw = head + b"Caf\xc3\xa9 and tea"
    assert read(raw.replace(b"us-ascii", b"utf-8")).words == "Café and tea"
    wrong = read(raw.replace(b"us-ascii", b"utf-8").replace(b"\xc3\xa9", b"\xe9"))
    assert wrong.words == "Café and tea"
    assert any("Look for letters" in note for note in wrong.notes)


@pytest.mark.parametrize(
    "charset", ["zlib", "hex", "unknown-8bit", "x" * 5000, '"', "utf-16", "idna", "unicode_escape"]
)
def test_an_encoding_that_is_none_harms_nobody(charset):
    raw = f"Subject: =?{charset}?q?=41?=\nContent-Type: text/plain; charset={charset}\n\nStill words.".encode()
    assert read(raw).words == "Still words."


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 nothing", "not an e-mail file"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "Outlook"),
        (b"Subject: x\n\n   \n", "no words"),
        (b"Subject: x\n" + b"X-Long: " + b"a" * 9_000_000 + b"\n\nWords", "head of this mail"),
        (b"Subject: x\n\n" + b"a" * LARGEST, "more than 10 MB"),
        (b"Subject: x\n\n" + b"a\n" * 400_000, "more lines"),
        (b"Subject: x\nContent-Type: application/pkcs7-mime\n\nMIIB", "no words"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_what_to_do(data, why):
    with pytest.raises(Unreadable, match=why):
        read(data)


def nested(deep: int, kind: str = "multipart/mixed") -> bytes:
    lines = [b"Subject: bomb"]
    for level in range(deep):
        lines += [f"Content-Type: {kind}; boundary=b{level}".encode(), b"", f"--b{level}".encode()]
    return b"\n".join([*lines, b"Content-Type: text/plain", b"", b"At the bottom.", b""])


def test_parts_inside_parts_are_read_to_a_point():
    assert read(nested(10)).words == "At the bottom."


@pytest.mark.parametrize("kind", ["multipart/mixed", "Multipart/Alternative", "message/rfc822"])
def test_a_bomb_of_parts_inside_parts_is_refused(kind):
    with pytest.raises(Unreadable, match="inside one another"):
        read(nested(5_000, kind))


def test_thousands_of_parts_beside_each_other_are_refused():
    body = b"".join(b"--b\nContent-Type: text/plain\n\nword\n" for _part in range(2_000))
    with pytest.raises(Unreadable, match="inside one another"):
        read(b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + body + b"--b--")


@given(st.binary(max_size=3_000))
def test_any_bytes_behind_a_head_are_words_or_a_reason(tail):
    try:
        found = read(b"Content-Type: multipart/mixed; boundary=x\nSubject: =?utf-8?b?" + tail)
    except Unreadable:
        return
    assert "\x00" not in found.words
    assert found.words == found.words.strip() != ""


@given(st.text(max_size=2_000))
def test_whatever_a_head_says_is_one_clean_line(said):
    found = read(f"From: {said}\nSubject: x\n\nWords.".encode("utf-8", "surrogatepass"))
    assert "\n" not in found.sender
    assert len(found.sender) <= 120
