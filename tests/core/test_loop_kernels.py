"""Kernels that allocate nothing: right numbers on arrays and on parts of them, and no reference lost or kept."""

import sys

import numpy as np

from core.jit import kernel, loop
from core.recording import F64


@loop
def _double(values: F64) -> None:
    for i in range(values.size):
        values[i] *= 2.0


@loop
def _double_ends(values: F64, first: int, last: int) -> None:
    _double(values[:first])
    _double(values[last:])


@kernel
def _doubled_ones(size: int, first: int, last: int) -> F64:
    values = np.ones(size)
    for _ in range(1000):
        part = values[1:]
        _double_ends(part, 0, part.size)
    _double_ends(values, first, last)
    return values


def test_parts_of_arrays_are_written_in_place() -> None:
    values = np.arange(6.0)
    _double_ends(values, 2, 5)
    np.testing.assert_array_equal(values, [0.0, 2.0, 2.0, 3.0, 4.0, 10.0])


def test_no_reference_is_lost_or_kept() -> None:
    values = np.arange(6.0)
    before = sys.getrefcount(values)
    for _ in range(100):
        _double_ends(values, 1, 4)
    assert sys.getrefcount(values) == before


def test_arrays_made_by_a_kernel_outlive_being_lent() -> None:
    results = [_doubled_ones(4, 1, 3) for _ in range(200)]
    for result in results:
        np.testing.assert_array_equal(result, [2.0, 1.0, 1.0, 2.0])
