#include "plugin/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace leadsman::plugin {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const json k_good = json::parse(R"({"name": "clock", "version": "1.0", "protocol": 1, "kinds": ["metric", "gate"], "program": "bin/clock", "arguments": ["--utc"]})");

json with(const char* key, json value) {
  json out = k_good;
  out[key] = std::move(value);
  return out;
}

TEST(Manifest, SaysWhatAPluginIs) {
  const manifest read = parse_manifest(k_good).value();
  EXPECT_EQ(read.name, "clock");
  EXPECT_EQ(read.kinds, (std::vector{kind::metric, kind::gate}));
  EXPECT_EQ(read.program, "bin/clock");
  EXPECT_EQ(read.arguments, std::vector<std::string>{"--utc"});
}

struct wrong_manifest {
  const char* name;
  json value;
  const char* key;
  const char* said;
};

class ManifestRefuses : public testing::TestWithParam<wrong_manifest> {};

TEST_P(ManifestRefuses, WithTheKey) {
  const auto read = parse_manifest(GetParam().value);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().field, GetParam().key);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Manifests, ManifestRefuses,
    testing::Values(wrong_manifest{"NoLabel", with("name", "The Clock"), "name", "no name for a plugin"},
                    wrong_manifest{"NoVersion", with("version", ""), "version", "empty"},
                    wrong_manifest{"AnotherProtocol", with("protocol", 2), "protocol", "this agent speaks 1"},
                    wrong_manifest{"NoKind", with("kinds", json::array()), "kinds", "empty"},
                    wrong_manifest{"UnknownKind", with("kinds", {"clock"}), "kinds", "'clock' is no kind of plugin; expected one of router"},
                    wrong_manifest{"AKindTwice", with("kinds", {"gate", "gate"}), "kinds", "twice"},
                    wrong_manifest{"AProgramElsewhere", with("program", "../clock"), "program", "no path inside"},
                    wrong_manifest{"AProgramOfTheMachine", with("program", "/bin/sh"), "program", "no path inside"},
                    wrong_manifest{"AnUnknownKey", with("progam", "clock"), "progam", "program"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Manifest, IsReadFromItsFolder) {
  const leadsman::test::temporary_folder folder;
  EXPECT_EQ(read_manifest(folder.path()).error().code, errc::not_found);
  folder.write("plugin.json", k_good.dump());
  EXPECT_EQ(read_manifest(folder.path()).value().version, "1.0");
  folder.write("plugin.json", with("name", "").dump());
  EXPECT_THAT(read_manifest(folder.path()).error().message, HasSubstr("plugin.json: name: "));
  folder.write("plugin.json", std::string(70'000, ' '));
  EXPECT_THAT(read_manifest(folder.path()).error().message, HasSubstr("longer than 64 KiB"));
}

TEST(IsInside, LetsNoPathLeadOut) {
  for (const char* good : {"run", "bin/run", "a.b", "..."}) EXPECT_TRUE(is_inside(good)) << good;
  for (const char* bad : {"", "/run", "..", "../run", "bin/../../run", "bin//run", "./run", "bin/"}) EXPECT_FALSE(is_inside(bad)) << bad;
}

}  // namespace
}  // namespace leadsman::plugin
