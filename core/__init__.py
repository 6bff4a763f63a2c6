"""The numerical floor: building blocks of training, one file per simulation, and the theory that checks them.

NumPy and Numba only. Nothing here knows that it will be drawn.
"""

import os

# The library under NumPy's matrix products must not split sums over threads: the last bits would depend on their number.
# Our matrices are small besides, and on a busy machine several threads do twice the work. A person's own choice is kept.
# It has to be said before NumPy is imported, so whatever starts a process imports this package first.
for _library in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_library, "1")
