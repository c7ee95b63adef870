"""The mathematics of the field: activations, data sets, and the matrices built from them."""
