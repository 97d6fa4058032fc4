#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The peer of step_bench: the same work with transformers and peft.

    peer_step.py prepare FOLDER [--shape embedded|reduced|7b] [--tiles 1|5] [--weights-of FOLDER]
        writes checkpoint, adapter and data that both read; with --weights-of those weights, laid out for other tiles
    peer_step.py run FOLDER KIND,… [--repetitions N] [--device cpu|cuda] [--precision float32|bf16] [--recompute]
                            [--oracle copy|off]
        prints one line of JSON for each kind: gd ga po kl npo simnpo dpo wga undial rmu (a step), forward, forward_all,
        generate, experts
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


def sample_means(losses, where):
    return losses.sum(1) / where.sum(1)


def fixed_direction(width):
    """RMU's as step_bench has it: SplitMix64, seeded through FNV-1a."""
    mask = (1 << 64) - 1

    def bits(state):
        z = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & mask
        z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
        return z ^ z >> 31

    gap, state = 0x9E3779B97F4A7C15, 0xCBF29CE484222325
    for byte in b"rmu direction":
        state = (state ^ byte) * 0x100000001B3 & mask
    state = bits(state + 2 * gap & mask)
    numbers = torch.tensor([(bits(state + (i + 1) * gap & mask) >> 11) * 2.0**-53 for i in range(width)])
    return numbers / numbers.norm()


class Stepped:
    """Logits, labels and hidden states of a step's batch, by the model and (at every step, as its users do) by the
    original one. dpo: forget samples with their answers, then with refusals."""

    def __init__(self, peer, method):
        self.peer, self.model = peer, peer.model
        self.states = method == "rmu"
        if method == "dpo":
            half = len(peer.data["labels"]) // 2
            parts = [(peer.inputs(prefix, slice(half)), peer.data[prefix + "labels"][:half]) for prefix in ("", "refusal.")]
            longest = max(len(labels[0]) for _, labels in parts)
            pad = lambda t, value: torch.nn.functional.pad(t, (0, longest - t.shape[1]), value=value)
            self.inputs = {k: torch.cat([pad(i[k], 0) if i[k].dim() == 2 and "size" not in k else i[k] for i, _ in parts])
                           for k in parts[0][0]}
            self.labels = torch.cat([pad(labels, -100) for _, labels in parts])
        else:
            prefix = "refusal." if method == "po" else ""
            self.inputs, self.labels = peer.inputs(prefix), peer.data[prefix + "labels"]
        self.oracle = None
        if method in ("kl", "npo", "dpo", "undial", "rmu") and peer.options.oracle == "copy":
            self.oracle = peer.load().eval().requires_grad_(False)

    def ours(self):
        return self.model(**self.inputs, output_hidden_states=self.states)

    def original(self, rows=slice(None)):
        inputs = {k: v[rows] for k, v in self.inputs.items()}
        with torch.no_grad():
            if self.oracle is not None:
                return self.oracle(**inputs, output_hidden_states=self.states)
            with self.model.disable_adapter():
                return self.model(**inputs, output_hidden_states=self.states)


def stepper(peer, method):
    model = peer.model
    model.train()
    batch = Stepped(peer, method)
    labels = batch.labels
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.01, fused=True)
    half = len(labels) // 2
    forget, retain = slice(half), slice(half, None)
    logsigmoid = torch.nn.functional.logsigmoid

    def rmu():
        layer, kept = 2, batch.inputs["attention_mask"].bool()
        kept = kept & (batch.inputs["input_ids"] != model.config.image_token_index)
        if not hasattr(batch, "target"):  # once per data set, on both sides
            before = batch.original(forget).hidden_states[layer][kept[forget]].float()
            batch.target = 2 * before.norm(dim=1).mean() * fixed_direction(before.shape[1]).to(before.device)
        states = batch.ours().hidden_states[layer]
        moved = (states[forget][kept[forget]] - batch.target).square().mean()
        was = batch.original(retain).hidden_states[layer][kept[retain]]
        return moved + (states[retain][kept[retain]] - was).square().mean()

    def loss_of():
        if method == "rmu":
            return rmu()
        logits = batch.ours().logits
        losses, where = token_losses(logits, labels)
        if method == "ga":
            return -mean_loss(losses, where)
        if method == "po":
            return mean_loss(losses, where)
        if method == "npo":
            reference, _ = token_losses(batch.original().logits, labels)
            return -2 / 0.1 * logsigmoid(0.1 * (losses.sum(1) - reference.sum(1))).mean()
        if method == "dpo":
            reference, _ = token_losses(batch.original().logits, labels)
            gain = reference.sum(1) - losses.sum(1)
            return -2 / 0.1 * logsigmoid(0.1 * (gain[retain] - gain[forget])).mean()
        if method == "undial":
            reference = batch.original().logits[:, :-1][where].float()
            teacher = reference.scatter_add(1, labels[:, 1:][where][:, None],
                                            torch.full_like(reference[:, :1], -10)).softmax(-1)
            return torch.nn.functional.cross_entropy(logits[:, :-1][where].float(), teacher)
        kept = mean_loss(losses[retain], where[retain])
        if method == "gd":
            return -mean_loss(losses[forget], where[forget]) + kept
        if method == "kl":
            reference = batch.original(retain).logits[:, :-1][where[retain]].float().log_softmax(-1)
            ours = logits[retain, :-1][where[retain]].float().log_softmax(-1)
            divergence = (reference.exp() * (reference - ours)).sum(-1).mean()
            return -mean_loss(losses[forget], where[forget]) + divergence
        if method == "simnpo":
            means = sample_means(losses[forget], where[forget])
            return -2 / 4.5 * logsigmoid(4.5 * means).mean() + kept
        weights = (-losses[forget]).exp().detach()  # wga
        return -mean_loss(weights * losses[forget], where[forget]) + kept

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
