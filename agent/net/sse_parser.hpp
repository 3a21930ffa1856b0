#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadsman::net {

struct sse_event {
  std::string id{};             // the last id seen so far, as the standard has it
  std::string event{};          // empty means "message"
  std::string data{};           // lines joined by '\n'
  bool heartbeat = false;       // a comment line: nothing happened, but the server lives

  friend bool operator==(const sse_event&, const sse_event&) = default;
};

// Server-sent events (WHATWG HTML §9.2) from chunks of any size.
class sse_parser {
 public:
  // What became complete with this chunk, oldest first.
  std::vector<sse_event> feed(std::string_view chunk);

  const std::string& last_id() const { return last_id_; }                            // for Last-Event-ID
  std::optional<std::chrono::milliseconds> retry() const { return retry_; }          // the server's wish, if it had one
  bool overflowed() const { return overflowed_; }  // an event larger than k_limit was dropped

  static constexpr size_t k_limit = 8 * 1024 * 1024;

 private:
  void take_line(std::string_view line, std::vector<sse_event>& events);
  void take_field(std::string_view name, std::string_view value);

  std::string line_;
  bool after_cr_ = false;
  bool first_line_ = true;
  bool overflowed_ = false;
  std::string data_;
  bool has_data_ = false;
  std::string event_;
  std::string last_id_;
  std::optional<std::chrono::milliseconds> retry_;
};

}  // namespace leadsman::net
