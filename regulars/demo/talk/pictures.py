"""Pictures for the demo's mails, drawn for this project: plain shapes, as SVG here and as PNG in the library."""

from __future__ import annotations

WIDE, HIGH = 1200, 420
FIELD = '<rect width="1200" height="420" fill="#0b6b5d"/><path d="M0 300h1200v120H0z" fill="#0a5a4f"/>'
LINES = '<path d="M600 300v120M480 300a120 60 0 0 0 240 0" fill="none" stroke="#cfe8e2" stroke-width="6"/>'
SUN = '<rect width="1200" height="420" fill="#f6d9a8"/><circle cx="{x}" cy="230" r="110" fill="#f2a65a"/>'
HILLS = (
    '<path d="M0 330C220 210 380 250 560 310S900 380 1200 240V420H0z" fill="#3c7d5a"/>'
    '<path d="M0 380C260 300 520 350 760 360S1050 330 1200 350V420H0z" fill="#2c6047"/>'
)
PENTAGON = "M0-44 42-14 26 36-26 36-42-14z"
BALL = (
    '<g transform="translate({x} {y}) scale({scale})">'
    '<circle r="118" fill="#fffdf8" stroke="#23211d" stroke-width="7"/>'
    f'<path d="{PENTAGON}" fill="#23211d"/><path d="M0-44V-112M42-14 106-36M26 36 66 96M-26 36-66 96M-42-14-106-36"'
    ' stroke="#23211d" stroke-width="7"/></g>'
)
STAR = '<path d="M0-130 38-44 130-38 58 22 82 112 0 62-82 112-58 22-130-38-38-44z" fill="#f2c14e"/>'
PATH = (
    '<path d="M400 420C450 366 590 380 560 344S420 322 432 290C438 276 404 278 378 272" fill="none" stroke="#f3e6cf"'
    ' stroke-width="18" stroke-linecap="round"/>'
)
CANDLE = (
    '<path d="M{x} 190v110" stroke="{colour}" stroke-width="22"/>'
    '<path d="M{x} 130c22 26 22 46 0 50-22-4-22-24 0-50z" fill="#f2a65a"/>'
)
CAKE = (
    '<rect x="380" y="290" width="440" height="130" rx="16" fill="#fffdf8"/>'
    '<path d="M380 330h440" stroke="#d98e8e" stroke-width="18"/>'
)
CANDLES = ((490, "#0b6b5d"), (600, "#b5651d"), (710, "#3b6ea5"))

PICTURES = {
    "welcome.png": ("A ball on the hills above Leeds at sunrise",
                    SUN.format(x=820) + HILLS + BALL.format(x=330, y=265, scale=0.62)),
    "vip.png": ("A golden star above a soccer field",
                FIELD + LINES + f'<g transform="translate(600 165)">{STAR}</g>' + BALL.format(x=250, y=290, scale=0.5)
                + BALL.format(x=950, y=290, scale=0.5)),
    "path.png": ("A path that winds up into the hills", SUN.format(x=330) + HILLS + PATH),
    "birthday.png": ("A cake with three candles", '<rect width="1200" height="420" fill="#e2f1ee"/>'
                     + "".join(CANDLE.format(x=x, colour=colour) for x, colour in CANDLES) + CAKE),
}  # fmt: skip


def png(name: str) -> bytes:
    """The picture as a file."""
    import vl_convert  # charts' own renderer; heavy, and needed once

    size = f'width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}"'
    return vl_convert.svg_to_png(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{PICTURES[name][1]}</svg>')
