"""Han characters in pinyin without tones, from unidecode.

The key is for weak matches with Chinese names in Latin spelling. It takes the most common reading of each
character, and Japanese names come out as Mandarin (Tokyo as `dongjing`), so equal keys say little: Han text
matches on its own characters first.
"""

from __future__ import annotations

import re

from resolver.romanize.floor import AsciiTable

# The commonest family names: three characters that start with one are a person, written as two words.
_SURNAMES = frozenset(
    "王李张劉刘陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖田董袁潘于蔣蒋蔡余杜叶葉程"
    "苏蘇魏吕呂丁任沈姚卢盧姜崔钟鐘谭譚陆陸汪范石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛闫阎段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬"
    "钱錢严嚴覃武戴莫孔向汤湯习習温溫"
)
_table = AsciiTable({})
_WORD = re.compile("\\S+")


def _word(match: re.Match[str]) -> str:
    word = match[0]
    if len(word) == 3 and word[0] in _SURNAMES:
        return f"{word[0].translate(_table)} {word[1:].translate(_table)}"
    return word.translate(_table)


def romanize(text: str) -> str:
    """Read Han characters as pinyin, a word for a word, a family name apart.

    >>> romanize("北京"), romanize("毛泽东"), romanize("约翰·史密斯")
    ('beijing', 'mao zedong', 'yuehan shi misi')
    """
    return _WORD.sub(_word, text.replace("·", " ").replace("・", " "))
