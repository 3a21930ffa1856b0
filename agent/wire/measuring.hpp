#pragma once

#include "document/reader.hpp"
#include "model/gate.hpp"

namespace leadsman::wire {

// The keys that say when and how often a gate looks ("interval", "count", "failure-limit" …), read from an object that has
// other keys too. Unset keys keep their defaults.
model::measuring read_measuring(document::object_reader& in);

// Adds those keys to `out`, all of them.
void add_measuring(nlohmann::json& out, const model::measuring& pace);

// A bare number is not a time: `interval: 5` is refused with the units that it may have.
std::chrono::milliseconds read_span(document::object_reader& in, std::string_view key, std::chrono::milliseconds fallback, std::chrono::milliseconds least, std::chrono::milliseconds most);

nlohmann::json span_json(std::chrono::milliseconds span);

}  // namespace leadsman::wire
