"""Which products the same people buy: EASE (Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data"), and
the cosine of products where there are too many of them for its dense inverse.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.linalg import lapack
from threadpoolctl import threadpool_limits

MOST_DENSE = 15_000  # products; the inverse takes 3 * n * n * 4 bytes and time with n cubed
NEIGHBOURS = 100
THREADS = 2  # of BLAS: on a busy host, which a nightly job may meet, four waited for each other 8 times as long
Weights = np.ndarray | sparse.csr_array


def weights(bought: sparse.csr_array, *, ridge: float, most_dense: int = MOST_DENSE) -> Weights:
    """Products by products: how much having bought the row's speaks for the column's; the diagonal is zero."""
    if bought.shape[1] <= most_dense:
        return ease(bought, ridge=ridge)
    return cosine(bought, keep=NEIGHBOURS)


def ease(bought: sparse.csr_array, *, ridge: float) -> np.ndarray:
    """B minimising |X - XB|^2 + ridge |B|^2 with a zero diagonal: B = -P / diag(P), P = (X'X + ridge I)^-1."""
    if not bought.shape[1]:
        return np.zeros((0, 0), np.float32)
    gram = (bought.T @ bought).toarray().astype(np.float32, order="F")
    gram[np.diag_indices_from(gram)] += ridge
    with threadpool_limits(limits=THREADS, user_api="blas"):
        factor, wrong = lapack.spotrf(gram, lower=1, overwrite_a=1)
        inverse, wrong_too = lapack.spotri(factor, lower=1, overwrite_c=1)
    if wrong or wrong_too:
        raise ValueError(f"The products' matrix cannot be inverted with ridge {ridge}: take a larger one.")
    found = np.tril(inverse)
    found += np.tril(found, -1).T
    found /= -np.diag(found)
    np.fill_diagonal(found, 0.0)
    return np.ascontiguousarray(found)


def cosine(bought: sparse.csr_array, *, keep: int) -> sparse.csr_array:
    """Buyers of both over the root of the buyers of each, the `keep` strongest of every row."""
    buyers = np.maximum(np.asarray(bought.sum(axis=0)).ravel(), 1.0)
    scaled = (bought @ sparse.diags_array(1.0 / np.sqrt(buyers))).tocsc()
    parts = []
    for start in range(0, scaled.shape[1], 2_000):
        part = (scaled[:, start : start + 2_000].T @ scaled).tocsr()
        parts.append(_strongest(part, keep, own=start))
    return sparse.vstack(parts, format="csr").astype(np.float32)


def _strongest(part: sparse.csr_array, keep: int, *, own: int) -> sparse.csr_array:
    """The largest entries of each row, without the product itself."""
    row = np.repeat(np.arange(part.shape[0]), np.diff(part.indptr))
    value = np.where(part.indices == row + own, 0.0, part.data)
    order = np.lexsort((-value, row))
    place = np.arange(len(order)) - part.indptr[row[order]]
    chosen = order[(place < keep) & (value[order] > 0)]
    return sparse.csr_array((value[chosen], (row[chosen], part.indices[chosen])), shape=part.shape)


def neighbours(bought: sparse.csr_array, found: Weights, *, most: int, least: int) -> list[tuple]:
    """(product, rank, other, people who bought both, weight) of the strongest pairs, if `least` people did."""
    both = (bought.T @ bought).tocsr()
    row = np.repeat(np.arange(both.shape[0]), np.diff(both.indptr))
    keep = (both.indices != row) & (both.data >= least)
    row, other, people = row[keep], both.indices[keep], both.data[keep]
    strength = np.asarray(found[row, other]).ravel()
    keep = strength > 0
    row, other, people, strength = row[keep], other[keep], people[keep], strength[keep]
    order = np.lexsort((other, -strength, row))
    row, other, people, strength = row[order], other[order], people[order], strength[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    keep = place < most
    columns = (row[keep], place[keep] + 1, other[keep], people[keep].astype(int), strength[keep].astype(float))
    return list(zip(*(column.tolist() for column in columns), strict=True))
