"""Documents with formulas: one model, written as HTML, LaTeX and Typst. Knows nothing of claims."""
