"""The whole cast before every door: who is let in where. A new address without a row here fails."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

CAST = ["stranger", "ada", "ben", "edie", "otto", "mo", "ann"]
IN, ASK, NO, GONE, ONWARD, POST = 200, "sign in", 403, 404, "redirect", 405
TEAM = (ASK, GONE, GONE, IN, IN, GONE, IN)  # who drafts anything, or is an admin
ITS_TEAM = (ASK, GONE, GONE, IN, GONE, GONE, IN)  # who drafts this guidance, or is an admin
ADMIN = (ASK, GONE, GONE, NO, NO, GONE, IN)
EVERYONE = (IN,) * 7
SIGNED_IN = (ASK,) + (IN,) * 6
OWN = (ASK, IN, GONE, GONE, GONE, GONE, GONE)
MODERATORS = (ASK, GONE, GONE, GONE, GONE, IN, IN)

DOORS = {
    # name                        arguments                      stranger ada ben edie otto mo ann
    "home":                       ([], EVERYONE),
    "consultation":               (["draft-1"], EVERYONE),
    "section":                    (["draft-1", "yourself"], EVERYONE),
    "section_at":                 (["draft-1", "yourself", "full"], EVERYONE),
    "question":                   (["draft-1", 1], EVERYONE),
    "whole":                      (["draft-1"], EVERYONE),
    "thread":                     (["draft-1", "<comment>"], EVERYONE),
    "letter":                     (["draft-1", "<letter>"], EVERYONE),
    "guest_on_whole":             (["draft-1"], (ASK,) + (ONWARD,) * 6),  # with guests: tests/test_guests.py
    "guest_on_section":           (["draft-1", "who"], (ASK,) + (ONWARD,) * 6),
    "guest_on_block":             (["draft-1", "<block>"], (ASK,) + (ONWARD,) * 6),
    "guest_on_question":          (["draft-1", 1], (ASK,) + (ONWARD,) * 6),
    "guest_reply":                (["<comment>"], (ASK,) + (ONWARD,) * 6),
    "guest_sent":                 (["draft-1"], EVERYONE),
    "guest_confirm":              (["<comment>"], (410,) * 7),
    "that_is_me":                 (["<part>"], EVERYONE),
    "that_is_me_sent":            (["<part>"], EVERYONE),
    "what_became":                (["draft-1"], EVERYONE),
    "what_became_of_section":     (["draft-1", "yourself"], EVERYONE),
    "compare":                    (["social-media", 1, 2], EVERYONE),
    "comment":                    (["<comment>"], (ONWARD,) * 7),
    "house_rules":                ([], EVERYONE),
    "house_rules_version":        ([1], EVERYONE),
    "privacy_notice":             ([1], EVERYONE),
    "standing":                   (["privacy"], EVERYONE),
    "check_reference":            ([], EVERYONE),
    "webmention":                 ([], (GONE,) * 7),  # switched off; tests/test_mentions.py
    "pingback":                   ([], (GONE,) * 7),
    "theme":                      ([], EVERYONE),
    "health":                     ([], EVERYONE),
    "demo_mail":                  ([], (GONE,) * 7),
    "document":                   (["social-media"], EVERYONE),
    "guidance:library":           ([], EVERYONE),
    "guidance:document":          (["social-media"], EVERYONE),
    "guidance:draft":             (["social-media", 1], EVERYONE),
    "guidance:download_md":       (["social-media", 1], EVERYONE),
    "guidance:download_docx":     (["social-media", 1], EVERYONE),
    "guidance:redline":           (["social-media", 1, 2], EVERYONE),
    "guidance:draft_section":     (["social-media", 1, "who"], EVERYONE),
    "guidance:draft_section_at":  (["social-media", 1, "who", "overview"], EVERYONE),
    "guidance:compare":           (["social-media", 1, 2], EVERYONE),
    "guidance:compare_any":       (["social-media"], (GONE,) * 7),
    "guidance:compare_whole":     (["social-media", 1, 2], EVERYONE),
    "guidance:compare_section":   (["social-media", 1, 2, "who"], EVERYONE),
    "guidance:section":           (["social-media", "who"], EVERYONE),
    "guidance:whole":             (["social-media"], EVERYONE),
    "guidance:whole_at":          (["social-media", "overview"], EVERYONE),
    "guidance:search":            (["social-media"], EVERYONE),
    "guidance:references":       (["social-media"], EVERYONE),
    "guidance:draft_references": (["social-media", 1], EVERYONE),
    "guidance:draft_whole":       (["social-media", 1], EVERYONE),
    "guidance:draft_whole_at":    (["social-media", 1, "overview"], EVERYONE),
    "guidance:draft_search":      (["social-media", 1], EVERYONE),
    "guidance:section_at":        (["social-media", "who", "overview"], EVERYONE),
    "guidance:aid":               (["social-media", "yourself"], EVERYONE),
    "guidance:aid_step":          (["social-media", "yourself", "1"], EVERYONE),
    "guidance:draft_aid":         (["social-media", 1, "yourself"], EVERYONE),
    "guidance:draft_aid_step":    (["social-media", 1, "yourself", "a"], EVERYONE),
    "comment_on_whole":           (["draft-1"], SIGNED_IN),
    "comment_on_section":         (["draft-1", "who"], SIGNED_IN),
    "comment_on_block":           (["draft-1", "<block>"], SIGNED_IN),
    "comment_on_question":        (["draft-1", 1], SIGNED_IN),
    "reply":                      (["<comment>"], SIGNED_IN),
    "persona":                    (["draft-1", "nlghtheron"], EVERYONE),
    "own_name":                   (["draft-1"], (ASK, IN, IN, GONE, GONE, GONE, GONE)),
    "public_bodies":              ([], ADMIN),
    "contributions":              ([], SIGNED_IN),
    "suggest_wording":            (["draft-1", "<block>"], SIGNED_IN),
    "change_comment":             (["<comment>"], OWN),
    "remove_words":               (["<comment>"], OWN),
    "comment_versions":           (["<changed>"], EVERYONE),
    "react":                      (["<comment>"], SIGNED_IN),
    "report":                     (["<comment>"], SIGNED_IN),
    "appeal":                     (["<hidden>"], OWN),
    "moderation_record":          (["draft-1"], EVERYONE),
    "moderation":                 ([], MODERATORS),
    "screening_lists":            ([], (ASK, GONE, GONE, GONE, GONE, NO, IN)),
    "moderate":                   (["<comment>"], MODERATORS),
    "claim":                      (["<comment>"], (ASK,) + (POST,) * 6),
    "moderate_many":              ([], (ASK,) + (POST,) * 6),
    "undo_moderation":            (["0f6f1a50-0000-4000-8000-000000000000"], (ASK,) + (POST,) * 6),
    "answer_appeal":              (["<appeal>"], (ASK, GONE, GONE, GONE, GONE, NO, IN)),
    "posted":                     (["<comment>"], OWN),
    "withdraw":                   (["<comment>"], OWN),
    "team":                       ([], TEAM),
    "import_text":                ([], TEAM),
    "save_import":                ([], (ASK, GONE, GONE, POST, POST, GONE, POST)),
    "team_draft":                 (["gifts"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "team_draft_section":         (["gifts", "a"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "team_draft_section_at":      (["gifts", "a", "full"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "outline":                    (["gifts"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "drafts":                     ([], (ASK, GONE, GONE, IN, IN, GONE, IN)),
    "retire_section":             (["gifts", "a"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "draft_measures":             (["gifts"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "draft_duties":               (["gifts"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "draft_fates":                (["gifts"], (ASK,) + (GONE,) * 6),
    "draft_fate":                 (["gifts", "a"], (ASK,) + (GONE,) * 6),
    "outline_section":            (["gifts", "a"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "rests_on":                   (["gifts", "a"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "draft_references":           (["gifts"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "change_reference":           (["gifts", "<reference>"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "about_guidance":             (["gifts"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "review_draft":               (["gifts"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "write":                      (["gifts", "a", "full"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "settle":                     (["gifts", "a", "full"], (ASK,) + (POST,) * 6),
    "autosave":                   (["gifts", "a", "full"], (ASK,) + (POST,) * 6),
    "start_draft":                (["gifts"], (ASK, GONE, GONE, POST, POST, GONE, POST)),
    "compare_draft":              (["gifts"], (ASK,) + (GONE,) * 6),
    "compare_draft_section":      (["gifts", "a"], (ASK,) + (GONE,) * 6),
    "publication":                (["gifts"], (ASK, GONE, GONE, GONE, IN, GONE, IN)),
    "stop_publication":           (["gifts"], (ASK,) + (POST,) * 6),
    "prepare_again":              (["gifts"], (ASK,) + (POST,) * 6),
    "published":                  (["social-media"], ITS_TEAM),
    "withdraw_text":              (["social-media", 1], ITS_TEAM),
    "correct_text":               (["social-media", 1, "<block>"], ITS_TEAM),
    "team_consultation":          (["draft-1"], ITS_TEAM),
    "campaigns":                  (["draft-1"], ITS_TEAM),
    "campaign":                   (["draft-1", "<campaign>"], ITS_TEAM),
    "letters":                    (["draft-1"], ITS_TEAM),
    "people_who_asked":           (["draft-1"], ITS_TEAM),
    "enter_letter":               (["draft-1"], ITS_TEAM),
    "save_letter":                (["draft-1"], (ASK, GONE, GONE, POST, POST, GONE, POST)),
    "mentions":                   (["draft-1"], (ASK, GONE, GONE, IN, GONE, IN, IN)),
    "for_the_editors":            (["draft-1"], ITS_TEAM),
    "changes":                    ([], MODERATORS),
    "decide_on_change":           (["<change>"], MODERATORS),
    "set_up":                     ([], ADMIN),
    "change_consultation":        (["draft-1"], ADMIN),
    "move_consultation":          (["draft-1", "pause"], (ASK, GONE, GONE, POST, POST, GONE, POST)),
    "team_house":                 ([], ADMIN),
    "edit_standing_page":         (["privacy"], ADMIN),
    "new_house_rules":            ([], ADMIN),
    "new_privacy_notice":         ([], ADMIN),
    "appoint":                    ([], ADMIN),
}  # fmt: skip
# Doors of other rooms, tested there, and those of allauth, whose own tests know them.
ELSEWHERE = {"summary", "make", "export", "job"}
OF_ALLAUTH = ("account_", "usersessions_", "mfa_", "socialaccount_", "openid_connect_", "sso_")


def addresses() -> set[str]:
    names: set[str] = set()

    def walk(patterns, prefix=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
            elif isinstance(pattern, URLPattern) and pattern.name:
                names.add(prefix + pattern.name)

    walk(get_resolver().url_patterns)
    return {name for name in names if not name.startswith(OF_ALLAUTH)}


def seen(response) -> int | str:
    if response.status_code in {301, 302}:
        return ASK if response.url.startswith(reverse("account_login")) else ONWARD
    return response.status_code


def campaign_from(place, *, by) -> int:
    """A text that three people sent from elsewhere."""
    from consult.discussion.bulk import NewComment, insert_many
    from consult.discussion.campaigns.actions import compare
    from consult.discussion.campaigns.showing import campaigns_of
    from consult.discussion.models import PublicComment

    text = "We ask you to think again about the badge test, which punishes those who speak honestly."
    ids = insert_many((NewComment(text, place) for _ in range(3)), by=by, actor="editor")
    compare(PublicComment.objects.filter(pk__in=ids))
    return campaigns_of(place.consultation)[0].number


@pytest.fixture
def everything(cast, say, block_place):
    from consult.discussion.mending import change_words
    from consult.discussion.models import ProposedChange, PublicComment
    from consult.drafting.actions import cite_new, import_draft, open_draft
    from consult.moderation.actions import Ruling, appeal, decide
    from consult.moderation.models import Verb
    from consult.publishing.actions import publish
    from guidance.importing import read_markdown

    gifts = import_draft(cast.other_document, read_markdown("# Gifts\n\n## A {#a}\n\nSay no."), by=cast.otto)
    cited, _is_new = cite_new(gifts, "a", "Gifts Code", "https://standards.example/gifts", by=cast.otto)
    second = open_draft(cast.document, by=cast.edie)
    publish(second, changelog="The second draft.", by=cast.edie)
    hidden = say("It names a patient.")
    decision = decide(hidden, Ruling(Verb.HIDE, rule=2, reason="It names a patient."), by=cast.mo)
    letter = entered(cast, block_place)
    changed = say("As it was.")
    PublicComment.objects.filter(pk=changed.pk).update(submit_date=changed.submit_date - timedelta(days=1))
    change_words(changed, text="As it is now.", wording=1, by=cast.ada)
    proposed = ProposedChange.objects.create(comment=changed, text="As it may be.", proposed_on=changed.day)
    return {
        "<changed>": changed.pk,
        "<change>": proposed.pk,
        "<comment>": say().pk,
        "<hidden>": hidden.pk,
        "<appeal>": appeal(decision, words="", by=cast.ada).pk,
        "<block>": block_place.block.key,
        "<campaign>": campaign_from(block_place, by=cast.edie),
        "<reference>": cited.reference_id,
        "<letter>": letter.pk,
        "<part>": letter.parts.get().comment_id,
    }


def entered(cast, place):
    from consult.discussion.elsewhere.letters import Provenance, enter_letter

    came = Provenance(route="letter", received_on=timezone.localdate())
    return enter_letter(cast.consultation, [(place, "Said.")], came=came, submission_id=uuid4(), by=cast.edie)


def test_every_address_has_its_row():
    unknown = {name for name in addresses() if name not in DOORS and name.partition("_")[0] not in ELSEWHERE}
    assert not unknown


@pytest.mark.parametrize("name", list(DOORS))
def test_who_is_let_in(name, cast, everything, browser_of, stranger):
    arguments, expected = DOORS[name]
    address = reverse(name, args=[everything.get(argument, argument) for argument in arguments])
    browsers = [stranger, *(browser_of(getattr(cast, who)) for who in CAST[1:])]
    statuses = [seen(browser.get(address)) for browser in browsers]
    assert dict(zip(CAST, statuses, strict=True)) == dict(zip(CAST, expected, strict=True))


WRITES = {
    "enter_letter": ["draft-1"],
    "save_letter": ["draft-1"],
    "people_who_asked": ["draft-1"],
    "move_consultation": ["draft-1", "pause"],
    "change_consultation": ["draft-1"],
    "set_up": [],
    "edit_standing_page": ["privacy"],
    "new_house_rules": [],
    "new_privacy_notice": [],
    "appoint": [],
    "public_bodies": [],
    "import_text": [],
    "outline": ["gifts"],
    "outline_section": ["gifts", "a"],
    "rests_on": ["gifts", "a"],
    "change_reference": ["gifts", "<reference>"],
    "about_guidance": ["gifts"],
    "write": ["gifts", "a", "full"],
    "draft_fate": ["gifts", "a"],
    "settle": ["gifts", "a", "full"],
    "autosave": ["gifts", "a", "full"],
    "save_import": [],
    "start_draft": ["gifts"],
    "publication": ["gifts"],
    "stop_publication": ["gifts"],
    "prepare_again": ["gifts"],
    "withdraw_text": ["social-media", 1],
    "correct_text": ["social-media", 1, "<block>"],
    "withdraw": ["<comment>"],
    "change_comment": ["<comment>"],
    "remove_words": ["<comment>"],
    "appeal": ["<hidden>"],
    "answer_appeal": ["<appeal>"],
}
ONLY_OF_MODERATORS = {
    "decide_on_change": ["<change>"],
    "moderate": ["<comment>"],
    "claim": ["<comment>"],
    "moderate_many": [],
}


@pytest.mark.parametrize("name", list(WRITES))
@pytest.mark.parametrize("who", ["stranger", "ben", "mo"])
def test_the_wrong_role_writes_nothing(name, who, cast, everything, browser_of, stranger):
    from consult.ledger.models import Entry

    before = Entry.objects.count()
    address = reverse(name, args=[everything.get(argument, argument) for argument in WRITES[name]])
    browser = stranger if who == "stranger" else browser_of(getattr(cast, who))
    assert seen(browser.post(address, {})) in {ASK, NO, GONE}
    assert Entry.objects.count() == before


@pytest.mark.parametrize("name", list(ONLY_OF_MODERATORS))
@pytest.mark.parametrize("who", ["stranger", "ada", "ben", "edie", "otto"])
def test_only_moderators_decide(name, who, cast, everything, browser_of, stranger):
    from consult.ledger.models import Entry

    before = Entry.objects.count()
    address = reverse(name, args=[everything.get(argument, argument) for argument in ONLY_OF_MODERATORS[name]])
    browser = stranger if who == "stranger" else browser_of(getattr(cast, who))
    words = {"verb": "hide", "rule": "2", "reason": "x", "comment": everything["<comment>"], "sure": "1"}
    assert seen(browser.post(address, words)) in {ASK, NO, GONE}
    assert Entry.objects.count() == before
