"""Words of names as duplicates are judged by them: one form each, and how much it says.

"Rønde Strikkeklub" and "Strikkeklubben i Rønde" are made of the same words here. That
clubs are called club tells nothing; that one is for badminton and one for football does.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import Stemmer

from catalogue.danish import fold
from catalogue.vocabulary import load_vocabulary

_WORD = re.compile(r"[^\W\d_]+|[0-9]+")
_STEMMER = Stemmer.Stemmer("danish")
_SHORTEST_STEMMED = 5  # letters; shorter words lose what tells them apart
_STOP = frozenset(
    """
    af at de dem den der det du en er et for fra hos i ind jer med og om os på som sammen samt til
    ved vi the and of a an in at for to on by
    """.split()
)
_EVERY_CLUB = """
    blive bliver dejlig derfor efter eller endnu flere fælles fællesskab færdig gerne glæde god gode
    godt hedder hele hinanden hjemmeside hver hvis hvor hygge hygger hyggeligt igen ikke information
    instruktør interesseret kaffe kontakt lære lokal lokale man mange med mere møde mødes måske
    nogle oplysninger plads prisen prøve ring samvær sjov skal sammen sidde skrive snak snakker
    spørg starter stedet steder tilmelding tilmeld træner træning uanset uden velkomne velkommen
    ven venner vores være året
""".split()
_OF_A_DAY = re.compile("((?:man|tirs|ons|tors|fre|lør|søn)dag)s([^\\W\\d]{2,}|)")
_TEAM = re.compile("([^\\W\\d]{3,}?)(?:s?hold|s?afdeling)(?:et|en|ene)?")
_SHORT = {
    "alm": "almen",
    "beg": "begynder",
    "dk": "danmark",
    "fmd": "formiddag",
    "foren": "forening",
    "form": "formiddag",
    "em": "eftermiddag",
    "gl": "gammel",
    "gym": "gymnastik",
    "idr": "idræt",
    "komm": "kommune",
    "ndr": "nordre",
    "nr": "nørre",
    "pens": "pensionist",
    "sct": "sankt",
    "sdr": "søndre",
    "skt": "sankt",
    "st": "store",
    "ungd": "ungdom",
    "vs": "vester",
}
"""What is written short wherever it stands, and the word for it."""
_ENDINGS = (
    ("idrætsforening", "if"),
    ("forening", "f"),
    ("selskab", "s"),
    ("klub", "k"),
    ("laug", "l"),
)
"""Last parts of compounds that have a letter of their own in short names: strikkeklub, SK."""
_GENERIC = """
    forening klub selskab laug afdeling lokalafdeling lokalforening gruppe hold holdet kreds
    udvalg lokal dansk danmark danske tilbud aktivitet aktiviteter medlemmer alle
    aps as club group association inc ltd co the
    kom vær mødes ugentlig ugentligt åben åbent ny nyt nye velkommen start sæson forløb undervisning
    kursus gratis
""".split()
_LEVELS = """
    begynder begyndere nybegynder øvet øvede letøvet letøvede mellem viderekommende videre erfaren
    let mellemhold konkurrence elite motion bredde hygge baby børn barn mini micro junior juniorer
    pige piger dreng drenge ungdom unge teenager voksen voksne senior seniorer pensionist ældre
    veteran oldboys oldgirls dame damer kvinde kvinder herre herrer mand mænd mix mixed familie
    mandag tirsdag onsdag torsdag fredag lørdag søndag morgen formiddag middag eftermiddag aften
    dag weekend vinter sommer forår efterår
""".split()


def words(text: str) -> list[str]:
    """Words of a name in the form that they are compared in, in order; numbers apart."""
    found: list[str] = []
    for word in _WORD.findall(fold(text)):
        if word in _STOP or (len(word) == 1 and word.isalpha()):
            continue
        if day := _OF_A_DAY.fullmatch(word):  # torsdagsbadminton, mandagsholdet
            found.append(canonical(day[1]))
            word = day[2]
            if not word:
                continue
        form = canonical(word)
        if form in _KINDS and found and (whole := canonical(found[-1] + form)) in _CLUBS:
            found.pop()  # idræts forening
            form = whole
        short = _CLUBS.get(form, form)
        if short == "if" and found and found[-1] in _BEFORE_IF:
            short = _BEFORE_IF[found.pop()] + short
        found.append(short)
    return found


@lru_cache(maxsize=50_000)
def told_in(text: str) -> frozenset[str]:
    """The longer words of a description in canonical form, without those of every club."""
    return frozenset(
        word for word in words(text) if len(word) > 3 and word not in GENERIC | _OF_EVERY_CLUB
    )


def acronym(held: Iterable[str]) -> str:
    """The letters that a name is shortened to; a name that is short already is its own."""
    named = list(held)
    if len(named) == 1:
        return named[0] if 3 <= len(named[0]) <= 5 else ""
    found = "".join(map(initials, named))
    return found if 3 <= len(found) <= 5 else ""


@lru_cache(maxsize=400_000)
def canonical(word: str) -> str:
    """One form for a folded word: written out where it is short, and without its ending."""
    word = _SHORT.get(word, word)
    if team := _TEAM.fullmatch(word):  # begynderhold is for begyndere
        word = team[1]
    if len(word) < _SHORTEST_STEMMED or word[0].isdigit():
        return word
    return str(_STEMMER.stemWord(word))


GENERIC = frozenset(map(canonical, _GENERIC))
"""Words that tell nothing of which club it is."""
_OF_EVERY_CLUB = frozenset(map(canonical, _EVERY_CLUB))
LEVELS = frozenset(map(canonical, _LEVELS))
"""Words by which the teams of one club differ: for whom, how good, and when."""
_CLUBS = {
    canonical(long): short
    for long, short in (
        ("boldklub", "bk"),
        ("fodboldklub", "fk"),
        ("gymnastikforening", "gf"),
        ("håndboldklub", "hk"),
        ("idrætsforening", "if"),
        ("idrætsklub", "ik"),
        ("sportsforening", "sf"),
        ("sportsklub", "sk"),
        ("tennisklub", "tk"),
    )
}
"""How the commonest kinds of club are written short."""
_KINDS = frozenset(("klub", "forening"))
_BEFORE_IF = {canonical(word): word[0] for word in ("gymnastik", "ungdom", "ungdoms", "skytte")}
_SHORT_CLUBS = frozenset((*_CLUBS.values(), "gif", "uif", "sif"))
_ENDS = tuple((canonical(ending), letters) for ending, letters in _ENDINGS)
_MAKES_A_NAME = ("klub", "forening", "hold", "afdeling", "grup", "kor", "caf", "café", "afd")


@cache
def _activities() -> dict[str, str]:
    """Code of an activity by a single word for it, in canonical form."""
    found: dict[str, str] = {}
    for activity in load_vocabulary().activities:
        for name in (activity.name, *activity.synonyms):
            held = words(name)
            if len(held) == 1 and len(held[0]) > 2 and name not in activity.ambiguous:
                found.setdefault(held[0], activity.code)
    return found


@lru_cache(maxsize=400_000)
def activity(word: str) -> str | None:
    """Code of the activity that a canonical word names, also as a strikkeklub; else None."""
    known = _activities()
    if word in known:
        return known[word]
    for ending in _MAKES_A_NAME:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            base = word[: -len(ending)].removesuffix("s")
            for form in (base, canonical(base), canonical(base + "e")):
                if form in known:
                    return known[form]
    return None


@lru_cache(maxsize=400_000)
def bare(word: str) -> str:
    """A canonical compound without what many end in: a hjerteforening is about hjerter."""
    for ending, _ in _ENDS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=400_000)
def initials(word: str) -> str:
    """The letters that a canonical word has in a short name: idrætsforening is if."""
    if word in _SHORT_CLUBS:
        return word
    for ending, letters in _ENDS:
        if word == ending:
            return letters
        if word.endswith(ending):
            return word[0] + letters
    return word[0]


def shortened(short: Sequence[str], long: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is left of two names' words when short names are taken for what they stand for.

    short, long: words in order. A word of two to five letters stands for words of the other
    name that begin with its letters one after the other: RIF for Rønde Idrætsforening.
    """
    left, rest = list(short), list(long)
    for word in short:
        if 2 <= len(word) <= 5 and word.isalpha() and (run := _stood_for(word, rest)):
            left.remove(word)
            del rest[run]
    return left, rest


def _stood_for(word: str, rest: list[str]) -> slice | None:
    """Which words a short one stands for; None = none."""
    for start, first in enumerate(rest):
        if first[0] != word[0]:
            continue
        letters = ""
        for stop in range(start, min(len(rest), start + len(word))):
            letters += initials(rest[stop])
            if letters == word and (stop > start or len(rest[stop]) > len(word) + 2):
                return slice(start, stop + 1)
    return None
