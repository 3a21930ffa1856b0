#include "action/command/hand_over.hpp"
#include "action/diagnosis/key.hpp"
#include "action/diagnosis/look.hpp"
#include "action/embed/examine.hpp"
#include "action/input/credentials.hpp"
#include "action/output/pages.hpp"
#include "base/text.hpp"

namespace leadsman::action {

namespace {

// What the agent is asked, and the deployment that goes with it.
struct inquiry {
  std::string agent;  // an address; empty: embedded
  wire::doctor_question question;
  std::optional<packed_request> packed;
};

result<inquiry> make_inquiry(const context& c) {
  inquiry made;
  if (c.given.release.empty() && c.given.inputs.chart.empty()) {
    LEADSMAN_TRY(made.agent, find_agent(c.given, c.env));
    made.question.where = {first_of(c.given.inputs.cluster, "default"), c.given.inputs.name_space, ""};
    made.question.environment = c.given.environment;
    return made;
  }
  LEADSMAN_TRY(const target where, find_target(c.given, c.env));
  LEADSMAN_TRY(packed_request packed, pack_request(where, c.given, c.env));
  made.agent = where.agent;
  made.question.where = where.release.id;
  made.question.environment = where.release.environment;
  made.packed = std::move(packed);
  return made;
}

std::string describe(const wire::doctor_question& question) {
  const model::release_id& where = question.where;
  if (where.name_space.empty()) return "deploy";
  return "deploy " + where.name_space + "/" + first_of(where.name, "*");
}

task<result<wire::checks>> ask(context& c, api& agent, inquiry about) {
  if (about.packed) {
    auto bringing = bring_chart(c, agent, *about.packed);
    LEADSMAN_CO_CHECK(co_await std::move(bringing));
    about.question.deployment = std::move(about.packed->request);
  }
  auto asking = agent.diagnose(std::move(about.question));
  co_return co_await std::move(asking);
}

bool is_about_key(const error& e) { return e.code == errc::unauthenticated || e.code == errc::forbidden; }

wire::check judge_answer(const error& e) {
  const std::string mend = e.code == errc::invalid_input ? "the agent does not take this deployment as it is written" : "the agent's log says more";
  return wire::wrong("request", action::describe(e), mend);
}

key_sight see_key(const context& c, const net::endpoint& at, const inquiry& about) {
  key_sight seen{.key = std::optional<std::string>()};
  const auto key = load_key(c.given, c.env);
  if (!key) seen.key = fail(key.error());
  else if (*key) seen.key = (*key)->public_part().text();
  seen.needed = at.scheme != net::scheme::unix_socket;
  seen.asked = describe(about.question);
  return seen;
}

// The rows of the key and, if the agent takes it, of all that the agent finds.
task<void> ask_agent(context& c, inquiry about, key_sight key, wire::checks& rows) {
  const bool can_ask = key.key && (key.key->has_value() || !key.needed);
  result<wire::checks> answer = wire::checks();
  if (can_ask) {
    auto opening = open_session(c, about.agent, k_retry_question);
    const auto opened = co_await std::move(opening);
    if (opened) {
      auto asking = ask(c, *(*opened)->agent, std::move(about));
      answer = co_await std::move(asking);
    } else {
      answer = fail(opened.error());
    }
    if (answer) key.answer = result<void>();
    else if (is_about_key(answer.error())) key.answer = fail(answer.error());
  }
  if (auto judged = judge_key(key)) rows.push_back(std::move(*judged));
  if (answer) wire::append(rows, std::move(*answer));
  else if (!key.answer) rows.push_back(judge_answer(answer.error()));
}

task<wire::checks> examine_remote(context& c, inquiry about) {
  const auto at = net::parse_endpoint(about.agent);
  if (!at) co_return wire::only(wire::wrong("address", at.error().message, "write it as https://host[:port], or unix:/path"));
  const auto ca = load_ca(c.given, c.env);
  if (!ca) co_return wire::only(wire::wrong("certificate", action::describe(ca.error()), "--ca (LEADSMAN_CA) has to name a file of certificates in PEM"));
  auto looking = look_at_agent(*at, *ca);
  const agent_sight seen = co_await std::move(looking);
  wire::checks rows = judge_agent(seen);
  if (c.given.without_key) co_return rows;
  key_sight key = see_key(c, *at, about);
  key.clock_apart = is_clock_apart(seen.clock);
  if (seen.is_open() && is_agent(seen.identity)) {
    auto asking = ask_agent(c, std::move(about), std::move(key), rows);
    co_await std::move(asking);
  } else if (auto judged = judge_key(key)) {
    rows.push_back(std::move(*judged));
  }
  co_return rows;
}

// Why our own agent does not start, as it finds itself.
task<wire::checks> explain_start(embedded_settings settings, error why) {
  auto examining = examine_embedded(std::move(settings));
  const auto found = co_await std::move(examining);
  wire::checks rows = found.value_or(wire::checks());
  if (wire::worst_of(rows) != wire::verdict::failed) rows.push_back(wire::wrong("embedded agent", action::describe(why), ""));
  co_return rows;
}

task<wire::checks> examine_own(context& c, inquiry about) {
  const auto program = find_agent_program(c.env.get("LEADSMAN_AGENT_BINARY"));
  if (!program) co_return wire::only(wire::wrong("embedded agent", program.error().message, "put leadsman and leadsman-agent into the same folder, or give --agent"));
  wire::checks rows = wire::only(wire::well("embedded agent", *program));
  const auto cluster = find_cluster(c.given, c.env);
  if (!cluster) {
    rows.push_back(wire::wrong("kubeconfig", action::describe(cluster.error()), "give --kubeconfig FILE or KUBECONFIG, or an agent's address by --agent"));
    co_return rows;
  }
  auto opening = open_session(c, "", k_retry_question);
  const auto opened = co_await std::move(opening);
  if (!opened) {
    const auto folder = private_folder::create(first_of(c.env.get("RUNNER_TEMP"), c.env.get("TMPDIR")));
    auto settings = folder ? prepare_embedded(c, *folder) : result<embedded_settings>(fail(folder.error()));
    wire::checks more;
    if (!settings) {
      more.push_back(wire::wrong("volume", action::describe(settings.error()), "name another folder by --state or TMPDIR"));
    } else {
      auto explaining = explain_start(std::move(*settings), opened.error());
      more = co_await std::move(explaining);
    }
    wire::append(rows, std::move(more));
    co_return rows;
  }
  rows.push_back(wire::well("kubeconfig", cluster->in_cluster ? "the service account of this pod" : first_of(cluster->file, "as given")));
  auto asking = ask(c, *(*opened)->agent, std::move(about));
  auto answer = co_await std::move(asking);
  if (answer) wire::append(rows, std::move(*answer));
  else rows.push_back(judge_answer(answer.error()));
  co_return rows;
}

exit_code show(context& c, const wire::checks& found) {
  const wire::verdict worst = wire::worst_of(found);
  c.out->page(doctor_page(found), {{"verdict", worst}, {"checks", found}});
  return worst == wire::verdict::failed ? exit_code::rolled_back : exit_code::succeeded;
}

}  // namespace

task<exit_code> run_doctor(context& c) {
  auto about = make_inquiry(c);
  if (!about) co_return refuse(c, about.error());
  const bool remote = !about->agent.empty();
  auto examining = run_until<wire::checks>(*c.stop, std::chrono::milliseconds(0), [&] {
    return remote ? examine_remote(c, std::move(*about)) : examine_own(c, std::move(*about));
  });
  const auto found = co_await std::move(examining);
  if (!found) co_return exit_code::interrupted;
  co_return show(c, *found);
}

}  // namespace leadsman::action
