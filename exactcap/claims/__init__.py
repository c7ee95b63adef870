"""The statements: closed mathematical claims as frozen typed records."""

from exactcap.claims.interpolation import Interpolation
from exactcap.claims.matrices import Deep, Functions, Hadamard, Jacobian, KhatriRao, Matrix
from exactcap.claims.obstruction import Obstruction
from exactcap.claims.parts import Activation, Generic, Inputs, Table
from exactcap.claims.rank import Rank

Claim = Interpolation | Obstruction | Rank

__all__ = [
    "Activation", "Claim", "Deep", "Functions", "Generic", "Hadamard", "Inputs", "Interpolation", "Jacobian",
    "KhatriRao", "Matrix", "Obstruction", "Rank", "Table",
]  # fmt: skip
