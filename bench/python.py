"""NumPy and PyTorch in a process of their own: `python3 python.py <numpy|torch>`.

Answers the requests of protocol.ts, a line each, on file 3. The numbers are those of
data.ts. One thread each: the runner sets the variables that say so.
"""

import json
import os
import sys
import time

import numpy as np

BLOCKS = 4096
MATRIX, MILLION = 1000, 1_000_000
ADAM = {"betas": (0.9, 0.999), "eps": 1e-8}


def numbers(size, seed):
    mask = np.uint64(0xFFFFFFFF)
    h = (np.arange(size, dtype=np.uint64) + np.uint64(1 + 7919 * seed)) & mask
    h = (h * np.uint64(0x9E3779B1)) & mask
    h = ((h ^ (h >> np.uint64(15))) * np.uint64(0x85EBCA77)) & mask
    return (h ^ (h >> np.uint64(13))).astype(np.float64) / 2**31 - 1


def operand(shape, seed, dtype="float32"):
    return numbers(int(np.prod(shape)), seed).astype(dtype).reshape(shape)


def layers(sizes):
    for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        w = np.sqrt(6 / inputs) * numbers(inputs * outputs, 10 + i)
        yield w.astype("float32").reshape(inputs, outputs), np.zeros(outputs, "float32")


class Call:
    """One call, over and over."""

    def __init__(self, f, *operands):
        self.f, self.operands = f, operands

    def run(self):
        self.last = self.f(*self.operands)

    def result(self):
        return np.asarray(self.last).ravel()


def operations(convert, matmul, exp, tanh, amax, softmax):
    def unary(f, *shape):
        return lambda: Call(f, convert(operand(shape, 1)))

    def binary(f, a, b, dtype="float32"):
        return lambda: Call(f, convert(operand(a, 1, dtype)), convert(operand(b, 2, dtype)))

    square = (MATRIX, MATRIX)
    works = {
        "matmul-batched": binary(matmul, (32, 64, 64), (32, 64, 64)),
        "matmul-wide": binary(matmul, (64, 784), (784, 128)),
        "add": binary(lambda x, y: x + y, (MILLION,), (MILLION,)),
        "mul": binary(lambda x, y: x * y, (MILLION,), (MILLION,)),
        "row-add": binary(lambda x, y: x + y, square, (MATRIX,)),
        "exp": unary(exp, MILLION),
        "tanh": unary(tanh, MILLION),
        "sum": unary(lambda x: x.sum(), MILLION),
        "max": unary(amax, MILLION),
        "sum-axis0": unary(lambda x: x.sum(0), *square),
        "sum-axis1": unary(lambda x: x.sum(1), *square),
    }
    for n in (256, 512, 1024):
        works[f"matmul-f32-{n}"] = binary(matmul, (n, n), (n, n))
        works[f"matmul-f64-{n}"] = binary(matmul, (n, n), (n, n), "float64")
    if softmax:
        works["softmax"] = unary(softmax, *square)
    return works


class Training:
    """A step of a training, forward to update."""

    def __init__(self, torch, sizes, batch, activation, optimizer, targets, loss):
        self.x = torch.from_numpy(operand((batch, sizes[0]), 1))
        self.layers = [
            tuple(torch.from_numpy(p).requires_grad_() for p in layer) for layer in layers(sizes)
        ]
        self.optimizer = optimizer([p for layer in self.layers for p in layer])
        self.activation, self.targets, self.loss_of = activation, targets, loss

    def run(self):
        x = self.x
        for w, b in self.layers[:-1]:
            x = self.activation(x @ w + b)
        w, b = self.layers[-1]
        self.loss = self.loss_of(x @ w + b, self.targets)
        self.optimizer.zero_grad()
        self.loss.backward()
        self.optimizer.step()

    def result(self):
        return [self.loss.item()]


def trainings(torch):
    labels = torch.tensor([7 * i % 10 for i in range(64)])
    cross_entropy = torch.nn.functional.cross_entropy
    mse = torch.nn.functional.mse_loss
    targets = torch.from_numpy(operand((100, 1), 2))

    def digits(optimizer):
        sizes = (784, 128, 10)
        return lambda: Training(torch, sizes, 64, torch.relu, optimizer, labels, cross_entropy)

    return {
        "train-784-sgd": digits(lambda p: torch.optim.SGD(p, lr=0.001)),
        "train-784-adam": digits(lambda p: torch.optim.Adam(p, lr=0.0001, **ADAM)),
        "train-2-16": lambda: Training(
            torch, (2, 16, 16, 1), 100, torch.tanh,
            lambda p: torch.optim.SGD(p, lr=0.01), targets, mse,
        ),
    }


def with_blas(version):
    """The version, and whose matrix products it calls: that decides their speed."""
    try:
        with open("/proc/self/maps") as file:
            maps = file.read().lower()
    except OSError:
        return version
    known = {"openblas": "OpenBLAS", "mkl": "MKL", "/blas/libblas": "reference BLAS"}
    used = next((name for part, name in known.items() if part in maps), None)
    return f"{version} ({used})" if used else version


def load(name):
    if name == "numpy":
        return with_blas(np.__version__), operations(
            lambda x: x, np.matmul, np.exp, np.tanh, lambda x: x.max(), None
        )
    import torch

    torch.set_num_threads(1)
    return with_blas(torch.__version__), {
        **operations(
            torch.from_numpy, torch.matmul, torch.exp, torch.tanh, torch.max,
            lambda x: torch.softmax(x, -1),
        ),
        **trainings(torch),
    }


def check(work, runs):
    samples, sums, length = [], [], 0
    for _ in range(runs):
        work.run()
        result = np.asarray(work.result(), dtype=np.float64)
        length = len(result)
        step = -(-length // BLOCKS)
        blocks = np.pad(result, (0, -length % step)).reshape(-1, step)
        samples += blocks[:, 0].tolist()
        sums += (blocks @ (1 + np.arange(step) / step)).tolist()
    return {"length": length, "samples": samples, "sums": sums}


def timed(work, runs=float("inf"), ms=float("inf")):
    start, done = time.perf_counter(), 0
    while done < runs and (time.perf_counter() - start) * 1000 < ms:
        work.run()
        done += 1
    return {"ms": (time.perf_counter() - start) * 1000, "runs": done}


def main():
    work = None
    replies = os.fdopen(3, "w")
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "open" in request:
                version, works = load(sys.argv[1])
                work = works[request["open"]]()
                reply = {"version": version}
            elif "check" in request:
                reply = check(work, request["check"])
            else:
                reply = timed(work, **request)
        except Exception as error:  # the runner says what the matter was
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=replies, flush=True)


main()
