"""One string, its readings: golden tables by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.lexicon import fold
from resolver.mention import MAX_STRIPPED, ReadingKind, parse, parse_descriptor, split_composite
from resolver.mention.inflect import MAX_PROPOSALS, base_forms
from resolver.model import Kind


def texts(text, *langs):
    return [reading.text for reading in parse(text, langs=langs).readings()]


def reading_of(text, wanted, *langs):
    return next(reading for reading in parse(text, langs=langs).readings() if reading.text == wanted)


STRIPPED = {
    # quotation marks and outer punctuation
    "«Роснефть»": "Роснефть", "Moscow,": "Moscow", "(Ankara)": "Ankara", "'Daesh'": "Daesh",
    # qualifiers
    "Paris (France)": "Paris", "Springfield, Illinois": "Springfield", "Tbilisi – capital": "Tbilisi",
    "Lavrov, Sergei": "Sergei Lavrov", "Fidan, H.": "H. Fidan", "東京（日本）": "東京",
    # one person, two names
    "Osama bin Laden aka Abu Abdallah": "Abu Abdallah", "Boris Johnson, formerly mayor": "Boris Johnson",
    # titles
    "President Vladimir Putin": "Vladimir Putin", "Turkish Foreign Minister Hakan Fidan": "Hakan Fidan",
    "U.S. Secretary of State Marco Rubio": "Marco Rubio", "Gen. Khalifa Haftar": "Khalifa Haftar",
    "H.E. Dr. Annalena Baerbock": "Annalena Baerbock", "Former President Barack Obama": "Barack Obama",
    "Bundeskanzlerin Angela Merkel": "Angela Merkel", "le président Emmanuel Macron": "Emmanuel Macron",
    "el presidente Pedro Sánchez": "Pedro Sánchez", "il ministro degli esteri Antonio Tajani": "Antonio Tajani",
    "Cumhurbaşkanı Recep Tayyip Erdoğan": "Recep Tayyip Erdoğan", "Sayın Fidan": "Fidan", "Ahmet Bey": "Ahmet",
    "президент Владимир Путин": "Владимир Путин", "Министр иностранных дел Сергей Лавров": "Сергей Лавров",
    "міністр закордонних справ Дмитро Кулеба": "Дмитро Кулеба", "prezydent Andrzej Duda": "Andrzej Duda",
    "الرئيس فلاديمير بوتين": "فلاديمير بوتين", "وزير الخارجية سيرغي لافروف": "سيرغي لافروف",
    "نخست وزیر بنیامین نتانیاهو": "بنیامین نتانیاهو", "ראש הממשלה בנימין נתניהו": "בנימין נתניהו",
    "プーチン大統領": "プーチン", "普京总统": "普京", "푸틴 대통령": "푸틴",
    "terör örgütü PKK": "PKK", "militant group Hezbollah": "Hezbollah", "город Москва": "Москва",
    # articles
    "the Kremlin": "Kremlin", "der Kreml": "Kreml", "l'Ukraine": "Ukraine", "dell’Ucraina": "Ucraina",
    "so-called Islamic State": "Islamic State", "της Ελλάδας": "Ελλάδας",
    # company and party forms
    "Apple Inc.": "Apple", "Toyota Motor Co., Ltd.": "Toyota Motor", "Siemens AG": "Siemens",
    "Volkswagen Aktiengesellschaft": "Volkswagen", "Total S.A.": "Total",
    "Türk Hava Yolları A.Ş.": "Türk Hava Yolları",
    "ООО «Ромашка»": "Ромашка", "OOO Romashka": "Romashka", "株式会社トヨタ": "トヨタ", "腾讯控股有限公司": "腾讯",
    "Labour Party": "Labour", "İyi Parti": "İyi", "партия «Яблоко»": "Яблоко", "Novo Nordisk A/S": "Novo Nordisk",
    # words written together with the name
    "وروسيا": "روسيا", "للسعودية": "السعودية", "בירושלים": "ירושלים",
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), STRIPPED.items())
def test_what_may_be_left_out(text, wanted):
    assert wanted in texts(text)


def test_the_whole_string_comes_first_and_no_text_twice():
    for text in STRIPPED:
        found = texts(text)
        assert found[0] == text
        assert len(set(map(fold, found))) == len(found)


KEPT = ["General Motors", "Vitol sa", "Angela Merkel", "al-Assad", "Al Jazeera", "Group", "the", "A", "President", "AG"]


@pytest.mark.parametrize("text", KEPT)
def test_articles_and_forms_that_are_none(text):
    kinds = {reading.kind for reading in parse(text).readings() if Kind.PERSON not in reading.kinds}
    assert kinds <= {ReadingKind.WHOLE, ReadingKind.INFLECTED}


NOT_STRIPPED = {
    "Senator for Life": "for Life", "San Francisco": "Francisco", "Saint Petersburg": "Petersburg",
    "Society of King Charles": "Charles", "City of San Diego": "Diego", "Aruba, Bonaire, and Curaçao": "Aruba",
    "столица США": "США", "Al-Assad": "Assad", "Rosen": "Rosi", "San Franciscon": "San Franciscö",
}  # fmt: skip


@pytest.mark.parametrize(("text", "unwanted"), NOT_STRIPPED.items())
def test_what_belongs_to_the_name(text, unwanted):
    assert unwanted not in texts(text)


def test_particles_stay_with_the_name():
    assert "von der Leyen" in texts("President von der Leyen")
    assert "al-Assad" in texts("President al-Assad")
    assert "bin Salman" in texts("Crown Prince bin Salman")
    assert "hakan fidan" in texts("foreign minister hakan fidan")


def test_words_left_out_speak_for_kinds():
    assert reading_of("General Motors", "Motors").kinds == {Kind.PERSON}
    assert Kind.COMPANY in reading_of("Apple Inc.", "Apple").kinds
    assert Kind.POLITICAL_PARTY in reading_of("Labour Party", "Labour").kinds
    assert reading_of("город Москва", "Москва").kinds == {Kind.CITY}
    assert Kind.CITY not in reading_of("штат Вашингтон", "Вашингтон").kinds
    assert not reading_of("the Kremlin", "Kremlin").kinds


def test_qualifiers_are_hints():
    assert reading_of("Springfield, Illinois, USA", "Springfield").hint == "Illinois, USA"
    assert reading_of("President Salva Kiir (South Sudan)", "Salva Kiir").hint == "South Sudan"
    assert reading_of("Парижа (Франция)", "Париж").hint == "Франция"


INFLECTED = {
    "ru": {
        "Зеленского": "Зеленский", "Зеленскому": "Зеленский", "Зеленским": "Зеленский", "Москвы": "Москва",
        "Владимира Путина": "Владимир Путин", "Владимиром Путиным": "Владимир Путин", "Китая": "Китай",
        "Роберта Шумана": "Роберт Шуман", "Марии Захаровой": "Мария Захарова", "Анкаре": "Анкара",
        "Соединённых Штатов": "Соединённые Штаты", "Саудовской Аравии": "Саудовская Аравия", "Кремля": "Кремль",
        "Ангелы Меркель": "Ангела Меркель", "Организации Объединённых Наций": "Организация Объединённых Наций",
        "Верховной рады": "Верховная рада", "Северной Кореей": "Северная Корея",
        "Дмитрия Медведева": "Дмитрий Медведев",
        "Европейского союза": "Европейский союз", "Израиля": "Израиль", "Черном море": "Черное море",
    },
    "uk": {
        "Зеленського": "Зеленський", "Володимиром Зеленським": "Володимир Зеленський", "Києва": "Київ",
        "Львова": "Львів", "України": "Україна", "Росією": "Росія", "Порошенка": "Порошенко", "Польщі": "Польща",
        "Великої Британії": "Велика Британія", "Сполучених Штатів": "Сполучені Штати",
        "Дональду Трампу": "Дональд Трамп",
    },
    "pl": {
        "Holandii": "Holandia", "Pakistanu": "Pakistan", "Warszawie": "Warszawa", "Polsce": "Polska",
        "Pradze": "Praga",
        "Donalda Tuska": "Donald Tusk", "Andrzeja Dudy": "Andrzej Duda", "Wielkiej Brytanii": "Wielka Brytania",
        "Stanów Zjednoczonych": "Stany Zjednoczone", "Jarosława Kaczyńskiego": "Jarosław Kaczyński",
        "Niemczech": "Niemcy", "Unii Europejskiej": "Unia Europejska",
    },
    "cs": {
        "Zelenského": "Zelenský", "Praze": "Praha", "Velké Británie": "Velká Británie",
        "Miloše Zemana": "Miloš Zeman",
        "Merkelové": "Merkel", "Spojených států": "Spojené státy", "Rusku": "Rusko", "Americe": "Amerika",
        "Andrejem Babišem": "Andrej Babiš", "Evropským parlamentem": "Evropský parlament",
    },
    "sl": {"Evropske unije": "Evropska unija", "Nemčiji": "Nemčija", "Borisa Johnsona": "Boris Johnson",
           "Irske": "Irska"},
    "hr": {"Zagrebu": "Zagreb", "Aleksandra Vučića": "Aleksandr Vučić", "Hrvatskoj": "Hrvatska", "Srbijom": "Srbija"},
    "sr": {"Београду": "Београд", "Србије": "Србија", "Вучићем": "Вучић"},
    "bg": {"Европейският съюз": "Европейски съюз", "Турцията": "Турция"},
    "tr": {
        "Erdoğan'ın": "Erdoğan", "Türkiye'nin": "Türkiye", "Ankara’da": "Ankara",
        "Recep Tayyip Erdoğan'dan": "Recep Tayyip Erdoğan",
        "Rusya'ya": "Rusya", "Birleşmiş Milletler'in": "Birleşmiş Milletler", "Erdoganin": "Erdogan",
        "Ankaradan": "Ankara",
    },
    "az": {"Azərbaycanın": "Azərbaycan"},
    "fi": {
        "Venäjän": "Venäjä", "Helsingissä": "Helsinki", "Suomessa": "Suomi", "Sauli Niinistön": "Sauli Niinistö",
        "Yhdysvaltojen": "Yhdysvallat", "Mannerheimin": "Mannerheim", "Naton": "Nato", "EU:n": "EU",
        "Ruotsissa": "Ruotsi",
        "Tampereella": "Tampere", "Virtasen": "Virtanen",
    },
    "hu": {"Magyarországon": "Magyarország", "NATO-ban": "NATO", "Budapesten": "Budapest", "Putyinnal": "Putyin"},
    "de": {"Deutschlands": "Deutschland", "Europäischen Union": "Europäische Union", "Angela Merkels": "Angela Merkel"},
    "en": {"Moscow's": "Moscow", "Hakan Fidan’s": "Hakan Fidan", "United States'": "United States"},
    "el": {"Μητσοτάκη": "Μητσοτάκης", "Τουρκίας": "Τουρκία"},
    "lt": {"Lietuvos": "Lietuva"}, "lv": {"Latvijas": "Latvija"}, "et": {"Tallinnas": "Tallinna"},
    "ro": {"României": "România"}, "sq": {"Shqipërisë": "Shqipëria"},
    "ka": {"თბილისში": "თბილისი"}, "hy": {"Երևանում": "Երևան"}, "kk": {"Қазақстанның": "Қазақстан"},
    "ja": {"ロシアの": "ロシア"}, "ko": {"푸틴의": "푸틴"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "text", "base"), [(k, a, b) for k, table in INFLECTED.items() for a, b in table.items()]
)
def test_base_forms_are_proposed(lang, text, base):
    assert fold(base) in [fold(proposal.text) for proposal in base_forms(text, langs=[lang])]
    assert fold(base) in map(fold, texts(text, lang))


@pytest.mark.parametrize("lang", ["ru", "uk", "pl", "tr", "fi", "en", "de"])
def test_most_base_forms_need_no_hint(lang):
    found = [fold(base) in map(fold, texts(text)) for text, base in INFLECTED[lang].items()]
    assert sum(found) >= 0.8 * len(found)


def test_a_title_may_be_inflected_too():
    assert "Владимир Путин" in texts("президента Владимира Путина")
    assert "Сергей Лавров" in texts("министром иностранных дел Сергеем Лавровым", "ru")
    assert "Andrzej Duda" in texts("prezydenta Andrzeja Dudy", "pl")


def test_proposals_name_language_case_and_ending():
    proposal = next(base_forms("Зеленского", langs=["ru"]))
    assert (proposal.text, proposal.lang, proposal.detail) == ("Зеленский", "ru", "genitive -ского")
    assert next(base_forms("ТУРЦИИ", langs=["ru"])).text == "ТУРЦИЯ"
    assert reading_of("Moscow's", "Moscow").kind is ReadingKind.POSSESSIVE
    assert reading_of("Ankara'da", "Ankara").kind is ReadingKind.INFLECTED


@pytest.mark.parametrize("text", ["Iran", "Iraq", "Mali", "NATO", "PKK", "Hamas", "UN", "ООН", "США", "北京", "دمشق"])
def test_short_names_stay_what_they_are(text):
    assert list(base_forms(text)) == []


@pytest.mark.parametrize(("demonym", "place"), [("Iranian", "Iran"), ("Russians", "Russia"), ("Nigerian", "Nigeria"),
                                                ("иранский", "Иран"), ("Turkish", "Turk"),
                                                ("Indian", "India"), ("Syrian", "Syria"),
                                                ("Hamas", "Hama"), ("Putin", "Put")])  # fmt: skip
def test_demonyms_are_no_inflections(demonym, place):
    assert place not in texts(demonym)


COMPOSITES = {
    "YPG/PKK": ("YPG", "PKK"), "YPG / PKK": ("YPG", "PKK"), "U.S./Israel": ("U.S", "Israel"),
    "Russia and Ukraine": ("Russia", "Ukraine"), "Israel–Hamas": ("Israel", "Hamas"), "Iran; Iraq": ("Iran", "Iraq"),
    "Türkiye + Qatar": ("Türkiye", "Qatar"), "Turkey, Russia and Iran": ("Turkey", "Russia", "Iran"),
    "Turkey, Russia, and Iran": ("Turkey", "Russia", "Iran"), "Trump vs. Biden": ("Trump", "Biden"),
    "Rusya ve Ukrayna": ("Rusya", "Ukrayna"), "Россия и Украина": ("Россия", "Украина"),
    "Kyiv - Moscow": ("Kyiv", "Moscow"),
    "Росія та Україна": ("Росія", "Україна"), "Russland und die Ukraine": ("Russland", "die Ukraine"),
    "Israel-Hamas": ("Israel", "Hamas"), "France et Allemagne": ("France", "Allemagne"), "俄罗斯、中国和伊朗": (),
    "Paris, France": (), "Jean-Luc Picard": (), "Stratford-upon-Avon": (), "24/7": (), "A/S": (), "Kyiv": (), "": (),
    "/": (), "and": (), "Rock and": (), "Anderson": (),
}  # fmt: skip


@pytest.mark.parametrize(("text", "parts"), COMPOSITES.items())
def test_split_composite(text, parts):
    assert split_composite(text) == parts
    assert parse(text).parts() == parts


DESCRIPTORS = {
    "PKK's Syrian wing": ("PKK", "Syrian"), "the Syria wing of PKK": ("PKK", "Syria"),
    "Syrian branch of the PKK": ("PKK", "Syrian"), "military wing of Hamas": ("Hamas", "military"),
    "Hezbollah’s political arm": ("Hezbollah", "political"), "Hamas military wing": ("Hamas", "military"),
    "PKK'nın Suriye kolu": ("PKK", "Suriye"), "der syrische Ableger der PKK": ("PKK", "syrische"),
    "l'aile militaire du Hamas": ("Hamas", "militaire"), "la branche syrienne d'Al-Qaïda": ("Al-Qaïda", "syrienne"),
    "el brazo armado de Hamás": ("Hamás", "armado"), "военное крыло ХАМАС": ("ХАМАС", "военное"),
    "الجناح العسكري لحركة حماس": ("حركة حماس", "العسكري"), "شاخه سوری پکک": ("پکک", "سوری"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), DESCRIPTORS.items())
def test_descriptors(text, wanted):
    found = parse_descriptor(text)
    assert found is not None
    assert (found.relation, found.anchor_text, found.modifier_text) == ("wing_of", *wanted)


@pytest.mark.parametrize("text", ["West Wing", "The Wing", "Branch", "Hamas", "", "'s wing", "Red Wing, Minnesota"])
def test_what_is_no_descriptor(text):
    assert parse_descriptor(text) is None


@given(st.text())
def test_any_text_is_read_within_bounds(text):
    found = list(parse(text).readings())
    assert found[0].text == text
    assert all(reading.text for reading in found[1:])
    assert len(found) <= 2 + 2 * MAX_STRIPPED + MAX_PROPOSALS
    split_composite(text)
    parse_descriptor(text)


WORDS = st.sampled_from(["the", "of", "President", "Dr.", "Putin", "Ltd.", "Co.,", "(x)", "Путина",
                         "'s", "wing", "and", "/",
 ",",
                         "A.Ş.", "Türkiye'nin", "den", "للسعودية", "大統領"])  # fmt: skip


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_any_pile_of_known_words_is_read_within_bounds(text):
    found = list(parse(text).readings())
    assert len({fold(reading.text) for reading in found}) == len(found)
    assert len(found) <= 2 + 2 * MAX_STRIPPED + MAX_PROPOSALS
    split_composite(text)
    parse_descriptor(text)


EXPANDED = {
    "N. Korea": "north Korea", "Korea Płn.": "Korea północna", "Germany West": "West Germany",
    "Solomon Is.": "Solomon islands",
    "C. G. T.": "CGT", "Р България": "република България", "Ireland (N.)": "N. Ireland", "Lon¬ don": "London",
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), EXPANDED.items())
def test_abbreviations_are_written_out(text: str, wanted: str) -> None:
    assert wanted in texts(text)


def test_a_single_letter_is_a_direction_of_areas_only() -> None:
    reading = reading_of("N. Adams", "north Adams")
    assert Kind.CITY not in reading.kinds
    assert Kind.SUBDIVISION in reading.kinds


def test_adjectives_of_places_are_read_in_small_letters_or_a_known_language() -> None:
    assert reading_of("лондонский", "лондон").kind is ReadingKind.ADJECTIVE
    assert "Лермонтов" not in texts("Лермонтовский")
    assert "Berlin" not in texts("Berliner")
    assert "Berlin" in texts("Berliner", "de")


def test_the_whole_of_a_long_name_is_put_into_its_base_form_before_anything_is_left_out() -> None:
    found = texts("Организации Объединённых Наций", "ru")
    assert found.index("Организация Объединённых Наций") < found.index("Объединённых Наций")
