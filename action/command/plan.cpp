#include "action/client/comment.hpp"
#include "action/command/hand_over.hpp"
#include "action/output/github/plan_report.hpp"
#include "action/output/pages.hpp"
#include "base/text.hpp"
#include "sign/hash.hpp"

namespace leadsman::action {

using nlohmann::json;

namespace {

task<result<json>> ask_plan(context& c, std::string address, packed_request packed) {
  auto opening = open_session(c, std::move(address), k_retry_question);
  LEADSMAN_CO_TRY(const auto s, co_await std::move(opening));
  auto bringing = bring_chart(c, *s->agent, packed);
  LEADSMAN_CO_CHECK(co_await std::move(bringing));
  auto planning = s->agent->plan(std::move(packed.request));
  co_return co_await std::move(planning);
}

struct plan_outcome {
  std::string title;
  result<json> plan;
};

// Absent when interrupted.
task<std::optional<plan_outcome>> make_plan(context& c) {
  const auto where = find_target(c.given, c.env);
  if (!where) co_return plan_outcome{c.given.release, fail(where.error())};
  subject shown;
  shown.release = where->release.id;
  shown.environment = where->release.environment;
  auto packed = pack_request(*where, c.given, c.env);
  if (!packed) co_return plan_outcome{title_of(shown), fail(packed.error())};
  auto asking = run_until<result<json>>(*c.stop, std::chrono::milliseconds(0), [&] {
    return ask_plan(c, where->agent, std::move(*packed));
  });
  auto plan = co_await std::move(asking);
  if (!plan) co_return std::nullopt;
  co_return plan_outcome{title_of(shown), std::move(*plan)};
}

// The same for every run of the same step, whatever its files say: a plan that cannot be made replaces the one before.
std::string marker_of(const arguments& given) {
  const std::vector<std::string> which{given.config, given.release, given.environment, given.inputs.cluster, given.inputs.name_space, given.matrix};
  return "<!-- leadsman-plan " + sign::sha256_hex(join(which, "\n")).substr(0, 16) + " -->";
}

result<std::optional<comment_settings>> find_comment(const context& c) {
  LEADSMAN_TRY(const auto at, find_pull_request(c.env));
  if (!at) return std::optional<comment_settings>();
  auto api = net::parse_endpoint(first_of(c.env.get("GITHUB_API_URL"), "https://api.github.com"));
  if (!api) return fail(errc::invalid_input, api.error().message, "GITHUB_API_URL");
  return std::optional<comment_settings>(comment_settings{std::move(*api), c.given.github_token, *at, marker_of(c.given)});
}

// A comment that cannot be written spoils no plan: it is said, and the summary has the plan too.
void tell_comment(context& c, const result<std::string>& written) {
  if (written) c.out->notice("the plan stands in a comment: " + *written);
  else c.out->warning("the plan could not be written as a comment; it stands in the summary. " + action::describe(written.error()));
}

task<void> comment(context& c, std::string body) {
  const auto where = find_comment(c);
  if (!where) {
    tell_comment(c, fail(where.error()));
    co_return;
  }
  if (!*where) {
    c.out->warning("comment: this run is about no pull request (event " + first_of(c.env.get("GITHUB_EVENT_NAME"), "unknown") + "); the plan stands in the summary only");
    co_return;
  }
  auto writing = run_until<result<std::string>>(*c.stop, std::chrono::milliseconds(0), [&] { return write_comment(**where, body); });
  const auto written = co_await std::move(writing);
  if (written) tell_comment(c, *written);
}

}  // namespace

task<exit_code> run_plan(context& c) {
  auto planning = make_plan(c);
  const std::optional<plan_outcome> made = co_await std::move(planning);
  if (!made) co_return exit_code::interrupted;
  exit_code code = exit_code::succeeded;
  if (made->plan) {
    c.out->plan(*made->plan, made->title);
    if (is_refused(*made->plan)) code = exit_code::refused;
  } else {
    code = refuse(c, made->plan.error());
  }
  if (!c.given.comment) co_return code;
  std::string body = made->plan ? github::write_plan(*made->plan, made->title, github::k_comment_limit) : github::write_no_plan(made->plan.error(), made->title);
  auto commenting = comment(c, std::move(body));
  co_await std::move(commenting);
  co_return code;
}

}  // namespace leadsman::action
