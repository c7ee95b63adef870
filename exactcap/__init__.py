"""exactcap: theorems about the memory capacity of neural networks, proved exactly and re-checked independently.

The interface is `certify`, `verify`, `read_data` and `activation`, of ``exactcap.api``, and the module ``claims``. They
are loaded when they are first used: importing this package loads neither NumPy nor SymPy.
"""

import os
from importlib import import_module
from typing import Any

__all__ = ["__version__", "activation", "certify", "claims", "read_data", "verify"]

# One BLAS thread is the default, since sweeps run in parallel and BLAS threads collapse under contention.
# The variables only act when NumPy has not been loaded yet, and never change a result.
for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """A name of the interface, at its first use."""
    if name == "claims":
        return import_module("exactcap.claims")
    if name in __all__:
        value = getattr(import_module("exactcap.api"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'exactcap' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
