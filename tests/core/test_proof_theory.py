"""The small closed forms that claims rest on, against arithmetic done another way."""

import math

import numpy as np
import pytest

from core.theory import activation_extremes, adam, deep_linear, initialization, softmax


def test_softmax_by_its_definition() -> None:
    z = np.array([0.3, -1.0, 2.0])
    p = softmax.probabilities(z)
    np.testing.assert_allclose(p, np.exp(z) / np.exp(z).sum(), rtol=1e-14)
    assert softmax.probabilities([1000.0, 0.0])[0] == 1.0
    moved = np.stack([softmax.probabilities(z + 1e-6 * e) - softmax.probabilities(z - 1e-6 * e) for e in np.eye(3)], axis=1)
    np.testing.assert_allclose(softmax.jacobian(p), moved / 2e-6, atol=1e-9)
    np.testing.assert_allclose(softmax.cross_entropy_gradient(p, 1), p - np.eye(3)[1], atol=1e-15)
    assert softmax.indifferent_loss(10) == pytest.approx(2.302585092994046, rel=1e-15)


def test_slopes_of_a_wrong_unit_are_differences_of_the_loss() -> None:
    def sigmoid(z: float) -> float:
        return 1.0 / (1.0 + math.exp(-z))

    z, h = -3.0, 1e-5
    entropy = (-math.log(sigmoid(z + h)) + math.log(sigmoid(z - h))) / (2 * h)
    square = ((sigmoid(z + h) - 1.0) ** 2 - (sigmoid(z - h) - 1.0) ** 2) / (2 * h)
    assert softmax.wrong_slopes(z) == pytest.approx((entropy, square), rel=1e-8)


def test_gelu_turns_where_the_literature_says() -> None:
    where, lowest = activation_extremes.gelu_minimum()
    assert (round(where, 3), round(lowest, 5)) == (-0.752, -0.16997)
    assert activation_extremes.gelu_slope_extremes() == pytest.approx((-0.1289, 1.1289), abs=5e-5)
    x = np.linspace(0.0, 6.0, 60_001)
    exact = np.array([0.5 * v * math.erfc(-v / math.sqrt(2.0)) for v in x])
    form = 0.5 * x * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3)))
    assert activation_extremes.gelu_tanh_gap() == pytest.approx(np.abs(exact - form).max(), rel=1e-6)


def test_born_dead_counts_the_layers_that_may_die() -> None:
    assert activation_extremes.born_dead(2, 10) == pytest.approx(0.925, abs=5e-4)  # as printed by Lu et al.
    assert activation_extremes.born_dead(3, 1) == 0.0
    assert activation_extremes.born_dead(1, 3) == 0.75


def test_factors_of_initial_weights() -> None:
    factors = {
        ("he_normal", "relu"): 1.0,
        ("xavier_normal", "relu"): 0.5,
        ("standard", "identity"): 1 / 3,
        ("standard", "relu"): 1 / 6,
    }
    for (scheme, activation), factor in factors.items():
        assert initialization.square_factor(scheme, activation) == pytest.approx(factor)
    assert initialization.scatter_of_factor("relu", 512, 29) < initialization.scatter_of_factor("relu", 256, 29)
    with pytest.raises(ValueError, match="no closed form"):
        initialization.square_factor("he_normal", "tanh")


@pytest.mark.parametrize("strength", [3.0, 1.0])
def test_a_mode_of_a_deep_linear_net_solves_its_equation(strength: float) -> None:
    t = np.linspace(0.0, 4.0, 4001)
    a = deep_linear.mode_strength(strength, 1e-3, t)
    assert a[0] == pytest.approx(1e-3)
    np.testing.assert_allclose(np.gradient(a, t)[1:-1], (2 * a * (strength - a))[1:-1], atol=2e-4)
    assert deep_linear.mode_strength(strength, 1e-3, deep_linear.half_time(strength, 1e-3)) == pytest.approx(strength / 2)
    assert [round(deep_linear.half_time(s, 1e-3), 3) for s in (3.0, 2.0, 1.0)] == [1.334, 1.9, 3.453]


def test_coupled_decay_is_adam_by_hand() -> None:
    weight, m, v = 1.0, 0.0, 0.0
    for t in range(1, 8):
        g = 5.0 * weight
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        weight -= 0.03 * (m / (1 - 0.9**t)) / math.sqrt(v / (1 - 0.999**t))
    assert adam.coupled_decay(0.03, 7) == pytest.approx(weight, rel=1e-12)
    assert adam.coupled_decay(0.01, 20) == pytest.approx(0.8027, abs=5e-5)
