"""Exact engines with no idea of neural networks: linear algebra modulo a prime, and over the rationals.

One BLAS thread is the default, since sweeps run in parallel over instances and BLAS threads collapse under contention;
the variables only act when NumPy has not been loaded yet, and never change a result.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
