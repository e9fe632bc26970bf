from catalogue.danish import fold, sort_key


def test_danish_letters_come_last_and_aa_is_one_of_them() -> None:
    names = ["åben", "Aabenraa", "øl", "ærlig", "zebra", "anna", "Århus", "Bo"]
    assert sorted(names, key=sort_key) == [
        "anna",
        "Bo",
        "zebra",
        "ærlig",
        "øl",
        "åben",
        "Aabenraa",
        "Århus",
    ]


def test_typed_variants_are_one_and_danish_letters_stay() -> None:
    assert fold("  CAFÉ  Ryomgaard ") == fold("cafe ryomgård")
    assert fold("Roende") == fold("Rønde")
    assert fold("Rønde") != fold("Ronde")
