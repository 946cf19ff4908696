"""Prints `reference.csv`: every row at some points, by mpmath with 120 digits, derivatives by its own
numerical differentiation. Independent of this package; run by hand where a row is added:

    python3 test/reference.py > test/reference.csv
"""
from mpmath import mp, mpf, mpc
import mpmath as m

mp.dps = 120
half = mpf(1) / 2


def where(c, a, b):
    return a if c else b


def real(f):
    def g(*xs):
        y = f(*xs)
        if isinstance(y, mpc):
            assert abs(y.imag) < mpf(10) ** -60, (f, xs, y)
            return y.real
        return y
    return g


LAMBDA, ALPHA = mpf('1.0507009873554804934193349852946'), mpf('1.6732632423543772848170429916717')
Phi = lambda x: m.erfc(-x / m.sqrt(2)) / 2
sig = lambda x: 1 / (1 + m.exp(-x))
soft = lambda x: m.log1p(m.exp(x))
EVERYWHERE = ['-3.7', '-1.25', '-0.3', '0.2', '0.9', '2.6']
WIDE = EVERYWHERE + ['-40', '1e-20', '40']
POSITIVE = ['0.001', '0.3', '0.9', '1.7', '42']
INSIDE = ['-0.95', '-0.3', '1e-20', '0.2', '0.8']

UNARY = {
    'neg': (lambda x: -x, WIDE), 'abs': (lambda x: abs(x), WIDE), 'sign': (m.sign, WIDE),
    'square': (lambda x: x * x, WIDE), 'sqrt': (m.sqrt, POSITIVE), 'rsqrt': (lambda x: 1 / m.sqrt(x), POSITIVE),
    'cbrt': (lambda x: m.sign(x) * m.cbrt(abs(x)), EVERYWHERE), 'reciprocal': (lambda x: 1 / x, EVERYWHERE),
    'exp': (m.exp, WIDE), 'expm1': (m.expm1, WIDE), 'exp2': (lambda x: mpf(2) ** x, WIDE),
    'log': (m.log, POSITIVE), 'log1p': (m.log1p, INSIDE + ['40']), 'log2': (lambda x: m.log(x, 2), POSITIVE),
    'log10': (m.log10, POSITIVE), 'sin': (m.sin, WIDE), 'cos': (m.cos, WIDE), 'tan': (m.tan, EVERYWHERE),
    'asin': (m.asin, INSIDE), 'acos': (m.acos, INSIDE), 'atan': (m.atan, WIDE), 'sinh': (m.sinh, WIDE),
    'cosh': (m.cosh, WIDE), 'tanh': (m.tanh, WIDE), 'asinh': (m.asinh, WIDE), 'acosh': (m.acosh, ['1.01', '1.7', '42']),
    'atanh': (m.atanh, INSIDE), 'sigmoid': (sig, WIDE + ['-700']), 'logSigmoid': (lambda x: -soft(-x), WIDE + ['-800']),
    'relu': (lambda x: where(x > 0, x, mpf(0)), WIDE),
    'selu': (lambda x: LAMBDA * where(x > 0, x, ALPHA * m.expm1(x)), WIDE),
    'gelu': (lambda x: x * Phi(x), EVERYWHERE + ['-12', '12', '1e-20']),
    'geluTanh': (lambda x: x / 2 * (1 + m.tanh(m.sqrt(2 / m.pi) * (x + mpf('0.044715') * x ** 3))), EVERYWHERE + ['-5', '5']),
    'silu': (lambda x: x * sig(x), WIDE), 'mish': (lambda x: x * m.tanh(soft(x)), WIDE),
    'erf': (m.erf, EVERYWHERE + ['1e-20', '6']), 'erfc': (m.erfc, EVERYWHERE + ['5', '26']),
    'floor': (m.floor, EVERYWHERE), 'ceil': (m.ceil, EVERYWHERE), 'round': (m.nint, EVERYWHERE),
    'trunc': (lambda x: m.sign(x) * m.floor(abs(x)), EVERYWHERE),
}
PAIRS = [('1.3', '0.7'), ('0.4', '2.5'), ('2.2', '-1.1'), ('-0.8', '1.9'), ('-1.6', '-0.45')]
ABOVE = [('1.3', '0.7'), ('0.4', '2.5'), ('2.2', '-1.1'), ('0.01', '3')]
BINARY = {
    'add': (lambda a, b: a + b, PAIRS), 'sub': (lambda a, b: a - b, PAIRS), 'mul': (lambda a, b: a * b, PAIRS),
    'div': (lambda a, b: a / b, PAIRS), 'pow': (lambda a, b: a ** b, ABOVE), 'atan2': (lambda a, b: m.atan2(a, b), PAIRS),
    'hypot': (lambda a, b: m.sqrt(a * a + b * b), PAIRS), 'minimum': (lambda a, b: min(a, b), PAIRS),
    'maximum': (lambda a, b: max(a, b), PAIRS), 'mod': (lambda a, b: a - b * m.floor(a / b), [(a, b + '3') for a, b in PAIRS]),
    'logaddexp': (lambda a, b: m.log(m.exp(a) + m.exp(b)), PAIRS + [('-30', '30')]),
    'softplus': (lambda x, k: soft(k * x) / k, [('1.3', '0.7'), ('-0.4', '2.5'), ('-30', '1'), ('30', '2')]),
    'leakyRelu': (lambda x, k: where(x > 0, x, k * x), PAIRS), 'elu': (lambda x, k: where(x > 0, x, k * m.expm1(x)), PAIRS),
}
TERNARY = {
    'clip': (lambda x, lo, hi: min(max(x, lo), hi), [('0.3', '-1', '2'), ('-1.7', '-1', '2'), ('2.6', '-1', '2'), ('0.3', '2', '-1')]),
    'where': (lambda c, a, b: where(c != 0, a, b), [('1', '0.7', '3'), ('0', '0.7', '3')]),
}


def orders(n, upto):
    if n == 1:
        return [(k,) for k in range(upto + 1)]
    return [(i,) + rest for i in range(upto + 1) for rest in orders(n - 1, upto - i)]


def exact(text):
    return mpf(float(text))  # the double, not the decimal


print('op,at,orders,result')
for table, arity in ((UNARY, 1), (BINARY, 2), (TERNARY, 3)):
    for name, (f, points) in table.items():
        for point in points:
            at = (point,) if arity == 1 else point
            xs = tuple(exact(x) for x in at)
            for n in orders(arity, 3 if arity == 1 else 2):
                if name == 'where' and n[0] > 0:
                    continue
                y = real(f)(*xs) if sum(n) == 0 else m.diff(real(f), xs if arity > 1 else xs[0], n if arity > 1 else n[0])
                y = float(y)
                if sum(n) > 0 and abs(y) < 1e-60 and abs(xs[0]) < 30:
                    y = 0.0  # what is left of a difference
                print(f'{name},{" ".join(repr(float(x)) for x in at)},{" ".join(map(str, n))},{y!r}')
