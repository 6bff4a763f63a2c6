"""The dropout simulation: what its recording holds, against nets trained and masked here by hand."""

import numpy as np
import pytest

from core.data.few_examples import TESTS, learn_and_test
from core.networks import Layer, Stack, forward, initial_parameters
from core.optimizers import Hyper
from core.simulations.dropout import LEARNING, SIMULATION, DropoutParams, DropoutRecording, simulate
from core.subnets import all_masks, chances
from core.training import Plan, train


@pytest.fixture(scope="module")
def recording() -> DropoutRecording:
    return simulate(DropoutParams(), 1)


def test_the_arrays_that_scripts_read(recording: DropoutRecording) -> None:
    steps = LEARNING + recording.params.masks
    assert recording.last == steps - 1
    assert recording.mask.shape == (steps, 2, recording.params.width)
    assert recording.mask.dtype == np.uint8
    assert recording.output_mean.shape == recording.output_variance.shape == (steps,)
    assert recording.accuracy.shape == (len(recording.variants), steps)
    for name in ("mask", "output_mean", "output_variance", "accuracy", "received", "average_loss", "agreement"):
        assert np.isfinite(recording.arrays()[name]).all(), name
    meta = recording.meta()
    assert meta["variants"] == list(recording.variants)
    error = (meta["predicted_variance"] / meta["params"]["masks"]) ** 0.5
    assert recording.output_mean[-1] == pytest.approx(meta["eval_output"], abs=4.0 * error)
    assert recording.output_variance[-1] == pytest.approx(meta["predicted_variance"], rel=0.4)
    assert recording.seen[: LEARNING + 1].tolist() == [1.0] * (LEARNING + 1)
    assert recording.seen[-1] == recording.params.masks


def test_a_learning_frame_shows_the_mask_that_its_training_step_drew(recording: DropoutRecording) -> None:
    params = recording.params
    learn, _ = learn_and_test(params.data, params.examples, params.noise, 1)
    layers = [Layer(recording.params.width, "relu", dropout=p) for p in recording.rates]
    stack = Stack(2, (*layers, Layer(2, "identity")))
    for k in (0, 17, LEARNING - 1):
        step = round(k * recording.steps_per_frame)
        under = forward(stack, recording.parameters[k], learn.inputs, train=True, seed=1, step=step)
        for layer in range(2):
            keep = under.layers[layer].keep
            assert keep is not None
            assert ((keep[0] != 0.0) == (recording.mask[k, layer] == 1)).all()


def test_both_nets_are_the_ones_that_training_gives(recording: DropoutRecording) -> None:
    params = recording.params
    learn, test = learn_and_test(params.data, params.examples, params.noise, 1)
    for row, rates in ((0, (0.0, 0.0)), (2, recording.rates)):
        stack = Stack(2, (*(Layer(params.width, "relu", dropout=p) for p in rates), Layer(2, "identity")))
        plan = Plan("softmax_cross_entropy", "adam", Hyper(params.learning_rate), len(learn), params.steps, shuffle=False)
        start = initial_parameters(stack, "he_normal", seed=1)
        run = train(stack, start, learn.inputs, learn.column(), plan, 1)
        for offset, part in enumerate((learn, test)):
            right = forward(stack, run.final.theta, part.inputs).output.argmax(axis=1) == part.labels
            assert recording.accuracy[row + offset, -1] == pytest.approx(right.mean(), abs=1e-12)


def test_the_mean_and_variance_are_of_the_masks_counted(recording: DropoutRecording) -> None:
    width, unit = recording.params.width, recording.receiver - recording.params.width
    assert 0 <= unit < width
    first, second, _ = recording.stack.views(recording.parameters[-1])
    a = np.maximum(first.weight @ recording.inputs + first.bias, 0.0)
    masks = recording.mask[LEARNING:, 0]
    sums = (masks * a / (1.0 - recording.params.p_1)) @ second.weight[unit] + second.bias[unit]
    for n in (1, 2, 40, recording.params.masks):
        assert recording.output_mean[LEARNING + n - 1] == pytest.approx(sums[:n].mean(), rel=1e-12)
        assert recording.output_variance[LEARNING + n - 1] == pytest.approx(sums[:n].var(), rel=1e-9, abs=1e-12)
    every = (all_masks(width) * a / (1.0 - recording.params.p_1)) @ second.weight[unit] + second.bias[unit]
    chance = chances(width, recording.params.p_1)
    assert recording.full[-1, recording.receiver] == pytest.approx(chance @ every, rel=1e-11)
    variance = chance @ (every - chance @ every) ** 2
    assert recording.exact_variance[-1, recording.receiver] == pytest.approx(variance, rel=1e-11)


def test_a_smaller_p_keeps_what_a_larger_one_kept() -> None:
    few, many = (simulate(DropoutParams(p_1=p, p_2=p, masks=20), 2) for p in (0.7, 0.2))
    assert (many.mask >= few.mask).all()
    assert many.mask.mean() > few.mask.mean()


def test_without_dropout_every_mask_is_the_full_net() -> None:
    recording = simulate(DropoutParams(p_1=0.0, p_2=0.0, masks=20), 1)
    assert (recording.mask == 1).all()
    assert (recording.output_variance == 0.0).all()
    assert (recording.accuracy[0] == recording.accuracy[2]).all()
    assert (recording.agreement == 1.0).all()
    np.testing.assert_allclose(recording.output_mean[LEARNING:], recording.full[-1, recording.receiver], rtol=1e-14)


def test_behind_one_mask_only_the_logit_is_watched_and_exact() -> None:
    recording = simulate(DropoutParams(p_1=0.0, p_2=0.5), 1)
    logit = recording.receiver - 2 * recording.params.width
    assert logit in (0, 1)
    layers = forward(recording.stack, recording.parameters[-1], recording.inputs[None, :]).layers
    terms = recording.stack.views(recording.parameters[-1])[2].weight[logit] * layers[1].activation[0]
    assert recording.exact_variance[-1, recording.receiver] == pytest.approx((terms**2).sum(), rel=1e-9)  # p/(1 − p) = 1
    assert recording.exact_mean[-1, recording.receiver] == pytest.approx(layers[2].linear[0, logit], rel=1e-12)


def test_with_few_noisy_examples_dropout_helps_on_average() -> None:
    runs = [simulate(DropoutParams(masks=20), seed).accuracy[:4, -1] for seed in range(1, 7)]
    train_without, test_without, train_with, test_with = np.mean(runs, axis=0)
    assert train_without > train_with
    assert test_with > test_without + 0.03


def test_the_test_set_does_not_depend_on_how_much_is_learned_from() -> None:
    for data in ("moons", "digits"):
        few, many = (learn_and_test(data, n, 1.2, 3) for n in (20, 200))
        assert (few[1].inputs == many[1].inputs).all()
        assert len(few[1]) == TESTS
        assert (few[0].inputs == many[0].inputs[:20]).all()
    for examples in (0, 301):
        with pytest.raises(ValueError, match="1 to 300 examples"):
            learn_and_test("moons", examples, 1.2, 3)


@pytest.mark.parametrize(
    "values", [{"p_1": 0.9, "p_2": 0.9}, {"data": "digits"}, {"p_1": 0.0, "p_2": 0.4}, {"example": 1}], ids=str
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_claims_hold_wherever_they_are_made(values: dict[str, float | str], seed: int) -> None:
    made = list(SIMULATION.claims(simulate(DropoutParams.from_mapping({"masks": 60, **values}), seed)))
    assert len(made) >= 7
    for claim in made:
        assert claim.holds, f"{claim.name}: predicted {claim.predicted}, measured {claim.measured}, {claim.tolerance}"
