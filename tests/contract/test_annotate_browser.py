"""The page in a real browser, on a desk and on a phone, light and dark: what is seen, pointed at, focused, tapped."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import MISSING, Browser

from resolver import Resolution, Resolver
from resolver.render import Document, write_html

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

DISPATCHES = Path(__file__).parents[2] / "seeds" / "dispatches"
SIZES = {"desk": 1280, "tablet": 820, "phone": 390}
TAB, ESCAPE = "\ue004", "\ue00c"
HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "</style><style>body{display:none}</style> \u202eTürkiye\u202c and Mos\u200bcow\n\n"
    "\u2067Georgia\u2069 </p></main></body> YPG/PKK \x00\x1b Nicaragwa " + "x" * 400 + "\n"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    surface: str
    resolution: Resolution


def gold(resolver: Resolver, name: str) -> Document:
    """A dispatch with its gold mentions: what the page shows does not depend on what is found."""
    text = (DISPATCHES / f"{name}.txt").read_text(encoding="utf-8")
    with (DISPATCHES / f"{name}.gold.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    spans = [
        Span(int(row["start"]), int(row["end"]), row["surface"], resolver.resolve(row["surface"], kind=row["kind"]))
        for row in rows
    ]
    return Document(f"{name}.txt", text, spans)


def write(target: Path, *documents: Document) -> Path:
    with target.open("w", encoding="utf-8") as out:
        write_html(documents, out)
    return target


@pytest.fixture(scope="module")
def english(bundled: Resolver, tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("page") / "english.html"
    return write(page, gold(bundled, "ankara-2025-02"))


@pytest.fixture(scope="module")
def arabic(bundled: Resolver, tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("page") / "arabic.html"
    return write(page, gold(bundled, "riyadh-2025-05"))


@pytest.fixture(scope="module")
def hostile(bundled: Resolver, tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("page") / "hostile.html"
    names = ("Türkiye", "Mos\u200bcow", "Georgia", "YPG/PKK", "Nicaragwa")
    places = [(name, HOSTILE.index(name)) for name in names]
    found = [Span(at, at + len(name), name, bundled.resolve(name)) for name, at in places]
    return write(page, Document("<b>\u202e.txt", HOSTILE, found))


WIDTH = "return [document.documentElement.scrollWidth, innerWidth]"
OPEN = "return [...document.querySelectorAll('.card')].filter(c => getComputedStyle(c).display != 'none').length"
BOX = (
    "const c = [...document.querySelectorAll('.card')].find(c => getComputedStyle(c).display != 'none');"
    "if (!c) return null; const b = c.getBoundingClientRect();"
    "return [b.left, b.top, innerWidth - b.right, innerHeight - b.bottom]"
)
COLOURS = (
    "const m = document.querySelector(arguments[0]), s = getComputedStyle(m), a = getComputedStyle(m, '::after');"
    "return [s.textDecorationColor, s.textDecorationStyle, a.maskImage || a.webkitMaskImage]"
)
PLACES = """
    const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (walker.nextNode()) {
        const node = walker.currentNode, at = node.data.indexOf('Türkiye');
        if (at < 0 || node.parentElement.closest('.card')) continue;
        return [at, at + 6].map(i => {
            range.setStart(node, i); range.setEnd(node, i + 1); return range.getBoundingClientRect().left;
        });
    }
"""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["english", "arabic", "hostile"])
def test_nothing_runs_out_of_the_window(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path, name: str, size: str
) -> None:
    page = request.getfixturevalue(name)
    for dark in (False, True):
        browser.show(page, width=SIZES[size], dark=dark)
        scrolled, width = browser.run(WIDTH)
        assert scrolled <= width
        picture = browser.screenshot(tmp_path / "page.png")
        assert picture.startswith(b"\x89PNG")
        assert len(picture) > 10_000
        ground = browser.run("return getComputedStyle(document.documentElement).backgroundColor")
        shades = [int(number) for number in re.findall(r"\d+", ground)[:3]]
        assert (max(shades) < 60) if dark else (min(shades) > 200)


def test_the_card_opens_on_hover_and_focus_and_stays_in_the_window(browser: Browser, english: Path) -> None:
    browser.show(english)
    assert browser.run(OPEN) == 0
    for mark in ("#m0-0", "#m0-9", "#m0-20"):
        browser.point(mark)
        assert browser.run(OPEN) == 1
        assert min(browser.run(BOX)) >= 0
    last = browser.run("return [...document.querySelectorAll('main .m[id]')].pop().id")
    browser.run("document.getElementById(arguments[0]).scrollIntoView({block: 'end', behavior: 'instant'})", last)
    browser.point(f"#{last}")
    assert min(browser.run(BOX)) >= 0
    browser.show(english)
    browser.run("document.querySelector('#m0-0').focus()")
    assert browser.run(OPEN) == 1
    browser.press(TAB)
    assert browser.run("return document.activeElement.href").startswith("https://www.wikidata.org/wiki/Q")
    assert browser.run(OPEN) == 1
    text = browser.run("return document.querySelector('#m0-1 .card').textContent")
    assert "Türkiye" in text
    assert "Q43" in text


def test_a_browser_without_anchors_shows_the_card_below_its_mark(
    browser: Browser, english: Path, tmp_path: Path
) -> None:
    markup = english.read_text(encoding="utf-8")
    assert "@supports (anchor-scope: --m)" in markup
    older = tmp_path / "older.html"
    older.write_text(markup.replace("@supports (anchor-scope: --m)", "@supports (anchors: never)"), encoding="utf-8")
    browser.show(older)
    browser.point("#m0-3")
    foot = browser.run("const b = document.querySelector('#m0-3').getBoundingClientRect(); return [b.left, b.bottom]")
    left, top, *_ = browser.run(BOX)
    assert abs(left - foot[0]) < 2
    assert 0 < top - foot[1] < 12


def test_a_tap_opens_the_card_at_the_foot_of_a_phone(browser: Browser, english: Path) -> None:
    browser.show(english, width=390, height=844)
    browser.tap("#m0-1")
    left, top, right, bottom = browser.run(BOX)
    assert (left, right, bottom) == (0, 0, 0)
    assert top > 400
    order = browser.run(
        "const y = s => document.querySelector(s).getBoundingClientRect().top;"
        "return y('header') < y('main') && y('main') < y('aside')"
    )
    assert order is True


def test_entities_lead_to_their_mentions_and_back(browser: Browser, english: Path) -> None:
    browser.show(english)
    browser.run("document.querySelector('aside .at a').click()")
    target = browser.run("return location.hash.slice(1)")
    shown = browser.run(
        "const m = document.getElementById(arguments[0]), b = m.getBoundingClientRect();"
        "return [m.matches('main .m:target'), b.top >= 0 && b.bottom <= innerHeight]",
        target,
    )
    assert shown == [True, True]
    counts = browser.run("return [...document.querySelectorAll('aside ol:first-of-type .n')].map(n => +n.textContent)")
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 1


def test_kinds_differ_without_colour(browser: Browser, english: Path) -> None:
    browser.show(english)
    classes = browser.run(
        "return [...new Set([...document.querySelectorAll('main .m')].map(m => m.className.split(' ')[1]))]"
    )
    looks = {name: browser.run(COLOURS, f"main .m.{name}") for name in classes if name.startswith("k-")}
    assert len(looks) >= 8
    assert len({sign for _, _, sign in looks.values()}) == len(looks)
    assert all(sign.startswith("url(") for _, _, sign in looks.values())
    assert len({colour for colour, _, _ in looks.values()}) >= 4


def test_a_kind_can_be_switched_off_without_a_script(browser: Browser, english: Path) -> None:
    browser.show(english)
    line = "return getComputedStyle(document.querySelector('main .k-person')).textDecorationLine"
    assert browser.run(line) == "underline"
    browser.run("document.querySelector('#on-person').click()")
    assert browser.run(line) == "none"
    shown = "return [...document.querySelectorAll('aside li.k-person')].filter(e => e.offsetParent).length"
    assert browser.run(shown) == 0


def test_right_to_left_text_runs_so_and_has_its_list_on_the_left(browser: Browser, arabic: Path) -> None:
    browser.show(arabic)
    assert browser.run("return getComputedStyle(document.querySelector('main p')).direction") == "rtl"
    side = "const x = s => document.querySelector(s).getBoundingClientRect().left; return x('aside') < x('main')"
    assert browser.run(side) is True
    for mark in ("#m0-0", "#m0-5"):
        browser.point(mark)
        assert min(browser.run(BOX)) >= 0


def test_hostile_text_does_nothing(browser: Browser, hostile: Path) -> None:
    browser.show(hostile)
    assert "owned" not in browser.run("return document.title")
    assert browser.run("return document.querySelectorAll('script, img').length") == 0
    assert browser.run("return getComputedStyle(document.body).display") == "grid"
    shown = browser.run("return [...document.querySelectorAll('main .c')].map(c => c.dataset.c)")
    assert [sign for sign in shown if sign not in ("0000",)] == ["RLO", "PDF", "ZWSP", "RLI", "PDI", "001B"]
    left, right = browser.run(PLACES)
    assert left < right, "the override still turns the name"


def test_paper_has_no_cards_and_all_entities(browser: Browser, english: Path) -> None:
    browser.show(english, media="print")
    browser.run("document.querySelector('#m0-1').focus()")
    assert browser.run(OPEN) == 0
    assert browser.run("return getComputedStyle(document.querySelector('aside')).overflowY") == "visible"
    assert browser.run("return getComputedStyle(document.querySelector('.legend input')).display") == "none"


def test_nothing_is_fetched(browser: Browser, english: Path) -> None:
    browser.show(english)
    assert browser.run("return performance.getEntriesByType('resource').map(e => e.name)") == []


def test_text_is_what_was_written(browser: Browser, bundled: Resolver, english: Path) -> None:
    browser.show(english)
    text = browser.run(
        "const m = document.querySelector('main').cloneNode(true);"
        "m.querySelectorAll('.card').forEach(c => c.remove()); return m.textContent"
    )
    written = (DISPATCHES / "ankara-2025-02.txt").read_text(encoding="utf-8")
    assert text.split() == written.split()
    first, second = io.StringIO(), io.StringIO()
    for out in (first, second):
        write_html([gold(bundled, "ankara-2025-02")], out)
    assert first.getvalue() == second.getvalue() == english.read_text(encoding="utf-8")
