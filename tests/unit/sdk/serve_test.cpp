#include "plugins/sdk/serve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace leadsman::sdk {
namespace {

using testing::HasSubstr;

const identity k_self{"echo", "1.2.3", {"metric", "router"}};

const methods k_methods{
    {"say", [](const json& params) { return json{{"said", params.at("text")}}; }},
    {"down", [](const json&) -> json { throw failed("unreachable", "nobody answers at 127.0.0.1:9090"); }},
    {"break", [](const json&) -> json { throw std::runtime_error("out of order"); }},
    {"garble", [](const json&) -> json { return "\xff"; }},
};

json answer(std::string_view line) {
  const auto text = answer_line(k_self, k_methods, line);
  return text ? json::parse(*text) : json("no answer");
}

TEST(Serve, AnswersWithTheIdOfTheQuestion) {
  EXPECT_EQ(answer(R"({"jsonrpc":"2.0","id":7,"method":"say","params":{"text":"hi"}})"),
            json::parse(R"({"jsonrpc":"2.0","id":7,"result":{"said":"hi"}})"));
  EXPECT_EQ(answer(R"({"jsonrpc":"2.0","id":"a","method":"say","params":{"text":"hi"}})")["id"], "a");
}

TEST(Serve, IntroducesItself) {
  EXPECT_EQ(answer(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocol":1,"agent":"0.1.0"}})")["result"],
            json::parse(R"({"name":"echo","version":"1.2.3","kinds":["metric","router"],"protocol":1})"));
}

TEST(Serve, SpeaksNoOtherProtocol) {
  const json said = answer(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocol":2}})");
  EXPECT_EQ(said["error"]["code"], -32602);
  EXPECT_EQ(said["error"]["data"], json::parse(R"({"protocols":[1]})"));
}

struct wrong_line {
  const char* name;
  const char* line;
  int code;
};

class ServeRefuses : public testing::TestWithParam<wrong_line> {};

TEST_P(ServeRefuses, WithTheCodeOfJsonRpc) { EXPECT_EQ(answer(GetParam().line)["error"]["code"], GetParam().code); }

INSTANTIATE_TEST_SUITE_P(
    Lines, ServeRefuses,
    testing::Values(
        wrong_line{"NotJson", "{", -32700},
        wrong_line{"Nothing", "", -32700},
        wrong_line{"NotAnObject", "[]", -32600},
        wrong_line{"AnotherVersion", R"({"jsonrpc":"1.0","id":1,"method":"say"})", -32600},
        wrong_line{"NoMethod", R"({"jsonrpc":"2.0","id":1})", -32600},
        wrong_line{"AnIdThatIsNone", R"({"jsonrpc":"2.0","id":[],"method":"say"})", -32600},
        wrong_line{"UnknownMethod", R"({"jsonrpc":"2.0","id":1,"method":"sing"})", -32601},
        wrong_line{"ParamsAreAList", R"({"jsonrpc":"2.0","id":1,"method":"say","params":[]})", -32602},
        wrong_line{"ParamIsMissing", R"({"jsonrpc":"2.0","id":1,"method":"say","params":{}})", -32602},
        wrong_line{"TheMethodFails", R"({"jsonrpc":"2.0","id":1,"method":"down"})", -32000},
        wrong_line{"TheMethodIsBroken", R"({"jsonrpc":"2.0","id":1,"method":"break"})", -32603}),
    [](const auto& tested) { return tested.param.name; });

TEST(Serve, SaysWhatKindOfFailureItWas) {
  const json said = answer(R"({"jsonrpc":"2.0","id":1,"method":"down"})");
  EXPECT_EQ(said["error"]["data"]["kind"], "unreachable");
  EXPECT_THAT(said["error"]["message"], HasSubstr("127.0.0.1:9090"));
}

TEST(Serve, AnswersNoNotification) {
  EXPECT_EQ(answer(R"({"jsonrpc":"2.0","method":"say","params":{"text":"hi"}})"), "no answer");
  EXPECT_EQ(answer(R"({"jsonrpc":"2.0","method":"break"})"), "no answer");
}

TEST(Serve, MendsTextThatIsNotUtf8) { EXPECT_EQ(answer(R"({"jsonrpc":"2.0","id":1,"method":"garble"})")["result"], "\xEF\xBF\xBD"); }

TEST(Serve, AnswersLineByLineUntilItsInputEnds) {
  std::istringstream in("garbage\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"say\",\"params\":{\"text\":1}}\n");
  std::ostringstream out;
  EXPECT_EQ(serve(k_self, k_methods, in, out), 0);
  const std::string said = out.str();
  EXPECT_EQ(std::ranges::count(said, '\n'), 2);
  EXPECT_THAT(said, HasSubstr("-32700"));
  EXPECT_THAT(said, HasSubstr(R"({"said":1})"));
}

}  // namespace
}  // namespace leadsman::sdk
