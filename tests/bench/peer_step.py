#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The peer of step_bench: the same work with transformers and peft.

    peer_step.py prepare FOLDER [--shape embedded|reduced|7b] [--tiles 1|5] [--weights-of FOLDER]
        writes checkpoint, adapter and data that both read; with --weights-of those weights, laid out for other tiles
    peer_step.py run FOLDER KIND,… [--repetitions N] [--device cpu|cuda] [--precision float32|bf16] [--recompute]
                            [--oracle copy|off]
        prints one line of JSON for each kind: gd ga po kl npo (a step), forward, forward_all, generate, experts
"""

import argparse
import contextlib
import ctypes
import gc
import json
import os
import pathlib
import statistics
import time

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import (AutoModelForImageTextToText, CLIPVisionConfig, LlamaConfig, LlavaConfig,
                          LlavaNextConfig, LlavaNextForConditionalGeneration)

EOS, EXPERTS = 2, 4
TARGETS = r".*language_model.*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"
TYPES = {"float32": torch.float32, "bf16": torch.bfloat16}

# Sizes of a model, and of what it is asked: samples of a step, prompts to continue by so many tokens, words before the
# picture, of the question and of the answer (from, to). The 7B is llava-v1.6-vicuna-7b's.
SHAPES = {
    "embedded": dict(
        vision=dict(hidden_size=96, intermediate_size=384, num_hidden_layers=3, num_attention_heads=4, image_size=64,
                    patch_size=16),
        text=dict(vocab_size=800, hidden_size=128, intermediate_size=344, num_hidden_layers=4, num_attention_heads=4,
                  max_position_embeddings=512),
        rank=8, samples=32, prompts=64, generated=16, before=(3, 3), question=(10, 16), answer=(7, 11)),
    "reduced": dict(
        vision=dict(hidden_size=256, intermediate_size=1024, num_hidden_layers=3, num_attention_heads=4, image_size=112,
                    patch_size=14),
        text=dict(vocab_size=1600, hidden_size=384, intermediate_size=1024, num_hidden_layers=6, num_attention_heads=6,
                  max_position_embeddings=4096),
        rank=16, samples=4, prompts=4, generated=32, before=(3, 3), question=(20, 40), answer=(15, 30)),
    "7b": dict(
        vision=dict(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16,
                    image_size=336, patch_size=14, projection_dim=768),
        text=dict(vocab_size=32064, hidden_size=4096, intermediate_size=11008, num_hidden_layers=32,
                  num_attention_heads=32, max_position_embeddings=4096),
        rank=32, samples=4, prompts=4, generated=64, before=(20, 30), question=(20, 40), answer=(15, 30)),
}


def packed(rows):
    """Rows of (prompt, answer) → ids, labels, lengths, padded on the right."""
    longest = max(len(p) + len(a) for p, a in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    labels = torch.full((len(rows), longest), -100)
    for i, (prompt, answer) in enumerate(rows):
        whole = torch.tensor(prompt + answer)
        ids[i, :len(whole)] = whole
        labels[i, len(prompt):len(whole)] = whole[len(prompt):]
    return dict(ids=ids, labels=labels, lengths=torch.tensor([len(p) + len(a) for p, a in rows]))


def config_of(shape, tiles):
    """One tile: LLaVA-1.5's way with the same sizes. Five: LLaVA-1.6's, the whole picture and 2 × 2 tiles of it."""
    vision, vocabulary = shape["vision"], shape["text"]["vocab_size"]
    size = vision["image_size"]
    parts = dict(vision_config=CLIPVisionConfig(**vision),
                 text_config=LlamaConfig(**shape["text"], rms_norm_eps=1e-5, pad_token_id=0),
                 image_token_index=vocabulary - 1, pad_token_id=0, image_seq_length=(size // vision["patch_size"])**2)
    if tiles == 1:
        return LlavaConfig(**parts)
    return LlavaNextConfig(**parts, image_grid_pinpoints=[[size, 2 * size], [2 * size, size], [2 * size, 2 * size],
                                                          [3 * size, size], [size, 3 * size]])


def write_weights(folder, shape):
    """LLaVA-1.6's, which are those of 1.5 and the newline."""
    config = config_of(shape, 5)
    large = shape["text"]["hidden_size"] >= 4096
    on_gpu = large and torch.cuda.is_available()
    torch.set_default_dtype(torch.bfloat16 if large else torch.float32)
    with torch.device("cuda" if on_gpu else "cpu"):
        model = LlavaNextForConditionalGeneration(config)
    torch.set_default_dtype(torch.float32)
    with torch.no_grad():  # nobody answers early, or with a picture
        model.lm_head.weight[[EOS, config.image_token_index]] = 0
    model.save_pretrained(folder)
    lora = get_peft_model(model, LoraConfig(r=shape["rank"], lora_alpha=2 * shape["rank"], target_modules=TARGETS))
    with torch.no_grad():
        for name, weight in lora.named_parameters():
            if "lora_B" in name:
                weight.normal_(0, 0.02)
    lora.save_pretrained(folder / "adapter")


def link_weights(folder, other):
    for path in [*other.glob("*.safetensors"), *other.glob("*.safetensors.index.json")]:
        if path.name != "data.safetensors":
            os.link(path, folder / path.name)
    (folder / "adapter").symlink_to((other / "adapter").resolve())


def prepare(folder, shape, tiles, weights_of):
    torch.manual_seed(0)
    folder.mkdir(parents=True, exist_ok=True)
    config = config_of(shape, tiles)
    if weights_of:
        link_weights(folder, weights_of)
    else:
        write_weights(folder, shape)
    config.save_pretrained(folder)
    torch.manual_seed(1)
    size, side = config.vision_config.image_size, config.vision_config.image_size // config.vision_config.patch_size
    image_tokens = side**2 + (0 if tiles == 1 else 2 * side * (2 * side + 1))  # a newline closes each row
    image = config.image_token_index

    def words(range_of):
        low, high = range_of
        return torch.randint(3, image, (int(torch.randint(low, high + 1, ())),)).tolist()

    prompts = [[1] + words(shape["before"]) + [image] * image_tokens + words(shape["question"])
               for _ in range(shape["prompts"])]
    asked = prompts[:shape["samples"]]
    data = packed([(p, words(shape["answer"]) + [EOS]) for p in asked])
    data |= {"refusal." + k: v for k, v in packed([(p, words(shape["answer"]) + [EOS]) for p in asked]).items()}
    data |= {"prompt." + k: v for k, v in packed([(p, []) for p in prompts]).items()}
    data["pixels"] = torch.randn(len(prompts) * tiles, 3, size, size)  # tile after tile
    if tiles > 1:
        data["sizes"] = torch.tensor([[2 * size, 2 * size]] * len(prompts))
    data["generated"] = torch.tensor(shape["generated"])
    save_file(data, folder / "data.safetensors")


class Peer:
    """The prepared folder, loaded as its users load it."""

    def __init__(self, folder, options):
        self.folder, self.options = folder, options
        self.device, self.dtype = torch.device(options.device), TYPES[options.precision]
        self.data = {k: v.to(self.device) for k, v in load_file(folder / "data.safetensors").items()}
        begin = time.perf_counter()
        base = self.load()
        self.synchronise()
        self.load_s = time.perf_counter() - begin
        self.model = PeftModel.from_pretrained(base, folder / "adapter", is_trainable=True)
        self.start = {k: v.detach().clone() for k, v in self.model.named_parameters() if v.requires_grad}
        if options.recompute:
            self.model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})

    def load(self):
        where = {"device_map": {"": 0}} if self.device.type == "cuda" else {}
        return AutoModelForImageTextToText.from_pretrained(self.folder, dtype=self.dtype, attn_implementation="sdpa",
                                                           **where)

    def held_mib(self):
        return torch.cuda.memory_allocated() / 2**20 if self.device.type == "cuda" else memory_mib("VmRSS")

    def synchronise(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def computing(self):
        """bf16 as the trainer of transformers has it: adapters in float32, products in bf16."""
        return torch.autocast("cuda", self.dtype) if self.device.type == "cuda" else contextlib.nullcontext()

    def inputs(self, prefix, rows=slice(None)):
        data = self.data
        ids, lengths = data[prefix + "ids"][rows], data[prefix + "lengths"][rows]
        mask = (torch.arange(ids.shape[1], device=self.device) < lengths[:, None]).long()
        return dict(input_ids=ids, attention_mask=mask) | self.pictures(len(data[prefix + "ids"]), rows)

    def pictures(self, count, rows=slice(None)):
        pixels = self.data["pixels"].to(self.dtype)
        if "sizes" not in self.data:
            return dict(pixel_values=pixels[:count][rows])
        sizes = self.data["sizes"]
        return dict(pixel_values=pixels.unflatten(0, (len(sizes), -1))[:count][rows], image_sizes=sizes[:count][rows])


def token_losses(logits, labels):
    """Cross-entropy of every answer token, [samples, positions], zero elsewhere, and where they are."""
    targets = labels[:, 1:]
    losses = torch.nn.functional.cross_entropy(logits[:, :-1].float().transpose(1, 2), targets, ignore_index=-100,
                                               reduction="none")
    return losses, (targets != -100)


def mean_loss(losses, where):
    return losses.sum() / where.sum()


def stepper(peer, method):
    model, options = peer.model, peer.options
    model.train()
    prefix = "refusal." if method == "po" else ""
    inputs, labels = peer.inputs(prefix), peer.data[prefix + "labels"]
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.01, fused=True)
    half = len(labels) // 2
    oracle = None
    if method in ("kl", "npo") and options.oracle == "copy":
        oracle = peer.load().eval().requires_grad_(False)

    def original(rows):  # as the reference does it: the original model's outputs at every step
        with torch.no_grad():
            if oracle is not None:
                return oracle(**peer.inputs(prefix, rows)).logits
            with model.disable_adapter():
                return model(**peer.inputs(prefix, rows)).logits

    def loss_of():
        logits = model(**inputs).logits
        losses, where = token_losses(logits, labels)
        if method == "ga":
            return -mean_loss(losses, where)
        if method == "po":
            return mean_loss(losses, where)
        if method == "gd":
            return -mean_loss(losses[:half], where[:half]) + mean_loss(losses[half:], where[half:])
        if method == "kl":
            reference = original(slice(half, None))[:, :-1][where[half:]].float().log_softmax(-1)
            ours = logits[half:, :-1][where[half:]].float().log_softmax(-1)
            divergence = (reference.exp() * (reference - ours)).sum(-1).mean()
            return -mean_loss(losses[:half], where[:half]) + divergence
        beta = 0.1
        reference, _ = token_losses(original(slice(None)), labels)
        gap = losses.sum(1) - reference.sum(1)
        return -2 / beta * torch.nn.functional.logsigmoid(beta * gap).mean()

    def step():
        with peer.computing():
            loss = loss_of()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1)
        optimizer.step()
        peer.synchronise()
        return loss.item()

    return step


def forward(peer, everywhere):
    """The original model's logits, from the pixels on: at the positions that any sample answers at, or at all."""
    model, labels = peer.model.eval(), peer.data["labels"]
    inputs = peer.inputs("")
    answering = (labels != -100).any(0).nonzero().squeeze(1) - 1
    kept = torch.arange(labels.shape[1], device=labels.device) if everywhere else answering
    targets = torch.cat([labels[:, 1:], labels[:, :1]], 1)[:, kept]

    def run():
        with torch.no_grad(), model.disable_adapter():
            logits = model(**inputs, logits_to_keep=0 if everywhere else kept).logits
        return torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), targets.flatten()).item()

    return run


def generator(peer):
    # transformers generates from prompts padded on the left.
    model, data = peer.model.eval(), peer.data
    ids, lengths = data["prompt.ids"], data["prompt.lengths"].tolist()
    left = torch.stack([torch.roll(row, len(row) - n) for row, n in zip(ids, lengths)])
    mask = torch.stack([torch.arange(ids.shape[1], device=ids.device) >= ids.shape[1] - n for n in lengths]).long()
    inputs = dict(input_ids=left, attention_mask=mask) | peer.pictures(len(ids))
    count = int(data["generated"])

    def generate():
        with torch.no_grad(), peer.computing():
            tokens = model.generate(**inputs, max_new_tokens=count, do_sample=False)
        said = tokens[:, ids.shape[1]:]
        assert said.shape[1] == count
        return said.sum().item()

    return generate


def switching(peer):
    """The small forward on the same expert again, and on the next one, by turns → what a switch costs, in ms, and what was
    held meanwhile."""
    model = peer.model.eval()
    names = [f"expert {i}" for i in range(EXPERTS)]
    for name in names:
        model.load_adapter(peer.folder / "adapter", name)
    ids = torch.arange(3, 11, device=peer.device)[None]

    def timed(name):
        begin = time.perf_counter()
        if name:
            model.set_adapter(name)
        with torch.no_grad(), peer.computing():
            model(input_ids=ids).logits.sum().item()
        return (time.perf_counter() - begin) * 1000

    costs = []
    for i in range(4 * EXPERTS):
        switched = timed(names[i % EXPERTS])
        costs.append(switched - timed(None))
    held = peer.held_mib()
    model.set_adapter("default")
    for name in names:
        model.delete_adapter(name)
    return costs, held


def forget_peak():
    """VmHWM begins anew at what is held now."""
    ctypes.CDLL(None).malloc_trim(0)
    pathlib.Path("/proc/self/clear_refs").write_text("5")


def memory_mib(key):
    for line in open("/proc/self/status"):
        if line.startswith(key + ":"):
            return int(line.split()[1]) / 1024
    return 0


def measured(peer, what):
    """Times of one kind of work from the adapter's first state on, and the most memory it took."""
    cuda = peer.device.type == "cuda"
    with torch.no_grad():
        for name, parameter in peer.model.named_parameters():
            if name in peer.start:
                parameter.copy_(peer.start[name])
    said = dict(what=what, threads=torch.get_num_threads(), load_s=peer.load_s)
    torch.cuda.reset_peak_memory_stats() if cuda else forget_peak()
    if what == "experts":
        before = peer.held_mib()
        said["ms"], held = switching(peer)
        said["experts_mib"] = held - before
    else:
        once = (generator(peer) if what == "generate" else
                forward(peer, what == "forward_all") if what.startswith("forward") else stepper(peer, what))
        said["first"] = once()
        once()
        said |= dict(ms=[], processor_ms=[])
        for _ in range(peer.options.repetitions):
            begin, processor = time.perf_counter(), time.process_time()
            once()
            said["processor_ms"].append((time.process_time() - processor) * 1000)
            said["ms"].append((time.perf_counter() - begin) * 1000)
        if what == "generate":
            tokens = len(peer.data["prompt.ids"]) * int(peer.data["generated"])
            said["tokens_per_s"] = tokens / statistics.median(said["ms"]) * 1000
    said["peak_mib"] = torch.cuda.max_memory_allocated() / 2**20 if cuda else memory_mib("VmHWM")
    return said


def run(folder, kinds, options):
    peer = Peer(folder, options)
    for what in kinds.split(","):
        try:
            said = measured(peer, what)
        except torch.cuda.OutOfMemoryError:
            said = dict(what=what, failed="out of memory")
        print(json.dumps(said), flush=True)
        gc.collect()
        torch.cuda.empty_cache()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("do", choices=("prepare", "run"))
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("kinds", nargs="?", default="gd")
    parser.add_argument("--shape", choices=SHAPES, default="embedded")
    parser.add_argument("--tiles", type=int, choices=(1, 5), default=1)
    parser.add_argument("--weights-of", type=pathlib.Path)
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--precision", choices=TYPES, default="float32")
    parser.add_argument("--recompute", action="store_true")
    parser.add_argument("--oracle", choices=("copy", "off"), default="off")
    options = parser.parse_args()
    if options.do == "prepare":
        prepare(options.folder, SHAPES[options.shape], options.tiles, options.weights_of)
    else:
        run(options.folder, options.kinds, options)


if __name__ == "__main__":
    main()
