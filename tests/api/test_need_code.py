"""The code that carries a need on paper, read by a real reader of QR codes."""

import base64
import io
import json
import zlib
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from api.need_code import MAX_VERSION, OWN_LETTERS, code_of, qr_of, read_code
from catalogue.errors import Invalid
from catalogue.vocabulary import load_vocabulary
from matcher.need import DAYS, Need
from tests.builders import a_need

WORDS = (Path(__file__).parents[2] / "api" / "need_code_words.txt").read_bytes()
CODES = [fact.code for fact in load_vocabulary().access_facts]
TWELVE = [
    a_need(
        interests=["noget med hænderne", "strikke"],
        requires=["step_free", "can_sit"],
        wishes=["small_group", "met_at_door"],
        home={"postcode": "8410"},
        reach={"minutes": 45, "mode": "bus"},
        age=67,
        gender="female",
        times=[{"days": ["mon", "wed"], "from": "06:00", "to": "12:00"}],
    ),
    a_need(interests=["dyr", "natur"], home={"postcode": "8500"}, reach={"km": 25}),
    a_need(
        interests=["komme ud og gå lidt, men ikke for hurtigt", "møde nogen på min egen alder"],
        dislikes=["konkurrence", "høj musik"],
        wishes=["calm_setting", "same_people", "companion_welcome", "pauses_ok"],
        home={"address": "Rønde"},
        reach={"minutes": 30, "mode": "walk"},
        max_kr_per_month=150,
    ),
    a_need(requires=["wheelchair_toilet", "step_free", "accessible_parking", "single_level"]),
    a_need(interests=["brætspil og kortspil"], age=22, gender="male", max_kr_per_month=0),
    a_need(
        interests=["synge i kor", "spille guitar"],
        home={"lat": 56.30012, "lon": 10.47034},
        reach={"minutes": 30, "mode": "car"},
        times=[
            {"days": ["tue", "thu"], "from": "17:00", "to": "23:59"},
            {"days": ["sat"], "from": "10:00", "to": "14:00"},
        ],
    ),
    a_need(
        interests=["jeg savner at have noget at stå op til om morgenen"],
        wishes=["drop_in", "no_referral", "phone_contact", "may_watch"],
        home={"postcode": "8400"},
    ),
    a_need(interests=["madlavning og fællesspisning", "haven"], requires=["alcohol_free"], age=54),
    a_need(requires=["sign_support"], wishes=["easy_language"], interests=["fodbold", "svømning"]),
    a_need(
        interests=["ting man kan skille ad og samle igen", "gamle motorer"],
        dislikes=["at sidde stille og høre foredrag"],
        home={"postcode": "8550"},
        reach={"km": 12},
        gender="other",
        times=[{"days": list(DAYS), "from": "12:00", "to": "17:00"}],
    ),
    a_need(
        interests=["gåture og motion", "kaffe og snak", "varmt vand fordi kroppen er stiv"],
        requires=["pauses_ok", "beginner_friendly"],
        wishes=["public_transport", "pass_accepted", "free_trial", "similar_peers"],
        home={"address": "Hovedgaden 10, 8410 Rønde"},
        reach={"minutes": 60, "mode": "bus"},
        age=48,
        gender="female",
        max_kr_per_month=200,
        times=[{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "06:00", "to": "17:00"}],
    ),
    a_need(wishes=CODES, requires=["step_free"], interests=["alt muligt"]),
]


def scanned(text: str) -> str:
    """What a reader sees of the symbol, drawn as large as 26 mm at 300 dots an inch."""
    symbol = qr_of(text)
    file = io.BytesIO()
    symbol.save(file, kind="png", scale=8, border=4)
    dots = round(26 / 25.4 * 300)
    picture = Image.open(file).convert("L").resize((dots, dots))
    found = zxingcpp.read_barcodes(np.array(picture))
    assert len(found) == 1
    return found[0].text


@pytest.mark.parametrize("need", TWELVE)
def test_a_need_fits_a_code_and_a_reader_reads_it_back(need: Need) -> None:
    coded = code_of(need)
    symbol = qr_of(coded.text)
    assert coded.left_out == ()
    assert int(symbol.version) <= MAX_VERSION
    assert symbol.error == "M"
    assert 26 / (symbol.symbol_size(border=4)[0]) >= 0.4  # mm a module
    assert read_code(scanned(coded.text)) == need


def test_a_code_holds_nothing_but_the_need() -> None:
    """Every byte is accounted for: unpacked by hand, and nothing is left."""
    need = TWELVE[0]
    data = base64.b32decode((text := code_of(need).text) + "=" * (-len(text) % 8))
    assert data[0] == 1
    flags, rest = int.from_bytes(data[1:3], "big"), data[3:]
    assert flags == 0b101110011  # access, postcode, minutes, age, gender, times
    assert rest[0] == 4
    assert sorted(rest[1:5]) == sorted([0 * 2 + 1, 4 * 2 + 1, 12 * 2, 16 * 2])
    assert int.from_bytes(rest[5:7], "big") == 8410
    assert tuple(rest[7:10]) == (2, 0, 45)
    assert tuple(rest[10:12]) == (67, 0)
    assert rest[12] == 1
    assert rest[13:17] == bytes([0b101]) + (6 * 60 << 12 | 12 * 60).to_bytes(3, "big")
    words = zlib.decompressobj(-15, zdict=WORDS)
    assert words.decompress(rest[17:]).decode() == "noget med hænderne\nstrikke"
    assert words.eof and not words.unused_data


def test_the_same_need_gives_the_same_code_whatever_its_id() -> None:
    named = TWELVE[0].model_copy(update={"id": "borger-17"})
    assert code_of(named) == code_of(TWELVE[0])
    assert read_code(code_of(named).text).id is None


def test_own_words_up_to_the_stated_length_are_all_in_it() -> None:
    line = "jeg vil helst lave noget udenfor med få mennesker og god tid til pauser i dag"
    ideas = [line[:70], line[8:77]]
    assert sum(map(len, ideas)) <= OWN_LETTERS
    need = TWELVE[11].model_copy(update={"interests": tuple(ideas)})
    assert code_of(need).left_out == ()
    more = need.model_copy(update={"interests": (*ideas, "x" * 60, "og en sidste ting")})
    coded = code_of(more)
    assert coded.left_out == ("og en sidste ting", "x" * 60)
    assert read_code(coded.text) == need


def test_small_letters_and_spaces_of_a_typing_reader_do_no_harm() -> None:
    text = code_of(TWELVE[2]).text.lower()
    assert read_code(f" {text[:10]} {text[10:]}\n") == TWELVE[2]


@pytest.mark.parametrize(
    "text", ["", "A", "AA", "AIAAA", "AE======", "https://a.example/", "æøå", "AEAAAAAB" * 900]
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"^code: "):
        read_code(text)


@given(st.binary(max_size=200))
def test_no_code_is_a_failure_nobody_expected(data: bytes) -> None:
    text = base64.b32encode(b"\x01" + data).decode()
    try:
        need = read_code(text)
    except Invalid as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(need, Need)


_texts = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12),
    max_size=3,
)


@given(
    interests=_texts,
    dislikes=_texts,
    requires=st.lists(st.sampled_from(CODES), unique=True, max_size=6),
    wishes=st.lists(st.sampled_from(CODES), unique=True, max_size=6),
    age=st.none() | st.integers(0, 120),
    price=st.none() | st.integers(0, 100_000),
    km=st.none() | st.integers(1, 1000),
)
def test_what_goes_in_comes_out(
    interests: list[str],
    dislikes: list[str],
    requires: list[str],
    wishes: list[str],
    age: int | None,
    price: int | None,
    km: int | None,
) -> None:
    fields = {
        "interests": interests,
        "dislikes": dislikes,
        "requires": requires,
        "wishes": wishes,
        "age": age,
        "max_kr_per_month": price,
        "reach": None if km is None else {"km": km},
    }
    need = a_need(**json.loads(json.dumps(fields)))
    assert read_code(code_of(need).text) == need


def test_every_access_fact_has_its_number() -> None:
    for code in CODES:
        need = a_need(requires=[code])
        assert read_code(code_of(need).text) == need
