#include "document/reader.hpp"

#include <gtest/gtest.h>

#include "document/yaml.hpp"

namespace leadsman::document {
namespace {

using namespace std::chrono_literals;

constexpr std::pair<std::string_view, int> k_strategies[]{{"rolling", 0}, {"canary", 1}};

error first_error(const json& value) {
  object_reader in(value, "releases.shop");
  in.string("chart");
  in.integer("replicas", 1, 0, 10);
  in.duration("timeout", 5min);
  in.choice("strategy", 0, k_strategies);
  in.strings("values");
  const auto read = in.finish();
  return read ? error{errc::internal, "no error"} : read.error();
}

struct bad_case {
  const char* name;
  json value;
  const char* field;
  const char* message;
};

TEST(ObjectReader, SaysWhichFieldWhatWasFoundAndWhatIsAllowed) {
  const std::vector<bad_case> cases{
      {"missing", {}, "releases.shop", "expected a mapping, found nothing"},
      {"required", json::object(), "releases.shop.chart", "is required"},
      {"type", {{"chart", 5}}, "releases.shop.chart", "expected text, found the number 5"},
      {"range", {{"chart", "c"}, {"replicas", 11}}, "releases.shop.replicas", "11 is out of range; allowed is 0 to 10"},
      {"unknown", {{"chart", "c"}, {"timeuot", "5m"}}, "releases.shop.timeuot", "unknown key 'timeuot'; did you mean 'timeout'?"},
      {"choice", {{"chart", "c"}, {"strategy", "canari"}}, "releases.shop.strategy", "'canari' is not known; allowed is one of rolling or canary (did you mean 'canary'?)"},
      {"list", {{"chart", "c"}, {"values", {"a", 1}}}, "releases.shop.values[1]", "expected text, found the number 1"},
  };
  for (const bad_case& c : cases) {
    const error e = first_error(c.value);
    EXPECT_EQ(e.field, c.field) << c.name;
    EXPECT_EQ(e.message, c.message) << c.name;
  }
}

TEST(ParseJson, NamesLineAndColumn) {
  const auto parsed = parse_json("{\n  \"a\": ,\n}", "the body");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "the body is not valid JSON at line 2, column 8");
}

TEST(ParseYaml, TypesScalarsAndRemembersLines) {
  const auto parsed = parse_yaml("a: 1\nb:\n  - x\n  - \"2\"\nc: {d: true, e: ~}\n", "f.yaml");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->value, (json{{"a", 1}, {"b", {"x", "2"}}, {"c", {{"d", true}, {"e", nullptr}}}}));
  EXPECT_EQ(parsed->line_of("b[1]"), 4);
  EXPECT_EQ(parsed->line_of("c.unknown"), 5);
}

TEST(ParseYaml, RefusesDuplicatesDepthAndNonsenseWithTheLine) {
  const auto duplicate = parse_yaml("a: 1\nb: 2\na: 3\n", "f.yaml");
  ASSERT_FALSE(duplicate);
  EXPECT_EQ(duplicate.error().field, "f.yaml:3");
  const auto broken = parse_yaml("a: [1\nb: 2\n", "f.yaml");
  ASSERT_FALSE(broken);
  EXPECT_TRUE(broken.error().field.starts_with("f.yaml:"));
  EXPECT_FALSE(parse_yaml(std::string(200, '['), "f.yaml"));
}

TEST(ParseYaml, MergesAnchorsUnderExplicitKeys) {
  const auto parsed = parse_yaml("base: &b {x: 1, z: 2}\nuse:\n  <<: *b\n  z: 3\n", "f.yaml");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->value["use"], (json{{"x", 1}, {"z", 3}}));
}

TEST(ParseYamlStream, LeavesOutEmptyDocuments) {
  const auto parsed = parse_yaml_stream("---\n# Source: x\n---\nkind: A\n---\nkind: B\n", "manifest");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->size(), 2u);
}

}  // namespace
}  // namespace leadsman::document
