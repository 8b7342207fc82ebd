"""The figures as a table that a person reads."""


def table(figures: dict) -> str:
    return "\n".join(f"{name}: {value}" for name, value in figures.items())


def page(figures: dict, before: str) -> str:
    return table(figures)
