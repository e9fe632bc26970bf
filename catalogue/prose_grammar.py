"""What a sentence makes of words that state a fact: yes, no, or nothing for certain.

A question, a hope, a condition, the past, another place or "some of us" say nothing. Neither
does a "not" whose reach cannot be told. When in doubt nothing is read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalogue.prose_rules import NUMBER, Rule, number_in

_SMALL = 10  # people in a small group, by the question of the access fact
_REACH = 4  # words between a "not" and what it denies
_CONTACT = ("phone_contact", "drop_in")
"""Facts that are about the call itself: "ring først, så ..." is no condition of them."""

_BREAK = re.compile(
    r"[;:()–—]|,(?!\s(?:der|som)\b)|(?<!nogen)(?<!ingen)(?<! en),(?=\s(?:der|som)\b)"
    r"|\s-\s|\s(?:men|mens|hvorimod|selvom|fordi|så|hvis|når)\s"
    r"|\sog\s(?=(?:der|vi|du|man|i|det|den|de|jeg|alle|ingen|intet|kom|tag|ring|her|skal|kan|må"
    r"|behøver|er|har|bliver|vil|får|med|uden|ikke|første|betaler|koster"
    r"|kræver|holder|tager|bruger|kommer|går|sidder|starter|slutter|spiller|møder)\s)"
)
_NOT = re.compile(
    r"\b(?:ikke|ingen|intet|aldrig|hverken|uden|mangler|savner|næppe|ej|umuligt|heller ikke)\b"
)
_HALF_NOT = re.compile(
    r"\b(?:ikke|aldrig)\s+(?:altid|helt|nødvendigvis|kun|bare|blot|alene|mindst|særlig\w*|så|mange"
    r"|længere kun)\b"
)
_NOT_AFTER = re.compile(
    r"^\s*(?:(?:har vi|findes|findes der|er der|er|kan vi|kan man|tilbyder vi|tager vi|må man"
    r"|får man|bliver der|kan|må|har huset|har stedet|har vi haft|gælder|virker|modtages|accepteres"
    r"|dækker|tilbydes|tillades|forefindes|bruges|duer)?\s*(?:desværre|dog|endnu|stadig|p\.t\.|pt)?"
    r"\s*)(?:ikke(?! (?:kun|bare|altid|nødvendigvis))|ingen af|intet af|mangler|slet ikke|aldrig"
    r"|heller ikke)\b"
)
_NO_AFTER = re.compile(r"^\s*[:,?–-]?\s*nej\b")
_NOT_LATER = re.compile(r"\b(?:ikke|ingen|intet|aldrig|mangler|næppe)\b")
_OR = re.compile(r"\beller\b")
_NEITHER = re.compile(
    r"\bhverken(?P<all>(?:\s[\w-]+){1,4}(?:,(?:\s[\w-]+){1,4})*\s(?:eller|og)(?:\s[\w-]+){1,4})"
)
_UNSURE_HERE = re.compile(
    r"\b(?:måske|muligvis|formentlig|formodentlig|sandsynligvis|vistnok|vist|forhåbentlig|snart"
    r"|næsten (?!altid|alle|alt)|delvis\w*|nogenlunde|nogle gange|sommetider|somme tider|af og til"
    r"|til tider|sjældent|engang imellem|i princippet|egentlig|på sigt|fremover|senere|kun"
    r"|(?<!den )(?<!hver )(?<!den)enkelte"
    r"|(?:nogle|noget|dele|enkelte|få) af|kan aftales|ved forespørgsel|på forespørgsel"
    r"|på bestilling|(?:så vidt|hvis|om) muligt|det omfang"
    r"|(?:der|det) kan være|som (?:regel|udgangspunkt)(?= nogenlunde| [\w ]*medmindre)|oftest"
    r"|udvalgte|efter (?:nærmere )?aftale|afhænger|afhængig\w*|alt efter|kommer an på"
    r"|(?:om|i) (?:sommeren|vinteren)|i \w{3,}ugen|på skoledage|bør|burde|skulle gerne|nok er"
    r"|er nok|går nok|kan nok|normalvis|visse|ville|en fordel|ved (?:sygdom|indmeldelse|behov)"
    r"|for (?:børn|unge|personer) under|af børn|(?:fra|under) \d+ år"
    r"|(?:fra|igen i|først i|indtil) (?:januar|februar|marts|april|maj|juni|juli|august|september"
    r"|oktober|november|december))\b"
)
_UNSURE = re.compile(
    r"\b(?:håber\w*|ønsker os|ønske om|ønskeseddel\w*|drømme\w*|planlæg\w*|planlagt\w*|planer?"
    r"|overvej\w*|undersøg\w*|arbejder (?:på|hen imod|for)|arbejdes|søger|søgt|ansøg\w*"
    r"|vi vil (?:gerne |snart |til )*(?:at )?(?:have|lave|lære|sende|skabe|starte|oprette|kunne|få"
    r"|bygge|indføre|etablere|tilbyde|prøve|finde|holde)"
    r"|vil gerne (?:have|lære|lave|bygge|tilbyde|kunne)|taler om at|er ved at"
    r"|begyndt at lære|i gang med at lære|går over til|lovet"
    r"|ved (?:vi )?(?:ikke|endnu)(?! noget)|så vidt"
    r"|prøver (?:vi )?(?:på )?at"
    r"|forsøger|stræber|bestræber|tilstræb\w*|næste (?:år|sæson|forår|efterår)|til (?:foråret|"
    r"efteråret|sommer|vinter|næste)|på vej(?! (?:hjem|til|ud|op|ned))"
    r"|under (?:opførelse|ombygning|opbygning)|bliver bygget|bliver sat"
    r"|skal bygges|bygges|kommer der|vil der|indtil videre|medmindre|med mindre|såfremt"
    r"|forudsat|i tilfælde af|spørg|spørge|hør nærmere|og hør|høre om|hør om|kontakt os for"
    r"|skriv til os|tvivl\w*"
    r"|usikker\w*|uvist|venter på (?:at|svar|penge)|penge til|samler ind|samler \w+ ind"
    r"|når der er (?:bud|nok|plads|behov|brug|penge|folk|tid|råd)|når \w+ er med"
    r"|indsamling\w*|mon"
    r"|(?:fra|i) 20\d\d|fra nytår|lover ikke|kan ikke love|garanter\w*|handler om|foredrag om"
    r"|kursus i|(?:bøger|artikel|udstilling|film) om|oplæg om|debat om|hvorvidt|mangler (?:du|i)"
    r"|søges|siger han|siger hun)\b"
)
_PAST = re.compile(
    r"^før\b|\b(?:engang|dengang|førhen|før i tiden|plejede|havde|har (?:tidligere )?haft|var|blev"
    r"|i gamle dage|i begyndelsen|mødtes|stod|(?:kunne|skulle|måtte) (?:man|vi|du|de)"
    r"|under corona|(?:før|inden) (?:ombygning\w*|brand\w*|renovering\w*)|er flyttet"
    r"|indtil (?:sidste|i fjor|brand\w*)|sidste (?:år|sæson)|i fjor"
    r"|tidligere(?! (?:misbruger|indlagt|patient|psyk|deltag|bruger|indsat|soldat)))\b"
)
_ELSEWHERE = re.compile(
    r"^(?:den|det|de) (?:anden|andet|andre)\b"
    r"|\b(?:(?:i|på|ved|hos) (?:den|det|de) (?:anden|andet|andre)|andre (?:hold|steder|"
    r"klubber|foreninger|haller)|andet (?:hold|sted)|modsætning"
    r"|(?:på|hos) (?:det|den|de) (?:store|hurtige|øvede|lukkede|gamle|nye) \w+"
    r"|de (?:hurtige|øvede|store|yngste|ældste) hold|den lokale \w+"
    r"|nabo(?!er?\b|en\b|ens\b|erne\b|s\b)\w+|landsforening\w*|hovedforening\w*|kræftens bekæmpelse"
    r"|sygehus\w*|hospital\w*|genoptræning\w*|regionen"
    r"|til (?:stævner|kampe|koncerter|fester)|ved (?:stævner|kampe|koncerter|fester|større)"
    r"|(?:junior|ungdom|børne|senior|elite|konkurrence|liga)\w*hold(?:et|ene)"
    r"|juniorerne|mange klubber|de fleste (?:klubber|steder)"
    r"|på (?!hold)\w+holdet|nærmeste|biblioteket|rådhuset)\b"
)
_ELSEWHERE_ALL = re.compile(r"(?:,|\bmen) (?:\w+ )?ikke (?:hos os|her)\b")
_BROKEN = re.compile(
    r"\b(?:i stykker|ude af drift|lukket|lukkede|låst|aflåst|spærret|virker ikke|bruges ikke"
    r"|(?:er|bliver) ikke brug\w*|depot|nedlagt|fjernet|pillet ned|for stejl|meget stejl"
    r"|for smal\w*|optaget|en nøgle|når den er"
    r"|for lil\w+|for høj\w*|forbudt|problem(?:er)?|trods)\b"
)
_CONDITION = re.compile(r"\b(?:hvis|ifald)\b(?P<rest>[^,.;]*)")
_YOUR_CHOICE = re.compile(
    r"\s+(?:(?:du|man|i|nogen|en)\s(?!.*\b(?:under|over|medlem|visiter\w*|henvist|fyldt|studerende"
    r"|pensionist|kørekort|tilladelse|betaler|melder|bestiller|booker|giver|køber|tilmelder|aftaler"
    r"|siger til|ringer|skriver|selv)\b)|det (?:bliver|er|hele|kniber|passer|hjælper|gør|føles)"
    r"|(?:kroppen|benene|ryggen|økonomien|pengene|larmen)\b)"
)
_ASK_FIRST = re.compile(
    r"^(?:ring|skriv|sig til|sig det|giv (?:os )?(?:besked|et praj|lyd)|kontakt|mail|bestil|book"
    r"|meld|spørg|aftal)\b[^.]*?(?:,|–|-)?\s(?:så|og så)\s"
)
_SUPPOSED = re.compile(r"\s(?:når|hvis)\s$")
_BUT = re.compile(
    r"\b(?:men|dog|desværre|blot)\b[\s,]*(?:(?:den|det|de|dén|der er)\b(?!\s+er\s+(?:ingen|ikke|et"
    r"|en)\b)|kun\b|stadig\b|først\b|også\b.*\btrin\b"
    r"|(?:vi )?kan\b|ikke (?:altid|helt|hver|om|hele|i (?:hele|al)))"
)
_SORRY = re.compile(r"\b(?:desværre|beklager|ærgerligt)\b")
_TOWN = re.compile(r"^I [A-ZÆØÅ]\w+(?<!en)(?<!et)(?<!ne) (?:er der|har|findes|kører|holder de)\b")
_MAY_FOLLOW_NUMBER = re.compile(
    r"\s*(?:$|[,.;:!?()–-]|(?:og|på|ad|i|omkring|ved|om|pr|per|til|hver|ad|der|som|så|men|mand|ældre"
    r"|kvinder|mænd|unge|voksne|stykker|stk|deltager\w*|person\w*|mennesker?|medlemmer|på|glade|faste"
    r"|stemmer|rundt|plus|inklusive|inkl|sjæle|hoveder|med|uden|hvor|er|fra)\b)"
)
_NO_PEOPLE = re.compile(
    r"^\s*(?:,? ?(?:der|som) (?:kan|har)|i alt|bestyrelse|foreninger|hold|afdelinger"
    r"|til (?:stævne|kampe))"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """Words of a sentence that a rule knows."""

    rule: Rule
    match: re.Match[str]

    @property
    def literal(self) -> tuple[tuple[int, int], ...]:
        """Where its own words stand, the gaps left out."""
        match = self.match
        start, end = match.span()
        if not match.re.groups:
            return ((start, end),)
        number = match.re.groupindex.get(NUMBER)
        spans = []
        for group in range(1, match.re.groups + 1):
            first, last = match.span(group)
            if group != number and first < last:
                spans.append((start, first))
                start = last
        return (*spans, (start, end))


class Sentence:
    """One sentence and what it says of the words that rules know in it."""

    def __init__(self, text: str, hits: Sequence[Hit]) -> None:
        """text: as it stands; hits: the rules' words in text.lower(), which is as long."""
        self.text = text
        self.lower = text.lower()
        self.hits = tuple(
            hit for hit in hits if not (hit.rule.unless and hit.rule.unless.search(self.lower))
        )
        lower = self.lower
        self._says_nothing = bool(_TOWN.match(text) or _ELSEWHERE_ALL.search(lower))
        self._breaks = [end.span() for end in _BREAK.finditer(lower)]
        self._suspects = tuple(
            p for p in (_UNSURE_HERE, _PAST, _ELSEWHERE, _BROKEN) if p.search(lower)
        )
        """What may make a clause say nothing, of what stands in the sentence at all."""
        self._may_be_unsure = bool(
            _UNSURE.search(lower) or _BUT.search(lower) or _CONDITION.search(lower)
        )
        self._denies = bool(_NOT.search(lower) or "nej" in lower)
        asked = _ASK_FIRST.match(lower)
        self._asked_first = asked.end() if asked else 0
        """Where a "ring først, så" ends; 0 = it does not stand there."""

    def answers(self) -> Iterator[tuple[Hit, str]]:
        """Each hit that says yes or no for certain. Of hits within one another, the longer."""
        if self._says_nothing:
            return
        literal = [hit.literal for hit in self.hits]
        for place, hit in enumerate(self.hits):
            own, covered = literal[place], False
            others: list[tuple[int, int]] = []
            for other, one in enumerate(self.hits):
                if one.rule.code != hit.rule.code:
                    others.extend(literal[other])
                elif other != place and _within(own, literal[other]):
                    covered = True
                    break
            if not covered and (answer := self._answer(hit, own, others)) is not None:
                yield hit, answer

    def clause(self, match: re.Match[str]) -> tuple[int, int]:
        """The part of the sentence around these words, from one break to the next."""
        first, last = 0, len(self.lower)
        for start, end in self._breaks:
            if end <= match.start():
                first = end
            elif start >= match.end():
                last = start
                break
        return first, last

    def _supposed(self, hit: Hit, first: int) -> bool:
        """Whether the words stand in what a "when" or "if" only supposes."""
        return bool(_SUPPOSED.search(self.lower, 0, first)) and hit.match.start() >= first

    def _answer(
        self, hit: Hit, literal: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]
    ) -> str | None:
        first, last = self.clause(hit.match)
        if self._suspects or self._may_be_unsure:
            around = _without(self.lower, literal)
            if self._may_be_unsure and _unsure(around, hit.match.end()):
                return None
            if any(pattern.search(around[first:last]) for pattern in self._suspects):
                return None
        if 0 < self._asked_first <= hit.match.start() and hit.rule.code not in _CONTACT:
            return None
        said = _affirmed(hit, self.lower)
        if said is None or self._supposed(hit, first):
            return None
        denied = self._denies and self._denied(hit, literal, first, last, others)
        if denied is None:
            return None
        if denied:
            return hit.rule.denied
        if said == "yes" and _SORRY.search(self.lower, first, last):
            return None
        return said

    def _denied(
        self,
        hit: Hit,
        literal: Sequence[tuple[int, int]],
        first: int,
        last: int,
        others: Sequence[tuple[int, int]],
    ) -> bool | None:
        """Whether a "not" reaches these words; None = it cannot be told."""
        lower = self.lower
        start, end = hit.match.span()
        if _NO_AFTER.match(lower[end:]):
            return True
        neither = _NEITHER.search(lower)
        if neither is not None and neither.start("all") <= start and end <= neither.end("all"):
            return True
        free = _without(_without(lower, others), literal)
        if first and _OR.search(lower[first:last]) and _NOT.search(free[:first]):
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
            after = first + negation.end()
            between = lower[after:start] if after < start else ""
            if len(between.split()) > _REACH or " og " in f" {between} ":
                return None
            count += 1
        tail = _NOT_AFTER.match(free[end:last])
        if tail is not None:
            count += 1
        elif _NOT_LATER.search(free[end:last]):
            return None
        return None if count > 1 else count == 1


def _within(inner: Sequence[tuple[int, int]], outer: Sequence[tuple[int, int]]) -> bool:
    """Whether all words of the one are words of the other, which has more."""
    return _length(inner) < _length(outer) and all(
        any(start >= first and end <= last for first, last in outer) for start, end in inner
    )


def _length(spans: Sequence[tuple[int, int]]) -> int:
    return sum(last - first for first, last in spans)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with these spans blanked, so that places stay."""
    for first, last in spans:
        text = text[:first] + " " * (last - first) + text[last:]
    return text


def _unsure(around: str, end: int) -> bool:
    return bool(
        _UNSURE.search(around)
        or _BUT.search(around[end:])
        or any(not _YOUR_CHOICE.match(one["rest"]) for one in _CONDITION.finditer(around))
    )


def _affirmed(hit: Hit, lower: str) -> str | None:
    if hit.rule.answer is not None:
        return hit.rule.answer
    after = lower[hit.match.end() :]
    if not _MAY_FOLLOW_NUMBER.match(after) or _NO_PEOPLE.match(after):
        return None
    return "yes" if number_in(hit.match[NUMBER]) <= _SMALL else "no"
