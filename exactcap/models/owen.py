"""The two integrals behind every correlation: one positive, by quadrature, and one as a power series (Owen 1956)."""

from __future__ import annotations

from flint import acb, arb, ctx

from exactcap.arithmetic.balls import precision


def owen_series(rate: arb, a: arb) -> arb:
    """atan(a) minus the integral of e^(-rate (1 + w^2))/(1 + w^2) over 0 < w < a, for rate, a >= 0 (Owen 1956).

    It is the sum over m >= 0 of (-1)^m a^(2m+1)/(2m+1) P(N > m), N Poisson with this mean: multiply the power series
    of e^(-rate w^2) and 1/(1 + w^2). P(N > m) <= rate^(m+1)/(m+1)! and, where 2 rate <= M + 1, P(N >= M) <= 2 P(N = M);
    where 2 a^2 rate <= M + 2 the terms from M on halve, so that they sum to at most twice the first.

    >>> from exactcap.arithmetic.balls import rounded
    >>> rounded(owen_series(arb(2), arb(1)), 10)
    (7155525054, -10)
    """
    square = a * a
    mass, masses, m = (-rate).exp(), [], 0  # P(N = m)
    bound, tiny = a, arb((1, -ctx.prec))  # a^(2m+1) rate^m/m!
    while not (bound < tiny and mass < tiny and 2 * square * rate <= m + 2 and 2 * rate <= m + 1):
        masses.append(mass)
        m += 1
        mass *= rate / m
        bound *= square * rate / m
    above, total = mass * arb(1, 1), arb(0)
    rest = (2 * bound * rate / ((2 * m + 1) * (m + 1))).upper() * arb(0, 1)
    while m > 0:  # Horner's scheme; P(N > m) from its end, where no digit is lost
        m -= 1
        total = above / (2 * m + 1) - square * total
        above += masses[m]
    return a * total + rest


def far_series(A: arb, B: arb) -> arb:
    """S with I(h, a) = e^(-B/2)/(a B) S, A = h^2 a^2 large and B = A + h^2, between two consecutive partial sums.

    S is D_0 - D_1 + D_2 - ..., D_n = C_n + (2n/B) D_(n-1), C_n = ((2n-1)/A) C_(n-1), C_0 = D_0 = 1: with
    (h w)^2 = A + 2v, I is h e^(-B/2) times the integral of e^(-v) f(v) over v > 0, f(v) = (A + 2v)^(-1/2) (B + 2v)^(-1)
    completely monotone, whose Taylor sums at 0 alternate around it. The least term is near e^(-A/2).

    >>> from exactcap.arithmetic.balls import rounded
    >>> rounded(far_series(arb(400), arb(500)), 10)
    (9935696876, -10)
    """
    tiny, total, c, d, n = arb((1, -ctx.prec)), arb(0), arb(1), arb(1), 0
    while d > tiny and 2 * n < A:
        total += -d if n % 2 else d
        n += 1
        c *= (2 * n - 1) / A
        d = d * (2 * n) / B + c
    return total + (-d if n % 2 else d) * arb(0.5, 0.5)


def ray(k: int, b: arb, c: arb) -> arb:
    """The integral over w > c of (w^2 - c^2)^k e^(-b^2 (w^2 - c^2)/2)/(1 + w^2)^(k+1), k = 0 or 1, for b > 0, c >= 0.

    The integrand is positive and analytic beyond c: full relative accuracy, whatever b and c are.

    >>> from exactcap.arithmetic.balls import rounded
    >>> rounded(ray(0, arb(3), arb(0)), 10), rounded(ray(1, arb(10) ** 15, arb(2)), 10)
    ((3817473275, -10), (4000000000, -71))
    """
    with precision(ctx.prec + 20):
        log_bits = ctx.prec * arb(2).log()
        end = arb((2 * log_bits / (b * (b * c + (b * b * c * c + 2 * log_bits).sqrt()))).mid())
        # exact, and e^(-b^2 end (2c + end)/2) is about 2^-prec
        double, D, rate = acb(2 * c), acb(1 + c * c), acb(-b * b / 2)

        def f(s: acb, _: bool) -> acb:
            x = s * (double + s)  # w^2 - c^2, w = c + s
            d = 1 / (D + x)
            return (rate * x).exp() * (d if k == 0 else x * d * d)

        body = acb.integral(f, acb(0), acb(end), abs_tol=arb((1, -(10**6)))).real
        # beyond W = c + end, with x = w^2 - c^2 >= X: dw = dx/(2w), and int_X^oo x^k e^(-b^2 x/2) dx for k = 0, 1
        X, W, twice = end * (2 * c + end), c + end, 2 / (b * b)
        rest = twice * (X + twice) ** k * (-X / twice).exp() / (2 * W * (1 + W * W) ** (k + 1))
        value = body + rest.union(arb(0))
    return +value
