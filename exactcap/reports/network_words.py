"""Certificates about explicit networks in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exactcap.claims import Classes, Classifies, Interpolation, Memorizes, Nearby

Evidence = tuple[Mapping[str, Any], ...]


def evaluation_words(claim: Memorizes) -> tuple[str, ...]:
    """Five sentences about an exact network."""
    n = claim.inputs.n_samples
    targets = "the label, a number"
    if isinstance(claim.labels, Classes):
        names = ", ".join(claim.labels.classes[:4]) + (", ..." if len(claim.labels.classes) > 4 else "")
        targets = f"the code of the class ({names})"
    return (
        f"The claim holds a {claim.network_text()}.",
        "Each layer maps h to psi((W h + b)/q) with integers W, b and q; the network acts on the table's own values.",
        f"The target of a row is {targets}, a vector of {len(claim.labels.targets()[0])}.",
        f"The checker evaluates the network on all {n} rows: integers over one common denominator, nothing is rounded.",
        f"All {n} outputs equal their targets; how the network was found does not matter for this.",
    )


def nearby_words(claim: Nearby, evidence: Evidence) -> tuple[str, ...]:
    """Five sentences about an exact solution near given weights."""
    n, m, outputs = claim.inputs.n_samples, len(claim.outer), len(claim.offsets())
    p, several = m * (claim.inputs.n_inputs + 1 + outputs), outputs > 1
    space = f"R^{n * outputs}, a coordinate for each of {outputs} outputs at each row" if several else "R^n"
    return (
        f"The weights of {m} neurons, {p} parameters, are exact rationals; so are the {n} rows and labels.",
        f"From a centre theta_0 beside them the parameters move as theta_0 + A z, z in {space}.",
        *_newton_words(evidence[2], n * outputs),
        f"Banach's theorem gives a z where all {n} labels are taken exactly; no parameter moved by more than "
        f"{claim.distance_text()} from the given weights.",
    )


def classifies_words(claim: Classifies, evidence: Evidence) -> tuple[str, ...]:
    """Five sentences about the classes that a given network gives."""
    n, bits, wrong = claim.inputs.n_samples, evidence[0]["bits"], claim.wrong_rows()
    shown = ", ".join(map(str, wrong[:1000])) + (", ..." if len(wrong) > 1000 else "")
    listed = f"At row{'s' if len(wrong) > 1 else ''} {shown} it is another class's. " if wrong else ""
    return (
        f"The claim holds a {claim.network_text()}, all numbers exact rationals.",
        f"The class that a row gets is {claim.labels.decision()}; a tie is no class.",
        "The checker computes the sums of each layer in integers: exactly in the first one, from there on with one "
        f"bound of the error for all values of a layer, which are kept to {bits} bits.",
        "Activations are enclosed in intervals; a threshold unit that may be on either side of 0, or a row that may be "
        "a tie, would be rejected.",
        f"{listed}At {n - len(wrong)} of {n} rows it is the row's own; nothing is said of other rows or weights, nor "
        "of a run in floating point.",
    )


def regular_zero_words(claim: Interpolation, evidence: Evidence) -> tuple[str, ...]:
    """Five sentences about a zero where the Jacobian has full rank."""
    n, m = claim.inputs.n_samples, len(evidence[2]["outer"])
    return (
        f"The certificate holds {m} neurons whose outputs on the {n} rows nearly vanish, although the neurons do not; "
        "from there the parameters move as theta_0 + A z.",
        *_newton_words(evidence[3], n),
        f"So near by there is a point where all {n} outputs are exactly 0 and the Jacobian has rank {n}.",
        f"There the map from parameters to outputs is a submersion: it takes all values near 0; outputs scale with the "
        f"outer weights, so every y in R^{n} is reached.",
    )


def _newton_words(numbers: Mapping[str, Any], n: int) -> tuple[str, str]:
    k = len(numbers["columns"])
    return (
        f"A is a right inverse, to about {numbers['bits']} bits, of the Jacobian's {n} rows in {k} chosen parameters; "
        f"the checker bounds |I - DF A| on the ball |z| <= r by q in integers and intervals of "
        f"{numbers['precision']} bits.",
        "It finds q < 1 and |F(theta_0)| + q r <= r, so z - F(theta_0 + A z) contracts that ball into itself.",
    )
