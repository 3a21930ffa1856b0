#include "document/scalar.hpp"

#include <gtest/gtest.h>

#include "document/yaml.hpp"

namespace leadsman::document {
namespace {

struct scalar_row {
  const char* text;
  const char* expected;  // JSON, as `helm template` (4.2.3) prints it with toJson
};

// Each row was seen from helm itself; tests/unit/helm/values_test.cpp repeats the comparison where a helm is at hand.
const scalar_row k_rows[] = {
    {"yes", "true"},
    {"on", "true"},
    {"y", "true"},
    {"Y", "true"},
    {"n", "false"},
    {"off", "false"},
    {"No", "false"},
    {"ON", "true"},
    {"oN", "\"oN\""},
    {"yEs", "\"yEs\""},
    {"TRUE", "true"},
    {"tRue", "\"tRue\""},
    {"~", "null"},
    {"Null", "null"},
    {"nUll", "\"nUll\""},
    {"", "null"},
    {"0o17", "15"},
    {"017", "15"},
    {"0x1F", "31"},
    {"0X1F", "31"},
    {"0O17", "15"},
    {"0b11", "3"},
    {"-0b101", "-5"},
    {"0b2", "\"0b2\""},
    {"0b", "\"0b\""},
    {"0x", "\"0x\""},
    {"0o8", "\"0o8\""},
    {"+0x10", "16"},
    {"-017", "-15"},
    {"09", "9"},
    {"08.5", "8.5"},
    {"00", "0"},
    {"+12", "12"},
    {"-0", "0"},
    {"1_000", "1000"},
    {"1__0", "10"},
    {"1_", "1"},
    {"_1", "\"_1\""},
    {"0x_1F", "31"},
    {"0_7", "7"},
    {"1_0.5", "10.5"},
    {"1e3", "1000"},
    {"1E5", "100000"},
    {"1.5e3", "1500"},
    {"1e-7", "1e-07"},
    {"1e400", "\"1e400\""},
    {"1e-400", "0"},
    {"1e_5", "100000"},
    {"1e", "\"1e\""},
    {"e5", "\"e5\""},
    {"1.10", "1.1"},
    {".5", "0.5"},
    {"1.", "1"},
    {"+.5", "0.5"},
    {"._1", "\"._1\""},
    {".", "\".\""},
    {"+", "\"+\""},
    {"0x1p4", "\"0x1p4\""},
    {"inf", "\"inf\""},
    {"nan", "\"nan\""},
    {"1.2.3", "\"1.2.3\""},
    {"1,000", "\"1,000\""},
    {"2001-12-14", "\"2001-12-14\""},
    {"12:30:45", "\"12:30:45\""},
    {"1:30", "\"1:30\""},
    {"18446744073709551615", "18446744073709551615"},
    {"123456789012345678901234567890", "1.2345678901234568e+29"},
    {"0777777777777777777777777", "7.777777777777778e+23"},
    {"0xFFFFFFFFFFFFFFFFFF", "\"0xFFFFFFFFFFFFFFFFFF\""},
    {"=", "\"=\""},
    {"a", "\"a\""},
};

TEST(ResolveScalar, TypesPlainScalarsAsHelmDoes) {
  for (const scalar_row& row : k_rows) {
    const auto value = resolve_scalar(row.text);
    ASSERT_TRUE(value) << row.text;
    EXPECT_EQ(value->dump(), row.expected) << row.text;
  }
}

TEST(ResolveScalar, HasNoValueForWhatJsonCannotSay) {
  for (const char* text : {".inf", "-.Inf", "+.INF", ".nan", ".NaN"}) EXPECT_FALSE(resolve_scalar(text)) << text;
  EXPECT_EQ(parse_yaml("a: 1\nx: .inf\n", "f.yaml").error().field, "f.yaml:2");
}

TEST(ParseYaml, LeavesQuotedAndTaggedTextAlone) {
  const auto parsed = parse_yaml("a: 'yes'\nb: !!str 1\nc: ! on\nd: |\n  no\ne: !!float 3\nf: !mine 7\n", "f.yaml");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->value.dump(), R"({"a":"yes","b":"1","c":"on","d":"no\n","e":3,"f":"7"})");
}

TEST(ParseYaml, TypesKeysAsHelmDoes) {
  const auto parsed = parse_yaml("yes: 1\n0x1F: 2\n1.5: 3\n\"on\": 4\n2001-01-01: 5\n", "f.yaml");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->value.dump(), R"({"1.5":3,"2001-01-01":5,"31":2,"on":4,"true":1})");
}

TEST(ParseYaml, MergesInTheOrderInWhichHelmDoes) {
  const auto parsed = parse_yaml("above: {<<: {b: 1}, b: 2}\nbelow: {a: 0, <<: {a: 1}}\nlist: {<<: [{a: 1}, {a: 2, c: 3}]}\n", "f.yaml");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->value.dump(), R"({"above":{"b":2},"below":{"a":1},"list":{"a":1,"c":3}})");
  EXPECT_FALSE(parse_yaml("<<: 1\n", "f.yaml"));
}

// Go's reader merges by the tag, decodes by the tag: what it reads is not what stands there.
TEST(ParseYaml, RefusesKeysInDisguise) {
  for (const char* text : {"a: {!!merge <<: {b: 1}}\n", "a: {! \"<<\": {b: 1}}\n", "a: {'<<': {b: 1}}\n", "!!binary bmFtZXNwYWNl: 1\n", "!!int 1: 1\n", "!mine a: 1\n"}) {
    const auto parsed = parse_yaml(text, "f.yaml");
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().message, "a key must be plain text") << text;
    EXPECT_FALSE(parse_yaml_stream(text, "f.yaml")) << text;
  }
  EXPECT_TRUE(parse_yaml("!!str a: 1\n'b': 2\n\"c\": 3\n", "f.yaml"));
}

TEST(ParseYamlStream, TakesTheLastOfADuplicateKey) {
  const auto parsed = parse_yaml_stream("x: 1\nx: 2\n", "manifest");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->front().dump(), R"({"x":2})");
}

}  // namespace
}  // namespace leadsman::document
