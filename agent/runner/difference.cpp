#include "runner/difference.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

constexpr const char* k_masked = "(secret)";

bool is_secret_path(const std::string& kind, const std::string& path) {
  return kind == "Secret" && (path.starts_with("/data") || path.starts_with("/stringData"));
}

const json& value_at(const json& object, const std::string& path) {
  static const json k_nothing;
  const json::json_pointer pointer(path);
  return object.contains(pointer) ? object.at(pointer) : k_nothing;
}

}  // namespace

json difference_rows(const std::string& kind, const json& live, const json& wanted) {
  json rows = json::array();
  for (const json& op : json::diff(live, wanted)) {
    const std::string path = op.at("path");
    const bool secret = is_secret_path(kind, path);
    const bool removed = op.at("op") == "remove";
    const json& from = value_at(live, path);
    json row{{"path", path}};
    row["from"] = secret && !from.is_null() ? json(k_masked) : from;
    row["to"] = removed ? json() : secret ? json(k_masked) : op.at("value");
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace leadsman::runner
