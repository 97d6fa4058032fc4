# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/fixtures/text/chat.json: what chat templates give with transformers (its Jinja environment, its
apply_chat_template, its tokenizer beside a LLaVA on tests/fixtures/text/small).

    python tests/parity/make_chat_fixtures.py          # transformers 5.17, jinja2

"pieces": templates and variables with the text, or null where transformers raises. "layouts": templates of LLaVA-like
models with prompt and token ids of one user's turn, generation prompt included. "named": what a template that prints the
tokens by name gives with these names in tokenizer_config.json and special_tokens_map.json.
"""
import json
import pathlib
import shutil
import tempfile

import transformers
from transformers.utils.chat_template_utils import _compile_jinja_template

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures/text"
QUESTIONS = ["What is shown in this picture?", "  Who?\n", "Wer ist „das“? {{ 1 }}", "名前は？"]

VICUNA = (
    "{% for message in messages %}{% if message['role'] != 'system' %}{{ message['role'].upper() + ': '}}{% endif %}"
    "{# Render all images first #}{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}"
    "{{ '<image>\\n' }}{% endfor %}{# Render all text next #}{% if message['role'] != 'assistant' %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] + ' '}}"
    "{% endfor %}{% else %}{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}"
    "{% generation %}{{ content['text'] + ' '}}{% endgeneration %}{% endfor %}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}")
SYSTEM = ("A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, "
          "detailed, and polite answers to the user's questions. ")

LAYOUTS = {
    "vicuna": VICUNA,
    "vicuna with a default system sentence":
        "{% if messages[0]['role'] != 'system' %}{{ '" + SYSTEM.replace("'", "\\'") + "' }}{% endif %}" + VICUNA,
    "mistral": (
        "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '[INST] ' }}"
        "{% for c in message['content'] if c['type'] == 'image' %}<image>\n{% endfor %}"
        "{% for c in message['content'] if c['type'] == 'text' %}{{ c['text'] }}{% endfor %}{{ ' [/INST]' }}"
        "{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'][0]['text'] + eos_token}}"
        "{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}"),
    "chatml": (
        "{%- if messages[0].role != 'system' -%}\n{{ '<|im_start|>system\\nAnswer the questions.<|im_end|>\\n' }}\n"
        "{%- endif -%}\n{%- for message in messages %}\n    {{- '<|im_start|>' + message.role + '\\n' }}\n"
        "    {%- if message.content is string %}\n        {{- message.content }}\n    {%- else %}\n"
        "        {%- for item in message.content %}\n            {%- if item.type == 'image' %}\n"
        "                {{- '<image>\\n' }}\n            {%- elif 'text' in item %}\n"
        "                {{- item.text }}\n            {%- endif %}\n        {%- endfor %}\n    {%- endif %}\n"
        "    {{- '<|im_end|>\\n' }}\n{%- endfor %}\n{%- if add_generation_prompt %}\n"
        "    {{- '<|im_start|>assistant\\n' }}\n{%- endif %}\n"),
    "headers and a namespace": (
        "{% set ns = namespace(pictures=0) %}\n{% for message in messages %}\n"
        "{{ '<|start_header_id|>' ~ message['role'] ~ '<|end_header_id|>\\n\\n' }}\n"
        "  {% for part in message['content'] %}\n    {% if part['type'] == 'image' %}\n"
        "      {% set ns.pictures = ns.pictures + 1 %}\nPicture {{ ns.pictures }}: <image>\n"
        "    {% else %}\n{{ part['text'] | trim }}{% endif %}\n  {% endfor %}<|eot_id|>\n{% endfor %}\n"
        "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}\n"),
    "text alone": (
        "{{ bos_token }}{% set loop_messages = messages %}{% if messages[0]['role'] == 'system' %}"
        "{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] + ' ' %}{% else %}"
        "{% set system_message = 'Be brief. ' %}{% endif %}{{ system_message }}{% for message in loop_messages %}"
        "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
        "{{ raise_exception('Conversation roles must alternate') }}{% endif %}"
        "{% if message['role'] == 'user' %}{{ 'USER: ' + message['content'].strip() + '\\n' }}"
        "{% else %}{{ 'ASSISTANT: ' + message['content'] + eos_token }}{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"),
    "question before its picture": (
        "{% for m in messages %}### {{ m.role | capitalize }}: {{ m.content | selectattr('type', 'equalto', 'text') | "
        "map(attribute='text') | join(' ') }} {% for c in m.content if c.type == 'image' %}"
        "{{ '<image>' if loop.first else ' <image>' }}{% endfor %}\n{% endfor %}### Assistant: "),
}

# What a template is given beside the messages: each token by its name, and two that only other calls fill.
NAMES = ("{% for p in messages[0].content %}{{ p.text or image_token or '<image>' }}{% endfor %} {{ tools is none }} "
         "{{ documents is none }}{% if tools is not none %} tools{% endif %}" + "".join(
             "|{{ %s }}" % name for name in ("bos_token", "eos_token", "unk_token", "pad_token", "image_token", "cls_token",
                                             "sep_token", "own_token", "third_token", "add_bos_token")))
PLAIN = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}
NAMED = [  # tokenizer_config.json without its names, special_tokens_map.json
    ({}, None), (PLAIN, None), ({**PLAIN, "image_token": "<image>", "add_bos_token": True}, None), ({**PLAIN, "bos_token": None}, None),
    ({"bos_token": None, "eos_token": None, "unk_token": None}, None),
    ({**PLAIN, "cls_token": "<s>", "sep_token": {"__type": "AddedToken", "content": "</s>"}, "own_token": "<pad>"}, None),
    ({"extra_special_tokens": {"image_token": "<image>", "own_token": "<pad>"}, "third_token": "<s>"}, None),
    ({"image_token": "<image>", "extra_special_tokens": {"image_token": "<pad>"}}, None),
    ({"model_specific_special_tokens": {"own_token": "<s>"}, "extra_special_tokens": ["<image>"]}, None),
    ({"bos_token": "</s>"}, {**PLAIN, "own_token": "<pad>"}), ({}, PLAIN),
    ({**PLAIN, "added_tokens_decoder": None}, {"bos_token": "</s>", "image_token": "<image>", "own_token": "<pad>"}),
    ({**PLAIN, "added_tokens_decoder": None}, {"bos_token": None, "pad_token": {"content": "<s>", "special": True}}),
    ({"added_tokens_decoder": None, "image_token": "<image>"}, {"extra_special_tokens": {"own_token": "<s>"}}),
]

VARIABLES = {"messages": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": " Who is it? "}]},
                          {"role": "assistant", "content": [{"type": "text", "text": "Ärger"}]}],
             "bos_token": "<s>", "eos_token": "</s>", "add_generation_prompt": True, "n": 7, "empty": []}

PIECES = [
    "", "a\n", "a\n\n", "a\r\nb\r", "  {% if true %}\n  x\n  {% endif %}\ny", "a {%- if true -%}  b  {%- endif %} c",
    "a\n  {%+ if true +%}\nb{% endif %}", "{# c #}\nx {#- d -#} y\n  {# e #}\nz", "  {{ n }}\n  {{- n -}}  .",
    "x {% if true %} {% if true %}\n y{% endif %}{% endif %}", "{{ 'a' 'b' }}{{ \"q'\" }}{{ 'n\\n\\'t\\\\' }}",
    "{{ 1 + 2 * 3 - 4 // 3 % 5 }}", "{{ -7 // 2 }} {{ -7 % 3 }} {{ 2 - -1 }}", "{{ 'a' ~ 1 + 2 }}", "{{ 1 + 2 ~ 'a' }}",
    "{{ 'a' ~ 1 ~ none ~ true ~ missing }}", "{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'a' < 'b' }} {{ 3 >= 3 }}",
    "{{ not n == 7 }} {{ not (n == 8) and n }} {{ empty or 'e' }} {{ '' or empty or 0 }}",
    "{{ 'x' if n == 7 else 'y' }}{{ 'x' if n == 8 }}{{ 1 if 0 else 2 if 0 else 3 }}",
    "{{ 'a' in 'abc' }} {{ 'z' not in 'abc' }} {{ 'role' in messages[0] }} {{ 3 in [1, 3] }} {{ 1 in missing }}",
    "{{ messages[0]['role'] }} {{ messages[-1].role }} {{ messages[9] is defined }} {{ messages[0].nothing }}.",
    "{% for x in 'aé名' %}{{ loop.index }}{{ x }}{{ ',' if not loop.last }}{% endfor %}",
    "{% for x in [3, 1, 2] if x > 1 %}{{ loop.index0 }}:{{ x }}/{{ loop.length }}/{{ loop.revindex }} {% endfor %}",
    "{% for x in empty %}{{ x }}{% else %}none{% endfor %}{% for x in missing %}{% else %}gone{% endfor %}",
    "{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }};{% endfor %}{% for k in {'b': 1, 'a': 2} %}{{ k }}{% endfor %}",
    "{% for x in [1, 2, 3, 4] %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 4 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in ['a', 'b'] %}{{ loop.previtem }}{{ loop.nextitem }}{% for y in [1] %}{{ loop.first }}{% endfor %}{{ loop.last }}{% endfor %}",
    "{% set a = 1 %}{% for x in [1, 2] %}{% set a = a + x %}{{ a }} {% endfor %}{{ a }}",
    "{% set ns = namespace(a=1, b='x') %}{% for x in [1, 2] %}{% set ns.a = ns.a + x %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns.c }}",
    "{% set t %}a{{ n }}b{% endset %}{{ t | upper }}{% if true %}{% set u = 5 %}{% endif %}{{ u }}",
    "{{ messages | length }} {{ 'né' | length }} {{ {'a': 1} | count }} {{ [1, 2] | first }} {{ 'xyz' | last }}",
    "{{ ' \u00a0\u3000x\t\n' | trim }}.{{ 'xxaxx'.strip('x') }}.{{ ' a '.lstrip() }}.{{ ' a '.rstrip() }}.",
    "{{ 'a-b-c'.split('-')[1] }}{{ 'a-b-c'.split('-') | join('+') }}{{ 'aba' | replace('a', 'c') }}{{ 'aba'.replace('b', '') }}",
    "{{ 'hELLO wORLD'.title() }} {{ 'hELLO wORLD' | capitalize }} {{ 'Ab'.lower() }} {{ 'ab' | upper }}",
    "{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith('ab') }} {{ 'abcdé'[1:3] }} {{ 'abcdé'[-2:] }} {{ [1, 2, 3][:-1] | join }}",
    "{{ \"it's\" | title }}{{ 'a1b x-y (z [w <v {u .t /s' | title }}{{ 'a1b x-y (z .t' .title() }}{{ 'ÄB' | length }}",
    "{{ 'a'|upper.lower() }}", "{{ 'abc'|upper[0] }}", "{{ ('abc'|upper)[0] }}{{ messages[0]['content'][1].text.strip()|upper }}",
    "{{ missing | default('d') }} {{ '' | default('d') }} {{ '' | default('d', true) }} {{ none | d('x') }}",
    "{{ missing is defined }} {{ n is number }} {{ n is odd }} {{ 'a' is string }} {{ none is none }} {{ [] is iterable }} {{ {} is mapping }} {{ true is boolean }} {{ n is not string }} {{ messages is sequence }} {{ missing is iterable }}",
    "{{ n is eq(7) }} {{ n is equalto 7 }} {{ n is ne 7 }} {{ 'a' is in('abc') }} {{ n is integer and n is even }}",
    "{{ messages[0].content | selectattr('type', 'equalto', 'text') | list | length }} {{ messages[0].content | rejectattr('type', 'equalto', 'text') | list | length }} {{ messages[0].content | selectattr('text') | map(attribute='text') | join(',') }}",
    "{{ messages[0].get('role') }} {{ messages[0].get('x', 'y') }} {{ messages[0].get('x') }} {{ messages[0].keys() | list | first }}",
    "{{ range(3) | join(',') }} {{ range(2, 5) | join(',') }} {{ ([1] + [2]) | join('-') }} {{ (1, 2)[1] }}",
    "{{ dict(a=1).a }} {{ {'a': {'b': 2}}.a.b }} {{ {'a': {'b': 2}}['a']['b'] }}",
    "{% generation %}{% set g = 1 %}x{{ g }}{% endgeneration %}{{ g }}",
    "{{ bos_token }}{% if not messages %}no{% elif n == 7 %}seven{% else %}other{% endif %}",
    # A namespace and a loop are the same thing under every name; a text, list or dictionary is copied here, as none of the
    # part of Jinja that Lacuna renders can change it.
    "{% set a = namespace(x=1) %}{% set b = a %}{% set b.x = 2 %}{{ a.x }}{% set a.y = 3 %}{{ b.y }}{{ a == b }}",
    "{% set a = namespace(x=1) %}{% for n in [a, a] %}{% set n.x = n.x + 1 %}{% endfor %}{{ a.x }}",
    "{% set a = namespace(x=1) %}{% for k, n in {'k': a}.items() %}{% set n.x = k %}{% endfor %}{{ a.x }}{{ a['x'] }}",
    "{% set a = namespace(x=1) %}{% set h = {'n': a} %}{% set b = h.n %}{% set b.x = 5 %}{{ h.n.x }}{{ h['n']['x'] }}{{ a.x }}",
    "{% set a = namespace(x=1) %}{% set b = namespace(x=1) %}{{ a == b }} {{ a != b }} {{ a in [b] }} {{ a in [b, a] }}",
    "{% set a = namespace() %}{{ 'yes' if a else 'no' }} {{ a is defined }} {{ a is mapping }} {{ a is none }} {{ a is string }}",
    "{% set a = namespace(n=namespace(x=1)) %}{% set b = a.n %}{% set b.x = 2 %}{{ a.n.x }}{% set a.n = 5 %}{{ a.n }}{{ b.x }}",
    "{% set a = namespace() %}{% set a.me = a %}{% set b = a.me.me %}{% set b.x = 1 %}{{ a.x }}{{ a.me.me.x }}",
    "{% set a = namespace(t='x') %}{% for n in range(3) %}{% set a.t %}{{ a.t }}{{ n }}{% endset %}{% endfor %}{{ a.t }}",
    "{% set a = namespace(x=1) %}{% for n in [1] %}{% set a = namespace(x=2) %}{% set a.x = 3 %}{% endfor %}{{ a.x }}",
    "{% for x in [1, 2] %}{% set outer = loop %}{% for y in 'ab' %}{{ outer.index }}{{ loop.index }}{{ y }} {% endfor %}{% endfor %}",
    "{% set a = namespace() %}{% for x in 'abc' %}{% if loop.first %}{% set a.l = loop %}{% endif %}{{ a.l.index }}{% endfor %}{{ a.l.index }}",
    "{% set a = 1 %}{% for x in [1, 2] %}{{ a }}{% set a = a + x %}{{ a }} {% endfor %}",
    "{% for x in [1, 2] %}{{ a is defined }}{% set a = x %}{{ a }} {% endfor %}",
    # Leaving a loop from within a block that is set: nothing is written and nothing set.
    "{% set t = 'o' %}{% for x in [1, 2, 3] %}{% set t %}a{{ x }}{% if x == 2 %}{% break %}{% endif %}b{% endset %}{{ t }},{% endfor %}{{ t }}",
    "{% for x in [1, 2, 3] %}{% set t %}a{{ x }}{% if x == 2 %}{% continue %}{% endif %}b{% endset %}{{ t }},{% endfor %}",
    "{% set a = namespace(t='o') %}{% for x in [1, 2, 3] %}{% set a.t %}{{ x }}{% if x == 2 %}{% break %}{% endif %}{% endset %}{% endfor %}{{ a.t }}",
    "{% for x in [1, 2] %}{% set t %}{% for y in 'abc' %}{% if y == 'b' %}{% continue %}{% endif %}{{ y }}{% endfor %}{% endset %}{{ t }}{{ x }}{% endfor %}",
    "{% for x in [1, 2] %}{% set t %}{% set u %}i{% if x == 1 %}{% continue %}{% endif %}{% endset %}o{{ u }}{% endset %}{{ t }}{{ x }}{% endfor %}",
    "{% for x in [1, 2, 3] %}{{ x }}{% for y in empty %}{% else %}{% break %}{% endfor %}never{% endfor %}.",
    "{% for x in [1, 2] %}{% generation %}{{ loop.index }}{% for y in [1, 2] %}{{ y }}{% break %}{% endfor %}{% endgeneration %}{% endfor %}",
    "{% set a = namespace(x=1) %}{% generation %}{% set a.x = 2 %}{% endgeneration %}{{ a.x }}",
    # What transformers raises too.
    "{% for x in [1] %}{% generation %}{% break %}{% endgeneration %}{% endfor %}", "{% break %}",
    "{% set t %}{% continue %}{% endset %}", "{% set a = {'x': 1} %}{% set a.x = 2 %}", "{% set loop = 1 %}{% set loop.x = 2 %}",
    "{% for x in [1] %}{% set loop.x = 2 %}{% endfor %}", "{% set nothing.x = 2 %}",
    "{% set a = namespace(x=1) %}{{ a | length }}", "{% set a = namespace(x=1) %}{% for x in a %}{% endfor %}",
    "{% set a = namespace(x=1) %}{{ a.items() }}", "{% set a = namespace(x=1) %}{{ 'x' in a }}", "{% set a = namespace() %}{{ a + 1 }}",
    "{{ missing.role }}", "{{ raise_exception('no') }}", "{{ 'a' + 1 }}", "{% if %}{% endif %}", "{% for x in [1] %}", "{{ 1 + }}",
    "{{ ) }}", "{% endif %}", "{{ 'a", "{# open", "{{ messages[0]['role' }}", "{{ n | nofilter }}", "{{ 5 | length }}",
]


def rendered(template, variables):
    try:
        return _compile_jinja_template(template).render(**variables)
    except Exception:  # noqa: BLE001: jinja2 raises many kinds
        return None


def without_names(config):
    """What stays of small/tokenizer_config.json in each row of NAMED."""
    return {key: value for key, value in config.items() if not key.endswith("_token") and key != "extra_special_tokens"}


def named():
    rows = []
    for config, special in NAMED:
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            shutil.copy(HERE / "small/tokenizer.model", folder)
            whole = without_names(json.loads((HERE / "small/tokenizer_config.json").read_text())) | config
            if whole["added_tokens_decoder"] is None:
                del whole["added_tokens_decoder"]
            (folder / "tokenizer_config.json").write_text(json.dumps(whole))
            if special is not None:
                (folder / "special_tokens_map.json").write_text(json.dumps(special))
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder, config=transformers.LlavaConfig())
            content = [{"type": "image"}, {"type": "text", "text": "Who?"}]
            text = tokenizer.apply_chat_template([{"role": "user", "content": content}], chat_template=NAMES,
                                                 tokenize=False, add_generation_prompt=True)
        rows.append({"config": config, "map": special, "text": text})
    return {"template": NAMES, "rows": rows}


def main():
    tokenizer = transformers.AutoTokenizer.from_pretrained(HERE / "small", config=transformers.LlavaConfig())
    layouts = []
    for name, template in LAYOUTS.items():
        for pictures in (1, 2):
            for question in QUESTIONS:
                text_alone = name == "text alone"
                content = ("<image>\n" * pictures + question if text_alone else
                           [{"type": "image"}] * pictures + [{"type": "text", "text": question}])
                text = tokenizer.apply_chat_template([{"role": "user", "content": content}], chat_template=template,
                                                     tokenize=False, add_generation_prompt=True)
                ids = tokenizer(text, add_special_tokens=not text.startswith(tokenizer.bos_token))["input_ids"]
                layouts.append({"name": name, "template": template, "pictures": pictures, "question": question,
                                "text": text, "ids": ids})
    pieces = [{"template": piece, "text": rendered(piece, VARIABLES)} for piece in PIECES]
    out = {"made_by": f"transformers {transformers.__version__}", "variables": VARIABLES, "pieces": pieces,
           "layouts": layouts, "named": named()}
    (HERE / "chat.json").write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
