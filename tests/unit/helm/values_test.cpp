#include "helm/values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::helm {
namespace {

TEST(PrepareValues, FollowsHelmsOrderOfPrecedence) {
  const auto prepared = prepare_values({.files = {{"values.yaml", "a: 1\nm: {u: 1, v: 1, w: 1}\nl: [1, 2]\n"}, {"prod.yaml", "a: 2\nm: {v: 2}\nl: [3]\n"}},
                                        .set = {"m.v=3,a=3", "m.w=4"},
                                        .set_string = {"a=4"}});
  ASSERT_TRUE(prepared);
  EXPECT_EQ(prepared->effective.dump(), R"({"a":"4","l":[3],"m":{"u":1,"v":3,"w":4}})");
}

TEST(PrepareValues, GivesTheFilesAsTheyWereAndOneOverlayThatMeansTheSets) {
  const auto prepared = prepare_values({.files = {{"values.yaml", "# mine\nlist: [{k: 1}, {k: 2}]"}}, .set = {"list[1].k=3,a.b=true"}, .set_string = {"c=1"}});
  ASSERT_TRUE(prepared);
  ASSERT_EQ(prepared->files.size(), 2U);
  EXPECT_EQ(prepared->files[0].text, "# mine\nlist: [{k: 1}, {k: 2}]\n");
  EXPECT_EQ(prepared->files[1].text, R"({"a":{"b":true},"c":"1","list":[{"k":1},{"k":3}]})"
                                     "\n");
}

TEST(PrepareValues, EndsEveryFileWithANewline) {
  const std::string compact = "{\"a\":\"" + std::string(4096 - 8, 'x') + "\"}";  // helm 4.2.3 ignores exactly this without one
  ASSERT_EQ(compact.size(), 4096U);
  const auto prepared = prepare_values({.files = {{"v.json", compact}, {"w.yaml", "b: 1\n"}}, .set = {"c=1"}});
  for (const values_file& file : prepared->files) EXPECT_TRUE(file.text.ends_with('\n')) << file.name;
  EXPECT_EQ(prepared->files[1].text, "b: 1\n");
}

TEST(PrepareValues, WithoutSetsThereIsNoOverlay) {
  EXPECT_TRUE(prepare_values({})->files.empty());
  EXPECT_EQ(prepare_values({.files = {{"v.yaml", ""}}})->files.size(), 1U);
}

TEST(PrepareValues, NamesTheFileAndLineOrTheEntryThatIsWrong) {
  EXPECT_EQ(prepare_values({.files = {{"ok.yaml", "a: 1"}, {"bad.yaml", "a: 1\nb: [1\nc: 2\n"}}}).error().field.substr(0, 9), "bad.yaml:");
  EXPECT_EQ(prepare_values({.files = {{"list.yaml", "[1]"}}}).error().field, "list.yaml");
  EXPECT_EQ(prepare_values({.set = {"a=1", "b"}}).error().field, "set b: character 1");
  EXPECT_EQ(prepare_values({.set_string = {"b"}}).error().field, "set-string b: character 1");
  EXPECT_EQ(prepare_values({.files = {{"v.yaml", "a: hunter2"}}, .set = {"a.b=1"}}).error().field, "set a.b");
  EXPECT_THAT(prepare_values({.files = {{"v.yaml", "a: hunter2"}}, .set = {"a.b=1"}}).error().message, testing::Not(testing::HasSubstr("hunter2")));
}

// From a file helm reads 9876543210 as a floating-point number, and templates print 9.87654321e+09.
TEST(PrepareValues, KeepsAllDigitsOfLargeNumbersWhereTextIsExpected) {
  const json defaults = json::parse(R"({"image":{"tag":""},"uid":1000,"list":[1]})");
  const auto prepared = prepare_values({.chart_defaults = defaults,
                                        .files = {{"v.yaml", "memory: 5\n"}},
                                        .set = {"image.tag=9876543210,uid=1000650000,memory=2000000,small=999999,env.RUN=-1000000,ids={1000000,7},list[0]=1000000"}});
  ASSERT_TRUE(prepared);
  EXPECT_EQ(prepared->effective.dump(),
            R"({"env":{"RUN":"-1000000"},"ids":["1000000",7],"image":{"tag":"9876543210"},"list":[1000000],"memory":2000000,"small":999999,"uid":1000650000})");
  EXPECT_EQ(prepared->notes.size(), 3U);
  EXPECT_THAT(prepared->notes[0], testing::StartsWith("image.tag is passed as text"));
}

TEST(ValuesDigest, DependsOnWhatTheValuesMeanOnly) {
  const auto digest = [](values_input input) { return prepare_values(input)->digest; };
  const std::string first = digest({.files = {{"a.yaml", "a: 1\nb: {c: 2}\n"}}});
  EXPECT_THAT(first, testing::MatchesRegex("sha256:[0-9a-f]{64}"));
  EXPECT_EQ(first, digest({.files = {{"other.yaml", "# comment\nb:\n  c: 2\na: 1"}}}));
  EXPECT_EQ(first, digest({.files = {{"a.yaml", "a: 0x1\n"}}, .set = {"b.c=2"}}));
  EXPECT_NE(first, digest({.files = {{"a.yaml", "a: '1'\nb: {c: 2}\n"}}}));
  EXPECT_NE(first, digest({.files = {{"a.yaml", "a: 1\nb: {c: 2, d: null}\n"}}}));
}

TEST(MergeValues, MergesMapsAndReplacesEverythingElse) {
  json into = json::parse(R"({"m":{"a":1,"deep":{"x":1}},"l":[1,2],"s":1,"gone":{"a":1}})");
  merge_values(into, json::parse(R"({"m":{"deep":{"y":2}},"l":[3],"s":{"t":1},"gone":null})"));
  EXPECT_EQ(into.dump(), R"({"gone":null,"l":[3],"m":{"a":1,"deep":{"x":1,"y":2}},"s":{"t":1}})");
}

}  // namespace
}  // namespace leadsman::helm
