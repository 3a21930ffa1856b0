#include "wire/in_effect.hpp"

#include <algorithm>

#include "document/reader.hpp"
#include "model/probe_url.hpp"
#include "wire/measuring.hpp"

namespace leadsman::wire {

using document::object_reader;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

constexpr int k_least_samples = 10, k_most_samples = 100'000;
constexpr std::string_view k_environment = "{environment}";

// What is left to be filled in stands for a name.
std::string filled(std::string text) {
  for (size_t at = text.find(k_environment); at != std::string::npos; at = text.find(k_environment)) text.replace(at, k_environment.size(), "x");
  return text;
}

bool is_host(const std::string& text) {
  const auto read = model::parse_probe_url("http://" + text);
  return read && read->target == "/" && text.find('/') == std::string::npos;
}

bool is_header_name(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

result<model::traffic_probe> read_probe(const json& value, const std::string& path) {
  if (!value.is_object()) return fail(errc::invalid_input, "expected a mapping such as {url: https://shop.example.com/version, header: X-Version}, found " + document::describe(value), path);
  object_reader in(value, path);
  model::traffic_probe out;
  out.url = in.string("url");
  out.host = in.string("host", "");
  out.header = in.string("header", "");
  out.json = in.string("json", "");
  out.canary = in.string("canary", "");
  if (const auto read = model::parse_probe_url(filled(out.url)); in.has("url") && !read) in.reject("url", read.error().message);
  if (!out.host.empty() && !is_host(filled(out.host))) in.reject("host", "is not the name of a host");
  if (out.header.empty() == out.json.empty()) in.reject("header", "say which header of the answer tells the version, or with json where in its body; one of the two");
  if (!is_header_name(out.header)) in.reject("header", "is not the name of a header");
  if (!out.json.empty() && !out.json.starts_with('/')) in.reject("json", "is not a JSON pointer, which begins with a slash: /build/version");
  LEADSMAN_CHECK(in.finish());
  return out;
}

json probe_json(const model::traffic_probe& p) {
  json out{{"url", p.url}};
  const std::pair<const char*, const std::string&> texts[]{{"host", p.host}, {"header", p.header}, {"json", p.json}, {"canary", p.canary}};
  for (const auto& [key, text] : texts) {
    if (!text.empty()) out[key] = text;
  }
  return out;
}

}  // namespace

result<std::optional<model::traffic_check>> read_traffic_check(const json& value, const std::string& path) {
  if (value.is_null()) return std::nullopt;
  if (!value.is_object()) return fail(errc::invalid_input, "expected a mapping with probe or counters, found " + document::describe(value), path);
  object_reader in(value, path);
  model::traffic_check out;
  const json& probe = in.child("probe");
  if (in.has("counters")) out.counters = in.choice("counters", model::request_source::envoy, model::k_request_source);
  in.child("counters");
  out.samples = static_cast<int>(in.integer("samples", out.samples, k_least_samples, k_most_samples));
  out.timeout = read_span(in, "timeout", out.counters ? 2min : out.timeout, 1s, 1h);
  out.otherwise = in.choice("otherwise", out.otherwise, model::k_unconfirmed);
  if (probe.is_null() != out.counters.has_value()) in.reject("probe", "say either probe, with a URL, or counters: envoy or app");
  LEADSMAN_CHECK(in.finish());
  if (probe.is_null()) return out;
  LEADSMAN_TRY(out.probe, read_probe(probe, in.path_of("probe")));
  return out;
}

json traffic_check_json(const std::optional<model::traffic_check>& check) {
  if (!check) return nullptr;
  json out{{"samples", check->samples}, {"timeout", span_json(check->timeout)}, {"otherwise", model::word_of(model::k_unconfirmed, check->otherwise)}};
  if (check->probe) out["probe"] = probe_json(*check->probe);
  if (check->counters) out["counters"] = model::word_of(model::k_request_source, *check->counters);
  return out;
}

}  // namespace leadsman::wire
