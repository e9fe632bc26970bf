"""Browsing the same index without a need."""

from datetime import date

import pytest

from catalogue.errors import Invalid
from catalogue.published import PublishedOffer
from catalogue.vocabulary import load_vocabulary
from matcher.browse import BrowseQuery, Page, Sort, browse
from tests.builders import HOME, ON, a_point, an_index, an_offer


def keys(page: Page) -> list[str]:
    return [one.offer.source_ids[0].key for one in page.results]


def test_an_empty_query_gives_everything_in_pages_without_overlap() -> None:
    index = an_index(*(an_offer(str(number)) for number in range(25)))
    pages = [browse(index, BrowseQuery(page=number, per_page=10)) for number in (1, 2, 3)]
    assert [(page.total, page.page, page.pages) for page in pages] == [
        (25, 1, 3),
        (25, 2, 3),
        (25, 3, 3),
    ]
    assert [len(page.results) for page in pages] == [10, 10, 5]
    assert len({key for page in pages for key in keys(page)}) == 25


def test_a_page_beyond_the_last_is_the_last() -> None:
    page = browse(an_index(an_offer()), BrowseQuery(page=9))
    assert (page.page, page.pages, len(page.results)) == (1, 1, 1)


def test_nothing_found_is_one_empty_page() -> None:
    page = browse(an_index(), BrowseQuery(q="strikke"))
    assert (page.total, page.page, page.pages, page.results) == (0, 1, 1, ())


def test_text_finds_forms_and_compounds_of_a_word() -> None:
    index = an_index(
        an_offer("knit", title="Vi strikker"),
        an_offer("cafe", title="Strikkecaféen"),
        *(an_offer(f"o-{number}", title="Fodbold i hallen") for number in range(5)),
    )
    assert keys(browse(index, BrowseQuery(q="strikke"))) == ["knit", "cafe"]
    assert keys(browse(index, BrowseQuery(q="xylofon"))) == []


def test_a_known_no_is_left_out_and_a_known_yes_comes_first_in_every_order() -> None:
    index = an_index(
        an_offer("a", title="A", no=["step_free"], point=HOME),
        an_offer("b", title="B", point=HOME),
        an_offer("c", title="C", yes=["step_free"], point=a_point(km_north=9)),
        an_offer("d", title="D", likely=["step_free"], point=a_point(km_north=1)),
    )
    for sort in Sort:
        found = browse(index, BrowseQuery(requires=("step_free",), near=HOME, sort=sort))
        assert keys(found) == ["c", "b", "d"]


def test_an_unknown_place_is_kept_and_never_near() -> None:
    index = an_index(
        an_offer("unknown"),
        an_offer("far", point=a_point(km_north=30)),
        an_offer("near", point=a_point(km_north=2)),
    )
    found = browse(index, BrowseQuery(near=HOME, km=10, sort=Sort.DISTANCE))
    assert keys(found) == ["near", "unknown"]
    assert [one.distance_is_approximate for one in found.results] == [False, True]
    assert found.results[1].distance_km is None


def test_free_is_confirmed_free_and_never_an_unknown_price() -> None:
    index = an_index(
        an_offer("free", price_kr="0"), an_offer("unknown"), an_offer("paid", price_kr="10")
    )
    assert keys(browse(index, BrowseQuery(free=True))) == ["free"]


def test_a_day_gives_what_meets_then() -> None:
    index = an_index(
        an_offer("monday", times="man 10:00-12:00; tor 10:00"),
        an_offer("tuesday", times="tir"),
        an_offer("unknown"),
    )
    assert keys(browse(index, BrowseQuery(day="thu"))) == ["monday"]


def test_an_activity_gives_everything_below_it() -> None:
    index = an_index(an_offer("b", activities=("badminton",)), an_offer("k", activities=("kor",)))
    above = load_vocabulary().ancestors("badminton")
    assert above
    for code in ("badminton", *above):
        assert keys(browse(index, BrowseQuery(activity=code))) == ["b"]
    (group,) = set(index.group_codes) & set(above)
    assert browse(index, BrowseQuery()).facets["activity"][group] == 1


def test_age_leaves_out_what_does_not_admit_it() -> None:
    index = an_index(an_offer("adult", age_from=18), an_offer("all"), an_offer("kids", age_to=12))
    assert sorted(keys(browse(index, BrowseQuery(age=40)))) == ["adult", "all"]


def test_names_are_sorted_as_danes_do() -> None:
    titles = ["Ørred", "Zumba", "Aarhus løber", "Ål", "Æbler", "Badminton"]
    index = an_index(*(an_offer(title, title=title) for title in titles))
    found = browse(index, BrowseQuery(sort=Sort.NAME))
    assert keys(found) == ["Badminton", "Zumba", "Æbler", "Ørred", "Ål", "Aarhus løber"]


def test_facets_count_this_answer() -> None:
    offers: list[PublishedOffer] = [
        an_offer("a", yes=["step_free"], price_kr="0", times="man", activities=("badminton",)),
        an_offer("b", yes=["step_free"], times="man; tir"),
        an_offer("c", no=["step_free"], price_kr="0"),
        an_offer("d", likely=["step_free"]),
    ]
    page = browse(an_index(*offers), BrowseQuery(requires=("step_free",)))
    assert page.total == 3
    assert page.facets["requires"]["step_free"] == 2
    assert (page.facets["day"]["mon"], page.facets["day"]["tue"]) == (2, 1)
    assert page.facets["free"] == {"true": 1}
    assert sum(page.facets["activity"].values()) == 1


@pytest.mark.parametrize(
    "query",
    [
        BrowseQuery(day="man"),
        BrowseQuery(requires=("stepfree",)),
        BrowseQuery(page=0),
        BrowseQuery(per_page=0),
    ],
)
def test_what_cannot_be_asked_is_refused(query: BrowseQuery) -> None:
    with pytest.raises(Invalid):
        browse(an_index(an_offer()), query)


def test_by_next_time_the_soonest_is_first_and_an_unknown_time_is_last() -> None:
    index = an_index(
        an_offer("unknown"),
        an_offer("over", times="tir 10:00", season="2026-01-01/2026-05-01"),
        an_offer("friday", times="fre 10:00"),
        an_offer("evening", times="ons 19:00"),
        an_offer("morning", times="ons 9:00"),
    )
    found = browse(index, BrowseQuery(sort=Sort.NEXT, on=ON))
    assert keys(found)[:3] == ["morning", "evening", "friday"]
    assert set(keys(found)[3:]) == {"unknown", "over"}
    days = [one.next_on for one in found.results]
    assert days == [date(2026, 11, 25), date(2026, 11, 25), date(2026, 11, 27), None, None]


def test_the_order_by_next_time_keeps_what_is_known_to_hold_first() -> None:
    index = an_index(
        an_offer("soon", times="ons 9:00"), an_offer("known", times="fre 9:00", yes=["can_sit"])
    )
    query = BrowseQuery(sort=Sort.NEXT, on=ON, requires=("can_sit",))
    assert keys(browse(index, query)) == ["known", "soon"]


def test_an_interest_is_found_as_activity_or_in_the_title() -> None:
    index = an_index(
        an_offer("stated", title="Onsdagsholdet", activities=("strikning",)),
        an_offer("title", title="Vi strikker"),
        an_offer("other", title="Fodbold"),
    )
    found = browse(index, BrowseQuery(interests=("kreativt", "musik")))
    assert set(keys(found)) == {"stated", "title"}


def test_days_are_counted_as_if_another_could_be_chosen() -> None:
    index = an_index(an_offer("1", times="man 10:00"), an_offer("2", times="tir 10:00"))
    found = browse(index, BrowseQuery(day="mon"))
    assert (found.total, found.facets["day"]["tue"]) == (1, 1)
