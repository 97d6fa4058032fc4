#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/fixtures/parity/adapters/: adapters of `peft` on the checkpoint "grouped" as people make them (targets as a
list or "all-linear", which the tower bears too; ranks, alphas and layers of their own), and what it says about them. Run
after make_fixtures.py, in the same environment."""

import shutil

import torch
from make_fixtures import FOLDER, answer_outputs
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import LlavaForConditionalGeneration

KINDS = {
    "list": dict(target_modules=["q_proj", "v_proj"]),
    "all_linear": dict(target_modules="all-linear", use_rslora=True, exclude_modules=["k_proj"]),
    "patterns": dict(target_modules=["q_proj", "k_proj", "up_proj", "fc1", "linear_2", "lm_head"],
                     rank_pattern={"q_proj": 3, r".*vision_tower.*fc1": 1},
                     alpha_pattern={r"layers\.\d\.self_attn\.q_proj": 9, "up_proj": 1.5, "linear_2": 7},
                     layers_to_transform=None),
    "layers": dict(target_modules=["q_proj", "down_proj"], layers_to_transform=[1], layers_pattern="layers"),
    "whole": dict(target_modules=r".*\.(o_proj|out_proj)", modules_to_save=["embed_tokens", "norm", "linear_1"]),
}


def main():
    root = FOLDER / "adapters"
    shutil.rmtree(root, ignore_errors=True)
    given = load_file(FOLDER / "grouped" / "golden.safetensors")
    inputs = dict(input_ids=given["ids"], pixel_values=given["pixels"],
                  attention_mask=(torch.arange(given["ids"].shape[1]) < given["lengths"][:, None]).long())
    for seed, (kind, options) in enumerate(KINDS.items()):
        torch.manual_seed(20 + seed)
        model = LlavaForConditionalGeneration.from_pretrained(FOLDER / "grouped").eval()
        lora = get_peft_model(model, LoraConfig(r=2, lora_alpha=4, **options))
        with torch.no_grad():
            for name, weight in lora.named_parameters():
                if "lora_B" in name:
                    weight.normal_(0, 0.1)
                elif "modules_to_save" in name:
                    weight.add_(0.05 * torch.randn_like(weight))
        folder = root / kind
        lora.save_pretrained(folder)
        (folder / "README.md").unlink()
        config = folder / "adapter_config.json"
        config.write_text(config.read_text().replace(str(FOLDER / "grouped"), "grouped"))
        out = {}
        out["logits"], _ = answer_outputs(lora, inputs, given["labels"])
        out["loss"] = lora(**inputs, labels=given["labels"]).loss
        out["loss"].backward()
        for name, parameter in lora.named_parameters():
            if parameter.grad is not None:
                out["grad." + name.replace(".modules_to_save.default", "").replace(".default", "")] = parameter.grad
        save_file({k: v.detach().contiguous() for k, v in out.items()}, folder / "golden.safetensors")


if __name__ == "__main__":
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    main()
