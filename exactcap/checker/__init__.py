"""The trusted program: reads a certificate, rebuilds the statement from the claim alone, and decides.

It imports the standard library only and shares no code with the provers. ``certificates/SPEC.md`` is its contract.
"""
