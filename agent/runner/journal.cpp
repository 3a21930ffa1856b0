#include "runner/journal.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "runner/redact_event.hpp"

namespace leadsman::runner {

using namespace std::chrono_literals;

model::event make_event(model::event_kind kind, std::string message, const nlohmann::json& data) {
  model::event e;
  e.at = leadsman::now();
  e.kind = kind;
  e.message = std::move(message);
  // What a pod printed may be no UTF-8; JSON has to be.
  if (!data.is_null()) e.data = data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return e;
}

namespace {

// The first event of `what`: that, and for how long, saving it had to wait.
void note_wait(store::change& what, const std::string& trouble, std::chrono::steady_clock::duration waited) {
  const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(waited);
  what.events.front() = make_event(model::event_kind::warning, "waited " + format_duration(span) + " for the agent's volume, which takes what is saved again: " + trouble);
}

}  // namespace

journal::journal(store::store& store, followers& audience, model::deployment deployment)
    : store_(store), audience_(audience), deployment_(std::move(deployment)) {}

void journal::redact(store::change& what) const {
  if (secrets_.empty()) return;
  for (model::event& e : what.events) e = redact_event(secrets_, std::move(e));
  if (what.state) what.state->message = secrets_.redact(what.state->message);
  if (what.step) what.step->message = secrets_.redact(what.step->message);
}

void journal::apply(const store::change& what, uint64_t last_seq) {
  if (what.state) deployment_.state = *what.state;
  if (what.plan) deployment_.plan = *what.plan;
  if (what.cancel) deployment_.cancel = what.cancel;
  if (what.clear_cancel) deployment_.cancel.reset();
  if (what.promote) deployment_.promote = what.promote;
  if (what.clear_promote) deployment_.promote.reset();
  if (what.started_at) deployment_.started_at = what.started_at;
  if (what.finished_at) deployment_.finished_at = what.finished_at;
  if (last_seq > 0) deployment_.last_seq = last_seq;
  if (!what.step) return;
  const auto same = std::ranges::find_if(deployment_.steps, [&](const model::step_record& s) {
    return s.kind == what.step->kind && s.attempt == what.step->attempt;
  });
  if (same == deployment_.steps.end()) deployment_.steps.push_back(*what.step);
  else *same = *what.step;
}

task<result<void>> journal::save(store::change what) {
  redact(what);
  const auto began = std::chrono::steady_clock::now();
  std::string trouble;
  for (auto wait = 100ms;; wait = std::min<std::chrono::milliseconds>(wait * 2, 5s)) {
    if (!trouble.empty()) note_wait(what, trouble, std::chrono::steady_clock::now() - began);
    auto saved = co_await store_.save(deployment_.id, what);
    if (saved) {
      apply(what, saved->empty() ? 0 : saved->back().seq);
      audience_.publish(deployment_.id, *saved);
      co_return result<void>{};
    }
    if (saved.error().code != errc::unavailable || giving_up_) co_return fail(saved.error());
    if (trouble.empty()) what.events.emplace(what.events.begin());
    trouble = saved.error().message;
    spdlog::error("deployment {}: cannot save ({}); trying again in {} ms", deployment_.id, saved.error().message,
                  wait.count());
    co_await sleep_for(wait);
  }
}

task<result<void>> journal::tell(model::event_kind kind, std::string message, nlohmann::json data) {
  store::change what;
  what.events.push_back(make_event(kind, std::move(message), data));
  co_return co_await save(std::move(what));
}

}  // namespace leadsman::runner
