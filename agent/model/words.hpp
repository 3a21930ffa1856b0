#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace leadsman::model {

// How one value of an enumeration is written in YAML, JSON, URLs and the database. Each enumeration has one table of
// them, used by all.
template <class E>
struct word {
  std::string_view text;
  E value;
};

template <class E, size_t N>
constexpr std::string_view word_of(const word<E> (&table)[N], E value) {
  for (const auto& [text, candidate] : table) {
    if (candidate == value) return text;
  }
  return "unknown";
}

template <class E, size_t N>
constexpr std::optional<E> value_of(const word<E> (&table)[N], std::string_view text) {
  for (const auto& [candidate, value] : table) {
    if (candidate == text) return value;
  }
  return std::nullopt;
}

}  // namespace leadsman::model
