"""The generator against the answers published with Random123, and the numbers made from it against their distributions."""

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import noise
from core.recording import F64

U64 = 2**64 - 1
SEEDS = st.integers(min_value=0, max_value=2**63 - 1)


def words(pair: tuple[np.uint64, np.uint64]) -> list[int]:
    """The four 32-bit words of a block."""
    return [int(pair[0]) & 0xFFFFFFFF, int(pair[0]) >> 32, int(pair[1]) & 0xFFFFFFFF, int(pair[1]) >> 32]


# philox4x32-10 of kat_vectors in Random123 (Salmon, Moraes, Dror & Shaw 2011): counter, key, answer.
KNOWN = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_published_answers(counter: list[int], key: list[int], answer: list[int]) -> None:
    seed = np.uint64(key[1] << 32 | key[0])  # Numba takes a Python int for a signed one, up to 2⁶³ − 1
    assert words(noise.philox(seed, *counter)) == answer  # type: ignore[arg-type]


def test_a_negative_seed_is_its_64_bits() -> None:
    assert noise.philox(-1, 1, 2, 3, 4) == noise.philox(np.uint64(U64), 1, 2, 3, 4)  # type: ignore[arg-type]


@given(SEEDS, st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_counters_count_modulo_two_to_the_32(seed: int, run: int, step: int) -> None:
    assert noise.philox(seed, run + 2**32, step, 0, 0) == noise.philox(seed, run, step, 0, 0)
    assert noise.uniform(seed, run, step + 2**32, 0, 0) == noise.uniform(seed, run, step, 0, 0)


def test_every_part_of_the_key_matters() -> None:
    base = (7, 1, 2, 3, 4)
    seen = {noise.philox(*base)}
    for place in range(5):
        for bit in range(32):
            key = list(base)
            key[place] ^= 1 << bit
            seen.add(noise.philox(*key))
    for bit in range(32, 63):
        seen.add(noise.philox(7 ^ 1 << bit, 1, 2, 3, 4))
    assert len(seen) == 1 + 5 * 32 + 31


def test_purposes_have_streams_of_their_own() -> None:
    streams = [getattr(noise, name) for name in dir(noise) if name.startswith("STREAM_")]
    assert len(streams) >= 6
    assert len(set(streams)) == len(streams)


@pytest.mark.parametrize(("bits", "low", "high"), [(0, 0.0, 2.0**-52), (U64, 1.0 - 2.0**-52, 1.0)])
def test_uniform_stays_inside_its_interval_at_both_ends(
    monkeypatch: pytest.MonkeyPatch, bits: int, low: float, high: float
) -> None:
    monkeypatch.setattr(noise, "philox", lambda *key: (np.uint64(bits), np.uint64(bits)))
    value = noise.uniform.py_func(0, 0, 0, 0, 0)  # type: ignore[attr-defined]
    assert low < value < high
    assert math.isfinite(noise.normal.py_func(0, 0, 0, 0, 0))  # type: ignore[attr-defined]
    monkeypatch.setattr(noise, "uniform", lambda *key: value)
    shuffled = noise.permutation.py_func(1000, 0, 0, 0, 0)  # type: ignore[attr-defined]
    assert sorted(shuffled) == list(range(1000))


def test_the_order_of_calls_and_the_threads_do_not_matter() -> None:
    keys = [(seed, run, step, lane, 2) for seed in (0, 9) for run in range(5) for step in range(20) for lane in range(3)]
    forwards = [noise.normal(*key) for key in keys]
    backwards = [noise.normal(*key) for key in reversed(keys)]
    assert forwards == backwards[::-1]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda key: noise.normal(*key), keys)) == forwards


@given(SEEDS, st.integers(0, 100), st.integers(0, 10_000))
def test_vectors_are_their_lanes(seed: int, run: int, step: int) -> None:
    assert noise.normals(4, seed, run, step, 3).tolist() == [noise.normal(seed, run, step, lane, 3) for lane in range(4)]
    assert noise.uniforms(4, seed, run, step, 3).tolist() == [noise.uniform(seed, run, step, lane, 3) for lane in range(4)]


def kolmogorov(sample: F64, cumulative: F64) -> float:
    """√n times the largest gap between a sorted sample and its distribution; above 1.95 once in a thousand samples."""
    n = len(sample)
    above = np.arange(1, n + 1) / n - cumulative
    below = cumulative - np.arange(n) / n
    return math.sqrt(n) * float(max(above.max(), below.max()))


@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_uniforms_are_uniform(seed: int) -> None:
    u = np.sort(noise.uniforms(100_000, seed, 0, 0, 5))
    assert u[0] > 0
    assert u[-1] < 1
    assert kolmogorov(u, u) < 1.95


@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_normals_are_normal(seed: int) -> None:
    n = 100_000
    z = noise.normals(n, seed, 0, 0, 0)
    # Standard errors of the first four moments of n standard normal numbers; five of them is one in two million.
    for power, moment, variance in [(1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)]:
        assert abs(np.mean(z**power) - moment) < 5 * math.sqrt(variance / n)
    ordered = np.sort(z)
    assert kolmogorov(ordered, np.array([0.5 * (1 + math.erf(x / math.sqrt(2))) for x in ordered])) < 1.95


@pytest.mark.parametrize("shift", [(1, 0, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, 1, 0), (0, 0, 0, 0, 1)])
def test_neighbouring_keys_are_uncorrelated(shift: tuple[int, ...]) -> None:
    n = 20_000
    a = np.array([noise.normal(5, 0, step, 0, 0) for step in range(n)])
    b = np.array([noise.normal(5 + shift[0], shift[1], step + shift[2], shift[3], shift[4]) for step in range(n)])
    assert abs(np.mean(a * b)) < 5 / math.sqrt(n)


def test_a_coin_at_both_ends_and_in_between() -> None:
    n = 20_000
    assert not any(noise.bernoulli(0.0, 3, 0, 0, lane, 2) for lane in range(n))
    assert all(noise.bernoulli(1.0, 3, 0, 0, lane, 2) for lane in range(n))
    heads = sum(noise.bernoulli(0.3, 3, 0, 0, lane, 2) for lane in range(n))
    assert abs(heads - 0.3 * n) < 5 * math.sqrt(n * 0.3 * 0.7)


@given(st.integers(0, 200), SEEDS)
def test_a_permutation_holds_every_index_once(size: int, seed: int) -> None:
    order = noise.permutation(size, seed, 0, 0, 4)
    assert order.dtype == np.int64
    assert sorted(order.tolist()) == list(range(size))


def test_every_order_is_equally_likely() -> None:
    n = 24_000
    counts = dict.fromkeys(permutations(range(4)), 0)
    for step in range(n):
        counts[tuple(noise.permutation(4, 11, 0, step, 4).tolist())] += 1
    expected = n / 24
    chi_square = sum((count - expected) ** 2 / expected for count in counts.values())
    assert chi_square < 49.7  # 23 degrees of freedom: once in a thousand
