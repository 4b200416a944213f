"""The drawings, a function each: a `Canvas` in, flat SVG shapes out. `MOTIFS` has them by genre."""

from __future__ import annotations

from collections.abc import Callable

from recsys.tiles.canvas import Canvas
from recsys.tiles.motifs import crime, heart, march, music, night, sky, stage

Motif = Callable[[Canvas], str]

MOTIFS: dict[str, tuple[Motif, ...]] = {
    "Film-Noir": night.FILM_NOIR,
    "Western": sky.WESTERN,
    "Documentary": march.DOCUMENTARY,
    "Animation": heart.ANIMATION,
    "Musical": music.MUSICAL,
    "Horror": night.HORROR,
    "Sci-Fi": sky.SCI_FI,
    "Fantasy": sky.FANTASY,
    "War": march.WAR,
    "Mystery": night.MYSTERY,
    "Children's": heart.CHILDRENS,
    "Crime": crime.CRIME,
    "Romance": heart.ROMANCE,
    "Adventure": sky.ADVENTURE,
    "Thriller": crime.THRILLER,
    "Action": march.ACTION,
    "Comedy": stage.COMEDY,
    "Drama": stage.DRAMA,
    "unknown": heart.UNKNOWN,
}
