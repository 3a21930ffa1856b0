#include "plugins/gateway-api/matches.hpp"

#include <algorithm>

#include "plugins/gateway-api/rules.hpp"

namespace leadsman::gateway_api {

namespace {

constexpr size_t k_most_matches = 64, k_most_headers = 16;  // of the API
constexpr std::string_view k_special = R"(\^$.|?*+()[]{})";
constexpr std::string_view k_before_cookie = "^(.*; *)?", k_after_cookie = "(;.*)?$";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (k_special.contains(c)) out += '\\';
    out += c;
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    out += text[at];
  }
  return out;
}

bool same_header(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// One of the rule's own matches, and the header besides.
json narrowed(json match, const json& header_match) {
  if (!match.contains("headers")) match["headers"] = json::array();
  json& headers = match["headers"];
  const std::string name = header_match["name"];
  for (const json& each : headers) {
    if (same_header(each.value("name", ""), name)) throw sdk::invalid_params("matches: the route matches the header " + name + " itself already");
  }
  headers.push_back(header_match);
  if (headers.size() > k_most_headers) throw sdk::invalid_params("matches: the route matches as many headers as the API allows already");
  return match;
}

}  // namespace

json header_match_of(const json& match) {
  sdk::fields in(match, "matches");
  const bool by_cookie = in.has("cookie"), by_header = in.has("header");
  if (by_cookie == by_header) throw sdk::invalid_params("matches: expected either a header or a cookie");
  sdk::fields named = in.at(by_cookie ? "cookie" : "header");
  const std::string name = named.text("name"), value = named.text("value");
  named.finish();
  in.finish();
  if (by_header) return {{"type", "Exact"}, {"name", name}, {"value", value}};
  const std::string pattern = std::string(k_before_cookie) + escaped(name) + "=" + escaped(value) + std::string(k_after_cookie);
  return {{"type", "RegularExpression"}, {"name", "Cookie"}, {"value", pattern}};
}

json match_of(const json& header_match) {
  const std::string name = header_match.value("name", ""), value = header_match.value("value", ""), type = header_match.value("type", "Exact");
  if (type == "Exact") return {{"header", {{"name", name}, {"value", value}}}};
  if (!same_header(name, "Cookie") || !value.starts_with(k_before_cookie) || !value.ends_with(k_after_cookie)) return nullptr;
  const std::string_view pair = std::string_view(value).substr(k_before_cookie.size(), value.size() - k_before_cookie.size() - k_after_cookie.size());
  const size_t cut = pair.find('=');
  if (cut == std::string_view::npos) return nullptr;
  return {{"cookie", {{"name", unescaped(pair.substr(0, cut))}, {"value", unescaped(pair.substr(cut + 1))}}}};
}

json canary_rule(const json& rule, const json& canary_backend, const std::vector<json>& header_matches) {
  json out = rule;
  out.erase("name");  // which a route has once
  json alone = canary_backend;
  alone["weight"] = 100;
  out["backendRefs"] = json::array({alone});
  json all = json::array();
  const json any = json::array({json::object()});
  const json& own = list_at(rule, "/matches");
  for (const json& each : own.empty() ? any : own) {
    for (const json& header_match : header_matches) all.push_back(narrowed(each, header_match));
  }
  if (all.size() > k_most_matches) throw sdk::invalid_params("matches: with those of the route they are more than the 64 that the API allows");
  out["matches"] = all;
  return out;
}

json matches_of(const json& canary_rules) {
  json out = json::array();
  for (const json& rule : canary_rules) {
    for (const json& match : list_at(rule, "/matches")) {
      const json& headers = list_at(match, "/headers");
      // Ours is the last one.
      const json found = headers.empty() ? json() : match_of(headers.back());
      if (!found.is_null() && std::ranges::find(out, found) == out.end()) out.push_back(found);
    }
  }
  return out;
}

}  // namespace leadsman::gateway_api
