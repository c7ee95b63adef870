"""The parameters of a claim as columns of a table, so that claims that differ in numbers stand below one another.

What a claim says is read from its certificate alone; only the name of the data file is taken from the command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from exactcap.claims import (
    Activation,
    Bound,
    Classifies,
    Count,
    Deep,
    Dichotomies,
    Enclosure,
    Functions,
    Generic,
    Hadamard,
    Inequality,
    Interpolation,
    Jacobian,
    Kernel,
    KhatriRao,
    Memorization,
    Memorizes,
    Mills,
    Nearby,
    Obstruction,
    Rank,
    Table,
    Tangent,
    Term,
)
from exactcap.claims.enclosure import decimal
from exactcap.reports.appendix_lemmas import lemma_shape, quantity_shape
from exactcap.reports.appendix_records import Case
from exactcap.reports.naive import naive_count
from exactcap.typeset.prose import code, literal

Cells = tuple[tuple[str, str], ...]

BLOCK = 10  # digits
LONGEST = 75  # characters of the LaTeX of a bound that still fits a column


@dataclass(frozen=True)
class Shape:
    """What a claim says: ``kind`` is prose for all claims alike, ``cells`` are pairs of a column and prose."""

    kind: str
    cells: Cells


def shape(case: Case) -> Shape | None:
    """The columns of a claim; None for claims without: then the statement itself says it best."""
    claims = [one.claim for one in case.checked]
    match claims:
        case [] if case.items:
            return _uncertified(case)
        case [Interpolation() | Obstruction(), *_]:
            return _capacity(case)
        case [Rank() as claim]:
            return _rank(claim)
        case [Mills() as claim, *_]:
            return Shape("Bounds $B$ of the Mills ratio $R$ of the normal law", _mills(claim, case.option("bound")))
        case [Inequality() as claim, *_]:
            found = lemma_shape(claim.lemma)
            return found and Shape(found[0], (*found[1], ("holds", "yes" if claim.holds else "no")))
        case [Enclosure() as claim]:
            kind, cells = quantity_shape(claim.quantity)
            return Shape(kind, (*cells, ("value, correctly rounded", value_prose(claim))))
        case [Count() as claim]:
            return _count(claim)
        case [Memorization() as claim]:
            return _memorization(claim)
        case [Memorizes() | Nearby() | Classifies() | Kernel() | Tangent()]:
            return _network(case)
    return None


def value_prose(claim: Enclosure) -> str:
    """The digits of a value, long ones in blocks so that a line may end between them.

    >>> from exactcap.claims import OneUnit
    >>> value_prose(Enclosure(-12, 304590298711, OneUnit("mills", "3")))
    '0.3045902987 11'
    """
    return number_prose(decimal(claim.mantissa, claim.exponent))


def number_prose(decimal: str) -> str:
    """A decimal number with its digits in blocks; anything else as it is.

    >>> number_prose("-1.5e-7"), number_prose("1e$x$")
    ('-1.5 $\\\\cdot\\\\,10^{-7}$', '1e\\\\$x\\\\$')
    """
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?", decimal):
        return literal(decimal)
    number, _, power = decimal.partition("e")
    head, point, digits = number.partition(".")
    blocks = f"{blocks_of(head, from_right=True)}{point}{blocks_of(digits)}"
    return rf"{blocks} $\cdot\,10^{{{power}}}$" if power else blocks


def blocks_of(digits: str, from_right: bool = False) -> str:
    """Digits in blocks of ten.

    >>> blocks_of("12345678901"), blocks_of("12345678901", from_right=True)
    ('1234567890 1', '1 2345678901')
    """
    start = len(digits) % BLOCK if from_right else 0
    parts = [digits[:start], *(digits[k : k + BLOCK] for k in range(start, len(digits), BLOCK))]
    return " ".join(part for part in parts if part)


def activation_prose(psi: Activation) -> str:
    """The activation as a formula; its name where it has one.

    >>> activation_prose(Activation("tanh")), activation_prose(Activation("rational", ("0", "1", "2"), ("1",)))
    ('tanh', '$2x^{2} + x$')
    """
    return psi.name if psi.name != "rational" else f"${psi.latex()}$"


def data_name(case: Case) -> str:
    """The name of the data file of the command, without its folder."""
    return literal((case.option("data") or case.option("file")).rpartition("/")[2])


def _uncertified(case: Case) -> Shape:
    """The first number of an answer of which there is no certificate, by the options of the command."""
    words = [word for word in case.command if not word.startswith("--")]
    kind = f"Numbers of {code(' '.join(('exactcap', *words)))}, computed and not certified"
    options = (word.removeprefix("--").partition("=") for word in case.command if word.startswith("--"))
    cells = tuple((name, literal(value) if equal else "yes") for name, equal, value in options if name != "digits")
    value = dict(case.items[0].fields).get("value", "undecided")
    return Shape(kind, (*cells, ("value", number_prose(value))))


def _capacity(case: Case) -> Shape:
    """Both ends of what a width can fit: n of every labelling, and of almost none above; or two widths about one n."""
    claims = [one.claim for one in case.checked if isinstance(one.claim, Interpolation | Obstruction)]
    fits = next((claim for claim in claims if isinstance(claim, Interpolation)), None)
    fails = next((claim for claim in claims if isinstance(claim, Obstruction)), None)
    first = claims[0]
    is_table = isinstance(first.inputs, Table)
    rows = "rows" if is_table else "inputs"
    kind = (
        r"Two-layer networks $\sum_{j\le m} v_j\,\psi(\langle w_j,x\rangle+b_j)$ on "
        rf"{'given rows' if is_table else 'generic inputs'} in $\mathbb{{R}}^d$: every labelling of so many {rows} is "
        "taken; of more than so many, almost none is"
    )
    source: Cells = (("data", data_name(case)),) if is_table else ()
    cells: Cells = (*source, (r"$\psi$", activation_prose(first.activation)), ("$d$", str(first.inputs.n_inputs)))
    every = str(fits.inputs.n_samples) if fits else ""
    above = str(fails.at_most) if fails else ""
    if fits and ("--smallest-width" in case.command or (fails and fits.width != fails.width)):
        sizes: Cells = (
            ("$m$ large enough", str(fits.width)), ("every labelling", every),
            ("$m$ too small", str(fails.width) if fails else ""), ("almost none above", above),
        )  # fmt: skip
    else:
        sizes = (("$m$", str(first.width)), ("every labelling", every), ("almost none above", above))
    return Shape(kind, (*cells, *sizes))


def _rank(claim: Rank) -> Shape:
    matrix = claim.matrix
    sign = {"at-least": r"\ge", "at-most": r"\le", "equals": ""}[claim.relation]
    rank = f"${sign} {claim.rank}$" if sign else str(claim.rank)
    ends = (("naive count", str(naive_count(matrix))), ("rank", rank))
    sizes: Cells
    match matrix:
        case Hadamard(columns, f, inner, rows):
            kind = r"Ranks of $f(UV^\top)$, entry by entry, $U$ and $V$ generic with $r$ columns"
            sizes = (("$f$", activation_prose(f)), ("$r$", str(inner)), ("size", rf"${rows}\times {columns}$"))
        case KhatriRao(inputs, power, width):
            kind = r"Ranks of $(XW)^{(k)}\bullet X$, $W\in\mathbb{R}^{d\times m}$ generic"
            sizes = (("$d$", str(inputs.n_inputs)), ("$k$", str(power)), ("$m$", str(width)), *_points(inputs))
        case Jacobian(psi, bias, blocks, inputs, width):
            kind = r"Ranks of the Jacobian of $\sum_{j\le m} v_j\,\psi(\langle w_j,x\rangle+b_j)$, generic parameters"
            biases = "trained" if "b" in blocks else "none" if bias == "none" else "fixed"
            sizes = (
                (r"$\psi$", activation_prose(psi)), ("trained", f"${', '.join(blocks)}$"), ("biases", biases),
                ("$d$", str(inputs.n_inputs)), ("$m$", str(width)), *_points(inputs),
            )  # fmt: skip
        case Deep(activations, bias, inputs):
            kind = "Ranks of the Jacobian of deep networks, generic parameters"
            names = list(dict.fromkeys(map(activation_prose, activations)))
            sizes = (
                ("widths", ", ".join(map(str, matrix.all_widths))),
                ("activations", names[0] if len(names) == 1 else ", ".join(map(activation_prose, activations))),
                ("biases", bias), *_points(inputs),
            )  # fmt: skip
    return Shape(kind, (*sizes, *ends))


def _points(points: Generic | Table | Functions) -> Cells:
    if points.n_samples is None:
        return (("inputs", "functions"),)
    return (("inputs", f"{points.n_samples} {'given' if isinstance(points, Table) else 'generic'}"),)


def _mills(claim: Mills, name: str) -> Cells:
    formula = _quotient(claim.bound)
    bound = f"${formula}$" if len(formula) <= LONGEST else "long; in the certificate"
    low, high = claim.low, claim.high
    if claim.relation.startswith("not-"):
        sign = "<" if claim.relation == "not-upper" else ">"
        said, where = f"no {claim.relation[4:]} bound", f"$B{sign}R$ at $x={low}$"
    else:
        said = {"upper": "$R<B$", "lower": "$B<R$"}.get(claim.relation, "$|B/R-1|$ decreases")
        where = (
            ("all $x$" if low is None else f"$x>{low}$") if high is None
            else rf"$x\le {high}$" if low is None else rf"${low}<x\le {high}$"
        )  # fmt: skip
    return ("bound", literal(name) or "as given"), ("$B(x)$", bound), ("proved", said), ("where", where)


def _quotient(bound: Bound) -> str:
    """The bound with a stroke, which is easier to read in a table than a small fraction."""
    one = (Term("1", 0, 0, 0),)
    top, bottom = (Bound(one, part, bound.root).latex() for part in (bound.numerator, bound.denominator))
    top, bottom = (f"({part})" if " " in part else part for part in (top, bottom))
    return top if bottom == "1" else f"{top}/{bottom}"


def _count(claim: Count) -> Shape:
    cells: Cells
    value = blocks_of(str(claim.value), from_right=True) if len(str(claim.value)) > 2 * BLOCK else str(claim.value)
    if isinstance(claim.of, Dichotomies):
        kind = r"Dichotomies of $n$ points in general position in $\mathbb{R}^d$ by hyperplanes"
        planes = "any" if claim.of.affine else "through 0"
        cells = (("$n$", str(claim.of.points)), ("$d$", str(claim.of.dimension)), ("hyperplanes", planes))
        return Shape(kind, (*cells, ("dichotomies", value)))
    kind = r"Points of $\mathbb{R}^d$ that no network of $m$ hidden threshold units and a threshold output shatters"
    cells = (("$d$", str(claim.of.inputs)), ("$m$", str(claim.of.width)))
    return Shape(kind, (*cells, ("not shattered", f"{value} or more")))


def _memorization(claim: Memorization) -> Shape:
    kind = (
        r"Threshold networks of three hidden layers that take all labels, with so many ones at most, of any $K$ unit "
        r"vectors at distances of at least $\delta$, in every dimension"
    )
    cells = (
        ("$K$", _many(claim.points)), (r"$\delta^2$", f"${claim.separation_squared}$"),
        ("ones", _many(claim.ones)), ("widths", ", ".join(map(str, claim.widths))), ("units", str(sum(claim.widths))),
    )  # fmt: skip
    return Shape(kind, cells)


def _formula(decimal: str) -> str:
    """A decimal number in LaTeX."""
    number, _, power = decimal.partition("e")
    return rf"{number}\cdot 10^{{{power}}}" if power else number


def _many(n: int) -> str:
    """A number, powers of ten as such."""
    zeros = len(str(n)) - 1
    return f"$10^{{{zeros}}}$" if zeros > 3 and n == 10**zeros else str(n)


def _network(case: Case) -> Shape:
    claim = case.checked[0].claim
    assert isinstance(claim, Memorizes | Nearby | Classifies | Kernel | Tangent)
    n, d = claim.inputs.n_samples, claim.inputs.n_inputs
    rows = (("data", data_name(case)), ("rows", str(n)), ("columns", str(d)))
    cells: Cells
    match claim:
        case Memorizes(labels=labels, layers=layers):
            kind = "Explicit networks that take the label of each given row, exactly"
            widths = claim.hidden_widths
            shown = ", ".join(map(str, widths)) if len(widths) <= 5 else f"{len(widths)} layers"
            cells = (
                ("labels", labels.text().removeprefix("labels are ")), ("units", claim.kinds()),
                ("hidden widths", shown), ("outputs", str(len(layers[-1].biases))), ("bits", str(claim.bits)),
            )  # fmt: skip
        case Nearby(activation=psi, outer=outer):
            kind = "Weights with which a two-layer network takes the label of each row, exactly, near the given ones"
            cells = (
                (r"$\psi$", activation_prose(psi)), ("$m$", str(len(outer))), ("outputs", str(len(claim.offsets()))),
                ("within", claim.distance_text()),
            )  # fmt: skip
        case Classifies(labels=labels, layers=layers, wrong=wrong):
            kind = "Rows that given networks give their class, the one whose code is nearest to the output"
            widths = claim.hidden_widths()
            shown = ", ".join(map(str, widths)) if len(widths) <= 5 else f"{len(widths)} layers"
            hidden = dict.fromkeys(activation_prose(layer.activation) for layer in layers[:-1])
            cells = (
                ("classes", str(len(labels.classes))), (r"$\psi$", ", ".join(hidden) or "none"),
                ("hidden widths", shown), ("outputs", str(len(layers[-1].biases))), ("right rows", str(n - len(wrong))),
            )  # fmt: skip
        case Kernel(activation=name, least=least):
            kind = "Smallest eigenvalues of infinite-width tangent kernel matrices of the normalised rows"
            end = "0 (singular)" if least is None else rf"$\ge {_formula(decimal(*least))}$"
            cells = (("units", literal(name)), ("biases", "yes" if claim.bias else "no"), ("smallest eigenvalue", end))
        case Tangent(bias=bias, full=full, weights=weights):
            kind = "Tangent features of given ReLU units at the rows"
            independent = "yes" if full else "no"
            cells = (
                ("units", str(len(weights))), ("biases", "yes" if bias else "no"), ("independent rows", independent),
            )  # fmt: skip
    return Shape(kind, (*rows, *cells))
