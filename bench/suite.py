"""What `make bench` compares, and under which settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench import model_links, navigation_request, zip_packing
from bench.comparison import Comparison, Result, compare
from bench.store import Store, local_store

CALL_SECONDS = 0.02
"""Added to each call: about what S3 takes to its first byte within a region."""
MANY_OBJECTS = 10_000
QUICK_ROUNDS, SLOW_ROUNDS = 5, 3


def run(folder: Path) -> Iterator[Result]:
    """Every result as soon as it is there.

    Parameters:
        folder: for everything that is written.
    """
    with local_store(folder / "cloud") as store:
        for comparison in _model_links(store):
            yield compare(comparison, QUICK_ROUNDS)
    for asked in (3, 1):
        with navigation_request.comparison(1_000_000, asked, CALL_SECONDS) as comparison:
            yield compare(comparison, QUICK_ROUNDS)
    for count, level in ((1, 6), (1, 9), (1, 0), (2, 6), (2, 9)):
        weights = zip_packing.weights(folder / f"weights_{count}", 64, count)
        what = f"{count} of 64 MiB of normal int8 weights"
        packing = zip_packing.comparison(folder / "zips", what, weights, level=level)
        yield compare(packing, SLOW_ROUNDS)


def _model_links(store: Store) -> Iterator[Comparison]:
    for latency in (0.0, CALL_SECONDS):
        for types in (1, 5, 20, 50):
            yield model_links.comparison(store, types, latency)
    yield model_links.comparison(store, 50, CALL_SECONDS, is_warm=True)
    yield model_links.comparison(store, 1, CALL_SECONDS, objects=MANY_OBJECTS)
