"""Danish words of needs and offers, as they are compared."""

import re
from functools import lru_cache
from pathlib import Path

import Stemmer
from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries import TrieDictionaryFactory

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
_SHORTEST = 4  # letters of a stem: have and hav, male and mal stay apart
_STEMMER = Stemmer.Stemmer("danish")
# As a trie on disk, made at set-up: to unpack the 400,000 words takes half a second.
_DICTIONARIES = TrieDictionaryFactory(disk_cache_dir=str(Path(__file__).parent / "data" / "lemmas"))
_LEMMATIZER = Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=_DICTIONARIES))
# Where the lemmatiser takes the rarer of two words: duer for a form of du.
_LEMMAS = {word: word for word in ("bad", "bar", "dyr", "ler", "ros", "sang")}
_LEMMAS |= {"dyrt": "dyrt", "dyre": "dyrt", "dyrere": "dyrt"}  # the price, not the animal
_LEMMAS |= {"cykler": "cykel", "cyklen": "cykel", "duer": "due"}
_LEMMAS |= {"tænder": "tand", "tænderne": "tand"}


def words(text: str) -> list[str]:
    """Words of a text, folded, without stop words."""
    return [word for word in _WORD.findall(fold(text)) if word not in STOP and len(word) > 1]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """What the forms of a folded word have in common: the stem of its lemma."""
    lemma = _LEMMAS.get(word) or fold(_LEMMATIZER.lemmatize(word, lang="da"))
    root = str(_STEMMER.stemWord(lemma))
    return root if len(root) >= _SHORTEST else lemma


def stems(text: str) -> list[str]:
    """Stems of the words of a text, in order."""
    return [stem(word) for word in words(text)]
