#include "process/line_capture.hpp"

#include <algorithm>

namespace leadsman::process {

line_capture::line_capture(size_t kept_bytes, size_t line_bytes, std::function<void(std::string_view)> on_line)
    : kept_bytes_(kept_bytes), line_bytes_(line_bytes), on_line_(std::move(on_line)) {}

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
}

void line_capture::feed(std::string_view bytes) {
  keep(bytes);
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    line_ += part.substr(0, line_bytes_ - std::min(line_bytes_, line_.size()));
    has_line_ = true;
    if (end == std::string_view::npos) return;
    end_line();
    bytes.remove_prefix(end + 1);
  }
}

void line_capture::finish() {
  if (has_line_) end_line();
}

}  // namespace leadsman::process
