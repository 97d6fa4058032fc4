#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds `lacuna model run` against transformers and peft on checkpoints of random shapes, made as it goes along.

    sweep.py LACUNA [--count 20] [--seed 0] [--keep FOLDER]

Each turn draws a layout (1.5 or 1.6, names and configs of transformers 4 or 5, shards), sizes, pictures, a prompt, an
answer and an adapter, asks both, and compares pixels, features, logits, loss, gradients and 32 greedy tokens. Runs in the
environment of make_fixtures.py; prints a line per turn and fails when one disagrees.
"""

import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

import numpy
import torch
from make_fixtures import enlarged
from peft import LoraConfig, get_peft_model
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import (CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration, LlavaNextConfig,
                          LlavaNextForConditionalGeneration)
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.llava_next.image_processing_pil_llava_next import LlavaNextImageProcessorPil

SMALL = pathlib.Path(__file__).resolve().parents[2] / "datasets" / "small-llava"
VOCABULARY, IMAGE_TOKEN, PAD, EOS = 1002, 1000, 1001, 2
LINEARS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
WORDS = "who is this what does it look like where can you see tell me about the picture please and why".split()


def configs(draw, is_next):
    patch, side = draw.choice([4, 7, 8, 14]), draw.randint(2, 5)
    heads, vision_heads = draw.choice([2, 3, 4, 6]), draw.choice([1, 2, 4])
    layers = draw.randint(2, 4)
    vision = CLIPVisionConfig(hidden_size=vision_heads * draw.choice([8, 12, 20]), num_attention_heads=vision_heads,
                              intermediate_size=draw.randint(17, 90), num_hidden_layers=layers, image_size=patch * side,
                              patch_size=patch, layer_norm_eps=draw.choice([1e-5, 1e-6]))
    size = draw.choice([8, 10, 16])
    text = LlamaConfig(vocab_size=VOCABULARY, num_attention_heads=heads, hidden_size=heads * size,
                       num_key_value_heads=draw.choice([n for n in range(1, heads + 1) if heads % n == 0]),
                       head_dim=draw.choice([size, 2 * size]), intermediate_size=draw.randint(20, 130),
                       num_hidden_layers=draw.randint(1, 4), rms_norm_eps=draw.choice([1e-5, 1e-6]),
                       rope_parameters={"rope_type": "default", "rope_theta": draw.choice([1e4, 5e5])},
                       max_position_embeddings=2048, pad_token_id=PAD, tie_word_embeddings=False)
    more = dict(image_token_index=IMAGE_TOKEN, pad_token_id=PAD, vision_feature_layer=draw.choice([-1, -2, 1, layers]))
    if is_next:
        tile = patch * side
        pinpoints = draw.sample([[a * tile, b * tile] for a in range(1, 4) for b in range(1, 4)], draw.randint(2, 6))
        return LlavaNextConfig(vision_config=vision, text_config=text, image_grid_pinpoints=pinpoints, **more)
    return LlavaConfig(vision_config=vision, text_config=text, image_seq_length=side * side,
                       multimodal_projector_bias=draw.random() < 0.7, **more)


def checkpoint(folder, draw):
    is_next, old = draw.random() < 0.5, draw.random() < 0.5
    config = configs(draw, is_next)
    model = enlarged((LlavaNextForConditionalGeneration if is_next else LlavaForConditionalGeneration)(config).eval())
    with torch.no_grad():
        model.lm_head.weight[[EOS, IMAGE_TOKEN, PAD]] = 0
    model.save_pretrained(folder, max_shard_size="5GB" if old else draw.choice(["5GB", "100KB"]))
    tile = config.vision_config.image_size
    sizes = dict(size={"shortest_edge": tile}, crop_size={"height": tile, "width": tile})
    processor = (LlavaNextImageProcessorPil(image_grid_pinpoints=config.image_grid_pinpoints, **sizes)
                 if is_next else CLIPImageProcessorPil(**sizes))
    processor.save_pretrained(folder)
    for name in ("tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"):
        shutil.copy(SMALL / name, folder)
    if old:
        weights = load_file(folder / "model.safetensors")
        save_file({k.replace("vision_tower.", "vision_tower.vision_model."): v for k, v in weights.items()},
                  folder / "model.safetensors", {"format": "pt"})
        plain = json.loads((folder / "config.json").read_text())
        plain["text_config"]["rope_theta"] = plain["text_config"].pop("rope_parameters")["rope_theta"]
        (folder / "config.json").write_text(json.dumps(plain))
    return model, processor, f"{'1.6' if is_next else '1.5'} of transformers {4 if old else 5}"


def adapter(model, folder, draw):
    chosen = draw.sample(LINEARS, draw.randint(1, 7))
    more, kind = {}, draw.choice(["pattern", "list", "list", "all-linear", "layers", "names"])
    if kind == "pattern":
        targets = r".*language_model.*\.(" + "|".join(chosen) + ")"
    elif kind == "all-linear":
        targets = kind
    elif kind == "names":  # whole names, of any part
        linears = [name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)]
        targets = draw.sample(linears, draw.randint(1, min(12, len(linears))))
    else:  # as people write them: the tower bears q_proj, k_proj and v_proj too
        targets = chosen + draw.sample(["fc1", "fc2", "out_proj", "linear_1", "linear_2", "lm_head"], draw.randint(0, 3))
        if kind == "layers":
            more["layers_to_transform"] = draw.choice([0, [0], [0, 1]])
            targets += ["q_proj"] * ("q_proj" not in targets)
            if draw.random() < 0.5:
                more["layers_pattern"] = draw.choice(["layers", ["encoder.layers", "layers"]])
    names = ["q_proj", "up_proj", "linear_1", "fc1", "layers.0.self_attn.v_proj", r".*vision_tower.*", r"layers\.\d\.mlp\..*"]
    # In the order of the alphabet, in which `peft` saves them: the first that fits counts, and in another order `peft`
    # itself does not read what it saved.
    if draw.random() < 0.5:
        more["rank_pattern"] = {name: draw.randint(1, 9) for name in sorted(draw.sample(names, 2))}
    if draw.random() < 0.5:
        more["alpha_pattern"] = {name: draw.choice([2, 5.5, 40]) for name in sorted(draw.sample(names, 2))}
    whole = draw.choice([None, None, ["multi_modal_projector"], ["multi_modal_projector", "vision_tower"], ["lm_head"],
                         ["embed_tokens"], ["linear_2", "norm"], ["layer_norm1", "post_attention_layernorm"]])
    if draw.random() < 0.3:
        more["exclude_modules"] = draw.choice([["k_proj"], r".*vision_tower.*\.k_proj", ["layers.1.self_attn.q_proj"]])
    try:
        lora = get_peft_model(model, LoraConfig(r=draw.randint(1, 9), lora_alpha=draw.choice([1, 4, 7.5, 32]),
                                                use_rslora=draw.random() < 0.3, fan_in_fan_out=draw.random() < 0.1,
                                                target_modules=targets, modules_to_save=whole, **more))
    except ValueError:  # nothing is left to adapt
        return adapter(model, folder, draw)
    with torch.no_grad():
        for name, weight in lora.named_parameters():
            if "lora_B" in name:
                weight.normal_(0, 0.1 if "language_model" in name else 0.05)
            elif "modules_to_save" in name:
                weight.add_(0.02 * torch.randn_like(weight))
    lora.save_pretrained(folder)
    return lora, f"{kind}{', ' + ' and '.join(whole) if whole else ''}{''.join(', ' + name for name in more)}"


def pictures(folder, draw):
    paths = []
    for i in range(draw.choice([1, 1, 2, 3])):
        width, height = draw.randint(2, 160), draw.randint(2, 160)
        noise = numpy.random.default_rng(draw.randrange(1 << 30)).integers(0, 256, (height, width, 3), dtype=numpy.uint8)
        soft = Image.fromarray(noise).resize((width, height)).convert(draw.choice(["RGB", "RGB", "L"]))
        paths.append(folder / f"picture_{i}.png")
        soft.save(paths[-1])
    return paths


def off(ours, theirs, scale=1.0):
    return (ours - theirs).abs().max().item() / scale if ours.shape == theirs.shape else float("inf")


def compare(said, dump, lora, processor, paths):
    """What is off, by name: largest differences against what is allowed."""
    images = [Image.open(path).convert("RGB") for path in paths]
    seen = processor(images, return_tensors="pt")
    allowed = {"pixels": off(dump["pixel_values"], seen["pixel_values"]) / 0.04}
    inputs = dict(input_ids=dump["input_ids"], attention_mask=torch.ones_like(dump["input_ids"]),
                  pixel_values=dump["pixel_values"])
    if "image_sizes" in seen:
        inputs["image_sizes"] = seen["image_sizes"]
    answer = [token["id"] for token in said["given"]["tokens"]]
    labels = dump["input_ids"].clone()
    labels[:, :-len(answer)] = -100
    out = lora(**inputs, labels=labels)
    out.loss.backward()
    allowed["logits"] = off(dump["logits"], out.logits.detach(), max(1, out.logits.abs().max().item())) / 1e-4
    allowed["loss"] = abs(said["given"]["loss"] - out.loss.item()) / max(1, out.loss.item()) / 1e-5
    compared = 0
    for name, parameter in lora.named_parameters():
        key = "grad." + name.replace(".modules_to_save.default", "").replace(".default", "")
        if parameter.grad is None or (key not in dump and not parameter.requires_grad):
            continue
        scale = max(parameter.grad.abs().max().item(), 1e-4)
        allowed[key] = off(dump[key], parameter.grad, scale) / 1e-3 if key in dump else float("inf")
        compared += 1
    assert compared
    prompt = dict(inputs, input_ids=dump["input_ids"][:, :said["prompt_tokens"]])
    prompt["attention_mask"] = torch.ones_like(prompt["input_ids"])
    with torch.no_grad():
        made = lora.generate(**prompt, max_new_tokens=32, do_sample=False)
        logits = lora(**dict(prompt, input_ids=made, attention_mask=torch.ones_like(made))).logits
    start = said["prompt_tokens"]
    ours, theirs = [token["id"] for token in said["tokens"]], made[0, start:].tolist()
    top = logits[0, start - 1:-1].topk(2).values
    # From a near tie on rounding decides.
    tie = next((i for i, (a, b) in enumerate(top.tolist()) if a - b < 2e-3), len(theirs))
    theirs = theirs[:theirs.index(EOS)] if EOS in theirs else theirs
    allowed["tokens"] = 0 if ours[:tie] == theirs[:tie] else 2
    return {name: value for name, value in allowed.items() if not value <= 1}


def turn(lacuna, folder, seed):
    draw = random.Random(seed)
    torch.manual_seed(seed)
    model, processor, what = checkpoint(folder, draw)
    lora, trained = adapter(model, folder / "adapter", draw)
    paths = pictures(folder, draw)
    words = [" ".join(draw.choices(WORDS, k=draw.randint(1, 9))) for _ in range(len(paths) + 1)]
    prompt = "<image>".join(w + draw.choice(["\n", " "]) for w in words)
    command = [lacuna, "model", "run", folder, "--prompt", prompt, "--answer", " ".join(draw.choices(WORDS, k=5)),
               "--adapter", folder / "adapter", "--max-tokens", "32", "--device", "cpu", "--json", "--dump",
               folder / "dump.safetensors"]
    for path in paths:
        command += ["--image", path]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    what = f"{what}, {len(paths)} picture(s), {trained}"
    if done.returncode != 0:
        return what, {"refused": done.stderr.strip()}
    return what, compare(json.loads(done.stdout), load_file(folder / "dump.safetensors"), lora, processor, paths)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lacuna")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    wrong = 0
    for seed in range(options.seed, options.seed + options.count):
        with tempfile.TemporaryDirectory() as temporary:
            folder = options.keep / str(seed) if options.keep else pathlib.Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            what, problems = turn(options.lacuna, folder, seed)
        wrong += bool(problems)
        print(f"{seed}: {what}: {problems or 'same'}", flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
