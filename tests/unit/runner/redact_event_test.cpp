#include "runner/redact_event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "wire/events.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

model::event event_with(const json& data, std::string message = "") {
  return {.kind = model::event_kind::log, .message = std::move(message), .data = data.dump()};
}

json redacted(const std::vector<std::string>& secrets, const json& data) {
  return json::parse(redact_event(redactor(secrets), event_with(data)).data, nullptr, false);
}

struct data_case {
  const char* name;
  std::vector<std::string> secrets;
  json before;
  json after;
};

void PrintTo(const data_case& c, std::ostream* out) { *out << c.name; }

class DataOfAnEvent : public testing::TestWithParam<data_case> {};

TEST_P(DataOfAnEvent, IsRedactedAndStaysJson) { EXPECT_EQ(redacted(GetParam().secrets, GetParam().before), GetParam().after); }

INSTANTIATE_TEST_SUITE_P(
    RedactEvent, DataOfAnEvent,
    testing::Values(
        data_case{"ATextThatIsTheSecret", {"hunter2"}, {{"message", "hunter2"}}, {{"message", "***"}}},
        data_case{"ATextThatHoldsTheSecret", {"hunter2"}, {{"lines", {"login hunter2 failed", "bye"}}}, {{"lines", {"login *** failed", "bye"}}}},
        data_case{"DeepInside", {"hunter2"}, {{"workloads", {{{"pods", {{{"log", {"x hunter2"}}}}}}}}}, {{"workloads", {{{"pods", {{{"log", {"x ***"}}}}}}}}}},
        data_case{"OfSeveralLines", {"line one\nline two"}, {{"message", "key: line one\nline two."}}, {{"message", "key: ***."}}},
        data_case{"OneLineOfSeveral", {"line one\nline two"}, {{"lines", {"line one", "line two"}}}, {{"lines", {"***", "***"}}}},
        data_case{"WithQuotesAndBackslashes", {R"(pa"ss\word)"}, {{"message", R"(is pa"ss\word!)"}}, {{"message", "is ***!"}}},
        data_case{"InJsonInsideAText", {R"(pa"ss)"}, {{"message", R"({"password":"pa\"ss"})"}}, {{"message", R"({"password":"***"})"}}},
        data_case{"InBase64", {"hunter2"}, {{"message", "data: aHVudGVyMg=="}}, {{"message", "data: ***"}}},
        // Passwords that people really have, in charts for development most of all.
        data_case{"TrueIsNoTextHere", {"true"}, {{"ok", true}, {"message", "is true"}}, {{"ok", true}, {"message", "is ***"}}},
        data_case{"NullIsNoTextHere", {"null"}, {{"revision", nullptr}, {"message", "null"}}, {{"revision", nullptr}, {"message", "***"}}},
        data_case{"ANumberIsNoTextHere", {"1234"}, {{"duration_ms", 12345}, {"message", "12345"}}, {{"duration_ms", 12345}, {"message", "***5"}}},
        data_case{"AKeyIsNoTextHere", {"message", "name"}, {{"name", "x"}, {"message", "the name"}}, {{"name", "x"}, {"message", "the ***"}}},
        data_case{"AStepsNameIsTheProductsOwnWord", {"test"}, {{"step", "test"}, {"test", "test"}}, {{"step", "test"}, {"test", "***"}}},
        data_case{"ATimeIsTheProductsOwnWord", {"2026"}, {{"at", "2026-11-21T12:00:00.000Z"}, {"since", "2026"}}, {{"at", "2026-11-21T12:00:00.000Z"}, {"since", "***"}}},
        data_case{"AnotherTextUnderAnOwnKeyIsNone", {"hunter2"}, {{"mode", "hunter2"}, {"at", "hunter2"}, {"kind", "hunter2"}}, {{"mode", "***"}, {"at", "***"}, {"kind", "***"}}},
        data_case{"NothingToHide", {"hunter2"}, {{"message", "fine"}, {"revision", 3}}, {{"message", "fine"}, {"revision", 3}}}),
    [](const auto& tested) { return std::string(tested.param.name); });

// The client decides by these; every word of them has to arrive, whatever the secrets are.
TEST(RedactEvent, HowADeploymentEndedIsReadableWhateverTheSecretsAre) {
  std::vector<std::string> every_word;
  for (const auto& [text, value] : model::k_phase) every_word.emplace_back(text);
  for (const auto& [text, value] : model::k_rollback_outcome) every_word.emplace_back(text);
  for (const auto& [text, value] : model::k_step_kind) every_word.emplace_back(text);
  for (const auto& [text, value] : model::k_step_status) every_word.emplace_back(text);
  const redactor secrets(every_word);
  for (const auto& [text, value] : model::k_phase) {
    wire::finished ended;
    ended.phase = value;
    ended.rollback = model::rollback_outcome::failed;
    const auto read = wire::parse<wire::finished>(json::parse(redact_event(secrets, event_with(ended)).data));
    ASSERT_TRUE(read) << text << ": " << read.error().message;
    EXPECT_EQ(read->phase, value);
    EXPECT_EQ(read->rollback, model::rollback_outcome::failed);
  }
  for (const auto& [text, value] : model::k_step_kind) {
    wire::step_change change;
    change.step = value;
    const auto read = wire::parse<wire::step_change>(json::parse(redact_event(secrets, event_with(change)).data));
    ASSERT_TRUE(read) << text << ": " << read.error().message;
    EXPECT_EQ(read->step, value);
  }
}

TEST(RedactEvent, HidesSecretsInTheMessage) {
  EXPECT_EQ(redact_event(redactor({"hunter2"}), event_with(json::object(), "the password is hunter2")).message, "the password is ***");
}

TEST(RedactEvent, KeepsEverythingElse) {
  model::event e = event_with({{"a", 1}});
  e.seq = 7;
  e.at = wall_time(std::chrono::milliseconds(5));
  EXPECT_EQ(redact_event(redactor({"hunter2"}), e), e);
  e.data = "";
  EXPECT_EQ(redact_event(redactor({"hunter2"}), e), e);
}

TEST(RedactEvent, DataThatIsNoJsonIsRedactedAsText) {
  model::event e;
  e.data = "{ hunter2";
  EXPECT_EQ(redact_event(redactor({"hunter2"}), e).data, "{ ***");
}

TEST(RedactEvent, ASecretOfBytesThatCutsACharacterLeavesValidJson) {
  const std::string letters = "abc\xc3";  // ends with the first half of "ë"
  const model::event told = redact_event(redactor({letters}), event_with({{"message", "abc\xc3\xab!"}}));
  const json read = json::parse(told.data, nullptr, false);
  ASSERT_FALSE(read.is_discarded()) << told.data;
  EXPECT_THAT(read["message"].get<std::string>(), testing::StartsWith("***"));
}

}  // namespace
}  // namespace leadsman::runner
