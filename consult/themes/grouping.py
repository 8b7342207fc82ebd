"""Which points are about the same thing: topic-local TF-IDF and average linkage.

Chosen by measurement on ArgKP (bench/themes_pure.py). scikit-learn is loaded inside functions only: the web
processes import this module and must never pay for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consult.screening.words import content_keys
from consult.themes.folding import Point

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

MOST_GROUPS = 12
POINTS_PER_GROUP = 3  # fewer groups where there are few points
TOGETHER = 0.04  # mean likeness to the rest of its group; below it a point stands alone after all
CAMPAIGN = 3  # so many comments with one text are a group of their own
DIRECT_AT_MOST = 3_000  # above this, micro-clusters first: linkage needs a square of distances
MICRO_CLUSTERS = 300
MOST_WORDS = 12_000
SEED = 20120214


@dataclass(slots=True)
class Grouping:
    """Positions of points in groups (largest first), positions left alone, and the vectors behind it."""

    groups: list[list[int]]
    alone: list[int]
    wordless: list[int]
    vectors: csr_matrix | None = None
    vectoriser: TfidfVectorizer | None = None


def group(points: Sequence[Point]) -> Grouping:
    """Groups of points that share their words. Points without words, or unlike any other, are said to be so."""
    worded = [position for position, point in enumerate(points) if content_keys(point.leader.text)]
    wordless = sorted(set(range(len(points))) - set(worded))
    if len(worded) < 2:
        return _ungrouped(worded, wordless, points)
    with _one_thread():
        vectoriser, vectors = _vectors([points[position].own_text for position in worded])
        if vectors is None:
            return _ungrouped(worded, wordless, points)
        own = [row for row, position in enumerate(worded) if not is_campaign(points[position])]
        labels = _strangers_out(vectors[own], _labels(vectors[own], _how_many(len(own))))
    groups, alone = _collected(labels, [worded[row] for row in own])
    groups = _largest_first(groups + _campaigns(worded, points), points)
    return Grouping(groups, alone, wordless, _at_positions(vectors, worded, len(points)), vectoriser)


def _ungrouped(worded: list[int], wordless: list[int], points: Sequence[Point]) -> Grouping:
    alone = [position for position in worded if not is_campaign(points[position])]
    return Grouping(_largest_first(_campaigns(worded, points), points), alone, wordless)


def _how_many(count: int) -> int:
    return max(2, min(MOST_GROUPS, count // POINTS_PER_GROUP))


def _vectors(texts: list[str]) -> tuple[TfidfVectorizer | None, csr_matrix | None]:
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer(
        analyzer=content_keys,
        sublinear_tf=True,
        min_df=2 if len(texts) <= DIRECT_AT_MOST else 4,
        max_features=MOST_WORDS,
        dtype=np.float32,
    )
    try:
        return vectoriser, vectoriser.fit_transform(texts)
    except ValueError:  # no word occurs in two texts: nothing to group by
        return None, None


def _labels(vectors: csr_matrix, count: int) -> np.ndarray:
    """A group number per row; -1 for rows whose words nobody shares."""
    import numpy as np

    labels = np.full(vectors.shape[0], -1)
    shared = np.flatnonzero(np.diff(vectors.indptr) > 0)
    if len(shared) < 2:
        return labels
    rows = vectors[shared]
    found = _linked(rows, count) if len(shared) <= DIRECT_AT_MOST else _linked_in_two_steps(rows, count)
    labels[shared] = found
    return labels


def _linked(rows: csr_matrix | np.ndarray, count: int) -> np.ndarray:
    import numpy as np
    from sklearn.cluster import AgglomerativeClustering

    nearness = rows @ rows.T
    nearness = nearness.toarray() if hasattr(nearness, "toarray") else nearness
    # Rounded, so that sums taken in another order cannot break a tie differently.
    distance = np.clip(1 - np.round(nearness, 5), 0, None)
    np.fill_diagonal(distance, 0)
    linkage = AgglomerativeClustering(n_clusters=min(count, len(distance)), metric="precomputed", linkage="average")
    return linkage.fit_predict(distance)


def _linked_in_two_steps(rows: csr_matrix, count: int) -> np.ndarray:
    import numpy as np
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.preprocessing import normalize

    means = MiniBatchKMeans(MICRO_CLUSTERS, random_state=SEED, n_init=1, batch_size=2048, max_iter=30)
    micro = means.fit_predict(rows)
    used, micro = np.unique(micro, return_inverse=True)
    return _linked(normalize(means.cluster_centers_[used]), count)[micro]


def _strangers_out(vectors: csr_matrix, labels: np.ndarray) -> np.ndarray:
    """Linkage puts everybody somewhere. Who has next to nothing in common with the rest of a group leaves it."""
    import numpy as np

    kept = labels.copy()
    for label in np.unique(labels[labels >= 0]):
        rows = np.flatnonzero(labels == label)
        if len(rows) > 1:
            total = np.asarray(vectors[rows].sum(axis=0)).ravel()
            likeness = (vectors[rows] @ total - 1) / (len(rows) - 1)
            kept[rows[np.round(likeness, 4) < TOGETHER]] = -1
    return kept


def _collected(labels: np.ndarray, positions: list[int]) -> tuple[list[list[int]], list[int]]:
    """Groups of enough points; the rest alone."""
    smallest = 2 if len(positions) < 30 else 3
    by_label: dict[int, list[int]] = {}
    for label, position in zip(labels.tolist(), positions, strict=True):
        by_label.setdefault(label, []).append(position)
    groups = [members for label, members in by_label.items() if label >= 0 and len(members) >= smallest]
    grouped = {position for members in groups for position in members}
    return groups, [position for position in positions if position not in grouped]


def _campaigns(worded: list[int], points: Sequence[Point]) -> list[list[int]]:
    return [[position] for position in worded if is_campaign(points[position])]


def _largest_first(groups: list[list[int]], points: Sequence[Point]) -> list[list[int]]:
    """By comments, copies counted."""
    return sorted(groups, key=lambda members: (-sum(len(points[p].voices) for p in members), members[0]))


def is_campaign(point: Point) -> bool:
    """Whether many sent this one text: counted apart, lest what a few wrote themselves seem to be said by hundreds."""
    return len(point.voices) >= CAMPAIGN


def _at_positions(vectors: csr_matrix, worded: list[int], count: int) -> csr_matrix:
    """The same rows, standing at their points' positions."""
    from scipy.sparse import csr_matrix

    lengths = [0] * (count + 1)
    for row, position in enumerate(worded):
        lengths[position + 1] = int(vectors.indptr[row + 1] - vectors.indptr[row])
    total, starts = 0, []
    for length in lengths:
        total += length
        starts.append(total)
    return csr_matrix((vectors.data, vectors.indices, starts), shape=(count, vectors.shape[1]))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Threads add up sums in whatever order they finish; one thread gives the same bytes every time."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
