"""Facts that a description says in words, each with the words that say it.

The ways of saying a fact are data (`prose_rules`); here stands the grammar around them: what a
"not" reaches, and what makes a sentence say nothing for certain: a question, a hope, a
condition, the past, another place. When in doubt nothing is read, since what is wrongly read
may send somebody in vain, and what is not read is asked about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from catalogue.prose_rules import NUMBER, Rule, load_rules, number_in

LONGEST_QUOTE = 160
"""Characters."""
_SMALL = 10  # people in a small group, by the question of the access fact
_REACH = 4  # words between a "not" and what it denies
_REMEMBERED = 2048  # descriptions; twins, and the same table again

_SENTENCE_END = re.compile(r"(?:[.!?…]+[)\"”»]*(?=\s|$)|\n+|\s[•·*–-]\s(?=[A-ZÆØÅ]))")
_SHORT = re.compile(
    r"(?:\b(?:kl|ca|f\.eks|eks|fx|bl\.a|bl|evt|tlf|nr|max|maks|pr|d|st|inkl|min|kr|hhv|dvs)|\d)\.$"
)
_BREAK = re.compile(
    r"[,;:()–—]|\s-\s|\s(?:men|mens|hvorimod|selvom|fordi|så|hvis|når)\s"
    r"|\sog\s(?=(?:der|vi|du|man|i|det|den|de|jeg|alle|ingen|intet|kom|tag|ring|her|skal|kan|må"
    r"|behøver|er|har|bliver|vil|får|med|uden|ikke|første|betaler|koster"
    r"|kræver|holder|tager|bruger|kommer|går|sidder|starter|slutter|spiller|møder)\s)"
)
_WORD = re.compile(r"[\w-]+")
_NOT = re.compile(
    r"\b(?:ikke|ingen|intet|aldrig|hverken|uden|mangler|savner|næppe|ej|umuligt|heller ikke)\b"
)
_HALF_NOT = re.compile(
    r"\b(?:ikke|aldrig)\s+(?:altid|helt|nødvendigvis|kun|bare|blot|alene|mindst|særlig\w*|så|mange)\b"
)
_NOT_AFTER = re.compile(
    r"^\s*(?:(?:har vi|findes|findes der|er der|er|kan vi|kan man|tilbyder vi|tager vi|må man"
    r"|bliver der|kan|må|har huset|har stedet)?\s*(?:desværre|dog|endnu|p\.t\.|pt)?\s*)"
    r"(?:ikke(?! (?:kun|bare|altid|nødvendigvis))|ingen af|intet af|mangler|slet ikke)\b"
)
_NOT_LATER = re.compile(r"\b(?:ikke|ingen|intet|aldrig|mangler|næppe)\b")
_UNSURE_HERE = re.compile(
    r"\b(?:måske|muligvis|formentlig|formodentlig|sandsynligvis|vistnok|vist|forhåbentlig|snart"
    r"|næsten (?!altid|alle|alt)|delvis\w*|nogenlunde|nogle gange|sommetider|af og til|til tider"
    r"|sjældent|engang imellem|i princippet|egentlig|på sigt|fremover|senere|kun|enkelte"
    r"|(?:der|det) kan være"
    r"|udvalgte|efter aftale|afhænger|afhængig\w*|alt efter|kommer an på|(?:om|i) (?:sommeren|"
    r"vinteren)|bør|burde|skulle gerne|nok er|er nok|normalvis|visse|ville)\b"
)
_UNSURE = re.compile(
    r"\b(?:håber\w*|ønsker os|ønske om|drømme\w*|planlæg\w*|planlagt\w*|planer?|overvej\w*"
    r"|undersøg\w*|arbejder (?:på|hen imod|for)|arbejdes|søger|søgt|ansøg\w*"
    r"|vil gerne (?:have|lære|lave|bygge|tilbyde|kunne)|ved (?:vi )?(?:ikke|endnu)|så vidt"
    r"|prøver (?:vi )?(?:på )?at"
    r"|forsøger|stræber|bestræber|tilstræb\w*|næste (?:år|sæson|forår|efterår)|til (?:foråret|"
    r"efteråret|sommer|vinter|næste)|på vej|under (?:opførelse|ombygning|opbygning)|bliver bygget"
    r"|skal bygges|bygges|kommer der|vil der|indtil videre|medmindre|med mindre|såfremt|forudsat"
    r"|i tilfælde af|spørg|spørge|hør nærmere|og hør|høre om|hør om|kontakt os for|tvivl\w*"
    r"|usikker\w*|uvist|venter på (?:at|svar|penge)|penge til|samler ind|indsamling\w*|mon"
    r"|(?:fra|i) 20\d\d|lover ikke|kan ikke love|garanter\w*|handler om|foredrag om|kursus i"
    r"|(?:bøger|artikel|udstilling|film) om|oplæg om|debat om|hvorvidt|mangler (?:du|i)|søges)\b"
)
_PAST = re.compile(
    r"\b(?:engang|dengang|førhen|før i tiden|plejede|havde|har haft|var|blev|i gamle dage"
    r"|indtil (?:sidste|i fjor)|sidste (?:år|sæson)|i fjor"
    r"|tidligere(?! (?:misbruger|indlagt|patient|psyk|deltag|bruger|indsat|soldat)))\b"
)
_ELSEWHERE = re.compile(
    r"\b(?:(?:i|på|ved|hos) (?:den|det|de) anden|(?:i|på|hos|ved) de andre|andre (?:hold|steder|"
    r"klubber|foreninger|haller)|andet (?:hold|sted)|modsætning"
    r"|naboe\w+|nabo(?:hallen|huset|klubben)"
    r"|til (?:stævner|kampe|koncerter|fester)|ved (?:stævner|kampe|koncerter|fester|større)"
    r"|juniorerne|ungdomsholdet|børneholdet|mange klubber|de fleste (?:klubber|steder)"
    r"|på (?!hold)\w+holdet|nærmeste|biblioteket|rådhuset)\b"
)
_BROKEN = re.compile(
    r"\b(?:i stykker|ude af drift|lukket|lukkede|låst|aflåst|spærret|virker ikke|bruges ikke"
    r"|bliver ikke brugt|ikke brug\w*|depot|nedlagt|fjernet|for stejl|meget stejl|for smal\w*"
    r"|for lil\w+|for høj\w*|forbudt|problem(?:er)?|trods)\b"
)
_CONDITION = re.compile(r"\b(?:hvis|ifald)\b(?P<rest>[^,.;]*)")
_YOUR_CHOICE = re.compile(
    r"\s+(?:(?:du|man|i|nogen|en)\s(?!.*\b(?:under|over|medlem|visiter\w*|henvist|fyldt|studerende"
    r"|pensionist|kørekort|tilladelse|betaler|melder|bestiller|booker|giver|køber|tilmelder|aftaler"
    r"|selv)\b)|det (?:bliver|er|hele|kniber|passer|hjælper|gør|føles)"
    r"|(?:kroppen|benene|ryggen|økonomien|pengene|larmen)\b)"
)
_BUT = re.compile(
    r"\b(?:men|dog|desværre|blot)\b[\s,]*(?:(?:den|det|de|dén|der er)\b(?!\s+er\s+(?:ingen|ikke|et"
    r"|en)\b)|kun\b|stadig\b|først\b|også\b.*\btrin\b"
    r"|ikke (?:altid|helt|hver|om|hele|i (?:hele|al)))"
)
_SORRY = re.compile(r"\b(?:desværre|beklager|ærgerligt)\b")
_MAY_FOLLOW_NUMBER = re.compile(
    r"\s*(?:$|[,.;:!?()–-]|(?:og|på|ad|i|omkring|ved|om|pr|per|til|hver|ad|der|som|så|men|mand|ældre"
    r"|kvinder|mænd|unge|voksne|stykker|stk|deltager\w*|person\w*|mennesker?|medlemmer|på|glade|faste"
    r"|rundt|plus|inklusive|inkl|sjæle|hoveder)\b)"
)
_NO_PEOPLE = re.compile(r"^\s*(?:i alt|bestyrelse|foreninger|hold|afdelinger|til (?:stævne|kampe))")


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact that a text states."""

    code: str
    """Of the vocabulary's access facts."""
    answer: str
    """yes or no."""
    quote: str
    """The words of the text that say it, at most LONGEST_QUOTE characters."""


def own_words(title: str, description: str) -> str:
    """The text that is read of an offer: many a fact stands in the title alone."""
    return f"{title}\n{description}"


@lru_cache(maxsize=_REMEMBERED)
def findings(text: str) -> tuple[Finding, ...]:
    """What a Danish description says for certain of access facts, ordered by code.

    At most one per code; a text that says both yes and no of one says nothing of it.
    """
    found: dict[str, list[Finding]] = {}
    for sentence in _sentences(text):
        for finding in _in_sentence(sentence):
            found.setdefault(finding.code, []).append(finding)
    return tuple(
        said[0] for _, said in sorted(found.items()) if len({one.answer for one in said}) == 1
    )


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text as they stand in it, questions left out."""
    start = 0
    for end in _SENTENCE_END.finditer(text):
        before = text[start : end.end()]
        following = text[end.end() :].lstrip()[:1]
        if _SHORT.search(before) and not (following.isupper() and "\n" not in end[0]):
            continue
        if "?" not in end[0] and before.strip():
            yield before.strip()
        start = end.end()
    if text[start:].strip():
        yield text[start:].strip()


@dataclass(frozen=True, slots=True)
class _Hit:
    """Words of a sentence that a rule knows."""

    rule: Rule
    match: re.Match[str]
    literal: tuple[tuple[int, int], ...]
    """Where its own words stand, the gaps left out."""


@lru_cache(maxsize=_REMEMBERED)
def _in_sentence(sentence: str) -> tuple[Finding, ...]:
    return tuple(_read_sentence(sentence))


def _read_sentence(sentence: str) -> Iterator[Finding]:
    lower = sentence.lower()
    if len(lower) != len(sentence):  # a letter of another alphabet; places would not agree
        return
    words = set(_WORD.findall(lower))
    words |= {part for word in words if "-" in word for part in word.split("-")}
    hits = [
        _Hit(rule, match, _literal(match))
        for rule in load_rules().for_words(words)
        if (match := rule.pattern.search(lower)) is not None
        and not (rule.unless is not None and rule.unless.search(lower))
    ]
    for hit in hits:
        others = [
            span for other in hits if other.rule.code != hit.rule.code for span in other.literal
        ]
        answer = _answer(hit, lower, others)
        if answer is not None:
            yield Finding(hit.rule.code, answer, _quote(sentence, lower, hit))


def _literal(match: re.Match[str]) -> tuple[tuple[int, int], ...]:
    names = set(match.re.groupindex.values())
    gaps = [match.span(group) for group in range(1, match.re.groups + 1) if group not in names]
    spans, start = [], match.start()
    for first, last in sorted(gap for gap in gaps if gap[0] < gap[1]):
        spans.append((start, first))
        start = last
    return (*spans, (start, match.end()))


def _clause(lower: str, match: re.Match[str]) -> tuple[int, int]:
    first, last = 0, len(lower)
    for end in _BREAK.finditer(lower):
        if end.end() <= match.start():
            first = end.end()
        elif end.start() >= match.end():
            last = end.start()
            break
    return first, last


def _without(text: str, spans: tuple[tuple[int, int], ...] | list[tuple[int, int]]) -> str:
    """The text with these spans blanked, so that places stay."""
    for first, last in spans:
        text = text[:first] + " " * (last - first) + text[last:]
    return text


def _answer(hit: _Hit, lower: str, others: list[tuple[int, int]]) -> str | None:
    """What the words say where they stand: yes, no, or None for nothing."""
    first, last = _clause(lower, hit.match)
    around = _without(lower, hit.literal)
    clause = around[first:last]
    if _UNSURE.search(around) or _BUT.search(around[hit.match.end() :]):
        return None
    if any(p.search(clause) for p in (_UNSURE_HERE, _PAST, _ELSEWHERE, _BROKEN)):
        return None
    if any(not _YOUR_CHOICE.match(one["rest"]) for one in _CONDITION.finditer(around)):
        return None
    said = _affirmed(hit, lower)
    if said is None:
        return None
    denied = _denied(hit, lower, first, last, others)
    if denied is None:
        return None
    if denied:
        return hit.rule.denied
    if said == "yes" and _SORRY.search(clause):
        return None
    return said


def _affirmed(hit: _Hit, lower: str) -> str | None:
    if hit.rule.answer is not None:
        return hit.rule.answer
    after = lower[hit.match.end() :]
    if not _MAY_FOLLOW_NUMBER.match(after) or _NO_PEOPLE.match(after):
        return None
    return "yes" if number_in(hit.match[NUMBER]) <= _SMALL else "no"


def _denied(
    hit: _Hit, lower: str, first: int, last: int, others: list[tuple[int, int]]
) -> bool | None:
    """Whether a "not" reaches these words; None = it cannot be told."""
    start, end = hit.match.span()
    free = _without(_without(lower, others), hit.literal)
    if "eller" in lower[first:last] and first and _NOT.search(free[:first]):
        return None  # "ingen elevator, rampe eller handicaptoilet"
    if first and " " not in hit.match[0] and lower[first:last].strip() == hit.match[0]:
        before = lower[:first].rstrip()
        if before.endswith(",") and _NOT.search(free[:first]):
            return None  # a list after a "not"
    count = 0
    head = free[first:end]
    if _HALF_NOT.search(head):
        return None
    for negation in _NOT.finditer(head):
        between = lower[first + negation.end() : start] if negation.end() + first < start else ""
        if len(between.split()) > _REACH or " og " in f" {between} ":
            return None
        count += 1
    tail = _NOT_AFTER.match(free[end:last])
    if tail is not None:
        count += 1
    elif _NOT_LATER.search(free[end:last]):
        return None
    return None if count > 1 else count == 1


def _quote(sentence: str, lower: str, hit: _Hit) -> str:
    """The sentence if it is short, else the clause, else what stands around the words."""
    if len(sentence) <= LONGEST_QUOTE:
        return sentence
    first, last = _clause(lower, hit.match)
    if last - first > LONGEST_QUOTE:
        spare = max(0, LONGEST_QUOTE - len(hit.match[0])) // 2
        first = max(first, hit.match.start() - spare)
        last = min(last, first + LONGEST_QUOTE)
        if first and sentence[first - 1].isalnum():
            first += len(re.match(r"\S*\s*", sentence[first:])[0])  # type: ignore[index]
        if last < len(sentence) and sentence[last].isalnum():
            last = first + len(sentence[first:last].rpartition(" ")[0])
    return sentence[first:last].strip(" ,;:")
