#include "app/shipped_plugins.hpp"

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace leadsman::app {
namespace {

std::string registering(const std::string& name) {
  return R"({"plugins": [{"name": ")" + name + R"(", "folder": "one", "digest": ")" + std::string(64, 'a') + R"("}]})";
}

TEST(ShippedPlugins, LieBesideTheProgramOrWhereTheImageHasThem) {
  const test::temporary_folder root;
  EXPECT_TRUE(shipped_plugins(root.path() / "bin" / "leadsman-agent").empty());
  root.write("lib/leadsman/plugins/plugins.json", registering("installed"));
  EXPECT_EQ(shipped_plugins(root.path() / "bin" / "leadsman-agent").at(0).folder, root.path() / "lib/leadsman/plugins/one");
  root.write("bin/plugins/plugins.json", registering("built"));
  EXPECT_EQ(shipped_plugins(root.path() / "bin" / "leadsman-agent").at(0).name, "built");
}

TEST(ShippedPlugins, AreNoneWhenTheirListIsBroken) {
  const test::temporary_folder root;
  root.write("plugins/plugins.json", "{");
  EXPECT_TRUE(shipped_plugins(root.path() / "leadsman-agent").empty());
}

}  // namespace
}  // namespace leadsman::app
