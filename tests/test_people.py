"""Names that people post under, and the law."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from consult.ledger.models import Entry
from consult.people.actions import appoint
from consult.people.models import Account, Persona, TeamMember
from consult.people.names import skeleton
from consult.people.permissions import LAW, Can, Refused, may, require
from tests.conftest import named


@pytest.mark.parametrize(
    "twin",
    ["night heron", "NIGHT  HERON", "Night-Heron", "Nіght Heron", "Ｎight Heron", "Níght Heron", "Night\u200bHeron"],
)
def test_no_two_names_look_alike(twin, consultation, edie, ada_persona):
    with pytest.raises(ValidationError, match="looks like it"):
        named(consultation, edie, twin)


@given(st.text(min_size=1, max_size=60))
def test_a_skeleton_is_stable_and_ignores_case_and_spaces(name):
    assert skeleton(name) == skeleton(name)
    assert len(skeleton(name)) <= 200
    if name.isascii() and name.isalpha():
        assert skeleton(name.upper()) == skeleton(f" {name.lower()} ")


def test_one_account_has_one_name_in_a_consultation(consultation, ada):
    with pytest.raises(ValidationError, match="a name in this consultation already"):
        named(consultation, ada, "Someone Else")


def test_another_consultation_another_name(cast):
    assert named(cast.ideas, cast.ada, "Blue Lamp").pk


@pytest.mark.parametrize("name", ["Admin", "MODERATOR", "Drafting team", "Name not given"])
def test_nobody_can_look_official(name, consultation, edie):
    with pytest.raises(ValidationError, match="official"):
        named(consultation, edie, name)


def test_nobody_posts_under_their_address(cast):
    with pytest.raises(ValidationError, match="your e-mail address"):
        named(cast.ideas, cast.ben, "ben at school.example".replace(" at ", ""))


def test_who_speaks_for_an_organisation_names_it(consultation, edie):
    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        named(consultation, edie, "Ruth", capacity=Persona.Capacity.ORGANISATION)


def test_taking_a_name_is_recorded_without_name_or_account(ada_persona, ada):
    entry = Entry.objects.about(ada_persona).get()
    assert ada_persona.name not in entry.facts
    assert ada.email not in entry.facts + entry.subject + entry.actor


def test_a_profession_is_shown_only_if_the_person_wishes(cast):
    quiet = named(cast.ideas, cast.ada, "Quiet", profession="Nurse")
    loud = named(cast.ideas, cast.ben, "Loud", profession="Teacher", profession_is_shown=True)
    assert (quiet.shown_profession, loud.shown_profession) == ("", "Teacher")


# --- The law ------------------------------------------------------------------------------------------
CAST = ["stranger", "ada", "ben", "edie", "otto", "mo", "ann"]
THE_LAW = {
    #                         stranger ada   ben   edie  otto  mo    ann
    Can.READ:        "        yes      yes   yes   yes   yes   yes   yes",
    Can.TAKE_A_NAME: "        no       yes   yes   yes   yes   yes   yes",
    Can.COMMENT:     "        no       yes   no    no    no    no    no",
    Can.AGREE:       "        no       yes   no    no    no    no    no",
    Can.CHANGE_WORDS: "       no       yes   no    no    no    no    no",
    Can.WITHDRAW:    "        no       yes   no    no    no    no    no",
    Can.DESCRIBE:    "        no       yes   no    no    no    no    no",
    Can.WEAR_A_BADGE: "       no       yes   no    no    no    no    no",
    Can.MODERATE:    "        no       no    no    no    no    yes   yes",
    Can.LET_IN:      "        no       no    no    yes   no    yes   yes",
    Can.CONFIRM_A_PERSON: "   no       no    no    yes   no    no    yes",
    Can.SPEAK_AS_GUEST: "     no       no    no    no    no    no    no",
    Can.READ_FOR_EDITORS: "   no       no    no    yes   no    no    yes",
    Can.FLAG:        "        no       yes   yes   yes   yes   yes   yes",
    Can.DECIDE:      "        no       no    no    no    no    yes   yes",
    Can.APPEAL:      "        no       yes   no    no    no    no    no",
    Can.DECIDE_APPEAL: "      no       no    no    no    no    no    yes",
    Can.DRAFT:       "        no       no    no    yes   no    no    yes",
    Can.READ_DRAFT:  "        no       no    no    yes   no    no    yes",
    Can.PUBLISH:     "        no       no    no    yes   no    no    yes",
    Can.CORRECT:     "        no       no    no    yes   no    no    yes",
    Can.WITHDRAW_TEXT: "      no       no    no    yes   no    no    yes",
    Can.SET_UP:      "        no       no    no    no    no    no    yes",
    Can.ENTER:       "        no       no    no    yes   no    no    yes",
    Can.SUMMARISE:   "        no       no    no    yes   no    no    yes",
    Can.EXPORT:      "        no       no    no    no    no    no    yes",
    Can.WATCH_A_JOB: "        no       no    no    no    no    no    yes",
    Can.EDIT_PAGES:  "        no       no    no    no    no    no    yes",
    Can.SCREEN:      "        no       no    no    no    no    no    yes",
    Can.APPOINT:     "        no       no    no    no    no    no    yes",
}  # fmt: skip


@pytest.mark.parametrize("can", list(Can))
def test_the_law_names_who_may(can, cast, say):
    from consult.jobs.models import Job
    from consult.moderation.models import Appeal, Decision

    comment = say()
    decision = Decision(comment=comment, by=cast.mo)
    things = {
        Can.FLAG: comment,
        Can.DECIDE: comment,
        Can.APPEAL: decision,
        Can.DECIDE_APPEAL: Appeal(decision=decision),
        Can.COMMENT: cast.ada_persona,
        Can.AGREE: cast.ada_persona,
        Can.CHANGE_WORDS: cast.ada_persona,
        Can.WITHDRAW: cast.ada_persona,
        Can.DESCRIBE: cast.ada_persona,
        Can.WEAR_A_BADGE: cast.ada_persona,
        Can.DRAFT: cast.document,
        Can.READ_DRAFT: cast.revision,
        Can.PUBLISH: cast.revision,
        Can.CORRECT: cast.revision,
        Can.WITHDRAW_TEXT: cast.revision,
        Can.WATCH_A_JOB: Job(kind="x", key="y"),
        Can.EDIT_PAGES: None,
        Can.SCREEN: None,
        Can.APPOINT: None,
    }
    people = [None, *(getattr(cast, name) for name in CAST[1:])]
    allowed = [may(person, can, things.get(can, cast.consultation)) for person in people]
    assert dict(zip(CAST, allowed, strict=True)) == {
        name: word == "yes" for name, word in zip(CAST, THE_LAW[can].split(), strict=True)
    }


def test_every_verb_has_its_law():
    assert set(LAW) == set(Can) == set(THE_LAW)


def test_a_refusal_gives_its_reason(cast):
    with pytest.raises(Refused, match="Only an admin"):
        require(cast.edie, Can.EXPORT, cast.consultation)


def test_someone_who_was_shut_out_may_do_nothing(cast):
    cast.ann.is_active = False
    assert not may(cast.ann, Can.EXPORT, cast.consultation)


def test_a_reviewer_reads_the_draft_and_changes_nothing(cast):
    lawyer = appoint("lawyer@standards.example", role=TeamMember.Role.REVIEWER, document=cast.document)
    assert may(lawyer, Can.READ_DRAFT, cast.revision)
    assert not any(may(lawyer, can, cast.revision) for can in (Can.DRAFT, Can.PUBLISH, Can.CORRECT))
    assert not may(lawyer, Can.READ_DRAFT, cast.other_document)


def test_who_is_signed_in_is_found_as_the_orm_finds_them(ada, django_assert_num_queries):
    from consult.people.backends import SignedInByCode

    with django_assert_num_queries(1):
        found = SignedInByCode().get_user(ada.pk)
    kept = Account.objects.get(pk=ada.pk)
    assert {name: value for name, value in vars(found).items() if name != "_state"} == {
        name: value for name, value in vars(kept).items() if name != "_state"
    }
    assert not found._state.adding
    Account.objects.filter(pk=ada.pk).update(is_active=False)
    assert SignedInByCode().get_user(ada.pk) is None
    assert SignedInByCode().get_user(10**9) is None
