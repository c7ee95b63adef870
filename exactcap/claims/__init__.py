"""The statements: closed mathematical claims as frozen typed records."""

from exactcap.claims.enclosure import Correlation, Enclosure, OneUnit, Quantity
from exactcap.claims.identity import Identity
from exactcap.claims.inequality import Inequality, Statement
from exactcap.claims.interpolation import Interpolation
from exactcap.claims.labels import Classes, Labels, Numbers
from exactcap.claims.matrices import Deep, Functions, Hadamard, Jacobian, KhatriRao, Matrix
from exactcap.claims.memorization import Memorization
from exactcap.claims.memorizes import Layer, Memorizes
from exactcap.claims.mills import Bound, Mills, Root, Term
from exactcap.claims.nearby import Nearby
from exactcap.claims.obstruction import Obstruction
from exactcap.claims.parts import Activation, Generic, Inputs, Table
from exactcap.claims.rank import Rank

Claim = (
    Enclosure | Identity | Inequality | Interpolation | Memorization | Memorizes | Mills | Nearby | Obstruction | Rank
)

__all__ = [
    "Activation", "Bound", "Claim", "Classes", "Correlation", "Deep", "Enclosure", "Functions", "Generic", "Hadamard",
    "Identity", "Inequality", "Inputs", "Interpolation", "Jacobian", "KhatriRao", "Labels", "Layer", "Matrix",
    "Memorization", "Memorizes", "Mills", "Nearby", "Numbers", "Obstruction", "OneUnit", "Quantity", "Rank", "Root",
    "Statement", "Table", "Term",
]  # fmt: skip
