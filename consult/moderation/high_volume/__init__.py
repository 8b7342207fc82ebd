"""When very many people speak at once: slowing down, deciding on many comments by a condition, and how it goes."""
