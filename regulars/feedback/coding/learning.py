"""The model: TF-IDF of words and letters, one logistic regression per topic, trained on what colleagues said.

How good it is, is measured as agreement with them (Cohen's kappa) on texts it did not see (five folds), and shown; it
says something only from some corrections on, and of what it is sure of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from regulars.core import bulk
from regulars.core.jobs import job
from regulars.feedback.coding.rules import matches
from regulars.feedback.figures import kappa
from regulars.feedback.models import Coding, Said, Topic

LEAST, LEAST_EACH = 20, 5  # judged texts of a topic before a model is trained, and of yes and no each
SURE, GOOD = 0.6, 0.4
AT_ONCE = 2_000
COLUMNS = ("said_id", "topic_id", "by", "human", "yes", "sure", "at")


@job(lane="long")
def code_everything(*, at: int) -> int:
    """Apply the codebook to every text, with models trained anew; returns how many codings there are of machines."""
    topics = list(Topic.objects.filter(archived_us=None).order_by("id"))
    judged = _judged(topics)
    models = {topic.id: _learn(topic, judged.get(topic.id, [])) for topic in topics}
    Coding.objects.filter(human=False).exclude(topic_id__in=[topic.id for topic in topics]).delete()
    made, last = 0, 0
    while some := list(Said.objects.filter(id__gt=last).order_by("id").values_list("id", "text")[:AT_ONCE]):
        made += code(topics, models, some, at=at)
        last = some[-1][0]
    return made


@transaction.atomic
def code(topics: Sequence[Topic], models: dict[int, Any], texts: Sequence[tuple[int, str]], *, at: int) -> int:
    """Apply rules and models to these (number, text); what a colleague said stays."""
    rows = []
    for topic in topics:
        sure = models[topic.id].predict_proba([text for _, text in texts])[:, 1] if models.get(topic.id) else None
        for place, (number, text) in enumerate(texts):
            if matches(topic.words, text):
                rows.append((number, topic.id, "rule", False, True, 1.0, at))
            elif sure is not None and sure[place] >= SURE:
                rows.append((number, topic.id, "model", False, True, float(sure[place]), at))
    some, params = bulk.ids([number for number, _ in texts])
    bulk.execute(f"DELETE FROM feedback_coding WHERE NOT human AND said_id IN {some}", params)
    return bulk.insert(Coding, COLUMNS, rows, conflict="(said_id, topic_id) DO NOTHING")


def code_new(said_ids: Sequence[int], *, at: int) -> None:
    """Rules on texts that just came in; the model follows at night."""
    topics = list(Topic.objects.filter(archived_us=None).exclude(words=""))
    if topics:
        code(topics, {}, list(Said.objects.filter(id__in=said_ids).values_list("id", "text")), at=at)


def _judged(topics: Sequence[Topic]) -> dict[int, list[tuple[str, bool]]]:
    rows = bulk.query(
        "SELECT c.topic_id, s.text, c.yes FROM feedback_coding c JOIN feedback_said s ON s.id = c.said_id"
        " WHERE c.human"
    )
    found: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    for topic, text, yes in rows:
        found[topic].append((text, bool(yes)))
    return found


def _learn(topic: Topic, judged: Sequence[tuple[str, bool]]) -> Any:
    """A model that agrees well enough with people, or None; the agreement is kept on the topic."""
    texts, said = [text for text, _ in judged], [yes for _, yes in judged]
    quality: dict[str, Any] = {"judged": len(said), "yes": sum(said)}
    quality["rule"] = _agreement(said, [matches(topic.words, text) for text in texts]) if topic.words else None
    model = None
    if len(said) >= LEAST and LEAST_EACH <= sum(said) <= len(said) - LEAST_EACH:
        quality["model"] = _agreement(said, _held_out(texts, said))
        if quality["model"] is not None and quality["model"] >= GOOD:
            model = classifier().fit(texts, said)
    Topic.objects.filter(id=topic.id).update(quality=quality)
    return model


def _agreement(people: Sequence[bool], machine: Sequence[bool]) -> float | None:
    pairs = list(zip(people, machine, strict=True))
    found = kappa(
        pairs.count((True, True)), pairs.count((True, False)), pairs.count((False, True)), pairs.count((False, False))
    )
    return None if found is None else round(found, 3)


def _held_out(texts: Sequence[str], said: Sequence[bool]) -> list[bool]:
    """What models say of texts that they were not trained on."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=7)
    sure = cross_val_predict(classifier(), texts, said, cv=folds, method="predict_proba")[:, 1]
    return [bool(one >= SURE) for one in sure]


def classifier() -> Any:
    """Words and pairs of words, and letters for endings and misspellings; balanced, for topics are rare."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import FeatureUnion, Pipeline

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode")
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, strip_accents="unicode")
    return Pipeline(
        [
            ("features", FeatureUnion([("words", words), ("letters", letters)])),
            ("decide", LogisticRegression(class_weight="balanced", C=5.0, max_iter=500)),
        ]
    )
