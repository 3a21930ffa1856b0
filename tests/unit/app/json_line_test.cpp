#include "app/json_line.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spdlog/details/log_msg.h>

namespace leadsman::app {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

std::string formatted(std::string_view message, spdlog::level::level_enum level = spdlog::level::info) {
  const spdlog::log_clock::time_point at{std::chrono::duration_cast<spdlog::log_clock::duration>(1'795'262'400'123'999us)};
  const spdlog::details::log_msg said(at, spdlog::source_loc{}, "leadsman", level, spdlog::string_view_t(message.data(), message.size()));
  spdlog::memory_buf_t out;
  json_line().format(said, out);
  return {out.data(), out.size()};
}

TEST(JsonLine, IsOneObjectOnOneLine) {
  EXPECT_EQ(formatted("listening on 127.0.0.1:8080"), R"({"level":"info","message":"listening on 127.0.0.1:8080","time":"2026-11-21T12:00:00.123Z"})" "\n");
}

TEST(JsonLine, StaysOneLineWhateverIsSaid) {
  for (const std::string& said : {std::string("two\nlines"), std::string("\"}\n{\"level\":\"info\""), std::string("\r\t\x1b[31m"), std::string("null\0byte", 9), std::string()}) {
    const std::string line = formatted(said);
    EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
    EXPECT_EQ(json::parse(line)["message"], said);
  }
}

TEST(JsonLine, IsValidWhateverBytesAreSaid) {
  const json read = json::parse(formatted("pod said \xff\xfe!"), nullptr, false);
  ASSERT_FALSE(read.is_discarded());
  EXPECT_TRUE(read["message"].get<std::string>().starts_with("pod said "));
}

TEST(JsonLine, NamesTheLevel) {
  EXPECT_EQ(json::parse(formatted("x", spdlog::level::warn))["level"], "warning");
  EXPECT_EQ(json::parse(formatted("x", spdlog::level::err))["level"], "error");
  EXPECT_EQ(json::parse(formatted("x", spdlog::level::debug))["level"], "debug");
}

TEST(JsonLine, ItsCloneWritesTheSame) {
  const spdlog::details::log_msg said(spdlog::source_loc{}, "leadsman", spdlog::level::info, "hello");
  spdlog::memory_buf_t one, two;
  json_line original;
  original.format(said, one);
  original.clone()->format(said, two);
  EXPECT_EQ(std::string(one.data(), one.size()), std::string(two.data(), two.size()));
}

}  // namespace
}  // namespace leadsman::app
