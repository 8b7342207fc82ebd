"""Merkle trees as RFC 6962 (Certificate Transparency) defines them, section 2.1: one hash for many leaves."""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf. The leading zero keeps leaves and nodes apart."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in one pass: whenever two subtrees of one size stand side by side, they join."""
    subtrees: list[tuple[int, bytes]] = []
    for leaf in leaves:
        size, tree = 1, leaf
        while subtrees and subtrees[-1][0] == size:
            tree = node_hash(subtrees.pop()[1], tree)
            size *= 2
        subtrees.append((size, tree))
    if not subtrees:
        return EMPTY_ROOT
    _, whole = subtrees.pop()
    while subtrees:
        whole = node_hash(subtrees.pop()[1], whole)
    return whole


def _split(size: int) -> int:
    """The largest power of two smaller than `size`: where RFC 6962 divides a tree."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of RFC 6962, section 2.1.1: the neighbours needed to climb from a leaf to the root."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"There is no leaf {index} among {len(leaves)}.")
    path = []
    while len(leaves) > 1:
        middle = _split(len(leaves))
        if index < middle:
            path.append(root(leaves[middle:]))
            leaves = leaves[:middle]
        else:
            path.append(root(leaves[:middle]))
            leaves, index = leaves[middle:], index - middle
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> bool:
    """Does `proof` lead from the leaf at `index` of `size` to the root? (RFC 9162, section 2.1.3.2.)"""
    if not 0 <= index < size:
        return False
    position, last, climbed = index, size - 1, leaf
    for neighbour in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            climbed = node_hash(neighbour, climbed)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            climbed = node_hash(climbed, neighbour)
        position >>= 1
        last >>= 1
    return last == 0 and climbed == expected_root
