"""The benchmark of duplicates measures what it says it does."""

from pathlib import Path

import pytest

from benchmarks import duplicates
from benchmarks.duplicate_training import MODEL, judged
from benchmarks.made_views import made, pairs_of


def test_an_interval_holds_the_value_and_narrows_with_more_pairs() -> None:
    value, low, high = duplicates.f1_interval(16, 1, 1)
    assert value == pytest.approx(32 / 34)
    assert low < value < high <= 1
    _, low_of_many, _ = duplicates.f1_interval(160, 10, 10)
    assert low < low_of_many
    assert duplicates.f1_interval(5, 0, 0) == (1, 1, 1)


def test_the_judged_pairs_are_offers_of_the_sample(tmp_path: Path) -> None:
    said, true = duplicates.judged_pairs(tmp_path)
    assert len(true) == 17
    assert all(len(pair) == 2 for pair in said | true)
    assert said & true


def test_the_same_seed_makes_the_same_country_and_another_seed_another() -> None:
    assert made("offer", 11, 50) == made("offer", 11, 50)
    assert made("offer", 11, 50) != made("offer", 12, 50)


def test_made_pairs_are_found_in_blocks_and_told_by_their_truth() -> None:
    views = made("organisation", 13, 300, places=20)
    true = list(pairs_of(views))
    assert all(views[a].truth == views[b].truth for a, b in true)
    found = judged("organisation", 13, 300)
    assert found.missed <= len(true) / 10
    assert 0 < found.same.sum() < len(found.same) / 4


def test_training_reads_no_judged_pair() -> None:
    folder = Path(duplicates.__file__).parent
    for name in ("duplicate_training", "made_clubs", "made_views", "made_words"):
        text = (folder / f"{name}.py").read_text(encoding="utf-8")
        assert not any(word in text for word in ("COLLECTION", "tsv", "benchmarks.quality"))
    assert MODEL.is_file()


def test_names_are_timed_in_turn_with_those_of_a_town() -> None:
    lines = list(duplicates.speed(count=400, rounds=1))
    assert len(lines) == 4
    assert "cdist" in lines[0] and "one new" in lines[3]
