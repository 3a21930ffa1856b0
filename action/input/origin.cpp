#include "action/input/origin.hpp"

#include <algorithm>
#include <charconv>

namespace leadsman::action {

model::origin read_origin(const environment& env, const arguments& given) {
  model::origin origin;
  if (env.get("GITHUB_ACTIONS") != "true") {
    origin.actor = env.get("USER");
    return origin;
  }
  origin.repository = env.get("GITHUB_REPOSITORY");
  origin.workflow = env.get("GITHUB_WORKFLOW");
  origin.run_id = env.get("GITHUB_RUN_ID");
  origin.job = env.get("GITHUB_JOB");
  // Inside a composite action GITHUB_ACTION names our own step, the same for every use: the input tells the caller's.
  origin.action = given.step.empty() ? env.get("GITHUB_ACTION") : given.step;
  origin.matrix = given.matrix == "null" ? "" : given.matrix;
  origin.actor = env.get("GITHUB_ACTOR");
  const std::string attempt = env.get("GITHUB_RUN_ATTEMPT");
  std::from_chars(attempt.data(), attempt.data() + attempt.size(), origin.run_attempt);
  origin.run_attempt = std::clamp(origin.run_attempt, 0, 1'000'000);
  const std::string server = env.get("GITHUB_SERVER_URL");
  if (!server.empty() && !origin.run_id.empty()) {
    origin.url = server + "/" + origin.repository + "/actions/runs/" + origin.run_id;
    if (!attempt.empty()) origin.url += "/attempts/" + attempt;
  }
  return origin;
}

}  // namespace leadsman::action
