#include "action/completion/names.hpp"

#include "action/input/request.hpp"
#include "action/input/text_or_file.hpp"
#include "base/text.hpp"
#include "document/yaml.hpp"
#include "model/release_id.hpp"
#include "spec/placeholder.hpp"

namespace leadsman::action {

namespace {

constexpr size_t k_largest_config = 1024 * 1024;

std::vector<std::string> valid_keys(const nlohmann::json& file, const char* of, bool (*is_valid)(std::string_view)) {
  std::vector<std::string> names;
  const auto at = file.find(of);
  if (at == file.end() || !at->is_object()) return names;
  for (const auto& item : at->items()) {
    if (is_valid(item.key())) names.push_back(item.key());
  }
  return names;
}

bool is_release_name(std::string_view name) { return is_dns_label(name, model::k_release_name_limit); }

}  // namespace

known_names names_in_config(const std::string& file) {
  const auto text = read_file(file.empty() ? k_usual_config : file, "config", k_largest_config);
  if (!text) return {};
  const auto parsed = document::parse_yaml(*text, "");
  if (!parsed || !parsed->value.is_object()) return {};
  return {valid_keys(parsed->value, "releases", is_release_name), valid_keys(parsed->value, "environments", spec::is_environment_name)};
}

}  // namespace leadsman::action
