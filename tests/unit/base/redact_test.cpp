#include "base/redact.hpp"

#include <gtest/gtest.h>

namespace leadsman {
namespace {

constexpr const char* k_many_lines =
    "-----BEGIN KEY-----\nc2VudGluZWwgbGluZSBvbmU\nab\nc2VudGluZWwgbGluZSB0d28\n-----END KEY-----\n";

struct redact_case {
  const char* name;
  std::vector<std::string> secrets;
  const char* text;
  const char* expected;
};

TEST(Redactor, HidesEveryFormOfASecret) {
  const std::vector<redact_case> cases{
      {"plain", {"hunter22"}, "password is hunter22, yes hunter22", "password is ***, yes ***"},
      {"nothing to hide", {}, "hello", "hello"},
      {"too short to hide", {"abc"}, "abcabc", "abcabc"},
      {"one line of many", {k_many_lines}, "got c2VudGluZWwgbGluZSB0d28!", "got ***!"},
      {"the whole of many lines", {k_many_lines}, k_many_lines, "***"},
      {"short lines stay alone", {k_many_lines}, "about", "about"},
      {"base64", {"hunter22"}, "data: aHVudGVyMjI=", "data: ***"},
      {"base64 with a final newline", {"hunter22"}, "data: aHVudGVyMjIK", "data: ***"},
      {"inside JSON", {"pass\"word"}, R"({"p":"pass\"word"})", R"({"p":"***"})"},
      {"inside Go's JSON", {"a<b>&c"}, R"("a\u003cb\u003e\u0026c")", R"("***")"},
      {"the longer of two", {"token", "token-extended"}, "token-extended token", "*** ***"},
      {"overlapping ones together", {"abcdef", "defghi"}, "abcdefghi abcdef", "*** ***"},
      {"with spaces around it", {"  hunter22 \n"}, "x hunter22 y", "x *** y"},
      {"at the end, nearly", {"hunter22"}, "hunter2", "hunter2"},
  };
  for (const redact_case& c : cases) EXPECT_EQ(redactor(c.secrets).redact(c.text), c.expected) << c.name;
}

std::string in_pieces(const redactor& secrets, std::string_view text, size_t size) {
  redact_stream stream(secrets);
  std::string out;
  for (; !text.empty(); text.remove_prefix(std::min(size, text.size())))
    out += stream.push(text.substr(0, size));
  return out + stream.finish();
}

TEST(RedactStream, GivesTheSameWhereverTheTextIsCut) {
  const redactor secrets({"hunter22", "token", "token-extended", "abcdef", "defghi", k_many_lines});
  const std::string text = std::string("a hunter22 b token-extende token-extended abcdefghi defghabcdef ") +
                           k_many_lines + "aHVudGVyMjI= hunter2";
  const std::string whole = secrets.redact(text);
  EXPECT_EQ(whole, "a *** b ***-extende *** *** defgh*** ****** hunter2");
  for (size_t size = 1; size <= text.size(); ++size) ASSERT_EQ(in_pieces(secrets, text, size), whole) << size;
}

TEST(RedactStream, KeepsBackOnlyWhatMayBecomeASecret) {
  const redactor secrets({"hunter22"});
  redact_stream stream(secrets);
  EXPECT_EQ(stream.push("a line\nand hunt"), "a line\nand ");
  EXPECT_EQ(stream.push("ing\n"), "hunting\n");
}

}  // namespace
}  // namespace leadsman
