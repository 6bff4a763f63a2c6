"""Networks: what a stack of layers is, its forward and backward pass, what to look at, and a fast kernel for small nets."""

from core.networks.backward import Gradients, backward
from core.networks.forward import LayerPass, Pass, Running, forward, fresh_running
from core.networks.initial import initial_parameters
from core.networks.outputs import outputs
from core.networks.stack import Layer, LayerParameters, Stack, dense

__all__ = [
    "Gradients",
    "Layer",
    "LayerParameters",
    "LayerPass",
    "Pass",
    "Running",
    "Stack",
    "backward",
    "dense",
    "forward",
    "fresh_running",
    "initial_parameters",
    "outputs",
]
