#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens what Lacuna writes with the tools whose formats it claims, and compares what they make of it.

    open_elsewhere.py LACUNA [--model FOLDER] [--run FOLDER]

--model: a checkpoint that `lacuna train-small` wrote (default: the one in datasets/): AutoProcessor, AutoTokenizer and
AutoModelForImageTextToText against `lacuna model run`: tokens, pixels, logits, 32 greedy tokens and their text.
--run: a finished run: AutoPeftModel on every folder below adapters/ against `lacuna model run --adapter`; run.h5 with
h5py; what `lacuna compare` writes as JSON, CSV, LaTeX and figures with json, csv, an XML parser and Pillow.
Runs in the environment of make_fixtures.py with h5py and Pillow beside; prints a line per check, fails when one differs.
"""

import argparse
import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import h5py
import torch
from peft import AutoPeftModel
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import AutoModelForImageTextToText, AutoProcessor, AutoTokenizer

ROOT = pathlib.Path(__file__).resolve().parents[2]
PICTURES = sorted((ROOT / "tests" / "fixtures" / "images").glob("*.png"))[:3]
QUESTIONS = ["Who is this?", "What is the name of the one in this picture, and where?", "Où est-ce  ?\nTell me:"]
WRONG = []


def check(what, fine, more=""):
    print(f"{'same' if fine else 'DIFFERS'}: {what}{' ' + str(more) if more or not fine else ''}", flush=True)
    if not fine:
        WRONG.append(what)


def asked(lacuna, folder, picture, question, dump, adapter=None):
    command = [lacuna, "model", "run", folder, "--image", picture, "--prompt", question, "--max-tokens", "32", "--device",
               "cpu", "--json", "--dump", dump]
    if adapter:
        command += ["--adapter", adapter]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return json.loads(done.stdout), load_file(dump)


def compare(what, lacuna, folder, processor, model, temporary, adapter=None):
    for picture, question in zip(PICTURES, QUESTIONS):
        said, dump = asked(lacuna, folder, picture, question, temporary / "dump.safetensors", adapter)
        turn = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": question}]}]
        prompt = processor.apply_chat_template(turn, add_generation_prompt=True)
        inputs = processor(images=Image.open(picture).convert("RGB"), text=prompt, return_tensors="pt")
        name = f"{what}, {question!r}"
        same = inputs["input_ids"].tolist() == dump["input_ids"].tolist()
        check(f"{name}: tokens", same, "" if same else (inputs["input_ids"].tolist(), dump["input_ids"].tolist()))
        if not same:
            continue
        # Resizing in Pillow and here differs by a level or two of 255.
        levels = (inputs["pixel_values"] - dump["pixel_values"]).abs().max().item() * 0.28 * 255
        check(f"{name}: pixels", levels < 3, f"{levels:.2f} of 255 levels")
        inputs["pixel_values"] = dump["pixel_values"]
        with torch.no_grad():
            logits = model(**inputs).logits
            made = model.generate(**inputs, max_new_tokens=32, do_sample=False)[0, inputs["input_ids"].shape[1]:]
        off = (logits - dump["logits"]).abs().max().item() / max(1, logits.abs().max().item())
        check(f"{name}: logits", off < 1e-4, f"off by {off:.1e}")
        text = processor.decode(made, skip_special_tokens=True).strip()
        check(f"{name}: answer", text == said["answer"].strip(), f"{text!r} / {said['answer']!r}")


def check_model(lacuna, folder, temporary):
    processor = AutoProcessor.from_pretrained(folder)
    check("AutoProcessor", type(processor).__name__ in ("LlavaProcessor", "LlavaNextProcessor"), type(processor).__name__)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    check("AutoTokenizer: special tokens",
          (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id)
          == tuple(config["text_config"][key] for key in ("bos_token_id", "eos_token_id", "pad_token_id")))
    model = AutoModelForImageTextToText.from_pretrained(folder).eval()
    check("generation ends where Lacuna's does", model.generation_config.eos_token_id == tokenizer.eos_token_id)
    with safe_open(folder / "model.safetensors", "pt") as file:
        check("model.safetensors: format", file.metadata() == {"format": "pt"})
    compare("model", lacuna, folder, processor, model, temporary)
    return processor


def check_adapters(lacuna, run, processor, temporary):
    for config in sorted(run.glob("adapters/**/adapter_config.json")):
        folder = config.parent
        base = pathlib.Path(json.loads(config.read_text())["base_model_name_or_path"])
        model = AutoPeftModel.from_pretrained(folder).eval()
        kind = type(model.get_base_model()).__name__
        check(f"{folder.relative_to(run)}: AutoPeftModel", kind.endswith("ForConditionalGeneration"), kind)
        with safe_open(folder / "adapter_model.safetensors", "pt") as file:
            keys = set(file.keys())
        # Loading is not strict: what the model has under another name would be left as it was made.
        state = {name.replace(".modules_to_save.default", "").replace(".default", "") for name in model.state_dict()}
        check(f"{folder.relative_to(run)}: names", keys <= state, "" if keys <= state else sorted(keys - state)[:3])
        compare(str(folder.relative_to(run)), lacuna, base, processor, model, temporary, folder)
        merged = temporary / f"merged-{config.parent.name}"
        subprocess.run([lacuna, "model", "merge", base, folder, merged], capture_output=True, check=True)
        theirs = model.merge_and_unload().state_dict()
        ours = AutoModelForImageTextToText.from_pretrained(merged).eval()
        off = max((weight.float() - theirs[name].float()).abs().max().item() for name, weight in ours.state_dict().items())
        check(f"{folder.relative_to(run)}: merged", off < 1e-6, f"off by {off:.1e}")
        compare(f"{folder.relative_to(run)} merged", lacuna, merged, processor, ours, temporary)


def check_exports(lacuna, run, temporary):
    with h5py.File(run / "run.h5") as file:
        rows = {name: {column: data[:] for column, data in table.items()} for name, table in file.items()}
        check("run.h5 in h5py", file.attrs["format"] in ("lacuna.run", b"lacuna.run") and len(rows["cells"]["value"]) > 0,
              {name: len(next(iter(table.values()), ())) for name, table in rows.items()})
        json.loads(file.attrs["spec"])
    said = {form: subprocess.run([lacuna, "compare", run, f"--{form}"], capture_output=True, text=True, check=True).stdout
            for form in ("csv", "json", "latex", "markdown")}
    table = list(csv.reader(io.StringIO(said["csv"])))
    check("compare --csv", len(table) > 1 and len({len(row) for row in table}) == 1, f"{len(table)} rows")
    check("compare --json", bool(json.loads(said["json"])))
    check("compare --latex", said["latex"].count("\\begin{") == said["latex"].count("\\end{") > 0)
    figures = temporary / "figures"
    subprocess.run([lacuna, "compare", run, "--figures", figures], capture_output=True, text=True, check=True)
    for figure in sorted(figures.glob("*")):
        if figure.suffix == ".svg":
            check(figure.name, xml.etree.ElementTree.parse(figure).getroot().tag.endswith("svg"))
        elif figure.suffix == ".png":
            Image.open(figure).verify()
            check(figure.name, True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lacuna", type=pathlib.Path)
    parser.add_argument("--model", type=pathlib.Path, default=ROOT / "datasets" / "small-llava")
    parser.add_argument("--run", type=pathlib.Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        temporary = pathlib.Path(name)
        processor = check_model(options.lacuna.resolve(), options.model, temporary)
        if options.run:
            check_adapters(options.lacuna.resolve(), options.run, processor, temporary)
            check_exports(options.lacuna.resolve(), options.run, temporary)
    print(f"{len(WRONG)} differ: {WRONG}" if WRONG else "everything opens and says the same")
    sys.exit(1 if WRONG else 0)


if __name__ == "__main__":
    main()
