"""Records of visits, kept beside their plan: what was added and what was taken away, by whom.

Each addition and each removal is an entry of its own that nobody changes, so that two people who
record at the same time lose nothing, and every step can be undone.
"""


def kind_of_visits(key: str) -> str:
    """Under which kind the visits of a plan are kept."""
    return f"visits-{key}"
