"""Words and turns of phrase in English and German, folded (see folding.py): lower case, no accents, ss for ß.

They stand in TOML files beside this one; every line is a set of alternatives.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def words(file: str) -> dict[str, Any]:
    """The lists of one file, each as one pattern."""
    return _joined(tomllib.loads((HERE / f"{file}.toml").read_text()))


def _joined(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _joined(inside) for key, inside in value.items()}
    if isinstance(value, str) and "\n" in value:
        return "|".join(line.strip() for line in value.strip().splitlines() if not line.startswith("#"))
    return value


def whole_words(pattern: str) -> re.Pattern[str]:
    """The alternatives as whole words; a blank in them stands for any blanks."""
    return re.compile(rf"(?<!\w)(?:{pattern.replace(' ', chr(92) + 's+')})(?!\w)")
