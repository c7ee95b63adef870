"""The instances of an atlas: a store's records beside their naive counts, and the CSV table of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, prod

from exactcap.certificates.store import Record
from exactcap.claims import Activation, Deep, Hadamard, Jacobian, KhatriRao
from exactcap.errors import InputError
from exactcap.reports.naive import naive_count

RULES = {
    "U1": "number of rows",
    "U2": "number of columns",
    "U3": "ambient dimension",
    "U4": "Koszul relations of quadrics",
    "U5": "double quadric",
    "U6": "rational normal quartic",
    "U8": "rescaling symmetry",
    "U9": "first-order equation",
    "U10": "first-order equation without psi",
    "U11": "gluing of layers",
    "U12": "support of the columns",
    "U13": "determinantal bound",
    "homogenise": "the bias as a coordinate",
    "e0": "an added point",
}
COUNTING = ("U1", "U2", "U3", "U8", "homogenise")  # in the naive count already, or only a change of names

COLUMNS = (
    "kind", "matrix", "d", "power_or_degree", "m", "n", "lower", "upper", "naive", "defect", "finding", "rules",
    "certificate_id", "name",
)  # fmt: skip


@dataclass(frozen=True)
class Instance:
    """One record of the store and the naive count of its matrix."""

    record: Record
    naive: int

    @property
    def defect(self) -> int:
        """By how much the certified upper end stays below the naive count; 0 when it does not."""
        return max(0, self.naive - self.record.upper)

    @property
    def explained_by(self) -> tuple[str, ...]:
        """The rules of the upper end that say more than the naive count does; all of them if none does."""
        rules = self.record.rules
        return tuple(rule for rule in rules if rule not in COUNTING) or rules

    @property
    def kind(self) -> str:
        match self.record.matrix:
            case Hadamard():
                return "hadamard"
            case KhatriRao():
                return "khatri-rao"
            case Jacobian():
                return "jacobian"
            case Deep():
                return "deep"

    @property
    def dimension(self) -> int:
        """The input dimension d; of a Hadamard matrix the inner dimension."""
        matrix = self.record.matrix
        return matrix.inner if isinstance(matrix, Hadamard) else matrix.inputs.n_inputs

    @property
    def degree(self) -> int | None:
        """The power k of a Khatri-Rao product, else the degree of the activation (the network); None if analytic."""
        matrix = self.record.matrix
        if isinstance(matrix, KhatriRao):
            return matrix.power
        degrees = [psi.polynomial_degree() for psi in self.activations]
        known = [degree for degree in degrees if degree is not None]
        return prod(known) if len(known) == len(degrees) else None

    @property
    def activations(self) -> tuple[Activation, ...]:
        """The activations of the network, or the entrywise function; none for a Khatri-Rao product."""
        match self.record.matrix:
            case Hadamard(entrywise=psi) | Jacobian(activation=psi):
                return (psi,)
            case Deep(activations=activations):
                return activations
            case KhatriRao():
                return ()

    @property
    def width(self) -> str:
        """The width m; of a deep network the hidden widths."""
        match self.record.matrix:
            case Hadamard(columns=width) | KhatriRao(width=width) | Jacobian(width=width):
                return str(width)
            case Deep(widths=widths):
                return "-".join(map(str, widths[:-1]))

    @property
    def n_samples(self) -> int | None:
        """The number of inputs n (of rows, for a Hadamard matrix); None for functions."""
        matrix = self.record.matrix
        return matrix.rows if isinstance(matrix, Hadamard) else matrix.inputs.n_samples

    def row(self) -> tuple[str, ...]:
        """The line of the table, in the order of ``COLUMNS``."""
        record = self.record
        numbers = (record.lower, record.upper, self.naive, self.defect)
        return (
            self.kind, record.matrix.text(), str(self.dimension), _blank(self.degree), self.width,
            _blank(self.n_samples), *map(str, numbers), record.finding, "+".join(record.rules),
            record.certificate_id, record.name,
        )  # fmt: skip

    def sort_key(self) -> tuple[str, int, float, int, tuple[int, ...], float, str]:
        """Kind, dimension, degree, width, n, name: the order of the table, whatever the order of the store."""
        widths = tuple(map(int, self.width.split("-"))) if self.width else ()
        degree = inf if self.degree is None else self.degree
        n = inf if self.n_samples is None else self.n_samples
        return self.kind, self.dimension, degree, len(widths), widths, n, self.record.name


def instances(records: Iterable[Record]) -> list[Instance]:
    """The records with their naive counts, in the order of the table; raises InputError.

    A rank above the naive count is impossible, so such a record is not what exactcap wrote.
    """
    found = [Instance(record, naive_count(record.matrix)) for record in records]
    for instance in found:
        record = instance.record
        if record.lower > instance.naive or record.lower > record.upper:
            raise InputError(
                f"store: the record {record.name!r} says {record.lower} <= rank <= {record.upper} but the naive count "
                f"is {instance.naive}, which no rank exceeds; delete the record and run the sweep again"
            )
    return sorted(found, key=Instance.sort_key)


def csv_text(found: Iterable[Instance]) -> str:
    """The table as CSV text, one line an instance."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(instance.row() for instance in found)
    return text.getvalue()


def defects_by_rule(found: Iterable[Instance]) -> dict[tuple[str, str], list[Instance]]:
    """The defects, grouped by the rules that explain them, as in "U6+e0", and by finding."""
    groups: dict[tuple[str, str], list[Instance]] = {}
    for instance in found:
        if instance.defect:
            groups.setdefault(("+".join(instance.explained_by), instance.record.finding), []).append(instance)
    return dict(sorted(groups.items()))


def _blank(value: int | None) -> str:
    return "" if value is None else str(value)
