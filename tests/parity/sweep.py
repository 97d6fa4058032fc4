#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds `lacuna model run` against transformers and peft on checkpoints of random shapes, made as it goes along.

    sweep.py LACUNA [--count 20] [--seed 0] [--keep FOLDER]

Each turn draws a layout (1.5 or 1.6, names and configs of transformers 4 or 5, shards, a Llama or Mistral decoder, ties
with and without a head in the files, end tokens in any of their places, a chat template in any of its places, picture
settings in one file or two), sizes, pictures, a prompt, an answer and an adapter, asks both, and compares prompt tokens,
pixels, features, logits, loss, gradients and 32 greedy tokens. Theirs is what `from_pretrained` makes of the same folder.
Runs in the environment of make_fixtures.py; prints a line per turn and fails when one disagrees.
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
from transformers import (AutoTokenizer, CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration,
                          LlavaNextConfig, LlavaNextForConditionalGeneration, LlavaNextProcessor, LlavaProcessor,
                          MistralConfig)
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
    kind, more = draw.choice([(LlamaConfig, {}), (MistralConfig, {"sliding_window": draw.choice([None, 2048, 4096])})])
    text = kind(vocab_size=VOCABULARY, num_attention_heads=heads, hidden_size=heads * size,
                num_key_value_heads=draw.choice([n for n in range(1, heads + 1) if heads % n == 0]),
                head_dim=draw.choice([size, 2 * size]), intermediate_size=draw.randint(20, 130),
                num_hidden_layers=draw.randint(1, 4), rms_norm_eps=draw.choice([1e-5, 1e-6]),
                rope_parameters={"rope_type": "default", "rope_theta": draw.choice([1e4, 5e5])},
                max_position_embeddings=2048, pad_token_id=PAD, tie_word_embeddings=False, **more)
    more = dict(image_token_index=IMAGE_TOKEN, pad_token_id=PAD, vision_feature_layer=draw.choice([-1, -2, 1, layers]))
    if is_next:
        tile = patch * side
        pinpoints = draw.sample([[a * tile, b * tile] for a in range(1, 4) for b in range(1, 4)], draw.randint(2, 6))
        return LlavaNextConfig(vision_config=vision, text_config=text, image_grid_pinpoints=pinpoints, **more)
    return LlavaConfig(vision_config=vision, text_config=text, image_seq_length=side * side,
                       multimodal_projector_bias=draw.random() < 0.7, **more)


def change(path, what):
    json_ = json.loads(path.read_text()) if path.exists() else {}
    what(json_)
    path.write_text(json.dumps(json_))


def tie(folder, draw, is_next):
    """Flags at the root and in text_config, with the head in the files or without; in words."""
    root, text, head = draw.choice([(False, False, "its own"), (True, True, "none"), (True, False, "none"),
                                    (False, True, "none"), (True, True, "its own"), (True, False, "its own"),
                                    (False, True, "its own"), (True, True, "a copy")])
    if is_next and text and not root:  # 5 makes up a head where there is none
        root = True

    def flags(config):
        config["tie_word_embeddings"] = root
        config["text_config"]["tie_word_embeddings"] = text

    change(folder / "config.json", flags)
    for path in folder.glob("*.safetensors"):
        weights = load_file(path)
        names = [name for name in weights if name.endswith("lm_head.weight")]
        if names and head == "none":
            del weights[names[0]]
            if (index := folder / "model.safetensors.index.json").exists():
                change(index, lambda json_: json_["weight_map"].pop(names[0]))
        elif names and head == "a copy":
            parts = {name: weight for each in folder.glob("*.safetensors") for name, weight in load_file(each).items()}
            weights[names[0]] = next(w for name, w in parts.items() if name.endswith("embed_tokens.weight")).clone()
        save_file(weights, path, {"format": "pt"})
    return f"ties {root}/{text} with {head} head"


def ends(folder, draw):
    """End tokens in their three places; the first of them that says anything is what transformers takes, so it holds the
    others' too."""
    def some():
        chosen = draw.sample(range(3, 1000), draw.choice([0, 1, 12, 40]))
        return [EOS] + chosen if chosen or draw.random() < 0.5 else EOS

    place = draw.choice(["generation", "root", "text"])
    value = some()
    (folder / "generation_config.json").unlink(missing_ok=True)
    if place == "generation":
        change(folder / "generation_config.json", lambda json_: json_.update(eos_token_id=value))
    elif place == "root":  # transformers 5 looks there for no end: the other place says the same
        change(folder / "config.json", lambda json_: json_.update(eos_token_id=value))
        change(folder / "config.json", lambda json_: json_["text_config"].update(eos_token_id=value))
    else:
        change(folder / "config.json", lambda json_: json_["text_config"].update(eos_token_id=value))
    return value if isinstance(value, list) else [value]


LAYOUT = ("{% for m in messages %}NAME {{ m['role'] }}: {% for c in m['content'] %}{% if c['type'] == 'image' %}<image>\n"
          "{% else %}{{ c['text'] }}{% endif %}{% endfor %} {% endfor %}{% if add_generation_prompt %}SAYS{% endif %}")


def chat(folder, draw):
    """A template in some of the places where transformers looks, each saying where it is from."""
    (folder / "chat_template.jinja").unlink(missing_ok=True)
    places = draw.sample(["processor", "old", "jinja", "more", "tokenizer"], draw.randint(1, 3))
    if "old" in places:  # transformers refuses it beside named ones
        places = [place for place in places if place != "more"]
    layout = {place: LAYOUT.replace("NAME", place).replace("SAYS", draw.choice(["answer:", "assistant "]))
              for place in places}
    if "processor" in places:
        change(folder / "processor_config.json", lambda json_: json_.update(chat_template=layout["processor"]))
    if "old" in places:
        (folder / "chat_template.json").write_text(json.dumps({"chat_template": layout["old"]}))
    if "jinja" in places:
        (folder / "chat_template.jinja").write_text(layout["jinja"])
    if "more" in places:
        (folder / "additional_chat_templates").mkdir()
        (folder / "additional_chat_templates" / "default.jinja").write_text(layout["more"])
    if "tokenizer" in places:
        named = [{"name": "other", "template": "{{ 1 }}"}, {"name": "default", "template": layout["tokenizer"]}]
        value = draw.choice([layout["tokenizer"], named])
        change(folder / "tokenizer_config.json", lambda json_: json_.update(chat_template=value))
    return "template in " + ", ".join(sorted(places))


def tokens(folder, draw):
    """tokenizer.json with its own rules, or none."""
    switches = {key: draw.choice([True, False]) for key in ("add_bos_token", "add_eos_token", "legacy", "add_prefix_space")
                if draw.random() < 0.5}
    change(folder / "tokenizer_config.json", lambda json_: json_.update(switches))
    if draw.random() < 0.4:
        return "tokenizer.model alone"
    whole = json.loads(AutoTokenizer.from_pretrained(folder).backend_tokenizer.to_str())
    scheme = draw.choice(["first", "always", "never", "Prepend"])
    if scheme == "Prepend":
        whole["normalizer"] = {"type": "Sequence", "normalizers": [
            {"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
    else:
        whole["normalizer"] = None
        whole["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": False}
    bos, eos = draw.random() < 0.7, draw.random() < 0.3
    text, of = {"Sequence": {"id": "A", "type_id": 0}}, {"<s>": 1, "</s>": 2}
    around = [name for name, there in (("<s>", bos), (None, True), ("</s>", eos)) if there]
    whole["post_processor"] = None if not (bos or eos) else {
        "type": "TemplateProcessing", "pair": [text], "single": [
            {"SpecialToken": {"id": name, "type_id": 0}} if name else text for name in around],
        "special_tokens": {name: {"id": name, "ids": [id_], "tokens": [name]} for name, id_ in of.items()}}
    (folder / "tokenizer.json").write_text(json.dumps(whole))
    return f"tokenizer.json {scheme}{' BOS' * bos}{' EOS' * eos}"


def settings(folder, draw):
    """Picture settings in one file, nested in the other, or in both with another mean in the one that counts less."""
    own, joint = folder / "preprocessor_config.json", folder / "processor_config.json"
    kind = draw.choice(["own", "nested", "both"])
    said = json.loads(own.read_text())
    if kind != "own":
        change(joint, lambda json_: json_.update(image_processor=said))
    if kind == "nested":
        own.unlink()
    if kind == "both":
        change(own, lambda json_: json_.update(image_mean=[0.1, 0.2, 0.3]))
    return f"settings {kind}"


def checkpoint(folder, draw):
    is_next, old = draw.random() < 0.5, draw.random() < 0.5
    config = configs(draw, is_next)
    kind = LlavaNextForConditionalGeneration if is_next else LlavaForConditionalGeneration
    model = enlarged(kind(config).eval())
    with torch.no_grad():
        model.lm_head.weight[[EOS, IMAGE_TOKEN, PAD]] = 0
        model.model.language_model.embed_tokens.weight[[EOS, IMAGE_TOKEN, PAD]] = 0  # the head too, where it is tied
    model.save_pretrained(folder, max_shard_size="5GB" if old else draw.choice(["5GB", "100KB"]))
    tile = config.vision_config.image_size
    sizes = dict(size={"shortest_edge": tile}, crop_size={"height": tile, "width": tile})
    pictures_ = (LlavaNextImageProcessorPil(image_grid_pinpoints=config.image_grid_pinpoints, **sizes)
                 if is_next else CLIPImageProcessorPil(**sizes))
    pictures_.save_pretrained(folder)
    for name in ("tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "processor_config.json"):
        shutil.copy(SMALL / name, folder)
    change(folder / "processor_config.json", lambda json_: json_.update(patch_size=config.vision_config.patch_size))
    if old:
        weights = load_file(folder / "model.safetensors")
        save_file({k.replace("vision_tower.", "vision_tower.vision_model."): v for k, v in weights.items()},
                  folder / "model.safetensors", {"format": "pt"})
        plain = json.loads((folder / "config.json").read_text())
        plain["text_config"]["rope_theta"] = plain["text_config"].pop("rope_parameters")["rope_theta"]
        (folder / "config.json").write_text(json.dumps(plain))
    what = [f"{'1.6' if is_next else '1.5'} of transformers {4 if old else 5}", config.text_config.model_type,
            tie(folder, draw, is_next), chat(folder, draw), tokens(folder, draw), settings(folder, draw)]
    stops = ends(folder, draw)
    processor = (LlavaNextProcessor if is_next else LlavaProcessor).from_pretrained(folder)
    # A processor leaves the tokenizer's own alone; Lacuna takes it as the last.
    processor.chat_template = processor.chat_template or processor.tokenizer.chat_template
    processor.image_processor = type(pictures_).from_pretrained(folder)  # Pillow's, whatever else is installed
    model = kind.from_pretrained(folder).eval()
    return model, processor, stops, ", ".join(what + [f"{len(stops)} end(s)"])


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


def compare(said, dump, lora, processor, stops, paths, question):
    """What is off, by name: largest differences against what is allowed."""
    images = [Image.open(path).convert("RGB") for path in paths]
    seen = processor.image_processor(images, return_tensors="pt")
    text = question
    if "<image>" not in question:
        parts = [{"type": "image"} for _ in paths] + [{"type": "text", "text": question}]
        text = processor.apply_chat_template([{"role": "user", "content": parts}], add_generation_prompt=True)
    ids = processor(images=images, text=text, return_tensors="pt")["input_ids"][0].tolist()
    asked = dump["input_ids"][0, :said["prompt_tokens"]].tolist()
    if ids != asked:
        return {"prompt": (ids, asked)}
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
    theirs = next((theirs[:i] for i, token in enumerate(theirs) if token in stops), theirs)
    allowed["tokens"] = 0 if ours[:tie] == theirs[:tie] else 2
    return {name: value for name, value in allowed.items() if not value <= 1}


def turn(lacuna, folder, seed):
    draw = random.Random(seed)
    torch.manual_seed(seed)
    model, processor, stops, what = checkpoint(folder, draw)
    lora, trained = adapter(model, folder / "adapter", draw)
    paths = pictures(folder, draw)
    words = [" ".join(draw.choices(WORDS, k=draw.randint(1, 9))) for _ in range(len(paths) + 1)]
    prompt = "<image>".join(w + draw.choice(["\n", " "]) for w in words) if draw.random() < 0.5 else words[0]
    command = [lacuna, "model", "run", folder, "--prompt", prompt, "--answer", " ".join(draw.choices(WORDS, k=5)),
               "--adapter", folder / "adapter", "--max-tokens", "32", "--device", "cpu", "--json", "--dump",
               folder / "dump.safetensors"]
    for path in paths:
        command += ["--image", path]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    what = f"{what}, {len(paths)} picture(s), {trained}"
    if done.returncode != 0:
        return what, {"refused": done.stderr.strip()}
    return what, compare(json.loads(done.stdout), load_file(folder / "dump.safetensors"), lora, processor, stops, paths,
                         prompt)


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
