#include "plugin/registration.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "document/reader.hpp"

namespace leadsman::plugin {

using document::object_reader;
using nlohmann::json;

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds k_shortest_timeout = 100ms, k_longest_timeout = 10min;

bool has_name(const std::vector<registration>& list, const std::string& name) {
  return std::ranges::find(list, name, &registration::name) != list.end();
}

result<granted_kind> split_kind(const std::string& text, const std::string& at) {
  const size_t slash = text.rfind('/');
  granted_kind out;
  if (slash != std::string::npos) out.group = text.substr(0, slash);
  out.kind = text.substr(slash == std::string::npos ? 0 : slash + 1);
  const bool is_kind = !out.kind.empty() && out.kind.front() >= 'A' && out.kind.front() <= 'Z';
  if (!is_kind || out.group.contains('/') || slash == 0) {
    return fail(errc::invalid_input, "'" + truncate(text, 100) + "' is no kind of objects; expected GROUP/Kind, such as gateway.networking.k8s.io/HTTPRoute", at);
  }
  // What a router may never be handed, whoever grants it: it would be the cluster's secrets, or its permissions.
  if ((out.group.empty() && out.kind == "Secret") || out.group == "rbac.authorization.k8s.io") {
    return fail(errc::invalid_input, to_string(out) + " is never given to a plugin", at);
  }
  return out;
}

result<granted_kind> read_grant(const json& value, const std::string& at) {
  if (value.is_string()) return split_kind(value, at);
  object_reader in(value, at);
  const std::string kind = in.string("kind");
  std::vector<std::string> namespaces = in.strings("namespaces");
  LEADSMAN_CHECK(in.finish());
  LEADSMAN_TRY(granted_kind out, split_kind(kind, at + ".kind"));
  out.namespaces = std::move(namespaces);
  return out;
}

result<std::vector<granted_kind>> read_grants(const json& list, const std::string& at) {
  std::vector<granted_kind> out;
  if (list.is_null()) return out;
  if (!list.is_array()) return fail(errc::invalid_input, "expected a list, found " + document::describe(list), at);
  for (const json& each : list) {
    LEADSMAN_TRY(granted_kind grant, read_grant(each, at + "[" + std::to_string(out.size()) + "]"));
    out.push_back(std::move(grant));
  }
  return out;
}

result<registration> read_registration(const json& value, const std::string& at, const std::filesystem::path& base) {
  object_reader in(value, at);
  registration out;
  out.name = in.string("name");
  const std::string folder = in.string("folder");
  out.digest = in.string("digest");
  const json& grants = in.child("grants");
  out.timeout = in.duration("timeout", out.timeout);
  out.environment = in.strings("environment");
  if (!is_dns_label(out.name)) in.reject("name", "is no name for a plugin; expected lower-case letters, digits and hyphens");
  if (folder.empty()) in.reject("folder", "is empty");
  if (!is_sha256_hex(out.digest)) in.reject("digest", "is not a SHA-256 digest of 64 lower-case hexadecimal digits; leadsman plugin check FOLDER prints it");
  if (out.timeout < k_shortest_timeout || out.timeout > k_longest_timeout) in.reject("timeout", "is not between 100ms and 10m");
  LEADSMAN_CHECK(in.finish());
  LEADSMAN_TRY(out.grants, read_grants(grants, at + ".grants"));
  out.folder = std::filesystem::absolute(base / folder).lexically_normal();
  return out;
}

}  // namespace

std::string to_string(const granted_kind& grant) { return grant.group.empty() ? grant.kind : grant.group + "/" + grant.kind; }

result<std::vector<registration>> read_registrations(const json& list, const std::string& at, const std::filesystem::path& base) {
  std::vector<registration> out;
  if (list.is_null()) return out;
  if (!list.is_array()) return fail(errc::invalid_input, "expected a list, found " + document::describe(list), at);
  for (const json& each : list) {
    const std::string where = at + "[" + std::to_string(out.size()) + "]";
    LEADSMAN_TRY(registration read, read_registration(each, where, base));
    if (has_name(out, read.name)) return fail(errc::invalid_input, "there are two plugins named '" + read.name + "'", where + ".name");
    out.push_back(std::move(read));
  }
  return out;
}

result<std::vector<registration>> load_registrations(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(errc::not_found, "cannot be read", file.string());
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  LEADSMAN_TRY(const json value, document::parse_json(text, file.string()));
  object_reader top(value, "");
  const json& list = top.child("plugins");
  LEADSMAN_CHECK(top.finish());
  auto read = read_registrations(list, "plugins", file.parent_path());
  if (!read) return fail(read.error().code, read.error().field + ": " + read.error().message, file.string());
  return read;
}

std::vector<registration> merge(std::vector<registration> first, std::vector<registration> second) {
  for (registration& each : second) {
    if (!has_name(first, each.name)) first.push_back(std::move(each));
  }
  return first;
}

}  // namespace leadsman::plugin
