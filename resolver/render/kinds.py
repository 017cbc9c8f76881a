"""How a kind looks on a page: a colour for its family, a line of its own within the family, a sign of its own.

Whoever can't tell the colours apart still has the sign, and in each family no two lines are alike. The signs
are those of maps and papers: a flag, a ringed dot, waves, a head, columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from resolver.model import Kind


@dataclass(frozen=True, slots=True)
class Look:
    """Look of one kind.

    Attributes:
        family: Which colour: place, person, state, force, body or rest.
        line: Style of the line under a mention.
        sign: SVG shapes on a field of 12 by 12.
    """

    family: str
    line: str
    sign: str


PAPER = {"light": "#fdfcf9", "dark": "#16181b"}
COLOURS = {
    "place": {"light": "#0b5a87", "dark": "#7fc1ea"},
    "person": {"light": "#7b2a6e", "dark": "#e3a4d9"},
    "state": {"light": "#7d4b00", "dark": "#e6ba6c"},
    "force": {"light": "#a02128", "dark": "#f39a96"},
    "body": {"light": "#1c6a47", "dark": "#84d1a8"},
    "rest": {"light": "#565b63", "dark": "#b4bac3"},
}
"""Colour of each family on light and on dark paper; both read at 4.5 to 1 or better."""

_RING = "<path d='M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1zm0 1.4a3.6 3.6 0 1 1 0 7.2 3.6 3.6 0 0 1 0-7.2z'/>"
_WAVE = "q1.3-2.2 2.65 0t2.65 0 2.65 0 2.65 0"
_LINE = "fill='none' stroke='#000' stroke-width="

LOOKS = {
    Kind.COUNTRY: Look("place", "solid", "<path d='M1.5 .8h1.3v10.4H1.5zM3.4 1.2h7.4L8.9 4l1.9 2.8H3.4z'/>"),
    Kind.TERRITORY: Look(
        "place", "dashed", f"<path d='M1.5 .8h1.3v10.4H1.5z'/><path d='M3 1.9h6.6L8.2 4.2l1.4 2.3H3' {_LINE}'1.2'/>"
    ),
    Kind.SUBDIVISION: Look("place", "double", "<path d='M1 1h10v10H1zM2.2 2.2V6H6V2.2zM6 6v3.8h3.8V6z'/>"),
    Kind.CITY: Look("place", "solid 1px", f"{_RING}<circle cx='6' cy='6' r='1.8'/>"),
    Kind.REGION: Look("place", "dotted", f"<circle cx='6' cy='6' r='4.3' {_LINE}'1.7' stroke-dasharray='1.9 1.48'/>"),
    Kind.WATER: Look(
        "place",
        "wavy",
        f"<path {_LINE}'1.6' d='M.7 4.4{_WAVE}M.7 8.6{_WAVE}'/>",
    ),
    Kind.PERSON: Look("person", "solid", "<circle cx='6' cy='3.4' r='2.5'/><path d='M1.3 11.2a4.7 4.4 0 0 1 9.4 0z'/>"),
    Kind.GOVERNMENT_BODY: Look(
        "state",
        "solid",
        "<path d='M6 .6l5.2 3.3H.8zM.8 10h10.4v1.4H.8zM2 4.8h1.6v4.4H2zM5.2 4.8h1.6v4.4H5.2zM8.4 4.8H10v4.4H8.4z'/>",
    ),
    Kind.POLITICAL_PARTY: Look(
        "state",
        "double",
        f"<path d='M1 1h10v10H1zM2.2 2.2v7.6h7.6V2.2z'/><path d='M3.3 6.1l1.9 1.9 3.5-4.1' {_LINE}'1.5'/>",
    ),
    Kind.ARMED_GROUP: Look("force", "dashed", f"<path d='M2 2l8 8M10 2l-8 8' {_LINE}'2.2'/>"),
    Kind.MILITARY: Look("force", "solid", "<path d='M6 .4l1.7 3.7 4 .4-3 2.7.9 4L6 9.1l-3.6 2.1.9-4-3-2.7 4-.4z'/>"),
    Kind.ORGANIZATION: Look(
        "body",
        "solid",
        "<circle cx='6' cy='2.9' r='2.1'/><circle cx='2.7' cy='8.8' r='2.1'/><circle cx='9.3' cy='8.8' r='2.1'/>",
    ),
    Kind.COMPANY: Look("body", "dashed", "<path d='M4 1h4v2h3.2v8H.8V3H4zM5.2 2.2V3h1.6v-.8zM.8 6.3v1h10.4v-1z'/>"),
    Kind.MEDIA: Look("body", "dotted", "<path d='M1 .9h10v2.6H1zM1 5h10v1.3H1zM1 7.6h10v1.3H1zM1 10.2h6v1.2H1z'/>"),
    Kind.EVENT: Look("rest", "double", "<path d='M3 .5h1.3V2h3.4V.5H9V2h2.2v9.2H.8V2H3zM2.1 4.7v5.2h7.8V4.7z'/>"),
    Kind.OTHER: Look("rest", "solid", "<path d='M6 .8L11.2 6 6 11.2.8 6z'/>"),
}
"""The look of every kind."""


def sign_url(sign: str) -> str:
    """A sign as a data address for a style sheet.

    >>> "%3Cpath d='M0 0'/%3E" in sign_url("<path d='M0 0'/>")
    True
    """
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 12 12' fill-rule='evenodd'>{sign}</svg>"
    return f"""url("data:image/svg+xml,{quote(svg, safe=" =:/'.-")}")"""


def rules() -> Iterator[str]:
    """Style rules for the kinds: colours, lines, signs, and the switch that takes a kind away."""
    for paper in ("light", "dark"):
        colours = "".join(f"--{family}:{shades[paper]};" for family, shades in COLOURS.items())
        rule = f":root{{--paper:{PAPER[paper]};{colours}}}\n"
        yield rule if paper == "light" else f"@media (prefers-color-scheme:dark){{{rule.strip()}}}\n"
    for kind, look in LOOKS.items():
        style, _, thickness = look.line.partition(" ")
        width = f"--width:{thickness};" if thickness else ""
        yield f".k-{kind}{{--k:var(--{look.family});--line:{style};{width}--sign:{sign_url(look.sign)}}}\n"
    off = ",".join(f"body:has(#on-{kind}:not(:checked)) main .k-{kind}" for kind in LOOKS)
    signs = ",".join(f"body:has(#on-{kind}:not(:checked)) main .k-{kind}::after" for kind in LOOKS)
    listed = ",".join(f"body:has(#on-{kind}:not(:checked)) aside li.k-{kind}" for kind in LOOKS)
    yield f"{off}{{background:none;text-decoration:none}}\n{signs},{listed}{{display:none}}\n"
