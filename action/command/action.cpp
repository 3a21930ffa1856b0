#include <filesystem>

#include "action/command/context.hpp"
#include "action/input/action_inputs.hpp"
#include "action/input/credentials.hpp"
#include "action/output/github/github_view.hpp"
#include "sign/hash.hpp"

namespace leadsman::action {

namespace {

github::github_settings settings_of(const environment& env) {
  std::error_code ignored;
  github::github_settings settings;
  settings.working_dir = std::filesystem::current_path(ignored).string();
  settings.workspace = env.get("GITHUB_WORKSPACE").empty() ? settings.working_dir : env.get("GITHUB_WORKSPACE");
  settings.output_file = env.get("GITHUB_OUTPUT");
  settings.summary_file = env.get("GITHUB_STEP_SUMMARY");
  if (const std::string temp = env.get("RUNNER_TEMP"); !temp.empty()) {
    settings.summary_copy = temp + "/leadsman-summary-" + sign::to_hex(sign::random_bytes(6)) + ".md";
  }
  return settings;
}

}  // namespace

// What follows is a verb as for people, shown as GitHub wants it.
task<exit_code> run_action(context& c) {
  auto out = std::make_unique<github::github_view>(settings_of(c.env), stdout);
  auto given = read_action_inputs(c.env);
  arguments secrets_in;
  secrets_in.key = c.env.get(variable_of("key"));
  secrets_in.kubeconfig = c.env.get(variable_of("kubeconfig"));
  secrets_in.github_token = c.env.get(variable_of("github-token"));
  out->mask(known_secrets(secrets_in, c.env));
  c.out = std::move(out);
  c.is_action = true;
  if (!given) co_return refuse(c, given.error());
  c.given = std::move(*given);
  auto running = run_verb(c);
  co_return co_await std::move(running);
}

}  // namespace leadsman::action
