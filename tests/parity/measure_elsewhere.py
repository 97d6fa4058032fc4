#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unlearns the embedded model with `peft`, has `lacuna measure` measure what comes of it, and holds the answers of the run
against those of `transformers`.

    measure_elsewhere.py LACUNA [--keep FOLDER]

Trains a LoRA adapter with rsLoRA on some linears to refuse request A for a moment, then merges it into a checkpoint as
`transformers` saves it. Stage 1 of one run is the adapter, of another the checkpoint. 60 of the questions of each are asked
again by `transformers`. Runs in the environment of open_elsewhere.py; prints a line per check, fails when one differs.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import h5py
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "datasets" / "small-llava"
STEPS, BATCH, ASKED = 20, 8, 60
WRONG = []


def check(what, fine, more=""):
    print(f"{'same' if fine else 'DIFFERS'}: {what} {more}", flush=True)
    if not fine:
        WRONG.append(what)


def lacuna_(program, *arguments):
    done = subprocess.run([str(program), *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, arguments))}\n{done.stderr}")


def prompted(processor, question):
    turn = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": question}]}]
    return processor.apply_chat_template(turn, add_generation_prompt=True)


def unlearnt(processor, benchmark):
    """The embedded model with an adapter that has learnt to refuse some of request A."""
    torch.manual_seed(3)
    model = get_peft_model(AutoModelForImageTextToText.from_pretrained(MODEL),
                           LoraConfig(r=4, lora_alpha=8, use_rslora=True,
                                      target_modules=r".*language_model.*\.(q_proj|v_proj|down_proj)"))
    records = json.loads((benchmark / "Tasks" / "TaskA" / "taskA_forget.json").read_text())
    random.Random(3).shuffle(records)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1.5e-3)
    for step in range(STEPS):
        loss = 0
        for record in records[step * BATCH:(step + 1) * BATCH]:
            question = record["conversations"][0]["value"].replace("<image>", "").strip()
            prompt = prompted(processor, question)
            picture = Image.open(benchmark / record["image"]).convert("RGB")
            whole = processor(images=picture, text=prompt + " I'm sorry, I can't help with that.</s>", return_tensors="pt")
            labels = whole["input_ids"].clone()
            labels[:, :processor(images=picture, text=prompt, return_tensors="pt")["input_ids"].shape[1]] = -100
            loss = loss + model(**whole, labels=labels).loss / BATCH
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"trained for {STEPS} steps, loss {loss.item():.3f}", flush=True)
    return model.eval()


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def compare(what, run, benchmark, processor, model):
    with h5py.File(run / "run.h5") as file:
        answers = {name: file["answers"][name][:] for name in ("stage", "task", "question", "image", "answer")}
    rows = [i for i in range(len(answers["stage"])) if answers["stage"][i] == 1 and answers["task"][i] == 0]
    same = 0
    for i in random.Random(5).sample(rows, ASKED):
        picture = Image.open(benchmark / text(answers["image"][i])).convert("RGB")
        inputs = processor(images=picture, text=prompted(processor, text(answers["question"][i])), return_tensors="pt")
        with torch.no_grad():
            made = model.generate(**inputs, max_new_tokens=32, do_sample=False)[0, inputs["input_ids"].shape[1]:]
        said = processor.decode(made, skip_special_tokens=True).strip()
        same += said == text(answers["answer"][i]).strip()
        if said != text(answers["answer"][i]).strip():
            print(f"    {said!r} / {text(answers['answer'][i])!r}")
    before = [text(answers["answer"][i]) for i in range(len(answers["stage"]))
              if answers["stage"][i] == 0 and answers["task"][i] == 0]
    changed = sum(text(answers["answer"][i]) != was for i, was in zip(rows, before, strict=True))
    check(f"{what}: {same} of {ASKED} answers", same == ASKED and 0 < changed < len(rows),
          f"({changed} of {len(rows)} are not the original's)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lacuna", type=pathlib.Path)
    parser.add_argument("--keep", type=pathlib.Path, help="leave everything in this new folder")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        place = options.keep or pathlib.Path(name)
        place.mkdir(exist_ok=True)
        benchmark = place / "benchmark"
        lacuna_(options.lacuna, "data", "export", benchmark)
        processor = AutoProcessor.from_pretrained(MODEL)
        model = unlearnt(processor, benchmark)
        adapter, checkpoint = place / "peft" / "after-A", place / "merged" / "after-A"
        model.save_pretrained(adapter)
        shared = ("--model", MODEL, "--benchmark", benchmark, "--threads", 2)
        lacuna_(options.lacuna, "measure", "--stages", f"original,{adapter}", *shared, "--out", place / "runs" / "adapter")
        compare("adapter", place / "runs" / "adapter", benchmark, processor, model)
        merged = PeftModel.from_pretrained(AutoModelForImageTextToText.from_pretrained(MODEL), adapter).merge_and_unload()
        merged.save_pretrained(checkpoint)
        lacuna_(options.lacuna, "measure", "--stages", f"original,{checkpoint}", *shared, "--out", place / "runs" / "whole")
        compare("checkpoint", place / "runs" / "whole", benchmark, processor, merged.eval())
    print(f"{len(WRONG)} differ: {WRONG}" if WRONG else "measured as they answer")
    sys.exit(1 if WRONG else 0)


if __name__ == "__main__":
    main()
