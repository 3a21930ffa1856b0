#include "auth/policy.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/reader.hpp"

namespace leadsman::auth {

using document::object_reader;
using nlohmann::json;

std::string to_string(const principal& who) {
  return who.kind == principal_kind::local ? "local" : "key:" + who.name;
}

namespace {

// Cluster, namespace and name of a pattern.
std::vector<std::string_view> parts_of(std::string_view pattern) {
  std::vector<std::string_view> parts = split(pattern, '/');
  if (parts.size() == 2) parts.insert(parts.begin(), "*");
  return parts;
}

// Part by part, so that '*' never reaches over a '/'. An empty name in `where` is met by every pattern.
bool matches(std::string_view pattern, const model::release_id& where) {
  const std::vector<std::string_view> parts = parts_of(pattern);
  const auto part_matches = [](std::string_view glob, const std::string& name) {
    return name.empty() || glob_match(glob, name);
  };
  return part_matches(parts[0], where.cluster) && part_matches(parts[1], where.name_space) &&
         part_matches(parts[2], where.name);
}

bool matches_any(const std::vector<std::string>& globs, std::string_view text) {
  return std::ranges::any_of(globs, [&](const std::string& glob) { return glob_match(glob, text); });
}

std::string words_of(const std::vector<verb>& verbs) {
  std::vector<std::string> words;
  for (const verb v : verbs) words.emplace_back(model::word_of(k_verb, v));
  return join(words, ", ");
}

bool is_release_glob(std::string_view text) {
  const auto parts = split(text, '/');
  const auto is_part = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-*") == std::string_view::npos;
  };
  return (parts.size() == 2 || parts.size() == 3) && std::ranges::all_of(parts, is_part);
}

bool is_key_name(std::string_view text) {
  constexpr std::string_view k_allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@";
  return !text.empty() && text.size() <= 63 && text.find_first_not_of(k_allowed) == std::string_view::npos;
}

std::vector<verb> read_verbs(object_reader& in) {
  std::vector<verb> verbs;
  std::vector<std::string> known;
  for (const auto& [word, value] : k_verb) known.emplace_back(word);
  const std::vector<std::string> words = in.strings("may");
  for (const std::string& word : words) {
    if (const auto value = model::value_of(k_verb, word)) verbs.push_back(*value);
    else {
      const auto meant = nearest(word, known);
      in.reject("may", "'" + truncate(word, 60) + "' is not known; allowed is " + one_of(known) +
                           (meant ? " (did you mean '" + *meant + "'?)" : ""));
    }
  }
  if (words.empty()) in.reject("may", "is required: what the key may do, " + one_of(known));
  return verbs;
}

std::vector<std::string> read_releases(object_reader& in) {
  std::vector<std::string> globs = in.strings("releases");
  if (globs.empty()) in.reject("releases", "is required: the releases the key is for, as in shop/*; */* is all of them");
  for (const std::string& glob : globs) {
    if (is_release_glob(glob)) continue;
    in.reject("releases", "'" + truncate(glob, 80) + "' can match no release; expected namespace/name or " +
                              "cluster/namespace/name, where * stands for any characters");
  }
  return globs;
}

result<key_grant> parse_grant(const json& value, const std::string& path) {
  object_reader in(value, path);
  const std::string name = in.string("name");
  if (in.has("name") && !is_key_name(name)) {
    in.reject("name", "has to be 1 to 63 letters, digits, '-', '_', '.' or '@'");
  }
  const std::string text = in.string("public-key");
  std::vector<verb> may = read_verbs(in);
  std::vector<std::string> releases = read_releases(in);
  std::vector<std::string> environments = in.strings("environments");
  if (in.has("environments") && environments.empty()) {
    in.reject("environments", "is empty, which would allow nothing; leave it out to allow all");
  }
  std::optional<bool> cluster_scoped;
  if (const bool said = in.boolean("cluster-scoped", false); in.has("cluster-scoped")) cluster_scoped = said;
  LEADSMAN_CHECK(in.finish());
  auto key = sign::public_key::parse(text);
  if (!key) return fail(errc::invalid_input, std::move(key).error().message, path + ".public-key");
  return key_grant{name, *key, std::move(may), std::move(releases), std::move(environments), cluster_scoped};
}

}  // namespace

const key_grant* policy::find_key(std::string_view id) const {
  const auto at = std::ranges::find_if(grants_, [&](const key_grant& g) { return g.key.id() == id; });
  return at == grants_.end() ? nullptr : &*at;
}

const key_grant* policy::find_name(std::string_view name) const {
  const auto at = std::ranges::find(grants_, name, &key_grant::name);
  return at == grants_.end() ? nullptr : &*at;
}

std::optional<std::string> policy::why_never(const principal& who, verb what) const {
  if (who.kind == principal_kind::local) return std::nullopt;
  const key_grant* grant = find_name(who.name);
  if (!grant) return "no key named '" + who.name + "' is configured";
  if (std::ranges::find(grant->may, what) != grant->may.end()) return std::nullopt;
  return "key '" + who.name + "' may " + words_of(grant->may) + ", not " + std::string(model::word_of(k_verb, what));
}

std::optional<std::string> policy::why_not(const principal& who, verb what, const target& where) const {
  if (auto never = why_never(who, what)) return never;
  if (who.kind == principal_kind::local) return std::nullopt;
  const key_grant& grant = *find_name(who.name);
  const auto covers = [&](const std::string& glob) { return matches(glob, where.release); };
  if (std::ranges::none_of(grant.releases, covers)) {
    return "key '" + who.name + "' is for " + join(grant.releases, ", ") + ", not for " + to_string(where.release);
  }
  if (grant.environments.empty() || matches_any(grant.environments, where.environment)) return std::nullopt;
  return "key '" + who.name + "' is for the environments " + join(grant.environments, ", ") + "; " +
         (where.environment.empty() ? "the request names none" : "the request names '" + truncate(where.environment, 80) + "'");
}

model::reach policy::reach(const principal& who, std::string_view cluster) const {
  if (who.kind == principal_kind::local) return model::unlimited_reach();
  model::reach reached;
  const key_grant* grant = find_name(who.name);
  if (!grant) return reached;
  for (const std::string& pattern : grant->releases) {
    const std::vector<std::string_view> parts = parts_of(pattern);
    if (glob_match(parts[0], cluster)) reached.namespaces.emplace_back(parts[1]);
  }
  reached.cluster_scoped = grant->cluster_scoped.value_or(model::holds_every_namespace(reached));
  return reached;
}

result<policy> parse_policy(const json& list, const std::string& path) {
  if (list.is_null()) return policy();
  if (!list.is_array()) return fail(errc::invalid_input, "expected a list of keys, found " + document::describe(list), path);
  std::vector<key_grant> grants;
  for (const json& item : list) {
    const std::string at = path + "[" + std::to_string(grants.size()) + "]";
    LEADSMAN_TRY(key_grant grant, parse_grant(item, at));
    for (const key_grant& other : grants) {
      if (other.name == grant.name) return fail(errc::invalid_input, "two keys are named '" + grant.name + "'", at + ".name");
      if (other.key == grant.key) {
        return fail(errc::invalid_input, "is the key of '" + other.name + "' too; one key has one entry", at + ".public-key");
      }
    }
    grants.push_back(std::move(grant));
  }
  return policy(std::move(grants));
}

}  // namespace leadsman::auth
