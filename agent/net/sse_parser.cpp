#include "net/sse_parser.hpp"

#include <charconv>

namespace leadsman::net {

std::vector<sse_event> sse_parser::feed(std::string_view chunk) {
  std::vector<sse_event> events;
  while (!chunk.empty()) {
    if (after_cr_ && chunk.front() == '\n') chunk.remove_prefix(1);  // the second half of CRLF
    after_cr_ = false;
    const size_t end = chunk.find_first_of("\r\n");
    line_ += chunk.substr(0, end);
    if (line_.size() > k_limit) overflowed_ = true, line_.clear();
    if (end == std::string_view::npos) break;
    after_cr_ = chunk[end] == '\r';
    chunk.remove_prefix(end + 1);
    const std::string line = std::exchange(line_, {});
    take_line(line, events);
  }
  return events;
}

void sse_parser::take_line(std::string_view line, std::vector<sse_event>& events) {
  if (std::exchange(first_line_, false) && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  if (line.empty()) {
    if (has_data_) events.push_back({last_id_, event_, std::exchange(data_, {}), false});
    has_data_ = false;
    event_.clear();
    return;
  }
  const size_t colon = line.find(':');
  if (colon == 0) {
    events.push_back({last_id_, {}, std::string(line.substr(line.starts_with(": ") ? 2 : 1)), true});
    return;
  }
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  take_field(line.substr(0, colon), value);
}

void sse_parser::take_field(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (has_data_) data_ += '\n';
    has_data_ = true;
    data_ += value;
    if (data_.size() > k_limit) overflowed_ = true, data_.clear();
  } else if (name == "event") {
    event_ = value;
  } else if (name == "id") {
    if (value.find('\0') == std::string_view::npos) last_id_ = value;
  } else if (name == "retry") {
    int64_t milliseconds = 0;
    const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), milliseconds);
    if (failure == std::errc() && end == value.data() + value.size() && milliseconds >= 0) {
      retry_ = std::chrono::milliseconds(milliseconds);
    }
  }
}

}  // namespace leadsman::net
