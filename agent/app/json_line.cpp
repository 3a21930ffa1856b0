#include "app/json_line.hpp"

#include <nlohmann/json.hpp>

#include "base/clock.hpp"

namespace leadsman::app {

void json_line::format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) {
  const auto at = std::chrono::time_point_cast<std::chrono::milliseconds>(message.time);
  const nlohmann::json line{{"time", format_rfc3339(at)},
                            {"level", std::string(spdlog::level::to_string_view(message.level).data())},
                            {"message", std::string(message.payload.data(), message.payload.size())}};
  const std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  out.append(text.data(), text.data() + text.size());
}

std::unique_ptr<spdlog::formatter> json_line::clone() const { return std::make_unique<json_line>(); }

}  // namespace leadsman::app
