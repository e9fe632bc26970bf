import random
import time
from datetime import date, timedelta

import pytest

from catalogue.cpr import Grade, find_cpr
from catalogue.persondata import is_private_mail, scrub, scrub_own_words

ON = date(2026, 11, 24)
WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def a_number(draw: random.Random) -> str:
    """A made-up personal number that modulus 11 accepts."""
    while True:
        born = date(1930, 1, 2) + timedelta(days=draw.randrange(33_000))
        first = draw.choice("0123" if born.year < 2000 else "4567")
        digits = f"{born:%d%m%y}{first}{draw.randrange(1000):03d}"
        if sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11 == 0:
            return digits


SPELLINGS = (
    "{0}{1}{2}{3}",
    "{0}{1}{2}-{3}",
    "{0}.{1}.{2}-{3}",
    "{0} {1} {2} {3}",
    "{0}{1}{2} - {3}",
    "{0}{1}{2}.{3}",
    "{0}/{1}/{2} {3}",
    "{0}\u00a0{1}\u00a0{2}\u00a0{3}",
    "{0}{1}{2}\u2013{3}",
    "{0}-{1}-{2}-{3}",
)
AROUND = ("{}", "({})", "Borger {}.", "nr. {}, ring", "født {} i Grenaa", "\n{}\n")


def test_personal_numbers_are_found_however_they_are_spelt() -> None:
    draw = random.Random(706)
    missed = 0
    for _ in range(10_000):
        digits = a_number(draw)
        if draw.random() < 0.1:
            spelt = " ".join(digits)
        else:
            parts = (digits[:2], digits[2:4], digits[4:6], digits[6:])
            spelt = draw.choice(SPELLINGS).format(*parts)
        if draw.random() < 0.1:
            spelt = spelt.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        hits = find_cpr(draw.choice(AROUND).format(spelt), ON)
        missed += not any(hit.grade is Grade.CERTAIN for hit in hits)
    print(f"recall {1 - missed / 10_000:.4f} on 10,000 spellings")
    assert missed <= 10


def test_first_of_january_is_certain_without_modulus_eleven() -> None:
    (hit,) = find_cpr("010165-1111", ON)
    assert hit.grade is Grade.CERTAIN
    assert "1111" not in repr(hit)


def test_a_date_valid_number_alone_is_possible_and_named_it_is_certain() -> None:
    number = "120365-1112"
    assert [hit.grade for hit in find_cpr(number, ON)] == [Grade.POSSIBLE]
    assert [hit.grade for hit in find_cpr(f"CPR: {number}", ON)] == [Grade.CERTAIN]


def a_note(draw: random.Random) -> str:
    """Something harmless with numbers in it, as clubs and guides write."""
    day = f"{draw.randrange(1, 29)}-{draw.randrange(1, 13)}-{draw.randrange(2024, 2028)}"
    clock = f"{draw.randrange(8, 21)}:{draw.choice(['00', '15', '30'])}"
    phone = f"{draw.choice('78')}{draw.randrange(10_000_000):07d}"
    pairs = " ".join(phone[i : i + 2] for i in (0, 2, 4, 6))
    return draw.choice(
        (
            f"Vi mødes den {day} kl. {clock} i hallen.",
            f"{day} {clock}",
            f"Ring på {pairs} eller {phone}.",
            f"CVR {draw.randrange(10**7, 10**8)}, konto 9370 {draw.randrange(10**9, 10**10)}",
            f"Pris {draw.randrange(50, 2000)} kr., {draw.randrange(10, 60)} pladser, {clock}-21:00",
            f"Sæson 01.08 - 31.07, {clock} og postnr. 8{draw.randrange(100, 999)}",
            f"Faktura {draw.randrange(10**11, 10**12)} fra {day}",
            f"EAN 579{draw.randrange(10**9, 10**10)}",
            f"Hold {draw.randrange(1, 30)}: man {clock}, ons {clock}, {day}",
        )
    )


def test_harmless_notes_are_hardly_ever_refused() -> None:
    draw = random.Random(8410)
    refused = [
        note
        for note in (a_note(draw) for _ in range(1000))
        if any(hit.grade is Grade.CERTAIN for hit in find_cpr(note, ON))
    ]
    print(f"{len(refused)} false refusals in 1,000 notes")
    assert len(refused) <= 1, refused


def test_time_grows_with_the_text_only() -> None:
    def seconds(length: int) -> float:
        text = "12 34 5 a@b.c 20 12 " * (length // 20)
        began = time.process_time()
        scrub(text, ON)
        return time.process_time() - began

    seconds(1000)
    assert seconds(400_000) < 20 * max(seconds(100_000), 0.01)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Skriv til mette.jensen@gmail.com, så svarer vi.", "Skriv til, så svarer vi."),
        ("Ring 20 12 34 56.", "Ring."),
        ("Ring +45 2012 3456 om aftenen", "Ring om aftenen"),
        ("mette.jensen@klub.example", ""),
        ("Ring 86 12 34 56.", "Ring 86 12 34 56."),
        ("info@klub.example", "info@klub.example"),
        ("ryomgaardif@gmail.com", "ryomgaardif@gmail.com"),
        ("CVR 20123456", "CVR 20123456"),
        ("2026-09-01/2027-04-30", "2026-09-01/2027-04-30"),
        ("tir 19:00-20:30", "tir 19:00-20:30"),
        ("Vi er 20 om 12 bolde.", "Vi er 20 om 12 bolde."),
    ],
)
def test_private_addresses_and_mobiles_go_and_the_rest_stays(text: str, left: str) -> None:
    found = scrub(text, ON)
    assert found.text == left
    assert bool(found.dropped) == (left != text)
    assert not any("jensen" in repr(one) or "3456" in repr(one) for one in found.dropped)


def test_a_certain_number_refuses_the_text() -> None:
    (finding,) = scrub("CPR 010190-1234", ON).dropped
    assert finding.refuses
    assert "1234" not in repr(finding)


def test_role_mailboxes_are_told_from_peoples() -> None:
    assert is_private_mail("hans.hansen", "forening.example")
    assert is_private_mail("solsikke77", "hotmail.com")
    assert not is_private_mail("formand", "gmail.com")
    assert not is_private_mail("kasserer.if", "forening.example")
    assert not is_private_mail("hornslet", "forening.example")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("strikke, ring 86 37 12 34", "strikke, ring"),
        ("010190-1234 yoga", "yoga"),
        ("skriv til a.hansen@klub.example", "skriv til"),
        ("gåtur kl. 10-12, højst 200 kr.", "gåtur kl. 10-12, højst 200 kr."),
        ("Hovedgaden 10, 8410 Rønde", "Hovedgaden 10, 8410 Rønde"),
    ],
)
def test_in_a_citizens_own_words_every_number_and_address_is_personal(text: str, left: str) -> None:
    scrubbed = scrub_own_words(text, ON)
    assert scrubbed.text == left
    assert bool(scrubbed.dropped) == (text != left)
