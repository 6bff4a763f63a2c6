"""Knobs: the panel beside the stage, made from `Params` alone."""
