#pragma once

#include <optional>
#include <string>

#include "plugin/channel.hpp"
#include "plugin/check/check.hpp"
#include "plugin/dialogue.hpp"

namespace leadsman::plugin {

// One start of the plugin under test, and what is asked of it in raw lines, which a host would never send.
class conversation {
 public:
  static result<conversation> open(asio::any_io_executor executor, std::filesystem::path folder, const manifest& about);

  // The answer to a line with that id. Errors: a sentence whose subject is the plugin.
  task<result<answer>> exchange(std::string line, nlohmann::json id);
  task<result<answer>> ask(std::string method, nlohmann::json params);
  task<result<void>> shake_hands(manifest about);
  // Errors: it said something within a moment.
  task<result<void>> keep_silent();
  task<result<void>> notify(std::string method);  // a question without an id: errors as keep_silent()
  task<result<void>> end();
  const std::string& last_words() const { return *log_; }  // of its stderr

 private:
  conversation(channel line, std::shared_ptr<std::string> log) : line_(std::move(line)), log_(std::move(log)) {}

  channel line_;
  std::shared_ptr<std::string> log_;
  int asked_ = 0;
};

}  // namespace leadsman::plugin
