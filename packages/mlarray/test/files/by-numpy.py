"""Files as NumPy writes them, and what NumPy says is in them.

    python3 test/files/by-numpy.py > test/files/by-numpy.json
"""

import base64
import io
import json

import numpy as np


def npy(x, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, x, version)
    return out.getvalue()


def npz(save, **arrays):
    out = io.BytesIO()
    save(out, **arrays)
    return out.getvalue()


def text(number):
    """Numbers that JSON does not have, as the strings that JavaScript reads."""
    return number if np.isfinite(number) else "NaN" if np.isnan(number) else "-Infinity"[number > 0 :]


def read(name, x, data):
    values = [text(n) for n in x.astype("f8").ravel().tolist()]
    return {"name": name, "shape": list(x.shape), "values": values, "base64": encode(data)}


def encode(data):
    return base64.b64encode(data).decode()


def numbers():
    for dtype in "|i1 <i2 >i2 <i4 >i4 <i8 >i8".split():
        yield dtype, np.array([-1, 2, -128, 100], dtype)
    for dtype in "|u1 <u2 >u2 <u4 >u4 <u8 >u8".split():
        yield dtype, np.array([1, 2, 255], dtype)
    for dtype in "<f2 >f2 <f4 >f4 <f8 >f8".split():
        yield dtype, np.array([0, -1.5, 0.1, 65504, np.inf, -np.inf, np.nan], dtype)
    yield "|b1", np.array([[True, False], [True, True]])
    yield "half precision, small", np.array([2**-24, 1023 * 2**-24, 2**-14, -(2**-24)], "<f2")
    yield "integers up to 2**53", np.array([2**53, -(2**53), 2**53 - 1])
    yield "unsigned up to 2**53", np.array([2**53, 0], "u8")
    yield "Fortran order", np.asfortranarray(np.arange(6.0).reshape(2, 3))
    yield "Fortran order, three axes", np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4))
    yield "Fortran order, big-endian", np.asfortranarray(np.arange(6, dtype=">i2").reshape(3, 2))
    yield "rank 0", np.array(2.5)
    yield "size 0", np.zeros((0, 3))


def refused():
    yield "integer beyond 2**53", np.array([0, 2**53 + 1])
    yield "integer below -2**53", np.array([-(2**53) - 1], ">i8")
    yield "unsigned beyond 2**53", np.array([2**64 - 1], "u8")
    yield "complex", np.array([1j])
    yield "unicode", np.array(["ab"])
    yield "bytes", np.array([b"ab"])
    yield "pickle", np.array([{}], dtype=object)
    yield "date", np.array(["2020-01-01"], "M8[D]")
    yield "duration", np.array([1], "m8[s]")
    yield "structured", np.array([(1, 2.0)], [("a", "<i4"), ("b", "<f4")])
    yield "raw", np.array([b"ab"], "V2")
    yield "long double", np.array([1], np.longdouble)


if __name__ == "__main__":
    x = np.arange(3, dtype="<i4")
    arrays = {"x": np.arange(3.0), "Größe": np.array([[1, 2]], "i1"), "layers/0": np.zeros((4, 5), "f4")}
    result = {
        "numpy": np.__version__,
        "npy": [read(name, x, npy(x)) for name, x in numbers()]
        + [read(f"version {v}.0", x, npy(x, (v, 0))) for v in (1, 2, 3)],
        "refused": [{"name": name, "base64": encode(npy(x))} for name, x in refused()],
        "npz": [
            {"name": "savez", "base64": encode(npz(np.savez, **arrays))},
            {"name": "savez_compressed", "base64": encode(npz(np.savez_compressed, **arrays))},
            {"name": "savez of nothing", "base64": encode(npz(np.savez))},
        ],
    }
    print(json.dumps(result, indent=1, ensure_ascii=False))
