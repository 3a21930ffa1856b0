#include "helm/assignment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::helm {
namespace {

json apply(std::string_view entry, set_typing typing = set_typing::typed, json values = json::object()) {
  const auto parsed = parse_assignments(entry, typing);
  if (!parsed) return "refused: " + parsed.error().message;
  for (const assignment& one : *parsed) {
    if (const auto done = assign(values, one); !done) return "refused: " + done.error().message;
  }
  return values;
}

struct row {
  const char* entry;
  const char* expected;  // what helm 4.2.3 makes of it
};

TEST(Assignment, ReadsTheGrammarOfSet) {
  const row rows[] = {
      {"a=1.5", R"({"a":"1.5"})"},
      {"a=1234567", R"({"a":1234567})"},
      {"a=12345678901234567890", R"({"a":"12345678901234567890"})"},
      {"a=-5", R"({"a":-5})"},
      {"a=+5", R"({"a":5})"},
      {"a=007", R"({"a":"007"})"},
      {"a=0", R"({"a":0})"},
      {"a=1_000", R"({"a":"1_000"})"},
      {"a=yes", R"({"a":"yes"})"},
      {"a=TRUE,b=False", R"({"a":true,"b":false})"},
      {"a=Null", R"({"a":null})"},
      {"a=", R"({"a":""})"},
      {"a=,b=1", R"({"a":"","b":1})"},
      {"a=1,", R"({"a":1})"},
      {"a.b=1,a.c=2", R"({"a":{"b":1,"c":2}})"},
      {"a.b=1,a=2", R"({"a":2})"},
      {"a={1,x,true,}", R"({"a":[1,"x",true,""]})"},
      {"a={}", R"({"a":[""]})"},
      {"a={1},b=2", R"({"a":[1],"b":2})"},
      {"a={1\\,2,3}", R"({"a":["1,2",3]})"},
      {"a[0]=1,a[2]=3", R"({"a":[1,null,3]})"},
      {"a[0].b=1,a[0].c=2", R"({"a":[{"b":1,"c":2}]})"},
      {"a[0][1]=2", R"({"a":[[null,2]]})"},
      {"a[+1]=1", R"({"a":[null,1]})"},
      {"a[0]=,b=1", R"({"a":[""],"b":1})"},
      {"a[0]=1,a[0].b=2", R"({"a":[{"b":2}]})"},
      {"a.b[0].c.d[1]=x", R"({"a":{"b":[{"c":{"d":[null,"x"]}}]}})"},
      {"a\\.b=1", R"({"a.b":1})"},
      {"a=1\\,2", R"({"a":"1,2"})"},
      {"a=\\{1\\}", R"({"a":"{1}"})"},
      {"a=\\", R"({"a":""})"},
      {"a b = c d", R"({"a b ":" c d"})"},
      {"a=\"x\"", R"({"a":"\"x\""})"},
      {"a=b=c", R"({"a":"b=c"})"},
      {"a]=1", R"({"a]":1})"},
      {"", "{}"},
  };
  for (const row& one : rows) EXPECT_EQ(apply(one.entry).dump(), one.expected) << one.entry;
}

TEST(Assignment, SetStringTypesNothing) {
  EXPECT_EQ(apply("a=1,b=true,c=null,d={1,2}", set_typing::text).dump(), R"({"a":"1","b":"true","c":"null","d":["1","2"]})");
}

TEST(Assignment, GoesOnWithListsThatAreThere) {
  const json values = json::parse(R"({"list":[{"name":"A","value":1},{"name":"B"}],"m":{"x":null}})");
  EXPECT_EQ(apply("list[0].value=2", set_typing::typed, values).dump(), R"({"list":[{"name":"A","value":2},{"name":"B"}],"m":{"x":null}})");
}

struct refused_entry {
  const char* entry;
  const char* message;
  const char* field;
};

TEST(Assignment, RefusesWithTheEntryAndThePosition) {
  const refused_entry rows[] = {
      {"a", "'a' has no value", "set a: character 1"},
      {"a=1,bcd", "'bcd' has no value", "set a: character 5"},
      {"a=1,,b=2", "before the comma", "set a: character 5"},
      {"=1", "a name is missing", "set : character 1"},
      {"a..b=1", "a name is missing", "set a..b: character 3"},
      {"a={1", "must end with }", "set a: character 3"},
      {"a={1}x", "after }", "set a: character 6"},
      {"a={x,{y}}", "no lists in lists", "set a: character 9"},
      {"a[-1]=1", "'-1' is not an index", "set a[-1]: character 3"},
      {"a[x]=1", "'x' is not an index", "set a[x]: character 3"},
      {"a[99999]=1", "from 0 to 65536", "set a[99999]: character 3"},
      {"a[0", "'0' is not an index", "set a[0: character 3"},
      {"a[0]x=1", "after ] comes", "set a[0]x: character 5"},
      {"a[0]", "after ] comes", "set a[0]: character 5"},
  };
  for (const refused_entry& one : rows) {
    const auto parsed = parse_assignments(one.entry, set_typing::typed);
    ASSERT_FALSE(parsed) << one.entry;
    EXPECT_EQ(parsed.error().code, errc::invalid_input);
    EXPECT_THAT(parsed.error().message, testing::HasSubstr(one.message)) << one.entry;
    EXPECT_EQ(parsed.error().field, one.field) << one.entry;
  }
  EXPECT_FALSE(parse_assignments("a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=1", set_typing::typed));
}

TEST(Assignment, NeverRepeatsAValueInAMessage) {
  for (const char* entry : {"password={hunter2", "password={hunter2}hunter2", "a=hunter2,b"}) {
    const auto parsed = parse_assignments(entry, set_typing::text);
    ASSERT_FALSE(parsed) << entry;
    EXPECT_THAT(parsed.error().message + parsed.error().field, testing::Not(testing::HasSubstr("hunter2"))) << entry;
  }
}

TEST(Assignment, DoesNotReplaceAScalarByAMapOrList) {
  const json values = json::parse(R"({"a":1,"n":null,"m":{}})");
  EXPECT_EQ(apply("a.b=2", set_typing::typed, values), "refused: 'a' is a single value in the values given so far, not a map.");
  EXPECT_EQ(apply("n.b=2", set_typing::typed, values), "refused: 'n' is null in the values given so far, not a map.");
  EXPECT_EQ(apply("m[0]=2", set_typing::typed, values), "refused: 'm' is a map in the values given so far, not a list.");
}

TEST(Assignment, TheOverlayHoldsWhatWasAssignedAndWholeLists) {
  json values = json::parse(R"({"a":{"x":1,"list":[{"n":1},{"n":2}]},"b":1})");
  json overlay = json::object();
  const auto parsed = parse_assignments("a.list[1].n=3,c.d=4", set_typing::typed);
  ASSERT_TRUE(parsed);
  for (const assignment& one : *parsed) {
    ASSERT_TRUE(assign(values, one));
    copy_assigned(overlay, values, one);
  }
  EXPECT_EQ(overlay.dump(), R"({"a":{"list":[{"n":1},{"n":3}]},"c":{"d":4}})");
}

}  // namespace
}  // namespace leadsman::helm
