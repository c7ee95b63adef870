"""One module per claim family: a claim goes in, a certificate comes out."""
