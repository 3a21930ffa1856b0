#include "action/command/session.hpp"
#include "action/input/credentials.hpp"
#include "action/input/request.hpp"
#include "action/output/pages.hpp"

namespace leadsman::action {

namespace {

check_result passed(std::string check, std::string found) { return {std::move(check), true, std::move(found), ""}; }
check_result failed(std::string check, const error& e, std::string mend) {
  return {std::move(check), false, describe(e), std::move(mend)};
}

// What can be found out without an agent.
void check_ourselves(context& c, const std::string& address, std::vector<check_result>& checks) {
  if (address.empty()) {
    const auto program = find_agent_program(c.env.get("LEADSMAN_AGENT_BINARY"));
    checks.push_back(program ? passed("embedded agent", *program)
                             : failed("embedded agent", program.error(), "put leadsman and leadsman-agent into the same folder"));
    const auto cluster = find_cluster(c.given, c.env);
    if (!cluster) checks.push_back(failed("kubeconfig", cluster.error(), "give --kubeconfig FILE"));
    else checks.push_back(passed("kubeconfig", cluster->in_cluster ? "the service account of this pod" : cluster->file));
    return;
  }
  const auto at = net::parse_endpoint(address);
  if (!at) return checks.push_back(failed("address", at.error(), "write it as https://host[:port], or unix:/path"));
  checks.push_back(passed("address", net::to_string(*at)));
  if (c.given.without_key) return;
  const auto key = load_key(c.given, c.env);
  if (!key) checks.push_back(failed("key", key.error(), "\"leadsman key generate\" makes one"));
  else if (*key) checks.push_back(passed("key", (*key)->public_part().text()));
  else if (at->scheme != net::scheme::unix_socket) checks.push_back({"key", false, "there is none", "give --key FILE or LEADSMAN_KEY"});
}

task<void> check_agent(context& c, std::string address, std::vector<check_result>& checks) {
  auto opening = open_session(c, std::move(address), k_retry_question);
  const auto s = co_await std::move(opening);
  if (!s) {
    checks.push_back(failed("agent", s.error(), "what is wrong above comes first"));
    co_return;
  }
  auto asking = (*s)->agent->ready();
  const auto ready = co_await std::move(asking);
  if (!ready) checks.push_back(failed("agent", ready.error(), "is it running, and is the address right? Its log says more"));
  else checks.push_back(passed("agent", "ready"));
  if (c.given.without_key || (!ready && ready.error().code == errc::timed_out)) co_return;
  const std::string cluster = c.given.inputs.cluster.empty() ? "default" : c.given.inputs.cluster;
  auto diagnosing = (*s)->agent->diagnose(cluster, c.given.inputs.name_space);
  const auto answer = co_await std::move(diagnosing);
  if (!answer) {
    checks.push_back(failed("request", answer.error(), "the agent's log says why"));
    co_return;
  }
  if (!answer->is_object() || !answer->contains("checks")) co_return;
  const auto found = wire::parse<std::vector<check_result>>(answer->at("checks"));
  if (found) checks.insert(checks.end(), found->begin(), found->end());
}

task<std::vector<check_result>> check_all(context& c, std::string address) {
  std::vector<check_result> checks;
  check_ourselves(c, address, checks);
  auto checking = check_agent(c, std::move(address), checks);
  co_await std::move(checking);
  co_return checks;
}

void show(context& c, const std::vector<check_result>& checks) { c.out->page(doctor_page(checks), {{"checks", checks}}); }

}  // namespace

task<exit_code> run_doctor(context& c) {
  const auto address = find_agent(c.given, c.env);
  if (!address) co_return refuse(c, address.error());
  auto checking = run_until<std::vector<check_result>>(*c.stop, std::chrono::milliseconds(0), [&] { return check_all(c, *address); });
  const auto checks = co_await std::move(checking);
  if (!checks) co_return exit_code::interrupted;
  show(c, *checks);
  const bool well = std::ranges::all_of(*checks, &check_result::ok);
  co_return well ? exit_code::succeeded : exit_code::rolled_back;
}

}  // namespace leadsman::action
