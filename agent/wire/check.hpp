#pragma once

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "wire/json.hpp"

// What `leadsman doctor` looks at and finds, whichever of the two programs looked.
namespace leadsman::wire {

enum class verdict { ok,
                     warning,
                     failed };
inline constexpr model::word<verdict> k_verdict[]{{"ok", verdict::ok}, {"warning", verdict::warning}, {"failed", verdict::failed}};
LEADSMAN_JSON_WORDS(verdict, k_verdict)

struct check {
  std::string name;   // what was looked at: "address", "helm", "permissions"
  wire::verdict verdict = wire::verdict::ok;
  std::string found;  // may have several lines; the first says it all
  std::string mend{};   // what to do; empty when it is well
  std::string apply{};  // Kubernetes YAML that mends it, complete; mostly empty

  bool operator==(const check&) const = default;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(check, name, verdict, found, mend, apply)

using checks = std::vector<check>;

inline check well(std::string name, std::string found) { return {std::move(name), verdict::ok, std::move(found)}; }
inline check doubtful(std::string name, std::string found, std::string mend) {
  return {std::move(name), verdict::warning, std::move(found), std::move(mend)};
}
inline check wrong(std::string name, std::string found, std::string mend) {
  return {std::move(name), verdict::failed, std::move(found), std::move(mend)};
}

// Coroutines say this instead of a braced list, which GCC 12 destroys twice in them.
inline checks only(check c) {
  checks one;
  one.push_back(std::move(c));
  return one;
}

inline verdict worst_of(const checks& all) {
  verdict worst = verdict::ok;
  for (const check& c : all) worst = std::max(worst, c.verdict);
  return worst;
}

inline void append(checks& to, checks more) { to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())); }

}  // namespace leadsman::wire
