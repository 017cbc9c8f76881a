from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.build import clean
from resolver.build.clean import REASONS, natural_order, reject, repair, repair_and_reject, split_qualifier


@pytest.mark.parametrize(
    ("raw", "repaired"),
    [
        ("Chambre d&#39;agriculture", "Chambre d'agriculture"),
        ("Fianna Fáil&nbsp;– An Páirtí", "Fianna Fáil – An Páirtí"),
        ("A\u200be\u00adg\ufeffean", "Aegean"),
        ("\u200fحلب\u200e", "حلب"),
        ("زین\u200cالدین", "زین\u200cالدین"),  # a joiner that Persian needs
        ("මෙට්\u200d\u200dරො", "මෙට්\u200dරො"),
        ("New\u200cYork", "NewYork"),  # one that nothing needs
        ("Станисла́в", "Станислав"),
        ("Ганнiсон", "Ганнисон".replace("и", "і")),
        ("Джерси-Cити", "Джерси-Сити"),
        ("Dzіsna", "Dzisna"),
        ("Oτάγκο", "Οτάγκο"),
        ("Sophie_Marceau", "Sophie Marceau"),
        ("'''Ryan O'Neal'''", "Ryan O'Neal"),
        ("„Pantheon“", "Pantheon"),
        ('Robert "Bob" Marley', 'Robert "Bob" Marley'),
        ("Cafe\u0301", "Café"),
        ("  a \n b ", "a b"),
    ],
)
def test_repair(raw: str, repaired: str) -> None:
    assert repair(raw) == repaired


@given(st.text(max_size=40))
def test_repair_is_stable_and_leaves_no_control_characters(text: str) -> None:
    once = repair(text)
    assert once == once.strip()
    assert "  " not in once
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Co") for c in once)
    assert repair(once) == once or "&" in once or once[:1] in "\"'„«“"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("Категория:BFM TV", "namespace"),
        ("תבנית:הקהילות", "namespace"),
        ("Anexo:Oscar 1994", "namespace"),
        ("List of neighbourhoods of Curitiba", "list"),
        ("قائمة جزر النيجر", "list"),
        ("Uttam Guru; Mahanayak", "list"),
        ("Napo, el napo, flecha, emperador", "list"),
        ("Abbaye d'Orval (homonymie)", "disambiguation"),
        ("The Beattles [typo]", "disambiguation"),
        ("New York#Campus", "markup"),
        ("<exemplarCity>Adelaide</exemplarCity>", "markup"),
        ("Ste?phane Rossini", "mojibake"),
        ("MÃ©xico", "mojibake"),
        ("Hoorn Islands is the former name of the Futuna Islands", "sentence"),
        ("Berlin is a city that many people like to visit", "sentence"),
        ("17", "no letters"),
        ("!?", "no letters"),
        ("S", "single letter"),
        ("Кыргызстан социал-дemoкратиялык", "mixed script"),
        ("He", "pronoun"),
        ("unknown", "placeholder"),
    ],
)
def test_reject(text: str, reason: str) -> None:
    assert reject(text) == reason
    assert reason in REASONS


@pytest.mark.parametrize(
    "text",
    [
        "S:t Helena",
        "FN:s ekonomiska kommission",
        "Biel/Bienne",
        "AC/DC",
        "杜",
        "자",
        "G20",
        "AKB48劇場",
        "Yahoo!",
        "Which Wich?",
        "Командование войск специального назначения Канады",
        "Tổ chức Hợp tác kinh tế châu Á - Thái Bình Dương",
        "NA",
    ],
)
def test_names_that_look_odd_are_kept(text: str) -> None:
    assert reject(text) is None


def test_labels_may_be_longer_and_parties_may_be_lists() -> None:
    ministry = "Ministry of Labour, Social Affairs, Health, Care and Consumer Protection"
    assert reject(ministry) == "list"
    assert reject(ministry, named=True) is None
    assert reject("Lista di Pietro", party=True) is None


def test_split_qualifier() -> None:
    assert split_qualifier("Hartola (Finland)") == ("Hartola", "Finland")
    assert split_qualifier("新庄 （駅）") == ("新庄", "駅")
    assert split_qualifier("Cocos (Keeling) Islands") is None
    assert split_qualifier("(A)") is None


def test_natural_order_wants_one_comma_and_a_given_name() -> None:
    assert natural_order("Грайсс, Томас") == ("Томас Грайсс",)
    assert natural_order("Путин, Владимир Владимирович") == ("Владимир Владимирович Путин", "Владимир Путин")
    assert natural_order("Liu, Shan") == ()
    assert natural_order("Москва, Россия, Европа") == ()


_WORDS = [
    *(
        "Ada",
        "Österreich",
        "Caf\u0065\u0301",
        "O'Neil",
        "Станисла\u0301в",
        "Cмирнов",
        "Αθήνα",
        "محمد",
        "می\u200cخواهم",
        "普京",
        "서울",
    ),
    *(
        "List of",
        "liste der",
        "Список",
        "ſeznam",
        "曲の一覧",
        "列表",
        "Unknown",
        "N/A",
        "He",
        "x-variant",
        "(band)",
        "17",
        "a",
        ",",
        ";",
    ),
    *("&amp;", "_", "''", "\u00ad", "A?b", "Category:", '"', "×", "ʼ", "क्षेत्र", "\u0483", "²"),
]
names = st.lists(st.sampled_from(_WORDS) | st.text(max_size=3), max_size=4).flatmap(
    lambda words: st.sampled_from([" ", "-", "", "  "]).map(lambda blank: blank.join(words))
)


@given(names, st.booleans(), st.booleans())
def test_repair_and_reject_is_the_one_after_the_other(text: str, named: bool, party: bool) -> None:
    repaired = repair(text)
    assert repair_and_reject(text, named=named, party=party) == (repaired, reject(repaired, named=named, party=party))


@given(names)
def test_every_list_is_rejected(text: str) -> None:
    if clean._LIST.fullmatch(text):
        assert reject(text) is not None
