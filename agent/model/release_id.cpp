#include "model/release_id.hpp"

#include "base/text.hpp"

namespace leadsman::model {

std::string to_string(const release_id& id) { return id.cluster + "/" + id.name_space + "/" + id.name; }

namespace {

result<void> check_label(const std::string& value, const char* field, size_t limit) {
  if (is_dns_label(value, limit)) return {};
  return fail(errc::invalid_input,
              "'" + truncate(value, 80) + "' is not a valid name; allowed are lower-case letters, digits and '-', at most " +
                  std::to_string(limit) + ", starting and ending with a letter or digit",
              field);
}

}  // namespace

result<void> check_release_id(const release_id& id) {
  LEADSMAN_CHECK(check_label(id.cluster, "cluster", 63));
  LEADSMAN_CHECK(check_label(id.name_space, "namespace", 63));
  return check_label(id.name, "release", k_release_name_limit);
}

}  // namespace leadsman::model
