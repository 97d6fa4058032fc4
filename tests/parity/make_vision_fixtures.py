#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/fixtures/parity/vision/: an adapter of `peft` that also trains projector and tower (`modules_to_save`) of the
checkpoint "grouped", and what both say about it. Run after make_fixtures.py, in the same environment."""

import shutil

import torch
from make_fixtures import FOLDER, TARGETS, answer_outputs
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import LlavaForConditionalGeneration


def main():
    torch.manual_seed(9)
    folder = FOLDER / "vision"
    shutil.rmtree(folder, ignore_errors=True)
    model = LlavaForConditionalGeneration.from_pretrained(FOLDER / "grouped").eval()
    lora = get_peft_model(model, LoraConfig(r=2, lora_alpha=4, target_modules=TARGETS,
                                            modules_to_save=["multi_modal_projector", "vision_tower"]))
    with torch.no_grad():
        for name, weight in lora.named_parameters():
            if "lora_B" in name:
                weight.normal_(0, 0.1)
            elif "modules_to_save" in name:
                weight.add_(0.05 * torch.randn_like(weight))
    lora.save_pretrained(folder / "adapter")
    (folder / "adapter" / "README.md").unlink()
    config = folder / "adapter" / "adapter_config.json"
    config.write_text(config.read_text().replace(str(FOLDER / "grouped"), "grouped"))
    given = load_file(FOLDER / "grouped" / "golden.safetensors")
    inputs = dict(input_ids=given["ids"], pixel_values=given["pixels"],
                  attention_mask=(torch.arange(given["ids"].shape[1]) < given["lengths"][:, None]).long())
    out = {}
    out["logits"], _ = answer_outputs(lora, inputs, given["labels"])
    loss = lora(**inputs, labels=given["labels"]).loss
    loss.backward()
    out["loss"] = loss
    for name, parameter in lora.named_parameters():
        if "modules_to_save" in name and parameter.grad is not None:
            out["grad." + name.replace(".modules_to_save.default", "")] = parameter.grad
    save_file({k: v.detach().contiguous() for k, v in out.items()}, folder / "golden.safetensors")


if __name__ == "__main__":
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    main()
