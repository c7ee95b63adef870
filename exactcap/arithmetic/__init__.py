"""Exact engines with no idea of neural networks: linear algebra modulo a prime, and over the rationals."""
