"""Transformer blocks without attention against finite differences and the laws of their size."""

import numpy as np
import pytest

from core.networks.feed_forward import FeedForward, backward, forward
from core.theory.pre_post_ln import last_block_gradient


@pytest.mark.parametrize("place", ["pre", "post"])
def test_gradients_are_central_differences(place: str) -> None:
    rng = np.random.default_rng(5)
    blocks = FeedForward.drawn(place, 6, 3, seed=2)
    tokens, pull = rng.normal(size=(4, 6)), rng.normal(size=(4, 6))
    found = backward(blocks, forward(blocks, tokens), pull)
    for array, gradient in ((blocks.first, found.first), (blocks.second, found.second), (tokens, found.inputs)):
        numeric = np.empty_like(array)
        for index in np.ndindex(array.shape):
            kept, sides = array[index], []
            for side in (1e-6, -1e-6):
                array[index] = kept + side
                sides.append(float((pull * forward(blocks, tokens).output).sum()))
            array[index] = kept
            numeric[index] = (sides[0] - sides[1]) / 2e-6
        np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-7)


def test_blocks_by_hand() -> None:
    eye = np.eye(3)[None]
    x = np.array([[1.0, 2.0, 6.0]])
    hat = (x - 3.0) / np.sqrt(14.0 / 3.0 + 1e-5)
    pre, post = (forward(FeedForward(place, eye, 2.0 * eye), x) for place in ("pre", "post"))
    np.testing.assert_allclose(pre.streams[1], x + 2.0 * np.maximum(hat, 0.0))
    np.testing.assert_allclose(post.streams[1], 3.0 * x)
    for done in (pre, post):
        np.testing.assert_allclose([done.output.mean(), (done.output**2).mean()], [0.0, 1.0], atol=1e-4)


def test_a_deeper_stack_begins_with_the_same_blocks() -> None:
    shallow, deep = (FeedForward.drawn("pre", 5, depth, seed=3) for depth in (2, 6))
    np.testing.assert_array_equal(shallow.first, deep.first[:2])
    np.testing.assert_array_equal(shallow.second, deep.second[:2])


def test_theory_of_the_last_gradient() -> None:
    shallow, deep = last_block_gradient("pre", 100, 2), last_block_gradient("pre", 100, 48)
    assert shallow / deep == pytest.approx(np.sqrt(25.0 / 2.0))
    assert last_block_gradient("post", 100, 2) == last_block_gradient("post", 100, 48)
    with pytest.raises(ValueError, match="pre or post"):
        last_block_gradient("middle", 100, 2)


@pytest.mark.parametrize(
    ("build", "match"),
    [
        (lambda: FeedForward("middle", np.ones((1, 2, 2)), np.ones((1, 2, 2))), "pre or post"),
        (lambda: FeedForward("pre", np.ones((1, 2, 3)), np.ones((1, 2, 3))), r"\(L, d, d\)"),
        (lambda: FeedForward.drawn("pre", 4, 0), "at least 1 block"),
        (lambda: forward(FeedForward.drawn("pre", 4, 1), np.ones((2, 3))), r"tokens of shape"),
    ],
)
def test_bad_input_is_refused(build: object, match: str) -> None:
    assert callable(build)
    with pytest.raises(ValueError, match=match):
        build()
