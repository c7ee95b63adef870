"""Records of certificates about networks, made by hand: the prover's code has no part in them."""

from __future__ import annotations

import base64
import hashlib
import json
from fractions import Fraction

import mpmath
import numpy as np
from support import judge, table

BITS, PRECISION = 30, 100
RADIUS = Fraction(1, 10**20)
ROWS = [["0.5", 1], [2, "-0.3"], ["-1.25", "0.1"], ["0.7", 2], ["1/3", "-1"]]
POLES = {"denominator": ["1/4", "0", "1"], "name": "rational", "numerator": ["0", "-1", "0", "1"]}
CUBE = {"denominator": ["1"], "name": "rational", "numerator": ["0", "1/2", "0", "1"]}
NAMES = ("tanh", "sigmoid", "softplus", "silu", "gelu", "sin", "cos", "erf", "gaussian", "exp")
ACTIVATIONS = [{"name": name} for name in NAMES] + [POLES, CUBE]
IDS = [*NAMES, "poles", "cube"]
TRUE = {
    "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.ncdf(x),
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "erf": mpmath.erf,
    "gaussian": lambda x: mpmath.exp(-x * x / 2),
    "exp": mpmath.exp,
}


def lines(*records):
    """A certificate's bytes with its digest."""
    body = [{"format": "exactcap-certificate", "version": 1}, *records]
    text = b"".join(json.dumps(line, sort_keys=True, separators=(",", ":")).encode() + b"\n" for line in body)
    return text + json.dumps({"sha256": hashlib.sha256(text).hexdigest()}, separators=(",", ":")).encode() + b"\n"


def record_of(inputs):
    """The claim's object for a table."""
    return {
        "columns": list(inputs.columns), "kind": "table", "label": inputs.label, "merged": [],
        "rows": list(inputs.rows), "values": [list(row) for row in inputs.values],
    }  # fmt: skip


def real(number):
    """A rational in mpmath."""
    return mpmath.mpf(number.numerator) / number.denominator


def true_jet(psi, x):
    """psi, psi' and psi'' by mpmath at a rational."""
    x = real(x)
    if psi["name"] == "rational":
        top, bottom = ([real(Fraction(c)) for c in psi[key][::-1]] for key in ("numerator", "denominator"))
        f = lambda s: mpmath.polyval(top, s) / mpmath.polyval(bottom, s)  # noqa: E731
    else:
        f = TRUE[psi["name"]]
    return f(x), mpmath.diff(f, x), mpmath.diff(f, x, 2)


class Example:
    """A network with a right inverse of its Jacobian in all parameters, by floats; targets are rounded outputs.

    ``v`` is m x K, the targets n x K; with several outputs each row is a class of its own.
    """

    def __init__(self, psi, rows=ROWS, width=3, seed=0, outputs=1):
        rng = np.random.default_rng(seed)
        self.psi, self.rows = psi, [[Fraction(str(x)) for x in row] for row in rows]
        self.n, self.d, self.m = len(rows), len(rows[0]), width
        self.factors, self.shifts = [Fraction(2, 3)] * self.d, [Fraction(1, 10)] * self.d
        self.offset = [Fraction(k + 1, 7) for k in range(outputs)]
        self.w, self.b, self.v = (
            np.round(rng.standard_normal(shape) * 64) / 64 for shape in ((width, self.d), (width,), (width, outputs))
        )
        self.targets = [[Fraction(str(mpmath.nstr(value, 30))) for value in row] for row in self.outputs()]
        self.quantise()

    def preactivation(self, i, j):
        x = [f * (a - s) for f, a, s in zip(self.factors, self.rows[i], self.shifts, strict=True)]
        return x, sum(Fraction(a) * b for a, b in zip(self.w[j], x, strict=True)) + Fraction(self.b[j])

    def outputs(self):
        with mpmath.workdps(50):
            values = [
                [true_jet(self.psi, self.preactivation(i, j)[1])[0] for j in range(self.m)] for i in range(self.n)
            ]
            return [
                [
                    sum(a * b for a, b in zip(row, self.v[:, k], strict=True)) + real(c)
                    for k, c in enumerate(self.offset)
                ]
                for row in values
            ]

    def jacobian(self):
        """DF in floats, entry by entry: rows iK + k, columns j(d+1+K) + c."""
        outputs = len(self.offset)
        step = self.d + 1 + outputs
        jacobian = np.zeros((self.n * outputs, self.m * step))
        for i in range(self.n):
            for j in range(self.m):
                x, s = self.preactivation(i, j)
                value, slope, _ = map(float, true_jet(self.psi, s))
                for k in range(outputs):
                    inner = [self.v[j, k] * slope * float(a) for a in (*x, 1)]
                    jacobian[i * outputs + k, j * step : (j + 1) * step] = [*inner, *(value * np.eye(outputs)[k])]
        return jacobian

    def quantise(self):
        inverse = np.linalg.pinv(self.jacobian())
        self.columns = list(range(inverse.shape[0]))
        self.exponents = [int(np.ceil(np.log2(np.abs(row).max() + 1e-30))) - BITS + 1 for row in inverse]
        self.inverse = np.array(
            [np.round(row * 2.0**-e) for row, e in zip(inverse, self.exponents, strict=True)], dtype=np.int64
        )

    def parameters(self):
        text = lambda array: [str(Fraction(a)) for a in array]  # noqa: E731
        outer = text(self.v[:, 0]) if len(self.offset) == 1 else [text(row) for row in self.v]
        return {"biases": text(self.b), "outer": outer, "weights": [text(row) for row in self.w]}

    def reach(self):
        """r max_c R_c."""
        sums = [int(np.abs(row).sum()) for row in self.inverse]
        return RADIUS * max(Fraction(2) ** e * s for e, s in zip(self.exponents, sums, strict=True))

    def evidence(self, radius=RADIUS):
        size = (BITS + 8) // 8
        rows = [b"".join(int(a + 2**BITS).to_bytes(size, "little") for a in row) for row in self.inverse]
        return [
            self.parameters(),
            {
                "bits": BITS, "columns": self.columns, "exponents": self.exponents, "precision": PRECISION,
                "radius": str(radius),
            },
            {"witness": "inverse"},
            *({"row": base64.b64encode(row).decode()} for row in rows),
        ]  # fmt: skip

    def claim(self):
        mantissa, exponent = 1, 0
        while Fraction(10) ** exponent >= self.reach():
            exponent -= 1
        mantissa = int(self.reach() / Fraction(10) ** exponent) + 1
        inputs = record_of(table([[str(x) for x in row] for row in self.rows]))
        codes, offset = [list(map(str, target)) for target in self.targets], list(map(str, self.offset))
        labels = {"kind": "numbers", "values": [code[0] for code in codes]}
        if len(offset) > 1:
            names, places = [f"row {i}" for i in range(self.n)], list(range(self.n))
            labels = {"classes": names, "codes": codes, "kind": "classes", "values": places}
        return {
            "activation": self.psi, "distance": [mantissa, exponent], "factors": list(map(str, self.factors)),
            "family": "nearby", "inputs": inputs, "labels": labels, "offset": offset if len(offset) > 1 else offset[0],
            "shifts": list(map(str, self.shifts)), **self.parameters(),
        }  # fmt: skip

    def records(self):
        return [
            {"claim": self.claim()}, {"relies_on": ["newton-kantorovich"]}, {"evidence": "newton-kantorovich"},
            *self.evidence(),
        ]  # fmt: skip


def finding(records, tmp_path):
    return judge(lines(*records), tmp_path)


def regular_zero():
    """5 psi(x) - psi(2x), psi = x^3 + x, on -1, 0, 1: the example of the specification, found by its shape."""
    cube = {"denominator": ["1"], "name": "rational", "numerator": ["0", "1", "0", "1"]}
    inputs = record_of(table([[-1], [0], [1]]))
    rows = [[-205, 0, 205], [-3, 74, -3], [-14, 114, -14]]
    return [
        {"claim": {"activation": cube, "family": "interpolation", "inputs": inputs, "width": 2}},
        {"relies_on": ["newton-kantorovich", "regular-zero"]},
        {"evidence": "regular-zero"},
        {"factors": ["1"], "shifts": ["0"]},
        {"biases": ["0", "0"], "outer": ["5", "-1"], "weights": [["1"], ["2"]]},
        {"bits": 8, "columns": [0, 1, 4], "exponents": [-13, -8, -8], "precision": 64, "radius": "1/1000"},
        {"witness": "inverse"},
        *({"row": base64.b64encode(b"".join((a + 256).to_bytes(2, "little") for a in row)).decode()} for row in rows),
    ]


CLASSES = {"classes": ["no", "yes"], "codes": [["0"], ["1"]], "kind": "classes", "values": [0, 1, 0]}


def layer(activation, weights, biases, denominator=1):
    return {"activation": activation, "biases": biases, "denominator": denominator, "weights": weights}


def hat(labels=CLASSES, layers=None, inputs=None):
    """relu(x - 1/2) - 2 relu(x - 3/2) at 1/2, 3/2, 5/2."""
    if layers is None:
        layers = [layer("relu", [[2], [2]], [-1, -3], 2), layer("identity", [[1, -2]], [0])]
    inputs = inputs or record_of(table([["1/2"], ["3/2"], ["5/2"]]))
    claim = {"family": "memorizes", "inputs": inputs, "labels": labels, "layers": layers}
    return [{"claim": claim}, {"relies_on": []}, {"evidence": "evaluation"}]


def small_nearby():
    """(w x + b)^2 at 0 and 1: the example of the specification."""
    square = {"denominator": ["1"], "name": "rational", "numerator": ["0", "0", "1"]}
    given = {"biases": ["1"], "outer": ["1"], "weights": [["2/5"]]}
    claim = {
        "activation": square, "distance": [43, -3], "factors": ["1"], "family": "nearby", "offset": "0",
        "shifts": ["0"], "inputs": record_of(table([[0], [1]])), "labels": {"kind": "numbers", "values": ["1", "2"]},
        **given,
    }  # fmt: skip
    choice = {"bits": 8, "columns": [0, 1], "exponents": [-8, -8], "precision": 64, "radius": "1/20"}
    rows = [base64.b64encode(b"".join((a + 256).to_bytes(2, "little") for a in row)) for row in ([-128, 91], [128, 0])]
    return [
        {"claim": claim}, {"relies_on": ["newton-kantorovich"]}, {"evidence": "newton-kantorovich"}, given, choice,
        {"witness": "inverse"}, *({"row": row.decode()} for row in rows),
    ]  # fmt: skip


def two_outputs():
    """v_k (w x + b)^2 at 1: the example of the specification with two outputs."""
    square = {"denominator": ["1"], "name": "rational", "numerator": ["0", "0", "1"]}
    given = {"biases": ["1"], "outer": [["1", "3/2"]], "weights": [["2/5"]]}
    claim = {
        "activation": square, "distance": [11, -2], "factors": ["1"], "family": "nearby", "offset": ["0", "0"],
        "shifts": ["0"], "inputs": record_of(table([[1]])),
        "labels": {"classes": ["u"], "codes": [["2", "3"]], "kind": "classes", "values": [0]}, **given,
    }  # fmt: skip
    choice = {"bits": 8, "columns": [1, 3], "exponents": [-9, -8], "precision": 64, "radius": "1/12"}
    rows = [base64.b64encode(b"".join((a + 256).to_bytes(2, "little") for a in row)) for row in ([183, 0], [-196, 131])]
    return [
        {"claim": claim}, {"relies_on": ["newton-kantorovich"]}, {"evidence": "newton-kantorovich"}, given, choice,
        {"witness": "inverse"}, *({"row": row.decode()} for row in rows),
    ]  # fmt: skip


def many_rows(n):
    """A claim about n rows without an inverse."""
    inputs = record_of(table([[k] for k in range(n)]))
    claim = {
        "activation": {"name": "tanh"}, "biases": ["0"] * n, "distance": [1, 0], "factors": ["1"], "family": "nearby",
        "inputs": inputs, "labels": {"kind": "numbers", "values": ["1"] * n}, "offset": "0", "outer": ["1"] * n,
        "shifts": ["0"], "weights": [["1"]] * n,
    }  # fmt: skip
    centre_line = {key: claim[key] for key in ("biases", "outer", "weights")}
    choice = {
        "bits": 8, "columns": list(range(n)), "exponents": [0] * n, "precision": 64, "radius": "1",
    }  # fmt: skip
    return [
        {"claim": claim}, {"relies_on": ["newton-kantorovich"]}, {"evidence": "newton-kantorovich"}, centre_line,
        choice, {"witness": "none"},
    ]  # fmt: skip


def replaced(records, k, **changes):
    """The records with entries of record k (of its claim, if it is one) changed."""
    records = json.loads(json.dumps(records))
    target = records[k].get("claim", records[k])
    assert set(changes) <= set(target)
    target.update(changes)
    return records
