#include "document/reader.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace leadsman::document {

namespace {
const json k_absent;
}

std::string describe(const json& value) {
  switch (value.type()) {
    case json::value_t::null: return "nothing";
    case json::value_t::object: return "a mapping";
    case json::value_t::array: return "a list";
    case json::value_t::string: return "the text '" + truncate(value.get_ref<const std::string&>(), 60) + "'";
    case json::value_t::boolean: return value.get<bool>() ? "true" : "false";
    default: return "the number " + value.dump();
  }
}

object_reader::object_reader(const json& value, std::string path) : object_(&value), path_(std::move(path)) {
  if (value.is_object()) return;
  object_ = nullptr;
  keep({errc::invalid_input, "expected a mapping, found " + describe(value), path_});
}

bool object_reader::has(std::string_view key) const {
  if (!object_) return false;
  const auto at = object_->find(key);
  return at != object_->end() && !at->is_null();
}

std::string object_reader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void object_reader::note(std::string_view key) { known_.emplace(key); }

const json* object_reader::find(std::string_view key, bool required) {
  note(key);
  if (has(key)) return &*object_->find(key);
  if (required && object_) keep({errc::invalid_input, "is required", path_of(key)});
  return nullptr;
}

std::string object_reader::word_at(std::string_view key) {
  const json* value = find(key, true);
  if (value && value->is_boolean()) return value->get<bool>() ? "true" : "false";
  return string(key);
}

const json& object_reader::child(std::string_view key) {
  const json* value = find(key, false);
  return value ? *value : k_absent;
}

std::string object_reader::string(std::string_view key) {
  const json* value = find(key, true);
  if (!value) return {};
  if (value->is_string()) return value->get<std::string>();
  reject_type(key, "text", *value);
  return {};
}

std::string object_reader::string(std::string_view key, std::string_view fallback) {
  note(key);
  return has(key) ? string(key) : std::string(fallback);
}

int64_t object_reader::integer(std::string_view key, int64_t least, int64_t most) {
  const json* value = find(key, true);
  if (!value) return least;
  if (!value->is_number_integer()) {
    reject_type(key, "a whole number", *value);
    return least;
  }
  const int64_t number = value->get<int64_t>();
  if (number < least || number > most) {
    reject(key, std::to_string(number) + " is out of range; allowed is " + std::to_string(least) + " to " +
                    std::to_string(most));
  }
  return std::clamp(number, least, most);
}

int64_t object_reader::integer(std::string_view key, int64_t fallback, int64_t least, int64_t most) {
  note(key);
  return has(key) ? integer(key, least, most) : fallback;
}

bool object_reader::boolean(std::string_view key, bool fallback) {
  const json* value = find(key, false);
  if (!value) return fallback;
  if (value->is_boolean()) return value->get<bool>();
  reject_type(key, "true or false", *value);
  return fallback;
}

std::chrono::milliseconds object_reader::duration(std::string_view key, std::chrono::milliseconds fallback) {
  note(key);
  if (!has(key)) return fallback;
  const auto parsed = parse_duration(string(key));
  if (parsed) return *parsed;
  reject(key, parsed.error().message);
  return fallback;
}

std::vector<std::string> object_reader::strings(std::string_view key) {
  const json* value = find(key, false);
  if (!value) return {};
  if (value->is_string()) return {value->get<std::string>()};
  std::vector<std::string> list;
  if (!value->is_array()) {
    reject_type(key, "a list of texts", *value);
    return list;
  }
  for (const json& item : *value) {
    if (item.is_string()) list.push_back(item.get<std::string>());
    else reject_type(std::string(key) + "[" + std::to_string(list.size()) + "]", "text", item);
  }
  return list;
}

void object_reader::reject_type(std::string_view key, std::string_view expected, const json& found) {
  reject(key, "expected " + std::string(expected) + ", found " + describe(found));
}

void object_reader::reject_choice(std::string_view key, const std::string& word,
                                  const std::vector<std::string>& names) {
  if (first_error_) return;
  const auto suggestion = nearest(word, names);
  reject(key, "'" + word + "' is not known; allowed is " + one_of(names) +
                  (suggestion ? " (did you mean '" + *suggestion + "'?)" : ""));
}

void object_reader::reject(std::string_view key, std::string message) {
  keep({errc::invalid_input, std::move(message), path_of(key)});
}

void object_reader::keep(error e) {
  if (!first_error_) first_error_ = std::move(e);
}

result<void> object_reader::finish() {
  if (first_error_) return fail(*first_error_);
  for (const auto& item : object_->items()) {
    if (known_.contains(item.key())) continue;
    const std::vector<std::string> known(known_.begin(), known_.end());
    const auto suggestion = nearest(item.key(), known);
    return fail(errc::invalid_input,
                "unknown key '" + truncate(item.key(), 60) + "'; " +
                    (suggestion ? "did you mean '" + *suggestion + "'?" : "known here: " + join(known, ", ")),
                path_of(truncate(item.key(), 60)));
  }
  return {};
}

result<json> parse_json(std::string_view text, std::string_view what) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& e) {
    const auto upto = text.substr(0, std::min(text.size(), e.byte > 0 ? e.byte - 1 : 0));
    const auto line = std::ranges::count(upto, '\n') + 1;
    const auto column = upto.size() - (upto.rfind('\n') == std::string_view::npos ? 0 : upto.rfind('\n') + 1) + 1;
    return fail(errc::invalid_input, std::string(what) + " is not valid JSON at line " + std::to_string(line) +
                                         ", column " + std::to_string(column));
  }
}

}  // namespace leadsman::document
