"""Whether a certificate is about the network of the file that a command names: locks and stores may be edited."""

from __future__ import annotations

import msgspec

from exactcap.claims import Claim, Classifies, Nearby
from exactcap.models.datasets import read_dataset
from exactcap.provers.given_network import classification_claim
from exactcap.provers.labels import labels_of
from exactcap.provers.nearby import nearby_claim
from exactcap.provers.records import read_activation, table_record
from exactcap.sweeps.claims_file import Entry
from exactcap.training.deep_files import read_network
from exactcap.training.weight_files import read_weights


def given_network_fault(entry: Entry, claim: Claim) -> str | None:
    """What a certificate says of another network, table or codes than those of the command; None where it does not.

    The claim is made again from the files, but for what was found: the wrong rows, the distance. Raises InputError
    where a file cannot be read, or does not fit.

    >>> from exactcap.claims import Count, Dichotomies
    >>> entry = Entry("six", "", "", ("count", "dichotomies"), None, "THEOREM", None, "x.toml:1", "")
    >>> given_network_fault(entry, Count(Dichotomies(False, 3, 6), 32))
    """
    given = {name.removeprefix("--"): value for name, _, value in (word.partition("=") for word in entry.arguments)}
    if "network" not in given or not isinstance(claim, Classifies | Nearby):
        return None
    dataset = read_dataset(given["data"], given["label"], deduplicate="deduplicate" in given)
    activation, codes = given.get("activation"), given.get("codes")
    if isinstance(claim, Classifies):
        network = read_network(given["network"], activation, dataset.n_inputs)
        asked: Claim = msgspec.structs.replace(classification_claim(network, dataset, codes), wrong=claim.wrong)
    else:
        found = read_weights(given["network"], activation)
        labels = labels_of(dataset, given.get("coding"), codes, found)
        psi = read_activation(found.weights.activation)
        asked = nearby_claim(psi, table_record(dataset), labels, found.weights, claim.distance)
    return None if asked == claim else "it is about another network, table or codes than the files of the command"
