#include "runner/plan_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

model::ledger_entry entry(int revision, model::standing standing) {
  return {revision, standing, "d-1", "shop-1.2.3", "c-digest", "v-digest", "v4.2.3", "build-1", 3, wall_time(1'795'262'400'123ms)};
}

plan::rolling_plan everything_set() {
  plan::rolling_plan p;
  p.first_installation = true;
  p.base_revision = 7;
  p.deployed_revision = 6;
  p.way_back = entry(6, model::standing::verified);
  p.adopt = entry(5, model::standing::adopted);
  p.unlock = 7;
  p.left = model::canary_entry{};
  p.left->deployment = "d-1";
  p.left->weight = 25;
  p.left->router = {"gateway-api", R"({"route":"web"})", "web", "web-canary"};
  p.clears_last = true;
  p.steps = {{model::step_kind::upgrade, "upgrade to shop-1.2.4"}, {model::step_kind::test, "run 3 tests"}};
  p.on_failure = "back to revision 6";
  p.warnings = {"one", "two"};
  return p;
}

TEST(PlanJson, ComesBackWithEveryField) {
  const plan::rolling_plan made = everything_set();
  const auto read = parse_plan(to_json(made).dump());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->first_installation, made.first_installation);
  EXPECT_EQ(read->base_revision, made.base_revision);
  EXPECT_EQ(read->deployed_revision, made.deployed_revision);
  EXPECT_EQ(read->way_back, made.way_back);
  EXPECT_EQ(read->adopt, made.adopt);
  EXPECT_EQ(read->unlock, made.unlock);
  EXPECT_EQ(read->left, made.left);
  EXPECT_TRUE(read->clears_last);
  ASSERT_EQ(read->steps.size(), 2u);
  EXPECT_EQ(read->steps[1].kind, model::step_kind::test);
  EXPECT_EQ(read->steps[1].title, "run 3 tests");
  EXPECT_EQ(read->on_failure, made.on_failure);
  EXPECT_EQ(read->warnings, made.warnings);
}

TEST(PlanJson, WhatIsAbsentStaysAbsent) {
  const auto read = parse_plan(to_json(plan::rolling_plan{}).dump());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_FALSE(read->deployed_revision || read->way_back || read->adopt || read->unlock);
  EXPECT_TRUE(read->steps.empty());
}

// Another version of the agent reads what this one wrote: a key is never renamed.
TEST(PlanJson, HasTheseKeys) {
  const json out = to_json(everything_set());
  std::vector<std::string> keys;
  for (const auto& [key, value] : out.items()) keys.push_back(key);
  EXPECT_THAT(keys, UnorderedElementsAre("schema", "strategy", "canary", "first_installation", "base_revision", "deployed_revision", "way_back",
                                         "adopt", "unlock", "left", "clears_last", "steps", "on_failure", "warnings"));
  EXPECT_EQ(out["schema"], 1);
  EXPECT_EQ(out["strategy"], "rolling");
  EXPECT_EQ(out["steps"][0], json({{"kind", "upgrade"}, {"title", "upgrade to shop-1.2.4"}, {"weight", nullptr}}));
  EXPECT_EQ(out["way_back"]["at"], "2026-11-21T12:00:00.123Z");
}

struct bad_plan {
  const char* name;
  const char* text;
  errc code;
  const char* says;
};

void PrintTo(const bad_plan& c, std::ostream* out) { *out << c.name; }

class PlanThatCannotBeRead : public testing::TestWithParam<bad_plan> {};

TEST_P(PlanThatCannotBeRead, IsAnErrorThatSaysWhy) {
  const auto read = parse_plan(GetParam().text);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, GetParam().code);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    PlanJson, PlanThatCannotBeRead,
    testing::Values(bad_plan{"OfANewerSchema", R"({"schema":2})", errc::internal, "the stored plan has schema 2; this agent knows 1"},
                    bad_plan{"WithoutASchema", "{}", errc::internal, "the stored plan has schema 0; this agent knows 1"},
                    bad_plan{"WithASchemaThatIsNoNumber", R"({"schema":"1"})", errc::internal, "this agent knows 1"},
                    bad_plan{"ThatIsNoMapping", "[1]", errc::internal, "this agent knows 1"},
                    bad_plan{"ThatIsNoJson", "{", errc::invalid_input, "the stored plan is not valid JSON at line 1"},
                    bad_plan{"WithAnUnknownStep", R"({"schema":1,"steps":[{"kind":"dance","title":""}]})", errc::invalid_input, "unknown word 'dance'"},
                    bad_plan{"WithAWrongType", R"({"schema":1,"base_revision":"seven"})", errc::invalid_input, "type must be number"}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace leadsman::runner
