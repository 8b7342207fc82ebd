"""Decision aids: a small question tree in a section (“Should I post this?”), shown one question a page."""

from guidance.decision_aids.reading import aid_faults, find_aid, read_aid
from guidance.decision_aids.trees import MOST_STEPS, Answer, Step, Taken, Tree

__all__ = ["MOST_STEPS", "Answer", "Step", "Taken", "Tree", "aid_faults", "find_aid", "read_aid"]
