#pragma once
#include "core/models/llava.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

namespace lacuna {

/// A model with what is needed to talk to it.
struct LoadedModel {
    Llava llava;
    Tokenizer tokenizer;
    ChatTemplate chat;
};

}  // namespace lacuna
