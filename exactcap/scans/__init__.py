"""Scans: both sides of a Gaussian lemma evaluated with mpmath at many points. A second route, never a proof."""
