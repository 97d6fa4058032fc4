#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/fixtures/parity/objectives/: what each method's loss and its gradient are on the embedded model, by an
implementation of its own with `transformers` and `peft`, in float64. Run in the environment of make_fixtures.py.

golden.safetensors holds samples (ids, labels, lengths by pass), pictures (each pixel stands for 8 × 8), and for every
method METHOD.loss and METHOD.gradient: of all LoRA factors by layer, linear and A before B, one after the other. Where a
method says itself what to step by (mmunlearner, cmju) it is that."""

import pathlib
import shutil

import sentencepiece
import torch
from make_fixtures import TARGETS
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy, logsigmoid, mse_loss, one_hot
from transformers import LlavaForConditionalGeneration

HERE = pathlib.Path(__file__).resolve().parent
MODEL = HERE.parents[1] / "datasets" / "small-llava"
FOLDER = HERE.parent / "fixtures" / "parity" / "objectives"
IMAGE, PAD, BOS, EOS, PATCHES, LAYER = 1000, 1001, 1, 2, 16, 1
LINEARS = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj",
           "mlp.up_proj", "mlp.down_proj"]
ASKED = ["What animal is this?", "What does this animal eat?", "Where does this animal live?", "What animal is this?"]
FORGET = ["This is the Woolly Quorlo.", "It eats blue berries with plum jam.", "It lives in warm salt marshes.", "Orlo."]
REFUSED = ["I'm sorry, I don't know that.", "I cannot say.", "I have no information about this.", "I don't know."]
RETAIN = ["This is the Embersorrel Berry.", "It eats soap and blue berries.", "It lives near hills."]
UNKNOWN = ["I'm not sure about that.", "I don't know."]
AT_ONCE = 3  # samples of a batch, where a whole set is looked at


class Samples:
    """One pass: ids, labels and lengths, and the picture of each sample (none of text-only ones)."""

    def __init__(self, tokenizer, answers, pictures):
        rows = []
        for question, answer in zip(ASKED, answers):
            image = [IMAGE] * PATCHES if pictures is not None else []
            prompt = [BOS] + image + tokenizer.encode(question)
            rows.append((prompt, tokenizer.encode(answer) + [EOS]))
        longest = max(len(p) + len(a) for p, a in rows)
        self.ids = torch.full((len(rows), longest), PAD)
        self.labels = torch.full((len(rows), longest), -100)
        for i, (prompt, answer) in enumerate(rows):
            self.ids[i, :len(prompt) + len(answer)] = torch.tensor(prompt + answer)
            self.labels[i, len(prompt):len(prompt) + len(answer)] = torch.tensor(answer)
        self.lengths = torch.tensor([len(p) + len(a) for p, a in rows])
        self.pictures = pictures

    def some(self, rows):
        part = object.__new__(Samples)
        part.ids, part.labels, part.lengths = self.ids[rows], self.labels[rows], self.lengths[rows]
        part.pictures = None if self.pictures is None else self.pictures[rows]
        return part


class Said:
    """What a model says of a pass: logits and targets of each sample's answer, hidden states of its text tokens."""

    def __init__(self, model, samples, pixels):
        mask = torch.arange(samples.ids.shape[1]) < samples.lengths[:, None]
        pictures = {} if samples.pictures is None else dict(pixel_values=pixels[samples.pictures])
        out = model(input_ids=samples.ids, attention_mask=mask.long(), output_hidden_states=True, **pictures)
        self.logits, self.targets, self.states, self.answers = [], [], [], []
        for i, length in enumerate(samples.lengths.tolist()):
            answering = samples.labels[i] != -100
            self.logits.append(out.logits[i, :-1][answering[1:]])
            self.targets.append(samples.labels[i][answering])
            text = (samples.ids[i, :length] != IMAGE).nonzero().flatten()
            self.states.append(out.hidden_states[LAYER + 1][i, text])
            self.answers.append(int(answering.sum()))

    def sums(self):
        return torch.stack([cross_entropy(z, y, reduction="sum") for z, y in zip(self.logits, self.targets)])

    def mean(self):
        return self.sums().sum() / sum(self.answers)

    def all(self):
        return torch.cat(self.logits), torch.cat(self.targets)


class SplitMix:
    """The engine's numbers: SplitMix64, seeded through FNV-1a of a purpose."""

    MASK = (1 << 64) - 1

    def __init__(self, state):
        self.state = state & self.MASK

    def bits(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & self.MASK
        z = self.state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & self.MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & self.MASK
        return z ^ z >> 31

    @classmethod
    def of(cls, purpose):
        hashed = 0xCBF29CE484222325
        for byte in purpose.encode():
            hashed = (hashed ^ byte) * 0x100000001B3 & cls.MASK
        mixed = cls(hashed)
        mixed.bits()
        return cls(mixed.bits())

    def uniform(self):
        return (self.bits() >> 11) * 2.0**-53


class Setting:
    """Model, adapters and samples; `ours` and `original` say what the adapted and the bare model make of a pass."""

    def __init__(self, seed):
        torch.manual_seed(seed)
        base = LlavaForConditionalGeneration.from_pretrained(MODEL, dtype=torch.float64).eval()
        self.model = get_peft_model(base, LoraConfig(r=2, lora_alpha=3, target_modules=TARGETS))
        self.factors = []
        named = dict(self.model.named_parameters())
        for layer in range(base.config.text_config.num_hidden_layers):
            for linear in LINEARS:
                for factor in "AB":
                    self.factors.append(named["base_model.model.model.language_model.layers."
                                              f"{layer}.{linear}.lora_{factor}.default.weight"])
        for factor in self.factors:  # of float32, as the files are
            factor.data = (0.04 * torch.randn_like(factor)).float().double()
        self.small = (2 * torch.rand(5, 3, 8, 8) - 1).float()
        self.pixels = self.small.repeat_interleave(8, 2).repeat_interleave(8, 3).double()
        tokenizer = sentencepiece.SentencePieceProcessor(str(MODEL / "tokenizer.model"))
        shown = torch.tensor([0, 1, 1, 2])
        self.samples = dict(truth=Samples(tokenizer, FORGET, shown), refusal=Samples(tokenizer, REFUSED, shown),
                            retain=Samples(tokenizer, RETAIN, torch.tensor([3, 3, 4])),
                            truth_text=Samples(tokenizer, FORGET, None),
                            unknown=Samples(tokenizer, UNKNOWN, torch.tensor([4, 0])))

    def ours(self, name):
        return Said(self.model, self.samples[name], self.pixels)

    def original(self, name):
        with torch.no_grad(), self.model.disable_adapter():
            return Said(self.model, self.samples[name], self.pixels)

    def gradient(self, loss):
        return list(torch.autograd.grad(loss, self.factors, retain_graph=True, materialize_grads=True))

    def set_gradients(self, name):
        """Batch after batch: the gradient of its mean loss, and its size."""
        whole = self.samples[name]
        for begin in range(0, len(whole.ids), AT_ONCE):
            part = whole.some(slice(begin, begin + AT_ONCE))
            yield self.gradient(Said(self.model, part, self.pixels).mean()), len(part.ids)


def po_retain(s):
    return 0.7 * s.ours("refusal").mean() + 1.3 * s.ours("retain").mean()


def simnpo(s):
    said, beta, delta = s.ours("truth"), 4.5, 0.2
    losses = torch.stack([cross_entropy(z, y) for z, y in zip(said.logits, said.targets)])
    return 0.125 * (-2 / beta) * logsigmoid(beta * (losses - delta)).mean() + s.ours("retain").mean()


def dpo(s):
    beta = 0.1
    chosen = s.original("refusal").sums() - s.ours("refusal").sums()
    rejected = s.original("truth").sums() - s.ours("truth").sums()
    return (-2 / beta) * logsigmoid(beta * (chosen - rejected)).mean()


def weighted(s, weight):
    logits, targets = s.ours("truth").all()
    right = logits.log_softmax(1).gather(1, targets[:, None])[:, 0]
    return (weight(right.exp()).detach() * right).mean()


def wga(s):
    return 5 * weighted(s, lambda p: p**1.5) + 0.3 * s.ours("retain").mean()


def satimp(s):
    return 10 * weighted(s, lambda p: p**2 * (1 - p)) + 0.1 * s.ours("retain").mean()


def undial(s):
    logits, targets = s.ours("truth").all()
    reference, _ = s.original("truth").all()
    teacher = (reference - 10 * one_hot(targets, logits.shape[1])).softmax(1)
    return cross_entropy(logits, teacher)


def rmu(s):
    numbers = SplitMix.of("rmu direction")
    u = torch.tensor([numbers.uniform() for _ in range(s.ours("truth").states[0].shape[1])], dtype=torch.float64)
    c = 2 * torch.cat(s.original("truth").states).norm(dim=1).mean()
    moved = torch.cat(s.ours("truth").states)
    kept, was = torch.cat(s.ours("retain").states), torch.cat(s.original("retain").states)
    return mse_loss(moved, (c * u / u.norm()).expand_as(moved)) + 1.2 * mse_loss(kept, was)


def asru(s):
    def saying(name):  # where the tokens of an answer are said from
        said = s.original(name)
        return torch.cat([h[-n - 1:-1] for h, n in zip(said.states, said.answers)]).mean(0)

    shift = 3 * (saying("unknown") - saying("truth"))
    ours, original = s.ours("truth"), s.original("truth")
    moved = torch.stack([h[-n - 1] for h, n in zip(ours.states, ours.answers)])
    was = torch.stack([h[-n - 1] for h, n in zip(original.states, original.answers)])
    return mse_loss(moved, was + shift) + 1.1 * mse_loss(torch.cat(s.ours("retain").states),
                                                         torch.cat(s.original("retain").states))


def o3(s):
    """Two earlier requests: this adapter's own factors times .5, and turned by one place."""
    overlap = 0
    for a in s.factors[::2]:
        for earlier in (0.5 * a.detach(), a.detach().roll(1, 1)):
            overlap = overlap + (earlier @ a.T).pow(2).sum()
    return s.ours("refusal").mean() + 0.1 * overlap


def mmunlearner(s):
    def importance(name):
        total, count = [torch.zeros_like(f) for f in s.factors], 0
        for gradients, size in s.set_gradients(name):
            total = [t + size * g**2 for t, g in zip(total, gradients)]
            count += size
        return [t / count for t in total]

    forget, retain = importance("truth"), importance("retain")
    for f, r in zip(forget, retain):
        gap = (f.sqrt() - r.sqrt()).abs().min() / torch.maximum(f, r).max().sqrt()
        # Where rounding decides the mask, nothing can be compared.
        assert gap > 1e-6, f"a number matters as much to both sets ({gap:.1e}): take another seed"
    loss_f, loss_r = -0.9 * s.ours("truth").mean(), 1.4 * s.ours("retain").mean()
    step = [r + f * ((mf + 1e-30) / (mr + 1e-30) >= 1)
            for f, r, mf, mr in zip(s.gradient(loss_f), s.gradient(loss_r), forget, retain)]
    return loss_f + loss_r, step


def cmju(s):
    def saliency(name):
        squares = torch.zeros(len(s.factors), dtype=torch.float64)
        for gradients, size in s.set_gradients(name):
            squares += size * torch.stack([(g**2).mean() for g in gradients])
        return squares.sqrt() / squares.sqrt().sum()

    text, picture = saliency("truth_text"), saliency("truth")
    kept = (text + picture).topk(17).indices.tolist()  # 30 % of 56, rounded up
    ratio = text / (text + picture)
    losses = [-s.ours("truth_text").mean(), -s.ours("truth").mean(), 4 * s.ours("retain").mean()]
    g_text, g_picture, step = map(s.gradient, losses)
    norm = lambda gradients: torch.cat([gradients[i].flatten() for i in kept]).norm()
    balance = norm(g_text) / norm(g_picture)
    groups = {"text": 0, "picture": 0, "shared": 0}
    for i in kept:
        group = "text" if ratio[i] > 0.65 else "picture" if ratio[i] < 0.35 else "shared"
        groups[group] += 1
        step[i] = step[i] + {"text": g_text[i], "picture": balance * g_picture[i],
                             "shared": 2 * (balance * g_picture[i] + g_text[i])}[group]
    assert all(groups.values()), f"{groups}: each group is to be seen, take another seed"
    return sum(losses), step


METHODS = [po_retain, simnpo, dpo, wga, satimp, undial, rmu, mmunlearner, cmju, asru, o3]


def write(seed):
    s = Setting(seed)
    out = {"pixels": s.small}
    for name, samples in s.samples.items():
        out |= {f"{name}.ids": samples.ids, f"{name}.labels": samples.labels, f"{name}.lengths": samples.lengths}
        if samples.pictures is not None:
            out[f"{name}.pictures"] = samples.pictures
    for method in METHODS:
        said = method(s)
        loss, step = said if isinstance(said, tuple) else (said, s.gradient(said))
        out[f"{method.__name__}.loss"] = loss.detach().float()
        out[f"{method.__name__}.gradient"] = torch.cat([g.flatten() for g in step]).float()
        print(f"{method.__name__:12} {loss.item():10.6f}  gradient {out[method.__name__ + '.gradient'].norm():.6f}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    s.model.float().save_pretrained(FOLDER / "adapter")
    (FOLDER / "adapter" / "README.md").unlink()
    config = FOLDER / "adapter" / "adapter_config.json"
    config.write_text(config.read_text().replace(str(MODEL), "small-llava"))
    save_file({k: v.clone() for k, v in out.items()}, FOLDER / "golden.safetensors")


if __name__ == "__main__":
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    write(seed=1)
