"""The order of linear layers in a file that does not tell it: a .safetensors file is sorted by names or sizes."""

from __future__ import annotations

import re
from collections.abc import Collection

from exactcap.errors import InputError
from exactcap.training.state_dict import Tensors

ADVICE = (
    "and a .safetensors file does not tell the order of its layers: number their names, or save a state_dict by "
    "torch.save(model.state_dict(), FILE)"
)


def layer_order(tensors: Tensors, weights: Collection[str], n_inputs: int | None, file: str) -> list[str]:
    """By the numbers in the names where these differ in nothing else; else each layer is the only one that fits.

    ``weights`` are the names of the matrices, units x inputs. Where ``n_inputs`` is not known, the first layer is the
    only one whose inputs no other gives. Raises InputError where several layers may follow, or none.

    >>> import numpy as np
    >>> layer_order({"a": np.ones((1, 4)), "b": np.ones((4, 3))}, ("a", "b"), None, "net.safetensors")
    ['b', 'a']
    """
    numbered = {name: _numbers(name) for name in weights}
    if len({re.sub("[0-9]+", "#", name) for name in weights}) == 1 and len(set(numbered.values())) == len(numbered):
        return sorted(weights, key=numbered.__getitem__)
    order, size, left = list[str](), n_inputs, list(weights)
    while left:
        if size is None:
            fitting = [a for a in left if not any(len(tensors[b]) == tensors[a].shape[1] for b in left if b != a)]
        else:
            fitting = [name for name in left if tensors[name].shape[1] == size]
        if len(fitting) != 1:
            shown = f"{' and '.join(fitting[:2])} could" if fitting else f"none of {', '.join(left[:4])} can"
            what = f"{shown} follow {order[-1] if order else f'the {n_inputs} columns of the table'}"
            if size is None:
                what = f"any of {', '.join(left[:4])} could come first"
            raise InputError(f"{file}: {what}, {ADVICE}")
        order.append(fitting[0])
        left.remove(fitting[0])
        size = len(tensors[fitting[0]])
    return order


def _numbers(name: str) -> tuple[tuple[int, str], ...]:
    """The numbers in a name, to be compared; as texts, since they may be too long for Python to read."""
    digits = [number.lstrip("0") for number in re.findall("[0-9]+", name)]
    return tuple((len(number), number) for number in digits)
