"""Bringing in what people said elsewhere: from WordPress, from tables, from broken files."""

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.consultations.models import Consultation
from consult.discussion import paths
from consult.discussion.elsewhere.files import LARGEST
from consult.discussion.elsewhere.found import BadRow, FoundComment, FoundMention, LeftOut, Unreadable
from consult.discussion.elsewhere.importing import LONGEST, Entered, enter_from_elsewhere, fit_address
from consult.discussion.elsewhere.table import Columns, read_table
from consult.discussion.elsewhere.words import plain
from consult.discussion.elsewhere.wxr import read_wxr
from consult.discussion.models import Elsewhere, Mention, PublicComment, Tally
from consult.discussion.places import Place, place_at_question
from consult.ledger.models import Entry
from consult.people.permissions import Refused

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
THREAD = DATA / "blog-thread.wxr.xml"
POLIS = ["15-per-hour-seattle", "canadian-electoral-reform", "scoop-hivemind.biodiversity", "bg2050-volunteers"]
needs_data = pytest.mark.skipif(not DATA.exists(), reason="needs the real files in ../shared/data")

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>A blog</title>
"""
TAIL = "</channel></rss>"


def wordpress_comment(key=1, text="Say it plainly.", *, parent=0, **more) -> str:
    fields = {
        "id": key,
        "author": "Ines",
        "author_email": "ines@private.example",
        "author_url": "",
        "author_IP": "203.0.113.9",
        "date": "2012-02-21 09:30:00",
        "content": f"<![CDATA[{text}]]>",
        "approved": 1,
        "type": "",
        "parent": parent,
    } | more
    return (
        "<wp:comment>\n"
        + "".join(f"<wp:comment_{n}>{v}</wp:comment_{n}>\n" for n, v in fields.items())
        + "</wp:comment>\n"
    )


def export(*comments: str, post=7, link="https://blog.example/rules/", before="") -> bytes:
    item = (
        f"<item><title>House rules</title><link>{link}</link><wp:post_id>{post}</wp:post_id>{''.join(comments)}</item>"
    )
    return (HEAD + before + item + TAIL).encode()


def found_in(content: bytes, **options) -> list:
    return list(read_wxr(io.BytesIO(content), **options))


def rows_of(content: str | bytes, **columns) -> list:
    raw = content.encode() if isinstance(content, str) else content
    return list(read_table(io.BytesIO(raw), Columns(**{"text": "words"} | columns)))


@pytest.fixture
def whole(ideas) -> Place:
    return place_at_question(ideas, 1)


@pytest.fixture
def enter(whole):
    def entering(*found, place=None, source="The blog", by=None) -> Entered:
        return enter_from_elsewhere(place or whole, iter(found), source=source, by=by)

    return entering


@pytest.fixture
def run(ideas, tmp_path, capsys):
    """The command, on a file or on the bytes of one."""

    def running(file: Path | bytes, *options, name="file.csv", question="1") -> str:
        if isinstance(file, bytes):
            (tmp_path / name).write_bytes(file)
            file = tmp_path / name
        place = ["--question", question] if question else []
        out, err = io.StringIO(), io.StringIO()
        call_command(
            "import_responses", str(file), "--consultation", ideas.slug, *place, "--source", "Elsewhere",
            *options, stdout=out, stderr=err,
        )  # fmt: skip
        return out.getvalue() + err.getvalue()

    return running


def nothing_was_written() -> bool:
    models = (PublicComment, Elsewhere, Mention, Tally)
    return not any(model.objects.exists() for model in models) and not Entry.objects.filter(verb__contains="entered")


# --- Real files -----------------------------------------------------------------------------------


@needs_data
def test_the_blog_thread_comes_in_with_its_threads_and_mentions(run, ideas):
    said = run(THREAD)
    assert "13 comments in, 7 mentions, 0 refused, 0 already here, 0 left out: 20 in the file." in said
    assert "kept and not shown" in said
    assert PublicComment.objects.filter(depth=0).count() == 10
    reply = Elsewhere.objects.get(external_key="3").comment
    assert [reply.depth, reply.thread_id] == [2, Elsewhere.objects.get(external_key="1").comment_id]
    assert Tally.objects.of_consultations()[ideas.pk].comments == 13
    assert {row.said_on for row in Elsewhere.objects.all()} == {None}
    assert set(PublicComment.objects.values_list("day", flat=True)) == {None}
    assert Elsewhere.objects.filter(author_name="").count() == 2
    assert Mention.objects.filter(title__startswith="Mistakes are the portals").count() == 2


@needs_data
def test_the_blog_thread_comes_in_once(run):
    run(THREAD)
    entries = Entry.objects.count()
    assert "0 comments in, 0 mentions, 0 refused, 20 already here" in run(THREAD)
    assert PublicComment.objects.count() == 13
    assert Entry.objects.count() == entries


@needs_data
def test_the_words_of_the_blog_thread_are_the_words_of_the_blog_thread(run):
    run(THREAD)
    words = Elsewhere.objects.get(external_key="16").comment.comment
    assert words.startswith("The guidance should be as long as it needs to be.")
    assert "\n1. Overview – provides a brief but holistic introduction" in words


@needs_data
@pytest.mark.parametrize(
    ("name", "accepted", "all_rows"), zip(POLIS, (30, 152, 154, 316), (54, 174, 316, 371), strict=True)
)
def test_a_polis_table_comes_in_by_its_columns(run, name, accepted, all_rows):
    options = (
        "--text", "comment-body", "--id", "comment-id", "--date", "timestamp", "--date-format", "unix-ms",
        "--where", "moderated=1",
    )  # fmt: skip
    said = run(DATA / "polis" / f"{name}.csv", *options)
    assert f"{accepted} comments in, 0 mentions, 0 refused, 0 already here, {all_rows - accepted} left out" in said
    assert PublicComment.objects.filter(day__year__gte=2014).count() == accepted
    assert f"0 comments in, 0 mentions, 0 refused, {accepted} already here" in run(
        DATA / "polis" / f"{name}.csv", *options
    )


# --- WordPress exports ----------------------------------------------------------------------------


def test_what_the_source_says_is_kept_and_what_was_private_is_not_read():
    (comment,) = found_in(export(wordpress_comment(12, "Plainly.", parent=3)))
    assert comment == FoundComment(
        line=4,
        key="12",
        text="Plainly.",
        author="Ines",
        said_on=date(2012, 2, 21),
        parent="3",
        url="https://blog.example/rules/#comment-12",
    )
    assert "private.example" not in repr(comment)


def test_pingbacks_are_mentions_and_what_was_not_approved_stays_out():
    found = found_in(
        export(
            wordpress_comment(1, type="pingback", author="Another blog &amp; more", author_url="https://b.example/"),
            wordpress_comment(2, approved=0),
            wordpress_comment(3, approved="spam"),
            wordpress_comment(4, type="order_note"),
            wordpress_comment(5, date="soon"),
        )
    )
    assert [type(one) for one in found] == [FoundMention, LeftOut, LeftOut, BadRow, BadRow]
    assert (found[0].title, found[0].url) == ("Another blog & more", "https://b.example/")
    assert "order_note" in found[3].why
    assert "soon" in found[4].why


def test_comments_on_several_posts_have_no_one_place():
    two = export(
        wordpress_comment(2),
        before=f"<item><title>Other</title><wp:post_id>5</wp:post_id>{wordpress_comment(1)}</item>",
    )
    with pytest.raises(Unreadable, match="5 “Other”; 7 “House rules”"):
        found_in(two)
    assert [type(one) for one in found_in(two, post="5")] == [FoundComment, LeftOut]
    with pytest.raises(Unreadable, match="no comments on post 9"):
        found_in(two, post="9")


BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss>&b;</rss>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>"""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BOMB, "entities of its own"),
        (OUTSIDE, "entities of its own"),
        (export(wordpress_comment())[:-20], "Line 1[0-9]: the XML is broken"),
        (export("<wp:comment>\n<wp:comment_id>1</wp:comment>"), "Line 5: the XML is broken here .mismatched tag"),
        (export(wordpress_comment(text="\x0b")), "the XML is broken here .not well-formed"),
        (
            export(wordpress_comment(text="caf\xe9")).decode().encode("latin-1"),
            r"Line 1[0-9] .byte [0-9,]+. is not in the",
        ),
        (b"<html><body>Not found</body></html>", "not a WordPress export: it begins with <html>"),
        (b"not xml at all", "Line 1: the XML is broken"),
        (export(), "no comments in this file"),
        (b"", "empty"),
    ],
)
def test_an_export_that_cannot_be_read_says_what_to_mend(run, content, says):
    with pytest.raises(CommandError, match=says) as raised:
        run(content, name="export.xml")
    assert "Nothing was brought in" in str(raised.value)
    assert "Traceback" not in str(raised.value)
    assert nothing_was_written()


def test_good_comments_before_the_break_do_not_go_in(run):
    many = [wordpress_comment(i) for i in range(1, 1200)]
    with pytest.raises(CommandError, match="XML is broken"):
        run(export(*many) + b"<more>", name="export.xml")
    assert nothing_was_written()


# --- The words of HTML ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("One.\n\nTwo &amp; three.", "One.\n\nTwo & three."),
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("One.<br />Two.", "One.\nTwo."),
        ("See <a href='https://e.example/a'>the page</a>.", "See the page (https://e.example/a)."),
        ("<a href='https://e.example/'>https://e.example</a>", "https://e.example"),
        ("<a href='javascript:alert(1)'>this</a>", "this"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ("I <3 this <em>very</em> much, 2 < 3", "I <3 this very much, 2 < 3"),
        ("Ask <Minister name> for it", "Ask <Minister name> for it"),
        ("Before<script>alert('x')</script><!-- no -->After", "BeforeAfter"),
        ("An unclosed <a href='https://e.example/'>link", "An unclosed link"),
        ("&lt;b&gt;", "<b>"),
    ],
)
def test_html_becomes_plain_paragraphs(html, words):
    assert "\n\n".join(part.strip() for part in plain(html).split("\n\n") if part.strip()) == words


@given(st.text(alphabet="<>/!-&;ab \n\"'=", max_size=80))
def test_no_html_makes_the_reader_stumble(html):
    assert isinstance(plain(html), str)


@given(st.text(alphabet=st.characters(exclude_characters="<&\r\x00"), max_size=80))
def test_words_without_marks_stay_as_they_are(text):
    assert plain(text) == text


# --- Tables ---------------------------------------------------------------------------------------


def test_a_row_is_read_by_its_columns():
    (row,) = rows_of(
        "nr;words;who;when;to\n4;\"Two\nlines; and more\";Ines;02/11/2012;1\n",
        key="nr", author="who", date="when", date_format="%d/%m/%Y", parent="to", delimiter=";",
    )  # fmt: skip
    assert row == FoundComment(2, "4", "Two\nlines; and more", "Ines", date(2012, 11, 2), "1")


@pytest.mark.parametrize(
    ("written", "date_format", "day"),
    [
        ("2012-11-02", "iso", date(2012, 11, 2)),
        ("2012-11-02T09:00:00+01:00", "iso", date(2012, 11, 2)),
        ("1351846800", "unix", date(2012, 11, 2)),
        ("1351846800123", "unix-ms", date(2012, 11, 2)),
        ("", "iso", None),
    ],
)
def test_dates_are_read_as_they_are_written(written, date_format, day):
    (row,) = rows_of(f"words,when\nYes.,{written}\n", date="when", date_format=date_format)
    assert row.said_on == day


@pytest.mark.parametrize("written", ["yesterday", "31/12/2012", "9" * 400, "-1e9"])
def test_a_date_that_cannot_be_read_is_refused_and_not_invented(written):
    for date_format in ("iso", "unix", "unix-ms", "%Y-%m-%d"):
        (row,) = rows_of(f"words,when\nYes.,{written}\n", date="when", date_format=date_format)
        assert isinstance(row, BadRow)
        assert row.line == 2


def test_rows_can_be_chosen_by_what_they_say():
    table = "words,state,lang\na,1,en\nb,0,en\nc,1,fr\nd,-1,en\n"
    found = rows_of(table, where={"state": {"1", "0"}, "lang": {"en"}})
    assert [getattr(one, "text", None) for one in found] == ["a", "b", None, None]


def test_without_ids_the_same_words_are_the_same_comment_and_twice_is_twice():
    once = rows_of("words,who\nSave it.,A\nSave it.,A\nSave it.,B\n", author="who")
    again = rows_of("words,who\nSave it.,A\nSave it.,A\nSave it.,B\nNew.,B\n", author="who")
    assert len({row.key for row in once}) == 3
    assert [row.key for row in again[:3]] == [row.key for row in once]


@pytest.mark.parametrize(
    ("content", "columns", "says"),
    [
        (b"", {}, "empty"),
        (b"\n\n", {}, "no column “words”. The columns are: none"),
        (b"words\n", {}, "nothing below the header"),
        (b"text,who\nYes.,A\n", {}, "no column “words”. The columns are: text, who"),
        (b"words,words\nYes.,A\n", {}, "several columns “words”"),
        (b"words\nYes.\n", {"where": {"moderated": {"1"}}}, "no column “moderated”"),
        ("words\nCafé.\n".encode("cp1252"), {}, r"Line 2 \(byte 10\) is not in the encoding utf-8-sig.*cp1252"),
        (b"\xef\xbb\xbfwords\nCaf\xe9.\n", {}, r"Line 2 \(byte 13\)"),
        (b"words\nCaf\xc3", {}, r"Line 2 \(byte 10\)"),
        ("words\nCafé.\n".encode("utf-16"), {}, "UTF-16"),
        (b"words\nYes.\n", {"encoding": "klingon"}, "“klingon” is not an encoding"),
        (b"words\nYes.\n", {"encoding": "hex"}, "“hex” is not an encoding"),
        (b'words,who\nFine.,A\n"Not closed,B\nMore.,C\n', {}, "row that begins on line 3.*quotation mark"),
        (b'words,who\n"Closed"too soon,B\n', {}, "row that begins on line 2.*quotation mark"),
        (b"words" + b"," * 1_000, {}, "Line 1 has 1,001 cells"),
        (b"words\n" + b"," * 10_000_000, {}, "Line 2 has 10,000,001 cells"),
    ],
)
def test_a_table_that_cannot_be_read_says_what_to_mend(content, columns, says):
    with pytest.raises(Unreadable, match=says):
        rows_of(content, **columns)


def test_utf_16_is_read_where_it_is_named():
    assert rows_of("words\nCafé.\n".encode("utf-16"), encoding="utf-16")[0].text == "Café."


def test_a_row_with_other_cells_than_the_header_is_refused_with_its_line():
    found = rows_of('words,who\n"Two\nlines",A\nYes.\n\nNo.,B,C\n')
    assert found[1:] == [
        BadRow(4, "it has 1 cells where the header has 2"),
        BadRow(6, "it has 3 cells where the header has 2"),
    ]


def test_a_file_of_500_mb_is_refused_before_it_is_read(run, tmp_path):
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(LARGEST * 5)
    with pytest.raises(CommandError, match=r"500 MB\. 100 MB are the most"):
        run(huge, "--text", "words")
    assert nothing_was_written()


@given(st.binary(max_size=200))
def test_whatever_the_bytes_a_table_is_read_or_refused_in_words(content):
    with suppress(Unreadable):
        assert isinstance(rows_of(b"words,b\n" + content), list)


# --- Entering -------------------------------------------------------------------------------------


def test_replies_find_their_parents_in_whatever_order_they_come(enter):
    entered = enter(
        FoundComment(1, "c", "third", parent="b"),
        FoundComment(2, "a", "first"),
        FoundComment(3, "b", "second", parent="a"),
        FoundComment(4, "d", "beside", parent="a"),
    )
    assert (entered.comments, entered.remarks) == (4, [])
    in_order = PublicComment.objects.order_by("path").values_list("comment", "depth")
    assert list(in_order) == [("first", 0), ("second", 1), ("third", 2), ("beside", 1)]


def test_a_reply_to_what_came_in_before_keeps_its_thread(enter, section_place):
    enter(FoundComment(1, "a", "first"))
    entered = enter(FoundComment(1, "a", "first"), FoundComment(2, "b", "later", parent="a"))
    assert (entered.comments, entered.already_here) == (1, 1)
    assert (
        Elsewhere.objects.get(external_key="b").comment.parent_id == Elsewhere.objects.get(external_key="a").comment_id
    )


def test_a_reply_to_what_is_not_there_begins_a_thread_and_says_so(enter):
    entered = enter(
        FoundComment(5, "c", "below it", parent="b"),
        FoundComment(9, "b", "orphan", parent="gone"),
    )
    assert [(remark.line, "gone" in remark.what) for remark in entered.remarks] == [(9, True)]
    assert list(PublicComment.objects.order_by("path").values_list("comment", "depth")) == [
        ("orphan", 0),
        ("below it", 1),
    ]


def test_comments_that_answer_each_other_in_a_circle_still_go_in(enter):
    entered = enter(
        FoundComment(1, "a", "one", parent="b"),
        FoundComment(2, "b", "two", parent="a"),
        FoundComment(3, "c", "me", parent="c"),
    )
    assert entered.comments == 3
    assert [remark.line for remark in entered.remarks] == [1, 3]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-1, 9)), max_size=12))
def test_nothing_gets_lost_whatever_answers_what(enter, rolled_back, shape):
    found = [FoundComment(i, str(key), f"words {i}", parent=str(parent)) for i, (key, parent) in enumerate(shape)]

    def entering() -> None:
        entered = enter(*found)
        assert entered.in_all == len(found)
        assert PublicComment.objects.count() == entered.comments == len({one.key for one in found})
        assert all(c.path.endswith(f"{c.pk:010d}") for c in PublicComment.objects.all())
        again = enter(*found)
        assert (again.comments, again.already_here) == (0, len(found))

    rolled_back(entering)


def test_a_thread_that_is_deeper_than_ours_goes_on_beside(enter):
    deep = [FoundComment(i, str(i), f"level {i}", parent=str(i - 1) if i else "") for i in range(paths.DEEPEST + 4)]
    entered = enter(*deep[:-1])
    assert entered.comments == len(deep) - 1
    assert [remark.line for remark in entered.remarks] == [paths.DEEPEST + 1, paths.DEEPEST + 2]
    assert enter(*deep).comments == 1
    depths = PublicComment.objects.order_by("pk").values_list("depth", flat=True)
    assert list(depths) == [0, 1, 2, 3, 4, 5, 6, 6, 6, 6]


def test_bad_rows_stay_out_with_their_reasons_and_the_rest_goes_in(enter):
    tomorrow = timezone.localdate().replace(year=timezone.localdate().year + 1)
    entered = enter(
        FoundComment(2, "1", "Good."),
        FoundComment(3, "2", " \u202e\x00 "),
        FoundComment(4, "3", "x" * (LONGEST + 1)),
        FoundComment(5, "1", "The same id."),
        FoundComment(6, "", "No id."),
        FoundComment(7, "k\x00", "A NUL in its id.", parent="\x00"),
        FoundComment(8, "4", "From the future.", said_on=tomorrow),
        FoundMention(9, "", "No id."),
        BadRow(10, "the reader's own reason"),
        LeftOut(11),
        FoundComment(12, "5", "Good\x07 too.", parent="\x00"),
    )
    assert [(bad.line, bad.why[:12]) for bad in entered.refused] == [
        (3, "it has no wo"),
        (4, "it has 50,00"),
        (5, "its id, 1, s"),
        (6, "it has no id"),
        (7, "its id is lo"),
        (8, "its date, 20"),
        (9, "it has no id"),
        (10, "the reader's"),
    ]
    assert (entered.comments, entered.left_out, entered.in_all) == (2, 1, 11)
    assert list(PublicComment.objects.order_by("pk").values_list("comment", flat=True)) == ["Good.", "Good too."]


def test_a_comment_from_elsewhere_has_a_source_and_no_persona(enter, whole):
    enter(
        FoundComment(1, "a", "Said.", "I" * 200, date(2012, 2, 21), url="https://b.example/#1"), source=" The \n blog "
    )
    comment = PublicComment.objects.select_related("elsewhere").get()
    assert (comment.persona, comment.day, comment.question) == (None, date(2012, 2, 21), whole.question)
    assert (comment.user_name, comment.user_email, comment.ip_address) == ("", "", None)
    assert (comment.elsewhere.source, comment.elsewhere.url) == ("The blog", "https://b.example/#1")
    assert comment.elsewhere.author_name == "I" * 119 + "…"
    assert comment.posted_entry.verb == "comment.entered"
    assert comment.posted_entry.actor == "system"


def test_the_ledger_counts_what_came_in_and_keeps_no_words(enter, edie, whole):
    enter(FoundComment(1, "a", "UNIQUEWORDS", "UNIQUENAME"), FoundMention(2, "m", "UNIQUETITLE"), by=edie)
    entry = Entry.objects.get(verb="responses.entered")
    assert (entry.actor, entry.facts) == ("editor", '{"comments":1,"mentions":1}')
    assert not Entry.objects.filter(facts__contains="UNIQUE").exists()


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://blog.example/#comment-4", True),
        ("javascript:alert(1)", False),
        ("//blog.example/", False),
        ("https://blog.example/" + "a" * 500, False),
        ("https://b.example/\x00", False),
        ("", False),
    ],
)
def test_only_addresses_that_can_be_links_are_kept(url, kept):
    assert fit_address(url) == (url if kept else "")


def test_the_same_ids_from_another_source_are_other_comments(enter):
    assert enter(FoundComment(1, "a", "Here.")).comments == 1
    assert enter(FoundComment(1, "a", "There."), source="Letters").comments == 1


def test_editors_and_admins_enter_and_others_do_not(enter, ann, edie, otto, mo, ada):
    for number, person in enumerate((ann, edie)):
        assert enter(FoundComment(1, str(number), "By letter."), by=person).comments == 1
    for person in (otto, mo, ada):
        with pytest.raises(Refused):
            enter(FoundComment(1, "z", "By letter."), by=person)


@pytest.mark.parametrize("state", ["before", "answered"])
def test_nothing_is_entered_before_it_opens_or_after_it_was_answered(run, ideas, state):
    change = {"announced_at": None} if state == "before" else {"answered_at": timezone.now()}
    Consultation.objects.filter(pk=ideas.pk).update(**change)
    with pytest.raises(CommandError, match=r"not opened yet|has been answered"):
        run(b"words\nYes.\n", "--text", "words")
    assert nothing_was_written()


def test_what_arrived_in_time_is_entered_after_the_close(run, ideas):
    Consultation.objects.filter(pk=ideas.pk).update(closes_at=timezone.now())
    assert "1 comment in" in run(b"words\nYes.\n", "--text", "words")


def test_a_source_needs_a_name(enter):
    with pytest.raises(ValidationError, match="Name the source"):
        enter(source=" \n")


# --- The command ----------------------------------------------------------------------------------


def test_it_prints_lines_and_reasons_and_counts_that_add_up(run):
    said = run(b"id,words\n1,Yes.\n2,\n3\n1,Again.\n", "--text", "words", "--id", "id")
    assert "Refused, line 3: it has no words." in said
    assert "Refused, line 4: it has 1 cells where the header has 2." in said
    assert "Refused, line 5: its id, 1, stands in line 2 already." in said
    assert "1 comment in, 0 mentions, 3 refused, 0 already here, 0 left out: 4 in the file." in said


def test_a_rehearsal_changes_nothing(run):
    said = run(b"words\nYes.\n", "--text", "words", "--dry-run")
    assert "nothing was changed" in said
    assert "1 comment in" in said
    assert nothing_was_written()


def test_a_section_and_the_whole_are_places_too(consultation, tmp_path, run):
    (tmp_path / "a.csv").write_text("id,words\n1,Here.\n")
    for place in (["--section", "yourself"], ["--whole"]):
        call_command(
            "import_responses", str(tmp_path / "a.csv"), "--consultation", "draft-1", *place, "--text", "words",
            "--source", place[0][2:], stdout=io.StringIO(),
        )  # fmt: skip
    section, whole = PublicComment.objects.order_by("pk")
    assert (section.section.key, section.revision_id) == ("yourself", consultation.revision_id)
    assert (whole.section, whole.question) == (None, None)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--consultation", "nowhere"], "no consultation “nowhere”. There are: .*draft-1"),
        (["--question", "9"], "no question 9. Its questions: 1, 2"),
        (["--section", "who", "--consultation", "ideas"], "on no draft"),
        (["--section", "elsewhere"], "no section “elsewhere”. Its sections: who, yourself"),
        (["--format", "csv"], "--text COLUMN"),
        (["--text", "words", "--delimiter", "::"], "single character"),
        (["--text", "words", "--where", "moderated"], "COLUMN=VALUE"),
        ([], "--format wordpress or --format csv"),
    ],
)
def test_a_wrong_call_says_what_to_mend(cast, tmp_path, options, says):
    (tmp_path / "a.txt").write_text("words\nYes.\n")
    place = [] if {"--question", "--section"} & set(options) else ["--whole"]
    kind = ["--format=csv"] if "--text" in options else []
    with pytest.raises(CommandError, match=says):
        call_command(
            "import_responses",
            str(tmp_path / "a.txt"),
            "--source=Blog",
            *place,
            *kind,
            "--consultation=draft-1",
            *options,
        )


def test_a_missing_file_is_said_to_be_missing(run):
    with pytest.raises(CommandError, match="No such file"):
        run(Path("/nowhere/at-all.csv"), "--text", "words")


@pytest.mark.parametrize(
    "broken", ["<!", "<!--", "<a ", "<a href='", "</", "<a>x", "&", "&#9", "<script>", "<a><b", "<p "]
)
def test_broken_tags_without_end_are_words(broken):
    """`html.parser` takes minutes for these; a test that hangs would tell."""
    assert len(plain(broken * 100_000)) <= 400_000 + len(broken) * 100_000


@pytest.mark.postgres
@pytest.mark.lane_d
@pytest.mark.django_db(transaction=True)
def test_two_who_bring_the_same_file_in_at_once_bring_it_in_once(cast):
    place, found = Place(cast.ideas), [FoundComment(i, str(i), "Once.") for i in range(300)]

    def bring_in(_who: int) -> Entered:
        try:
            return enter_from_elsewhere(place, found, source="The blog", by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as several:
        results = list(several.map(bring_in, range(4)))
    assert sorted(one.comments for one in results) == [0, 0, 0, 300]
    assert PublicComment.objects.count() == Elsewhere.objects.count() == 300
