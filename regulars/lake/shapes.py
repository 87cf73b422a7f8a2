"""Texts that look like personal data: they stay out of the lake, and are counted.

The patterns lean to dropping too much for e-mail addresses and too little for numbers: an order number is
not a phone number unless it is written like one.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_STREET = (
    r"(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|square|sq|terrace|close|crescent"
    r"|highway|hwy|parkway|pkwy)"
)
PATTERNS = {
    "e-mail": r"[^\s@<>,;:]+@[^\s@<>,;:]+\.[^\s@<>,;:.]{2,}",
    "phone": (
        r"^\s*(?:tel:?\s*)?(?:"
        r"(?:\+|00)[1-9](?:[\s().\-/]*\d){6,14}"  # +49 351 123456
        r"|\(?0\d{1,5}\)?[\s.\-/]+\d(?:[\s.\-/]?\d){4,10}"  # (0351) 123 456
        r"|\(\d{3}\)\s*\d{3}[\s.\-]\d{4}|\d{3}[.\-]\d{3}[.\-]\d{4}"  # (212) 555-0100
        r")\s*$"
    ),
    "address": (
        r"(?i)(?:"
        rf"^\s*\d{{1,5}}[a-z]?,?\s+(?:[\w'.\-]+\s+){{1,4}}{_STREET}\.?\s*(?:$|,|\n)"  # 10 High Street, Leeds
        r"|^[\w .'\-]*(?:straße|strasse|str\.|gasse|allee|platz|weg|damm)\s*\d{1,4}\s*[a-z]?\s*(?:$|,|\n)"
        r"|^\s*\d{1,4}\s*(?:bis|ter)?,?\s+(?:rue|avenue|boulevard|place|chemin|allée|impasse)\s"
        r"|^\s*(?:p\.?\s?o\.?\s?box|postfach)\s+\d"
        r"|\b[a-z]{1,2}\d[a-z\d]?\s\d[a-z]{2}\s*$"  # a British postcode at the end
        r")"
    ),
}


def without_personal(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, dict[str, int]]:
    """The texts with null in the place of each that looks personal, and how many there were by shape.

    Looks at each distinct text once.
    """
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], pa.string()).dictionary_encode()
    texts, bad, counts = encoded.dictionary, None, {}
    for shape, pattern in PATTERNS.items():
        hit = pc.match_substring_regex(texts, pattern)
        if pc.any(hit).as_py():
            counts[shape] = pc.sum(pc.fill_null(hit.take(encoded.indices), False)).as_py()
            bad = hit if bad is None else pc.or_(bad, hit)
    if bad is None:
        return column, {}
    kept = pc.if_else(bad, pa.scalar(None, texts.type), texts)
    return pa.chunked_array([kept.take(encoded.indices)]), counts


def clean(rows: pa.Table, prefix: str, dropped: dict[str, int]) -> pa.Table:
    """The rows with every text column cleaned; adds to `dropped` under "prefix.column: shape"."""
    for number, field in enumerate(rows.schema):
        if field.type != pa.string():
            continue
        kept, counts = without_personal(rows.column(number))
        if counts:
            rows = rows.set_column(number, field, kept)
        for shape, count in counts.items():
            key = f"{prefix}.{field.name}: {shape}"
            dropped[key] = dropped.get(key, 0) + count
    return rows
