"""Where a comment stands in its thread, as a string that sorts (pure).

A path is the parent's path plus the comment's own primary key as ten digits. Digits only and of fixed width: the same
order under every collation; a subtree is a range; a reply moves no other row and takes no lock.
"""

WIDTH = 10
DEEPEST = 6
"""The deepest level of a reply; a thread's first comment is at level 0."""


def path_of(pk: int, parent: str = "") -> str:
    return f"{parent}{pk:0{WIDTH}d}"


def depth_of(path: str) -> int:
    return len(path) // WIDTH - 1


def root_of(path: str) -> int:
    return int(path[:WIDTH])


def parent_path(path: str) -> str:
    return path[:-WIDTH]


def after_subtree(path: str) -> str:
    """The first string behind all paths of the subtree: `path <= p < after_subtree(path)`."""
    return f"{path[:-WIDTH]}{int(path[-WIDTH:]) + 1:0{WIDTH}d}"


def line_of(path: str) -> list[str]:
    """The paths from the thread's first comment down to this one."""
    return [path[:end] for end in range(WIDTH, len(path) + 1, WIDTH)]
