#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "model/words.hpp"

// How the types of this project stand in JSON. Names of members are the keys; a missing key keeps its default, so that an
// older client follows a newer agent. What users write is read strictly instead (document::object_reader).

namespace nlohmann {

template <class T>
struct adl_serializer<std::optional<T>> {
  static void to_json(json& out, const std::optional<T>& value) {
    if (value) out = *value;
    else out = nullptr;
  }
  static void from_json(const json& in, std::optional<T>& value) {
    if (in.is_null()) value.reset();
    else value = in.get<T>();
  }
};

template <>
struct adl_serializer<leadsman::wall_time> {
  static void to_json(json& out, const leadsman::wall_time& at) { out = leadsman::format_rfc3339(at); }
  static void from_json(const json& in, leadsman::wall_time& at) {
    const auto parsed = leadsman::parse_rfc3339(in.get<std::string>());
    if (!parsed) throw json::other_error::create(501, parsed.error().message, &in);
    at = *parsed;
  }
};

}  // namespace nlohmann

// An enumeration as its word.
#define LEADSMAN_JSON_WORDS(type, table)                                                                  \
  inline void to_json(nlohmann::json& out, const type& value) { out = ::leadsman::model::word_of(table, value); } \
  inline void from_json(const nlohmann::json& in, type& value) {                                          \
    const auto& word = in.get_ref<const std::string&>();                                                  \
    const auto known = ::leadsman::model::value_of(table, word);                                          \
    if (!known) throw nlohmann::json::other_error::create(501, "unknown word '" + word + "'", &in);       \
    value = *known;                                                                                       \
  }

namespace leadsman::wire {

// Errors: invalid_input when a value has the wrong type or an unknown word.
template <class T>
result<T> parse(const nlohmann::json& value) {
  try {
    return value.get<T>();
  } catch (const nlohmann::json::exception& e) {
    return fail(errc::invalid_input, std::string("unexpected JSON: ") + e.what());
  }
}

}  // namespace leadsman::wire
