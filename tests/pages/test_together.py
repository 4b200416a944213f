"""Together shows the package's list for the group in the address, and guests come by link and by file."""

from __future__ import annotations

import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from recsys.serving.explain.named_reasons import NamedReason, named_reasons
from recsys.serving.list_options import ListOptions
from recsys.serving.together import Group
from recsys.ui.common import theme
from recsys.ui.together import group_list, group_reasons
from recsys.visitor import profile_link
from recsys.visitor.profile import MovieRef, Profile
from recsys.visitor.profile_file import to_bytes
from tests.pages.conftest import open_page, text_of

EVEN = {2: 5.0, 4: 5.0, 6: 4.0, 3: 1.0}


def together(members: str = "", **query: object) -> AppTest:
    """Together, opened by a URL with these members (its parameter is `people`) and other parameters."""
    return open_page("pages/together.py", **({"people": members} if members else {}), **query)


def html_of(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def shown(app: AppTest) -> list[int]:
    """Ids of the movies on the page, in their order."""
    return [int(movie) for movie in re.findall(r'data-movie="(\d+)"', html_of(app))]


def labels(app: AppTest) -> list[str]:
    """Text alternatives of the drawings."""
    return [unescape(label) for label in re.findall(r'aria-label="([^"]*)"', html_of(app))]


def popovers(app: AppTest) -> list[str]:
    return [element.proto.popover.label.replace("\\", "") for element in app.get("popover")]


def profile_of(recommender, history) -> Profile:
    profile = Profile()
    for movie_id, stars in history.items():
        profile = profile.rate(MovieRef.of(recommender.catalogue, movie_id), stars)
    return profile


def link_text(recommender, history) -> str:
    return profile_link.encode(profile_of(recommender, history), recommender.catalogue, recommender.stars)


def expected_ids(recommender, histories, by="least", excluded=(), **options) -> list[int]:
    group = Group.of(recommender, histories, ListOptions.checked(**options).without(excluded))
    listed = group.top(by).table["movie_id"].tolist()
    return [*listed, *group.stretches(listed)["movie_id"].tolist()]


@pytest.mark.parametrize("by", ["least", "mean", "blend"])
def test_the_address_shows_the_packages_list(served, by):
    app = together("2-3-20", by=by, years="1955-1970", min_like="0", n="2")
    histories = [served.user_history(user) for user in (2, 3, 20)]
    options = {"years": (1955, 1970), "min_like": 0.0, "n": 2}
    assert shown(app) == expected_ids(served, histories, by, **options)
    assert "A movie for the three of them" in text_of(app)
    assert app.get("button_group")[0].value == by
    assert group_list.COMBINATION_WORDS[by] in text_of(app)
    assert "1955 to 1970" in text_of(app)
    first = served.recommend_together([2, 3, 20], by=by, **options).iloc[0]
    words = ", ".join(f"User {user} {first[f'expected_{place}']:.1f}" for place, user in enumerate((2, 3, 20), 1))
    assert f"Expected stars from 1 to 5: {words}" in labels(app)
    assert not app.warning


def test_the_way_of_combining_is_in_the_address(served):
    app = together("2-3", min_like="0")
    assert "by" not in app.query_params
    app.get("button_group")[0].set_value("mean").run()
    assert app.query_params["by"] in ("mean", ["mean"])
    assert shown(app) == expected_ids(served, [served.user_history(user) for user in (2, 3)], "mean", min_like=0.0)
    assert "by=mean" in app.code[-1].value
    assert "people=2-3" in app.code[-1].value
    app.query_params.clear()  # the back button
    app.run()
    assert shown(app), "the page stays with the group of this visit"


def test_two_members_see_their_taste_match_and_where_they_clash(served):
    app = together("2-3", min_like="0", by="mean", n="3")
    match = served.taste_match(2, 3)
    assert f"Taste match of User 2 and User 3: {match.share:.0%}" in labels(app)
    assert "less alike than most" in html_of(app)
    assert f"between {match.low:.0%} and {match.high:.0%}" in html_of(app)
    assert "Tastes differ: User" in html_of(app)
    assert "A stretch for one of them" in text_of(app)
    assert "Taste match of" not in " ".join(labels(together("2-3-4")))
    app = together("2", profile=link_text(served, EVEN))
    assert "too few ratings to tell" in text_of(app)


def test_members_are_added_and_removed(served):
    app = together("2")
    assert shown(app) == []
    assert "Add one more person" in text_of(app)
    app.selectbox(key="together_add_user").set_value(9).run()
    assert not app.exception
    assert app.query_params["people"] in ("2-9", ["2-9"])
    assert shown(app) == expected_ids(served, [served.user_history(user) for user in (2, 9)])
    assert 9 not in [int(text.split()[1]) for text in app.selectbox(key="together_add_user").options]
    app.button(key="together_remove_2").click().run()
    assert app.query_params["people"] in ("9", ["9"])
    assert shown(app) == []


def test_without_members_the_page_says_what_to_do(served):
    app = together()
    assert "Add at least two people" in text_of(app)
    assert "Rate a few movies first" in text_of(app)
    assert not app.query_params
    assert shown(app) == []


def test_the_visitor_is_in_with_what_they_have_rated_seen_and_hidden(served):
    profile = profile_of(served, EVEN).put("hidden", MovieRef.of(served.catalogue, 8))
    profile = profile.put("seen", MovieRef.of(served.catalogue, 10))
    app = open_page("pages/home.py")
    app.session_state["visitor_profile"] = profile
    app.switch_page("pages/together.py")
    app.run()
    assert "You, 4 ratings" in popovers(app)
    app.selectbox(key="together_add_user").set_value(12).run()
    histories = [served.user_history(history=EVEN), served.user_history(12)]
    ids = shown(app)
    assert ids == expected_ids(served, histories, excluded=(8, 10))
    assert not {8, 10, *EVEN} & set(ids)
    assert "A movie for the two of you" in text_of(app)
    own_link = app.code[0].value
    text = own_link.split("profile=")[1]
    assert profile_link.decode(text, served.catalogue, served.stars).history == EVEN
    app.button(key="together_remove_you").click().run()
    assert "You, 4 ratings" not in popovers(app)
    assert "Add me" in [button.label for button in app.button]


def test_a_friends_link_brings_a_guest_who_can_be_named(served):
    text = link_text(served, EVEN)
    app = together("12", profile=text)
    assert "Guest 1, 4 ratings" in popovers(app)
    assert shown(app) == expected_ids(served, [served.user_history(12), served.user_history(history=EVEN)])
    name = next(field for field in app.text_input if field.key.startswith("together_name_"))
    name.set_value('<img src=x onerror=alert(1)> "B"').run()
    assert "<img" not in html_of(app)
    name = "<img src=x onerror=alert(1)>"
    assert any(name in label for label in labels(app)), "the name is there as text"
    assert profile_link.decode("".join(app.query_params["profile"]), served.catalogue, served.stars).history == EVEN


def test_a_link_can_be_pasted_whole_and_a_damaged_one_is_refused_in_words(served):
    text = link_text(served, EVEN)
    app = together("12")
    app.text_input(key="together_add_link").set_value(f"https://example.org/together?profile={text}&n=5").run()
    assert "Guest 1, 4 ratings" in popovers(app)
    assert app.text_input(key="together_add_link").value == ""
    assert app.query_params["profile"] in (text, [text])
    app.text_input(key="together_add_link").set_value("nonsense").run()
    assert "This link" in text_of(app)
    assert popovers(app).count("Guest 1, 4 ratings") == 1
    app = together("12-14", profile=text[:-3])
    assert "profile: received" in text_of(app)
    assert shown(app) == expected_ids(served, [served.user_history(12), served.user_history(14)])


def test_a_friends_file_brings_a_guest_for_this_session(served):
    app = together("12")
    content = to_bytes(profile_of(served, EVEN), served.stars)
    app.get("file_uploader")[0].set_value(("ben.json", content, "application/json")).run()
    assert not app.exception
    assert "Guest 1, 4 ratings" in popovers(app)
    assert shown(app) == expected_ids(served, [served.user_history(12), served.user_history(history=EVEN)])
    assert "profile" not in app.query_params
    assert "Guests from a file are not part of it." in text_of(app)
    app.get("file_uploader")[0].set_value(("ben.json", b"{}", "application/json")).run()
    assert "format" in text_of(app)
    app.switch_page("pages/home.py")
    app.query_params.clear()
    app.run()
    app.switch_page("pages/together.py")
    app.query_params.clear()
    app.run()
    assert "Guest 1, 4 ratings" in popovers(app), "the group is there when they come back"


def test_a_comma_between_users_is_understood(served):
    app = together("2, 3,20", min_like="0")
    assert not app.warning
    assert shown(app) == expected_ids(served, [served.user_history(user) for user in (2, 3, 20)], min_like=0.0)


def test_each_movie_says_why_naming_the_member_and_leads_to_its_page(served):
    app = together("2-3", min_like="0")
    histories = [served.user_history(user) for user in (2, 3)]
    ids, page = shown(app), html_of(app)
    reasons = list(zip(*(named_reasons(served, history, ids) for history in histories), strict=True))
    for of_movie in reasons:
        sentence = group_reasons.sentence(of_movie, ["User 2", "User 3"], served.display_title)
        assert sentence in page
    assert any(reason.because for of_movie in reasons for reason in of_movie)
    links = [element.proto for element in app.get("page_link")]
    titles = [link.label.replace("\\", "") for link in links if link.query_string.startswith("movie=")]
    assert titles == [served.display_title(movie) for movie in ids]
    lowest = [int(share) for share in re.findall(r"<b>(\d+)%</b> match for User [23], the lowest", page)]
    assert lowest == sorted(lowest, reverse=True)
    assert len(lowest) == len(served.recommend_together([2, 3], min_like=0.0))


def test_a_reason_names_what_members_have_in_common_first():
    def reason(*because):
        return NamedReason(1, 4.0, because, 3.5, 3.5, 9, 9, 0.5, 3.5)

    titles = {5: "Babe", 6: "Heat <b>", 7: "Help!"}.__getitem__
    both = [reason((6, 5.0), (5, 4.0)), reason((5, 4.0), (7, 5.0))]
    star = '<span class="star">★</span>'
    sentence, named = group_reasons.sentence, group_reasons.named_movie
    assert sentence(both, ["You", "Ben"], titles) == f"Because you both gave 4 {star} to <b>Babe</b>."
    assert named(both, ["You", "Ben"]) == 5
    assert "Because Ben and User 2 gave 4" in sentence(both, ["Ben", "User 2"], titles)
    own = [reason((6, 5.0)), reason((7, 3.5))]
    assert sentence(own, ["You", "<i>"], titles) == (
        f"Because you gave 5 {star} to <b>Heat &lt;b&gt;</b> and &lt;i&gt; gave 3.5 {star} to <b>Help!</b>"
    )
    three = [reason(), *both]
    assert sentence(three, ["User 9", "You", "Ben"], titles) == f"Because you and Ben gave 4 {star} to <b>Babe</b>."
    assert "Because you all gave" in sentence([both[0], *both], ["A", "You", "B"], titles)
    assert sentence([reason()], ["Ben"], titles) == ""
    assert named([reason()], ["Ben"]) is None


def test_an_action_in_a_row_makes_no_list_anew(served, monkeypatch):
    app = together("2-3", min_like="0")
    before = shown(app)
    monkeypatch.setattr(Group, "of", None)
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    assert shown(app) == before
    assert "Saved" in html_of(app)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"people": "2-3-61"}, "people: received '61'; allowed: you, or ids of users in the data from 1 to 60"),
        ({"people": "2-3-2"}, "people: received '2' again; allowed: each member once"),
        ({"people": "2-3-<b>"}, "people: received '<b>'"),
        ({"people": "2-3", "by": "max"}, "by: received 'max'; allowed: least, mean, blend"),
        ({"people": "2-3", "profile": "x"}, "profile: received 'x'"),
        ({"people": "2-3", "n": "0"}, "n: received 0"),
        ({"people": "2-3", "peple": "5"}, "peple: received '5'"),
    ],
)
def test_what_is_wrong_in_the_address_is_named_and_the_rest_is_used(served, query, problem):
    app = together(**query)
    assert problem in text_of(app)
    assert shown(app) == expected_ids(served, [served.user_history(user) for user in (2, 3)])


def test_more_than_eight_are_refused(served):
    app = together("-".join(map(str, range(1, 12))))
    assert "people: received 11 members; allowed: at most 8" in text_of(app)
    assert "A movie for the eight of them" in text_of(app)
    assert "Add someone" not in popovers(app)
    assert all(
        theme.RULES.count(f".mark-{place}, .st-key-together_mark_{place} {{ --mark") == 1 for place in range(1, 9)
    )


def test_an_empty_list_says_why_and_how_to_relax_it(served):
    app = together("2-3", min_like="0.9")
    assert "No movie for all of you" in text_of(app)
    assert "a chance below 90% to be liked by all of you" in text_of(app)
    assert "“Best on average” asks for less." in text_of(app)
