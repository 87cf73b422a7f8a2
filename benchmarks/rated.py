"""Texts that about twenty people each rated from -4 to 4: the ground truth published with VADER (Hutto and Gilbert,
ICWSM 2014; MIT licence), here 3,708 sentences of reviews of five products (the reviews: Hu and Liu 2004).

They lie in release 0.5 of the package, which pip fetches while measuring, by its hash. Nothing of it is imported,
kept or trained on.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import numpy as np

RELEASE = "vaderSentiment==0.5 --hash=sha256:5d97c37f3ef6e24eef331122e055dbedafeb6a56abfce0608b326701116ea49a"
INSIDE = "vaderSentiment-0.5/additional_resources/hutto_ICWSM_2014.tar.gz"
EDGE = 0.5  # a mean rating within so much of 0 is neutral
REVIEWS = "amazonReviewSnippets"


def rated(name: str = REVIEWS, *, edge: float = EDGE) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Texts, classes (0 negative, 1 neutral, 2 positive), and of which review each is; none where they cannot be
    fetched."""
    stored = _fetched()
    if stored is None:
        print("pip could not fetch the rated texts: reviews are not measured")
        return [], np.zeros(0, int), np.zeros(0, int)
    with tarfile.open(fileobj=io.BytesIO(stored)) as archive:
        said = archive.extractfile(f"hutto_ICWSM_2014/{name}_GroundTruth.txt").read().decode("latin-1")
    rows = [line.split("\t") for line in said.splitlines()]
    ratings = np.array([float(row[1]) for row in rows])
    reviews = np.array([int(row[0].split("_")[0]) for row in rows])
    return [row[2] for row in rows], np.select([ratings < -edge, ratings <= edge], [0, 1], 2), reviews


@cache
def _fetched() -> bytes | None:
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "wanted.txt")
        wanted.write_text(RELEASE)
        asked = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:",
                 "--require-hashes", "--dest", folder, "-r", str(wanted)]  # fmt: skip
        if subprocess.run(asked, capture_output=True).returncode:
            return None
        with zipfile.ZipFile(next(Path(folder).glob("*.zip"))) as release:
            return release.read(INSIDE)
