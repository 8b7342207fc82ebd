"""The ledger: what happened stays as it was written, and anyone can check that it did."""

import hashlib
import json
import threading
from datetime import UTC, date, datetime
from io import StringIO
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction
from hypothesis import given
from hypothesis import strategies as st

from consult.ledger import merkle
from consult.ledger.actions import (
    erase_private_side,
    erase_private_sides_of,
    latest_seal,
    record,
    record_each,
    record_many,
    seal,
    seal_everything,
    seal_of,
)
from consult.ledger.canonical import canonical, commitment_to, entry_bytes, seal_hash
from consult.ledger.facts import checked
from consult.ledger.guards import install_guards, remove_guards
from consult.ledger.models import BEGINNING, Entry, PrivateSide, Seal, Sealed, Unchangeable, Unsealed
from consult.ledger.receipts import ALPHABET, normalise, receipt_for, receipt_hash
from consult.ledger.subjects import subject_of
from consult.ledger.verify import inclusion_of, verify_ledger

NOON = datetime(2026, 11, 2, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_quiet_ledger(request):
    """The cast is there, and the history of how it came together is put away, so that tests can count from one."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("cast")
        forget_everything()


def forget_everything() -> None:
    """What only a test can do: it takes the guards off first."""
    remove_guards(connection)
    for table in ("sealed", "unsealed", "privateside", "entry", "seal"):
        run(f"DELETE FROM consult_{table}")
    connection.check_constraints()  # now, so that PostgreSQL lets the triggers come back
    install_guards(connection)


def posted(ada, number=12, **facts) -> Entry:
    with transaction.atomic():
        return record(ada, "comment.posted", f"comment:{number}", **facts)


# --- Trees: RFC 6962 ------------------------------------------------------------------------------

KNOWN_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
KNOWN_PATH = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]


def known_leaves() -> list[bytes]:
    return [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in KNOWN_LEAVES]


def root_as_the_rfc_words_it(leaves: list[bytes]) -> bytes:
    """Section 2.1, as it stands: split at the largest power of two below the size."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    left, right = root_as_the_rfc_words_it(leaves[:middle]), root_as_the_rfc_words_it(leaves[middle:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_trees_have_the_roots_that_certificate_transparency_publishes():
    assert [merkle.root(known_leaves()[:size]).hex() for size in range(1, 9)] == KNOWN_ROOTS
    assert merkle.root([]) == hashlib.sha256(b"").digest()


def test_paths_are_the_ones_that_certificate_transparency_publishes():
    assert [step.hex() for step in merkle.inclusion_proof(known_leaves(), 0)] == KNOWN_PATH


leaves_and_index = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70).flatmap(
    lambda leaves: st.tuples(st.just(leaves), st.integers(0, len(leaves) - 1))
)


@given(leaves_and_index)
def test_every_leaf_can_be_shown_to_be_in_its_tree(leaves_and_place):
    leaves, index = leaves_and_place
    root = merkle.root(leaves)
    assert root == root_as_the_rfc_words_it(leaves)
    assert merkle.verify_inclusion(leaves[index], index, len(leaves), merkle.inclusion_proof(leaves, index), root)


@given(leaves_and_index, st.binary(min_size=32, max_size=32), st.data())
def test_no_other_leaf_place_or_path_is_believed(leaves_and_place, stranger, data):
    leaves, index = leaves_and_place
    root, path = merkle.root(leaves), merkle.inclusion_proof(leaves, index)
    other = data.draw(st.integers(-1, len(leaves)))
    if stranger != leaves[index]:
        assert not merkle.verify_inclusion(stranger, index, len(leaves), path, root)
    if other != index and (other not in range(len(leaves)) or leaves[other] != leaves[index]):
        assert not merkle.verify_inclusion(leaves[index], other, len(leaves), path, root)
    assert not merkle.verify_inclusion(leaves[index], index, len(leaves), [*path, stranger], root)
    assert not path or not merkle.verify_inclusion(leaves[index], index, len(leaves), path[:-1], root)


def test_there_is_no_path_for_a_leaf_that_is_not_there():
    with pytest.raises(IndexError):
        merkle.inclusion_proof(known_leaves(), 8)


# --- Bytes: the format is final --------------------------------------------------------------------


def test_an_entry_is_hashed_over_exactly_these_bytes():
    written = entry_bytes(
        day=date(2026, 11, 2),
        actor="respondent",
        verb="comment.posted",
        subject="comment:12",
        facts='{"section":"pen-names"}',
        commitment=bytes(32),
    )
    assert written == (
        b'{"actor":"respondent","commitment":"' + b"00" * 32 + b'","day":"2026-11-02",'
        b'"facts":{"section":"pen-names"},"format":"consult.ledger.entry/1","subject":"comment:12",'
        b'"verb":"comment.posted"}'
    )
    assert canonical(json.loads(written)).encode() == written


def test_a_private_side_is_committed_to_with_exactly_these_bytes():
    salt = bytes(range(32))
    private = (
        b'{"account":7,"at":"2026-11-02T12:00:00.123456Z","facts":{},'
        b'"format":"consult.ledger.private/1","reason":"Breaks rule 2 \xe2\x80\x93 \\"insults\\""}'
    )
    committed = commitment_to(salt=salt, account=7, at=NOON, reason='Breaks rule 2 – "insults"', facts="{}")
    assert committed == hashlib.sha256(salt + private).digest()


def test_a_seal_is_hashed_over_exactly_these_bytes():
    sealed = (
        b'{"count":3,"day":"2026-11-02","format":"consult.ledger.seal/1","number":7,"previous":"'
        + b"11" * 32
        + b'","root":"'
        + b"22" * 32
        + b'"}'
    )
    computed = seal_hash(number=7, day=date(2026, 11, 2), count=3, root=b"\x22" * 32, previous=b"\x11" * 32)
    assert computed == hashlib.sha256(sealed).digest()


scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
words = st.text(st.characters(codec="utf-8", exclude_characters="\x00@.:"), max_size=30)
fact_values = st.recursive(
    scalars | words | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.from_regex(r"[a-h][a-z]{0,2}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=8,
)
facts_of_any_kind = st.dictionaries(st.from_regex(r"fact_[a-z0-9]{1,8}", fullmatch=True), fact_values, max_size=5)


@given(facts_of_any_kind)
def test_facts_have_one_spelling_and_come_back_as_they_were(facts):
    spelled = canonical(checked(facts))
    assert canonical(json.loads(spelled)) == spelled
    assert canonical(checked(dict(reversed(facts.items())))) == spelled
    assert json.loads(spelled) == json.loads(json.dumps(facts, default=date.isoformat))


# --- What may not be said in public -----------------------------------------------------------------


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", "Accepted"


def test_choices_dates_and_tuples_become_plain_facts():
    facts = checked({"verdict": Verdict.ACCEPTED, "closes": date(2026, 12, 11), "levels": ("overview", "snapshot")})
    assert canonical(facts) == '{"closes":"2026-12-11","levels":["overview","snapshot"],"verdict":"accepted"}'


@pytest.mark.parametrize(
    "said",
    [
        "ada@example.org",
        "write to ada@mail.example.org, please",
        "192.0.2.17",
        "from 192.0.2.17:8080.",
        "2001:db8::17",
        "[2001:db8::17]:443",
        "::ffff:192.0.2.17",
        ["nested", {"deeper": "ada@example.org"}],
        "x" * 201,
        "nul\x00",
        "lone \ud800",
    ],
)
def test_the_public_part_refuses_addresses_and_long_texts(said):
    with pytest.raises(ValueError, match="The fact “where”"):
        checked({"where": said})


@pytest.mark.parametrize(
    "harmless", ["10:30", "1.2", "section 4.1.2", "2026-11-02", "pen-names", "a: b", "@ada", "…", ""]
)
def test_the_public_part_takes_ordinary_words(harmless):
    assert checked({"where": harmless}) == {"where": harmless}


@pytest.mark.parametrize(
    "key", ["email", "Email", "sender_email", "ip", "client-ip", "text", "comment", "name", "username"]
)
def test_the_public_part_refuses_keys_that_would_hold_people_or_their_words(key):
    with pytest.raises(ValueError, match=f"“{key}”"):
        checked({key: "x"})
    with pytest.raises(ValueError, match=f"“{key}”"):
        checked({"deeper": [{key: 1}]})


@pytest.mark.parametrize("value", [1.5, float("nan"), NOON, b"bytes", {1, 2}, object()])
def test_the_public_part_refuses_what_has_no_single_spelling_or_tells_the_hour(value):
    with pytest.raises(TypeError, match="The fact “x”"):
        checked({"x": value})


def test_the_public_part_refuses_numbers_that_not_every_reader_can_hold():
    with pytest.raises(ValueError, match="too large"):
        checked({"x": 2**53})


# --- Recording --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_ada_does_is_recorded_without_saying_that_it_was_ada(ada):
    entry = posted(ada, section="pen-names", level="snapshot")
    assert (entry.actor, entry.verb, entry.subject) == ("account", "comment.posted", "comment:12")
    assert entry.facts == '{"level":"snapshot","section":"pen-names"}'
    assert entry.private_side.account == ada
    assert str(ada.pk) not in json.loads(entry.public_bytes()).values()
    assert ada.email.encode() not in entry.public_bytes()


@pytest.mark.django_db
def test_recording_costs_three_statements(ada, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(3):
        record(ada, "comment.posted", "comment:12", section="pen-names")


@pytest.mark.django_db
def test_the_system_and_roles_act_too(mo):
    with transaction.atomic():
        assert record(None, "consultation.closed", "consultation:1").actor == "system"
        assert record(mo, "comment.hidden", "comment:3", actor="moderator", reason="Rule 2").actor == "moderator"


@pytest.mark.django_db
def test_the_day_is_the_day_in_london(ada):
    with transaction.atomic():
        entry = record(ada, "comment.posted", "comment:1", at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert entry.day == date(2026, 7, 1)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_the_transaction_in_which_it_happens():
    with pytest.raises(transaction.TransactionManagementError, match="in the transaction"):
        record(None, "comment.posted", "comment:12")
    with pytest.raises(transaction.TransactionManagementError):
        record_many(None, "comment.imported", [("comment:1", {})])


@pytest.mark.django_db
def test_an_account_is_never_a_public_subject_but_may_stand_on_the_private_side(ann, ben):
    with pytest.raises(ValueError, match="never a public subject"):
        record(ann, "account.promoted", ben)
    entry = record(ann, "account.promoted", "accounts", actor="admin", private={"account": ben.pk})
    assert json.loads(entry.private_side.facts) == {"account": ben.pk}
    assert entry.facts == "{}"


def test_a_noun_may_choose_the_word_it_is_known_by():
    thing = Seal(number=3)
    assert subject_of(thing) == "seal:3"
    thing.ledger_name = "comment"
    assert subject_of(thing) == "comment:3"


@pytest.mark.parametrize("odd", ["Comment:1", "comment 1", "comment:", "", 12, "comment:" + "1" * 100, "comment:1\n"])
def test_odd_subjects_are_refused(odd):
    with pytest.raises(ValueError, match="not a subject"):
        subject_of(odd)


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ["Comment.Posted", "comment posted", "", "comment.posted\n", "x" * 61])
def test_odd_verbs_are_refused(odd):
    with pytest.raises(ValueError, match=r"not a word|longer"):
        record(None, odd, "comment:1")


@pytest.mark.django_db
def test_an_import_records_thousands_at_once(ann):
    happenings = ((f"comment:{number}", {"source": "blog"}) for number in range(4_321))
    assert record_many(ann, "comment.imported", happenings, actor="admin") == 4_321
    assert Unsealed.objects.count() == PrivateSide.objects.filter(account=ann).count() == 4_321
    seal()
    assert not list(verify_ledger())


@pytest.mark.django_db
def test_many_people_can_be_recorded_at_once_each_with_their_own(ada, ben):
    happenings = [(who, f"comment:{number}", {"n": number}) for number, who in enumerate([ada, ben, None, ada])]
    entries = record_each("comment.posted", happenings)
    assert [entry.private_side.account for entry in entries] == [ada, ben, None, ada]
    assert [entry.actor for entry in entries] == ["account", "account", "system", "account"]
    assert list(Entry.objects.order_by("pk").values_list("pk", "subject")) == [(e.pk, e.subject) for e in entries]
    seal()
    assert not list(verify_ledger())


# --- Nothing is ever changed --------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_models_refuse_to_change_or_remove_what_happened(ada):
    entry = posted(ada)
    seal()
    for change in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        latest_seal().save,
        Seal.objects.all().delete,
        Sealed.objects.get(pk=entry.pk).save,
        lambda: Entry.objects.update(verb="comment.invented"),
        lambda: Entry.objects.bulk_update([entry], ["verb"]),
        lambda: Entry.objects.update_or_create(defaults={"verb": "x"}, pk=entry.pk),
    ):
        with pytest.raises(Unchangeable):
            change()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE consult_entry SET verb = 'comment.invented'",
        "UPDATE consult_seal SET count = 7",
        "UPDATE consult_sealed SET position = 7",
    ],
)
def test_the_database_refuses_to_change_what_happened(ada, change):
    posted(ada)
    seal()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        run(change)


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("table", ["consult_entry", "consult_seal", "consult_sealed"])
def test_postgresql_refuses_to_remove_what_happened(ada, table):
    posted(ada)
    seal()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        run(f"DELETE FROM {table}")


def run(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def unguarded(db):
    """The database of someone who took the triggers away first."""
    remove_guards(connection)
    yield
    install_guards(connection)


# --- Sealing and verifying ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_seal_holds_what_waited_and_nothing_waits_any_more(ada):
    first, second = posted(ada, 1), posted(ada, 2)
    assert seal_of(first) is None
    sealed = seal(at=NOON)
    assert (sealed.number, sealed.count, sealed.day) == (1, 2, date(2026, 11, 2))
    assert bytes(sealed.root) == merkle.root([bytes(first.leaf), bytes(second.leaf)])
    assert seal_of(first) == seal_of(second) == latest_seal() == sealed
    assert not Unsealed.objects.exists()


@pytest.mark.django_db
def test_when_nothing_waits_no_seal_is_made(ada, django_assert_num_queries):
    assert seal() is None
    posted(ada)
    assert seal()
    with django_assert_num_queries(1):
        assert seal() is None
    assert Seal.objects.count() == 1


@pytest.mark.django_db
def test_each_seal_hangs_on_the_one_before(ada):
    for number in range(3):
        posted(ada, number)
        seal()
    first, second, third = Seal.objects.all()
    assert bytes(first.previous) == bytes(32)
    assert bytes(second.previous) == bytes(first.hash)
    assert bytes(third.previous) == bytes(second.hash)


@pytest.mark.django_db
def test_a_long_queue_is_sealed_in_several_batches(ada):
    for number in range(5):
        posted(ada, number)
    assert seal(largest=2).count == 2
    assert seal_everything().number == 2
    assert Sealed.objects.count() == 5
    assert not list(verify_ledger())


@pytest.mark.django_db
def test_sealing_costs_the_same_few_statements_at_any_size(ada, django_assert_max_num_queries):
    record_many(ada, "comment.imported", ((f"comment:{n}", {}) for n in range(3_000)))
    with django_assert_max_num_queries(9):
        assert seal().count == 3_000


@pytest.mark.django_db
def test_anyone_with_the_public_part_can_check_that_it_is_under_its_seal(ada):
    entries = [posted(ada, number) for number in range(11)]
    assert inclusion_of(entries[7]) is None
    seal()
    proof = inclusion_of(entries[7])
    leaf = merkle.leaf_hash(entries[7].public_bytes())
    assert merkle.verify_inclusion(leaf, proof.position, proof.seal.count, proof.path, bytes(proof.seal.root))


@pytest.mark.django_db
def test_a_ledger_left_alone_adds_up(ada):
    for number in range(7):
        posted(ada, number, section="pen-names")
        if number % 3 == 2:
            seal()
    assert not list(verify_ledger())
    assert not list(verify_ledger(from_seal=2))


@pytest.mark.django_db
def test_erasing_who_and_why_leaves_a_ledger_that_adds_up(ada, mo):
    entry = record(mo, "comment.hidden", "comment:3", actor="moderator", reason="Gives away where a nurse works")
    posted(ada)
    seal()
    before = bytes(latest_seal().hash)
    assert erase_private_side(entry)
    assert not erase_private_side(entry)
    assert not list(verify_ledger())
    assert bytes(latest_seal().hash) == before
    assert not PrivateSide.objects.filter(reason__contains="nurse").exists()


@pytest.mark.django_db
def test_private_sides_go_with_the_account(ben):
    passer_by = get_user_model().objects.create(email="passer-by@example.org")
    posted(passer_by, 1)
    posted(ben, 2)
    posted(ben, 3)
    assert erase_private_sides_of(ben) == 2
    passer_by.delete()
    assert not PrivateSide.objects.exists()
    assert Entry.objects.count() == 3
    seal()
    assert not list(verify_ledger())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE consult_entry SET verb = 'comment.invented' WHERE subject = 'comment:2'", "not what was written"),
        ("UPDATE consult_entry SET facts = '{}' WHERE subject = 'comment:2'", "not what was written"),
        ("UPDATE consult_entry SET facts = '{ \"n\":2}' WHERE subject = 'comment:2'", "not in canonical form"),
        ("UPDATE consult_privateside SET reason = 'another reason'", "not what was committed to"),
        ("UPDATE consult_seal SET count = 5 WHERE number = 1", "and says 5"),
        ("UPDATE consult_seal SET day = '2020-01-01' WHERE number = 1", "not the hash of what it says"),
        ("UPDATE consult_seal SET hash = root WHERE number = 1", "not chained"),
        ("UPDATE consult_sealed SET position = 9 WHERE position = 1", "places have gaps"),
        ("DELETE FROM consult_sealed WHERE position = 1", "under no seal and waits for none"),
        ("DELETE FROM consult_unsealed", "under no seal and waits for none"),
    ],
)
def test_whatever_is_changed_behind_our_backs_is_found(ada, unguarded, tampering, found):
    for number in range(4):
        posted(ada, number, n=number)
        if number:
            seal()
    posted(ada, 5, n=5)
    run(tampering)
    assert found in "\n".join(map(str, verify_ledger()))


@pytest.mark.django_db
def test_a_changed_entry_is_found_even_if_its_leaf_is_made_to_fit(ada, unguarded):
    entry = posted(ada)
    seal()
    entry.verb = "comment.invented"
    run("UPDATE consult_entry SET verb = %s, leaf = %s", entry.verb, entry.computed_leaf())
    assert [problem.what for problem in verify_ledger()] == ["its entries do not lead to its root"]


@pytest.mark.django_db
def test_a_seal_that_is_taken_out_is_missed(ada, unguarded):
    for number in range(3):
        posted(ada, number)
        seal()
    run("DELETE FROM consult_sealed WHERE seal_id = 2")
    run("DELETE FROM consult_seal WHERE number = 2")
    found = "\n".join(map(str, verify_ledger()))
    assert "should be 2 and is 1" in found
    assert "not chained" in found


@pytest.mark.django_db
def test_an_operator_can_seal_and_verify_by_hand(ada):
    posted(ada)
    said = StringIO()
    call_command("seal_ledger", stdout=said)
    call_command("verify_ledger", stdout=said, database="default")
    assert said.getvalue().count(bytes(latest_seal().hash).hex()) == 2
    assert "adds up" in said.getvalue()


@pytest.mark.django_db
def test_an_operator_is_told_what_does_not_add_up(ada, unguarded):
    entry = posted(ada)
    seal()
    run("UPDATE consult_entry SET actor = 'moderator'")
    told = StringIO()
    with pytest.raises(CommandError, match="2 problems"):
        call_command("verify_ledger", stderr=told, database="default")
    assert f"seal 1, entry {entry.pk}: what it says is not what was written" in told.getvalue()


# --- Asking -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_history_can_be_asked_about_one_thing_and_as_of_a_seal(ada):
    first = posted(ada, 1)
    seal()
    second = record(ada, "comment.withdrawn", "comment:1")
    other = posted(ada, 11)
    seal()
    posted(ada, 1)
    assert [entry.verb for entry in Entry.objects.about("comment:1")] == [
        "comment.posted",
        "comment.withdrawn",
        "comment.posted",
    ]
    assert list(Entry.objects.sealed_by(1)) == [first]
    assert list(Entry.objects.sealed_by(2)) == [first, second, other]
    assert list(Entry.objects.about("comment:1").sealed_by(2)) == [first, second]


@pytest.mark.django_db
def test_a_cursor_walks_through_all_that_is_sealed_once(ada):
    entries = [posted(ada, number) for number in range(7)]
    while seal(largest=3):
        pass
    waiting = posted(ada, 99)
    cursor, walked = BEGINNING, []
    while page := list(Entry.objects.since(cursor)[:2]):
        walked += page
        cursor = page[-1].cursor
    assert walked == entries
    seal()
    assert list(Entry.objects.since(cursor)) == [waiting]


# --- Reference numbers ----------------------------------------------------------------------------------------

submissions = st.uuids()
KEY = b"a secret key of the organisation"


@given(submissions)
def test_a_reference_number_is_the_same_each_time_it_is_shown(submission):
    code = receipt_for(KEY, submission)
    assert code == receipt_for(KEY, submission) == normalise(code)
    assert code != receipt_for(b"another key", submission)
    assert set(code) <= set(ALPHABET + "-")
    assert [len(part) for part in code.split("-")] == [4, 4, 4, 2]


@given(submissions, st.sampled_from(["{}", " {} ", "{}\n"]), st.booleans(), st.sampled_from(["-", "", " ", "–", " - "]))
def test_a_reference_number_is_read_however_it_is_typed(submission, around, lower, dash):
    code = receipt_for(KEY, submission)
    typed = around.format(code.lower() if lower else code).replace("-", dash)
    assert normalise(typed) == code
    assert receipt_hash(typed) == receipt_hash(code)


@given(submissions, st.integers(0, 13), st.integers(0, 13), st.sampled_from(ALPHABET), st.sampled_from(ALPHABET))
def test_one_or_two_mistyped_characters_are_always_noticed(submission, place, other_place, character, other_character):
    plain = list(receipt_for(KEY, submission).replace("-", ""))
    mistyped = plain.copy()
    mistyped[place], mistyped[other_place] = character, other_character
    if mistyped != plain:
        with pytest.raises(ValueError, match="not one of our reference numbers"):
            normalise("".join(mistyped))


@given(submissions, st.integers(0, 12))
def test_two_swapped_characters_are_always_noticed(submission, place):
    plain = list(receipt_for(KEY, submission).replace("-", ""))
    swapped = plain.copy()
    swapped[place], swapped[place + 1] = plain[place + 1], plain[place]
    if swapped != plain:
        with pytest.raises(ValueError, match="Check each letter"):
            normalise("".join(swapped))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("O0IL-1111-2222-22", "no 0, O, 1, I or L"),
        ("7K2M-QX4D-9TBH", "You gave 12"),
        ("", "You gave 0"),
        ("7K2M/QX4D", "made of letters and digits"),
        ("жжжж", "made of letters and digits"),
    ],
)
def test_a_wrong_reference_number_is_refused_with_what_to_mend(typed, said):
    with pytest.raises(ValueError, match=said):
        normalise(typed)


def test_reference_numbers_and_their_hashes_never_change():
    submission = UUID("12345678-1234-5678-1234-567812345678")
    assert receipt_for(KEY, submission) == "YDSW-JE6P-2SV6-GA"
    assert receipt_hash("YDSW-JE6P-2SV6-GA") == "30770470add164ee2ec73ae40788a538f8e80f3b190869c78092ef4bc51b4b61"


def test_reference_numbers_need_a_key():
    with pytest.raises(ValueError, match="secret key"):
        receipt_for(b"", UUID(int=0))


# --- Several at once: real races ----------------------------------------------------------------------------------


def in_threads(*bodies) -> None:
    """Run these at the same time, each with its own database connection; raise what any of them raised."""
    troubles = []

    def guarded(body):
        try:
            body()
        except BaseException as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=guarded, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if troubles:
        raise troubles[0]


@pytest.mark.postgres
@pytest.mark.lane_d
@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_sealed_late_and_missed_by_nobody(ada):
    written, go_on, late = threading.Event(), threading.Event(), []

    def slow_writer():
        with transaction.atomic():
            late.append(record(None, "comment.posted", "comment:1"))
            written.set()
            assert go_on.wait(timeout=30)

    def quick_writer_and_reader():
        try:
            assert written.wait(timeout=30)
            early = posted(ada, 2)
            assert early.pk > late[0].pk
            assert seal().count == 1
            assert [entry.pk for entry in Entry.objects.since()] == [early.pk]
            cursors.append(Entry.objects.since().get().cursor)
        finally:
            go_on.set()

    cursors = []
    in_threads(slow_writer, quick_writer_and_reader)
    assert seal().count == 1
    assert list(Entry.objects.since(cursors[0])) == late
    assert not list(verify_ledger())


@pytest.mark.postgres
@pytest.mark.lane_d
@pytest.mark.django_db(transaction=True)
def test_many_writers_and_sealers_at_once_leave_one_chain_that_holds_everything(ada):
    writers_left = threading.Semaphore(0)

    def writer(number):
        for step in range(40):
            posted(ada, number * 100 + step)
        writers_left.release()

    def sealer():
        while not writers_left.acquire(blocking=False):
            seal(largest=7)
        seal_everything()

    in_threads(*(lambda number=number: writer(number) for number in range(4)), sealer, sealer, sealer, sealer)
    seal_everything()
    assert Sealed.objects.count() == Entry.objects.count() == 160
    assert len(set(Sealed.objects.values_list("entry", flat=True))) == 160
    assert not list(verify_ledger())
    assert [entry.pk for entry in Entry.objects.since()] == [entry.pk for entry in Entry.objects.sealed_by(10_000)]
