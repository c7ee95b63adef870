"""``exactcap certify nearby``: exact solutions near floating-point weights."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.answer import answer
from exactcap.cli.train import Codes, NetworkCoding

Network = Annotated[Path, Parameter(help="Weights: .npz (W, b, v, ...), .safetensors, or a PyTorch state_dict (.pt).")]
NetworkActivation = Annotated[
    str | None, Parameter(help="Needed where the file of weights names none: tanh, gelu, x^3, ...")
]


def nearby(
    *,
    network: Network,
    data: options.RequiredData,
    label: options.RequiredLabel,
    activation: NetworkActivation = None,
    coding: NetworkCoding = None,
    codes: Codes = None,
    deduplicate: options.Deduplicate = False,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Prove that weights close to the given ones take every label exactly, and how close (Newton-Kantorovich).

    The network is x -> sum_j v_j psi(<w_j, x'> + b_j) + offset, with
    x'_c = factor_c (x_c - shift_c). The file's numbers are taken as exact; W, b and
    v may move by the distance found. PROVED: such weights exist. UNDECIDED: the
    given ones do not fit well enough, or the Jacobian has no full rank.

    An .npz has the arrays W (m x d), b, v (m, or m x K for K outputs) and perhaps
    offset, factors, shifts, activation; a state_dict has two layers. Nothing is
    unpickled. For deeper networks, or an .npz of export: certify classification.

    Text labels are numbered in alphabetical order: two classes are -1 and 1, more
    are 0, 1, 2, ...; if yours was trained with others, give --codes "a=0,b=1". With
    several outputs there is one for each class, in that order, 1 for its rows and 0
    for others; else give --codes "a=1 0 0,b=0 1 1".

    Try:

      exactcap train wine.csv --label class --activation tanh --width 20 -o weights.npz
      exactcap certify nearby --network weights.npz --data wine.csv --label class
    """
    from exactcap.models.datasets import read_dataset
    from exactcap.provers.labels import label_words, labels_of
    from exactcap.provers.nearby import prove_nearby
    from exactcap.provers.records import read_activation, table_record
    from exactcap.training.weight_files import read_weights

    found = read_weights(network, activation)
    dataset = read_dataset(data, label, deduplicate=deduplicate)
    labels = labels_of(dataset, coding, codes, found)
    psi, table = read_activation(found.weights.activation), table_record(dataset)
    about = [f"{'labels':<11} {label_words(labels)}"]
    return answer(lambda progress: prove_nearby(psi, table, labels, found.weights, progress), output, as_json, about)
