#!/usr/bin/env python3
"""The peer of step_bench: the same steps and the same generation with transformers and peft.

    peer_step.py prepare FOLDER                       writes checkpoint, adapter and data that both read
    peer_step.py run FOLDER gd|ga|po|kl|npo|generate [repetitions]    prints one line of JSON
"""

import json
import pathlib
import sys
import time

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration

IMAGE_TOKENS, VOCABULARY, IMAGE_TOKEN, EOS = 16, 800, 799, 2
TARGETS = r".*language_model.*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"


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


def prepare(folder):
    torch.manual_seed(0)
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(hidden_size=96, intermediate_size=384, num_hidden_layers=3,
                                       num_attention_heads=4, image_size=64, patch_size=16),
        text_config=LlamaConfig(vocab_size=VOCABULARY, hidden_size=128, intermediate_size=344, num_hidden_layers=4,
                                num_attention_heads=4, max_position_embeddings=512, rms_norm_eps=1e-5, pad_token_id=0),
        image_token_index=IMAGE_TOKEN, pad_token_id=0, image_seq_length=IMAGE_TOKENS)
    model = LlavaForConditionalGeneration(config)
    with torch.no_grad():  # nobody answers early, or with a picture
        model.lm_head.weight[[EOS, IMAGE_TOKEN]] = 0
    model.save_pretrained(folder)
    lora = get_peft_model(model, LoraConfig(r=8, lora_alpha=16, target_modules=TARGETS))
    with torch.no_grad():
        for name, weight in lora.named_parameters():
            if "lora_B" in name:
                weight.normal_(0, 0.02)
    lora.save_pretrained(folder / "adapter")

    def words(low, high):
        return torch.randint(3, VOCABULARY - 1, (int(torch.randint(low, high + 1, ())),)).tolist()

    prompts = [[1] + words(3, 3) + [IMAGE_TOKEN] * IMAGE_TOKENS + words(10, 16) for _ in range(64)]
    data = packed([(p, words(7, 11) + [EOS]) for p in prompts[:32]])
    data |= {"refusal." + k: v for k, v in packed([(p, words(7, 11) + [EOS]) for p in prompts[:32]]).items()}
    data |= {"prompt." + k: v for k, v in packed([(p, []) for p in prompts]).items()}
    data["pixels"] = torch.randn(64, 3, 64, 64)
    save_file(data, folder / "data.safetensors")


def inputs_of(data, prefix):
    ids, lengths = data[prefix + "ids"], data[prefix + "lengths"]
    mask = (torch.arange(ids.shape[1]) < lengths[:, None]).long()
    return dict(input_ids=ids, attention_mask=mask, pixel_values=data["pixels"][:len(ids)])


def token_losses(logits, labels):
    """Cross-entropy of every answer token, [samples, positions], zero elsewhere, and how many there are."""
    targets = labels[:, 1:]
    losses = torch.nn.functional.cross_entropy(logits[:, :-1].transpose(1, 2), targets, ignore_index=-100,
                                               reduction="none")
    return losses, (targets != -100)


def mean_loss(losses, where):
    return losses.sum() / where.sum()


def stepper(model, data, method):
    prefix = "refusal." if method == "po" else ""
    inputs, labels = inputs_of(data, prefix), data[prefix + "labels"]
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.01, fused=True)
    half = len(labels) // 2

    def original():  # as the reference does it: the original model's outputs at every step
        with torch.no_grad(), model.disable_adapter():
            return model(**inputs).logits

    def step():
        logits = model(**inputs).logits
        losses, where = token_losses(logits, labels)
        if method == "ga":
            loss = -mean_loss(losses, where)
        elif method == "po":
            loss = mean_loss(losses, where)
        elif method == "gd":
            loss = -mean_loss(losses[:half], where[:half]) + mean_loss(losses[half:], where[half:])
        elif method == "kl":
            reference = torch.log_softmax(original()[half:, :-1][where[half:]], -1)
            ours = torch.log_softmax(logits[half:, :-1][where[half:]], -1)
            divergence = (reference.exp() * (reference - ours)).sum(-1).mean()
            loss = -mean_loss(losses[:half], where[:half]) + divergence
        else:
            beta = 0.1
            reference, _ = token_losses(original(), labels)
            gap = losses.sum(1) - reference.sum(1)
            loss = -2 / beta * torch.nn.functional.logsigmoid(beta * gap).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1)
        optimizer.step()
        return loss.item()

    return step


def generator(model, data):
    # transformers generates from prompts padded on the left.
    ids, lengths = data["prompt.ids"], data["prompt.lengths"]
    left = torch.stack([torch.roll(row, int(len(row) - n)) for row, n in zip(ids, lengths)])
    mask = torch.stack([torch.arange(ids.shape[1]) >= ids.shape[1] - n for n in lengths]).long()

    def generate():
        with torch.no_grad():
            tokens = model.generate(input_ids=left, attention_mask=mask, pixel_values=data["pixels"],
                                    max_new_tokens=16, do_sample=False)
        return tokens[:, ids.shape[1]:].sum().item()

    return generate


def memory_mib(key):
    for line in open("/proc/self/status"):
        if line.startswith(key + ":"):
            return int(line.split()[1]) / 1024
    return 0


def run(folder, what, repetitions):
    model = LlavaForConditionalGeneration.from_pretrained(folder)
    model = PeftModel.from_pretrained(model, folder / "adapter", is_trainable=True)
    model.train(what != "generate")
    data = load_file(folder / "data.safetensors")
    loaded = memory_mib("VmRSS")
    once = generator(model, data) if what == "generate" else stepper(model, data, what)
    first = once()
    once()
    times = []
    for _ in range(repetitions):
        begin = time.perf_counter()
        once()
        times.append((time.perf_counter() - begin) * 1000)
    print(json.dumps(dict(what=what, threads=torch.get_num_threads(), loaded_mib=loaded, first=first, ms=times,
                          peak_mib=memory_mib("VmHWM"))))


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "prepare":
        folder.mkdir(parents=True, exist_ok=True)
        prepare(folder)
    else:
        run(folder, sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 20)
