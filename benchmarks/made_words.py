"""Words that made clubs, their teams, houses and descriptions are put together from."""

SPORTS = ("idraet_bold", "idraet_fitness", "idraet_andet", "idraet_loeb", "krop_og_ro", "dans")
COURSES = ("laering", "kreativt", "musik", "mad", "krop_og_ro", "scene", "vaerksted")
HOUSE = ("samvaer", "kreativt", "spil", "musik", "stoette", "krop_og_ro", "mad", "vaerksted")
VILLAGES = """
    Nørre Sønder Øster Vester Store Lille Over Neder
""".split()
VILLAGE_ENDS = "lund by rup strup toft høj bæk dal sø mose skov borg kær holm vang".split()
STREETS = """
    Skole Hoved Stadion Kirke Møllebakke Engdal Industri Park Nygade Station Havne Lærke Birke
    Søndergade Vestergade Torve Ring Bakke Elme Rosen Kloster Markeds Fælled
""".split()
STREET_ENDS = ("vej", "gade", "allé", "stien", "stræde", "parken", "bakken")
VENUES = (
    "{town}hallen",
    "{town} Hallen",
    "{town} Idrætscenter",
    "{town} Skole",
    "{town} Bibliotek",
    "{town} Forsamlingshus",
    "Kulturhuset {own}",
    "Medborgerhuset {own}",
    "Aktivitetscenter {own}",
    "Sognegården i {town}",
    "Frivillighuset {own}",
    "{town} Svømmehal",
)
OWN = """
    Pakhuset Perronen Kilden Bakkely Solsikken Lanternen Fyret Kornmod Støberiet Gnisten Broen
    Anemonen Rosenhuset Møllen Remisen Vingen Ankeret Egelund Kompasset Stalden Spiren Poppelgården
    Bølgen Skansen Hjulet Lyngen Mælkebøtten Trappen Ladegården Værkstedet Tårnet Loftet
""".split()
BRANCHES = """
    Diabetesforeningen Hjerteforeningen Lungeforeningen Parkinsonforeningen Høreforeningen
    Gigtforeningen Hjerneskadeforeningen Alzheimerforeningen Bedre_Psykiatri Ældre_Sagen Røde_Kors
    Scleroseforeningen Dansk_Blindesamfund Kræftens_Bekæmpelse SIND Mødrehjælpen Blå_Kors
    Frivilligcenter DaneAge Pensionistforeningen Husmoderforeningen Borgerforeningen
    Haveforeningen Lokalhistorisk_Forening Spejderne KFUM-Spejderne Kirkens_Korshær Broen
""".split()
SCHOOLS = ("AOF", "LOF", "FOF", "Aftenskolen", "Oplysningsforbundet", "Musikskolen")
CHURCH = (
    "Sang og kaffe",
    "Sogneeftermiddag",
    "Kirkekor",
    "Babysalmesang",
    "Læsekreds",
    "Sorggruppe",
)
LEVELS = (
    "for begyndere",
    "for øvede",
    "let øvede",
    "herrer",
    "damer",
    "senior",
    "børn",
    "ungdom",
    "motion",
    "mix",
    "60+",
    "U10",
    "U12",
    "U15",
    "mandag",
    "tirsdag",
    "onsdag",
    "torsdag",
    "formiddag",
    "aften",
    "hold 1",
    "hold 2",
    "hold 3",
    "mænd",
    "kvinder",
    "old boys",
    "familie",
)
NOUNS = """
    Nålene Perlerne Hænder Toner Fødder Ben Bolde Penslerne Grydeskeen Pladsen Bordet Hjulene
    Årerne Fuglene Snakken Kaffen Rytmerne Stemmerne Skovtrolden Havet Fjorden Bålet Drivhuset
    Kludene Brikkerne Kortene Kuglerne Rødderne Stierne Bøgerne Ordene Farverne Træspånerne
    Lygterne Tangoen Maskerne Kødgryden Hundene Hestene Vandhundene Kilometerne
""".split()
ADJECTIVES = """
    Glade Rolige Grå Røde Stille Sprøde Varme Vilde Langsomme Modne Nysgerrige Skæve Friske Bløde
    Grønne Hyggelige Seje Sunde Lune Raske
""".split()
OPEN = (
    "{a}",
    "{a} og kaffe",
    "{a}café",
    "Åben {a}",
    "{a} for alle",
    "{a} og snak",
    "Vi mødes om {a}",
)
SENTENCES = (
    "Vi mødes og laver {a} sammen.", "Alle er velkomne.", "Du behøver ikke kunne noget på forhånd.",
    "Der er kaffe på kanden.", "Kom og prøv en gang gratis.", "Holdet er for {w}.",
    "Vi hygger os med {a}, og ingen er for gammel.", "Tilmelding hos formanden.",
    "Vi træner hele vinteren.", "Husk indendørs sko.", "Prisen er for en hel sæson.",
    "Ring, hvis du vil høre mere.", "Her er plads til flere.", "Vi er en lille flok.",
    "Tag gerne en ven med.", "Vi begynder i september.", "{a} giver glæde og fællesskab.",
    "I pausen snakker vi om løst og fast.", "Vores instruktør har mange års erfaring.",
)  # fmt: skip


HOURS = (9, 10, 10, 10, 13, 13, 14, 14, 15, 16, 17, 17, 18, 18, 19, 19, 19, 20)
DAYS = (0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 5, 6)
AGES = (
    (None, None),
    (None, None),
    (None, None),
    (16, None),
    (18, None),
    (18, None),
    (60, None),
    (6, 12),
)
PRICES = (0, 0, 0, 50, 100, 200, 250, 300, 300, 400, 450, 500, 500, 600, 750, 900, 1200)
