#include "plugin/dialogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin/rpc_failure.hpp"

namespace leadsman::plugin {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string complaint(std::string_view line) {
  dialogue talk;
  talk.ask("x", json::object());
  const auto heard = talk.hear(line);
  return heard ? "none" : heard.error().message;
}

TEST(Dialogue, NumbersItsQuestions) {
  dialogue talk;
  EXPECT_EQ(json::parse(talk.ask("first", {{"a", 1}})), json::parse(R"({"jsonrpc": "2.0", "id": 1, "method": "first", "params": {"a": 1}})"));
  EXPECT_EQ(json::parse(talk.ask("second", json::object()))["id"], 2);
}

TEST(Dialogue, HearsResultsAndErrors) {
  dialogue talk;
  talk.ask("x", json::object());
  EXPECT_EQ(std::get<json>(talk.hear(R"({"jsonrpc":"2.0","id":1,"result":null})").value()), nullptr);
  talk.ask("x", json::object());
  const auto said = talk.hear(R"({"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"no","data":[1]}})").value();
  EXPECT_EQ(std::get<rpc_error>(said).code, k_invalid_params);
  EXPECT_EQ(std::get<rpc_error>(said).data, json::array({1}));
}

TEST(Dialogue, HearsNothingUnasked) {
  dialogue talk;
  EXPECT_THAT(talk.hear("{}").error().message, HasSubstr("spoke without being asked: '{}'"));
  talk.ask("x", json::object());
  const std::string answer = R"({"jsonrpc":"2.0","id":1,"result":1})";
  EXPECT_TRUE(talk.hear(answer));
  EXPECT_FALSE(talk.hear(answer)) << "once is enough";
}

struct bad_line {
  const char* name;
  std::string line;
  const char* said;
};

class DialogueRefuses : public testing::TestWithParam<bad_line> {};

TEST_P(DialogueRefuses, WithASentence) { EXPECT_THAT(complaint(GetParam().line), HasSubstr(GetParam().said)); }

INSTANTIATE_TEST_SUITE_P(
    Lines, DialogueRefuses,
    testing::Values(bad_line{"NoJson", "Hello", "not JSON: 'Hello'"},
                    bad_line{"ControlCharacters", "\x1b[31mred", "not JSON: ' [31mred'"},
                    bad_line{"NoUtf8", "\xff\xfe", "not JSON"},
                    bad_line{"VeryLong", std::string(5000, 'x'), "xxx…'"},
                    bad_line{"Deep", std::string(129, '[') + std::string(129, ']'), "nested more than 128 deep"},
                    bad_line{"NoObject", "[]", "the id null, expected 1"},
                    bad_line{"AnotherId", R"({"jsonrpc":"2.0","id":"1","result":1})", "the id \"1\", expected 1"},
                    bad_line{"AnotherVersion", R"({"id":1,"result":1})", "no answer of JSON-RPC 2.0"},
                    bad_line{"NoResult", R"({"jsonrpc":"2.0","id":1})", "neither a result nor an error"},
                    bad_line{"AnErrorWithoutACode", R"({"jsonrpc":"2.0","id":1,"error":"no"})", "no code and message"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Dialogue, CountsNoBracketsInTexts) {
  EXPECT_EQ(complaint(R"({"jsonrpc":"2.0","id":1,"result":")" + std::string(500, '[') + R"(\"{"})"), "none");
}

TEST(RpcFailure, BecomesAnErrorOfItsKind) {
  const auto code_of = [](int64_t code, json data) { return to_error("x", {code, "m", std::move(data)}).code; };
  EXPECT_EQ(code_of(k_method_not_found, nullptr), errc::not_found);
  EXPECT_EQ(code_of(k_invalid_params, nullptr), errc::invalid_input);
  EXPECT_EQ(code_of(-32000, {{"kind", "unreachable"}}), errc::unavailable);
  EXPECT_EQ(code_of(-32000, {{"kind", "invalid_query"}}), errc::invalid_input);
  EXPECT_EQ(code_of(-32000, {{"kind", "rejected"}}), errc::refused);
  EXPECT_EQ(code_of(-32000, "text"), errc::unavailable);
  EXPECT_EQ(wrong_answer({errc::invalid_input, "is missing", "series"}), (error{errc::unavailable, "gave a wrong answer: series: is missing", {}}));
  EXPECT_EQ(wrong_answer({errc::timed_out, "m", {}}).code, errc::timed_out);
  EXPECT_EQ(to_error("metric.query", {-32000, "line\nbreak", nullptr}).message, "says no to metric.query: line break");
}

}  // namespace
}  // namespace leadsman::plugin
