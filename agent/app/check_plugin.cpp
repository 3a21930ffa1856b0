#include "app/check_plugin.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdio>

#include "plugin/check/check.hpp"

namespace leadsman::app {

int check_plugin(const std::string& folder) {
  asio::io_context io(1);
  const std::filesystem::path path = std::filesystem::absolute(folder).lexically_normal();
  plugin::report found;
  const auto body = [&]() -> task<void> {
    auto checking = plugin::check_plugin(path);
    found = co_await std::move(checking);
  };
  spawn(io.get_executor(), "plugin check", body);
  io.run();
  std::fputs(plugin::to_text(found, path).c_str(), stdout);
  return found.good() ? 0 : 1;
}

}  // namespace leadsman::app
