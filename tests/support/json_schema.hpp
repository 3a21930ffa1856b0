#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace leadsman::test {

// Holds JSON against the part of JSON Schema that docs/openapi.yaml uses: $ref, type, enum, const, required, properties,
// items, minimum. Stricter than the standard: a property that the schema does not name is an error, so that what is not
// documented is noticed.
class json_schema {
 public:
  explicit json_schema(const nlohmann::json& document) : document_(document) {}

  const nlohmann::json& resolve(const nlohmann::json& schema) const {
    if (!schema.contains("$ref")) return schema;
    return resolve(document_.at(nlohmann::json::json_pointer(schema["$ref"].get<std::string>().substr(1))));
  }

  // What is wrong, each with its path; empty when nothing is.
  std::vector<std::string> check(const nlohmann::json& schema, const nlohmann::json& value) const {
    std::vector<std::string> errors;
    check_value(resolve(schema), value, "$", errors);
    return errors;
  }

  // Properties that the schema names and the value, a sample with everything set, lacks.
  std::vector<std::string> missing(const nlohmann::json& schema, const nlohmann::json& value) const {
    std::vector<std::string> paths;
    find_missing(resolve(schema), value, "$", paths);
    return paths;
  }

 private:
  using json = nlohmann::json;
  using list = std::vector<std::string>;

  static bool has_type(const std::string& type, const json& value) {
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    return type == value.type_name();
  }

  void check_value(const json& schema, const json& value, const std::string& at, list& errors) const {
    if (const auto types = schema.find("type"); types != schema.end()) {
      const auto allowed = types->is_array() ? types->get<list>() : list{types->get<std::string>()};
      if (std::ranges::none_of(allowed, [&](const std::string& t) { return has_type(t, value); })) {
        errors.push_back(at + " is " + value.type_name() + ", documented is " + types->dump());
      }
    }
    if (schema.contains("enum") && std::ranges::find(schema["enum"], value) == schema["enum"].end()) errors.push_back(at + ": undocumented word " + value.dump());
    if (schema.contains("const") && schema["const"] != value) errors.push_back(at + " is " + value.dump());
    if (schema.contains("minimum") && value.is_number() && value < schema["minimum"]) errors.push_back(at + " is below the minimum");
    if (value.is_object()) check_object(schema, value, at, errors);
    if (!value.is_array() || !schema.contains("items")) return;
    for (size_t i = 0; i < value.size(); ++i) check_value(resolve(schema["items"]), value[i], at + "[" + std::to_string(i) + "]", errors);
  }

  void check_object(const json& schema, const json& value, const std::string& at, list& errors) const {
    for (const json& name : schema.value("required", json::array())) {
      if (!value.contains(name.get<std::string>())) errors.push_back(at + "." + name.get<std::string>() + " is missing");
    }
    if (!schema.contains("properties")) return;
    for (const auto& [name, item] : value.items()) {
      if (schema["properties"].contains(name)) check_value(resolve(schema["properties"][name]), item, at + "." + name, errors);
      else errors.push_back(at + "." + name + " is not documented");
    }
  }

  void find_missing(const json& schema, const json& value, const std::string& at, list& paths) const {
    if (schema.contains("items") && value.is_array() && !value.empty()) find_missing(resolve(schema["items"]), value[0], at + "[0]", paths);
    const json properties = schema.value("properties", json::object());
    for (const auto& [name, item] : properties.items()) {
      if (!value.is_object() || !value.contains(name)) paths.push_back(at + "." + name);
      else find_missing(resolve(item), value[name], at + "." + name, paths);
    }
  }

  const json& document_;
};

}  // namespace leadsman::test
