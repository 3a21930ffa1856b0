#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::model {

enum class chart_place { registry, repository };

// A chart that the agent fetches by itself.
struct chart_reference {
  chart_place place = chart_place::registry;
  std::string address;  // of the chart, "oci://ghcr.example.com/acme/shop"; or of its repository, "https://charts.example.com"
  std::string name;     // "shop"
  std::string version;  // "1.2.3"; in a registry the tag, which may be empty beside a digest
  std::string digest;   // "sha256:…" of the manifest; in a registry only, may be empty

  bool operator==(const chart_reference&) const = default;
};

// What the agent has, once it has fetched one.
struct fetched_chart {
  std::string digest;           // as in chart_ref
  std::string name;             // from Chart.yaml
  std::string version;
  std::string manifest_digest;  // "sha256:…" of the registry's manifest; empty from a repository

  bool operator==(const fetched_chart&) const = default;
};

// Whether what a user calls a chart is fetched by the agent; otherwise it is a folder. Nothing is checked yet.
bool is_fetched(std::string_view chart, std::string_view repo);

// "shop@1.2.3": what stands beside the address of a repository.
bool is_named_version(std::string_view chart);

// "oci://host/path/name:1.2.3", "oci://host/path/name@sha256:…", both together, or with a repository's address
// "name@1.2.3". Errors: invalid_input, with the field "chart" or "repo".
result<chart_reference> parse_chart_reference(std::string_view chart, std::string_view repo);

// "oci://host/path/name:1.2.3@sha256:…", "shop@1.2.3 of https://charts.example.com": for people.
std::string to_string(const chart_reference& chart);

// "127.0.0.1:5000" of "oci://127.0.0.1:5000/acme/shop".
std::string_view host_of(std::string_view address);

// "oci://host[:port]/path" or "https://host[:port]/path", the path optional for the latter: nothing that leads elsewhere,
// no user, query or fragment. The host's case is of no importance: what is returned has it lower, and no '/' at the end.
// Errors: invalid_input, without a field; a text that may hold a password is not quoted.
result<std::string> parse_chart_address(std::string_view text);

}  // namespace leadsman::model
