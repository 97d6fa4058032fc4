#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/fixtures/parity/nf4.safetensors: weights, and what `bitsandbytes` makes of them in 4 bits (NF4 with double
quantisation). Needs torch, bitsandbytes (0.50 was used) and safetensors from PyPI; the CPU is enough."""

import pathlib

import bitsandbytes.functional as bnb
import torch
from safetensors.torch import save_file

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "parity"


def main():
    generator = torch.Generator().manual_seed(11)
    # 336 blocks, so that the second level has a whole block and a part of one; rows of very different size, zeros.
    weight = torch.randn(48, 448, generator=generator) * torch.logspace(-4, 1, 48).unsqueeze(1)
    weight[7] = 0
    weight[9, :64] = 0.5
    tensors = {}
    for name, dtype in (("float32", torch.float32), ("bf16", torch.bfloat16)):
        codes, state = bnb.quantize_4bit(weight.to(dtype), compress_statistics=True, quant_type="nf4")
        tensors[f"{name}.codes"] = codes.flatten()
        tensors[f"{name}.magnitudes"] = state.absmax
        tensors[f"{name}.scales"] = state.state2.absmax
        tensors[f"{name}.mean"] = state.offset.reshape(1)
        tensors[f"{name}.weights"] = bnb.dequantize_4bit(codes, state)
    tensors["weight"] = weight
    save_file(tensors, FOLDER / "nf4.safetensors", metadata={"made_by": "make_nf4_fixture.py"})


if __name__ == "__main__":
    main()
