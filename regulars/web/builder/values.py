"""Values between what people type and what a definition holds: money in pounds and in pence, lists, yes and no."""

from typing import Any

from regulars.core.money import read_amount, to_major
from regulars.web.builder.words import input_for


def typed(texts: list[str], *, type: str, op: str, currency: str) -> Any:
    """What was typed as a definition's value. What cannot be read stays text, for the parser to complain about."""
    kind = input_for(type, op)
    if kind == "range":
        return [one(text, type, currency) for text in (texts + ["", ""])[:2]]
    if kind == "list":
        return [one(text, type, currency) for text in texts[0].split(",") if text.strip()] if texts else []
    return one(texts[0] if texts else "", "number" if kind == "days" else type, currency)


def one(text: str, type: str, currency: str) -> Any:
    """One value."""
    text = text.strip()
    if type == "bool":
        return text != "no"
    if type == "money":
        try:
            return read_amount(text, currency)
        except ValueError:
            return text
    return number(text) if type == "number" else text


def number(text: str) -> int | float | str:
    """A number where the text is one, else the text."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(value) if value.is_integer() else value


def shown(value: Any, *, type: str, currency: str) -> list[str]:
    """A definition's value as the texts of its inputs: two for a range, one otherwise."""
    if isinstance(value, list | tuple):
        return [shown(each, type=type, currency=currency)[0] for each in value]
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if type == "money" and isinstance(value, int):
        exact = to_major(value, currency)
        return [str(exact.quantize(1) if exact == exact.to_integral_value() else exact)]
    return ["" if value is None else str(value)]
