"""The weights of a two-layer network as float64 numbers, each of which is an exact dyadic rational."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exactcap.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """f(x) = sum_j v_j psi(<w_j, x'> + b_j) + offset with x'_c = factors_c (x_c - shifts_c).

    Attributes:
        activation: psi as text, a name or a rational expression in x.
        W: the m rows w_j, m x d.
        b: the m biases.
        v: the m outer weights, or m x K for K outputs.
        offset: a fixed constant, or K of them.
        factors: one nonzero factor a column, d.
        shifts: one shift a column, d.
        residual: the largest |f(x_i) - y_i| seen in float64 where the weights were fitted, None when they were not.

    Raises:
        InputError: a shape that does not fit, a number that is not finite, or a factor 0.

    >>> Weights("tanh", np.ones((2, 3)), np.zeros(2), np.ones(2), 0.0, np.ones(3), np.zeros(3)).width
    2
    >>> Weights("tanh", np.ones((2, 3)), np.zeros(1), np.ones(2), 0.0, np.ones(3), np.zeros(3))
    Traceback (most recent call last):
    exactcap.errors.InputError: b: has shape (1,), but W of shape (2, 3) needs (2,); give one bias a neuron
    """

    activation: str
    W: Array
    b: Array
    v: Array
    offset: float | Array
    factors: Array
    shifts: Array
    residual: float | None = None

    def __post_init__(self) -> None:
        if self.W.ndim != 2 or 0 in self.W.shape:
            raise InputError(f"W: has shape {self.W.shape}; give one row of weights a neuron, (m, d) with m, d >= 1")
        m, d = self.W.shape
        for name, length, word in (
            ("b", m, "bias a neuron"),
            ("v", m, "outer weight a neuron, or (m, K) for K outputs"),
            ("factors", d, "factor a column"),
            ("shifts", d, "shift a column"),
        ):
            shape = getattr(self, name).shape
            if name == "v" and len(shape) == 2 and shape[0] == m and shape[1]:
                continue  # K outputs
            if shape != (length,):
                turned = "; or give W transposed, its rows are the neurons" if name == "b" and shape == (d,) else ""
                raise InputError(
                    f"{name}: has shape {shape}, but W of shape {(m, d)} needs {(length,)}; give one {word}{turned}"
                )
        if np.shape(self.offset) != self.v.shape[1:]:
            raise InputError(
                f"offset: has shape {np.shape(self.offset)}, but v of shape {self.v.shape} needs {self.v.shape[1:]}; "
                "give one number an output"
            )
        for name in ("W", "b", "v", "offset", "factors", "shifts"):
            array = np.asarray(getattr(self, name))
            if array.dtype != np.float64:
                raise InputError(f"{name}: has entries of type {array.dtype}; convert them to float64")
            if not np.isfinite(array).all():
                at = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
                raise InputError(
                    f"{name}{list(at) or ''}: is {array[at]}; every weight is a finite number, so train again"
                )
        if not (self.factors != 0).all():
            raise InputError("factors: one is 0, which drops its column; use nonzero factors")

    @property
    def width(self) -> int:
        """The number m of neurons."""
        return len(self.W)

    @property
    def n_inputs(self) -> int:
        """The dimension d of the inputs."""
        return len(self.factors)

    @property
    def outer(self) -> Array:
        """The outer weights v_jk, m x K also for one output."""
        return self.v.reshape(self.width, -1)

    @property
    def offsets(self) -> Array:
        """The constants of the K outputs."""
        return np.reshape(self.offset, -1)

    @property
    def outputs(self) -> int:
        """The number K of outputs."""
        return len(self.offsets)

    @property
    def parameters(self) -> int:
        """The number p = m (d + 1 + K) of weights, biases and outer weights."""
        return self.width * (self.n_inputs + 1 + self.outputs)
