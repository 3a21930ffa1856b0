#include "app/own_release.hpp"

#include "base/text.hpp"
#include "document/reader.hpp"
#include "helm/argv.hpp"

namespace leadsman::app {

namespace {

constexpr const char* k_this_cluster = "default";

// helm allows more in a name than a deployment by the agent does.
result<void> check(const model::release_id& id) {
  for (const auto& [field, value] : {std::pair("cluster", &id.cluster), std::pair("namespace", &id.name_space)}) {
    if (is_dns_label(*value)) continue;
    return fail(errc::invalid_input, "'" + truncate(*value, 80) + "' is not a valid name; expected lower-case letters, digits and '-', at most 63", field);
  }
  const auto named = helm::check_release_name(id.name);
  if (!named) return fail(errc::invalid_input, named.error().message, "name");
  return {};
}

}  // namespace

result<model::release_id> read_own_release(const nlohmann::json& value) {
  document::object_reader in(value, "own-release");
  model::release_id id;
  id.cluster = in.string("cluster", k_this_cluster);
  id.name_space = in.string("namespace");
  id.name = in.string("name");
  LEADSMAN_CHECK(in.finish());
  if (const auto checked = check(id); !checked) return fail(errc::invalid_input, checked.error().message, "own-release." + checked.error().field);
  return id;
}

result<model::release_id> parse_own_release(std::string_view text, std::string_view variable) {
  std::vector<std::string_view> parts = split(text, '/');
  if (parts.size() == 2) parts.insert(parts.begin(), k_this_cluster);
  if (parts.size() != 3) {
    return fail(errc::invalid_input, "'" + truncate(text, 80) + "' names no release; expected namespace/name or cluster/namespace/name", std::string(variable));
  }
  const model::release_id id{std::string(parts[0]), std::string(parts[1]), std::string(parts[2])};
  if (const auto checked = check(id); !checked) return fail(errc::invalid_input, checked.error().field + ": " + checked.error().message, std::string(variable));
  return id;
}

}  // namespace leadsman::app
