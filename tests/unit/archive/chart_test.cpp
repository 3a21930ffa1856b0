#include "archive/chart.hpp"

#include "archive/archive.hpp"
#include "archive/folder.hpp"
#include "unit/archive/fixture.hpp"

namespace leadsman::archive {
namespace {

const std::string k_local = "dependencies:\n- name: common\n  version: 1.x\n  repository: file://../common\n";

TEST(ParseChart, ReadsWhatLeadsmanNeeds) {
  const auto chart =
      parse_chart(chart_yaml("shop", "appVersion: \"2.0\"\nhome: x\n" + k_local), "Chart.yaml");
  ASSERT_TRUE(chart) << chart.error().message;
  EXPECT_EQ(chart->name, "shop");
  EXPECT_EQ(chart->version, "1.2.3");
  EXPECT_EQ(chart->app_version, "2.0");
  EXPECT_EQ(chart->type, "application");
  ASSERT_EQ(chart->dependencies.size(), 1u);
  EXPECT_EQ(chart->dependencies[0].repository, "file://../common");
}

struct bad_chart {
  const char* text;
  const char* at;
  const char* says;
};

TEST(ParseChart, NamesTheLineOfWhatIsWrong) {
  for (const bad_chart& c : std::vector<bad_chart>{
           {"version: 1.0.0\n", "Chart.yaml", "name is required"},
           {"name: a\nversion: 1.0\n", "Chart.yaml:2", "write it in quotes"},
           {"name: a\nversion: latest\n", "Chart.yaml:2", "is not a version"},
           {"name: ../a\nversion: 1.0.0\n", "Chart.yaml:1", "cannot be the name"},
           {"name: a\nversion: 1.0.0\ndependencies: x\n", "Chart.yaml:3", "expected a list"},
           {"name: a\nversion: 1.0.0\ndependencies:\n- version: 1\n", "Chart.yaml:4", "is required"},
           {"- a\n", "Chart.yaml", "expected a mapping"},
           {"a: [\n", "Chart.yaml:2", "is not valid YAML"},
       }) {
    const auto chart = parse_chart(c.text, "Chart.yaml");
    ASSERT_FALSE(chart) << c.text;
    EXPECT_EQ(chart.error().field, c.at) << c.text;
    EXPECT_NE(chart.error().message.find(c.says), std::string::npos) << chart.error().message;
  }
  for (const char* version : {"1", "1.2", "v1.2.3", "1.2.3-rc.1+build.5"}) {
    EXPECT_TRUE(parse_chart("name: a\nversion: \"" + std::string(version) + "\"\n", "Chart.yaml")) << version;
  }
}

TEST(PackFolder, GoesThereAndBack) {
  const temporary_folder folder;
  folder.write("c/Chart.yaml", chart_yaml("shop"));
  folder.write("c/templates/web.yaml", "kind: Deployment");
  const auto packed = pack_folder(folder.path / "c");
  ASSERT_TRUE(packed) << packed.error().message;
  EXPECT_EQ(unpack(packed->bytes, folder.path / "d", packed->sha256), packed->sha256);
  EXPECT_EQ(folder.read("d/templates/web.yaml"), "kind: Deployment");
  EXPECT_EQ(pack_folder(folder.path / "d")->bytes, packed->bytes);
}

TEST(PackFolder, SuggestsTheOnlyChartBelow) {
  const temporary_folder folder;
  folder.write("charts/shop/Chart.yaml", chart_yaml("shop"));
  folder.write("charts/shop/charts/sub/Chart.yaml", chart_yaml("sub"));
  const auto one = pack_folder(folder.path);
  ASSERT_FALSE(one);
  EXPECT_NE(one.error().message.find("did you mean '" + (folder.path / "charts/shop").string() + "'?"),
            std::string::npos);
  folder.write("charts/cart/Chart.yaml", chart_yaml("cart"));
  const auto two = pack_folder(folder.path);
  ASSERT_FALSE(two);
  EXPECT_TRUE(two.error().message.ends_with("it has no Chart.yaml"));
  EXPECT_NE(pack_folder(folder.path / "absent").error().message.find("does not exist"), std::string::npos);
}

TEST(PackChart, PacksLocalDependenciesWithTheirOwn) {
  const temporary_folder folder;
  folder.write("shop/Chart.yaml", chart_yaml("shop", k_local));
  folder.write("common/Chart.yaml",
               chart_yaml("common", "type: library\ndependencies:\n- name: base\n  repository: file://" +
                                        (folder.path / "base").string() + "\n"));
  folder.write("base/Chart.yaml", chart_yaml("base"));
  folder.write("base/values.yaml", "a: 1");
  const auto packed = pack_chart(folder.path / "shop");
  ASSERT_TRUE(packed) << packed.error().message;
  EXPECT_EQ(packed->metadata.name, "shop");
  EXPECT_EQ(packed->notes.size(), 2u);
  const auto content = read_archive(packed->bytes);
  ASSERT_TRUE(content);
  EXPECT_TRUE(content->contains("charts/common/Chart.yaml"));
  EXPECT_EQ(content->at("charts/common/charts/base/values.yaml").data, "a: 1");
}

TEST(PackChart, TakesWhatIsInChartsAlready) {
  const temporary_folder folder;
  folder.write("shop/Chart.yaml",
               chart_yaml("shop",
                          "dependencies:\n- {name: redis, repository: https://example.com}\n- {name: my-lib, "
                          "repository: https://example.com}\n"));
  folder.write("shop/charts/redis-19.0.1.tgz", "tgz");
  folder.write("shop/charts/vendored/Chart.yaml", chart_yaml("my-lib"));
  const auto packed = pack_chart(folder.path / "shop");
  EXPECT_TRUE(packed) << packed.error().message;
}

struct broken_chart {
  const char* name;
  const char* dependencies;
  const char* says;
};

TEST(PackChart, SaysWhichDependencyIsMissingAndWhatToDo) {
  for (const broken_chart& c : std::vector<broken_chart>{
           {"remote",
            "[{name: redis, repository: https://example.com}, {name: pg, repository: "
            "\"oci://example.com/x\"}]",
            "the dependencies redis, pg are not in charts/; run 'helm dependency build "},
           {"only a longer name is there", "[{name: my, repository: https://example.com}]",
            "the dependency my is not in charts/"},
           {"absent folder", "[{name: gone, repository: \"file://../gone\"}]", "there is no folder"},
           {"another chart", "[{name: wrong, repository: \"file://../common\"}]",
            "which is the chart 'common'"},
           {"itself", "[{name: shop, repository: \"file://.\"}]", "in a circle: shop → shop"},
           {"circle", "[{name: back, repository: \"file://../back\"}]", "in a circle: shop → back → shop"},
       }) {
    const temporary_folder folder;
    folder.write("shop/Chart.yaml",
                 chart_yaml("shop", std::string("dependencies: ") + c.dependencies + "\n"));
    folder.write("shop/charts/my-lib-1.0.0.tgz", "tgz");
    folder.write("common/Chart.yaml", chart_yaml("common"));
    folder.write("back/Chart.yaml",
                 chart_yaml("back", "dependencies: [{name: shop, repository: \"file://../shop\"}]\n"));
    const auto packed = pack_chart(folder.path / "shop");
    ASSERT_FALSE(packed) << c.name;
    EXPECT_NE(packed.error().message.find(c.says), std::string::npos)
        << c.name << ": " << packed.error().message;
  }
}

TEST(PackChart, RefusesALibrary) {
  const temporary_folder folder;
  folder.write("lib/Chart.yaml", chart_yaml("lib", "type: library\n"));
  EXPECT_NE(pack_chart(folder.path / "lib").error().message.find("library chart"), std::string::npos);
}

TEST(PackChart, PacksTheDemoChartOfThisRepository) {
  const fs::path demo = "helm/demo";
  const temporary_folder folder;
  const auto packed = pack_chart(demo);
  ASSERT_TRUE(packed) << packed.error().message;
  ASSERT_EQ(unpack(packed->bytes, folder.path / "demo", packed->sha256), packed->sha256);
  EXPECT_EQ(digest_folder(folder.path / "demo"), packed->sha256);
}

}  // namespace
}  // namespace leadsman::archive
