"""Short histories, as newcomers have them, drawn from long ones."""

from __future__ import annotations

import numpy as np

from recsys.config.models import CrossFittingConfig, RankingExamplesConfig
from recsys.core.keyed_random import Stream, draw
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions


def shorten(
    interactions: Interactions, catalogue: Catalogue, seed: int, config: CrossFittingConfig | RankingExamplesConfig
) -> Interactions:
    """Every user with only a few of their ratings, drawn from ids and seed.

    A share of the users (`empty_fraction`) has none; the length of the others is drawn evenly on a logarithmic scale up
    to `longest_history`.
    """
    empty, longest = config.empty_fraction, config.longest_history
    drawn = draw(Stream.SHORT_HISTORY_LENGTH, interactions.user_ids, seed=seed)
    share = np.clip((drawn - empty) / (1 - empty), 0, 1)
    length = np.where(drawn < empty, 0, np.floor((longest + 1) ** share))
    user_index = interactions.user_index
    users, movies = interactions.user_ids[user_index], catalogue.movie_ids[interactions.movies]
    order = draw(Stream.SHORT_HISTORY_ORDER, users, movies, seed=seed)
    by_order = np.lexsort((order, user_index))
    rank = np.empty(len(order), np.int64)
    rank[by_order] = np.arange(len(order)) - interactions.start[user_index]
    return interactions.keep(rank < length[user_index])
