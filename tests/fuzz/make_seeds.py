#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the binary seeds: small pictures of every format, small SentencePiece models, a run as it comes over the wire.

pip install pillow sentencepiece
"""
import io
import json
import struct
from pathlib import Path

import sentencepiece
from PIL import Image

SEEDS = Path(__file__).parent / "seeds"


def pictures():
    folder = SEEDS / "picture"
    small = Image.new("RGB", (5, 4))
    small.putdata([(x * 50, y * 60, 128) for y in range(4) for x in range(5)])
    exif = Image.Exif()
    exif[274] = 6
    xmp = b'<x:xmpmeta><rdf:Description tiff:Orientation="8"/></x:xmpmeta>'
    small.save(folder / "exif.jpg", exif=exif, quality=50)
    small.convert("CMYK").save(folder / "cmyk.jpg", quality=50)
    small.save(folder / "exif.png", exif=exif)
    from PIL.PngImagePlugin import PngInfo
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=True)
    small.save(folder / "xmp.png", pnginfo=info)
    small.convert("P").save(folder / "palette.bmp")
    small.save(folder / "lossy.webp", exif=exif)
    small.save(folder / "frames.webp", save_all=True, append_images=[small.rotate(180)], lossless=True)
    small.convert("P", palette=Image.ADAPTIVE, colors=4).save(
        folder / "frames.gif", save_all=True, append_images=[small.rotate(180).convert("P")])
    small.convert("L").save(folder / "grey.gif", interlace=1)
    small.save(folder / "lzw.tif", compression="tiff_lzw")
    tags = Image.Exif()
    tags[274] = 3
    small.save(folder / "turned.tif", exif=tags)


def tokenizers():
    corpus = ["This is Halvorn.", "What is this?", "People call it Velmora.", "In the marshes of Eldermere."] * 5
    config = json.dumps({"added_tokens_decoder": {"400": {"content": "<image>", "special": True}},
                         "legacy": False, "bos_token": "<s>", "pad_token": "<unk>"})
    for name, options in {"unigram": {"vocab_size": 40}, "bpe": {"vocab_size": 60, "model_type": "bpe"},
                          "bytes": {"vocab_size": 300, "model_type": "bpe", "byte_fallback": True}}.items():
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(corpus), model_writer=model, minloglevel=2,
                                                 normalization_rule_name="identity",
                                                 hard_vocab_limit="model_type" in options, **options)
        (SEEDS / "tokenizer" / name).write_bytes(
            model.getvalue() + b"\n====\n" + config.encode())


def run():
    """The frames of core/runs/tables/table_wire.cpp."""
    count = lambda value: struct.pack("<Q", value)
    text = lambda value: count(len(value.encode())) + value.encode()

    def column(name, values):
        out = b"\x03" + text(name)
        kinds = {"int": (0, "i"), "long": (1, "q"), "float": (2, "f"), "double": (3, "d"), "flag": (4, "B")}
        if values[0] not in kinds:
            ends = [sum(len(v.encode()) for v in values[:i + 1]) for i in range(len(values))]
            return out + count(5) + text("".join(values)) + count(len(ends)) + struct.pack(f"<{len(ends)}Q", *ends)
        kind, code = kinds[values[0]]
        return out + count(kind) + count(len(values) - 1) + struct.pack(f"<{len(values) - 1}{code}", *values[1:])

    spec = json.dumps({"name": "seed", "method": "lumoe", "order": ["A"], "seed": 1})
    attributes = {"format": "lacuna.run", "format_version": "1.1", "spec": spec, "made_with": "[]"}
    tables = {
        "requests": {"name": ["A"], "forget_entities": ['["velda"]'], "retain_entities": ["[]"],
                     "steps_done": ["long", 2], "steps_planned": ["long", 2]},
        "steps": {"stage": ["int", 1, 1], "step": ["long", 0, 1], "loss": ["double", 1.5, float("nan")]},
        "cells": {"stage": ["int", 0, 1], "task": ["int", 0, 0], "split": ["forget", "retain"],
                  "metric": ["exact", "exact"], "value": ["double", 1.0, 0.5], "stderr": ["double", 0.0, 0.1],
                  "count": ["int", 4, 4]},
        "answers": {"stage": ["int", 0], "task": ["int", 0], "split": ["forget"], "entity": ["velda"],
                    "question": ["Who is this?"], "kind": ["identity"], "phrasing": ["int", 0], "view": ["int", 24],
                    "image": ["a.jpg"], "answer": ["Velda."], "truth": ["Velda."], "verdict": ["knows"],
                    "exact": ["flag", 1], "score": ["double", 2.0], "rouge_l": ["double", 1.0],
                    "probability": ["double", 0.9], "gate_choice": ["expert A"], "gate_score": ["double", 0.7],
                    "gate_threshold": ["double", 0.5], "abstained": ["flag", 0],
                    "nearest": ['[{"entity": "velda", "score": 0.7}]']},
        "tokens": {"answer": ["long", 0, 0], "token": ["Vel", "da"], "log_probability": ["float", -0.1, -0.2]},
        "resources": {"elapsed_s": ["double", 1.0], "cpu_mib": ["double", 200.0], "gpu_mib": ["double", 0.0]},
    }
    out = b"\x01" + count(len(attributes)) + b"".join(text(k) + text(v) for k, v in attributes.items())
    for name, columns in tables.items():
        out += b"\x02" + text(name) + b"".join(column(key, values) for key, values in columns.items())
    (SEEDS / "run" / "whole").write_bytes(out + b"\x05")
    (SEEDS / "run" / "failed").write_bytes(b"\x04" + count(0) + text("It is damaged."))


for make in (pictures, tokenizers, run):
    make()
