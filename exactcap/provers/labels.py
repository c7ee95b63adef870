"""The labels of a data set as the claim's record: numbers, or classes with a code for each."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from exactcap.claims import Classes, Labels, Numbers
from exactcap.errors import InputError
from exactcap.models.datasets import Dataset, parse_number
from exactcap.training.weight_files import WeightFile

MAX_CLASSES = 100

Coding = Literal["real", "signs", "units", "one-hot"]
"""real: numbers are themselves, classes are 0, 1, 2, ...; signs: the same, but two classes are -1 and 1;
units: classes, two of them 0 and 1 at one output unit, more with an output unit each; one-hot: always one each."""


def read_labels(dataset: Dataset, coding: Coding = "real", codes: str | Mapping[str, str] | None = None) -> Labels:
    """The labels of the distinct rows; raises InputError when the coding does not fit them.

    Classes stand in increasing order if all are numbers, else in alphabetical order. ``codes`` such as
    "no=-1,yes=1", or the mapping that stood in a file of weights, gives the numbers instead; with several outputs,
    "a=1 0,b=0 1".

    >>> table = Dataset(("x",), "y", (1, 2, 3), ((Fraction(0),), (Fraction(1),), (Fraction(2),)), (), ("b", "a", "b"))
    >>> read_labels(table).codes, read_labels(table, "signs", "a=1/2,b=3").codes
    ((('0',), ('1',)), (('1/2',), ('3',)))
    """
    numbers = [parse_number(text) for text in dataset.labels]
    if coding in ("real", "signs") and codes is None and None not in numbers:
        return Numbers(tuple(map(str, numbers)))
    keys: list[str] = [text if q is None else str(q) for text, q in zip(dataset.labels, numbers, strict=True)]
    names: dict[str, str] = {}
    for key, text in zip(keys, dataset.labels, strict=True):
        names.setdefault(key, text)
    order = sorted(names, key=Fraction if None not in numbers else str)
    if len(order) > MAX_CLASSES:
        numeric = ", or take the numbers themselves (one real output, no codes)" if None not in numbers else ""
        raise InputError(
            f"label: column {dataset.label!r} has {len(order)} different values, classes are at most {MAX_CLASSES}; "
            f"choose another column{numeric}"
        )
    place = {key: k for k, key in enumerate(order)}
    classes = tuple(names[key] for key in order)
    vectors = _codes(classes, coding) if codes is None else _given_codes(codes, classes)
    return Classes(classes, vectors, tuple(place[key] for key in keys))


def labels_of(dataset: Dataset, coding: str | None, codes: str | None, given: WeightFile | None) -> Labels:
    """The labels as targets: by the options, else as the given weights were trained, else by their outputs."""
    if codes is not None and coding == "units":
        raise InputError("codes: --coding units has codes of its own, 1 and 0; leave out one of the two")
    if codes is None and coding is None and given is not None and given.codes:
        return read_labels(dataset, "signs", given.codes)
    several = coding == "units" or (coding is None and given is not None and given.weights.outputs > 1)
    return read_labels(dataset, "one-hot" if several else "signs", codes)


def label_words(labels: Labels) -> str:
    """The labels with the codes of the classes, for example "2 classes (no=-1, yes=1)", if the codes are short.

    >>> label_words(Classes(("no", "yes"), (("-1",), ("1",)), (0, 1)))
    '2 classes (no=-1, yes=1)'
    """
    if isinstance(labels, Numbers):
        return "numbers"
    codes = [f"{name}={' '.join(c)}" for name, c in zip(labels.classes, labels.codes, strict=True) if len(c) <= 4]
    return labels.text() + (f" ({', '.join(codes[:10])}{', ...' if len(codes) > 10 else ''})" if codes else "")


def _codes(classes: tuple[str, ...], coding: Coding) -> tuple[tuple[str, ...], ...]:
    count = len(classes)
    if coding == "one-hot" or (coding == "units" and count > 2):
        return tuple(tuple("1" if k == j else "0" for j in range(count)) for k in range(count))
    if coding == "signs" and count == 2:
        return (("-1",), ("1",))
    return tuple((str(k),) for k in range(count))


def _given_codes(text: str | Mapping[str, str], classes: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    given = split_codes(text, classes) if isinstance(text, str) else {k: tuple(c.split()) for k, c in text.items()}
    if sorted(given) != sorted(classes):
        if isinstance(text, str):
            raise _not_each_once(text, classes)
        raise InputError(
            f"network: it was trained on the classes {', '.join(given)}, the table has {', '.join(classes)}; give "
            "the table it was trained on, or --codes"
        )
    codes = [tuple(code_number(name, entry) for entry in given[name] or ("",)) for name in classes]
    if len(set(codes)) != len(codes):
        raise InputError(f"codes: two classes have the same code in {text!r}; make them different")
    if len(set(map(len, codes))) != 1:
        raise InputError(f"codes: those in {text!r} differ in length; give each class a number for each output")
    return tuple(tuple(map(str, code)) for code in codes)


def split_codes(text: str, classes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The code of each class in ``text``, which must name all ``classes``, and each once; raises InputError.

    >>> split_codes("u=0 1, v=1/2 0", ("v",))
    {'u': ('0', '1'), 'v': ('1/2', '0')}
    """
    parts = [part.rpartition("=")[::2] for part in text.split(",")]
    given = {name.strip(): tuple(code.split()) for name, code in parts}
    if len(given) != len(parts) or not given.keys() >= set(classes):
        raise _not_each_once(text, classes)
    return given


def _not_each_once(text: str, classes: tuple[str, ...]) -> InputError:
    example = ",".join(f"{name}={k}" for k, name in enumerate(classes[:3])) + (",..." if len(classes) > 3 else "")
    return InputError(f"codes: {text!r} does not name each class once; write {example}")


def code_number(name: str, text: str) -> Fraction:
    """The number that is the code of a class, or one entry of it; raises InputError.

    >>> code_number("no", "-1/2")
    Fraction(-1, 2)
    """
    top, slash, bottom = text.partition("/")
    numerator, denominator = parse_number(top), parse_number(bottom) if slash else Fraction(1)
    if numerator is None or not denominator:
        raise InputError(f"codes: {text!r} is not a number for the class {name!r}; write for example 1 or -1/2")
    return numerator / denominator
