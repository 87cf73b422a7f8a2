"""Topics nobody has named yet: non-negative matrix factorisation of the texts that no topic explains.

A suggestion is words and three texts; a person gives it a name or lets it be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.feedback.models import Coding, Said, Survey

LEAST, MOST_TEXTS, TOPICS = 30, 5_000, 6
EVERY_DAY = {
    "the", "and", "for", "with", "you", "was", "were", "are", "that", "this", "have", "had", "not", "but", "very",
    "your", "they", "from", "our", "all", "der", "die", "das", "und", "ist", "war", "ich", "nicht", "mit", "sehr",
    "ein", "eine",
}  # fmt: skip


@dataclass(frozen=True)
class Suggested:
    """What seems to go together: words, how many texts, three of them."""

    words: tuple[str, ...]
    texts: int
    quotes: tuple[str, ...]


def suggestions() -> list[Suggested]:
    """Up to six, most texts first; nothing before there are enough texts without a topic."""
    explained = Coding.objects.filter(yes=True).values("said_id")
    quiet = Survey.objects.filter(anonymous=True).values("id")
    found = Said.objects.exclude(id__in=explained).exclude(survey_id__in=quiet).order_by("-id")
    return suggested(list(found.values_list("text", flat=True)[:MOST_TEXTS]))


def suggested(texts: Sequence[str]) -> list[Suggested]:
    """The same of given texts; always the same for the same texts."""
    if len(texts) < LEAST:
        return []
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    counter = TfidfVectorizer(
        min_df=3, max_df=0.6, strip_accents="unicode", stop_words=sorted(EVERY_DAY), token_pattern=r"(?u)\b\w{3,}\b"
    )
    try:
        seen = counter.fit_transform(texts)
    except ValueError:  # no word is common to three texts
        return []
    many = min(TOPICS, seen.shape[1])
    model = NMF(n_components=many, init="nndsvda", random_state=7, max_iter=400)
    shares, words = model.fit_transform(seen), counter.get_feature_names_out()
    return _told(shares, model.components_, words, texts)


def _told(shares, parts, words, texts: Sequence[str]) -> list[Suggested]:
    best = shares.argmax(axis=1)
    found = []
    for topic, row in enumerate(parts):
        members = [n for n in range(len(texts)) if best[n] == topic and shares[n, topic] > 0]
        closest = sorted(members, key=lambda n: -shares[n, topic])[:3]
        named = tuple(str(words[n]) for n in row.argsort()[::-1][:4] if row[n] > 0)
        if len(members) >= 3 and named:
            found.append(Suggested(named, len(members), tuple(texts[n] for n in closest)))
    return sorted(found, key=lambda one: -one.texts)
