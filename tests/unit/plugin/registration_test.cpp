#include "plugin/registration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace leadsman::plugin {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string k_digest(64, 'a');

json entry(const std::string& name) { return {{"name", name}, {"folder", name}, {"digest", k_digest}}; }

result<std::vector<registration>> read(const json& list) { return read_registrations(list, "plugins", "/etc/leadsman"); }

json entry_with(const char* key, json value) {
  json out = entry("web");
  out[key] = std::move(value);
  return json::array({out});
}

TEST(Registration, IsReadWithItsDefaults) {
  const auto known = read(json::array({entry("web")})).value();
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known[0].folder, "/etc/leadsman/web");
  EXPECT_EQ(known[0].timeout, std::chrono::seconds(10));
  EXPECT_TRUE(known[0].grants.empty());
  EXPECT_TRUE(read(nullptr).value().empty());
}

TEST(Registration, SaysWhichObjectsARouterMayHave) {
  const json grants = json::parse(R"(["gateway.networking.k8s.io/HTTPRoute", "Service", {"kind": "networking.k8s.io/Ingress", "namespaces": ["edge"]}])");
  const auto known = read(entry_with("grants", grants)).value();
  EXPECT_EQ(known[0].grants, (std::vector<granted_kind>{{"gateway.networking.k8s.io", "HTTPRoute", {}}, {"", "Service", {}}, {"networking.k8s.io", "Ingress", {"edge"}}}));
}

struct wrong_entry {
  const char* name;
  json list;
  const char* key;
  const char* said;
};

class RegistrationRefuses : public testing::TestWithParam<wrong_entry> {};

TEST_P(RegistrationRefuses, WithTheKey) {
  const auto known = read(GetParam().list);
  ASSERT_FALSE(known);
  EXPECT_EQ(known.error().field, GetParam().key);
  EXPECT_THAT(known.error().message, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Entries, RegistrationRefuses,
    testing::Values(wrong_entry{"NoList", json::object(), "plugins", "expected a list"},
                    wrong_entry{"NoDigest", entry_with("digest", "abc"), "plugins[0].digest", "leadsman plugin check"},
                    wrong_entry{"ANameThatIsNone", entry_with("name", "a/b"), "plugins[0].name", "no name for a plugin"},
                    wrong_entry{"NoTime", entry_with("timeout", "1ms"), "plugins[0].timeout", "between 100ms and 10m"},
                    wrong_entry{"TwoOfAName", json::array({entry("web"), entry("web")}), "plugins[1].name", "two plugins named 'web'"},
                    wrong_entry{"NoKind", entry_with("grants", {"httproutes"}), "plugins[0].grants[0]", "expected GROUP/Kind"},
                    wrong_entry{"Secrets", entry_with("grants", {"Secret"}), "plugins[0].grants[0]", "never given to a plugin"},
                    wrong_entry{"Permissions", entry_with("grants", {{{"kind", "rbac.authorization.k8s.io/Role"}}}), "plugins[0].grants[0].kind", "never given to a plugin"},
                    wrong_entry{"AnUnknownKey", entry_with("time-out", "1s"), "plugins[0].time-out", "timeout"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Registration, IsLoadedWithFoldersBesideItsFile) {
  const leadsman::test::temporary_folder folder;
  const auto file = folder.write("plugins.json", json{{"plugins", json::array({entry("web")})}}.dump());
  EXPECT_EQ(load_registrations(file).value()[0].folder, folder.path() / "web");
  folder.write("plugins.json", "{");
  EXPECT_EQ(load_registrations(file).error().code, errc::invalid_input);
  EXPECT_EQ(load_registrations(folder.path() / "none.json").error().code, errc::not_found);
}

TEST(Registration, OfTheOperatorGoesBeforeTheShippedOneOfTheSameName) {
  registration own, shipped, other;
  own.name = shipped.name = "web";
  own.digest = "own";
  other.name = "other";
  const auto all = merge({own}, {shipped, other});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].digest, "own");
  EXPECT_EQ(all[1].name, "other");
}

}  // namespace
}  // namespace leadsman::plugin
