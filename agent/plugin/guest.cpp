#include "plugin/guest.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/text.hpp"
#include "plugin/rpc_failure.hpp"
#include "plugin/untrusted.hpp"

namespace leadsman::plugin {

using nlohmann::json;

namespace {

// Frees the turn however its holder ends.
class turn {
 public:
  turn(bool& busy, notifier& freed) : busy_(&busy), freed_(&freed) { *busy_ = true; }
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;
  ~turn() {
    *busy_ = false;
    freed_->notify();
  }

 private:
  bool* busy_;
  notifier* freed_;
};

// Kills unless told that all went well: the answer to a question that nobody waits for any more must not become the answer
// to the next one.
class kill_unless_answered {
 public:
  explicit kill_unless_answered(channel line) : line_(std::move(line)) {}
  kill_unless_answered(const kill_unless_answered&) = delete;
  kill_unless_answered& operator=(const kill_unless_answered&) = delete;
  ~kill_unless_answered() {
    if (!answered_) line_.kill();
  }
  void answered() { answered_ = true; }

 private:
  channel line_;
  bool answered_ = false;
};

// What the operator named, out of the agent's own environment.
std::map<std::string, std::string> variables_of(const registration& self, const std::map<std::string, std::string>& environment) {
  std::map<std::string, std::string> given;
  for (const std::string& name : self.environment) {
    if (const auto at = environment.find(name); at != environment.end()) given.insert(*at);
  }
  return given;
}

redactor hide_values(const std::map<std::string, std::string>& given) {
  std::vector<std::string> values;
  for (const auto& [ignored, value] : given) values.push_back(value);
  return redactor(values);
}

}  // namespace

host::guest::guest(asio::any_io_executor on, asio::thread_pool& pool, registration what, const host_settings& with)
    : self(std::move(what)), executor_(on), blocking_(&pool), settings_(with), given_(variables_of(self, with.environment)), secrets_(hide_values(given_)), freed_(on) {}

std::unexpected<error> host::guest::blame(const error& e) const {
  return fail(e.code, secrets_.redact(fmt::format("the plugin {} {}", self.name, e.message)));
}

void host::guest::log(std::string_view line) const { spdlog::info("plugin {}: {}", self.name, secrets_.redact(untrusted(line, 1000))); }

void host::guest::give_up(const error& why) {
  ++faults_;
  spdlog::warn("{}; it is ended", blame(why).error().message);
  if (line_) line_->kill();
  line_.reset();
}

task<result<answer>> host::guest::ask(std::string method, json params) {
  kill_unless_answered guard(*line_);
  line_->send(talk_.ask(method, params));
  auto receiving = line_->receive(self.timeout);
  const result<std::string> line = co_await std::move(receiving);
  if (!line) co_return fail(line.error().code, line.error().message + " when it was asked for " + method);
  result<answer> said = talk_.hear(*line);
  if (!said) co_return fail(errc::unavailable, said.error().message + " when it was asked for " + method);
  guard.answered();
  co_return said;
}

task<result<json>> host::guest::call_alone(std::optional<kind> needed, std::string method, json params) {
  auto running = be_running();
  LEADSMAN_CO_CHECK(co_await std::move(running));
  if (needed && std::ranges::find(about_.kinds, *needed) == about_.kinds.end()) {
    co_return fail(errc::invalid_input, fmt::format("is no {}: it is of the kinds {}", to_string(*needed), to_string(about_.kinds)));
  }
  auto asking = ask(method, std::move(params));
  result<answer> said = co_await std::move(asking);
  if (!said) {
    give_up(said.error());
    co_return fail(said.error());
  }
  faults_ = 0;
  if (const auto* no = std::get_if<rpc_error>(&*said)) co_return fail(to_error(method, *no));
  co_return std::move(std::get<json>(*said));
}

task<result<json>> host::guest::call(std::optional<kind> needed, std::string method, json params) {
  while (busy_) co_await freed_.wait_change(freed_.version(), std::chrono::hours(1));
  const turn mine(busy_, freed_);
  if (closing_) co_return blame({errc::canceled, "is not asked any more: the agent is stopping", {}});
  auto calling = call_alone(needed, std::move(method), std::move(params));
  result<json> said = co_await std::move(calling);
  if (!said) co_return blame(said.error());
  co_return said;
}

task<void> host::guest::shut_down() {
  closing_ = true;
  if (!line_) co_return;
  channel line = *line_;
  auto closing = line.close(settings_.patience);
  const auto ended = co_await std::move(closing);
  if (!ended) spdlog::warn("{}", blame(ended.error()).error().message);
}

}  // namespace leadsman::plugin
