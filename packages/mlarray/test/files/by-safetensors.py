"""A file as the safetensors package and PyTorch write it, and what PyTorch says is in it.

    python3 test/files/by-safetensors.py > test/files/by-safetensors.json
"""

import base64
import json

import safetensors
import torch
from safetensors.torch import save

DTYPES = "bool int8 int16 int32 int64 uint8 float16 bfloat16 float32 float64"

tensors = {}
for dtype in DTYPES.split():
    numbers = [-1.5, 0, 3.140625] if "float" in dtype else [0, 1, 1] if dtype == "bool" else [0, 1, 100]
    tensors[dtype] = torch.tensor(numbers, dtype=getattr(torch, dtype))
tensors["layers.0.w"] = torch.arange(6, dtype=torch.float32).reshape(2, 3)
tensors["rank 0, größer"] = torch.tensor(2.5, dtype=torch.float64)
tensors["size 0"] = torch.zeros(0, 3)

print(
    json.dumps(
        {
            "safetensors": safetensors.__version__,
            "torch": torch.__version__,
            "base64": base64.b64encode(save(tensors, {"format": "pt", "note": 'ü "'})).decode(),
            "values": {name: [list(x.shape), x.to(torch.float64).tolist()] for name, x in tensors.items()},
        },
        indent=1,
        ensure_ascii=False,
    )
)
