#include "kube/object_ref.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace leadsman::kube {

std::string to_string(const object_ref& ref) {
  return ref.kind + " " + (ref.name_space.empty() ? ref.name : ref.name_space + "/" + ref.name);
}

object_ref ref_of(const json& object) {
  return {text_at(object, "/apiVersion"), text_at(object, "/kind"), text_at(object, "/metadata/namespace"),
          text_at(object, "/metadata/name")};
}

namespace {

const json k_absent;

const json* step(const json& value, std::string_view key) {
  if (value.is_object()) {
    const auto found = value.find(key);
    return found == value.end() ? nullptr : &*found;
  }
  if (value.is_array() && !key.empty() && std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; })) {
    const size_t index = std::stoul(std::string(key));
    return index < value.size() ? &value[index] : nullptr;
  }
  return nullptr;
}

}  // namespace

const json& at(const json& object, std::string_view pointer) {
  const json* value = &object;
  if (pointer.starts_with('/')) pointer.remove_prefix(1);
  for (const std::string_view key : split(pointer, '/')) {
    value = step(*value, key);
    if (!value) return k_absent;
  }
  return *value;
}

std::string text_at(const json& object, std::string_view pointer, std::string_view fallback) {
  const json& value = at(object, pointer);
  return value.is_string() ? value.get<std::string>() : std::string(fallback);
}

int64_t number_at(const json& object, std::string_view pointer, int64_t fallback) {
  const json& value = at(object, pointer);
  return value.is_number_integer() ? value.get<int64_t>() : fallback;
}

bool flag_at(const json& object, std::string_view pointer, bool fallback) {
  const json& value = at(object, pointer);
  return value.is_boolean() ? value.get<bool>() : fallback;
}

bool has_replicas(std::string_view kind) { return is_any(kind, {"Deployment", "ReplicaSet", "StatefulSet"}); }

int replicas_of(const json& workload) { return static_cast<int>(number_at(workload, "/spec/replicas", 1)); }

namespace {

// Keys of labels contain slashes, so they are no pointers.
std::string entry(const json& map, std::string_view key) {
  if (!map.is_object()) return {};
  const auto found = map.find(key);
  return found != map.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> texts(const json& list) {
  std::vector<std::string> all;
  if (!list.is_array()) return all;
  for (const json& item : list) {
    if (item.is_string()) all.push_back(item.get<std::string>());
  }
  return all;
}

}  // namespace

std::string label_of(const json& object, std::string_view key) { return entry(at(object, "/metadata/labels"), key); }
std::string annotation_of(const json& object, std::string_view key) { return entry(at(object, "/metadata/annotations"), key); }

std::string selector_text(const json& label_selector) {
  std::vector<std::string> parts;
  const json& labels = at(label_selector, "/matchLabels");
  if (labels.is_object()) {
    for (const auto& item : labels.items()) parts.push_back(item.key() + "=" + entry(labels, item.key()));
  }
  for (const json& rule : at(label_selector, "/matchExpressions")) {
    const std::string key = text_at(rule, "/key"), op = text_at(rule, "/operator");
    const std::string values = "(" + join(texts(at(rule, "/values")), ",") + ")";
    if (op == "Exists") parts.push_back(key);
    else if (op == "DoesNotExist") parts.push_back("!" + key);
    else parts.push_back(key + (op == "In" ? " in " : " notin ") + values);
  }
  return join(parts, ",");
}

namespace {

bool fits(const json& rule, const json& labels) {
  const std::string key = text_at(rule, "/key"), op = text_at(rule, "/operator");
  const bool present = labels.is_object() && labels.contains(key);
  const std::vector<std::string> values = texts(at(rule, "/values"));
  const bool listed = present && std::ranges::find(values, entry(labels, key)) != values.end();
  if (op == "Exists") return present;
  if (op == "DoesNotExist") return !present;
  return op == "In" ? listed : !listed;
}

}  // namespace

json common_selector(const std::vector<json>& label_selectors) {
  json common = json::object();
  if (!label_selectors.empty()) {
    for (const auto& [key, value] : at(label_selectors.front(), "/matchLabels").items()) {
      const bool everywhere = std::ranges::all_of(label_selectors, [&](const json& selector) {
        const json& labels = at(selector, "/matchLabels");
        return labels.is_object() && labels.contains(key) && labels[key] == value;
      });
      if (everywhere) common[key] = value;
    }
  }
  return {{"matchLabels", std::move(common)}};
}

bool selects(const json& label_selector, const json& labels) {
  const json& wanted = at(label_selector, "/matchLabels");
  if (wanted.is_object()) {
    for (const auto& item : wanted.items()) {
      if (!labels.is_object() || !labels.contains(item.key()) || labels[item.key()] != item.value()) return false;
    }
  }
  return std::ranges::all_of(at(label_selector, "/matchExpressions"), [&](const json& rule) { return fits(rule, labels); });
}

}  // namespace leadsman::kube
