"""Short histories, as newcomers have them, drawn from long ones."""

from __future__ import annotations

import numpy as np

from recsys.core.keyed_random import uniform
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions

LENGTH, ORDER = 4, 5  # salts


def shorten(
    interactions: Interactions, catalogue: Catalogue, seed: int, empty_share: float, longest: int
) -> Interactions:
    """Every user with only a few of their ratings, a share of them with none; drawn from ids and seed.

    How many is drawn evenly on a logarithmic scale up to `longest`.
    """
    drawn = uniform(interactions.user_ids, seed, LENGTH)
    share = np.clip((drawn - empty_share) / (1 - empty_share), 0, 1)
    length = np.where(drawn < empty_share, 0, np.floor((longest + 1) ** share))
    user_index = interactions.user_index
    order = uniform(interactions.user_ids[user_index], catalogue.movie_ids[interactions.movies], seed, ORDER)
    ranked = np.lexsort((order, user_index))
    place = np.empty(len(order), np.int64)
    place[ranked] = np.arange(len(order)) - interactions.start[user_index]
    return interactions.keep(place < length[user_index])
