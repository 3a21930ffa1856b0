#include "action/diagnosis/key.hpp"

#include <fmt/format.h>

namespace leadsman::action {

namespace {

constexpr const char* k_key = "key";

wire::check judge_stranger(const key_sight& seen, const error& e, const std::string& key) {
  if (key.empty()) return wire::wrong(k_key, e.message, "over a Unix socket only the agent's own user needs none: run as that user, or give --key FILE");
  if (seen.clock_apart) return wire::wrong(k_key, key + ": could not be judged, because the clocks are apart", "set the clock first");
  if (e.field == "Signature") return wire::wrong(k_key, key + ": " + e.message, "a proxy must not change Host, path or headers; the address has to be the one that the agent sees");
  return wire::wrong(k_key, key + ": " + e.message,
                     fmt::format("in the agent's configuration, access.keys needs an entry with public-key: {}; or another key is meant", key));
}

wire::check judge_answer(const key_sight& seen, const error& e, const std::string& key) {
  if (e.code == errc::unauthenticated) return judge_stranger(seen, e, key);
  return wire::wrong(k_key, fmt::format("{} is known to the agent, and may not {}", key.empty() ? "this user" : key, seen.asked),
                     "in the agent's configuration, its entry in access.keys needs `deploy` in may, and this release and environment; the agent's log says which rule is missing");
}

}  // namespace

std::optional<wire::check> judge_key(const key_sight& seen) {
  if (!seen.key) return wire::wrong(k_key, (seen.key.error().field.empty() ? "" : seen.key.error().field + ": ") + seen.key.error().message, "\"leadsman key generate\" makes one");
  const std::string key = seen.key->value_or("");
  if (key.empty() && seen.needed) return wire::wrong(k_key, "there is none", "give --key FILE, LEADSMAN_KEY or the input key; \"leadsman key generate\" makes one");
  if (!seen.answer) return std::nullopt;
  if (!*seen.answer) return judge_answer(seen, seen.answer->error(), key);
  if (key.empty()) return std::nullopt;
  return wire::well(k_key, fmt::format("{} may {}", key, seen.asked));
}

}  // namespace leadsman::action
