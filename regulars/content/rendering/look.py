"""How messages made of blocks look: a few choices of the author, fonts that every machine has, light and dark."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from regulars.content.rendering.errors import ContentError

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
FONTS = {
    "sans": "-apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif",
    "serif": "Georgia, Times New Roman, serif",
    "mono": "Menlo, Consolas, monospace",
}
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "yi", "ps", "dv")
WORDS = {
    "en": ("Unsubscribe", "Choose what you get", "Read in the browser"),
    "de": ("Abmelden", "Auswählen, was Sie bekommen", "Im Browser lesen"),
    "fr": ("Se désabonner", "Choisir ce que vous recevez", "Lire dans le navigateur"),
    "es": ("Darse de baja", "Elegir lo que recibe", "Leer en el navegador"),
    "it": ("Annulla l'iscrizione", "Scegli che cosa ricevere", "Leggi nel browser"),
    "nl": ("Afmelden", "Kies wat u ontvangt", "Lees in de browser"),
    "pl": ("Wypisz się", "Wybierz, co otrzymujesz", "Czytaj w przeglądarce"),
    "pt": ("Cancelar subscrição", "Escolher o que recebe", "Ler no navegador"),
}


@dataclass(frozen=True)
class Look:
    """Colours and font of a message."""

    accent: str = "#0b6b5d"
    paper: str = "#f3f0ea"
    sheet: str = "#ffffff"
    ink: str = "#23211d"
    font: str = "sans"

    @property
    def family(self) -> str:
        return FONTS[self.font]

    @property
    def on_accent(self) -> str:
        """Black or white, whichever can be read on the accent (WCAG relative luminance)."""
        parts = [int(self.accent[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else "#000000"

    def css(self) -> str:
        """What inline styles cannot say: phones, dark mode."""
        return DARK


DARK = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  body, .paper, .paper > div, .paper > table { background: #121110 !important; background-color: #121110 !important; }
  .sheet, .sheet > table, .sheet > div { background: #1f1e1b !important; background-color: #1f1e1b !important; }
  .sheet div, .sheet td, .sheet p, .sheet h1, .sheet h2, .sheet h3, .sheet li { color: #ece8e1 !important; }
  .foot div, .foot p, .foot a { color: #b3ac9f !important; }
  .sheet .words a { color: #5cc4b2 !important; }
}
"""


def look_of(said: Mapping[str, Any] | None, path: str) -> Look:
    """The look an author chose; what was not said is the house's. Raises ContentError."""
    said = said or {}
    known = {one.name for one in fields(Look)}
    for name, value in said.items():
        if name not in known:
            raise ContentError(f"{path}.{name}", "The look has accent, paper, sheet, ink and font.")
        if name != "font" and not (isinstance(value, str) and COLOUR.fullmatch(value)):
            raise ContentError(f"{path}.{name}", f"“{value}” is not a colour such as #0b6b5d.")
        if name == "font" and value not in FONTS:
            raise ContentError(f"{path}.font", "The font is sans, serif or mono.")
    return Look(**said)


def words_of(language: str) -> tuple[str, str, str]:
    """Unsubscribe, preferences, view, in a language; English where we have none."""
    return WORDS.get(language.split("-")[0].lower(), WORDS["en"])


def direction(language: str) -> str:
    """ltr or rtl."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"
