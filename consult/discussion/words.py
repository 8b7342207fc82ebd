"""Changing the words of a comment that is stored. Who may, and why, is for the verbs that call it."""

from django.db.models import F

from consult.discussion.models import PublicComment


def put_words(comment: PublicComment, *, text: str, suggested: str | None = None, **more: str) -> PublicComment:
    """Set what a comment says. To be called under the thread's lock, in the transaction that records why.

    `wording` rises with it: stored files that hold the old words are no longer given out, and whoever decided on the
    old ones can notice.
    """
    changed = {"comment": text, **({} if suggested is None else {"suggested": suggested}), **more}
    PublicComment.objects.filter(pk=comment.pk).update(**changed, wording=F("wording") + 1)
    for name, words in changed.items():
        setattr(comment, name, words)
    comment.wording += 1
    return comment
