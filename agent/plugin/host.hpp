#pragma once

#include <boost/asio/thread_pool.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "plugin/channel.hpp"
#include "plugin/kind.hpp"
#include "plugin/registration.hpp"

namespace leadsman::plugin {

struct host_settings {
  std::string agent_version;
  std::map<std::string, std::string> environment{};  // the agent's own, out of which a registration names what is passed on
  channel_limits limits{};
  std::chrono::milliseconds first_delay{500};  // before it is started again after a fault; doubles with each further one
  std::chrono::milliseconds patience{2000};    // for its end, after its stdin was closed
};

// The plugins that the operator registered. Each is started when it is first called, after its folder has been held against
// the digest, and kept running; one call at a time, the others wait. Whatever a plugin does wrong fails the call that it did
// it in, with one error that names the plugin; it is killed for it and started again for the next call, after a delay that
// grows. Nothing that is wrong with a plugin is an error here before it is called.
class host {
 public:
  // `blocking` hashes the folders. Both outlive the host.
  host(asio::any_io_executor executor, asio::thread_pool& blocking, std::vector<registration> known, host_settings settings);
  ~host();

  const registration* find(std::string_view name) const;  // null when there is none of this name

  std::vector<std::string> names() const;

  // What `plugin` answers; `needed` is the kind that its manifest has to say it is, if that matters. Canceled, it ends at
  // once, and the plugin is killed. Errors: not_found (no such plugin or method, or its program is missing), refused (its
  // folder is not what was registered, or it says no), invalid_input (it does not take these params, or is of another kind),
  // timed_out, unavailable (it cannot do it now, it ended, or it broke the protocol), forbidden (not executable), canceled
  // (the host is shutting down).
  task<result<nlohmann::json>> call(std::optional<kind> needed, std::string plugin, std::string method, nlohmann::json params);

  // Closes the stdin of each, then SIGTERM, then SIGKILL; and starts none any more.
  task<void> shut_down();

 private:
  struct guest;
  asio::any_io_executor executor_;
  std::map<std::string, std::shared_ptr<guest>, std::less<>> guests_;
};

// How long to wait before a plugin is started that went wrong `faults` times without one good answer between: 0, first,
// 2 first, 4 first … at most 30 s.
std::chrono::milliseconds restart_delay(int faults, std::chrono::milliseconds first);

}  // namespace leadsman::plugin
