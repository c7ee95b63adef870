"""The Python interface: a claim in, a certificate and the independent checker's verdict out.

From a CSV file to a theorem, and back from the certificate to a verdict:

>>> import exactcap
>>> from exactcap import claims
>>> wine = exactcap.read_data("proofs/data/wine.csv", label="class")
>>> claim = claims.Interpolation(exactcap.activation("tanh"), wine, width=24)
>>> result = exactcap.certify(claim, output="wine.cert.jsonl")
>>> result
PROVED for every y in R^178 some two-layer tanh network of width 24 takes the value y_i at input i
(178 distinct rows of 13 columns)
>>> result.reason
'paired argument: the Jacobian of 12 neurons has rank 178 at an integer point'
>>> exactcap.verify("wine.cert.jsonl", data="proofs/data/wine.csv").finding
'VERIFIED'
>>> exactcap.certify(claims.Interpolation(exactcap.activation("tanh"), wine, width=11)).refuted
True
>>> result.path.unlink()
"""

from __future__ import annotations

from pathlib import Path

from exactcap.api.check import well_formed
from exactcap.api.families import outcome_of
from exactcap.api.result import Result, decide
from exactcap.api.verdict import Verdict, verify
from exactcap.certificates.format import require_output
from exactcap.claims import Activation, Claim, Memorizes, Table
from exactcap.claims.parts import MAX_INPUTS, MAX_SAMPLES
from exactcap.errors import CheckerDisagreesError, InputError
from exactcap.provers.outcome import Finding, Progress, silent

__all__ = ["Finding", "Result", "Verdict", "activation", "certify", "read_data", "verify"]


def certify(claim: Claim, *, output: str | Path | None = None, seed: int = 0, progress: Progress = silent) -> Result:
    """Decide a claim: PROVED or REFUTED with a certificate that the independent checker has verified, or neither.

    The certificate, whatever it states, is kept under ``output``. ``seed`` draws integer points and starts searches:
    the same one gives the same certificate where no floating-point search is needed. ``progress`` is called with a
    phase and a fraction. A claim that holds its own answer (digits, a count, a bound, a network, weights) is decided as
    it stands.

    Raises InputError for a claim that is not well-formed or beyond a limit, and for an output that cannot be written.

    >>> from exactcap import claims
    >>> psi = activation("x^3 + x")
    >>> certify(claims.Rank(claims.Jacobian(psi, "generic", ("W", "b", "v"), claims.Functions(4), 6), 34, "equals"))
    PROVED dimension 34: the Jacobian in W, b, v of a two-layer x^3 + x network of width 6, generic parameters (as
    functions on R^4)
    >>> certify(claims.Enclosure(-3, 142, claims.OneUnit("mills", "3"))).finding  # R(3) = 0.3046
    <Finding.REFUTED: 'REFUTED'>
    """
    if output is not None:
        _require("output", output, str, Path)
        require_output(output)  # before the work, not after it
    if type(seed) is not int or not 0 <= seed < 2**53:
        raise InputError(f"seed: {seed!r} is not a whole number between 0 and 2^53 - 1; choose one that is")
    asked = well_formed(claim)
    outcome = outcome_of(asked, seed, progress)
    try:
        return decide(outcome, None if output is None else Path(output), progress, asked)
    except CheckerDisagreesError as error:
        if not isinstance(asked, Memorizes):
            raise
        # the network is the caller's: that the checker rejects it is no bug, and no proof of the opposite
        return Result(asked, Finding.UNDECIDED, str(error).replace("a certificate of the prover", "it"))


def read_data(path: str | Path, label: str, deduplicate: bool = False) -> Table:
    """The table of a CSV file with a header, its numbers exact; ``label`` is the column that is not an input.

    ``deduplicate`` merges equal rows that have equal labels. Raises InputError with the row and column that is wrong.

    >>> read_data("proofs/data/iris.csv", "species", deduplicate=True).text()
    '149 distinct rows of 4 columns, copies merged: 1'
    """
    from exactcap.models.datasets import read_dataset
    from exactcap.provers.records import table_record

    _require("path", path, str, Path)
    _require("label", label, str)
    dataset = read_dataset(path, label, deduplicate=deduplicate)
    for what, size, most in (("rows", dataset.n_samples, MAX_SAMPLES), ("input columns", dataset.n_inputs, MAX_INPUTS)):
        if size > most:
            raise InputError(f"data: the number of {what}: {size} is not between 1 and {most}; choose one that is")
    return table_record(dataset)


def activation(text: str) -> Activation:
    """An activation as one types it: a name, or a rational function of x; raises InputError.

    >>> activation("x^3/3 - 2*x").numerator
    ('0', '-2', '0', '1/3')
    """
    from exactcap.provers.records import read_activation

    _require("text", text, str)
    return read_activation(text)


def _require(name: str, value: object, *types: type) -> None:
    if not isinstance(value, types):
        wanted = " or ".join(one.__name__ for one in types)
        raise InputError(f"{name}: {value!r} is a {type(value).__name__}; give a {wanted}")
