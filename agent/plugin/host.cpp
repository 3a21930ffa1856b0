#include "plugin/host.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "async/task_group.hpp"
#include "base/text.hpp"
#include "plugin/guest.hpp"

namespace leadsman::plugin {

using nlohmann::json;

namespace {

constexpr std::chrono::milliseconds k_longest_delay = std::chrono::seconds(30);
constexpr int k_most_doublings = 16;

error no_such_plugin(const std::string& name, const std::vector<std::string>& known) {
  const std::string cut = truncate(name, 60);
  if (known.empty()) return {errc::not_found, fmt::format("there is no plugin {}: the agent has none", cut), {}};
  return {errc::not_found, fmt::format("there is no plugin {}; the agent has {}", cut, join(known, ", ")), {}};
}

}  // namespace

std::chrono::milliseconds restart_delay(int faults, std::chrono::milliseconds first) {
  if (faults <= 0) return std::chrono::milliseconds(0);
  return std::min(first * (1 << std::min(faults - 1, k_most_doublings)), k_longest_delay);
}

host::host(asio::any_io_executor executor, asio::thread_pool& blocking, std::vector<registration> known, host_settings settings)
    : executor_(executor) {
  for (registration& each : known) {
    const std::string name = each.name;
    guests_.emplace(name, std::make_shared<guest>(executor, blocking, std::move(each), settings));
  }
}

host::~host() = default;

const registration* host::find(std::string_view name) const {
  const auto at = guests_.find(name);
  return at == guests_.end() ? nullptr : &at->second->self;
}

std::vector<std::string> host::names() const {
  std::vector<std::string> out;
  for (const auto& [name, ignored] : guests_) out.push_back(name);
  return out;
}

// The guest is kept: the host may go while a call is being unwound.
task<result<json>> host::call(std::optional<kind> needed, std::string plugin, std::string method, json params) {
  const auto at = guests_.find(plugin);
  if (at == guests_.end()) co_return fail(no_such_plugin(plugin, names()));
  const std::shared_ptr<guest> kept = at->second;
  auto calling = kept->call(needed, std::move(method), std::move(params));
  co_return co_await std::move(calling);
}

task<void> host::shut_down() {
  task_group all(executor_);
  for (const auto& [name, each] : guests_) {
    all.spawn("end of the plugin " + name, [kept = each] { return kept->shut_down(); });
  }
  co_await all.join();
}

}  // namespace leadsman::plugin
