#pragma once

#include <boost/asio/thread_pool.hpp>
#include <optional>
#include <string>

#include "async/notifier.hpp"
#include "base/redact.hpp"
#include "plugin/channel.hpp"
#include "plugin/dialogue.hpp"
#include "plugin/host.hpp"
#include "plugin/manifest.hpp"

namespace leadsman::plugin {

// One plugin of the host, running or not. One question at a time: whoever asks holds the turn.
struct host::guest {
  guest(asio::any_io_executor on, asio::thread_pool& pool, registration what, const host_settings& with);

  task<result<nlohmann::json>> call(std::optional<kind> needed, std::string method, nlohmann::json params);
  task<void> shut_down();

  registration self;

 private:
  // Errors of these are sentences without their subject; call() puts the plugin's name before them.
  task<result<void>> be_running();
  task<result<void>> start();
  task<result<answer>> ask(std::string method, nlohmann::json params);
  task<result<void>> shake_hands();
  task<result<nlohmann::json>> call_alone(std::optional<kind> needed, std::string method, nlohmann::json params);
  void give_up(const error& why);  // kills it, and counts
  void log(std::string_view line) const;
  std::unexpected<error> blame(const error& e) const;

  asio::any_io_executor executor_;
  asio::thread_pool* blocking_;
  host_settings settings_;
  std::map<std::string, std::string> given_;  // variables that the operator lets it have
  redactor secrets_;                          // their values
  notifier freed_;
  bool busy_ = false;
  bool closing_ = false;
  int faults_ = 0;  // since its last good answer
  manifest about_;
  std::optional<channel> line_;
  dialogue talk_;
};

}  // namespace leadsman::plugin
