"""Readings a person can check, script by script."""

from __future__ import annotations

import pytest

from resolver.romanize import detect_script, latin_key

GOLDEN = {
    "latin": {
        "Łukasz Müller": "lukasz muller", "Straße": "strasse", "İSTANBUL": "istanbul", "Işık": "isik",
        "Heydər Əliyev": "heydar aliyev", "Þórshöfn": "thorshofn", "Côte d’Ivoire": "cote divoire",
        "U.S.": "us", "AT&T": "at and t", "ＮＡＴＯ": "nato", "Zelenskyy": "zelensky",
        "Zelenskij": "zelensky", "Trotskii": "trotsky", "Tayyip": "tayyip", "Jean-Luc": "jean luc",
        "Saʿd": "sad", "Việt Nam": "viet nam",
    },
    "cyrillic": {
        "Владимир Путин": "vladimir putin", "Зеленский": "zelensky", "Зеленський": "zelensky",
        "Київ": "kyiv", "Гагарін": "haharin", "Хрущёв": "khrushchev", "Чайковский": "chaykovsky",
        "Юлия": "yuliya", "България": "balgariya", "объект": "obekt", "Вучић": "vuchic",
        "Қазақстан": "qazaqstan", "Њујорк": "njujork", "Щорс": "shchors", "Эстония": "estoniya",
    },
    "greek": {
        "Μητσοτάκης": "mitsotakis", "Αθήνα": "athina", "Μπακογιάννη": "bakogianni", "Ευρώπη": "evropi",
        "Ναύπλιο": "nafplio", "Παπανδρέου": "papandreou", "Αγγλία": "anglia", "Όλυμπος": "olympos",
        "ΕΛΛΑΔΑ": "ellada", "Προϊόν": "proion",
    },
    "arabic": {
        "محمد": "mhmd", "مُحَمَّد": "mhmd", "سوريا": "surya", "القاهرة": "al qahra", "إيران": "iran",
        "أوكرانيا": "ukranya", "يمن": "ymn", "وليد": "wlid", "عمر": "amr", "فلسطين": "flstin",
        "علي": "ali", "ولادیمیر پوتین": "vladimir putin", "تهران": "thran", "المان": "al man",
        "گرجستان": "grjstan", "کوردستان": "kurdstan", "ﻣﺤﻤﺪ": "mhmd", "ال": "al",
    },
    "hebrew": {
        "ירושלים": "yroshlim", "חיפה": "hipa", "בנימין": "bnimin", "ג׳ורג׳": "jorj", "צ'רצ'יל": "chrchil",
        "צה״ל": "tshl", "שָׁלוֹם": "shlom", "וושינגטון": "voshington", "תל־אביב": "tl abib",
        "יאיר": "yair",
    },
    "kana": {
        "とうきょう": "tokyo", "トヨタ": "toyota", "マッカーサー": "makkasa", "まっちゃ": "matcha",
        "じゅうどう": "judo", "プーチン": "puchin", "ファッション": "fasshon", "ティモシー": "timoshi",
        "デュッセルドルフ": "dyusserudorufu", "ヴィクトル": "vikutoru", "ウォール": "woru",
        "シェフ": "shefu", "ジョン": "jon", "チャーチル": "chachiru", "ﾄﾖﾀ": "toyota",
        "ツァーリ": "tsari", "トゥルーズ": "turuzu", "クウェート": "kuweto", "しんばし": "shinbashi",
    },
    "hangul": {
        "서울": "seoul", "부산": "busan", "평양": "pyeongyang", "종로": "jongno", "신라": "silla",
        "독립문": "dongnimmun", "한국어": "hangugeo", "박": "bak", "전주": "jeonju", "울릉": "ulleung",
    },
    "indic": {
        "नरेन्द्र मोदी": "narendra modi", "दिल्ली": "dilli", "भारत": "bharat", "मनमोहन": "manmohan",
        "कमला": "kamla", "अफ़ग़ानिस्तान": "afganistan", "मुंबई": "mumbai", "राम": "ram", "ঢাকা": "dhaka",
        "বাংলাদেশ": "bangladesh", "ইউরোপীয়": "iuropiya", "ਪੰਜਾਬ": "panjab", "ਸ਼ਾਮ": "sham",
        "ગુજરાત": "gujrat", "சென்னை": "chennai", "தமிழ்": "tamizh", "తెలంగాణ": "telangana",
        "ಕರ್ನಾಟಕ": "karnataka", "കേരളം": "keralam", "ശബരിമല": "shabarimala", "කොළඹ": "kolamba",
    },
    "others": {
        "北京": "beijing", "毛泽东": "mao zedong", "თბილისი": "tbilisi", "შევარდნაძე": "shevardnadze",
        "Երևան": "yerevan", "Հայաստան": "hayastan", "กรุงเทพ": "krungtheph", "አዲስ": "adise",
    },
}  # fmt: skip


@pytest.mark.parametrize(("text", "key"), [pair for table in GOLDEN.values() for pair in table.items()])
def test_latin_key(text, key):
    assert latin_key(text) == key


@pytest.mark.parametrize("text", ["", " ", "—", "🙂", "\u200b", "南アフリカ", "日本のトヨタ", "ߒߞߏ"])
def test_no_key_where_nothing_can_be_read(text):
    assert latin_key(text) == ""


def test_spellings_of_one_name_share_a_key():
    keys = {latin_key(name) for name in ("Zelenskyy", "Zelenskiy", "Zelensky", "Зеленский", "Зеленський")}
    assert keys == {"zelensky"}


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("NATO", "latin"),
        ("Ａ", "latin"),
        ("Зеленський (Zelensky)", "cyrillic"),
        ("日本のトヨタ", "kana"),
        ("トヨタ自動車", "kana"),
        ("東京", "han"),
        ("서울특별시 市", "hangul"),
        ("PKK 2024", "latin"),
        ("12", "none"),
        ("", "none"),
        ("ߒߞߏ", "other"),
    ],
)
def test_detect_script(text, script):
    assert detect_script(text) == script


def test_mixed_scripts_are_read_run_by_run():
    assert latin_key("группа Wagner") == "gruppa wagner"
    assert latin_key("Samsung 삼성") == "samsung samseong"
    assert latin_key("حزب PKK") == "hzb pkk"
