"""From bytes to text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import Invalid
from scrapers.encoding import read_clean_text, read_text

DANISH = "Håndbold for ældre i Ølsted: blå café, 'Årø' – 50 °C, § 7, 100 €"
danish = st.text(st.sampled_from("abcdefghij ÆØÅæøåéüöäÉÜÖÄ.,-:;()!?0123456789\n"), max_size=200)
"""What pages are made of; no line of it looks like something encoded twice."""


def twice(text: str, through: str = "cp1252") -> str:
    return text.encode().decode(through)


def test_a_mark_at_the_beginning_wins_over_everything() -> None:
    said = "text/html; charset=iso-8859-1"
    for name, mark in (("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe")):
        reading = read_text(mark + DANISH.encode(name), said)
        assert (reading.text, reading.encoding) == (DANISH, name)
    assert read_text(b"\xfe\xff" + DANISH.encode("utf-16-be")).text == DANISH


def test_the_header_wins_over_the_page() -> None:
    reading = read_text(b"<meta charset=windows-1252>\xa4", "text/html; charset=ISO-8859-15")
    assert reading.text == "<meta charset=windows-1252>€"


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="iso-8859-15">',
        "<META CHARSET = 'ISO-8859-15' >",
        '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-15">',
        '<?xml version="1.0" encoding="ISO-8859-15"?><a>',
        "<html><head><title>x</title><meta name=x charset=iso-8859-15>",
    ],
)
def test_a_page_may_name_its_own_charset(head: str) -> None:
    reading = read_text(head.encode() + b"\xa4 bl\xe5", "text/html")
    assert (reading.text, reading.encoding) == (head + "€ blå", "iso-8859-15")


@pytest.mark.parametrize("said", ["iso-8859-1", "windows-1252", "us-ascii", "latin1", "ISO-8859-1"])
def test_utf_8_that_is_called_latin_is_read_as_utf_8(said: str) -> None:
    reading = read_text(DANISH.encode(), f"text/html; charset={said}")
    assert (reading.text, reading.encoding, reading.mended) == (DANISH, "utf-8", 0)


def test_latin_that_is_called_utf_8_is_read_as_latin() -> None:
    reading = read_text(DANISH.encode("cp1252"), 'text/html; charset="utf-8"')
    assert (reading.text, reading.encoding, reading.damaged) == (DANISH, "windows-1252", 0)


def test_without_a_word_it_is_utf_8_or_else_windows() -> None:
    assert read_text(DANISH.encode()).text == DANISH
    assert read_text(DANISH.encode("cp1252")).text == DANISH
    assert read_text(b"").text == ""


@pytest.mark.parametrize(
    "name", ["utf-7", "rot13", "zlib", "unicode_escape", "idna", "punycode", "utf-16", "x" * 40, ""]
)
def test_a_charset_that_pages_do_not_use_is_not_tried(name: str) -> None:
    body = "+ADw-b+AD4- \\u00e5 blå".encode()
    for reading in (
        read_text(body, f"text/html; charset={name}"),
        read_text(f"<meta charset='{name}'>".encode() + body),
    ):
        if name != "utf-16":
            assert "+ADw-b+AD4- \\u00e5 blå" in reading.text


@pytest.mark.parametrize("through", ["cp1252", "latin-1"])
def test_what_was_encoded_twice_is_mended(through: str) -> None:
    text = "Håndbold, Ryomgård, Ældreidræt på Mørke Å Ø, Grønbæk, søndag"
    assert "HÃ¥ndbold" in twice(text, through)
    reading = read_text(twice(text, through).encode())
    assert (reading.text, reading.damaged) == (text, 0)
    assert reading.mended == sum(not letter.isascii() for letter in text)


def test_quotation_marks_and_euros_encoded_twice_are_mended() -> None:
    text = "kun €5 – så"
    assert read_text(twice(text).encode()).text == text


def test_a_page_that_is_partly_encoded_twice_is_mended_where_it_is() -> None:
    """A template in order around a club's text that is not."""
    assert read_text(("Velkommen til Ølsted: " + twice("håndbold")).encode()).text == (
        "Velkommen til Ølsted: håndbold"
    )


def test_three_times_is_mended_too() -> None:
    assert read_text(twice(twice("håndbold")).encode()).text == "håndbold"


@pytest.mark.parametrize(
    "text", ["São Paulo", "Ångström", "NATÜRLICH", "à la carte", "Â", "Ã", "Ã, Â"]
)
def test_what_is_only_foreign_is_left_alone(text: str) -> None:
    reading = read_text(text.encode())
    assert (reading.text, reading.mended, reading.damaged) == (text, 0, 0)


@pytest.mark.parametrize(
    "body",
    [
        "h\ufffdndbold".encode(),
        "hÃ\u00a0 x Â\ufffd".encode(),
        b"a\x00b",
        "a\x9db".encode(),
        b"h\x81",
    ],
)
def test_what_is_lost_is_counted_and_not_published(body: bytes) -> None:
    assert read_text(body).damaged >= 1
    with pytest.raises(Invalid, match="damaged"):
        read_clean_text(body)


def test_clean_text_is_given_as_it_is() -> None:
    assert read_clean_text(DANISH.encode("cp1252"), "text/html") == DANISH


@given(danish, st.sampled_from(["utf-8", "cp1252", "iso-8859-1", "iso-8859-15"]))
def test_danish_is_read_back_from_whatever_it_was_written_in(text: str, encoding: str) -> None:
    """With the header right, and text that the encoding can hold."""
    body = text.encode(encoding)
    assert read_text(body, f"text/html; charset={encoding}").text == text


@given(danish, st.sampled_from(["utf-8", "cp1252"]), st.sampled_from(["utf-8", "iso-8859-1"]))
def test_danish_is_read_back_also_when_the_header_is_wrong(
    text: str, encoding: str, said: str
) -> None:
    assert read_text(text.encode(encoding), f"text/html; charset={said}").text == text
    assert read_text(text.encode(encoding)).text == text


@given(danish, st.sampled_from(["cp1252", "latin-1"]))
def test_danish_that_was_encoded_twice_is_mended(text: str, through: str) -> None:
    try:
        wrong = twice(text, through)
    except UnicodeDecodeError:
        return  # a byte that Windows-1252 lacks; programs that do this then fail
    assert read_text(wrong.encode()).text == text


@given(st.text(max_size=200))
def test_utf_8_is_changed_only_where_it_was_encoded_twice(text: str) -> None:
    reading = read_text(text.encode("utf-8", "replace"))
    assert reading.mended > 0 or reading.text == text.encode(
        "utf-8", "replace"
    ).decode().removeprefix("\ufeff")


@given(st.binary(max_size=300), st.text(max_size=60))
def test_any_bytes_with_any_header_can_be_read(body: bytes, content_type: str) -> None:
    reading = read_text(body, content_type)
    assert reading.damaged >= 0
    again = read_text(reading.text.encode("utf-8", "surrogatepass"))
    assert again.text == reading.text.removeprefix("\ufeff") or again.mended
