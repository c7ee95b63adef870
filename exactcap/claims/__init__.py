"""The statements: closed mathematical claims as frozen typed records."""

from exactcap.claims.identity import Identity
from exactcap.claims.interpolation import Interpolation
from exactcap.claims.matrices import Deep, Functions, Hadamard, Jacobian, KhatriRao, Matrix
from exactcap.claims.obstruction import Obstruction
from exactcap.claims.parts import Activation, Generic, Inputs, Table
from exactcap.claims.rank import Rank

Claim = Identity | Interpolation | Obstruction | Rank

__all__ = [
    "Activation", "Claim", "Deep", "Functions", "Generic", "Hadamard", "Identity", "Inputs", "Interpolation",
    "Jacobian", "KhatriRao", "Matrix", "Obstruction", "Rank", "Table",
]  # fmt: skip
