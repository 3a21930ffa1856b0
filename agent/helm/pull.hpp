#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "helm/argv.hpp"

namespace leadsman::helm {

// Fetching charts, as argument lists and as the files that hold what must not stand in them. Pure.

struct pull_request {
  std::string address;   // "oci://host/path/name" without tag and digest, or a repository's "https://host/path"
  std::string name;      // in a repository
  std::string version;   // the tag, the version; may be empty beside a digest
  std::string digest;    // "sha256:…", in a registry; may be empty
  std::string ca_file;   // PEM; empty: the system's
  bool plain_http = false;
};

// Where one fetch keeps everything: a private folder, and in it, or elsewhere, the file with the credentials.
struct pull_files {
  std::string folder;
  std::string credentials;  // registry_config or repositories_file below; for a registry also a Docker config.json
  bool docker_login = false;  // and what Docker itself keeps for this user

  std::string archives() const { return folder + "/archives"; }
  std::string index() const { return folder + "/index/" + std::string(k_repository_name) + "-index.yaml"; }

  static constexpr std::string_view k_repository_name = "leadsman";
};

struct user_and_password {
  std::string user, password;
};

arguments pull_from_registry(const pull_request& request, const pull_files& files);
// Fetches the repository's index.
arguments update_repository(const pull_files& files);
arguments pull_from_repository(const pull_request& request, const pull_files& files);

// As Docker writes it: {"auths": {"ghcr.example.com": {"auth": …}}}. Errors: refused (what is no UTF-8).
result<std::string> registry_config(std::string_view host, const std::optional<user_and_password>& login);
// helm's repositories.yaml with this one repository. Errors as above.
result<std::string> repositories_file(const pull_request& request, const std::optional<user_and_password>& login);

// "sha256:…" as helm tells it of what it has pulled from a registry; empty when it does not.
std::string pulled_digest(std::string_view output);

enum class pull_problem {
  unreachable,    // nobody answers, or not now
  untrusted,      // not the TLS that was expected
  denied,         // credentials missing or wrong
  unknown_chart,  // no such chart or version, or no such repository
  other_digest,
  unknown,
};

// From what helm printed, stderr and, since it tells of a repository there, stdout.
pull_problem classify_pull(std::string_view error_output, std::string_view output);

// The cause in one line: of a repository helm tells it on stdout only.
std::string pull_failure_text(std::string_view message, std::string_view output);

}  // namespace leadsman::helm
