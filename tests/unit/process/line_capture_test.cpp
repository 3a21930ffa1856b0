#include "process/line_capture.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace leadsman::process {
namespace {

struct heard_lines {
  std::vector<std::string> lines;
  line_capture capture;
  heard_lines(size_t kept, size_t line) : capture(kept, line, [this](std::string_view text) { lines.emplace_back(text); }) {}
};

TEST(LineCapture, JoinsWhatArrivesInPieces) {
  heard_lines heard(100, 100);
  for (const char* piece : {"on", "e\nt", "wo\r\n", "\nlast"}) heard.capture.feed(piece);
  heard.capture.finish();
  EXPECT_EQ(heard.lines, (std::vector<std::string>{"one", "two", "", "last"}));
  EXPECT_EQ(heard.capture.kept(), "one\ntwo\r\n\nlast");
  EXPECT_FALSE(heard.capture.truncated());
}

TEST(LineCapture, CutsLongLinesAndGoesOnWithTheNext) {
  heard_lines heard(1000, 4);
  heard.capture.feed("abcdefgh");
  heard.capture.feed("ijk\nxy\n");
  EXPECT_EQ(heard.lines, (std::vector<std::string>{"abcd", "xy"}));
}

TEST(LineCapture, TellsOfALongLineBeforeItsEndAndOnce) {
  int told = 0;
  line_capture capture(1000, 4, {}, [&] { ++told; });
  capture.feed("abcd");
  EXPECT_EQ(told, 0);
  for (const char* piece : {"e", "fgh", "ijk"}) capture.feed(piece);
  EXPECT_EQ(told, 1);
  capture.feed("\nabcd\nabcde\n");
  EXPECT_EQ(told, 2);
}

TEST(LineCapture, KeepsTheNewestBytesWithinTheLimit) {
  heard_lines heard(10, 100);
  for (int i = 0; i < 1000; ++i) heard.capture.feed("line " + std::to_string(i) + "\n");
  EXPECT_EQ(heard.capture.kept(), "\nline 999\n");
  EXPECT_TRUE(heard.capture.truncated());
  EXPECT_EQ(heard.lines.size(), 1000U);
}

TEST(LineCapture, SaysNothingForNoOutput) {
  heard_lines heard(10, 10);
  heard.capture.finish();
  EXPECT_TRUE(heard.lines.empty());
}

}  // namespace
}  // namespace leadsman::process
