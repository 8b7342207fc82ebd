"""What moderators keep of words that their writer has removed: nothing."""

from consult.discussion.models import PublicComment
from consult.discussion.quoting import without_quotations
from consult.ledger.actions import erase_private_side
from consult.moderation.complaints.models import Complaint
from consult.moderation.models import Appeal, Decision, Flag


def forget_words(comment: PublicComment, said: str, free: str) -> None:
    """Take removed words out of appeals, reports, complaints and reasons. To be called in the transaction that does it.

    What the writer said in an appeal, or to a complaint, goes whole. What others wrote about the comment keeps all but
    quotations of it.
    """
    appeals = Appeal.objects.filter(decision__comment=comment)
    appeals.update(words="")
    for answered in appeals.exclude(reason=""):
        _put_gap(answered, "reason", said, free)
    for report in Flag.objects.filter(comment=comment).exclude(words=""):
        _put_gap(report, "words", said, free)
    for decision in Decision.objects.filter(comment=comment).exclude(reason="").select_related("entry"):
        if _put_gap(decision, "reason", said, free):
            erase_private_side(decision.entry)  # the reason stands there too
    Complaint.objects.filter(comment=comment).update(answer="")
    for complaint in Complaint.objects.filter(comment=comment):
        for name in Complaint.WRITTEN:
            _put_gap(complaint, name, said, free)


def _put_gap(thing: Appeal | Flag | Decision | Complaint, name: str, said: str, free: str) -> bool:
    """Whether this quoted the removed words, and has a gap there now."""
    words = getattr(thing, name)
    left = without_quotations(words, said, free)
    if left != words:
        longest = thing._meta.get_field(name).max_length
        type(thing).objects.filter(pk=thing.pk).update(**{name: left[:longest]})
    return left != words
