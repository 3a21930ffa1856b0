#include "process/line_capture.hpp"

namespace leadsman::process {

line_capture::line_capture(size_t kept_bytes, size_t line_bytes, std::function<void(std::string_view)> on_line, std::function<void()> on_long_line)
    : kept_bytes_(kept_bytes), line_bytes_(line_bytes), on_line_(std::move(on_line)), on_long_line_(std::move(on_long_line)) {}

void line_capture::keep(std::string_view bytes) {
  kept_ += bytes;
  if (kept_.size() <= kept_bytes_) return;
  truncated_ = true;
  kept_from_ = kept_.size() - kept_bytes_;
  if (kept_from_ < kept_bytes_ + 1) return;
  kept_.erase(0, kept_from_);
  kept_from_ = 0;
}

void line_capture::end_line() {
  if (line_.ends_with('\r')) line_.pop_back();
  if (on_line_) on_line_(line_);
  line_.clear();
  has_line_ = false;
  is_long_ = false;
}

void line_capture::add(std::string_view part) {
  const size_t room = line_bytes_ - line_.size();
  line_ += part.substr(0, room);
  has_line_ = true;
  if (part.size() <= room || is_long_) return;
  is_long_ = true;
  if (on_long_line_) on_long_line_();
}

void line_capture::feed(std::string_view bytes) {
  keep(bytes);
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    add(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    end_line();
    bytes.remove_prefix(end + 1);
  }
}

void line_capture::stop() {
  on_line_ = {};
  on_long_line_ = {};
}

void line_capture::finish() {
  if (has_line_) end_line();
}

}  // namespace leadsman::process
