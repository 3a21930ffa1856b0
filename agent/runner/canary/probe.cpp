#include "runner/canary/probe.hpp"

#include <fmt/format.h>

#include "async/task_group.hpp"
#include "flow/past.hpp"
#include "net/client.hpp"
#include "net/resolve.hpp"
#include "plugin/untrusted.hpp"

namespace leadsman::runner {

using analysis::probed;
using analysis::share_finding;
using model::step_kind;
using namespace std::chrono_literals;

namespace {

constexpr int k_probe_lanes = 4;       // probes at once
constexpr int k_first_probes = 10;     // of stable, before there is a canary
constexpr auto k_probe_patience = 5s;  // with one probe
constexpr auto k_between_rounds = 1s;  // when traffic is not as it has to be
constexpr size_t k_probe_body_limit = 64 * 1024;
constexpr size_t k_probe_value_limit = 200;  // bytes: a version, not a page

net::client_options probe_options(const model::traffic_probe& probe) {
  net::client_options options;
  options.max_idle = 0;  // a connection of its own for each: some balance connections, not requests
  options.body_limit = k_probe_body_limit;
  options.connect_timeout = k_probe_patience;
  net::tls_options tls;
  tls.server_name = probe.host.substr(0, probe.host.rfind(':'));
  options.tls = std::make_shared<net::tls_context>(std::move(tls));
  return options;
}

// One kind of probe: with a match, or without.
struct probe_way {
  net::header_list headers{};
  int weight = 0;  // percent of them that the canary has to answer
};

std::vector<probe_way> ways_of(const expected_traffic& wanted) {
  std::vector<probe_way> ways(1);
  ways.front().weight = wanted.weight;
  for (const model::traffic_match& m : wanted.matches) {
    const bool cookie = m.kind == model::traffic_match::by::cookie;
    probe_way& way = ways.emplace_back();
    way.headers.emplace_back(cookie ? "Cookie" : m.name, cookie ? m.name + "=" + m.value : m.value);
    way.weight = 100;
  }
  return ways;
}

class prober {
 public:
  prober(rollout& r, net::endpoint at, std::string target, std::set<std::string> of_stable, std::function<bool()> stop)
      : r_(r), probe_(*r.request.canary->in_effect->probe), target_(std::move(target)), of_stable_(std::move(of_stable)), stop_(std::move(stop)), client_(r.shared.executor, std::move(at), probe_options(probe_)) {}

  // Until `answers` of them told a side, or as many did not.
  task<probed> ask(net::header_list headers, int64_t answers, int lanes, net::deadline until) {
    round all{std::move(headers), answers, until, {}, 0};
    task_group group(r_.shared.executor);
    for (int lane = 0; lane < lanes; ++lane) group.spawn("probe", [this, &all] { return go_on(all); });
    co_await group.join();
    co_return std::move(all.came);
  }

 private:
  struct round {
    net::header_list headers;
    int64_t answers;
    net::deadline until;
    probed came;
    int64_t under_way;

    bool is_full() const { return came.told() + under_way >= answers || came.failed >= answers; }
  };

  task<void> go_on(round& all) {
    while (!all.is_full() && !stop_() && std::chrono::steady_clock::now() < all.until) {
      ++all.under_way;
      co_await send_one(all);
      --all.under_way;
    }
  }

  task<void> send_one(round& all) {
    net::request asked;
    asked.target = target_;
    asked.headers = all.headers;
    asked.headers.emplace_back(k_probe_header, r_.id());
    asked.headers.emplace_back("Cache-Control", "no-cache");
    if (!probe_.host.empty()) asked.headers.emplace_back("Host", probe_.host);
    asked.repeatable = false;
    auto sending = client_.exchange(std::move(asked), k_probe_patience);
    const auto answer = co_await std::move(sending);
    count(all.came, answer);
  }

  void count(probed& all, const result<net::response>& answer) const {
    const std::string value = answer ? value_of(*answer) : "";
    if (value.empty()) {
      ++all.failed;
      all.why_failed = answer ? fmt::format("HTTP {} without {}", answer->status, probe_.header.empty() ? "a value at " + probe_.json : probe_.header) : answer.error().message;
      return;
    }
    all.values.insert(value);
    ++(analysis::is_canarys(probe_, of_stable_, value) ? all.canary : all.stable);
  }

  std::string value_of(const net::response& answer) const {
    const std::string found = probe_.header.empty() ? analysis::value_at_pointer(answer.body, probe_.json) : std::string(answer.header(probe_.header));
    return plugin::untrusted(found, k_probe_value_limit);
  }

  rollout& r_;
  model::traffic_probe probe_;
  std::string target_;
  std::set<std::string> of_stable_;
  std::function<bool()> stop_;
  net::client client_;
};

result<std::unique_ptr<prober>> make_prober(rollout& r, std::set<std::string> of_stable, std::function<bool()> stop) {
  LEADSMAN_CHECK(check_probe(r.shared.probes, r.request.canary));
  LEADSMAN_TRY(const model::probe_url url, model::parse_probe_url(r.request.canary->in_effect->probe->url));
  LEADSMAN_TRY(net::endpoint at, net::parse_endpoint(url.origin));
  return std::make_unique<prober>(r, std::move(at), url.target, std::move(of_stable), std::move(stop));
}

sighting probes_unknown(std::string why) { return {.by = "probe", .message = std::move(why)}; }

// Once stable was upgraded, a version tells the sides apart no more.
bool sides_are_alike(const rollout& r) {
  const model::step_record* back = flow::find_step(r.now().steps, step_kind::rollback);
  return flow::may_have_changed(r.now().steps, step_kind::upgrade) && (!back || flow::has_failed(back));
}

// A probe that cannot tell the sides apart looks like a canary without traffic.
std::string hint_of(const probed& came, const probe_way& how) {
  const bool all_alike = came.values.size() == 1 && came.canary == 0 && how.weight > 0;
  return all_alike ? fmt::format(" (all said {}, as stable did before there was a canary)", *came.values.begin()) : "";
}

sighting probe_sighting(const probed& came, const probe_way& how, int64_t needed, std::chrono::milliseconds timeout) {
  sighting out{.by = "probe", .seen = came.seen(), .failed = came.failed};
  const std::string with = how.headers.empty() ? "" : " with the match";
  switch (analysis::judge_share(how.weight, out.seen, static_cast<int>(needed))) {
    case share_finding::fits:
      out.says = sighting::verdict::confirmed;
      out.message = analysis::describe(came, with);
      break;
    case share_finding::differs:
      out.says = sighting::verdict::contradicted;
      out.message = analysis::describe(came, with + " were answered by the canary" + hint_of(came, how));
      break;
    case share_finding::too_few:
      out.says = sighting::verdict::unanswered;
      out.message = analysis::describe(came, fmt::format("{} in {}, and {} are needed", with, format_duration(timeout), needed));
      break;
  }
  return out;
}

// One way, round after round, until its answers fit. The end of the time may cut a round short: the one before says more.
task<sighting> see_way(rollout& r, prober& probes, probe_way how, std::function<bool()> stop, net::deadline until) {
  const model::traffic_check& check = *r.request.canary->in_effect;
  const int64_t needed = analysis::answers_needed(how.weight, check.samples);
  std::optional<sighting> last;
  for (;;) {
    const uint64_t changed = r.changed.version();
    const probed came = co_await probes.ask(how.headers, needed, k_probe_lanes, until);
    if (stop()) co_return probes_unknown("it was stopped before that was known");
    sighting now = probe_sighting(came, how, needed, check.timeout);
    const bool over = std::chrono::steady_clock::now() >= until;
    const bool says_more = now.says != sighting::verdict::unanswered || !last || now.seen.all >= last->seen.all;
    if (says_more) last = std::move(now);
    if (over || last->says == sighting::verdict::confirmed) co_return *last;
    co_await r.changed.wait_change(changed, k_between_rounds);
  }
}

std::set<std::string> stable_answers(const rollout& r) {
  const nlohmann::json saved = detail_of_last(r, step_kind::preflight).value(k_stable_answers, nlohmann::json::array());
  return saved.get<std::set<std::string>>();
}

}  // namespace

result<void> check_probe(const model::probe_grants& grants, const std::optional<model::canary>& canary) {
  if (!canary || !canary->in_effect || !canary->in_effect->probe) return {};
  constexpr const char* k_field = "canary.in-effect.probe.url";
  const auto url = model::parse_probe_url(canary->in_effect->probe->url);
  if (!url) return fail(errc::invalid_input, url.error().message, k_field);
  if (const auto at = net::parse_endpoint(url->origin); !at) return fail(errc::invalid_input, at.error().message, k_field);
  if (model::may_probe(grants, url->origin)) return {};
  return fail(errc::refused, "this agent sends no probes to " + url->origin + ": it is none of `probes` in the agent's configuration", k_field);
}

task<probed> probe_stable(rollout& r) {
  probed none;
  auto made = make_prober(r, {}, [&r] { return r.interrupted(); });
  if (!made) none.why_failed = made.error().message;
  if (!made) co_return none;
  const net::header_list plain;
  const net::deadline until = std::chrono::steady_clock::now() + 3 * k_probe_patience;
  co_return co_await (*made)->ask(plain, k_first_probes, 1, until);
}

task<sighting> probe_traffic(rollout& r, expected_traffic wanted, std::function<bool()> stop) {
  const model::traffic_check check = *r.request.canary->in_effect;
  const std::set<std::string> of_stable = stable_answers(r);
  if (check.probe->canary.empty() && sides_are_alike(r)) co_return probes_unknown("stable answers as the canary does since it was upgraded");
  if (check.probe->canary.empty() && of_stable.empty()) co_return probes_unknown("what stable answers was not asked before there was a canary");
  const auto made = make_prober(r, of_stable, stop);
  if (!made) co_return probes_unknown(made.error().message);
  const net::deadline until = std::chrono::steady_clock::now() + check.timeout;
  sighting all{.says = sighting::verdict::confirmed, .by = "probe"};
  const std::vector<probe_way> ways = ways_of(wanted);
  for (const probe_way& how : ways) {
    sighting one = co_await see_way(r, **made, how, stop, until);
    if (one.says != sighting::verdict::confirmed) co_return one;
    if (how.headers.empty()) all = std::move(one);
    else all.message += ", " + one.message;
  }
  co_return all;
}

}  // namespace leadsman::runner
