"""Lemmas whose truth is known: by their rule, by a cover, false at a point, and undecided ones."""

from __future__ import annotations

from exactcap.claims.inequality import (
    Asymptotics,
    Decoupling,
    Deviation,
    Layer,
    Monotonicity,
    NormChange,
    Orthogonal,
    Perception,
    Profile,
    SecondMoment,
    Separated,
    Stability,
)

TRUE = [
    Separated("relu", "0", "1", "sharp"),
    Separated("threshold", "0", "1", "1/8"),
    Separated("relu", "5/2", "7/5", "1/9"),
    Profile("threshold"),
    Profile("relu"),
    NormChange("relu", "0", "1/2", "1/5", "plain"),
    NormChange("threshold", "0", "1/2", "1/2", "plain"),
    NormChange("relu", "0", "1/2", "2421/10000", "plain"),
    NormChange("threshold", "1", "447/500", "1/5", "sharp"),
    NormChange("threshold", "0", "-1", "1/5", "sharp"),
    Orthogonal("threshold", "1", "2", "1/8", "plain"),
    Orthogonal("threshold", "1", "699/500", "1/8", "sharp"),
    Orthogonal("relu", None, "2", "219/2000", "sharp"),
    Orthogonal("threshold", None, "2", "73899/500000", "plain"),
    Orthogonal("relu", "-3", "1", "0", "plain"),
    Decoupling("1203/1000", "1/16"),
    Decoupling("1", "0"),
    Deviation("threshold", "10/3", "10"),
    Deviation("relu", "800/3", "11"),
    Perception("1/1025", "1/16"),
    Layer("1/385", "two-or-more"),
    Asymptotics("1", 0),
    Asymptotics("3", 1),
    Asymptotics("6", 2),
    Stability("2", "3", 1, "-1/4", "1"),
    Stability("1/10", None, 2, "-9/10", None),
    Stability("3", "2", 0, "-1/2", "2"),
    Monotonicity("any", "0", "moment", "sigma"),
    Monotonicity("threshold", "1/2", "moment", "sigma"),
    Monotonicity("closed-threshold", "1/100", "moment", "sigma"),
    Monotonicity("relu", None, "moment", "sigma"),
    Monotonicity("any", None, "moment", "bias"),
    Monotonicity("relu", None, "correlation", "rho"),
    Monotonicity("threshold", None, "correlation", "delta"),
    SecondMoment("threshold", "1"),
]

# theory/gaussian.md, section 3: the critical biases lie in (-1.3, -1.2) and (-1.7, -1.6)
COVERED = [
    Separated("threshold", "-6/5", "2", "1/8"),
    Separated("threshold", "-1/100", "3/2", "1/10"),
    Separated("relu", "-8/5", "2", "1/8"),
]

BY_MILLS = [SecondMoment("relu", "726/625"), SecondMoment("relu", "3")]

FALSE = [
    Separated("threshold", "-13/10", "2", "1/8"),
    Separated("relu", "-17/10", "2", "1/8"),
    Separated("relu", "0", "99/100", "sharp"),
    Separated("threshold", "0", "5", "13/100"),
    Separated("relu", "0", "5", "13/100"),
    Separated("threshold", "-1/10", "1", "sharp"),
    NormChange("threshold", "0", "179/200", "1/5", "sharp"),
    NormChange("relu", "0", "573/1000", "1/5", "sharp"),
    Orthogonal("threshold", "1", "1397/1000", "1/8", "sharp"),
    Orthogonal("relu", "1", "2183/1000", "1/8", "sharp"),
    Decoupling("601/500", "1/16"),
    Decoupling("11339/10000", "1/16"),
    Layer("1/1000000", "one"),
    Layer("100", "one"),
    Asymptotics("999/1000", 0),
    Asymptotics("2999/1000", 1),
    Asymptotics("5999/1000", 2),
    Stability("5", "3", 1, "0", None),
    Stability("1", "2999/1000", 1, "0", "1"),
    Stability("1", "1/10", 2, "-1/2", "0"),
    Monotonicity("threshold", "-1", "moment", "sigma"),
    Monotonicity("any", None, "moment", "sigma"),
    Monotonicity("closed-threshold", "0", "moment", "sigma"),
    SecondMoment("relu", "1161/1000"),
    SecondMoment("threshold", "999/1000"),
]

# true or unknown, but no rule reaches them
UNDECIDED = [
    Deviation("threshold", "10/3", "9"),
    Perception("1/1024", "1/16"),
    Layer("1/384", "two-or-more"),
    Separated("threshold", "-1/10", "1", "1/8"),
]
