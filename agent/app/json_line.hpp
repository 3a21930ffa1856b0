#pragma once

#include <spdlog/formatter.h>

namespace leadsman::app {

// One JSON object a line: {"level", "message", "time"}. Valid JSON whatever bytes the message holds.
class json_line : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override;
  std::unique_ptr<spdlog::formatter> clone() const override;
};

}  // namespace leadsman::app
