"""The minimax polynomials of assembly/math.ts, by the exchange algorithm of E. Remez (1934) with 60 digits.

`python3 tools/coefficients.py` (needs mpmath) prints the coefficients, lowest power first, rounded to the
kernel's precision, and the largest weighted error of the rounded polynomial on a fine grid.
"""

import struct

from mpmath import cos, erfc, exp, expm1, linspace, log, lu_solve, matrix, mp, mpf, pi, sqrt

mp.dps = 60


def single(x):
    return struct.unpack("f", struct.pack("f", float(x)))[0]


def remez(f, weight, degree, low, high, rounds=12):
    """The polynomial p of a degree for which max weight(x) |p(x) - f(x)| is smallest on [low, high]."""
    n = degree + 2
    xs = [(low + high) / 2 - (high - low) / 2 * cos(pi * i / (n - 1)) for i in range(n)]
    grid = list(linspace(low, high, 60 * n))
    for _ in range(rounds):
        rows = [[x**k for k in range(degree + 1)] + [(-1) ** i / weight(x)] for i, x in enumerate(xs)]
        c = list(lu_solve(matrix(rows), matrix([f(x) for x in xs])))[: degree + 1]
        errors = [weight(x) * (sum(a * x**k for k, a in enumerate(c)) - f(x)) for x in grid]
        # The extreme of each run of one sign takes the place of the point that stood for it.
        peaks = []
        for x, e in zip(grid, errors):
            if peaks and (peaks[-1][1] > 0) == (e > 0):
                if abs(e) > abs(peaks[-1][1]):
                    peaks[-1] = (x, e)
            else:
                peaks.append((x, e))
        while len(peaks) > n:
            peaks.pop(0 if abs(peaks[0][1]) < abs(peaks[-1][1]) else -1)
        if len(peaks) < n:
            break
        xs = [x for x, _ in peaks]
    return c


def show(name, f, weight, degree, low, high, rounded):
    low, high = mpf(low), mpf(high)
    c = [rounded(a) for a in remez(f, weight, degree, low, high)]
    grid = linspace(low, high, 2001)
    worst = max(weight(x) * abs(sum(mpf(a) * x**k for k, a in enumerate(c)) - f(x)) for x in grid)
    print(f"{name}: within {float(worst):.2g}")
    for a in c:
        print(f"  {a!r}")


def tail(x):
    return (expm1(x) - x) / x**2 if abs(x) > 1e-15 else mpf(1) / 2 + x / 6


def logarithm(z):
    """(log((1+s)/(1-s)) - 2s) / s^3 at z = s^2."""
    s = sqrt(z)
    return (log((1 + s) / (1 - s)) - 2 * s) / s**3 if z > 1e-15 else mpf(2) / 3 + 2 * z / 5


P = mpf(3) / 8


def normal(t):
    """e^(a^2/2) (1 - Phi(a)) / t at t = 1/(1 + 3a/8)."""
    a = (1 / t - 1) / P
    return exp(a * a / 2) * erfc(a / sqrt(mpf(2))) / 2 / t


half = log(mpf(2)) / 2 + mpf(10) ** -6
widest = ((sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)) ** 2 * (1 + mpf(10) ** -6)
for precision, rounded, exponential, logarithms in (
    ("float32", single, 4, 2),
    ("float64", float, 10, 6),
):
    show(f"(e^r - 1 - r)/r^2, {precision}", tail, lambda r: r * r * exp(-r), exponential, -half, half, rounded)
    show(f"log, {precision}", logarithm, lambda z: z / 2, logarithms, mpf(10) ** -12, widest, rounded)
show("normal tail, float32", normal, lambda t: 1 / normal(t), 8, 1 / (1 + 15 * P), 1, single)
