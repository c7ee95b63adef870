"""exactcap: theorems about the memory capacity of neural networks, proved exactly and re-checked independently.

Importing this package loads neither NumPy nor SymPy; import the room that you need, for example
``exactcap.provers.interpolation``.
"""

__version__ = "0.1.0"
