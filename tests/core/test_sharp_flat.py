"""Sharp and flat minima: the landscape, the clouds, what theory expects of them, the rescaled net and Wilson's data."""

import itertools
import math

import numpy as np
import pytest

from core import losses as net_losses
from core.curvature import hessian_vector, loss_gradient
from core.directions import rescaled
from core.networks import forward
from core.optimizers import Hyper
from core.recording import F64, Outcome
from core.sharp_flat import rescaling, sweeps, wilson
from core.sharp_flat.cloud import METHODS, gradient_noise, starts, steps_at, walk
from core.sharp_flat.knobs import STORIES, SharpFlatParams, suggested
from core.sharp_flat.landscape import borders, losses, slopes, two_valleys, values, whereabouts
from core.sharp_flat.recording import PARTICLES, SharpFlatRecording
from core.simulations.sharp_flat import SIMULATION, gradually, simulate
from core.theory.occupation import chain, gibbs, temperature
from core.theory.sgd_noise import adam_floor, noise_floor

LANDSCAPES = [(20.0, 0.1, 0.0), (1.0, 0.1, 0.0), (100.0, 1.0, 2.0), (4.0, 0.02, -0.5)]


def story(name: str, **values: float | str) -> SharpFlatRecording:
    return simulate(SharpFlatParams(story=name, **(suggested(name) | values)), 1)  # type: ignore[arg-type]


# -- two valleys -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", LANDSCAPES)
def test_slope_is_the_derivative_of_the_loss(shape: tuple[float, float, float]) -> None:
    landscape, x, step = two_valleys(*shape), np.linspace(-3.0, 4.0, 701), 1e-6
    central = (values(x + step, landscape) - values(x - step, landscape)) / (2.0 * step)
    np.testing.assert_allclose(slopes(x, landscape), central, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("shape", LANDSCAPES)
def test_minima_have_the_depth_and_the_curvature_that_were_asked_for(shape: tuple[float, float, float]) -> None:
    sharpness, barrier, depth = shape
    landscape, step = two_valleys(*shape), 1e-4
    for at, curvature, low in ((landscape.sharp_at, sharpness, -depth * barrier), (landscape.flat_at, 1.0, 0.0)):
        left, here, right = values(np.array([at - step, at, at + step]), landscape)
        assert here == pytest.approx(low, abs=3e-3 * barrier)
        assert (left - 2.0 * here + right) / step**2 == pytest.approx(curvature, rel=0.06)


def test_far_out_there_is_the_flat_bowl() -> None:
    landscape = two_valleys(20.0, 0.1)
    for x in (-30.0, 30.0):
        assert values(np.array([x]), landscape)[0] == pytest.approx(0.5 * (x - landscape.flat_at) ** 2)


@pytest.mark.parametrize("shape", LANDSCAPES)
def test_borders_are_where_a_fine_scan_finds_them(shape: tuple[float, float, float]) -> None:
    landscape = two_valleys(*shape)
    edges = borders(landscape)
    between = np.linspace(landscape.sharp_at, landscape.flat_at, 100_001)
    height = values(between, landscape)
    assert edges.top == pytest.approx(between[np.argmax(height)], abs=1e-4)
    assert edges.height == pytest.approx(height.max())
    wide = np.linspace(2.5 * landscape.sharp_at - 2.0 * landscape.flat_at, 5.0 * landscape.flat_at, 200_001)
    below = wide[values(wide, landscape) < edges.height]
    assert (below[0], below[-1]) == pytest.approx((edges.left, edges.right), abs=1e-3)


def test_whereabouts_count_each_run_once() -> None:
    landscape = two_valleys(20.0, 0.1)
    edges = borders(landscape)
    x = np.array([[landscape.sharp_at, landscape.flat_at, landscape.flat_at, -2.0], [9.0, 9.0, 9.0, edges.top]])
    np.testing.assert_allclose(whereabouts(x, edges), [[0.25, 0.5, 0.25], [0.0, 0.25, 0.75]])


@pytest.mark.parametrize("valleys", [(0.5, 0.1, 0.0), (2.0, 0.0, 0.0), (2.0, 0.1, -1.0)])
def test_impossible_valleys_are_refused(valleys: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="no two valleys"):
        two_valleys(*valleys)


# -- clouds ----------------------------------------------------------------------------------------------------------------


def by_hand(method: str, begin: F64, rate: float, beta: float, scale: float, noise: F64) -> F64:
    """The runs by the methods' textbook formulas, in NumPy."""
    landscape, x = two_valleys(20.0, 0.1), begin.copy()
    v, m, square = np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)
    for k, row in enumerate(noise, start=1):
        a, b = 10.0 * (x - landscape.sharp_at) ** 2, 0.5 * (x - landscape.flat_at) ** 2
        weight = 1.0 / (1.0 + np.exp(np.clip((a - b) / 0.01, -700.0, 700.0)))
        g = weight * 20.0 * (x - landscape.sharp_at) + (1.0 - weight) * (x - landscape.flat_at) + scale * row
        if method == "sgd":
            x = x - rate * g
        elif method == "momentum":
            v = beta * v + g
            x = x - rate * v
        else:
            m, square = 0.9 * m + 0.1 * g, 0.999 * square + 0.001 * g * g
            x = x - rate * (m / (1.0 - 0.9**k)) / (np.sqrt(square / (1.0 - 0.999**k)) + 1e-8)
    return x


@pytest.mark.parametrize("method", METHODS)
def test_a_cloud_walks_by_its_method(method: str) -> None:
    begin, noise = starts(-0.1, 0.2, 40), gradient_noise(5, 30, 64)
    got = walk(method, two_valleys(20.0, 0.1), begin, Hyper(0.03, 0.8), 0.7, noise, 3)
    np.testing.assert_allclose(got[-1], by_hand(method, begin, 0.03, 0.8, 0.7, noise[:, :40]), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(got[1], by_hand(method, begin, 0.03, 0.8, 0.7, noise[:10, :40]), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(got[0], begin)


def test_noise_belongs_to_run_and_step_and_not_to_the_size_of_the_table() -> None:
    small, large = gradient_noise(5, 20, 30), gradient_noise(5, 50, 80)
    np.testing.assert_array_equal(small, large[:20, :30])
    assert abs(large.mean()) < 0.07
    assert large.std() == pytest.approx(1.0, abs=0.05)
    assert not np.array_equal(small, gradient_noise(6, 20, 30))


def test_starts_fill_their_reach_evenly() -> None:
    np.testing.assert_allclose(starts(1.0, 0.5, 5), [0.6, 0.8, 1.0, 1.2, 1.4])


@pytest.mark.parametrize(("steps", "frames"), [(600, 200), (7, 7), (333, 200), (20, 1)])
def test_frames_are_spread_over_the_steps(steps: int, frames: int) -> None:
    at = steps_at(steps, frames)
    assert (at[0], at[-1], len(at)) == (0, steps, frames + 1)
    assert set(np.diff(at)) <= {steps // frames, -(-steps // frames)}


# -- what theory expects -------------------------------------------------------------------------------------------------


def test_the_chain_of_one_step_is_a_normal_distribution() -> None:
    landscape = two_valleys(20.0, 0.1)
    edges, begin = borders(landscape), np.array([-0.05])
    expected = chain(landscape, edges, begin, 0.05, 1.5, 1, 1)
    mean, spread = begin[0] - 0.05 * slopes(begin, landscape)[0], 0.05 * 1.5

    def below(x: float) -> float:
        return 0.5 * math.erfc((mean - x) / spread / math.sqrt(2.0))

    np.testing.assert_allclose(expected.shares[0], [1.0, 0.0, 0.0])
    wanted = below(edges.top) - below(edges.left)
    assert expected.shares[1, 0] == pytest.approx(wanted, abs=5e-3)


@pytest.mark.parametrize(("rate", "scale"), [(0.04, 0.8), (0.08, 0.5)])
def test_the_chain_comes_to_the_noise_floor_of_its_valley(rate: float, scale: float) -> None:
    landscape = two_valleys(20.0, 1.0)
    edges = borders(landscape)
    bins = np.linspace(landscape.sharp_at - 0.25, landscape.sharp_at + 0.25, 401)
    masses = chain(landscape, edges, np.array([landscape.sharp_at]), rate, scale, 300, 1, bins).masses[-1]
    middles = 0.5 * (bins[1:] + bins[:-1]) - landscape.sharp_at
    assert masses.sum() == pytest.approx(1.0, abs=1e-6)
    assert (masses * middles**2).sum() == pytest.approx(noise_floor(rate, 0.0, 20.0, scale), rel=0.02)


def test_finer_cells_move_a_share_by_less_than_is_said() -> None:
    landscape = two_valleys(20.0, 0.1)
    edges, begin = borders(landscape), np.array([-0.1])
    for rate, scale in ((0.05, 0.75), (0.02, 2.0)):
        usual, fine = (chain(landscape, edges, begin, rate, scale, 300, 1, fine=cells).shares[-1, 0] for cells in (6.0, 12.0))
        assert abs(usual - fine) < 0.005


def test_the_chain_says_nothing_where_it_cannot() -> None:
    landscape = two_valleys(20.0, 0.1)
    edges, begin = borders(landscape), np.array([-0.1])
    for rate, scale in ((0.05, 0.0), (0.05, 1e-3), (2.0, 1.0)):
        assert np.isnan(chain(landscape, edges, begin, rate, scale, 10, 2).shares).all()


@pytest.mark.parametrize("heat", [0.002, 0.005])
def test_gibbs_shares_of_equal_depths_are_as_one_over_root_curvature(heat: float) -> None:
    landscape = two_valleys(16.0, 0.1)
    sharp, flat, above = gibbs(landscape, borders(landscape), heat)
    assert sharp == pytest.approx(1.0 / 5.0, rel=0.01)
    assert sharp + flat + above == pytest.approx(1.0)
    deeper = two_valleys(16.0, 0.1, 0.05)
    assert gibbs(deeper, borders(deeper), heat)[0] / gibbs(deeper, borders(deeper), heat)[1] == pytest.approx(
        0.25 * math.exp(0.005 / heat), rel=0.02
    )


def test_temperature_is_learning_rate_over_batch_size() -> None:
    assert temperature(0.1, 3.0 / math.sqrt(32)) == pytest.approx(temperature(0.05, 3.0 / math.sqrt(16)))
    assert temperature(0.1, 1.0, 0.9) == pytest.approx(10.0 * temperature(0.1, 1.0))


@pytest.mark.parametrize(("rate", "curvature", "noise"), [(0.05, 20.0, 0.75), (0.3, 50.0, 0.1), (0.01, 1.0, 2.0)])
def test_adams_floor_solves_both_of_its_equations(rate: float, curvature: float, noise: float) -> None:
    spread, mean_square = adam_floor(rate, 0.9, curvature, noise)
    assert mean_square == pytest.approx(curvature**2 * spread + noise**2)
    assert spread == pytest.approx(noise_floor(0.1 * rate / math.sqrt(mean_square), 0.9, curvature, noise), rel=1e-9)
    assert adam_floor(rate, 0.9, curvature, 0.0) == (0.0, 0.0)


# -- maps and lines --------------------------------------------------------------------------------------------------------


def test_a_column_of_the_map_is_what_its_runs_do() -> None:
    setting = sweeps.Setting(20.0, 0.1, 0.0, 0.9, 3.0, -0.1, 0.03, 40, 3)
    number, row = 7, 3
    noise = gradient_noise(3, 40, sweeps.RUNS)
    begin = starts(-0.1, 0.03, sweeps.RUNS)
    hyper = Hyper(float(sweeps.RATES[number]), 0.9)
    ends = walk("momentum", setting.valleys, begin, hyper, 3.0 / math.sqrt(sweeps.BATCHES[row]), noise)[-1]
    assert sweeps.column(setting, "momentum", number)[row] == whereabouts(ends, borders(setting.valleys))[0]
    assert sweeps.known_column(setting, "momentum", number) is sweeps.column(setting, "momentum", number)
    assert sweeps.known_column(setting._replace(seed=4), "momentum", number) is None


def test_the_line_keeps_the_ratio_and_the_time() -> None:
    setting = sweeps.Setting(20.0, 0.1, 0.0, 0.9, 3.0, -0.1, 0.03, 60, 3)
    places = [sweeps.along(setting, 0.05, 16.0, number) for number in range(len(sweeps.FACTORS))]
    ratios = [rate / batch for rate, batch, _, _ in places]
    np.testing.assert_allclose(ratios, 0.05 / 16.0)
    middle = len(sweeps.FACTORS) // 2
    assert places[middle][:2] == (0.05, 16.0)
    assert np.isnan(sweeps.along(setting._replace(steps=2000), 0.05, 16.0, 0)[2]).all()


# -- the recording -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STORIES)
def test_axes_of_other_stories_are_empty(name: str) -> None:
    recording = story(name, steps=30)
    own = {"valleys": "position", "rescaling": "answer", "wilson": "weight"}
    for other, array in own.items():
        assert (recording.arrays()[array].size > 0) == (other == name)
    for array, found in recording.arrays().items():
        assert not np.isnan(found).any() or array in ("spread", "train_loss", "test_loss", "line_share", "line_expected"), array


def test_the_map_fills_while_the_clouds_stand() -> None:
    params = SharpFlatParams(steps=25, noise=2.9)
    shown = [piece for piece in gradually(params, 11) if not isinstance(piece, float)]
    unknown = [float(np.isnan(each.map_share).mean()) for each in shown]
    assert unknown[0] == 1.0
    assert unknown == sorted(unknown, reverse=True)
    assert unknown[-1] == 0.0
    assert 0.0 < unknown[3] < 1.0
    assert all(np.array_equal(each.position, shown[0].position) for each in shown)
    again = [piece for piece in gradually(params.replace(learning_rate=0.06), 11) if not isinstance(piece, float)]
    assert not np.isnan(again[0].map_share).any()  # η is not one of its settings
    np.testing.assert_array_equal(again[0].map_share, shown[-1].map_share)


def test_counts_and_means_are_those_of_the_runs() -> None:
    recording = story("valleys", steps=40)
    landscape, frame = two_valleys(20.0, 0.1), 25
    for m in range(len(METHODS)):
        x = recording.position[m, frame]
        np.testing.assert_array_equal(recording.count[m, frame], np.histogram(x, recording.edge)[0])
        inside = x[(x > borders(landscape).left) & (x < borders(landscape).top)]
        assert recording.share[m, frame, 0] == inside.size / PARTICLES
        assert recording.spread[m, frame, 0] == pytest.approx(np.mean((inside - landscape.sharp_at) ** 2))
        moved = losses(inside - recording.params.shift, landscape)
        assert recording.test_loss[m, frame, 0] == pytest.approx(moved.mean())
    np.testing.assert_allclose(recording.expected_count.sum(axis=1), PARTICLES, rtol=0.02)


def test_the_default_tells_the_story() -> None:
    sgd, momentum, adam = story("valleys").share[:, -1, 0]
    assert momentum < 0.2 < sgd < 0.5
    assert adam > 0.9


def test_every_story_makes_claims() -> None:
    for name, count in (("valleys", 4), ("rescaling", 5), ("wilson", 8)):
        recording = simulate(SharpFlatParams(story=name, **suggested(name)), 0)  # type: ignore[arg-type]
        claims = list(SIMULATION.claims(recording))
        assert len(claims) >= count, name
        for claim in claims:
            assert claim.holds, claim.name


def test_two_valleys_of_one_curvature_are_claimed_alike() -> None:
    values = {"sharpness": 1.0, "barrier": 1.0, "start": 0.0, "reach": 2.0}
    recording = simulate(SharpFlatParams(story="valleys", **(suggested("valleys") | values)), 1)  # type: ignore[arg-type]
    claims = list(SIMULATION.claims(recording))
    assert all(claim.holds for claim in claims)
    for what in ("spread E(x − x*)² in", "test loss minus training loss in"):
        one, other = (claim for claim in claims if claim.name.startswith(f"SGD: {what}"))
        assert ("sharp" in one.name, "flat" in other.name) == (True, True)
        assert one.predicted == other.predicted


def test_a_learner_that_has_not_fitted_the_examples_is_not_claimed_about() -> None:
    few = story("wilson", learning_rate=0.002, steps=20)
    assert np.abs(few.trained_score - np.array([1.0, -1.0])).max(axis=2).min() > 0.05
    assert list(SIMULATION.claims(few)) == []


# -- one net rescaled ----------------------------------------------------------------------------------------------------


def test_many_nets_at_once_answer_as_forward_does() -> None:
    net = rescaling.trained(2)
    thetas = np.stack([net.theta, rescaled(rescaling.stack(), net.theta, 0, 3.0), 0.5 * net.theta])
    for theta, answer, loss in zip(
        thetas,
        rescaling.outputs(thetas, net.inputs),
        rescaling.mean_squared(thetas, net.inputs, net.targets),
        strict=True,
    ):
        wanted = forward(rescaling.stack(), theta, net.inputs[:, None]).output
        np.testing.assert_allclose(answer, wanted[:, 0], rtol=1e-12, atol=1e-12)
        assert loss == pytest.approx(net_losses.loss("mse", wanted, net.targets[:, None])[0])


def test_the_hessian_turns_as_theory_says() -> None:
    net, layers = rescaling.trained(3), rescaling.stack()
    gradient = loss_gradient(layers, "mse", net.inputs[:, None], net.targets[:, None])
    theta = rescaled(layers, net.theta, 0, 4.0)
    direct = np.array([hessian_vector(gradient, theta, column) for column in np.eye(layers.size)])
    np.testing.assert_allclose(rescaling.turned(net.hessian, 4.0), direct, rtol=1e-4, atol=1e-4 * np.abs(direct).max())
    hidden = forward(layers, net.theta, net.inputs[:, None]).layers[0].output
    gram = 2.0 * hidden.T @ hidden / len(hidden)
    np.testing.assert_allclose(rescaling.output_block(net.hessian), gram, rtol=1e-6, atol=1e-6)


# -- Wilson's data -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("examples", "positive"), [(4, 0.5), (16, 0.62), (60, 0.95), (5, 0.5), (200, 0.64)])
def test_plus_ones_are_a_majority_and_not_alone(examples: int, positive: float) -> None:
    each = wilson.kinds(examples, positive)
    y = wilson.labels(each, 3)
    assert each.plus > each.minus >= 1
    assert ((y > 0).sum(), (y < 0).sum()) == each
    x = wilson.inputs(y)
    np.testing.assert_array_equal(x @ np.sign(x.T @ y), 4.0 * y)  # what lemma 3.1 needs
    own = x[:, 3:] != 0.0
    assert own.sum(axis=0).max() == 1  # nobody shares an own feature


@pytest.mark.parametrize(("examples", "positive"), [(4, 0.5), (16, 0.62), (61, 0.9)])
def test_gradient_descent_ends_at_the_least_norm(examples: int, positive: float) -> None:
    each = wilson.kinds(examples, positive)
    y = wilson.labels(each, 3)
    least = np.linalg.lstsq(wilson.inputs(y), y, rcond=None)[0]
    first_plus, first_minus = (3 + 5 * int(np.argmax(y == sign)) for sign in (1.0, -1.0))
    np.testing.assert_allclose(wilson.ends("sgd", each), least[[0, 1, first_plus, first_minus]], atol=1e-12)
    assert wilson.steepest(each) == pytest.approx(2.0 / examples * np.linalg.norm(wilson.inputs(y), 2) ** 2)


def test_gradient_descent_diverges_beyond_its_limit_and_says_so() -> None:
    each = wilson.kinds(16, 0.62)
    limit = 2.0 / wilson.steepest(each)
    assert wilson.learn("sgd", 0.98 * limit, each, 3000)[1] == -1
    weights, ended = wilson.learn("sgd", 1.2 * limit, each, 3000)
    assert 0 < ended < 3000
    assert np.isnan(weights[ended:]).all()
    recording = story("wilson", learning_rate=1.0, steps=2000)
    assert recording.endings[0].outcome is Outcome.DIVERGED
    assert recording.endings[3].outcome is Outcome.COMPLETED


@pytest.mark.parametrize(("method", "rate"), [*itertools.product(("adagrad", "rmsprop", "adam"), (0.005, 0.02))])
def test_adaptive_methods_err_on_every_new_minus(method: str, rate: float) -> None:
    each = wilson.kinds(40, 0.7)
    weights, _ = wilson.learn(method, rate, each, 1500)
    trained, new = wilson.scores(weights)
    np.testing.assert_allclose(trained[-1], [1.0, -1.0], atol=0.1)
    assert wilson.errors(trained[-1], 0.3) == 0.0
    assert wilson.errors(new[-1], 0.3) == 0.3
    np.testing.assert_allclose(new[-1], [0.75, 0.25], atol=0.05)


def test_errors_count_what_is_on_the_wrong_side() -> None:
    score = np.array([[1.0, -1.0], [1.0, 0.5], [-0.1, -1.0], [0.0, 0.0], [math.nan, 1.0]])
    np.testing.assert_array_equal(wilson.errors(score, 0.25), [0.0, 0.25, 0.75, 0.25, math.nan])


def test_new_minus_ones_come_as_often_as_they_should() -> None:
    assert wilson.share_of_minus(0.62, 1) == pytest.approx(0.38, abs=0.04)
