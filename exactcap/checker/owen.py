"""Two correlated normal variables: Owen's angular tail, P(X > h, Y > k) and E (X-h)_+ (Y-k)_+ (SPEC-GAUSSIAN.md, G1).

The angular tail I(h, a) is the integral over w > a of e^(-h^2 (1 + w^2)/2)/(1 + w^2). For a >= 0 and X = h a there are
three ways to it, none of which needs quadrature: X large, h large beside X, or neither.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import count

from .elementary import atan, ceiling, exp, fixed, pi
from .intervals import End, Interval, Undefined, order
from .normal import absolute_tail, density, mills, moment, tail

MAX_RAISES = 6
MAX_MAGNITUDE = 2**15  # |binary exponent| of a threshold, of a distance, of 1 - correlation
MAX_BITS = 2**16


def angular_tail(h: Interval, a: Interval) -> Interval:
    """I(h, a) for h >= 0 and real a; it decreases in both. Raises Undefined when h may be negative.

    >>> angular_tail(Interval.exact(0, 64), Interval.exact(1, 64)).contains(Fraction(785398163397448309616, 10**21))
    True
    """
    if h.lo[0] < 0:
        raise Undefined("the distance of an angular tail may be negative")
    least = _at_points(h.high(), a.high())
    if h.is_point() and not a.is_point():  # from a.hi to a.lo it grows by at most the width times the largest integrand
        nearest = a.low() if a.is_positive() else a.high() if a.is_negative() else Interval.exact(0, a.bits)
        weight = 1 + nearest.square()
        growth = (a.high() - a.low()) * exp(-h.square() * weight.scaled(-1), 64) / weight
        if growth.certainly_at_most(least.scaled(-least.bits // 2)):
            return least.hull(least + growth)
    return least if h.is_point() and a.is_point() else least.hull(_at_points(h.low(), a.low()))


def _at_points(h: Interval, a: Interval) -> Interval:
    bits = max(h.bits, a.bits)
    if not h.is_positive():  # pi/2 - atan a
        return atan(1 / a.at(bits)) if a.is_positive() else pi(bits).scaled(-1) + atan(-a.at(bits))
    if max(-h.magnitude(), a.magnitude()) > MAX_MAGNITUDE:
        raise Undefined("an angular tail is too close to the origin or starts too far out")
    if a.is_negative():  # the whole line gives 2 pi Q(h), and I(h, -a) is at most half of that
        wide = Interval.point(*h.lo, bits + 8)
        return (pi(bits + 8).scaled(1) * tail(wide) - _at_points(wide, -a)).at(bits)
    (m, e), (n, f) = h.lo, a.lo
    x, h2, x2 = (
        Interval.point(m * n, e + f, bits),
        Interval.point(m * m, 2 * e, bits),
        Interval.point((m * n) ** 2, 2 * e + 2 * f, bits),
    )
    limit = Interval.exact(Fraction(7 * (bits + 16), 5), bits)  # e^(-limit/2) < 2^-(bits + 16)
    if limit.certainly_at_most(x2):
        return _far_start(a, h2, x2, bits)
    if limit.certainly_at_most(h2 - x2):
        return _far_line(h, a, x, h2, x2, bits)
    # here h^2 < 3 (bits + 16) and X^2 < 1.4 (bits + 16), and e^(-t/2) >= 2^(-0.73 t)
    loss = ceiling((h2 + x2) * Fraction(73, 100)) + 2 * max(0, a.magnitude()) + 16
    return _by_entire_series(h, a, x, bits + loss).at(bits)


def _bell(h2: Interval, x2: Interval, bits: int) -> Interval:
    """e^(-(h^2 + x^2)/2) with `bits` bits."""
    wide = bits + max(0, h2.magnitude(), x2.magnitude()) + 8
    return exp(-(h2.at(wide) + x2.at(wide)).scaled(-1), bits)


def _far_start(a: Interval, h2: Interval, x2: Interval, bits: int) -> Interval:
    """I(h, a) = e^(-B/2)/(a B) (D_0 - D_1 + D_2 - ...), A = X^2, B = X^2 + h^2, enclosed by consecutive partial sums.

    D_n = C_n + (2n/B) D_(n-1), C_n = ((2n-1)/A) C_(n-1), C_0 = D_0 = 1. Proof: with (h w)^2 = X^2 + 2v the integral is
    h e^(-B/2) times that of e^(-v) f(v) over v > 0, f(v) = (A + 2v)^(-1/2) (B + 2v)^(-1). f is completely monotone:
    its Taylor sums at 0 alternate around it, and (-1)^n D_n A^(-1/2) B^(-1) is n! times its coefficient of v^n.
    """
    w = bits + 2 * bits.bit_length() + 8
    inverse_a, inverse_b = 1 / x2.at(w), 1 / (h2.at(w) + x2.at(w))
    total, c, d, n = Interval.exact(0, w), Interval.exact(1, w), Interval.exact(1, w), 0
    small = d.scaled(-bits - 4)
    while not d.certainly_at_most(small) and 10 * n < 7 * (bits + 16):  # then n is near A/2 at least: the least term
        total += -d if n % 2 else d
        n += 1
        c *= inverse_a * (2 * n - 1)
        d = d * inverse_b * (2 * n) + c
    total = total.hull(total - d if n % 2 else total + d)
    return (_bell(h2, x2, w) * inverse_b * total / a).at(bits)


def _far_line(h: Interval, a: Interval, x: Interval, h2: Interval, x2: Interval, bits: int) -> Interval:
    """I(h, a) = e^(-(h^2 + X^2)/2)/h (s_0 - s_1 + s_2 - ...), enclosed by consecutive partial sums.

    s_0 = R(X), s_n = a^(2n-1)/h + ((2n-1)/h^2) s_(n-1). Proof: with w = x/h the integral is h e^(-h^2/2) times that of
    e^(-x^2/2)/(h^2 + x^2) over x > X; the sums of (-1)^n x^(2n)/h^(2n+2) alternate around the quotient, and
    s_n h^(2n) e^(-X^2/2) is the integral of x^(2n) e^(-x^2/2), by parts.
    The least term is below 2^-bits s_0, since (x/h)^(2n) e^(-x^2/2) with 2n near h^2 is at most near e^(-h^2/2).
    """
    w = bits + 2 * bits.bit_length() + 8
    inverse, power, square = 1 / h2.at(w), a.at(w) / h, a.at(w).square()
    total, s = Interval.exact(0, w), mills(x.at(w))
    small, n = s.scaled(-bits - 4), 0
    while not s.certainly_at_most(small) and n < 2 * (bits + 16):
        total += -s if n % 2 else s
        n += 1
        s = power + s * inverse * (2 * n - 1)
        power *= square
    total = total.hull(total - s if n % 2 else total + s)
    return (_bell(h2, x2, w) * total / h).at(bits)


def _by_entire_series(h: Interval, a: Interval, x: Interval, bits: int) -> Interval:
    """With an absolute error near 2^-bits: I(h, a) = pi Q(h) - K(h^2/2, a), K the integral from 0 to a.

    P(U > h, V > X) = Q(h) Q(X) for independent U, V, so I(h, a) + I(X, 1/a) = 2 pi Q(h) Q(X); hence for a > 1, to have
    1/a <= 1 instead: I(h, a) = K(X^2/2, 1/a) - pi Q(X) (1 - 2 Q(h)).
    """
    if order(a.lo, (1, 0)) <= 0:
        return pi(bits) * absolute_tail(h, bits) - _integral_from_zero(h, a.at(bits), bits)
    rest = pi(bits) * absolute_tail(x, bits) * (1 - absolute_tail(h, bits).scaled(1))
    return _integral_from_zero(x, 1 / a.at(bits), bits) - rest


def _integral_from_zero(h: Interval, a: Interval, bits: int) -> Interval:
    """K(u, a), u = h^2/2, 0 <= a <= 1, with an absolute error near 2^-bits, by Owen's series:

    K = atan a - the sum of (-1)^j a^(2j+1) P_j/(2j+1), P_j = P(N > j) = 1 - Q_0 - ... - Q_j, N Poisson with mean u,
    Q_j = e^(-u) u^j/j!. Proof: (1 + w^2) times the sum of (-1)^j w^(2j) P_j is 1 - e^(-u (1 + w^2)).
    """
    m, e = h.lo
    u = Interval.point(m * m, 2 * e - 1, bits)
    growth = ceiling(u * Fraction(3, 2)) + 2  # e^u <= 2^growth, as log2(e) < 1.5
    w = bits + growth + 2 * (bits + growth).bit_length() + 16
    power = fixed(a.lo, w)
    at = Interval.point(power, -w, w)  # K grows by at most the width from `at` to a.hi: the integrand is at most 1
    square, rate = power * power >> w, fixed(u.lo, w)
    first = exp(-u, w)
    q = fixed(first.lo, w)
    doubt = fixed(first.hi, w) + 1 - q
    above, total = (1 << w) - q, 0
    for j in count():
        part = power * above // (2 * j + 1) >> w
        total += -part if j % 2 else part
        if not q:
            break
        q = q * rate // (j + 1) >> w
        above -= q
        power = power * square >> w
    # In units 2^-w: one that Q_i lacks makes Q_(i+n) lack at most u^n i!/(i+n)! <= u^n/n!, all of them at most e^u.
    # Q_0 lacks at most `doubt`, a step adds less than 2 (the rate is rounded too), from the first q = 0 on nothing. So
    # with s = j + 1 + doubt all Q together, hence each P_j, are known within 2 s e^u, a power within 2 s, and the terms
    # within s (2 s e^u + 2 s + 2). What follows has decreasing terms of alternating signs, so it is at most the P_j of
    # q = 0, which is 0 but for its error. The arc tangent brings its own error.
    error = 10 * (j + 2 + doubt) ** 2 << growth
    value = atan(at) - Interval.point(total, -w, w) + Interval((-error, -w), (error, -w), w)
    return value.hull(value + (a.high() - at))


def correlation(power: int, h: Interval, k: Interval, rho: Interval | Fraction) -> Interval:
    """E phi(X - h) phi(Y - k), phi(u) = 1{u > 0} (power 0) or u_+ (power 1), -1 <= rho <= 1 the correlation of X and Y.

    It decreases in h and k and increases in rho (Plackett), so it is evaluated at two corners only.

    >>> zero = Interval.exact(0, 64)
    >>> (correlation(0, zero, zero, Fraction(1, 2)) * 3).contains(1)
    True
    """
    least, most = (rho, rho) if isinstance(rho, Fraction) else (_fraction(rho.lo), _fraction(rho.hi))
    if least > 1 or most < -1:
        raise Undefined("a correlation is outside of [-1, 1]")
    low = _corner(power, h.high(), k.high(), max(least, Fraction(-1)))
    if h.is_point() and k.is_point() and least == most:
        return low
    return low.hull(_corner(power, h.low(), k.low(), min(most, Fraction(1))))


def _fraction(x: End) -> Fraction:
    m, e = x
    if abs(e) > 2 * MAX_MAGNITUDE:
        raise Undefined("a threshold or correlation is too small or too large")
    return Fraction(m << e) if e >= 0 else Fraction(m, 1 << -e)


def _corner(power: int, first: Interval, second: Interval, rho: Fraction) -> Interval:
    """At three exact numbers; the working precision is raised until the result has `bits` bits."""
    bits = max(first.bits, second.bits)
    k, h = sorted((_fraction(first.lo), _fraction(second.lo)))
    if rho == -1 and h + k >= 0:
        return Interval.exact(0, bits)
    extra = 32 + (4 * power + 2) * _size(h, k)
    if abs(rho) < 1:
        variance = (1 - rho) * (1 + rho)
        extra += _size((h * h - 2 * h * k * rho + k * k) / variance) + (power + 1) * _size(1 / variance)
    compute = _with_correlation if abs(rho) < 1 else _dependent
    for _ in range(MAX_RAISES):
        if bits + extra > MAX_BITS:
            raise Undefined("the thresholds or the correlation need too many bits")
        value = compute(power, h, k, rho, bits + extra)
        if (accuracy := value.accuracy()) >= bits:
            break
        extra += bits - accuracy + 8 if accuracy else bits + extra
    return value.at(bits).at_least_zero()


def _size(*numbers: Fraction) -> int:
    return max(0, *(Interval.exact(number, 8).magnitude() for number in numbers))


def _dependent(power: int, h: Fraction, k: Fraction, rho: Fraction, bits: int) -> Interval:
    """Y = X or Y = -X, h >= k, and then h < -k."""
    first, second = Interval.exact(h, bits), Interval.exact(-k if rho < 0 else k, bits)
    gap = Interval.exact(-k - h if rho < 0 else h - k, bits)
    if rho > 0:
        return moment(2, first) + gap * moment(1, first) if power else tail(first)
    if not power:
        return tail(first) - tail(second)
    # the integral of (x - h)(-k - x) g(x) over x > h less that over x > -k
    return gap * (moment(1, first) + moment(1, second)) - moment(2, first) + moment(2, second)


def _with_correlation(power: int, h: Fraction, k: Fraction, rho: Fraction, bits: int) -> Interval:
    sigma = Interval.exact((1 - rho) * (1 + rho), bits).sqrt()
    if h == 0 and k == 0:
        joint = angular_tail(Interval.exact(0, bits), -rho / sigma) / pi(bits).scaled(1)
    else:
        joint = (_wedge(h, k, rho, sigma, bits) + _wedge(k, h, rho, sigma, bits)) / pi(bits).scaled(1)
        if h < 0 and k < 0:
            joint += 1
    if not power:
        return joint
    x, y = Interval.exact(h, bits), Interval.exact(k, bits)
    far = Interval.exact((h * h - 2 * h * k * rho + k * k) / (1 - rho * rho), bits)
    value = Interval.exact(rho + h * k, bits) * joint + sigma * exp(-far.scaled(-1)) / pi(bits).scaled(1)
    for one, other, from_one in ((x, k, k - rho * h), (y, h, h - rho * k)):
        if other:
            value -= density(one) * tail(Interval.exact(from_one, bits) / sigma) * other
    return value


def _wedge(h: Fraction, k: Fraction, rho: Fraction, sigma: Interval, bits: int) -> Interval:
    """J_h of G1."""
    if h == 0:
        return pi(bits) if k < 0 else Interval.exact(0, bits)
    start = Interval.exact((k - rho * h) / abs(h), bits) / sigma  # |h| t_h: -t_h = (k - rho h)/(|h| sigma) for h < 0
    value = angular_tail(Interval.exact(abs(h), bits), start)
    return value if h > 0 else -value
