"""The registry: every theorem of the literature that exactcap can instantiate, and those it cannot, with the reason."""
