"""Training: a plan, one run with checkpoints and replay, many runs on threads."""

from core.training.many import Runs, train_many
from core.training.plan import Plan, targets_for
from core.training.run import Run, gradually, train

__all__ = ["Plan", "Run", "Runs", "gradually", "targets_for", "train", "train_many"]
