"""Short histories, as newcomers have them, drawn from long ones."""

from __future__ import annotations

import numpy as np

from recsys.core.keyed_random import uniform
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Histories

LENGTH, ORDER = 4, 5  # salts


def shorten(histories: Histories, catalogue: Catalogue, seed: int, empty_share: float, longest: int) -> Histories:
    """Every user with only a few of their ratings, a share of them with none; drawn from ids and seed.

    How many is drawn evenly on a logarithmic scale up to `longest`.
    """
    drawn = uniform(histories.user_ids, seed, LENGTH)
    share = np.clip((drawn - empty_share) / (1 - empty_share), 0, 1)
    length = np.where(drawn < empty_share, 0, np.floor((longest + 1) ** share))
    owners = histories.owners
    order = uniform(histories.user_ids[owners], catalogue.movie_ids[histories.movies], seed, ORDER)
    ranked = np.lexsort((order, owners))
    place = np.empty(len(order), np.int64)
    place[ranked] = np.arange(len(order)) - histories.start[owners]
    return histories.keep(place < length[owners])
