"""The statements: closed mathematical claims as frozen typed records."""

from exactcap.claims.interpolation import Interpolation
from exactcap.claims.obstruction import Obstruction
from exactcap.claims.parts import Activation, Generic, Inputs, Table

Claim = Interpolation | Obstruction

__all__ = ["Activation", "Claim", "Generic", "Inputs", "Interpolation", "Obstruction", "Table"]
