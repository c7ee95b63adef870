"""The statements: closed mathematical claims as frozen typed records.

Claims, for ``exactcap.certify``: Interpolation, Obstruction (every, almost no label vector is taken), Rank, Identity,
Memorizes, Nearby (a given network, an exact solution near given weights), Classifies (the training accuracy of a given
network), Mills, Inequality, Memorization (Gaussian tails), Enclosure (proven digits), Count, Kernel, Tangent.

Their parts: Activation (``exactcap.activation`` reads one), Table (``exactcap.read_data``) or Generic inputs, matrices
(Hadamard, KhatriRao, Jacobian, Deep), quantities (OneUnit, Correlation, Perceptron, Committee, Gordon,
SymmetryBreaking), labels (Classes, Numbers), layers (Layer: integers, Dense: rationals), statements of inequalities.
"""

from exactcap.claims.classifies import Classifies, Dense
from exactcap.claims.count import Count, Dichotomies, Shattering
from exactcap.claims.enclosure import Correlation, Enclosure, OneUnit, Quantity
from exactcap.claims.formulas import Committee, Gordon, Perceptron, SymmetryBreaking
from exactcap.claims.identity import Identity
from exactcap.claims.inequality import Inequality, Statement
from exactcap.claims.interpolation import Interpolation
from exactcap.claims.kernel import Kernel
from exactcap.claims.labels import Classes, Labels, Numbers
from exactcap.claims.matrices import Deep, Functions, Hadamard, Jacobian, KhatriRao, Matrix
from exactcap.claims.memorization import Memorization
from exactcap.claims.memorizes import Layer, Memorizes
from exactcap.claims.mills import Bound, Mills, Root, Term
from exactcap.claims.nearby import Nearby
from exactcap.claims.obstruction import Obstruction
from exactcap.claims.parts import Activation, Generic, Inputs, Table
from exactcap.claims.rank import Rank
from exactcap.claims.tangent import Tangent

Claim = (
    Classifies | Count | Enclosure | Identity | Inequality | Interpolation | Kernel | Memorization | Memorizes | Mills
    | Nearby | Obstruction | Rank | Tangent
)  # fmt: skip

__all__ = [
    "Activation", "Bound", "Claim", "Classes", "Classifies", "Committee", "Correlation", "Count", "Deep", "Dense",
    "Dichotomies", "Enclosure", "Functions", "Generic", "Gordon", "Hadamard", "Identity", "Inequality", "Inputs",
    "Interpolation", "Jacobian", "Kernel", "KhatriRao", "Labels", "Layer", "Matrix", "Memorization", "Memorizes",
    "Mills", "Nearby", "Numbers", "Obstruction", "OneUnit", "Perceptron", "Quantity", "Rank", "Root", "Shattering",
    "Statement", "SymmetryBreaking", "Table", "Tangent", "Term",
]  # fmt: skip
