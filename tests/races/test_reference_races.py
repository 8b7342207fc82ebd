"""Editors add references at the same moment: all of them are kept, the same one once."""

import pytest

from consult.drafting import actions as drafting
from consult.ledger.models import Entry
from guidance.models import Citation, Reference, Revision
from tests.races.test_publishing_races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.lane_d, pytest.mark.django_db(transaction=True)]
CODE, AT = "Public Service Code", "https://standards.example/code"


def _own(draft: Revision) -> Revision:
    """The draft as another process would have it."""
    return Revision.objects.select_related("document").get(pk=draft.pk)


def test_what_two_add_at_once_is_kept_and_the_same_thing_once(cast):
    draft = drafting.open_draft(cast.document, by=cast.edie)

    def adds(by, name, paragraph):
        return lambda: drafting.cite_new(_own(draft), "who", name, AT, paragraph=paragraph, by=by)

    people = (cast.edie, cast.ann)
    same = [adds(people[n % 2], CODE, "paragraph 4.2") for n in range(6)]
    others = [adds(people[n % 2], f"Code {n}", "") for n in range(4)]
    gave = at_once([*same, *others])
    assert not [trouble for trouble in gave if isinstance(trouble, Exception)]
    assert Reference.objects.count() == Citation.objects.of_revision(draft).count() == 5
    assert [is_new for _citation, is_new in gave[:6]].count(True) == 1
    assert Entry.objects.filter(verb="citation.added").count() == 5
    draft.refresh_from_db()
    assert draft.version == 6


def test_two_who_change_the_same_one_at_once_do_not_overwrite_each_other_unseen(cast):
    draft = drafting.open_draft(cast.document, by=cast.edie)
    cited, _is_new = drafting.cite_new(draft, "who", CODE, AT, by=cast.edie)

    def changes(by, name):
        return lambda: drafting.change_reference(_own(draft), cited.reference_id, name, AT, read_version=1, by=by)

    gave = at_once([changes(cast.edie, "Edie’s Code"), changes(cast.ann, "Ann’s Code")])
    [refused] = [trouble for trouble in gave if isinstance(trouble, Exception)]
    [changed] = [one for one in gave if isinstance(one, Reference)]
    assert "Somebody else changed this reference meanwhile" in refused.messages[0]
    assert Reference.objects.get().name == changed.name
