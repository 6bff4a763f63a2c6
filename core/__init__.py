"""The numerical floor: building blocks of training, one file per simulation, and the theory that checks them.

NumPy and Numba only. Nothing here knows that it will be drawn.
"""
