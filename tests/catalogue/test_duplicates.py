"""Which records are taken for one: clubs written differently, and not sister clubs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.made_views import made
from catalogue.duplicate_blocks import blocks_of, pairs
from catalogue.duplicate_features import AT, FEATURES, Pairs, features
from catalogue.duplicate_records import (
    Record,
    columns,
    phone_digits,
    site,
    street_and_house,
)
from catalogue.duplicate_words import acronym, shortened, words
from catalogue.duplicates import Known, Suspicion, compared, load_model, reasons, suspicions

ORGANISATION, OFFER = load_model("organisation"), load_model("offer")
HALL = {"venue": "Rønde Hallen", "address": "Stadionvej 4", "postcode": "8410", "town": "Rønde"}


def chance(first: Record, second: Record) -> float:
    model = OFFER if first.title or second.title else ORGANISATION
    return compared(first, second, model).probability


def is_one(first: Record, second: Record) -> bool:
    model = OFFER if first.title or second.title else ORGANISATION
    return compared(first, second, model).probability >= model.threshold


def a_club(name: str, **fields: object) -> Record:
    return Record(key=name, source=str(fields.pop("source", name)), name=name, **fields)


# --- the same, written differently ------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Rønde Strikkeklub", "Strikkeklubben i Rønde"),
        ("Rønde Idrætsforening", "Rønde IF"),
        ("Rønde Gymnastik- og Idrætsforening", "RGIF"),
        ("Hornslet Badmintonklub", "Hornslet Badmintonkulb"),
        ("Ældre Sagen Rønde", "Ældre Sagen i Rønde"),
        ("Rønde Pensionistforening", "Pensionistforeningen Rønde"),
    ],
)
def test_a_club_is_known_again_however_its_name_is_written(first: str, second: str) -> None:
    place = {"postcode": "8410", "town": "Rønde", "phone": "86 37 00 00"}
    assert is_one(a_club(first, **place), a_club(second, **place))


# --- near, and not the same -------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Rønde IF", "Hornslet IF"),
        ("Rønde Strikkeklub", "Hornslet Strikkeklub"),
        ("Diabetesforeningen Syddjurs", "Diabetesforeningen Norddjurs"),
        ("Diabetesforeningen Rønde", "Hjerteforeningen Rønde"),
        ("AOF Rønde", "FOF Rønde"),
    ],
)
def test_sister_clubs_at_one_address_are_not_one(first: str, second: str) -> None:
    assert not is_one(a_club(first, **HALL), a_club(second, **HALL))


def test_departments_of_one_club_at_one_address_are_not_one() -> None:
    shared = {**HALL, "phone": "86 37 00 00", "url": "roendeif.example", "email": "post@if.example"}
    names = ["Rønde IF", *(f"Rønde IF {what}" for what in ("Fodbold", "Håndbold", "Badminton"))]
    records = [a_club(name, **shared) for name in names]
    assert suspicions(records, ORGANISATION) == []


def test_the_many_offers_of_a_municipal_house_are_not_one() -> None:
    titles = (
        "Strik og snak;Madklub for mænd;Åbent værksted;Kor for alle;Skak;Sorggruppe;Læsekreds"
        ";Dans for begyndere;Dans for øvede;Computerhjælp"
    ).split(";")
    records = [
        Record(
            str(number),
            "kommunen",
            "Syddjurs Kommune",
            title,
            phone="87 53 50 00",
            email="post@kommune.example",
            url="kommune.example",
            number="29189978",
            **HALL,
        )
        for number, title in enumerate(titles)
    ]
    assert suspicions(records, OFFER) == []


def test_teams_of_one_club_that_differ_in_level_are_not_one() -> None:
    one = Record("1", "a", "Rønde Yoga", "Yoga for begyndere", times=frozenset({(0, 1080)}), **HALL)
    other = replace(one, key="2", title="Yoga for øvede", times=frozenset({(0, 1170)}))
    assert not is_one(one, other)


# --- what unknown means -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("postcode", "8410"),
        ("town", "Mørke"),
        ("address", "Skolevej 4"),
        ("venue", "Hallen"),
        ("phone", "86 37 00 00"),
        ("email", "post@klub.example"),
        ("url", "klub.example"),
        ("number", "12345678"),
        ("text", "Vi strikker vanter og huer"),
        ("price", "50"),
    ],
)
def test_unknown_is_neither_the_same_nor_different(field: str, value: str) -> None:
    one = Record("1", "a", "Rønde Strikkeklub", **{field: value})
    bare = Record("2", "b", "Strikkeklubben i Rønde")
    same = compared(one, replace(bare, **{field: value}), ORGANISATION)
    missing = compared(one, bare, ORGANISATION).seen
    none = compared(replace(one, **{field: ""}), bare, ORGANISATION).seen
    assert missing == none
    assert same.seen != none


def test_no_feature_is_outside_0_to_1_and_signs_are_as_their_names_say() -> None:
    views = made("offer", 901, 400, places=8)
    held = columns([view.record for view in views])
    a, b = pairs(held, blocks_of(held))
    seen = features(Pairs(held, a, held, b))
    assert seen.min() == 0 and seen.max() == 1
    for model in (ORGANISATION, OFFER):
        for name, weight in zip(FEATURES, model.weights, strict=True):
            if name.endswith(("_same", "_alike", "_nearly", "_near")) and name[:6] != "source":
                assert weight >= 0, name
            elif "_other" in name or "_more" in name or name.endswith("_far"):
                assert weight <= 0, name
    assert OFFER.weights[AT["number_same"]] == 0  # never a reason that two offers are one


# --- order does not matter --------------------------------------------------------------

RECORDS = [view.record for view in made("offer", 902, 150, places=4)]
KNOWN_PAIRS = [(one.first.key, one.second.key) for one in suspicions(RECORDS, OFFER)]


@settings(max_examples=60)
@given(st.sampled_from(RECORDS), st.sampled_from(RECORDS))
def test_two_are_as_alike_the_other_way_round(first: Record, second: Record) -> None:
    one, other = compared(first, second, OFFER), compared(second, first, OFFER)
    assert one.seen == other.seen
    assert one.probability == other.probability


@settings(max_examples=20)
@given(st.permutations(RECORDS))
def test_the_order_of_the_records_changes_nothing(records: list[Record]) -> None:
    found = suspicions(records, OFFER)
    assert [(one.first.key, one.second.key) for one in found] == KNOWN_PAIRS


def test_there_is_something_to_find_among_them() -> None:
    assert len(KNOWN_PAIRS) > 10


# --- one to one, and rules on top -------------------------------------------------------


def test_a_record_has_one_partner_in_another_source() -> None:
    one = Record("1", "a", "Rønde Strikkeklub", phone="86 37 00 00", **HALL)
    near = Record("2", "b", "Strikkeklubben i Rønde", phone="86 37 00 00", **HALL)
    less = Record("3", "b", "Rønde Strikkeklub", postcode="8410", town="Rønde")
    third = Record("4", "c", "Rønde Strikkeklub", phone="86 37 00 00", **HALL)
    found = {
        (s.first.key, s.second.key) for s in suspicions([one, near, less, third], ORGANISATION)
    }
    assert ("1", "2") in found and ("1", "4") in found
    assert ("1", "3") not in found


def test_the_same_number_is_a_reason_to_look_at_two_organisations_however_unlike() -> None:
    one = a_club("Rønde IF", number="12345678", postcode="8410")
    other = a_club("Kaløvig Sejlerlaug", number="12345678", postcode="8541")
    assert suspicions([one, other], ORGANISATION) == []
    (found,) = suspicions([one, other], ORGANISATION, same_number=True)
    told = {reason.name for reason in reasons(found.seen, ORGANISATION)}
    assert "number_same" in told


def test_reasons_come_weightiest_first_and_speak_for_or_against() -> None:
    one = a_club("Rønde Strikkeklub", town="Rønde", phone="86 37 00 00")
    other = a_club("Rønde Strikkeklub", source="b", town="Rønde", phone="86 37 11 11")
    told = reasons(compared(one, other, ORGANISATION).seen, ORGANISATION)
    assert told == sorted(told, key=lambda reason: -abs(reason.worth))
    assert {"name_same", "phone_other"} <= {reason.name for reason in told}
    assert next(r for r in told if r.name == "phone_other").worth < 0


# --- one new record ---------------------------------------------------------------------


def test_a_new_record_finds_what_it_is_the_same_as() -> None:
    views = made("organisation", 903, 400, places=20)
    firsts = {}
    for view in views:
        firsts.setdefault(view.truth, view)
    held = list(firsts.values())
    new = [view for view in views if view is not firsts[view.truth]]
    known = Known([view.record for view in held], ORGANISATION)
    truth = {(v.record.source, v.record.key): v.truth for v in held}

    def hits(found: list[Suspicion], wanted: int) -> bool:
        return any(truth[one.second.source, one.second.key] == wanted for one in found)

    right = sum(hits(known.like(view.record), view.truth) for view in new)
    assert len(new) > 60
    assert right / len(new) > 0.7


def test_nothing_and_one_record_give_nothing() -> None:
    assert suspicions([], OFFER) == []
    assert suspicions([Record("1")], OFFER) == []
    assert suspicions([Record("1", "a"), Record("2", "b")], ORGANISATION) == []
    assert Known([], OFFER).like(Record("1", name="Rønde IF")) == []
    assert Known([Record("1", name="Rønde IF")], OFFER).like(Record("2")) == []


# --- how values are read ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("Stadionvej 4", ("stadionvej", "4")),
        ("Stadionvej 4 B, 2. tv.", ("stadionvej", "4")),
        ("Stadionvej 4B", ("stadionvej", "4")),
        ("Sdr. Ringvej 12, 8410 Rønde", ("søndre ringvej", "12")),
        ("435 S. La Cienega Blvd.", ("south la cienega boulevard", "435")),
        ("Kulturhuset", ("kulturhuset", "")),
        ("", ("", "")),
    ],
)
def test_street_and_house_are_told_apart(address: str, expected: tuple[str, str]) -> None:
    assert street_and_house(address) == expected


@pytest.mark.parametrize("phone", ["86370000", "86 37 00 00", "+45 8637 0000", "0045 86370000"])
def test_a_telephone_number_is_its_digits(phone: str) -> None:
    assert phone_digits(phone) == "86370000"


def test_a_page_at_a_host_that_many_share_is_told_by_its_path() -> None:
    assert site("https://www.roende-if.example/hold?x=1") == site("roende-if.example")
    assert site("https://facebook.com/roendeif") != site("https://facebook.com/hornsletif")
    assert site("https://www.facebook.com/") == ""


def test_names_are_compared_by_words_in_one_form() -> None:
    assert sorted(words("Strikkeklubben i Rønde")) == sorted(words("Rønde Strikkeklub"))
    assert words("Rønde Gymnastik- og Idrætsforening") == words("Rønde GIF")
    assert words("Torsdagsbadminton") == words("Torsdag badminton")
    assert acronym(words("Rønde Idrætsforening")) == acronym(words("RIF")) == "rif"
    assert shortened(words("HBK"), words("Hornslet Badmintonklub")) == ([], [])


def test_blocks_leave_out_what_nobody_shares_and_hold_each_pair_once() -> None:
    held = columns(RECORDS)
    a, b = pairs(held, blocks_of(held))
    assert (a < b).all()
    assert len(set(zip(a.tolist(), b.tolist(), strict=True))) == len(a)
    assert 0 < len(a) < len(RECORDS) * (len(RECORDS) - 1) / 4
    assert np.issubdtype(a.dtype, np.integer)
