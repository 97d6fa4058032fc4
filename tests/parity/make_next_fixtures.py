#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/fixtures/parity/next, next_classic and next_mistral: tiny random LLaVA-1.6 checkpoints, pictures of awkward
shapes, and what transformers and peft make of them. Runs in the environment of make_fixtures.py (with pillow), after it or
alone; with names of them as arguments, those alone.

"next" is a folder as transformers 5 writes it (processor_config.json, two shards, grouped heads). "next_classic" is one
as transformers 4 wrote it: old tensor names, preprocessor_config.json, rope_theta, an adapter with the old names.
"next_mistral" has a Mistral decoder without a window, as llava-v1.6-mistral-7b-hf has it.
"""

import json
import shutil
import sys

import numpy
import torch
from make_fixtures import (FOLDER, IMAGE_TOKEN, TARGETS, VOCABULARY, answer_outputs, check_generated, enlarged,
                           name_as_transformers_4, padded, stepped_adapter)
from peft import LoraConfig, get_peft_model
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import (CLIPVisionConfig, LlamaConfig, LlavaNextConfig, LlavaNextForConditionalGeneration,
                          MistralConfig)
from transformers.models.llava_next.image_processing_pil_llava_next import LlavaNextImageProcessorPil
from transformers.models.llava_next.processing_llava_next import LlavaNextProcessor

TILE, PATCH = 16, 4
SEEDS = {"next": 11, "next_classic": 29, "next_mistral": 6}
PINPOINTS = [[16, 32], [32, 16], [32, 32], [48, 16], [16, 48]]
#          very wide  very tall  tiny    smaller than a tile, of odd sizes; larger
PICTURES = [(150, 11), (9, 140), (3, 2), (13, 31), (60, 47)]


def draw(path, width, height, seed):
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width]
    waves = [127 + 90 * numpy.sin(x / (2 + i + seed) + y / (5 - i)) for i in range(3)]
    noise = random.integers(-35, 36, (height, width, 3))
    Image.fromarray((numpy.stack(waves, -1) + noise).clip(0, 255).astype(numpy.uint8)).save(path)


def text_config(layout):
    same = dict(vocab_size=VOCABULARY, hidden_size=32, intermediate_size=44, num_hidden_layers=2, num_attention_heads=4,
                rms_norm_eps=1e-5, max_position_embeddings=512, pad_token_id=0)
    if layout == "next_mistral":
        return MistralConfig(num_key_value_heads=2, head_dim=12, sliding_window=None,
                             rope_parameters={"rope_type": "default", "rope_theta": 1e6}, **same)
    return LlamaConfig(num_key_value_heads=4 if layout == "next_classic" else 2, **same)


def tiny_model(layout):
    config = LlavaNextConfig(
        vision_config=CLIPVisionConfig(hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=2,
                                       image_size=TILE, patch_size=PATCH),
        text_config=text_config(layout),
        image_grid_pinpoints=PINPOINTS, image_token_index=IMAGE_TOKEN, pad_token_id=0)
    return enlarged(LlavaNextForConditionalGeneration(config).eval())


def image_processor():
    return LlavaNextImageProcessorPil(size={"shortest_edge": TILE}, crop_size={"height": TILE, "width": TILE},
                                      image_grid_pinpoints=PINPOINTS)


def token_counts(processor, sizes):
    """As LlavaNextProcessor counts them; it needs no tokenizer for that."""
    counter = LlavaNextProcessor.__new__(LlavaNextProcessor)
    counter.image_processor, counter.patch_size, counter.num_additional_image_tokens = processor, PATCH, 1
    return [counter._get_number_of_features(height, width, TILE, TILE) - 1 for height, width in sizes.tolist()]


def batch(counts):
    """A prompt around each picture, the third with two of them; answers of different lengths; padded on the right."""
    image = [[IMAGE_TOKEN] * count for count in counts]
    prompts = [[1, 5] + image[0] + [9, 10, 11], [1] + image[1] + [20, 21, 7, 8], [1, 6] + image[2] + [7] + image[3],
               [1, 12, 13] + image[4] + [14]]
    answers = [[40, 41, 2], [50, 51, 52, 53, 54, 55, 56, 57, 2], [2], [33, 34, 2]]
    return padded(prompts, answers)


def golden(model, folder, name):
    processor = image_processor()
    images = [Image.open(folder / f"picture_{i}.png") for i in range(len(PICTURES))]
    seen = processor(images, return_tensors="pt")
    counts = token_counts(processor, seen["image_sizes"])
    ids, labels, lengths, prompts = batch(counts)
    inputs = dict(input_ids=ids, attention_mask=(torch.arange(ids.shape[1]) < lengths[:, None]).long(),
                  pixel_values=seen["pixel_values"], image_sizes=seen["image_sizes"])
    out = dict(pixels=seen["pixel_values"], sizes=seen["image_sizes"], counts=torch.tensor(counts), ids=ids,
               labels=labels, lengths=lengths, prompt_lengths=torch.tensor(prompts))
    projector = {}
    hook = model.model.multi_modal_projector.register_forward_hook(
        lambda module, given, made: projector.update(vision_features=given[0], projected=made))
    with torch.no_grad():
        out["packed"] = torch.cat(model.get_image_features(seen["pixel_values"], seen["image_sizes"]).pooler_output)
        out |= projector
        hook.remove()
        out["logits"], out["losses"] = answer_outputs(model, inputs, labels)
        for i, length in enumerate(prompts):
            own = [[0], [1], [2, 3], [4]][i]
            tiles = dict(pixel_values=seen["pixel_values"][own], image_sizes=seen["image_sizes"][own])
            prompt = ids[i:i + 1, :length]
            tokens = model.generate(input_ids=prompt, attention_mask=torch.ones_like(prompt), **tiles,
                                    max_new_tokens=64, do_sample=False)
            out[f"generated_{i}"] = tokens[0, length:]
            check_generated(model, tokens, length, tiles, name)
    return out, inputs, labels


def as_transformers_4_wrote_it(folder):
    # transformers 5.17 writes the language model and the newline under their old names already.
    weights = load_file(folder / "model.safetensors")
    renamed = {key.replace("vision_tower.", "vision_tower.vision_model."): value for key, value in weights.items()}
    assert {"image_newline", "language_model.lm_head.weight", "language_model.model.norm.weight"} <= renamed.keys()
    save_file(renamed, folder / "model.safetensors", {"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    rope = config["text_config"].pop("rope_parameters")
    config["text_config"] |= {"rope_theta": rope["rope_theta"], "rope_scaling": None}
    config |= {"use_image_newline_parameter": True, "transformers_version": "4.39.0.dev0"}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    processor = json.loads((folder / "preprocessor_config.json").read_text())
    processor["image_processor_type"] = "LlavaNextImageProcessor"
    (folder / "preprocessor_config.json").write_text(json.dumps(processor, indent=2) + "\n")


def write(layout, seed):
    torch.manual_seed(seed)
    folder = FOLDER / layout
    shutil.rmtree(folder, ignore_errors=True)
    classic = layout == "next_classic"
    model = tiny_model(layout)
    model.save_pretrained(folder, max_shard_size="5GB" if classic else "120KB")
    image_processor().save_pretrained(folder)
    if classic:
        as_transformers_4_wrote_it(folder)
    else:
        own = json.loads((folder / "preprocessor_config.json").read_text())
        (folder / "processor_config.json").write_text(
            json.dumps({"image_processor": own, "patch_size": PATCH, "processor_class": "LlavaNextProcessor"}, indent=2))
        (folder / "preprocessor_config.json").unlink()
    (folder / "generation_config.json").unlink(missing_ok=True)
    for i, (width, height) in enumerate(PICTURES):
        draw(folder / f"picture_{i}.png", width, height, seed + i)
    out, inputs, labels = golden(model, folder, layout)
    lora = get_peft_model(model, LoraConfig(r=3, lora_alpha=7, use_rslora=not classic, target_modules=TARGETS))
    out |= stepped_adapter(lora, folder / "adapter", inputs, labels, layout)
    if classic:
        name_as_transformers_4(folder / "adapter")
    save_file({k: v.detach().contiguous() for k, v in out.items()}, folder / "golden.safetensors")


if __name__ == "__main__":
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    for layout, seed in SEEDS.items():
        if layout in (sys.argv[1:] or SEEDS):
            write(layout, seed)
