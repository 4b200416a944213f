"""Titles of other services for a real and a modern catalogue: which match, which are suggestions, which do neither."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from recsys.data import Dataset
from recsys.data.catalogue import Catalogue
from recsys.serving.filters import Titles
from recsys.visitor.matching import AMBIGUOUS, MATCHED, UNKNOWN, Matcher, TitleQuery
from recsys.visitor.short_titles import TitleForms

MODERN = (
    "12 Monkeys (1995)",
    "3:10 to Yuma (2007)",
    "Alien (1979)",
    "Alien³ (1992)",
    "Alien: Resurrection (1997)",
    "Avengers: Endgame (2019)",
    "Charlie's Angels (2000)",
    "Circle (2015)",  # taken away for the trap
    "Circle, The (2016)",
    "Dawn of the Dead (1978)",
    "Dawn of the Dead (2004)",
    "Dune (1984)",
    "Dune: Part One (2021)",
    "Dune: Part Two (2024)",
    "Godfather, The (1972)",
    "Godfather: Part II, The (1974)",
    "Harry Potter and the Deathly Hallows: Part 1 (2010)",
    "Harry Potter and the Deathly Hallows: Part 2 (2011)",
    "Hercules (1997)",
    "Hercules: The Early Years (1996)",
    "It's My Party (1996)",
    "Life of Brian (1979)",
    "Men in Black III (M.III.B.) (M.I.B.³) (2012)",
    "Pan's Labyrinth (Laberinto del fauno, El) (2006)",
    "Postman, The (Postino, Il) (1994)",
    "Rocky (1976)",
    "Rocky II (1979)",
    "Rocky V (1990)",
    "Star Trek (2009)",
    "Star Wars: Episode IV - A New Hope (1977)",
    "Star Wars: Episode V - The Empire Strikes Back (1980)",
    "Sunset Boulevard (1950)",
    "Three Colours: Red (Trois couleurs: Rouge) (1994)",
    "Toy Story (1995)",
    "Toy Story 2 (1999)",
    "Twenty-One Grams (2003)",
    "Void, The (2016)",
    "Zodiac: First Part (2005)",
    "Zodiac: Last Part (2005)",
)


def matcher_of(titles: list[str], years: float = np.nan) -> Matcher:
    movies = pd.DataFrame({"movie_id": np.arange(len(titles)) + 1, "title": titles, "year": years})
    catalogue = Catalogue.from_frame(movies.assign(release_date="", genres=""))
    return Matcher.of(catalogue, Titles.of(catalogue, np.zeros(len(titles), np.int64)))


@pytest.fixture(scope="module")
def modern() -> Matcher:
    return matcher_of([title for title in MODERN if title != "Circle (2015)"])


@pytest.fixture(scope="module")
def classic(ml_100k: Dataset) -> Matcher:
    catalogue = Catalogue.from_frame(ml_100k.movies)
    positions = catalogue.positions(ml_100k.ratings["movie_id"].to_numpy())
    return Matcher.of(catalogue, Titles.of(catalogue, np.bincount(positions, minlength=len(catalogue))))


def status_and_titles(matcher: Matcher, title: str) -> tuple[str, list[str]]:
    """Status and matched titles of a service's title, with the year after a comma."""
    name, _, year = title.rpartition(", ")
    match = matcher.match([TitleQuery((name,), int(year))])[0]
    positions = matcher.catalogue.positions(np.array(match.movie_ids, np.int64))
    return match.status, [matcher.catalogue.titles[position] for position in positions]


MATCHED_IN_MODERN = {
    "Star Wars, 1977": "Star Wars: Episode IV - A New Hope (1977)",
    "A New Hope, 1977": "Star Wars: Episode IV - A New Hope (1977)",
    "The Empire Strikes Back, 1980": "Star Wars: Episode V - The Empire Strikes Back (1980)",
    "Star Wars: Episode 5 – The Empire Strikes Back, 1980": "Star Wars: Episode V - The Empire Strikes Back (1980)",
    "Alien 3, 1992": "Alien³ (1992)",
    "Alien³, 1992": "Alien³ (1992)",
    "Alien III, 1992": "Alien³ (1992)",
    "Alien, 1979": "Alien (1979)",
    "Twelve Monkeys, 1995": "12 Monkeys (1995)",
    "Twelve Monkeys, 1996": "12 Monkeys (1995)",
    "Men in Black 3, 2012": "Men in Black III (M.III.B.) (M.I.B.³) (2012)",
    "Men in Black³, 2012": "Men in Black III (M.III.B.) (M.I.B.³) (2012)",
    "Three Colors: Red, 1994": "Three Colours: Red (Trois couleurs: Rouge) (1994)",
    "Trois couleurs : Rouge, 1994": "Three Colours: Red (Trois couleurs: Rouge) (1994)",
    "Sunset Blvd., 1950": "Sunset Boulevard (1950)",
    "Monty Python's Life of Brian, 1979": "Life of Brian (1979)",
    "Monty Python’s Life of Brian, 1979": "Life of Brian (1979)",
    "Il Postino: The Postman, 1994": "Postman, The (Postino, Il) (1994)",
    "Il Postino, 1994": "Postman, The (Postino, Il) (1994)",
    "Dune, 2021": "Dune: Part One (2021)",
    "Dune, 1984": "Dune (1984)",
    "Dawn of the Dead, 1979": "Dawn of the Dead (1978)",
    "Dawn of the Dead, 2004": "Dawn of the Dead (2004)",
    "The Godfather Part 2, 1974": "Godfather: Part II, The (1974)",
    "Rocky 5, 1990": "Rocky V (1990)",
    "21 Grams, 2003": "Twenty-One Grams (2003)",
    "El laberinto del fauno, 2006": "Pan's Labyrinth (Laberinto del fauno, El) (2006)",
    "The Circle, 2015": "Circle, The (2016)",
    "The Circle, 2017": "Circle, The (2016)",
    "Circle, 2016": "Circle, The (2016)",
}
MATCHED_IN_CLASSIC = {
    "Star Wars: Episode IV - A New Hope, 1977": "Star Wars (1977)",
    "Star Wars, 1977": "Star Wars (1977)",
    "Star Wars: Episode V - The Empire Strikes Back, 1980": "Empire Strikes Back, The (1980)",
    "The Empire Strikes Back, 1980": "Empire Strikes Back, The (1980)",
    "Star Wars: Episode VI - Return of the Jedi, 1983": "Return of the Jedi (1983)",
    "Alien³, 1992": "Alien 3 (1992)",
    "12 Monkeys, 1995": "Twelve Monkeys (1995)",
    "Three Colours: Red, 1994": "Three Colors: Red (1994)",
    "Sunset Boulevard, 1950": "Sunset Blvd. (1950)",
    "Life of Brian, 1979": "Monty Python's Life of Brian (1979)",
    "Interview with the Vampire: The Vampire Chronicles, 1994": "Interview with the Vampire (1994)",
    "Il Postino: The Postman, 1994": "Postino, Il (1994)",
    "Dracula, 1992": "Bram Stoker's Dracula (1992)",
    "Romeo + Juliet, 1996": "William Shakespeare's Romeo and Juliet (1996)",
    "Dr. Strangelove, 1963": "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb (1963)",
    "Léon: The Professional, 1994": "Professional, The (1994)",
    "Monty Python and the Holy Grail, 1975": "Monty Python and the Holy Grail (1974)",
    "Se7en, 1995": "Seven (Se7en) (1995)",
    "Taxi Driver, 1976": "Taxi Driver (1976)",
    "Das Boot, 1981": "Boot, Das (1981)",
    "Die Hard, 1988": "Die Hard (1988)",
}
SUGGESTED_IN_MODERN = {
    "Circle, 2015": "Circle, The (2016)",
    "Void, 2017": "Void, The (2016)",
    "Dawn of the Dead, 1990": "Dawn of the Dead (1978)",
    "Star Wars, 1978": "Star Wars: Episode IV - A New Hope (1977)",  # a shorter name needs the very year
    "The Godfather, 1974": "Godfather: Part II, The (1974)",  # the title without `Part II` is another movie
    "Star Trek: The Motion Picture, 1979": "Star Trek (2009)",
    "Angels, 2000": "Charlie's Angels (2000)",
    "My Party, 1996": "It's My Party (1996)",
    "Alien 4: Resurrection, 1997": "Alien: Resurrection (1997)",  # both are shortened
}
SUGGESTED_IN_CLASSIC = {
    "Return of the Jedi, 1997": "Return of the Jedi (1983)",
    "Das Boot, 1997": "Boot, Das (1981)",
    "Psycho, 1998": "Psycho (1960)",
    "List, 1993": "Schindler's List (1993)",
    "Hard, 1988": "Die Hard (1988)",
    "Princess Bride, 1988": "Princess Bride, The (1987)",
}
NOT_IN_MODERN = ("Alien, 1992", "Rocky, 1979", "Rocky III, 1982", "Toy Story, 1999", "Alien 3, 1979", "Dune, 2024")
NOT_IN_MODERN += ("The Movie, 2019", "Part Two, 2024", "Parasite, 2019", "Endgames, 2018", "Harry Potter, 2011")


@pytest.mark.parametrize(("title", "catalogue_title"), MATCHED_IN_MODERN.items())
def test_the_same_movie_is_matched_whichever_of_the_names_is_longer(modern, title, catalogue_title):
    assert status_and_titles(modern, title) == (MATCHED, [catalogue_title])


@pytest.mark.parametrize(("title", "catalogue_title"), SUGGESTED_IN_MODERN.items())
def test_what_may_be_another_movie_is_only_suggested(modern, title, catalogue_title):
    status, titles = status_and_titles(modern, title)
    assert status == UNKNOWN
    assert catalogue_title in titles


@pytest.mark.parametrize("title", NOT_IN_MODERN)
def test_another_movie_is_not_matched(modern, title):
    assert status_and_titles(modern, title)[0] == UNKNOWN


def test_several_movies_that_fit_are_ambiguous(modern):
    assert status_and_titles(modern, "Zodiac, 2005") == (
        AMBIGUOUS,
        ["Zodiac: First Part (2005)", "Zodiac: Last Part (2005)"],
    )
    assert status_and_titles(modern, "Hercules, 1996") == (
        AMBIGUOUS,
        ["Hercules: The Early Years (1996)", "Hercules (1997)"],
    )


def test_the_exact_title_is_matched_once_the_catalogue_has_it():
    assert status_and_titles(matcher_of(list(MODERN)), "Circle, 2015") == (MATCHED, ["Circle (2015)"])
    assert status_and_titles(matcher_of(list(MODERN)), "Circle, 2016") == (MATCHED, ["Circle, The (2016)"])


def test_a_year_may_stand_in_the_title_and_a_catalogue_may_know_none(modern):
    assert modern.match([TitleQuery(("The Empire Strikes Back (1980)",))])[0].status == MATCHED
    assert modern.match([TitleQuery(("The Empire Strikes Back",))])[0].status == UNKNOWN  # a shorter name, and no year
    undated = matcher_of(["Void, The", "Star Wars: Episode V - The Empire Strikes Back"])
    assert status_and_titles(undated, "Void, 2016") == (MATCHED, ["Void, The"])
    assert status_and_titles(undated, "The Empire Strikes Back, 1980")[0] == UNKNOWN


@pytest.mark.real_data
@pytest.mark.parametrize(("title", "catalogue_title"), MATCHED_IN_CLASSIC.items())
def test_movielens_100k_matches_other_titles_of_its_movies(classic, title, catalogue_title):
    assert status_and_titles(classic, title) == (MATCHED, [catalogue_title])


@pytest.mark.real_data
@pytest.mark.parametrize(("title", "catalogue_title"), SUGGESTED_IN_CLASSIC.items())
def test_movielens_100k_suggests_where_unsure(classic, title, catalogue_title):
    status, titles = status_and_titles(classic, title)
    assert status == UNKNOWN
    assert catalogue_title in titles


@pytest.mark.real_data
def test_every_movie_of_movielens_100k_is_matched_by_its_own_title(classic):
    catalogue = classic.catalogue
    matches = classic.match([TitleQuery((title,), None) for title in catalogue.titles])
    unmatched = [title for title, match in zip(catalogue.titles, matches, strict=True) if match.status != MATCHED]
    # one movie, two names
    assert unmatched == ["Maybe, Maybe Not (Bewegte Mann, Der) (1994)", "Bewegte Mann, Der (1994)"]


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Star Wars: Episode V - The Empire Strikes Back (1980)",
         {"star wars", "star wars episode 5", "episode 5 the empire strikes back", "empire strikes back"}),
        ("Godfather: Part II, The (1974)", set()),
        ("Transformers: The Movie (1986)", {"transformers"}),
        ("Bram Stoker's Dracula (1992)", {"dracula"}),
        ("Schindler's List (1993)", set()),
        ("What's Love Got to Do with It (1993)", set()),
        ("Spider-Man (2002)", set()),
        ("", set()),
    ],
)  # fmt: skip
def test_shorter_names(title, short):
    assert set(TitleForms.of(title).short) == short


@pytest.mark.slow
def test_a_long_export_takes_seconds_in_a_large_catalogue():
    """60,000 titles of which many are alike, 5,000 rows of which none is there: once 15 s and more."""
    words = ["The", "Night", "of", "Love", "Star", "House", "Last", "Blood", "Day", "Man", "Girl", "Dead", "City", "My"]
    draw = np.random.default_rng(0).integers(len(words), size=(65_000, 4))
    names = [" ".join(words[index] for index in row) + f" {number % 997}" for number, row in enumerate(draw)]
    matcher = matcher_of([f"{name} ({1920 + number % 100})" for number, name in enumerate(names[:60_000])])
    queries = [TitleQuery((f"{name}: {names[0]}",), 2030) for name in names[60_000:]]
    start = time.process_time()
    assert {match.status for match in matcher.match(queries)} == {UNKNOWN}
    assert time.process_time() - start < 3.75


@pytest.mark.parametrize(
    "title", ["- " * 500_000, ": " * 500_000, "(" * 500_000, " " * 500_000 + "x", "a's " * 250_000]
)
def test_a_long_title_costs_no_more_than_a_short_one(modern, title):
    start = time.process_time()
    modern.match([TitleQuery((title,), 1980)] * 3)
    assert time.process_time() - start < 1
