"""What repeats what was said before counts nobody anew: kept right for every group of the same words that moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from regulars.core import bulk
from regulars.social.listening.repeats import folds


def refold(groups: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Say anew which mentions of these (topic, fingerprint) repeat which, in the caller's transaction.

    Gives (topic, moment) of those that changed. Reposts and our own words are folded already.
    """
    wanted = sorted((topic, words) for topic, words in set(groups) if words)
    if not wanted:
        return set()
    some, params = bulk.table({"topic": "bigint", "words": "bigint"}, wanted)
    rows = bulk.query(
        f"SELECT m.topic_id, m.words, m.at, m.item_id, m.same_as FROM {some} CROSS JOIN social_mention m"
        " WHERE m.topic_id = v.topic AND m.words = v.words AND m.words > 0 AND m.fold IN ('', 'same')",
        params,
    )
    alike = defaultdict(list)
    for topic, words, at, item, same_as in rows:
        alike[topic, words].append((at, item, same_as))
    changed = []
    for (topic, _), group in alike.items():
        now = folds((at, item) for at, item, _ in group)
        changed += [(topic, item, now.get(item), at) for at, item, known in group if now.get(item) != known]
    _write([(topic, item, same) for topic, item, same, _ in changed])
    return {(topic, at) for topic, _, _, at in changed}


def _write(rows: list[tuple[int, int, int | None]]) -> None:
    if not rows:
        return
    some, params = bulk.table({"topic": "bigint", "item": "bigint", "same": "bigint"}, rows)
    bulk.execute(
        "UPDATE social_mention SET same_as = v.same, fold = CASE WHEN v.same IS NULL THEN '' ELSE 'same' END"
        f" FROM {some} WHERE social_mention.topic_id = v.topic AND social_mention.item_id = v.item",
        params,
    )
