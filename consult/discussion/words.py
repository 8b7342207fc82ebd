"""Changing the words of a comment that is stored. Who may, and why, is for the verbs that call it."""

from consult.discussion.models import PublicComment


def put_words(comment: PublicComment, *, text: str, suggested: str | None = None) -> PublicComment:
    """Set what a comment says. To be called under the thread's lock, in the transaction that records why."""
    changed = {"comment": text} if suggested is None else {"comment": text, "suggested": suggested}
    PublicComment.objects.filter(pk=comment.pk).update(**changed)
    for name, words in changed.items():
        setattr(comment, name, words)
    return comment
