#include "plugins/sdk/fields.hpp"

#include <vector>

#include "base/text.hpp"

namespace leadsman::sdk {

namespace {

const json k_null;

}  // namespace

fields::fields(const json& object, std::string path) : object_(&object), path_(std::move(path)) {
  if (!object.is_object()) throw invalid_params((path_.empty() ? "params" : path_) + ": expected an object, found " + object.type_name());
}

std::string fields::path_of(std::string_view key) const { return path_.empty() ? std::string(key) : path_ + "." + std::string(key); }

void fields::reject(std::string_view key, const std::string& message) const { throw invalid_params(path_of(key) + ": " + message); }

const json& fields::value(std::string_view key) {
  known_.emplace(key);
  const auto found = object_->find(std::string(key));
  return found == object_->end() ? k_null : *found;
}

bool fields::has(std::string_view key) { return !value(key).is_null(); }

const json& fields::required(std::string_view key) {
  const json& found = value(key);
  if (found.is_null()) reject(key, "is required");
  return found;
}

fields fields::at(std::string_view key) { return {required(key), path_of(key)}; }

const json& fields::list(std::string_view key) {
  const json& found = required(key);
  if (!found.is_array()) reject(key, std::string("expected a list, found ") + found.type_name());
  return found;
}

std::string fields::text(std::string_view key) {
  const json& found = required(key);
  if (!found.is_string()) reject(key, std::string("expected a string, found ") + found.type_name());
  if (found.get_ref<const std::string&>().empty()) reject(key, "is empty");
  return found;
}

std::string fields::text(std::string_view key, std::string_view fallback) { return has(key) ? text(key) : std::string(fallback); }

int64_t fields::integer(std::string_view key, int64_t least, int64_t most) {
  const json& found = required(key);
  if (!found.is_number_integer()) reject(key, std::string("expected a whole number, found ") + found.type_name());
  const bool too_large = found.is_number_unsigned() && found.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX);
  if (too_large || found.get<int64_t>() < least || found.get<int64_t>() > most) {
    reject(key, found.dump() + " is not between " + std::to_string(least) + " and " + std::to_string(most));
  }
  return found;
}

std::optional<int64_t> fields::optional_integer(std::string_view key, int64_t least, int64_t most) {
  if (!has(key)) return std::nullopt;
  return integer(key, least, most);
}

std::optional<double> fields::optional_number(std::string_view key) {
  if (!has(key)) return std::nullopt;
  const json& found = value(key);
  if (!found.is_number()) reject(key, std::string("expected a number, found ") + found.type_name());
  return found.get<double>();
}

void fields::finish() const {
  const std::vector<std::string> known(known_.begin(), known_.end());
  for (const auto& [key, ignored] : object_->items()) {
    if (known_.contains(key)) continue;
    const std::optional<std::string> meant = nearest(key, known);
    reject(truncate(key, 60), meant ? "is not known; was '" + *meant + "' meant?" : "is not known; known are " + join(known, ", "));
  }
}

}  // namespace leadsman::sdk
