#include "action/client/follow.hpp"

#include <fmt/format.h>

#include "action/client/backoff.hpp"
#include "base/clock.hpp"
#include "net/sse_parser.hpp"
#include "wire/events.hpp"
#include "wire/problem.hpp"

namespace leadsman::action {

namespace {

using clock = std::chrono::steady_clock;

bool is_worth_another_try(errc code) {
  return code == errc::unavailable || code == errc::timed_out || code == errc::internal || code == errc::too_large;
}

class follower {
 public:
  follower(api& agent, std::string id, view& out, follow_settings settings)
      : agent_(agent), id_(std::move(id)), out_(out), settings_(std::move(settings)) {}

  task<result<ended>> run();

 private:
  task<result<void>> read_once();   // one connection; returns when it is over
  result<void> take(const net::sse_event& incoming);
  task<result<ended>> ask_how_it_ended();
  error give_up(const error& why) const;

  api& agent_;
  std::string id_;
  view& out_;
  follow_settings settings_;
  uint64_t last_seq_ = 0;
  std::optional<ended> end_;
  bool stream_ended_ = false;
  bool lost_ = false;  // said, and not yet found again
  clock::time_point heard_at_ = clock::now();
};

result<void> follower::take(const net::sse_event& incoming) {
  if (incoming.heartbeat) return {};
  if (incoming.event == "end") {
    stream_ended_ = true;
    return {};
  }
  const auto value = nlohmann::json::parse(incoming.data, nullptr, false);
  if (incoming.event == "error") return fail(wire::parse_problem(incoming.data, 503));
  const uint64_t seq = value.is_object() && value.contains("seq") && value["seq"].is_number_unsigned() ? value["seq"].get<uint64_t>() : 0;
  if (seq <= last_seq_) return {};
  if (seq != last_seq_ + 1) return fail(errc::unavailable, "an event is missing in the stream");
  last_seq_ = seq;
  const auto event = wire::parse<model::event>(value);
  // A newer agent may say something that this client does not know: the rest is still worth showing.
  if (!event) return {};
  out_.show(*event);
  if (settings_.on_event) settings_.on_event(*event);
  if (event->kind != model::event_kind::finished) return {};
  const auto data = nlohmann::json::parse(event->data, nullptr, false);
  if (const auto finished = wire::parse<wire::finished>(data)) end_ = ended{finished->phase, finished->rollback};
  return {};
}

task<result<void>> follower::read_once() {
  auto opening = agent_.open_events(id_, last_seq_);
  LEADSMAN_CO_TRY(const auto stream, co_await std::move(opening));
  net::sse_parser parser;
  while (!stream_ended_) {
    auto reading = stream->read_some(settings_.read_deadline);
    LEADSMAN_CO_TRY(const auto chunk, co_await std::move(reading));
    if (!chunk) co_return fail(errc::unavailable, "the agent ended the connection");
    heard_at_ = clock::now();
    if (std::exchange(lost_, false)) out_.notice("connected again");
    for (const net::sse_event& incoming : parser.feed(*chunk)) LEADSMAN_CO_CHECK(take(incoming));
    if (parser.overflowed()) co_return fail(errc::too_large, "the agent sent an event that is too large");
  }
  co_return result<void>();
}

error follower::give_up(const error& why) const {
  const std::string waited = format_duration(settings_.patience);
  return {errc::unavailable, fmt::format("the agent has not been heard of for {} ({}); the deployment does not depend on this "
                                         "client and may go on. Follow it later with: leadsman follow {}", waited, why.message, id_)};
}

task<result<ended>> follower::ask_how_it_ended() {
  auto asking = agent_.find(id_);
  LEADSMAN_CO_TRY(const model::deployment found, co_await std::move(asking));
  if (!model::is_final(found.state.phase)) co_return fail(errc::internal, "the agent ended the stream of a deployment that has not ended");
  co_return ended{found.state.phase, found.state.rollback};
}

task<result<ended>> follower::run() {
  for (int tries = 0;; ++tries) {
    const clock::time_point heard_before = heard_at_;
    auto reading = read_once();
    const result<void> outcome = co_await std::move(reading);
    if (end_) co_return *end_;
    if (outcome) break;
    if (heard_at_ != heard_before) tries = 0;
    const error& why = outcome.error();
    if (!is_worth_another_try(why.code)) co_return fail(why);
    if (settings_.check_agent) LEADSMAN_CO_CHECK(settings_.check_agent());
    if (clock::now() - heard_at_ > settings_.patience) co_return fail(give_up(why));
    if (tries == 1 && !std::exchange(lost_, true)) out_.notice("connection lost (" + why.message + "); trying again");
    co_await sleep_for(backoff_delay(tries, random_unit()));
  }
  auto asking = ask_how_it_ended();
  co_return co_await std::move(asking);
}

}  // namespace

task<result<ended>> follow(api& agent, std::string id, view& out, follow_settings settings) {
  follower f(agent, std::move(id), out, std::move(settings));
  auto running = f.run();
  co_return co_await std::move(running);
}

}  // namespace leadsman::action
