from matcher.browse import BrowseQuery, browse
from matcher.loosen import loosened
from tests.builders import HOME, a_point, an_index, an_offer


def said(query: BrowseQuery, *offers: object) -> list[tuple[str, object, int]]:
    index = an_index(*offers)  # type: ignore[arg-type] # offers of the builder
    assert browse(index, query).total == 0
    return [(one.change, one.to, one.gives) for one in loosened(index, query)]


def test_each_single_change_is_told_with_what_it_gives() -> None:
    query = BrowseQuery(
        near=HOME, km=5, requires=("step_free", "can_sit"), day="mon", free=True, age=30
    )
    offers = [
        an_offer("far", point=a_point(km_north=9), times="man 10:00", price_kr="0"),
        an_offer("dear", point=HOME, times="man 10:00", price_kr="90"),
        an_offer("tue", point=HOME, times="tir 10:00", price_kr="0"),
        an_offer("no", point=HOME, times="man 10:00", price_kr="0", no=["step_free"]),
        an_offer("old", point=HOME, times="man 10:00", price_kr="0", age_from=60),
        an_offer("old2", point=HOME, times="man 10:00", price_kr="0", age_from=60),
    ]
    assert said(query, *offers) == [
        ("age", None, 2),
        ("day", None, 1),
        ("free", False, 1),
        ("km", 10.0, 1),
        ("requires", ("can_sit",), 1),
    ]


def test_of_the_wider_distances_the_first_that_helps_is_told() -> None:
    offer = an_offer("far", point=a_point(km_north=19))
    assert said(BrowseQuery(near=HOME, km=5), offer) == [("km", 20.0, 1)]


def test_the_words_may_be_left_out() -> None:
    assert said(BrowseQuery(q="xylofon"), an_offer("1")) == [("q", "", 1)]


def test_where_no_single_change_helps_all_together_may() -> None:
    offer = an_offer("1", title="Vi strikker", age_from=60, times="tir 10:00")
    assert said(BrowseQuery(q="strikke", age=30, day="mon"), offer) == [("all", None, 1)]


def test_in_an_empty_catalogue_nothing_is_promised() -> None:
    assert said(BrowseQuery(q="strikke", day="mon")) == []
