"""The matrices whose ranks are claimed (SPEC.md, section 2): each is named by its parameters, never by its entries."""

from __future__ import annotations

from itertools import pairwise

import msgspec

from exactcap.claims.parts import Activation, Generic, Table

MAX_POWER = 200
MAX_LAYERS = 30


class Functions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="functions"):
    """No points: the rows are replaced by the functions on R^``n_inputs`` themselves, so the rank is a dimension."""

    n_inputs: int

    @property
    def n_samples(self) -> None:
        return None

    def text(self) -> str:
        """A phrase for people."""
        return f"as functions on R^{self.n_inputs}"


Points = Generic | Table | Functions


class Hadamard(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="hadamard"):
    """f applied to each entry of U V^T, U (``rows`` x ``inner``) and V (``columns`` x ``inner``) generic.

    >>> Hadamard(50, Activation("rational", ("0", "0", "0", "1"), ("1",)), 4, 40).text()
    'x^3 applied to the entries of U V^T, U 40 x 4 and V 50 x 4 generic'
    """

    columns: int
    entrywise: Activation
    inner: int
    rows: int

    @property
    def n_rows(self) -> int:
        return self.rows

    @property
    def n_columns(self) -> int:
        return self.columns

    def text(self) -> str:
        """A phrase for people."""
        factors = f"U {self.rows} x {self.inner} and V {self.columns} x {self.inner} generic"
        return f"{self.entrywise.text()} applied to the entries of U V^T, {factors}"

    def latex(self) -> str:
        """The matrix in LaTeX."""
        return (
            rf"$\bigl(f(\langle u_i,v_j\rangle)\bigr)$, $1\le i\le {self.rows}$, $1\le j\le {self.columns}$, "
            rf"$u_i,v_j\in\mathbb{{R}}^{{{self.inner}}}$ generic, $f(x)={_applied(self.entrywise)}$"
        )


class KhatriRao(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="khatri-rao"):
    """(XW)^(k) times X row by row: row i holds <w_j,x_i>^k x_ic, W (d x ``width``) generic.

    >>> KhatriRao(Generic(5, 40), 2, 7).text()
    'the row-wise Khatri-Rao product (XW)^(2) * X, W 5 x 7 generic (40 generic inputs in R^5)'
    """

    inputs: Points
    power: int
    width: int

    @property
    def n_rows(self) -> int | None:
        return self.inputs.n_samples

    @property
    def n_columns(self) -> int:
        return self.width * self.inputs.n_inputs

    def text(self) -> str:
        """A phrase for people."""
        product = f"the row-wise Khatri-Rao product (XW)^({self.power}) * X"
        return f"{product}, W {self.inputs.n_inputs} x {self.width} generic ({self.inputs.text()})"

    def latex(self) -> str:
        """The matrix in LaTeX."""
        weights = rf"$W\in\mathbb{{R}}^{{{self.inputs.n_inputs}\times {self.width}}}$ generic"
        return rf"$(XW)^{{({self.power})}}\bullet X$, {weights}, {_points_latex(self.inputs)}"


class Jacobian(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="jacobian"):
    """The derivatives of sum_j v_j psi(<w_j,x_i> + b_j) in the parameters of ``blocks``, generic parameters.

    ``bias`` is "generic" or "none"; with the latter b = 0 and the block b is not trained.

    >>> Jacobian(Activation("tanh"), "generic", ("W", "b", "v"), Generic(4, 24), 4).text()
    'the Jacobian in W, b, v of a two-layer tanh network of width 4, generic parameters (24 generic inputs in R^4)'
    """

    activation: Activation
    bias: str
    blocks: tuple[str, ...]
    inputs: Points
    width: int

    @property
    def n_rows(self) -> int | None:
        return self.inputs.n_samples

    @property
    def n_columns(self) -> int:
        return self.width * sum(self.inputs.n_inputs if name == "W" else 1 for name in self.blocks)

    def text(self) -> str:
        """A phrase for people."""
        bias = "" if "b" in self.blocks else " without bias" if self.bias == "none" else " with fixed biases"
        network = f"a two-layer {self.activation.text()} network of width {self.width}{bias}"
        return f"the Jacobian in {', '.join(self.blocks)} of {network}, generic parameters ({self.inputs.text()})"

    def latex(self) -> str:
        """The matrix in LaTeX."""
        bias = "" if self.bias == "none" else "+b_j"
        network = rf"$\sum_{{j=1}}^{{{self.width}}} v_j\,\psi(\langle w_j,x_i\rangle{bias})$"
        return (
            rf"the Jacobian in ${','.join(self.blocks)}$ of {network}, $\psi(x)={_applied(self.activation)}$, "
            rf"generic parameters, {_points_latex(self.inputs)}"
        )


class Deep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="deep"):
    """The Jacobian in all parameters of x -> W_h psi_{h-1}(W_{h-1} ... psi_1(W_1 x + b_1) ...), generic parameters.

    ``widths`` are d_1, ..., d_h (d_0 is the number of inputs); ``bias`` is "none", "hidden" (b_1, ..., b_{h-1}) or
    "all" (b_h too). With ``Functions`` and polynomials: the dimension of the network's set of functions.

    >>> square = Activation("rational", ("0", "0", "1"), ("1",))
    >>> Deep((square, square), "none", Functions(3), (4, 3, 1)).text()
    'the Jacobian of a network of widths 3, 4, 3, 1 with activations x^2, x^2, generic parameters (as functions on R^3)'
    """

    activations: tuple[Activation, ...]
    bias: str
    inputs: Points
    widths: tuple[int, ...]

    @property
    def all_widths(self) -> tuple[int, ...]:
        """d_0, ..., d_h."""
        return (self.inputs.n_inputs, *self.widths)

    @property
    def n_rows(self) -> int | None:
        n = self.inputs.n_samples
        return None if n is None else n * self.widths[-1]

    @property
    def n_columns(self) -> int:
        widths = self.all_widths
        biases = 0 if self.bias == "none" else sum(widths[1:]) if self.bias == "all" else sum(widths[1:-1])
        return sum(a * b for a, b in pairwise(widths)) + biases

    def text(self) -> str:
        """A phrase for people."""
        bias = {"none": "", "hidden": ", biases in the hidden layers", "all": ", biases in all layers"}[self.bias]
        names = ", ".join(psi.text() for psi in self.activations) or "none"
        widths = ", ".join(map(str, self.all_widths))
        network = f"a network of widths {widths} with activations {names}{bias}"
        return f"the Jacobian of {network}, generic parameters ({self.inputs.text()})"

    def latex(self) -> str:
        """The matrix in LaTeX."""
        names = ", ".join(f"${psi.latex()}$" for psi in self.activations) or "none"
        network = f"a network of widths $({','.join(map(str, self.all_widths))})$ with activations {names}"
        return f"the Jacobian of {network}, biases: {self.bias}, generic parameters, {_points_latex(self.inputs)}"


Matrix = Hadamard | KhatriRao | Jacobian | Deep


def _applied(activation: Activation) -> str:
    return activation.latex() + ("" if activation.name == "rational" else "(x)")


def _points_latex(points: Points) -> str:
    if isinstance(points, Functions):
        return rf"as functions on $\mathbb{{R}}^{{{points.n_inputs}}}$"
    kind = "given rows" if isinstance(points, Table) else "generic"
    return rf"$x_1,\dots,x_{{{points.n_samples}}}\in\mathbb{{R}}^{{{points.n_inputs}}}$ {kind}"
