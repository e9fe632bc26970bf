"""What a page from outside holds, as plain values: offers, organisations, venues, remarks.

A format's `parse(content, source)` makes a `Parsed` of one answer, or raises `Unreadable`.
It opens nothing, stores nothing and asks no clock: the day is handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from catalogue.errors import Invalid
from catalogue.mapping import TableMapping


class Trouble(StrEnum):
    """What can be wrong with an answer, or with a part of one. Each is a thing of its own
    for the gates: none may pass for a page on which there is simply less."""

    # The answer as a whole is none; `Unreadable` carries one of these.
    EMPTY_ANSWER = "empty_answer"
    """No bytes, or only white space."""
    TOO_LARGE = "too_large"
    """More than a page of a directory has: bytes, entries, or one part of them."""
    TOO_DEEP = "too_deep"
    """Nested deeper than any real page."""
    NOT_TEXT = "not_text"
    """Binary data, NUL bytes, or text in no known encoding."""
    MOJIBAKE = "mojibake"
    """Letters were lost on the way (U+FFFD, broken UTF-8) and cannot be had back."""
    FORBIDDEN_XML = "forbidden_xml"
    """A document type or entities, which no feed needs."""
    TRUNCATED = "truncated"
    """It ends in the middle. Also a remark, where a page may lawfully end so."""
    WRONG_FORM = "wrong_form"
    """Something else than this format."""
    LOGIN_PAGE = "login_page"
    COOKIE_WALL = "cookie_wall"
    ERROR_TEXT = "error_text"
    """The source reports an error inside an answer that says all is well."""
    LAYOUT_CHANGED = "layout_changed"
    """Nothing of what marks the entries is there."""
    RECIPE = "recipe"
    """The source's own settings do not fit this format."""

    # The rest of the answer can be used; `Remark` carries one of these.
    EMPTY_LIST = "empty_list"
    """The list is there and holds nothing."""
    MISSING_PART = "missing_part"
    """Something that every entry used to have is in none: a renamed class, a lost column."""
    UNKNOWN_PART = "unknown_part"
    """A part of a name that is not known here. A feed may have such ones for ever; a new one
    may be an old one that is called something else."""
    STRAY_ENTRY = "stray_entry"
    """Something that belongs to an entry stands outside all of them."""
    BROKEN_BLOCK = "broken_block"
    """One of several blocks of a page cannot be read; the others are."""
    ENTRY_REFUSED = "entry_refused"
    """An entry without what an offer must have, such as a title."""
    DUPLICATE_KEY = "duplicate_key"
    """Two entries have one identity; the first is kept."""
    NO_OWN_KEY = "no_own_key"
    """The entry has no identity of its own, so its name serves; it may change."""
    UNSURE = "unsure"
    """A field that is kept as text, since it can be read in more than one way."""
    UNUSABLE = "unusable"
    """A field that cannot be what it should be."""
    CONTRADICTION = "contradiction"
    """Dates against each other or their weekday: somebody or something mixed them up."""
    MENDED_ENCODING = "mended_encoding"
    """Text that was encoded twice, and has been put right."""
    PERSONAL_DATA = "personal_data"
    """A person's name, number or address, left out."""
    SHORTENED = "shortened"
    """More than is kept: the rest of a long text, or of many remarks."""
    FOREIGN_ADDRESS = "foreign_address"
    """A further page on another host or without https; it is not followed."""


class Unreadable(Invalid):
    """The answer cannot be used; says which of the troubles it is, on one line."""

    def __init__(self, trouble: Trouble, reason: str) -> None:
        super().__init__(f"{trouble.value}: {' '.join(reason.split())[:300]}")
        self.trouble = trouble


class PageKind(StrEnum):
    LIST = "list"
    DETAIL = "detail"
    """The page of one offer, whose key is handed in."""


@dataclass(frozen=True, slots=True)
class FieldRecipe:
    """Where a field of an entry stands in a page."""

    select: str
    """CSS, or XPath if it begins with `.`, `/` or `(`; text and attributes by `::text`,
    `::attr(x)`, `/text()`, `/@x`."""
    strip: str = ""
    """A leading text to take away, such as `Pris:`."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a club's own page is read: the settings of the format `html`."""

    entries: str
    """What selects each entry."""
    fields: Mapping[str, FieldRecipe]
    """By field; `key` is the identity, `detail` the address of the entry's own page."""
    detail: Mapping[str, FieldRecipe] = field(default_factory=dict)
    """Fields that stand on the entry's own page, relative to the whole page."""
    next_page: str | None = None
    empty: str | None = None
    """Words with which the page says that there is nothing at present."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a parser may know of where its answer comes from."""

    name: str
    address: str
    """The address that was asked, from which further ones are made."""
    on: date
    """Today, in Denmark."""
    organisation: str | None = None
    """Whose offers these are, where the pages do not say."""
    content_type: str | None = None
    """The answer's header of that name; None = it had none."""
    page: PageKind = PageKind.LIST
    key: str | None = None
    """Of the offer, where the page is one offer's own."""
    expects: tuple[str, ...] = ()
    """Fields that entries of this page are known to have, besides those of the format."""
    recipe: Recipe | None = None
    mapping: TableMapping | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it was found."""

    value: object
    """As statements store it (plain JSON, or statements.RETRACTED); None = the words cannot
    be read with certainty, and are for a person."""
    original: str
    """The source's own words, clean of markup and personal data."""
    at: str
    """Where it stands: a path, selector, line or pointer within the answer."""


@dataclass(frozen=True, slots=True)
class FoundOffer:
    """An offer as one answer tells of it. Several answers may tell of one key (a list and
    its details); together they are one offer, and what the list says of a field stands
    only where the detail says nothing."""

    key: str
    """Its identity in the source."""
    fields: Mapping[str, Field]
    """By the catalogue's field names; `title` is there unless the page is a detail."""
    organisation: str | None
    at: str
    address: str | None = None
    """Where people can read it."""
    stated_on: date | None = None
    """The day the source itself gives its word for; never the day of fetching."""


@dataclass(frozen=True, slots=True)
class FoundOrganisation:
    name: str
    fields: Mapping[str, Field]
    at: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class FoundVenue:
    """A place by itself, without an offer."""

    key: str
    fields: Mapping[str, Field]
    """`place`, `facilities` and whatever the source says of it."""
    at: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """The source says that an offer of this key is no more."""

    key: str
    at: str


@dataclass(frozen=True, slots=True)
class NextPage:
    """A further address to ask, on the hosts of the source."""

    address: str
    page: PageKind = PageKind.LIST
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    trouble: Trouble
    at: str
    detail: str
    """English, for logs and reports; holds no personal data."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that one answer holds."""

    offers: tuple[FoundOffer, ...] = ()
    organisations: tuple[FoundOrganisation, ...] = ()
    venues: tuple[FoundVenue, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()
    next_pages: tuple[NextPage, ...] = ()
    remarks: tuple[Remark, ...] = ()
    resume: str | None = None
    """Where a later run goes on: the address of a feed's next, still empty page."""

    def troubles(self) -> frozenset[Trouble]:
        return frozenset(remark.trouble for remark in self.remarks)
