#include "action/input/pull_request.hpp"

#include <nlohmann/json.hpp>

#include "action/input/text_or_file.hpp"
#include "base/text.hpp"

namespace leadsman::action {

using nlohmann::json;

namespace {

// Null when there is none.
json number_in(const json& event) {
  const auto of = [&](const char* pointer) { return event.contains(json::json_pointer(pointer)) ? event.at(json::json_pointer(pointer)) : json(); };
  const json direct = of("/pull_request/number");
  if (!direct.is_null()) return direct;
  return of("/issue/pull_request").is_null() ? json() : of("/issue/number");
}

}  // namespace

result<std::optional<pull_request>> find_pull_request(const environment& env) {
  const std::string path = env.get("GITHUB_EVENT_PATH");
  if (path.empty()) return std::optional<pull_request>();
  LEADSMAN_TRY(const std::string text, read_file(path, "GITHUB_EVENT_PATH"));
  const json event = json::parse(text, nullptr, false);
  if (!event.is_object()) return fail(errc::invalid_input, "is no event of GitHub: not a JSON object", "GITHUB_EVENT_PATH");
  const json number = number_in(event);
  if (number.is_null()) return std::optional<pull_request>();
  pull_request found{env.get("GITHUB_REPOSITORY"), number.is_number_integer() ? number.get<int64_t>() : 0};
  if (found.number < 1) return fail(errc::invalid_input, "the number of the pull request is " + number.dump(), "GITHUB_EVENT_PATH");
  if (split(found.repository, '/').size() != 2) return fail(errc::invalid_input, "is '" + truncate(found.repository, 100) + "', expected owner/name", "GITHUB_REPOSITORY");
  return std::optional<pull_request>(std::move(found));
}

}  // namespace leadsman::action
