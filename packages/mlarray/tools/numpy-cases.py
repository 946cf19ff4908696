"""Writes test/numpy.jsonl and test/print.jsonl: what NumPy says, for the tests. Run by hand: python3 tools/numpy-cases.py

A case is [function, arrays, arguments, result]. An array is a shape with the name of a view; its elements
follow from one formula (see `elements`), so that they need not be written down. The result is a shape with
numbers, a list of such, or null where NumPy refuses.
"""

import itertools
import json
import pathlib
import warnings

import numpy as np

warnings.simplefilter("ignore")
VIEWS = ["plain", "transposed", "flipped", "broadcast", "offset"]
cases = []


def elements(count):
    """Halves from -3 to 3, with ties and zeros."""
    return [((i * 7 + 3) % 13 - 6) / 2 for i in range(count)]


def base(shape):
    return np.array(elements(int(np.prod(shape))), dtype=float).reshape(shape)


def viewed(shape, view):
    if view == "transposed":
        return base(shape[::-1]).T
    if view == "flipped":
        return np.flip(base(shape))
    if view == "broadcast" and len(shape) > 0 and shape[0] > 0:
        return np.broadcast_to(base([1, *shape[1:]]), shape)
    if view == "offset":
        return base([3, *shape])[1]
    return base(shape)


def number(x):
    x = float(x)
    return x if np.isfinite(x) else str(x).replace("inf", "Infinity").replace("nan", "NaN")


def result(y):
    if isinstance(y, (list, tuple)):
        return [result(part) for part in y]
    y = np.asarray(y)
    return {"shape": list(y.shape), "data": [number(x) for x in y.ravel()]}


def case(name, shapes, arguments, f):
    """One case; views take turns."""
    pick = [VIEWS[(len(cases) + i) % len(VIEWS)] for i in range(len(shapes))]
    arrays = [viewed(shape, view) for shape, view in zip(shapes, pick)]
    try:
        y = result(f(*arrays))
    except (ValueError, IndexError, TypeError):
        y = None
    cases.append([name, [list(pair) for pair in zip(shapes, pick)], arguments, y])


def as_tuple(axis):
    return tuple(axis) if isinstance(axis, list) else axis


SHAPES = [[], [0], [1], [4], [2, 3], [3, 1], [0, 3], [2, 0], [2, 3, 2], [1, 4, 1]]


def axes_of(rank):
    single = [axis for axis in range(-rank, rank)]
    pairs = [[a, b] for a, b in itertools.combinations(range(rank), 2)]
    wrong = [rank, -rank - 1] if rank > 0 else []
    return [None, *single, [], *pairs, *wrong, *([[0, 0]] if rank > 0 else [])]


def logsumexp(x, axis, keepdims):
    shift = np.max(x, axis=axis, keepdims=True, initial=-100)
    y = np.log(np.sum(np.exp(x - shift), axis=axis, keepdims=True)) + shift
    keep = np.sum(x, axis=axis, keepdims=keepdims)
    return y.reshape(keep.shape)


def norm(x, order, axis, keepdims):
    size = np.abs(x)
    if axis == ():
        pass
    if order == np.inf or order == -np.inf:
        keep = np.sum(x, axis=axis, keepdims=keepdims)
        count = x.size if axis is None else np.prod([x.shape[a] for a in np.atleast_1d(axis)])
        if count == 0:
            return np.zeros(keep.shape)
        return (np.max if order > 0 else np.min)(size, axis=axis, keepdims=keepdims)
    if order == 0:
        return np.sum(x != 0, axis=axis, keepdims=keepdims)
    return np.sum(size**order, axis=axis, keepdims=keepdims) ** (1 / order)


REDUCTIONS = {
    "sum": np.sum,
    "mean": np.mean,
    "prod": np.prod,
    "max": np.max,
    "min": np.min,
    "var": np.var,
    "std": np.std,
    "any": np.any,
    "all": np.all,
    "countNonzero": np.count_nonzero,
    "logsumexp": logsumexp,
}

for shape in SHAPES:
    for axis in axes_of(len(shape)):
        given = {} if axis is None else {"axis": axis}
        for name, f in REDUCTIONS.items():
            for keepdims in [False, True]:
                options = {**given, **({"keepdims": True} if keepdims else {})}
                case(name, [shape], [options], lambda x: f(x, axis=as_tuple(axis), keepdims=keepdims))
        for name in ["var", "std"]:
            f = REDUCTIONS[name]
            case(name, [shape], [{**given, "ddof": 1}], lambda x: f(x, axis=as_tuple(axis), ddof=1))
        for order in [1, 2, 3, 0, "Infinity", "-Infinity"]:
            case(
                "norm",
                [shape],
                [{**given, "ord": order}],
                lambda x: norm(x, float(order), as_tuple(axis), False),
            )
        if not isinstance(axis, list):
            for name, f in {"argmax": np.argmax, "argmin": np.argmin}.items():
                for keepdims in [False, True]:
                    options = {**given, **({"keepdims": True} if keepdims else {})}
                    case(name, [shape], [options], lambda x: f(x, axis=axis, keepdims=keepdims))
            for name, f in {"cumsum": np.cumsum, "cumprod": np.cumprod}.items():
                case(name, [shape], [given], lambda x: f(x, axis=axis))
        case("flip", [shape], [given], lambda x: np.flip(x, axis=as_tuple(axis)))
        case("squeeze", [shape], [given], lambda x: np.squeeze(x, axis=as_tuple(axis)))
        for shift in [1, -2, 7, [1], [2, -1]]:
            if axis != []:
                case("roll", [shape], [shift, given], lambda x: np.roll(x, shift, axis=as_tuple(axis)))
    rank = len(shape)
    case("flatten", [shape], [], np.ravel)
    for order in itertools.permutations(range(rank)):
        case("transpose", [shape], [list(order)], lambda x: np.transpose(x, order))
    case("transpose", [shape], [], np.transpose)
    case("transpose", [shape], [[0] * max(rank, 2)], lambda x: np.transpose(x, [0] * max(rank, 2)))
    for i, j in itertools.product(range(-rank, rank + 1), repeat=2):
        case("swapaxes", [shape], [i, j], lambda x: np.swapaxes(x, i, j))
        case("moveaxis", [shape], [i, j], lambda x: np.moveaxis(x, i, j))
    if rank > 1:
        case("moveaxis", [shape], [[0, 1], [-1, 0]], lambda x: np.moveaxis(x, [0, 1], [-1, 0]))
    for axis in [*range(-rank - 2, rank + 2), [0, -1], [0, 1], [1, 1]]:
        case("expandDims", [shape], [axis], lambda x: np.expand_dims(x, as_tuple(axis)))
    for target in [[], [-1], [0], [2, -1], [-1, 3], [3, -1, 1], [-1, -1], [1, 4], [2, 2], [6], [3, 2], [0, -1]]:
        case("reshape", [shape], [target], lambda x: np.reshape(x, target))
    for target in [[3], [2, 3], [4, 2, 3], [3, 4], [0, 3], [2, 3, 2], [5, 2, 3, 2], [2, 4, 3]]:
        case("broadcastTo", [shape], [target], lambda x: np.broadcast_to(x, target))
    for reps in [2, 0, [2, 1], [1, 3, 2], []]:
        case("tile", [shape], [reps], lambda x: np.tile(x, reps))
    for repeats in [0, 2, [2], [1, 2], [0, 1, 2]]:
        for axis in [None, *range(rank)]:
            given = {} if axis is None else {"axis": axis}
            case("repeat", [shape], [repeats, given], lambda x: np.repeat(x, repeats, axis=axis))
    if rank > 0:
        for mode in ["constant", "edge", "reflect", "symmetric", "wrap"]:
            for width in [[[1, 2]] * rank, [[0, 0]] * rank, [[5, 9]] + [[0, 1]] * (rank - 1)]:
                case("pad", [shape], [width, {"mode": mode}], lambda x: np.pad(x, width, mode=mode))
        width = [[1, 0]] * rank
        case("pad", [shape], [width, {"value": 1.5}], lambda x: np.pad(x, width, constant_values=1.5))
    for k in range(-2, 3):
        if rank > 1:
            case("triu", [shape], [k], lambda x: np.triu(x, k))
            case("tril", [shape], [k], lambda x: np.tril(x, k))
        if rank in (1, 2):
            case("diag", [shape], [k], lambda x: np.diag(x, k))
    if rank > 1:
        case("trace", [shape], [], np.trace)
    for axis in range(-rank - 1, rank + 1):
        for sections in [1, 2, 3, [1], [1, 2], [2, 1], [-1], [9], []]:
            if rank > 0:
                case("split", [shape], [sections, {"axis": axis}], lambda x: np.split(x, sections, axis=axis))
        case("stack", [shape, shape], [{"axis": axis}], lambda a, b: np.stack([a, b], axis=axis))
        case("concatenate", [shape, shape], [{"axis": axis}], lambda a, b: np.concatenate([a, b], axis=axis))
    for other in SHAPES:
        case("concatenate", [shape, other], [{}], lambda a, b: np.concatenate([a, b]))
        case("add", [shape, other], [], np.add)
        case("outer", [shape, other], [], np.outer)

FACTORS = [[], [3], [2, 3], [3, 2], [0, 3], [3, 0], [1, 3, 2], [4, 2, 3], [4, 3, 2], [2, 1, 2, 3], [5, 3, 2]]
for a, b in itertools.product(FACTORS, repeat=2):
    case("matmul", [a, b], [], np.matmul)
    case("dot", [a, b], [], np.dot)
    for axes in [0, 1, 2, [[0], [-1]], [[-1, 0], [0, 1]]]:
        case("tensordot", [a, b], [axes], lambda x, y: np.tensordot(x, y, axes))

for subscripts, *shapes in [
    ["ij,jk->ik", [2, 3], [3, 4]],
    ["ij,jk", [2, 3], [3, 4]],
    ["ij,kj->ki", [2, 3], [4, 3]],
    ["ba", [2, 3]],
    ["ij->ji", [2, 3]],
    ["ij->", [2, 3]],
    ["ij", [2, 3]],
    ["ij->j", [2, 3]],
    ["ii", [3, 3]],
    ["ii->i", [3, 3]],
    ["iij->ij", [2, 2, 3]],
    ["iji->j", [2, 3, 2]],
    ["iii->i", [2, 2, 2]],
    ["...ii->...", [2, 3, 3]],
    ["...ii->...i", [4, 2, 3, 3]],
    ["...", [2, 3]],
    ["i...->...", [2, 3, 4]],
    ["...i->i...", [2, 3, 4]],
    ["i...j->j...i", [2, 3, 4]],
    ["...ij,...jk->...ik", [4, 2, 3], [3, 2]],
    ["...ij,...jk", [4, 2, 3], [1, 3, 2]],
    ["...ij,...jk->ik...", [2, 1, 2, 3], [4, 3, 2]],
    ["i,j->ij", [2], [3]],
    ["i,i", [3], [3]],
    ["i,i->i", [3], [3]],
    ["i,i->", [3], [1]],
    ["ij,j->i", [2, 3], [1]],
    ["ij,ij->ij", [2, 3], [1, 3]],
    ["ij,ij->", [2, 1], [1, 3]],
    [",", [], []],
    [",ij->ji", [], [2, 3]],
    ["bij,bjk,bkl->bil", [2, 2, 3], [2, 3, 2], [2, 2, 1]],
    ["ij,jk,kl->il", [2, 3], [3, 2], [2, 4]],
    ["abc,cd,de->eba", [2, 3, 2], [2, 3], [3, 2]],
    ["ik,jk,lk->ijl", [2, 3], [2, 3], [2, 3]],
    ["i,j,k->kji", [2], [3], [2]],
    ["bhqd,bhkd->bhqk", [2, 2, 3, 2], [2, 2, 2, 2]],
    ["ij,jk->ik", [0, 3], [3, 2]],
    ["ij,jk->ik", [2, 0], [0, 2]],
    ["AbC->bCA", [2, 3, 2]],
    ["aB", [2, 3]],
    [" i j , j k -> i k ", [2, 3], [3, 2]],
    ["ij,jk->ik", [2, 3], [2, 3]],
    ["ii->i", [2, 3]],
    ["ii->i", [1, 3]],
    ["ij->ik", [2, 3]],
    ["ij->ii", [2, 3]],
    ["i", [2, 3]],
    ["i->i->i", [3]],
    ["ij,jk->ik", [2, 3]],
    ["i..", [2]],
    ["i...->i", [2, 3]],
    ["......", [2]],
    ["i1->i", [2, 3]],
]:
    case("einsum", shapes, [subscripts], lambda *arrays: np.einsum(subscripts, *arrays))

for arguments in [
    [5], [0], [-3], [2.5], [1, 4], [4, 1], [4, 1, -1], [0, 1, 0.1], [1, 1.3, 0.1], [0, 1, 0.3], [-1, 1, 0.7],
    [0.1, 0.9, 0.1], [10, 0, -2.5], [0, -1, -0.1], [3, 3], [0, 1, -1], [0.5, 0.8, 0.1], [100, 101, 0.01],
]:
    case("arange", [], arguments, lambda: np.arange(*arguments, dtype=float))
for arguments in [[0, 1, 5], [0, 1, 1], [0, 1, 0], [2, -3, 7], [5, 5, 3], [0, 1], [0.1, 0.7, 4], [1, 3, 2], [0, 1, -1]]:
    case("linspace", [], arguments, lambda: np.linspace(*arguments))
for n, m, k in itertools.product([0, 1, 3], [0, 2, 4], [-5, -1, 0, 1, 3]):
    case("eye", [], [n, {"m": m, "k": k}], lambda: np.eye(n, m, k))

path = pathlib.Path(__file__).parent.parent / "test" / "numpy.jsonl"
path.write_text("".join(json.dumps(one, separators=(",", ":")) + "\n" for one in cases))
print(len(cases), "cases")


# ---- Printing ----


class MLArray(np.ndarray):
    """A name for `repr`."""


def printed(data, shape, dtype):
    x = np.array(data, dtype=dtype).reshape(shape)
    as_ours = repr(x.view(MLArray)).replace("shape=(", "shape=[")
    head, mark, tail = as_ours.partition("shape=[")
    if mark:
        inside, _, rest = tail.partition(")")
        as_ours = head + mark + inside.rstrip(",") + "]" + rest
    return {"data": [number(v) for v in data], "shape": list(shape), "dtype": dtype, "str": str(x), "repr": as_ours}


random = np.random.default_rng(0)
texts = []
for dtype in ["float64", "float32"]:
    for shape in [[], [0], [2, 0], [1], [3], [2, 3], [2, 2, 2], [30], [3, 12]]:
        n = int(np.prod(shape))
        for draw in [
            lambda: random.integers(-20, 100, n),
            lambda: random.normal(size=n),
            lambda: random.normal(size=n) * 1e-6,
            lambda: random.normal(size=n) * 1e9,
            lambda: np.round(random.normal(size=n) * 100, 2),
            lambda: 10.0 ** random.integers(-4, 9, n),
            lambda: random.normal(size=n) * 10.0 ** random.integers(-30, 30, n),
            lambda: random.choice([np.nan, np.inf, -np.inf, 0.0, 1.5, -2], n),
        ]:
            data = draw().astype(dtype).astype(float)
            texts.append(printed(data, shape, dtype))
    for shape in [[1001], [1000], [40, 40], [7, 200], [1100, 1], [11, 10, 10]]:
        data = np.arange(int(np.prod(shape)), dtype=float) / 4
        texts.append({**printed(data, shape, dtype), "data": "quarters"})

path = path.parent / "print.jsonl"
path.write_text("".join(json.dumps(one, separators=(",", ":")) + "\n" for one in texts))
print(len(texts), "texts")
