#include "analysis/probing.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "base/text.hpp"
#include "wire/shown.hpp"

namespace leadsman::analysis {

using nlohmann::json;

namespace {

std::string listed(const std::set<std::string>& values) {
  const std::vector<std::string> all(values.begin(), values.end());
  return truncate(join(all, ", "), 200);
}

std::string counted_noun(int64_t number, const char* word) { return wire::grouped(number) + " " + word + (number == 1 ? "" : "s"); }

}  // namespace

bool is_canarys(const model::traffic_probe& probe, const std::set<std::string>& of_stable, std::string_view value) {
  return probe.canary.empty() ? !of_stable.contains(std::string(value)) : glob_match(probe.canary, value);
}

std::string why_it_tells_nothing(const model::traffic_probe& probe, const probed& of_stable) {
  if (of_stable.values.empty()) return "does not tell who answers: " + of_stable.why_failed;
  if (!probe.canary.empty() && of_stable.canary > 0) return "answers with " + listed(of_stable.values) + " before there is a canary, which `canary: " + probe.canary + "` takes for the canary's";
  if (!probe.canary.empty() || of_stable.values.size() == 1) return "";
  return "answers with several values (" + listed(of_stable.values) + "), so that one more would not have to be the canary's; say with `canary` which are, such as: canary: shop-canary-*";
}

std::string describe(const probed& came, std::string_view more) {
  std::string text = came.told() == 0   ? "no probe told who answered it"
                     : came.canary == 0 ? "none of " + counted_noun(came.told(), "probe")
                                        : wire::shown(came.seen().share(), model::unit::share) + " of " + counted_noun(came.told(), "probe");
  text += more;
  if (came.failed > 0) text += "; " + counted_noun(came.failed, "probe") + " failed: " + came.why_failed;
  return text;
}

std::string value_at_pointer(const std::string& body, const std::string& pointer) {
  const json parsed = json::parse(body, nullptr, false);
  if (parsed.is_discarded()) return "";
  try {
    const json::json_pointer at(pointer);
    if (!parsed.contains(at)) return "";
    const json& found = parsed.at(at);
    if (found.is_string()) return found.get<std::string>();
    return found.is_number() || found.is_boolean() ? found.dump() : "";
  } catch (const json::exception&) {  // a pointer that ends in half an escape, or an index that is none
    return "";
  }
}

}  // namespace leadsman::analysis
