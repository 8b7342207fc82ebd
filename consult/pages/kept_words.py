"""Words that could not be posted wait on the server, in the session, for the form in which they can."""

from django.http import HttpRequest

KEPT = "kept_words"
LONGEST = 20_000
"""Characters that wait. The page shows all that was sent; what is longer than this has to be copied from there."""


def keep_words(request: HttpRequest, paths: list[str], words: str) -> None:
    """Keep words on the server until one of these pages is opened again."""
    if words:
        request.session[KEPT] = {"paths": paths, "words": words[:LONGEST]}


def words_kept_for(request: HttpRequest) -> str:
    """The words that wait for this page. They are given back once."""
    kept = request.session.get(KEPT) or {}
    if request.path not in kept.get("paths", ()):
        return ""
    del request.session[KEPT]
    return kept["words"]
