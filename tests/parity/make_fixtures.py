#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/fixtures/parity/: tiny random LLaVA-1.5 checkpoints and what transformers and peft say about them.

Needs a virtual environment with torch 2.11.0, transformers 5.17, peft, safetensors from PyPI:
    python3 -m venv peer && peer/bin/pip install torch==2.11.0 'transformers==5.17.*' peft
    peer/bin/python tests/parity/make_fixtures.py

Two layouts: "grouped" (grouped key-value heads, names as transformers 5 writes them) and "classic" (as many key-value
heads as queries, names as transformers 4 wrote them, adapter with the key names of transformers 4).
"""

import json
import pathlib
import shutil
import sys

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration

FOLDER = pathlib.Path(__file__).parent.parent / "fixtures" / "parity"
IMAGE_TOKEN, VOCABULARY = 60, 64
TARGETS = r".*language_model.*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"
SHARED = "base_model.model.model.language_model.layers."
CLASSIC = "base_model.model.language_model.model.layers."


def tiny_model(key_value_heads, layers):
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
                                       image_size=16, patch_size=8),
        text_config=LlamaConfig(vocab_size=VOCABULARY, hidden_size=32, intermediate_size=44, num_hidden_layers=layers,
                                num_attention_heads=4, num_key_value_heads=key_value_heads,
                                max_position_embeddings=128, rms_norm_eps=1e-5, pad_token_id=0),
        image_token_index=IMAGE_TOKEN, pad_token_id=0, image_seq_length=4)
    return enlarged(LlavaForConditionalGeneration(config).eval())


def enlarged(model):
    # A fresh model says nearly the same everywhere; larger weights (norms and biases too) leave no slip unseen.
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" in name or "layrnorm" in name or weight.dim() == 1:
                weight.add_(0.2 * torch.randn_like(weight))
            elif "language_model" in name or "lm_head" in name:
                weight.mul_(8)
            else:
                weight.mul_(2)
        # Answers run to their full length and name no picture.
        model.lm_head.weight[[2, IMAGE_TOKEN]] = 0
    return model


def batch():
    """Three prompts with a picture each and answers of different lengths, padded on the right."""
    prompts = [[1, 5] + [IMAGE_TOKEN] * 4 + [9, 10, 11], [1] + [IMAGE_TOKEN] * 4 + [20, 21, 7, 8, 30, 31],
               [1, 6, 7] + [IMAGE_TOKEN] * 4 + [12]]
    return padded(prompts, [[40, 41, 2], [50, 51, 52, 53, 54, 2], [33, 2]])


def padded(prompts, answers):
    """ids, labels (-100 outside the answers), lengths, and the prompts' lengths."""
    longest = max(len(p) + len(a) for p, a in zip(prompts, answers))
    ids, labels, lengths = [], [], []
    for prompt, answer in zip(prompts, answers):
        pad = longest - len(prompt) - len(answer)
        ids.append(prompt + answer + [0] * pad)
        labels.append([-100] * len(prompt) + answer + [-100] * pad)
        lengths.append(len(prompt) + len(answer))
    return torch.tensor(ids), torch.tensor(labels), torch.tensor(lengths), [len(p) for p in prompts]


def answer_outputs(model, inputs, labels):
    """Logits packed at the positions that predict a label, and the mean loss of every sample."""
    logits = model(**inputs).logits[:, :-1]
    targets = labels[:, 1:]
    where = targets != -100
    losses = [torch.nn.functional.cross_entropy(logits[i][where[i]], targets[i][where[i]]) for i in range(len(labels))]
    return logits[where], torch.stack(losses)


def golden(model, name):
    ids, labels, lengths, prompts = batch()
    pixels = torch.randn(3, 3, 16, 16)
    inputs = dict(input_ids=ids, attention_mask=(torch.arange(ids.shape[1]) < lengths[:, None]).long(),
                  pixel_values=pixels)
    out = dict(pixels=pixels, ids=ids, labels=labels, lengths=lengths, prompt_lengths=torch.tensor(prompts))
    with torch.no_grad():
        tower = model.model.vision_tower(pixels, output_hidden_states=True)
        out["vision_features"] = tower.hidden_states[model.config.vision_feature_layer][:, 1:]
        out["image_embedding"] = tower.pooler_output
        out["projected"] = model.model.multi_modal_projector(out["vision_features"])
        out["logits"], out["losses"] = answer_outputs(model, inputs, labels)
        for i, length in enumerate(prompts):
            tokens = model.generate(input_ids=ids[i:i + 1, :length], attention_mask=torch.ones(1, length).long(),
                                    pixel_values=pixels[i:i + 1], max_new_tokens=64, do_sample=False)
            out[f"generated_{i}"] = tokens[0, length:]
            full = torch.cat([ids[i:i + 1, :length], tokens[:, length:]], 1)
            check_generated(model, full, length, dict(pixel_values=pixels[i:i + 1]), name)
    return out, inputs, labels


def check_generated(model, tokens, length, pictures, name):
    """64 tokens after the prompt of that length, of which no other was nearly as likely."""
    assert tokens.shape[1] - length == 64 and IMAGE_TOKEN not in tokens[0, length:]
    logits = model(input_ids=tokens, attention_mask=torch.ones_like(tokens), **pictures).logits
    top = logits[0, length - 1:-1].topk(2).values
    # A near tie would let rounding decide: such a checkpoint is no golden one.
    assert (top[:, 0] - top[:, 1]).min() > 1e-3, f"{name}: near tie, take another seed"


def name_as_transformers_4(adapter):
    path = adapter / "adapter_model.safetensors"
    save_file({k.replace(SHARED, CLASSIC): v for k, v in load_file(path).items()}, path, {"format": "pt"})


def adapter_golden(model, folder, inputs, labels, layout):
    lora = get_peft_model(model, LoraConfig(r=4, lora_alpha=6, target_modules=TARGETS))
    out = stepped_adapter(lora, folder, inputs, labels, layout)
    if layout == "classic":
        name_as_transformers_4(folder)
    lora.unload()
    return out


def stepped_adapter(lora, folder, inputs, labels, layout):
    """Logits, gradients and one AdamW step of an adapter with nonzero B; the adapter itself goes beside."""
    with torch.no_grad():
        for name, weight in lora.named_parameters():
            if "lora_B" in name:
                weight.normal_(0, 0.1)
    lora.save_pretrained(folder)
    (folder / "README.md").unlink()
    out = {}
    out["adapter_logits"], losses = answer_outputs(lora, inputs, labels)
    out["adapter_losses"] = losses
    trained = [(n, p) for n, p in lora.named_parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW([p for _, p in trained], lr=1e-3, weight_decay=0.1)
    loss = lora(**inputs, labels=labels).loss
    loss.backward()
    out["adapter_mean_loss"] = loss.detach()
    for name, parameter in trained:
        out["grad." + name.replace(".default", "")] = parameter.grad.clone()
        # The first step of Adam keeps a gradient's sign alone: where rounding decides it, nothing can be compared.
        assert parameter.grad.abs().min() > 1e-6, f"{layout}: {name} has a gradient near zero, take another seed"
    optimizer.step()
    for name, parameter in trained:
        out["stepped." + name.replace(".default", "")] = parameter.detach().clone()
    return {k: v.detach() for k, v in out.items()}


def write(layout, key_value_heads, layers, seed):
    torch.manual_seed(seed)
    folder = FOLDER / layout
    shutil.rmtree(folder, ignore_errors=True)
    model = tiny_model(key_value_heads, layers)
    model.save_pretrained(folder)
    if layout == "classic":  # as transformers 4 named them
        path = folder / "model.safetensors"
        renamed = {k.replace("vision_tower.", "vision_tower.vision_model."): v for k, v in load_file(path).items()}
        save_file(renamed, path, {"format": "pt"})
    (folder / "generation_config.json").unlink(missing_ok=True)
    out, inputs, labels = golden(model, layout)
    out |= adapter_golden(model, folder / "adapter", inputs, labels, layout)
    save_file({k: v.contiguous() for k, v in out.items()}, folder / "golden.safetensors")


def check_ours(checkpoint, adapter, golden_path):
    """Loads a checkpoint and an adapter that Lacuna wrote with transformers and peft and holds their logits against
    Lacuna's: llava_parity_test leaves such folders when LACUNA_PARITY_OUT names one."""
    model = LlavaForConditionalGeneration.from_pretrained(checkpoint).eval()
    lora = PeftModel.from_pretrained(model, adapter).eval()
    ours = load_file(golden_path)
    inputs = dict(input_ids=ours["ids"], pixel_values=ours["pixels"],
                  attention_mask=(torch.arange(ours["ids"].shape[1]) < ours["lengths"][:, None]).long())
    with torch.no_grad():
        logits, _ = answer_outputs(lora, inputs, ours["labels"])
    difference = (logits - ours["adapter_logits"]).abs().max().item()
    print(json.dumps({"largest difference of logits": difference}))
    sys.exit(0 if difference < 1e-4 else 1)


if __name__ == "__main__":
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    if len(sys.argv) == 4:
        check_ours(*sys.argv[1:])
    write("grouped", key_value_heads=2, layers=2, seed=4)
    write("classic", key_value_heads=4, layers=3, seed=1)
