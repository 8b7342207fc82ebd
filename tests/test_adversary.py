"""Those who come to break things: each test is an attack that worked once, or one that must never work."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consult.consultations import actions as consultations
from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.drafting.actions import import_draft
from consult.ledger.models import Entry, PrivateSide
from consult.people.models import Persona
from guidance.cleaning import clean, is_blank
from guidance.importing import read_markdown
from tests.conftest import named, open_consultation

WORDS = "The badge test rules out nearly everything."


@pytest.fixture
def address(consultation):
    return reverse("comment_on_section", args=[consultation.slug, "yourself"])


@pytest.fixture
def calm():
    """A browser to which a broken server answers with its page instead of raising in the test."""

    def browser(signed_in: Client | None = None) -> Client:
        client = signed_in or Client()
        client.raise_request_exception = False
        return client

    return browser


# --- Addresses that no page made ----------------------------------------------------------------------
TOO_LARGE = ["9223372036854775808", "9" * 25, "9" * 5000]


@pytest.mark.parametrize("number", TOO_LARGE)
@pytest.mark.parametrize(
    "path",
    [
        "/comments/{}/",
        "/comments/{}/reply/",
        "/comments/{}/posted/",
        "/comments/{}/withdraw/",
        "/consultations/draft-1/threads/{}/",
        "/consultations/draft-1/questions/{}/",
        "/consultations/draft-1/comment/question/{}/",
        "/house-rules/{}/",
        "/privacy-notice/{}/",
        "/guidance/social-media/draft-{}/",
    ],
)
def test_a_number_beyond_every_row_is_not_found(path, number, cast, browser_of, calm):
    for browser in (calm(), calm(browser_of(cast.ada))):
        assert browser.get(path.format(number)).status_code == 404


@pytest.mark.parametrize("cursor", [*TOO_LARGE, "-1", "1.5", "%D9%A1", "0", "<!--own:1-->", ""])
@pytest.mark.parametrize(
    "path",
    [
        "/consultations/draft-1/whole/?before=",
        "/consultations/draft-1/sections/who/?before=",
        "/your-contributions/?before=",
    ],
)
def test_a_made_up_cursor_is_no_cursor(path, cursor, cast, browser_of, calm):
    assert calm(browser_of(cast.ada)).get(path + cursor).status_code == 200


@pytest.mark.parametrize(
    "path", ["/comments/%00/", "/?a=%00", "/consultations/%ff/", "/about/%ED%A0%80/", "/%2e%2e/etc"]
)
def test_a_damaged_address_is_refused_in_words(path, db, calm):
    assert calm().get(path).status_code in {400, 404}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW"])
@pytest.mark.parametrize("who", ["stranger", "ada"])
def test_a_page_is_read_or_posted_to_and_nothing_else(method, who, cast, browser_of):
    browser = Client() if who == "stranger" else browser_of(cast.ada)
    assert browser.generic(method, "/consultations/draft-1/").status_code == 405


def test_a_head_changes_nothing(cast, browser_of, say):
    comment, browser = say(), browser_of(cast.ada)
    browser.head(reverse("withdraw", args=[comment.pk]))
    browser_of(cast.ann).head(reverse("move_consultation", args=["draft-1", "pause"]))
    comment.refresh_from_db()
    cast.consultation.refresh_from_db()
    assert comment.visible
    assert cast.consultation.paused_at is None


@pytest.mark.parametrize(
    "cookie",
    ['sessionid="aaaaaaaaaaaa\\000"', 'sessionid="\\000"', "sessionid=../../../etc/passwd", "sessionid=" + "a" * 7000],
)
@pytest.mark.parametrize("path", ["/", "/consultations/draft-1/", "/your-contributions/", "/account/login/"])
def test_a_forged_session_cookie_breaks_nothing(cookie, path, cast, calm):
    response = calm().get(path, HTTP_COOKIE=cookie)
    assert response.status_code < 500
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "ten"])
def test_a_forged_length_breaks_nothing(length, db, calm):
    assert calm().post("/reference-number/", {}, CONTENT_LENGTH=length).status_code < 500


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=\xff", "text/plain; charset=no-such"]
)
def test_a_broken_form_is_the_senders_fault(kind, cast, calm):
    for path in ("/reference-number/", "/consultations/draft-1/comment/"):
        assert 400 <= calm().generic("POST", path, b"comment=a%00b", content_type=kind).status_code < 500


def test_a_thousand_fields_and_files_are_too_many(db, calm):
    fields = b"&".join(b"a%d=1" % i for i in range(1500))
    form = {"content_type": "application/x-www-form-urlencoded"}
    assert calm().generic("POST", "/reference-number/", fields, **form).status_code == 413
    files = b"".join(
        b'--B\r\nContent-Disposition: form-data; name="f%d"; filename="a"\r\n\r\nx\r\n' % i for i in range(300)
    )
    multipart = {"content_type": "multipart/form-data; boundary=B"}
    assert calm().generic("POST", "/reference-number/", files + b"--B--\r\n", **multipart).status_code == 400


def test_a_nul_in_a_reason_is_taken_out(cast, browser_of, calm):
    address = reverse("move_consultation", args=["draft-1", "pause"])
    response = calm(browser_of(cast.ann)).post(address, {"reason": "a\x00 flood"})
    assert response.status_code == 302
    assert PrivateSide.objects.get(entry__verb="consultation.paused").reason == "a flood"


# --- Names that pass for others -----------------------------------------------------------------------
@pytest.mark.parametrize(
    "twin",
    [
        "NIght Heron",
        "Nlght Heron",
        "N1ght Her0n",
        "Night Heron\u3164",
        "\u115fNight Heron",
        "Night\uffa0 Heron",
        "Ν℩ght Ηeron".replace("℩", "i"),  # a large Greek Nu and Eta
        "ɴɪɢʜᴛ ʜᴇʀᴏɴ",
        "N\u0336i\u0336ght Heron",
        "𝕹𝖎𝖌𝖍𝖙 𝕳𝖊𝖗𝖔𝖓",
        "\u200fNight Heron\u200f",
        "Night Her\u00adon",
        "⒩ight Heron".replace("⒩", "ｎ"),
    ],
)
def test_nobody_borrows_a_name(twin, consultation, edie, ada_persona):
    with pytest.raises(ValidationError, match="looks like it"):
        named(consultation, edie, twin)


@pytest.mark.parametrize(("name", "twin"), [("Bill", "BiII"), ("Warner", "Wamer"), ("Wren", "VVren"), ("Owl", "0wl")])
def test_letters_that_read_as_others_make_no_new_name(name, twin, cast):
    named(cast.ideas, cast.ada, name)
    with pytest.raises(ValidationError, match="looks like it"):
        named(cast.ideas, cast.ben, twin)


@pytest.mark.parametrize(
    "name", ["Mоderator", "ADM1N", "Name not shown", "Posted by you", "Public Standards Office", "The Drafting-Team"]
)
def test_nobody_passes_for_the_house(name, consultation, edie):
    with pytest.raises(ValidationError, match="official"):
        named(consultation, edie, name)


NAME = {"kind": "pen", "capacity": "personal", "accepts": "on"}


@pytest.mark.parametrize(
    "name", ["\u3164", "\u200b\u200b", "\u2800", "…", "Z" + "\u0335\u0336" * 20, "\u0301\u0301", "\u202eadA", "a@b"]
)
def test_a_name_that_cannot_be_read_is_refused_and_the_words_stay(name, cast, browser_of, address, form_of):
    browser = browser_of(cast.edie)
    form = form_of(browser.get(address))
    response = browser.post(address, {**form, **NAME, "comment": WORDS, "name": name})
    if response.status_code == 302:  # what could not be shown was taken out, and a plain name was left
        assert Persona.objects.get(account=cast.edie).name == "adA"
        return
    assert response.status_code == 422
    assert WORDS in unescape(response.content.decode())
    assert not Persona.objects.filter(account=cast.edie).exists()


def test_a_name_that_grows_when_it_is_composed_is_too_long_in_words(cast, browser_of, address, form_of, calm):
    browser = calm(browser_of(cast.edie))
    form = form_of(browser.get(address))
    for field, length in (("name", 60), ("organisation", 120), ("profession", 80)):
        sent = {**form, **NAME, "capacity": "organisation", "organisation": "Union", "name": "Zed", "comment": WORDS}
        response = browser.post(address, sent | {field: "\ufb2c" * length})
        assert response.status_code == 422, field
        assert WORDS in unescape(response.content.decode())


# --- Words ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("words", ["\u200b", "\u2800\u2800", "\u3164", "\u00ad \u2060", "\u200d\n\u200e", "\u0301"])
def test_words_that_nobody_can_see_are_no_comment(words, cast, browser_of, address, form_of):
    browser = browser_of(cast.ada)
    response = browser.post(address, {**form_of(browser.get(address)), "comment": words})
    assert response.status_code == 422
    assert not PublicComment.objects.exists()


@pytest.mark.parametrize("words", ["👍", "1", "ا", "한", "\U0001fa77"])
def test_one_sign_is_a_comment(words):
    assert not is_blank(clean(words).text)


def test_going_back_and_writing_something_else_says_something_else(cast, browser_of, address, form_of):
    browser = browser_of(cast.ada)
    form = form_of(browser.get(address))
    browser.post(address, {**form, "comment": WORDS})
    response = browser.post(address, {**form, "comment": "And another thing."})
    assert response.status_code == 302
    assert {comment.comment for comment in PublicComment.objects.all()} == {WORDS, "And another thing."}
    assert browser.post(address, {**form, "comment": WORDS + " "}).status_code == 302
    assert PublicComment.objects.count() == 2


def test_the_second_of_two_clicks_finds_the_name_that_the_first_one_took(
    cast, browser_of, address, form_of, monkeypatch
):
    from consult.pages.views import posting

    browser = browser_of(cast.edie)
    form = {**form_of(browser.get(address)), **NAME, "name": "Blue Lamp", "comment": WORDS}
    real, taken = posting.take_name, []

    def late(consultation, **choice):
        if not taken:
            taken.append(real(consultation, **choice))  # the first click gets there in this moment
        return real(consultation, **choice)

    monkeypatch.setattr(posting, "take_name", late)
    assert browser.post(address, form).status_code == 302
    assert PublicComment.objects.get().persona == taken[0]


SLOT = "<!--own:{}--></div><script>alert(1)</script>\"' onx=1 {{{{ 7|add:7 }}}}"


def test_a_slot_that_someone_typed_stays_words(cast, say, browser_of, section_place):
    mine = say("Mine.")
    typed = SLOT.format(mine.pk)
    eve = named(cast.consultation, cast.edie, "Eve", capacity="organisation", organisation=typed[:100],
                profession=typed[:70], profession_is_shown=True)  # fmt: skip
    say(typed, persona=eve)
    page = browser_of(cast.ada).get(reverse("section", args=["draft-1", "yourself"])).content.decode()
    assert page.count("Posted by you") == 1
    assert "<script>alert" not in page
    assert "<!--own" not in page


def test_a_slot_in_a_title_or_a_question_stays_words(cast, say, browser_of):
    mine = say("Mine.")
    typed = SLOT.format(mine.pk)
    cast.consultation.title = typed
    cast.consultation.about = cast.consultation.open_to_change = typed
    questions = [{"text": typed, "help": typed}, {"text": "Else?"}]
    consultations.set_up(cast.consultation, questions=questions, by=cast.ann)
    for name, further in (("consultation", []), ("section", ["yourself"]), ("question", [1]), ("thread", [mine.pk])):
        page = browser_of(cast.ada).get(reverse(name, args=["draft-1", *further])).content.decode()
        assert "<script>alert" not in page
        assert "<!--own" not in page
        assert page.count("Posted by you") <= 1


# --- One reader's page is not another's ----------------------------------------------------------------
PAGES = ["/", "/consultations/draft-1/", "/consultations/draft-1/sections/yourself/", "/house-rules/", "/guidance/"]


@pytest.mark.parametrize(
    "disguise",
    [
        {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "x"},
        {"HTTP_ACCEPT_LANGUAGE": "ar"},
        {"HTTP_ACCEPT_ENCODING": "gzip"},
        {"HTTP_HOST": "localhost"},
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_ORIGINAL_URL": "/team/"},
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
        {"HTTP_COOKIE": "csrftoken=abc; messages=evil; Sessionid=x"},
        {"HTTP_REFERER": "https://evil.example/"},
    ],
)
@pytest.mark.parametrize("path", PAGES)
def test_what_one_stranger_sends_changes_no_other_strangers_page(path, disguise, cast, say):
    say()
    plain = Client().get(path)
    cache.clear()
    first = Client().get(path, **disguise)
    second = Client().get(path)
    assert second.content == plain.content
    assert "evil" not in first.content.decode()
    assert not second.cookies


@pytest.mark.parametrize("path", PAGES[:3])
def test_marks_of_one_reader_reach_nobody_else(path, cast, say, browser_of):
    say()
    ada, ben = browser_of(cast.ada), browser_of(cast.ben)
    for query in ("", "?before=999999", "?x=1", "?next=/team/"):
        cache.clear()
        pages = {"ada": ada.get(path + query), "stranger": Client().get(path + query), "ben": ben.get(path + query)}
        for who in ("stranger", "ben"):
            page = pages[who].content.decode()
            assert "Posted by you" not in page
            assert "Speaking as </span><bdi>Night Heron" not in page
        assert "no-store" in pages["ada"]["Cache-Control"]
        assert "no-store" in pages["ben"]["Cache-Control"]
        assert not pages["stranger"].cookies


def test_someone_whose_session_is_over_is_a_stranger_whose_page_is_not_kept(cast, browser_of):
    browser = browser_of(cast.ada)
    browser.session.flush()
    response = browser.get("/consultations/draft-1/")
    assert "no-store" in response["Cache-Control"]
    assert "Night Heron" not in response.content.decode()


# --- Nobody is exposed -----------------------------------------------------------------------------------
def test_no_page_tells_a_time_finer_than_a_day_or_an_account(cast, say):
    comment = say(at=timezone.now() - timedelta(days=2))
    reply = say("Indeed.", persona=cast.ben_persona, reply_to=comment)
    private = [cast.ada.email, cast.ben.email, "lindqvist", str(comment.submission_id), str(reply.receipt_hash)]
    paths = [*PAGES, f"/consultations/draft-1/threads/{comment.pk}/", "/consultations/draft-1/whole/"]
    for path in paths:
        response = Client().get(path)
        everything = response.content.decode() + str(dict(response.items()))
        assert not [word for word in private if word in everything], path
        assert not response.has_header("Last-Modified")
        for moment in re.findall(r'datetime="([^"]*)"', everything):
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", moment), path


def test_the_page_of_a_broken_server_tells_nothing(cast, browser_of, calm, caplog, monkeypatch):
    canary = "canary.account@hospital.example"

    def breaks(*_args, **_more):
        raise RuntimeError(f"{canary} from 203.0.113.9 at /x?token=secret")

    monkeypatch.setattr("consult.pages.views.reading.Tally.objects.of_places", breaks)
    response = calm(browser_of(cast.ada)).get("/consultations/draft-1/")
    page = response.content.decode()
    assert response.status_code == 500
    assert canary not in page
    assert "Traceback" not in page
    from consult.config.logs import JSONLines

    lines = "".join(JSONLines().format(record) for record in caplog.records)
    assert "RuntimeError" in lines
    for secret in (canary, "203.0.113.9", "secret", cast.ada.email):
        assert secret not in lines


def test_a_name_in_one_consultation_says_nothing_in_another(cast, say, browser_of):
    comment = say()
    heron_elsewhere = named(cast.ideas, cast.ada, "Grey Owl")
    page = Client().get("/consultations/ideas/").content.decode() + Client().get("/").content.decode()
    assert "Night Heron" not in page
    with pytest.raises(ValidationError, match="another consultation"):
        say(persona=heron_elsewhere)
    assert browser_of(cast.ben).get(reverse("posted", args=[comment.pk])).status_code == 404


def test_nobody_learns_whether_an_address_has_an_account(cast):
    answers = []
    for email in (cast.ada.email, "nobody@nowhere.example"):
        for name, field in (
            ("account_signup", "email"),
            ("account_login", "login"),
            ("account_request_login_code", "email"),
        ):
            response = Client().post(reverse(name), {field: email})
            answers.append((name, response.status_code, response.get("Location", "")))
    assert answers[:3] == answers[3:]


def test_nobody_learns_it_from_the_next_page_either(cast):
    def after(name: str, field: str, email: str, page: str) -> list:
        cache.clear()
        browser, seen = Client(), []
        browser.post(reverse(name), {field: email})
        seen.append(browser.get(reverse(page)))
        seen.append(browser.post(reverse(page), {"action": "change", "email": "other@nowhere.example"}))
        seen.append(browser.post(reverse(page), {"code": "AAAA-BBBB"}))
        seen.append(browser.post(reverse("account_logout"), {"next": reverse("account_login")}))
        bodies = [re.sub(r'value="[^"]{64}"', "", r.content.decode()).replace(email, "someone") for r in seen]
        return [(r.status_code, r.get("Location"), body) for r, body in zip(seen, bodies, strict=True)]

    doors = [
        ("account_signup", "email", "account_email_verification_sent"),
        ("account_login", "login", "account_confirm_login_code"),
    ]
    for name, field, page in doors:
        assert after(name, field, cast.ada.email, page) == after(name, field, "nobody@nowhere.example", page)


def test_a_code_is_guessed_three_times_and_no_more(cast):
    browser = Client()
    browser.post(reverse("account_login"), {"login": cast.ada.email})
    answers = [browser.post(reverse("account_confirm_login_code"), {"code": "AAAA-BBBB"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 302, 302]
    assert "sessionid" not in browser.cookies or browser.get("/your-contributions/").status_code == 302


def test_a_session_that_someone_planted_is_not_the_one_she_gets(cast, mailoutbox):
    browser, planted = Client(), Client().session
    planted.save()
    browser.cookies["sessionid"] = planted.session_key
    browser.post(reverse("account_login"), {"login": cast.ada.email})
    code = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", mailoutbox[-1].body, re.MULTILINE)[1]
    assert browser.post(reverse("account_confirm_login_code"), {"code": code}).status_code == 302
    hers = browser.cookies["sessionid"].value
    spy = Client()
    for key in (planted.session_key, hers):
        if key == hers:
            browser.post(reverse("account_logout"))
        spy.cookies["sessionid"] = key
        assert spy.get("/your-contributions/").status_code == 302


def test_a_flood_of_accounts_ends(cast, mailoutbox):
    for number in range(40):
        spoofed = {"HTTP_X_FORWARDED_FOR": f"198.51.100.{number}"}
        Client().post(reverse("account_signup"), {"email": f"x{number}@flood.example"}, **spoofed)
        Client().post(reverse("account_login"), {"login": cast.ada.email}, **spoofed)
    assert len(mailoutbox) <= 25


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "///e.x"]
)
def test_signing_in_and_out_leads_to_no_other_house(evil, cast, browser_of):
    browser = browser_of(cast.ada)
    for path in (reverse("account_login"), reverse("account_logout")):
        for response in (browser.get(path, {"next": evil}), browser.post(path, {"next": evil})):
            assert "evil" not in response.get("Location", "")
            assert not response.get("Location", "/").startswith(("//", "java"))


# --- What is not public yet -------------------------------------------------------------------------------
def test_an_unannounced_consultation_does_not_exist(cast, browser_of, calm):
    hidden = _hidden(cast)
    paths = ["", "sections/who/", "sections/who/full/", "questions/1/", "whole/", "comment/", "comment/section/who/",
             "comment/question/1/", "threads/1/"]  # fmt: skip
    outsiders = [Client(), browser_of(cast.ada), browser_of(cast.otto)]
    for path in (f"/consultations/{hidden.slug}/{path}" for path in paths):
        for browser in outsiders:
            assert calm(browser).get(path).status_code == 404, path
            assert calm(browser).post(path, {"comment": WORDS}).status_code == 404, path
    for path in (f"/team/consultations/{hidden.slug}/{path}" for path in ("", "change/", "summary/", "export/")):
        assert browser_of(cast.otto).get(path).status_code == 404, path
    assert browser_of(cast.otto).post(f"/team/consultations/{hidden.slug}/move/announce/").status_code == 404
    for path in ("/", "/guidance/social-media/", "/consultations/draft-1/"):
        assert "Not yet" not in Client().get(path).content.decode()


def _hidden(cast) -> Consultation:
    shown = open_consultation(cast.document, cast.ann, revision=cast.revision, slug="hidden", title="Not yet")
    Consultation.objects.filter(pk=shown.pk).update(announced_at=None)
    return Consultation.objects.get(pk=shown.pk)


def test_a_draft_is_nobodys_but_its_teams(cast, browser_of):
    import_draft(cast.other_document, read_markdown("# Gifts\n\n## A {#a}\n\nA secret sentence."), by=cast.otto)
    paths = ["/guidance/gifts/", "/guidance/gifts/draft-1/", "/guidance/gifts/draft-1/a/", "/guidance/gifts/a/",
             "/guidance/gifts/draft-1/a/full/", "/team/drafts/gifts/", "/team/drafts/gifts/sections/a/"]  # fmt: skip
    for browser in (Client(), browser_of(cast.ada), browser_of(cast.edie), browser_of(cast.mo)):
        for path in paths:
            page = browser.get(path)
            assert page.status_code in {302, 404}, path
            assert "secret" not in page.content.decode()
    assert "Gifts" not in Client().get("/guidance/").content.decode()


def test_an_editor_cannot_import_into_or_publish_the_guidance_of_others(cast, browser_of):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("x.md", b"# Mine\n\n## A {#a}\n\nNow mine.")
    sent = {"document": cast.document.pk, "file": file}
    assert browser_of(cast.otto).post(reverse("import_text"), sent).status_code == 422
    sent = {"document": "", "file": SimpleUploadedFile("x.md", b"# New\n\n## A {#a}\n\nNew.")}
    assert browser_of(cast.otto).post(reverse("import_text"), sent).status_code == 422
    import_draft(cast.other_document, read_markdown("# Gifts\n\n## A {#a}\n\nNo."), by=cast.otto)
    assert browser_of(cast.edie).post(reverse("publication", args=["gifts"]), {"changelog": "x"}).status_code == 404


# --- The timetable ---------------------------------------------------------------------------------------
def test_a_stale_copy_moves_nothing_twice(cast):
    first, second = (Consultation.objects.get(slug="draft-1") for _ in range(2))
    consultations.pause(first, by=cast.ann, reason="A flood.")
    with pytest.raises(Exception, match="paused"):
        consultations.pause(second, by=cast.ann, reason="A flood.")
    assert Entry.objects.filter(verb="consultation.paused").count() == 1


def test_changing_words_does_not_undo_a_pause_that_came_meanwhile(cast):
    stale = Consultation.objects.get(slug="draft-1")
    consultations.pause(Consultation.objects.get(slug="draft-1"), by=cast.ann, reason="A flood.")
    stale.about = "New words."
    consultations.set_up(stale, questions=[{"text": "One?"}, {"text": "Two?"}], by=cast.ann)
    assert Consultation.objects.get(slug="draft-1").paused_at is not None


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "elsewhere"},
        {"kind": "ideas", "revision": None},
        {"document": "other", "revision": None, "kind": "ideas"},
    ],
)
def test_what_was_announced_keeps_its_address_and_its_text(change, cast, say):
    say()
    for name, value in change.items():
        setattr(cast.consultation, name, cast.other_document if value == "other" else value)
    with pytest.raises(ValidationError, match="as it was announced"):
        consultations.set_up(cast.consultation, questions=[{"text": "One?"}, {"text": "Two?"}], by=cast.ann)


def test_no_consultation_takes_the_address_of_a_page_of_ours(cast):
    with pytest.raises(ValidationError, match="Choose another address"):
        open_consultation(cast.document, cast.ann, slug="new", title="New")


@pytest.mark.parametrize("field", ["closes_at", "paused_at"])
def test_a_door_that_closed_while_she_wrote_gives_the_words_back(field, cast, browser_of, address, form_of):
    browser = browser_of(cast.ada)
    form = form_of(browser.get(address)) | {"comment": WORDS}
    Consultation.objects.filter(slug="draft-1").update(**{field: timezone.now()})
    response = browser.post(address, form)
    assert response.status_code == 403
    assert WORDS in unescape(response.content.decode())
    assert not PublicComment.objects.exists()


# --- Hostile files ---------------------------------------------------------------------------------------
def test_an_endless_line_is_refused_before_it_is_parsed():
    with pytest.raises(ValidationError, match="Line 5 is longer than 20,000 characters"):
        read_markdown("# T\n\n## S {#s}\n\n" + "[" * 4_000_000)


def test_a_section_takes_no_drafts_address():
    with pytest.raises(ValidationError, match="address of another page"):
        read_markdown("# T\n\n## Draft 1 {#draft-1}\n\nWords.")


@pytest.mark.parametrize("opening", ["> ", "- ", "1. "])
def test_deep_nesting_ends_in_text_or_in_words(opening):
    try:
        imported = read_markdown("# T\n\n## S {#s}\n\n" + opening * 5000 + "deep")
    except ValidationError:
        return
    assert imported.sections


# --- The broker and the worker are away --------------------------------------------------------------------
def test_posting_needs_no_broker(cast, say, monkeypatch):
    def away(*_args, **_more):
        raise OSError("The broker is away.")

    monkeypatch.setattr("celery.app.base.Celery.send_task", away)
    monkeypatch.setattr("celery.app.task.Task.apply_async", away)
    assert say(submission_id=uuid4()).pk
