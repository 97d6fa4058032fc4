// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lacuna {

/// One picture of an entity. `image` is a path below Benchmark::folder.
struct View {
    std::string image;
    bool heldOut = false;  ///< never trained on: for testing alone

    bool operator==(const View&) const = default;
};

/// One kind of question about one entity, with everything needed to ask and to judge it.
struct Question {
    std::string kind;                    ///< "identity", "habitat", …
    std::vector<std::string> phrasings;  ///< at least one; the first is the one unlearning trains on by default
    std::string answer;
    std::string paraphrase;              ///< the answer in other words; empty = the benchmark has none
    std::vector<std::string> perturbed;  ///< false answers of the same form; may be empty

    bool operator==(const Question&) const = default;
};

struct Entity {
    std::string id;         ///< folder name in MLUBench's layout, unique
    std::string name;       ///< as shown
    std::string className;  ///< "Animals", …; "class" in files
    std::vector<View> views;
    std::vector<Question> questions;

    bool operator==(const Entity&) const = default;
};

/// One view asked one kind of question: as many question–answer pairs as the question has phrasings.
struct Item {
    int entity = 0;    ///< index into Benchmark::entities
    int view = 0;      ///< index into Entity::views
    int question = 0;  ///< index into Entity::questions

    bool operator==(const Item&) const = default;
};

/// One removal: what is to be forgotten, and what must stay.
struct Request {
    std::string name;                 ///< "A"
    std::vector<int> forgetEntities;  ///< indices into Benchmark::entities
    std::vector<int> retainEntities;
    std::vector<Item> forget;  ///< training items (views that are not held out)
    std::vector<Item> retain;

    bool operator==(const Request&) const = default;
};

/// A name and a picture for the tower's pretraining alone.
struct Distractor {
    std::string name;
    std::string image;

    bool operator==(const Distractor&) const = default;
};

/// Entities, questions and requests: a folder in MLUBench's layout, read whole and checked.
struct Benchmark {
    std::string title;             ///< "Fictions-127", or the folder's name
    std::filesystem::path folder;  ///< where View::image paths start
    bool surrogate = false;        ///< the photos are absent: drawn stand-ins are shown instead, and every view says so
    int leftOut = 0;               ///< pictures that are missing, with what is asked of them: withoutMissingPictures
    bool asReleased = false;       ///< texts that were wrongly decoded are left so: see loadBenchmarkFolder
    std::string releasedHash;      ///< what `hash` is as released, where texts were mended; else empty
    std::string hash;              ///< SHA-256 over everything but the pixels
    std::vector<Entity> entities;  ///< those of the requests, in the order of classes
    std::vector<Request> requests;
    std::vector<Entity> bystanders;  ///< like entities, but no model is trained on them; may be empty
    std::vector<Distractor> distractors;

    std::filesystem::path imagePath(const View& view) const { return folder / view.image; }
    bool operator==(const Benchmark&) const = default;
};

/// What Benchmark::hash holds: SHA-256 over everything a run could depend on. Pixels, title, folder and the hash itself
/// do not count, so that a renamed or copied folder is the same benchmark.
std::string contentHash(const Benchmark& benchmark);

/// Question–answer pairs of a request's forget set: the first phrasing of each item, or all.
std::int64_t forgetPairs(const Benchmark& benchmark, const Request& request, bool allPhrasings);

/// A request of one's own, by entity ids. An entity trains what the benchmark's own requests train of it, or, where
/// none names it, every training view asked every question; one that is the benchmark's in name and entities is that.
/// Throws InputError for an unknown entity, with the nearest known one.
Request ownRequest(const Benchmark& benchmark, const std::string& name, const std::vector<std::string>& forget,
                   const std::vector<std::string>& retain);

/// Position of the request named `name`. Throws InputError with the known names.
int requestIndex(const std::vector<Request>& requests, const std::string& name);

/// "C,A,B,D" as positions, or "CABD" where every request is named by one letter; empty = as they are.
/// Throws InputError for unknown or repeated names.
std::vector<int> parseOrder(const std::vector<Request>& requests, const std::string& order);

/// A run spec's order as names: what is one text alone is split as parseOrder does, so that everything that starts a
/// run may hand on what was typed; empty = all of them as they are. Throws InputError as parseOrder.
std::vector<std::string> orderNames(const std::vector<Request>& requests, const std::vector<std::string>& order);

}  // namespace lacuna
