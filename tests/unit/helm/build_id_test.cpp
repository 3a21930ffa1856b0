#include "helm/build_id.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "helm/encoding.hpp"
#include "support/temporary_folder.hpp"
#include "unit/helm/real_helm.hpp"

namespace leadsman::helm {
namespace {

using test::temporary_folder;

TEST(BuildId, OfHelmIsTheOneThatGoHasNoted) {
  const std::string helm = from_environment("LEADSMAN_TEST_HELM");
  if (helm.empty()) GTEST_SKIP() << "LEADSMAN_TEST_HELM is not set";
  const auto id = build_id(helm);
  ASSERT_TRUE(id) << id.error().message;
  // action ID / content ID …: four parts when a program has been linked from packages.
  EXPECT_TRUE(id->starts_with("go:")) << *id;
  EXPECT_EQ(std::ranges::count(*id, '/'), 3) << *id;
}

TEST(BuildId, OfAnotherProgramIsItsContent) {
  const temporary_folder folder;
  const std::string script = folder.write("helm", "#!/bin/sh\necho v4.2.3\n").string();
  const auto id = build_id(script);
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(*id, "sha256:" + *sha256_hex_of_file(script));

  folder.write("helm", "#!/bin/sh\necho v4.2.4\n");
  EXPECT_NE(*build_id(script), *id);
}

TEST(BuildId, OfATruncatedProgramIsItsContent) {
  const temporary_folder folder;
  std::ifstream own("/proc/self/exe", std::ios::binary);
  std::string head(100, '\0');
  ASSERT_TRUE(own.read(head.data(), static_cast<std::streamsize>(head.size())));
  EXPECT_TRUE(build_id(folder.write("helm", head).string())->starts_with("sha256:"));
}

TEST(BuildId, NeedsAProgram) { EXPECT_FALSE(build_id("/nonexistent/helm")); }

}  // namespace
}  // namespace leadsman::helm
