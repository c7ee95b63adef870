"""exactcap: theorems about the memory capacity of neural networks, proved exactly and re-checked independently.

Importing this package loads neither NumPy nor SymPy; import the room that you need, for example
``exactcap.provers.interpolation``.
"""

import os

# One BLAS thread is the default, since sweeps run in parallel and BLAS threads collapse under contention.
# The variables only act when NumPy has not been loaded yet, and never change a result.
for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

__version__ = "0.1.0"
