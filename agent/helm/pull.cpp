#include "helm/pull.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "helm/encoding.hpp"

namespace leadsman::helm {

using nlohmann::json;

namespace {

// Nothing is taken from an earlier fetch, whose rights may have been others.
void add_caches(arguments& list, const pull_files& files) {
  list.push_back("--content-cache=" + files.folder + "/cache");
  list.push_back("--repository-cache=" + files.folder + "/index");
}

void add_transport(arguments& list, const pull_request& request) {
  if (!request.ca_file.empty()) list.push_back("--ca-file=" + request.ca_file);
  if (request.plain_http) list.emplace_back("--plain-http");
}

// A tag has no '+'; helm's own way is to write '_' for it.
std::string tag_of(std::string version) {
  std::ranges::replace(version, '+', '_');
  return version;
}

result<std::string> to_text(const json& value) {
  try {
    return value.dump();
  } catch (const json::exception&) {
    return fail(errc::refused, "The user or the password is not UTF-8 text.");
  }
}

struct pull_rule {
  std::string_view contains;
  pull_problem kind;
};

// helm 4.2's words. A host that is not found is told as a failed dial, so that stands above "not found".
constexpr std::array k_pull_rules{
    pull_rule{"digest mismatch", pull_problem::other_digest},
    pull_rule{"mismatched digest", pull_problem::other_digest},
    pull_rule{"x509:", pull_problem::untrusted},
    pull_rule{"tls: ", pull_problem::untrusted},
    pull_rule{"server gave HTTP response to HTTPS client", pull_problem::untrusted},
    pull_rule{"dial tcp", pull_problem::unreachable},
    pull_rule{"connection reset", pull_problem::unreachable},
    pull_rule{"i/o timeout", pull_problem::unreachable},
    pull_rule{"TLS handshake timeout", pull_problem::unreachable},
    pull_rule{"context deadline exceeded", pull_problem::unreachable},
    pull_rule{"Client.Timeout exceeded", pull_problem::unreachable},
    pull_rule{": EOF", pull_problem::unreachable},
    pull_rule{"status code 401", pull_problem::denied},
    pull_rule{"status code 403", pull_problem::denied},
    pull_rule{" : 401 ", pull_problem::denied},
    pull_rule{" : 403 ", pull_problem::denied},
    pull_rule{"credential not found", pull_problem::denied},
    pull_rule{"status code 429", pull_problem::unreachable},
    pull_rule{"status code 5", pull_problem::unreachable},
    pull_rule{" : 429 ", pull_problem::unreachable},
    pull_rule{" : 50", pull_problem::unreachable},
    pull_rule{": not found", pull_problem::unknown_chart},
    pull_rule{"status code 404", pull_problem::unknown_chart},
    pull_rule{" : 404 ", pull_problem::unknown_chart},
    pull_rule{"no chart version found", pull_problem::unknown_chart},
    pull_rule{"no chart name found", pull_problem::unknown_chart},
};

}  // namespace

arguments pull_from_registry(const pull_request& request, const pull_files& files) {
  arguments list{"pull", request.address};
  // helm holds a tag against the digest only when both stand in the address, and reads '+' only in the flag.
  if (!request.digest.empty()) list[1] += (request.version.empty() ? "" : ":" + tag_of(request.version)) + "@" + request.digest;
  else list.push_back("--version=" + request.version);
  list.push_back("--destination=" + files.archives());
  list.push_back("--registry-config=" + files.credentials);
  add_caches(list, files);
  add_transport(list, request);
  return list;
}

arguments update_repository(const pull_files& files) {
  arguments list{"repo", "update", std::string(pull_files::k_repository_name), "--repository-config=" + files.credentials};
  add_caches(list, files);
  return list;
}

arguments pull_from_repository(const pull_request& request, const pull_files& files) {
  arguments list{"pull", std::string(pull_files::k_repository_name) + "/" + request.name, "--version=" + request.version,
                 "--destination=" + files.archives(), "--repository-config=" + files.credentials};
  add_caches(list, files);
  if (!request.ca_file.empty()) list.push_back("--ca-file=" + request.ca_file);
  return list;
}

result<std::string> registry_config(std::string_view host, const std::optional<user_and_password>& login) {
  json auths = json::object();
  if (login) auths[std::string(host)] = {{"auth", base64_encode(login->user + ":" + login->password)}};
  return to_text({{"auths", std::move(auths)}});
}

result<std::string> repositories_file(const pull_request& request, const std::optional<user_and_password>& login) {
  json entry{{"name", std::string(pull_files::k_repository_name)}, {"url", request.address}};
  if (!request.ca_file.empty()) entry["caFile"] = request.ca_file;
  if (login) {
    entry["username"] = login->user;
    entry["password"] = login->password;
  }
  json all{{"apiVersion", "v1"}, {"repositories", json::array()}};
  all["repositories"].push_back(std::move(entry));
  return to_text(all);
}

std::string pulled_digest(std::string_view output) {
  constexpr std::string_view k_line = "Digest: ";
  for (const std::string_view line : split(output, '\n')) {
    if (line.starts_with(k_line)) return std::string(trim(line.substr(k_line.size())));
  }
  return {};
}

pull_problem classify_pull(std::string_view error_output, std::string_view output) {
  const std::string text = std::string(error_output) + "\n" + std::string(output) + "\n";
  for (const pull_rule& row : k_pull_rules) {
    if (text.find(row.contains) != std::string::npos) return row.kind;
  }
  return pull_problem::unknown;
}

std::string pull_failure_text(std::string_view message, std::string_view output) {
  constexpr std::string_view k_before = "Unable to get an update from ";
  const size_t at = output.find(k_before);
  if (at == std::string_view::npos) return std::string(message);
  const std::string_view rest = output.substr(at + k_before.size());
  const size_t line_end = rest.find('\n');
  if (line_end == std::string_view::npos) return std::string(message);
  const std::string_view cause = trim(rest.substr(line_end + 1));
  return std::string(cause.substr(0, cause.find('\n')));
}

}  // namespace leadsman::helm
