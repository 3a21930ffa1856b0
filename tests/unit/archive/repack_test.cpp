#include <gmock/gmock.h>

#include "archive/archive.hpp"
#include "archive/chart.hpp"
#include "archive/folder.hpp"
#include "unit/archive/fixture.hpp"

namespace leadsman::archive {
namespace {

using testing::HasSubstr;

const std::string k_chart = chart_yaml("shop");

TEST(RepackChart, MakesTheArchiveThatTheFolderWouldHaveMade) {
  const temporary_folder folder;
  folder.write("c/Chart.yaml", k_chart);
  folder.write("c/templates/web.yaml", "kind: Deployment");
  const auto packed = pack_chart(folder.path / "c");
  const std::string fetched = hostile_archive().add("shop/templates/web.yaml", "kind: Deployment").add("shop/Chart.yaml", k_chart).bytes();
  const auto repacked = repack_chart(fetched);
  ASSERT_TRUE(repacked) << repacked.error().message;
  EXPECT_EQ(repacked->sha256, packed->sha256);
  EXPECT_EQ(repacked->bytes, packed->bytes);
  EXPECT_EQ(repacked->metadata.name, "shop");
  EXPECT_EQ(repacked->metadata.version, "1.2.3");
}

struct bad_packed_chart {
  const char* name;
  std::string bytes;
  const char* says;
};

TEST(RepackChart, RefusesWhatIsNoPackedChart) {
  for (const bad_packed_chart& c : std::vector<bad_packed_chart>{
           {"nothing", "", "damaged"},
           {"no archive", "<html>", "damaged"},
           {"not in a folder", hostile_archive().add("Chart.yaml", k_chart).bytes(), "'Chart.yaml' lies beside the chart's folder"},
           {"two folders", hostile_archive().add("shop/Chart.yaml", k_chart).add("zzz/x").bytes(), "'zzz/x' lies beside"},
           {"no Chart.yaml", hostile_archive().add("shop/values.yaml").bytes(), "its folder has no Chart.yaml"},
           {"bad Chart.yaml", hostile_archive().add("shop/Chart.yaml", "name: shop\n").bytes(), "is required"},
           {"a library", hostile_archive().add("shop/Chart.yaml", chart_yaml("shop", "type: library\n")).bytes(), "is a library chart"},
           {"climbing", hostile_archive().add("shop/Chart.yaml", k_chart).add("shop/../../x").bytes(), ""},
           {"a link", hostile_archive().add("shop/Chart.yaml", k_chart).add_symlink("shop/x", "/etc/passwd").bytes(), "a symbolic link"},
       }) {
    const auto repacked = repack_chart(c.bytes);
    ASSERT_FALSE(repacked) << c.name;
    EXPECT_EQ(repacked.error().code, errc::invalid_input) << c.name;
    EXPECT_THAT(repacked.error().message, HasSubstr(c.says)) << c.name;
  }
}

TEST(RepackChart, HoldsTheLimits) {
  const std::string fetched = hostile_archive().add("shop/Chart.yaml", k_chart).add("shop/big", std::string(5000, 'x')).bytes();
  EXPECT_EQ(repack_chart(fetched, {.max_total_bytes = 4000}).error().code, errc::too_large);
}

}  // namespace
}  // namespace leadsman::archive
