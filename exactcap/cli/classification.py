"""``exactcap certify classification``: the accuracy of a given network on given rows, as a theorem."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.cli.answer import answer

if TYPE_CHECKING:
    from exactcap.claims import Claim, Classes
    from exactcap.models.activations import Activation
    from exactcap.training.deep_files import DenseNetwork

SCOPE = (
    "these weights and rows, as exact numbers: nothing on other rows; a run in floating point may round across a tie"
)
SHOWN = 10

Network = Annotated[
    Path,
    Parameter(
        help="A PyTorch state_dict (.pt) or .safetensors of linear layers, or an .npz: of train or export, or W1, b1, "
        "W2, b2, ... alone."
    ),
]
HiddenActivation = Annotated[
    str | None,
    Parameter(help="Of all hidden layers, where the file names none: relu, threshold, tanh, gelu, x^3, ..."),
]
Codes = Annotated[
    str | None,
    Parameter(
        help='The number of each class, "no=-1,yes=1", or one for each output, "u=1 0 0,v=0 1 0,w=0 0 1": the nearest '
        "code is the class that it gives. Names also classes that the table lacks."
    ),
]


def classification(
    *,
    network: Network,
    data: options.RequiredData,
    label: options.RequiredLabel,
    activation: HiddenActivation = None,
    codes: Codes = None,
    deduplicate: options.Deduplicate = False,
    output: options.Output = None,
    as_json: options.Json = False,
) -> int:
    """Prove that a given network gives every row its class, or else exactly which rows it does not.

    PROVED: all rows get their class. REFUTED: some do not; the certificate proves
    exactly which ones, so the accuracy is a theorem either way. UNDECIDED: a row is
    too near to a tie at 1000 bits. The file's numbers are taken as exact. There may
    be any number of linear layers. Nothing is unpickled.

    An .npz of W1, b1, W2, b2, ... has the layers in this order, W_k of shape
    units x inputs; from scikit-learn's MLP numpy.savez("net.npz",
    W1=mlp.coefs_[0].T, b1=mlp.intercepts_[0], W2=mlp.coefs_[1].T, ...).

    The inputs are the table's own columns: if yours were scaled for training, give
    a table of the scaled ones (an .npz of train has its scaling in it).

    The class that a network gives is the one whose code is nearest to the output.
    With one output a class the codes are unit vectors, classes in increasing or
    alphabetical order: the largest output decides. At one output, labels that are
    numbers are their own codes, two text classes are -1 and 1 (the sign decides),
    more are 0, 1, 2, ...; --codes or the file may say others. Labels 0 and 1 at one
    output need --codes, since both readings are common, and so does a table without
    some class of the network.

    --activation is between the layers. The last layer is linear: a softmax, or a
    sigmoid where the sign decides, changes no class, so leave it away.

    Try:

      exactcap certify classification --network net.pt --data digits.csv --label digit --activation relu
      exactcap certify classification --network weights.npz --data wine.csv --label class
    """
    from exactcap.models.datasets import read_dataset
    from exactcap.provers.classifies import prove_classifies
    from exactcap.provers.given_network import classification_claim
    from exactcap.training.deep_files import read_network

    dataset = read_dataset(data, label, deduplicate=deduplicate)
    given = read_network(network, activation, dataset.n_inputs)
    claim = classification_claim(given, dataset, codes)
    about = [
        f"{'network':<11} {_network_words(given)}",
        f"{'classes':<11} {_class_words(claim.labels)}",
        f"{'scope':<11} {SCOPE}",
    ]
    return answer(lambda progress: prove_classifies(claim, progress), output, as_json, about, _accuracy, _proved_part)


def _network_words(network: DenseNetwork) -> str:
    """For example "64 -> 32 relu -> 10 (0.weight, 2.weight)"."""
    sizes = [str(len(network.factors))]
    for layer in network.layers:
        sizes.append(f"{len(layer.W)}{'' if layer.psi.name == 'identity' else f' {_psi_text(layer.psi)}'}")
    names = [layer.name for layer in network.layers]
    return f"{' -> '.join(sizes)} ({', '.join(names[:SHOWN])}{', ...' if len(names) > SHOWN else ''})"


def _psi_text(psi: Activation) -> str:
    from exactcap.provers.records import activation_record

    return activation_record(psi).text()


def _class_words(labels: Classes) -> str:
    """How a class is read from the outputs."""
    names, codes = labels.classes, labels.codes
    more = ", ..." if len(names) > SHOWN else ""
    is_units = all(code.count("1") == 1 and code.count("0") == len(code) - 1 for code in codes)
    if is_units and len(codes) == len(codes[0]) > 1:
        order = [name for _, name in sorted((code.index("1"), name) for name, code in zip(names, codes, strict=True))]
        return f"{len(names)}, the largest output decides; outputs in the order {', '.join(order[:SHOWN])}{more}"
    pairs = ", ".join(f"{name}={' '.join(code[:SHOWN])}" for name, code in list(zip(names, codes, strict=True))[:SHOWN])
    return f"{len(names)}, the nearest {'number' if len(codes[0]) == 1 else 'code'} decides: {pairs}{more}"


def _accuracy(claim: Claim) -> dict[str, Any]:
    """What the certificate says, as numbers: the rows by their numbers in the file."""
    from exactcap.claims import Classifies

    assert isinstance(claim, Classifies)
    n = claim.inputs.n_samples
    return {"rows": n, "right": n - len(claim.wrong), "wrong_rows": claim.wrong_rows()}


def _proved_part(claim: Claim) -> list[str]:
    """That the accuracy is proved, where the claim of all rows is refuted."""
    record = _accuracy(claim)
    if not record["wrong_rows"]:
        return []
    return [
        f"{'accuracy':<11} {record['right']} of {record['rows']} rows: proved; REFUTED is the claim of all rows",
    ]
