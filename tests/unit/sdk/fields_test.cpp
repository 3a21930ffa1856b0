#include "plugins/sdk/fields.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace leadsman::sdk {
namespace {

const json k_value = json::parse(R"({"config":{"route":"shop","port":80,"huge":18446744073709551615,"ratio":0.5,"empty":"","list":[1]}})");

std::string complaint(const std::function<void(fields&)>& read) {
  fields in(k_value["config"], "config");
  try {
    read(in);
  } catch (const refusal& r) {
    EXPECT_EQ(r.code(), code::invalid_params);
    return r.what();
  }
  return "none";
}

TEST(Fields, ReadsWhatIsThere) {
  fields top(k_value, "");
  fields in = top.at("config");
  EXPECT_EQ(in.text("route"), "shop");
  EXPECT_EQ(in.text("service", "web"), "web");
  EXPECT_EQ(in.integer("port", 1, 65535), 80);
  EXPECT_EQ(in.optional_integer("rule", 0, 15), std::nullopt);
  EXPECT_EQ(in.optional_number("ratio"), 0.5);
  EXPECT_EQ(in.list("list"), json::array({1}));
  EXPECT_FALSE(in.has("service"));
}

TEST(Fields, SaysWhichKeyIsWrongAndHow) {
  EXPECT_EQ(complaint([](fields& in) { in.text("service"); }), "config.service: is required");
  EXPECT_EQ(complaint([](fields& in) { in.text("empty"); }), "config.empty: is empty");
  EXPECT_EQ(complaint([](fields& in) { in.text("port"); }), "config.port: expected a string, found number");
  EXPECT_EQ(complaint([](fields& in) { in.integer("port", 1, 79); }), "config.port: 80 is not between 1 and 79");
  EXPECT_EQ(complaint([](fields& in) { in.integer("huge", 0, INT64_MAX); }), "config.huge: 18446744073709551615 is not between 0 and 9223372036854775807");
  EXPECT_EQ(complaint([](fields& in) { in.integer("ratio", 0, 1); }), "config.ratio: expected a whole number, found number");
  EXPECT_EQ(complaint([](fields& in) { in.optional_number("route"); }), "config.route: expected a number, found string");
  EXPECT_EQ(complaint([](fields& in) { in.at("route"); }), "config.route: expected an object, found string");
  EXPECT_EQ(complaint([](fields& in) { in.list("route"); }), "config.route: expected a list, found string");
}

TEST(Fields, RefusesAKeyThatNobodyAskedFor) {
  const json value{{"rout", "shop"}};
  fields in(value, "config");
  in.text("route", "");
  EXPECT_THROW(
      try { in.finish(); } catch (const refusal& r) {
        EXPECT_STREQ(r.what(), "config.rout: is not known; was 'route' meant?");
        throw;
      },
      refusal);
}

}  // namespace
}  // namespace leadsman::sdk
