"""Danish words of needs and offers, as the index compares them."""

import re

from catalogue.danish import fold

STOP = frozenset(
    """
    ad af alle alt altid anden andet andre at bare begge blev blive bliver bruge da de dem den
    denne der deres det dette dig din dine dit du efter eller en end er et for fra få får gerne
    gå gør gøre ham han hans har havde have hele helst hen hende her hos hun hver hvis hvor hvordan
    i ikke ind ingen intet ja jeg jer jeres kan kom komme kommer kun kunne lidt lige lille man
    mange med meget men mig min mine mit mod må ned nej nogen noget nogle nok nu når og også om op
    os over på samme sammen selv ses sig sin sine sit skal skulle slags som stor så sådan sådanne
    tage til ud uden under var ved vi vil ville vores være været år
    gang gange hold holde holder holdet tilbud
    the a an and or of to in with for on at i my me something like want
    """.split()
)
_WORD = re.compile(r"[a-zæøå0-9]+")
_ENDINGS = ("erne", "ende", "ene", "ere", "ens", "ers", "en", "et", "er", "es", "e", "s")


def words(text: str) -> list[str]:
    """Words of a text, folded, without stop words."""
    return [word for word in _WORD.findall(fold(text)) if word not in STOP and len(word) > 1]


def stem(word: str) -> str:
    """The word without its commonest ending; three letters stay, four before a lone -s."""
    for ending in _ENDINGS:
        shortest = 4 if ending == "s" else 3  # dans and gips end so themselves
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            return word[: -len(ending)]
    return word


def stems(text: str) -> list[str]:
    """Stems of the words of a text, in order."""
    return [stem(word) for word in words(text)]
