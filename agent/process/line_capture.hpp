#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace leadsman::process {

// Cuts a stream of bytes into lines and keeps the newest of it within a limit.
class line_capture {
 public:
  line_capture(size_t kept_bytes, size_t line_bytes, std::function<void(std::string_view)> on_line, std::function<void()> on_long_line = {});

  void feed(std::string_view bytes);
  void finish();  // the last line, when it has no end
  void stop();    // lets go of on_line and on_long_line, for when nothing more is to come

  std::string_view kept() const { return std::string_view(kept_).substr(kept_from_); }
  bool truncated() const { return truncated_; }

 private:
  void keep(std::string_view bytes);
  void add(std::string_view part);  // to the current line
  void end_line();

  size_t kept_bytes_;
  size_t line_bytes_;
  std::function<void(std::string_view)> on_line_;
  std::function<void()> on_long_line_;
  std::string kept_;       // up to twice the limit, so that dropping is rare
  size_t kept_from_ = 0;
  std::string line_;       // what has come of the current line, cut at the limit
  bool has_line_ = false;  // something has come of it, even if nothing was kept
  bool is_long_ = false;   // the current line was cut
  bool truncated_ = false;
};

}  // namespace leadsman::process
