"""Exact networks that memorize a data table: built over the integers, evaluated without rounding."""
