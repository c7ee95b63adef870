"""Floating-point search for weights: untrusted, so nothing here enters a claim without a proof."""
