"""The generated datasets: their shapes, their classes, and that a seed says everything about them."""

import math

import numpy as np
import pytest

from core.data import catalogue, classification, regression
from core.data.dataset import Dataset, Kind
from core.data.digits import digits, images


@pytest.mark.parametrize("name", catalogue.NAMES)
def test_same_seed_same_bytes_other_seed_other_points(name: str) -> None:
    first, again, other = (catalogue.generate(name, 200, 0.1, seed) for seed in (3, 3, 4))
    assert first.inputs.tobytes() == again.inputs.tobytes()
    assert first.targets.tobytes() == again.targets.tobytes()
    assert not np.array_equal(first.inputs, other.inputs)


@pytest.mark.parametrize("name", catalogue.NAMES)
def test_more_points_keep_the_ones_already_there(name: str) -> None:
    small, large = catalogue.generate(name, 50, 0.2, 7), catalogue.generate(name, 80, 0.2, 7)
    np.testing.assert_array_equal(large.inputs[:50], small.inputs)
    np.testing.assert_array_equal(large.targets[:50], small.targets)


@pytest.mark.parametrize("name", catalogue.NAMES)
def test_points_fit_the_plane_and_arrays_are_read_only(name: str) -> None:
    dataset = catalogue.generate(name, 500, 0.0, 1)
    assert dataset.inputs.shape == (500, 2)
    assert np.abs(dataset.inputs).max() <= 6.5
    assert np.abs(dataset.inputs).max() >= 3.0
    assert not dataset.inputs.flags.writeable
    assert not dataset.targets.flags.writeable


@pytest.mark.parametrize("name", catalogue.CLASSIFICATION)
def test_two_classes_of_about_equal_size(name: str) -> None:
    dataset = catalogue.generate(name, 1000, 0.0, 5)
    assert dataset.kind is Kind.CLASSES
    assert set(dataset.labels) == {0, 1}
    assert abs(dataset.labels.sum() - 500) < 5 * math.sqrt(250)  # five standard deviations of a fair coin
    np.testing.assert_array_equal(dataset.signed()[:, 0], np.where(dataset.labels == 1, 1.0, -1.0))
    np.testing.assert_array_equal(dataset.one_hot().argmax(axis=1), dataset.labels)


def test_shapes_are_what_they_say() -> None:
    points = classification.circles(400, 0.0, 1)
    radius = np.hypot(*points.inputs.T)
    assert np.all((radius < 2.5) == (points.labels == 1))
    assert radius.max() < 5.0
    points = classification.xor(400, 0.0, 1)
    assert np.all((points.inputs.prod(axis=1) > 0) == (points.labels == 1))
    assert np.abs(points.inputs).min() >= 0.3
    points = classification.rings(400, 0.0, 1, rings=5)
    ring = np.rint(np.hypot(*points.inputs.T)).astype(int)  # radii 1 … 5
    np.testing.assert_array_equal((ring - 1) % 2, points.labels)
    points = classification.spirals(400, 0.0, 1, classes=3)
    x, y = points.inputs.T
    turns = np.arctan2(x, y) / (2 * math.pi) - 1.75 * np.hypot(x, y) / 5.0
    np.testing.assert_array_equal(np.rint(turns * 3).astype(int) % 3, points.labels)
    points = classification.moons(400, 0.0, 1)
    side = np.where(points.labels == 0, 1.0, -1.0)
    np.testing.assert_allclose(np.hypot(points.inputs[:, 0] + 1.5 * side, points.inputs[:, 1] + 0.75 * side), 3.0)
    points = classification.checkerboard(400, 0.0, 1, cells=5)
    np.testing.assert_array_equal(np.floor(points.inputs / 2.0 + 2.5).sum(axis=1) % 2, points.labels)


def test_blobs_have_the_spread_they_promise() -> None:
    dataset = classification.blobs(20_000, 1.0, 2, classes=4)
    for k in range(4):
        cloud = dataset.inputs[dataset.labels == k]
        angle = math.pi / 4 + math.pi * k / 2
        np.testing.assert_allclose(cloud.mean(axis=0), [8**0.5 * math.cos(angle), 8**0.5 * math.sin(angle)], atol=0.09)
        np.testing.assert_allclose(cloud.std(axis=0), math.sqrt(0.49 + 1.0), rtol=0.05)  # 5 sd of √(1/2n)


def test_noise_moves_points_by_its_standard_deviation_and_no_label() -> None:
    still, moved = classification.xor(20_000, 0.0, 9), classification.xor(20_000, 0.5, 9)
    np.testing.assert_array_equal(still.labels, moved.labels)
    assert np.std(moved.inputs - still.inputs) == pytest.approx(0.5, rel=0.02)


def test_values_follow_their_formulas() -> None:
    dataset = regression.plane(100, 0.0, 1)
    np.testing.assert_allclose(dataset.targets, dataset.inputs.sum(axis=1) / 12)
    assert dataset.kind is Kind.VALUES
    noisy = regression.plane(20_000, 0.3, 1)
    assert np.std(noisy.targets - noisy.inputs.sum(axis=1) / 12) == pytest.approx(0.3, rel=0.03)
    bumps = regression.multi_gaussian(4000, 0.0, 1)
    near = np.hypot(bumps.inputs[:, 0] - 4.0, bumps.inputs[:, 1] + 2.5) < 0.3
    assert near.any()
    assert np.all(bumps.targets[near] < -0.9)
    assert np.abs(bumps.targets).max() <= 1.0


def test_split_is_a_partition() -> None:
    dataset = classification.moons(101, 0.1, 1)
    train, test = dataset.split(0.8, 5)
    assert (len(train), len(test)) == (81, 20)
    together = np.concatenate([train.inputs, test.inputs])
    np.testing.assert_array_equal(np.sort(together, axis=0), np.sort(dataset.inputs, axis=0))


def test_digits_are_the_digits() -> None:
    dataset = digits()
    assert len(dataset) == 1797
    assert dataset.names == tuple("0123456789")
    # What the source says of itself: whole numbers of sixteenths, and this many of each digit.
    np.testing.assert_array_equal(np.bincount(dataset.labels), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    assert dataset.inputs.max() == 1.0
    np.testing.assert_array_equal(dataset.inputs * 16, np.rint(dataset.inputs * 16))
    assert images(dataset).shape == (1797, 8, 8)
    # A straight reading: the nearest class mean, learnt on one half, names about nine of ten in the other half.
    train, test = dataset.split(0.5, 1)
    means = np.stack([train.inputs[train.labels == k].mean(axis=0) for k in range(10)])
    guess = ((test.inputs[:, None, :] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert np.mean(guess == test.labels) > 0.85


@pytest.mark.parametrize(("n", "noise"), [(0, 0.1), (-1, 0.1), (5, -0.1), (5, math.nan), (5, math.inf)])
@pytest.mark.parametrize("name", catalogue.NAMES)
def test_bad_size_or_noise_is_refused_in_a_sentence(name: str, n: int, noise: float) -> None:
    with pytest.raises(ValueError, match=r"at least 1 point|noise must be"):
        catalogue.generate(name, n, noise, 1)


def test_other_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="no dataset is called"):
        catalogue.generate("heart", 10, 0.0, 1)
    with pytest.raises(ValueError, match="at least 2 classes"):
        classification.blobs(10, 0.0, 1, classes=1)
    with pytest.raises(ValueError, match="at least 2 cells"):
        classification.checkerboard(10, 0.0, 1, cells=1)
    with pytest.raises(ValueError, match="must be"):
        Dataset(np.zeros((3, 2)), np.zeros(4), Kind.VALUES, ("y",))
    with pytest.raises(ValueError, match="class numbers"):
        Dataset(np.zeros((1, 2)), np.array([2.0]), Kind.CLASSES, ("a", "b"))
    with pytest.raises(ValueError, match="not classes"):
        _ = regression.plane(5, 0.0, 1).labels
    with pytest.raises(ValueError, match="two classes"):
        digits().signed()
    with pytest.raises(ValueError, match="between 0 and 1"):
        digits().split(1.5, 1)


def test_one_point_is_enough() -> None:
    for name in catalogue.NAMES:
        assert len(catalogue.generate(name, 1, 0.1, 1)) == 1
