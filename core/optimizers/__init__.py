"""Optimizers as scalar updates, shared by surfaces and networks; `step` is the entrance, one file per idea."""

from core.optimizers.hyper import Hyper
from core.optimizers.layerwise import lamb_step, lars_step
from core.optimizers.step import METHODS, gradient_point, method_code, step

__all__ = ["METHODS", "Hyper", "gradient_point", "lamb_step", "lars_step", "method_code", "step"]
