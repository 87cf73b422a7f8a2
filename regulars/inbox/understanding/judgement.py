"""From a text to what it says: language, feeling with probabilities, intents. Pure; batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.inbox.understanding.intents import intents_of
from regulars.inbox.understanding.languages import languages_of
from regulars.inbox.understanding.model import FEELS, Model, look_at

GOOD_STARS, BAD_STARS = 4.0, 2.0


@dataclass(frozen=True)
class Text:
    """What is read: the words, the language the network claims, stars when there are."""

    words: str
    claimed: str = ""
    stars: float | None = None


@dataclass(frozen=True)
class Judgement:
    """`predicted` is what the model says or "unsure"; `feels` what is shown; `chances` None: it cannot read this."""

    language: str
    feels: str
    predicted: str
    source: str  # model, stars or none
    chances: tuple[float, float, float] | None
    intents: tuple[str, ...]


def judge_texts(
    texts: Sequence[Text],
    model: Model,
    *,
    languages: Sequence[str],
    reads: Sequence[str] = ("en",),
    sure: float = 0.5,
) -> list[Judgement]:
    """One judgement per text, in order. `languages`: those customers write in; `reads`: those the model has learned.

    A text in another language is "unsure" and has no probabilities, whatever its words look like.
    """
    found = languages_of([text.words for text in texts], among=languages, said=[text.claimed for text in texts])
    readable = [place for place, language in enumerate(found) if language in reads or not language]
    readable = [place for place in readable if texts[place].words.strip()]
    chances = model.probabilities(look_at([texts[place].words for place in readable])).tolist()
    by_place = dict(zip(readable, map(tuple, chances), strict=True))
    return [_judge(text, found[place], by_place.get(place), sure) for place, text in enumerate(texts)]


def _judge(text: Text, language: str, chances: tuple[float, float, float] | None, sure: float) -> Judgement:
    predicted = "unsure"
    if chances and max(chances) >= sure:
        predicted = FEELS[chances.index(max(chances))]
    low, high = (chances[0], chances[2]) if chances else (None, None)
    intents = tuple(intents_of(text.words, negative=low, positive=high, language=language))
    given = by_stars(text.stars)
    source = "stars" if given else "model" if chances else "none"
    return Judgement(language, given or predicted, predicted, source, chances, intents)


def by_stars(stars: float | None) -> str:
    """What people said by stars themselves: four and five are good, one and two bad; three say nothing."""
    if stars is None or BAD_STARS < stars < GOOD_STARS:
        return ""
    return "positive" if stars >= GOOD_STARS else "negative"
