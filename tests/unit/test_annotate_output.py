"""What people see of an annotated text: reading files, nesting marks, table, JSON, the page's markup."""

from __future__ import annotations

import codecs
import io
import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from annotate_spans import UNKNOWN, Span, span
from hypothesis import given
from hypothesis import strategies as st

from resolver import InputError, Kind, Resolution, Resolver, Status
from resolver.render import Document, decode_text, of_kinds, read_text, write_html, write_json, write_jsonl, write_table
from resolver.render.document import marks
from resolver.render.files import annotate_files, expand, replacing, tidy
from resolver.render.kinds import COLOURS, LOOKS, PAPER
from resolver.render.marks import WIKIDATA, paragraphs
from resolver.render.visible import has_hidden, visible


def page(*documents: Document) -> str:
    out = io.StringIO()
    write_html(documents, out)
    return out.getvalue()


class Outline(HTMLParser):
    """Tags that open and close, the text of <main> without cards, and every attribute."""

    VOID = ("meta", "input", "br")

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.stack: list[tuple[str, str]] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text: list[str] = []
        self.ids: list[str] = []
        self.feed(markup)
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.attributes |= set(found)
        self.ids += [found["id"]] if found.get("id") else []
        self.links += [found["href"]] if found.get("href") else []
        if tag not in self.VOID:
            self.stack.append((tag, found.get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        within = [tag for tag, _ in self.stack]
        if "main" in within and not any(name == "card" for _, name in self.stack):
            self.text.append(data)


# -- reading files


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_tells_the_encoding_and_is_no_text(tmp_path: Path, mark: bytes, encoding: str) -> None:
    text = "Türkiye 土耳其 🇹🇷\r\nnext\rlast\n"
    (tmp_path / "a.txt").write_bytes(mark + text.encode(encoding))
    assert read_text(tmp_path / "a.txt") == text


@pytest.mark.parametrize("encoding", ["cp1254", "cp1251", "utf-16", "utf-8-sig", "gb18030", "utf-16-be"])
def test_an_encoding_that_is_named_is_used(encoding: str) -> None:
    text = "Киев" if encoding == "cp1251" else "Istanbul ö"
    assert decode_text(text.encode(encoding), encoding) == text


def test_wrong_encoding_says_what_was_tried_and_offers_the_option() -> None:
    with pytest.raises(InputError) as error:
        decode_text("Ünlü".encode("cp1254"), name="a.txt")
    message = str(error.value)
    assert "a.txt" in message
    assert "tried utf-8" in message
    assert "--encoding" in message
    assert "offset 0" in message
    with pytest.raises(InputError, match=r"not ascii .tried ascii.*offset 1.*--encoding"):
        decode_text("aü".encode(), "ascii")
    with pytest.raises(InputError, match="tried utf-16-le"):
        decode_text(codecs.BOM_UTF16_LE + b"\x00\xd8", name="a.txt")


@pytest.mark.parametrize("encoding", ["no-such", "hex", "rot13", "utf\0"])
def test_an_encoding_that_is_none_is_refused(encoding: str) -> None:
    with pytest.raises(InputError, match="unknown encoding"):
        decode_text(b"abcd", encoding)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7\n...", "a PDF"),
        (b"PK\x03\x04rest", "docx"),
        (b"\x1f\x8brest", "gzip"),
        (b"\x00" * 8 + b"DUCK" + b"\x00" * 99, "a DuckDB file"),
        (b"\x7fELF\x02\x01", "a program"),
        (bytes(range(256)) * 4, "null bytes"),
        (b"text, then " + b"x" * 9000 + b"\x00", "null characters"),
        ("UTF-16 without a mark".encode("utf-16-le"), "--encoding utf-16-le"),
        ("UTF-16 without a mark".encode("utf-16-be"), "--encoding utf-16-be"),
    ],
)
def test_what_is_no_text_is_refused_by_its_name(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as error:
        decode_text(data, name="a.bin")
    assert said in str(error.value)
    assert str(error.value).startswith("a.bin")
    assert "\n" not in str(error.value)


def test_an_empty_file_is_an_empty_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    assert read_text(tmp_path / "a.txt") == ""


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file"):
        read_text(tmp_path / "a.txt")
    with pytest.raises(InputError, match="is a folder"):
        read_text(tmp_path)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_an_input_error(data: bytes) -> None:
    said = ""
    try:
        text = decode_text(data)
    except InputError as error:
        said = str(error)
    else:
        assert text.encode() in (data, data.removeprefix(codecs.BOM_UTF8)) or data[:2] in (b"\xff\xfe", b"\xfe\xff")
    assert "\n" not in said


# -- many files


class Finder:
    """Finds the word Ankara."""

    def annotate(self, text: str, **_: object) -> list[Span]:
        return [
            Span(m.start(), m.end(), m.group(), Resolution(m.group(), UNKNOWN)) for m in re.finditer("Ankara", text)
        ]


def test_a_file_that_fails_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ankara")
    (tmp_path / "b.txt").write_bytes(b"\xff\xfa")
    (tmp_path / "c.txt").write_text("in Ankara")
    names = expand([str(tmp_path / "*.txt"), "-"])
    assert [Path(name).name for name in names] == ["a.txt", "b.txt", "c.txt", "-"]
    told: list[InputError] = []
    found = [d.held() for d in annotate_files(Finder(), names[:3], failed=told.append)]
    assert [(Path(d.name).name, len(tuple(d.mentions))) for d in found] == [("a.txt", 1), ("c.txt", 1)]
    assert "b.txt" in str(told[0])
    with pytest.raises(InputError, match=r"b\.txt"):
        list(annotate_files(Finder(), names[:3]))
    with pytest.raises(InputError, match="no file matches"):
        expand([str(tmp_path / "*.md")])


def test_one_spelling_of_a_name() -> None:
    assert tidy("./a/../a//b.txt") == tidy("a/b.txt") == "a/b.txt"


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), replacing(target) as out:
        out.write("x" * (1 // (out.write("half") - 4)))
    assert target.read_text() == "old"
    with replacing(target) as out:
        out.write("new")
    assert target.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    with pytest.raises(InputError, match="can't be written"), replacing(tmp_path / "no" / "page.html"):
        pass


# -- marks


def test_kinds_keep_what_may_be_of_them(mini: Resolver) -> None:
    text = "Türkiye, YPG/PKK, Georgia and Nicaragwa"
    spans = [span(text, name, mini.resolve(name)) for name in ("Türkiye", "YPG/PKK", "Georgia", "Nicaragwa")]
    kept = {kind: [m.surface for m in of_kinds(spans, {Kind(kind)})] for kind in ("country", "armed_group", "city")}
    assert kept == {"country": ["Türkiye", "Georgia"], "armed_group": ["YPG/PKK"], "city": []}
    assert len(list(of_kinds(spans, ()))) == 4


def test_parts_of_a_composite_are_marked_where_they_stand(mini: Resolver) -> None:
    text = "the YPG/PKK said"
    (mark,) = marks(Document("a", text, [span(text, "YPG/PKK", mini.resolve("YPG/PKK"))]))
    assert [(text[m.start : m.end], m.resolution.qid) for m in mark.inside] == [
        ("YPG", "Q277036"),
        ("PKK", "Q152220"),
    ]


@given(st.lists(st.tuples(st.integers(-2, 12), st.integers(-2, 12)), max_size=8))
def test_marks_never_cross_and_never_leave_the_text(places: list[tuple[int, int]]) -> None:
    text = "abcdefghij"
    spans = [Span(a, b, text[max(a, 0) : max(b, 0)], Resolution("x", UNKNOWN)) for a, b in places]
    document = Document("a", text, spans).held()

    def check(within: list, start: int, end: int) -> None:
        for mark in within:
            assert start <= mark.start < mark.end <= end
            check(list(mark.inside), mark.start, mark.end)
            start = mark.end

    check(marks(document), 0, len(text))
    assert "".join(Outline(page(document)).text).strip("\n") == text


@given(st.text(alphabet="ab \n\r\t", max_size=40))
def test_paragraphs_leave_out_blank_lines_only(text: str) -> None:
    parts = [text[start:end] for start, end in paragraphs(text)]
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part.strip() for part in parts)


# -- formats


def test_json_is_the_documented_array(mini: Resolver) -> None:
    text = "In Türkiye and Nicaragwa"
    document = Document("a.txt", text, [span(text, "Türkiye", mini.resolve("Türkiye")), span(text, "Nicaragwa")])
    out = io.StringIO()
    write_json([document], out)
    found = json.loads(out.getvalue())
    assert [list(m) for m in found] == [["start", "end", "surface", "resolution"]] * 2
    assert found[0]["resolution"] == mini.resolve("Türkiye").to_dict()
    assert text[found[1]["start"] : found[1]["end"]] == found[1]["surface"] == "Nicaragwa"
    out = io.StringIO()
    write_jsonl([document, document], out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line.pop("file") for line in lines] == ["a.txt"] * 4
    assert lines == found * 2
    out = io.StringIO()
    write_json([], out)
    assert json.loads(out.getvalue()) == []


def test_half_a_surrogate_pair_can_be_written_and_read_back() -> None:
    text = "a \ud800 b"
    document = Document("a", text, [span(text, "\ud800")])
    for write in (write_json, write_jsonl):
        out = io.StringIO()
        write([document], out)
        out.getvalue().encode()
        assert '"\\ud800"' in out.getvalue()
    page(document).encode()


def test_the_table_fits_eighty_columns(mini: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = "Türkiye; YPG/PKK; Georgia; New\nYork; a very long name that nobody has ever borne in all the world"
    names = ("Türkiye", "YPG/PKK", "Georgia", "New\nYork", text.split("; ")[-1])
    document = Document("a.txt", text, [span(text, name, mini.resolve(name)) for name in names])
    out = io.StringIO()
    write_table([document, Document("b.txt", "", ())], out, named=True)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    rows = [line.split() for line in lines]
    assert rows[0] == ["a.txt"]
    assert rows[1] == ["span", "surface", "status", "QID", "label", "kind", "prob"]
    assert ["0-7", "Türkiye", "matched", "Q43", "Turkey", "country"] in [row[:6] for row in rows]
    assert "New\\nYork" in out.getvalue()
    assert rows[-1] == ["no", "mentions"]


# -- the page


def test_the_page_stands_alone_and_links_only_to_wikidata(mini: Resolver) -> None:
    text = "Türkiye, YPG/PKK, Georgia, Nicaragwa, Türkiye"
    names = ("Türkiye", "YPG/PKK", "Georgia", "Nicaragwa")
    spans = [span(text, name, mini.resolve(name)) for name in names] + [
        span(text, "Türkiye", mini.resolve("Türkiye"), 9)
    ]
    markup = page(Document("a.txt", text, spans))
    outline = Outline(markup)
    assert not outline.tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert not [name for name in outline.attributes if name.startswith("on") or name in ("src", "style")]
    outside = {link for link in outline.links if not link.startswith("#")}
    assert outside
    assert all(re.fullmatch(re.escape(WIKIDATA) + r"Q\d+", link) for link in outside)
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)
    assert len(outline.ids) == len(set(outline.ids))
    assert re.findall(r"url\(\"?([a-z]+:)", markup) == ["data:"] * markup.count("url(")
    assert "http" not in re.sub(rf"{WIKIDATA}|http://www\.w3\.org/2000/svg|http-equiv", "", markup)
    assert "default-src 'none'" in markup
    assert "".join(outline.text).strip() == text


def test_entities_stand_by_frequency_with_their_spellings(mini: Resolver) -> None:
    text = "Georgia, Türkiye, PKK, TÜRKİYE, Türkiye"
    spans = [span(text, "Türkiye", mini.resolve("Türkiye"), at) for at in (0, 20)]
    spans += [span(text, name, mini.resolve(name)) for name in ("TÜRKİYE", "PKK")]
    markup = page(Document("a.txt", text, spans))
    assert re.findall(r'<li id="e-(\S+?)"', markup) == ["Q43", "Q152220"]
    assert re.findall(r'<span class="n">(\d+)</span>', markup) == ["3", "1"]


def test_the_card_says_what_and_why(mini: Resolver) -> None:
    text = "Georgia met Zelenskiy"
    found = mini.resolve("Georgia")
    markup = page(Document("a.txt", text, [span(text, "Georgia", found)]))
    assert found.status is Status.AMBIGUOUS
    for rival in found.candidates:
        assert f'href="{WIKIDATA}{rival.entity.qid}"' in markup
    for evidence in found.evidence:
        assert evidence.name in ("prior", "exact_key") or evidence.detail in markup


HOSTILE = [
    "<script>alert(1)</script>",
    "</span></p></main><h1>owned",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<!-- -->]]>&lt;&amp;&#60;",
    "javascript:alert(1)",
    "\u202eevil\u202c \u2066x\u2069",
    "Mos\u200bcow \ufeff \x00\x1b[31m\x07",
    "</style><style>*{display:none}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    unknown = Resolution(text, UNKNOWN)
    markup = page(Document(text, text, [Span(0, len(text), text, unknown)]), Document("b", text, ()))
    outline = Outline(markup)
    assert not outline.tags & {"script", "img"}
    assert not [name for name in outline.attributes if name.startswith("on")]
    assert markup.count("<style>") == 1
    assert not has_hidden(markup)


@given(st.text(max_size=60))
def test_any_text_makes_a_whole_page(text: str) -> None:
    markup = page(Document(text, text, [Span(0, len(text), text, Resolution(text, UNKNOWN))] if text else []))
    Outline(markup)
    assert not has_hidden(markup)
    markup.encode()


def test_hidden_characters_are_named_and_joiners_stay() -> None:
    assert 'title="U+202E RIGHT-TO-LEFT OVERRIDE"' in visible("\u202e")
    for text in ("👩\u200d👩\u200d👧", "می\u200cخواهم", "שלום\u200f", "🏴\U000e0067\U000e007f"):
        assert visible(text) == text


def test_a_page_without_mentions_says_so() -> None:
    assert "This text is empty." in page(Document("a.txt", " \n", ()))
    assert "No name of the gazetteer" in page(Document("a.txt", "Nothing.", ()))
    assert "<title>No text</title>" in page()


# -- the look


def test_every_kind_has_a_look_of_its_own() -> None:
    assert set(LOOKS) == set(Kind)
    assert len({look.sign for look in LOOKS.values()}) == len(Kind)
    assert len({(look.family, look.line) for look in LOOKS.values()}) == len(Kind)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("family", "paper"), list(itertools.product(COLOURS, PAPER)))
def test_colours_can_be_read_on_their_paper(family: str, paper: str) -> None:
    first, second = sorted((luminance(COLOURS[family][paper]), luminance(PAPER[paper])))
    assert (second + 0.05) / (first + 0.05) >= 4.5
