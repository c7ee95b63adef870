"""Labels of a table as numbers or classes, and their codes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from exactcap.claims import Classes, Numbers
from exactcap.errors import InputError
from exactcap.models.datasets import Dataset
from exactcap.provers.labels import MAX_CLASSES, label_words, read_labels


def data(*labels: str) -> Dataset:
    n = len(labels)
    values = tuple((Fraction(k),) for k in range(n))
    return Dataset(("x",), "kind", tuple(range(1, n + 1)), values, (), labels)


def test_numbers_are_themselves():
    assert read_labels(data("1.50", "-2e1", "0")) == Numbers(("3/2", "-20", "0"))
    assert read_labels(data("1.50", "-2e1", "0"), "signs") == Numbers(("3/2", "-20", "0"))


def test_one_text_makes_all_of_them_classes():
    assert read_labels(data("1", "2", "two")) == Classes(("1", "2", "two"), (("0",), ("1",), ("2",)), (0, 1, 2))


def test_signs_are_for_two_classes():
    assert read_labels(data("b", "a"), "signs").codes == (("-1",), ("1",))
    assert read_labels(data("b", "a", "c"), "signs").codes == (("0",), ("1",), ("2",))


def test_units_are_in_increasing_order_of_numbers():
    found = read_labels(data("10", "9", "10.0", "1e1"), "units")
    assert found == Classes(("9", "10"), (("0",), ("1",)), (1, 0, 1, 1))
    three = read_labels(data("x", "y", "z"), "units")
    assert three.codes == (("1", "0", "0"), ("0", "1", "0"), ("0", "0", "1"))
    assert three.targets()[1] == (0, 1, 0)
    assert read_labels(data("x", "x"), "units").codes == (("0",),)
    assert read_labels(data("7", "5"), "one-hot").codes == (("1", "0"), ("0", "1"))


def test_given_codes():
    found = read_labels(data("a=b", "c"), "real", "a=b=1/3, c=-2")
    assert found.codes == (("1/3",), ("-2",))
    assert read_labels(data("1", "2"), "signs", "1=5,2=6").targets() == [(5,), (6,)]
    several = read_labels(data("a", "b"), "signs", {"a": "1 0 -1/2", "b": "1  0  3"})
    assert several.codes == (("1", "0", "-1/2"), ("1", "0", "3"))
    assert label_words(several) == "2 classes by 3 outputs (a=1 0 -1/2, b=1 0 3)"


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ("a=1", "each class once; write a=0,b=1"),
        ("a=1,b=2,c=3", "each class once"),
        ("a=1,b=2,a=3", "each class once"),
        ("a=1,b=1.0", "same code"),
        ("a=1,b=two", "not a number for the class 'b'"),
        ("a=1 2,b=3", "differ in length"),
        ("a=,b=3", "not a number for the class 'a'"),
        ("a=1,b=1/0", "not a number"),
        ("a=1,b=1e999999999", "not a number"),
        ("", "each class once"),
    ],
)
def test_codes_that_do_not_fit(codes, message):
    with pytest.raises(InputError, match=message):
        read_labels(data("a", "b"), "real", codes)


def test_too_many_classes():
    labels = [f"{k}/x" for k in range(MAX_CLASSES + 1)]
    assert len(read_labels(data(*labels[:-1]), "units").codes) == MAX_CLASSES
    with pytest.raises(InputError, match=r"101 different values.*another column$"):
        read_labels(data(*labels), "units")
    with pytest.raises(InputError, match=r"101 different values.*or take the numbers themselves"):
        read_labels(data(*map(str, range(MAX_CLASSES + 1))), "units")
