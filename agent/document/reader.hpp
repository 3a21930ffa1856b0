#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace leadsman::document {

using json = nlohmann::json;

// Reads one JSON object strictly: every key must be asked for, types must fit, and the first thing that is wrong is kept
// as the error (with its full path in `field`). Reading goes on with defaults afterwards, so that a parser stays a plain
// list of fields:
//
//   object_reader in(value, "releases.shop");
//   spec.chart = in.string("chart");
//   spec.timeout = in.duration("timeout", 5min);
//   LEADSMAN_CHECK(in.finish());   // first error, or an unknown key with a suggestion
class object_reader {
 public:
  // `path` names the object in messages; empty for the top.
  object_reader(const json& value, std::string path);

  bool has(std::string_view key) const;  // present and not null

  std::string string(std::string_view key);  // required
  std::string string(std::string_view key, std::string_view fallback);
  int64_t integer(std::string_view key, int64_t fallback, int64_t least, int64_t most);
  int64_t integer(std::string_view key, int64_t least, int64_t most);  // required
  bool boolean(std::string_view key, bool fallback);
  std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds fallback);
  std::vector<std::string> strings(std::string_view key);  // absent is empty; a single string is a list of one

  // The named value, or the fallback; the error lists what is allowed. `allowed` is a range of {text, value}.
  template <class E, class Table>
  E choice(std::string_view key, E fallback, const Table& allowed) {
    note(key);
    if (!has(key)) return fallback;
    const std::string word = word_at(key);
    for (const auto& [name, value] : allowed) {
      if (name == word) return value;
    }
    std::vector<std::string> names;
    for (const auto& [name, value] : allowed) names.emplace_back(name);
    reject_choice(key, word, names);
    return fallback;
  }

  // A nested value for the caller to read; null when absent. Marks the key as known.
  const json& child(std::string_view key);
  std::string path_of(std::string_view key) const;
  const std::set<std::string, std::less<>>& known() const { return known_; }  // every key asked for so far

  void reject(std::string_view key, std::string message);  // the caller's own check failed
  result<void> finish();

 private:
  void note(std::string_view key);
  std::string word_at(std::string_view key);  // text; true and false as the words that they are in YAML
  const json* find(std::string_view key, bool required);
  void reject_type(std::string_view key, std::string_view expected, const json& found);
  void reject_choice(std::string_view key, const std::string& word, const std::vector<std::string>& names);
  void keep(error e);

  const json* object_;
  std::string path_;
  std::set<std::string, std::less<>> known_;
  std::optional<error> first_error_;
};

// "a string", "a number", "a list" ...: for messages about what was found.
std::string describe(const json& value);

// Parses JSON text. Errors: invalid_input with line and column.
result<json> parse_json(std::string_view text, std::string_view what);

}  // namespace leadsman::document
