"""Names of the splits into train and test ratings."""

from __future__ import annotations

SPLITS = {
    "stratified": ("Random ratings", "20% of all"),
    "user-last": ("Each user’s last ratings", "20% of each"),
    "global-time": ("The last ratings of all", "20%, many by newcomers"),
}


def split_name(split: str) -> str:
    """A split's name with what it holds out; its identifier if the glossary has none."""
    return "{} ({})".format(*SPLITS[split]) if split in SPLITS else split
