#include "runner/clusters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::runner {
namespace {

using testing::HasSubstr;

TEST(Clusters, AreFoundByName) {
  clusters known;
  known.add({"dev", "/etc/dev", "", nullptr});
  known.add({"prod", "/etc/prod", "blue", nullptr});
  const auto found = known.find("prod");
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->kubeconfig, "/etc/prod");
  EXPECT_EQ((*found)->context, "blue");
  EXPECT_EQ(*known.find("prod"), *found) << "one and the same";
}

TEST(Clusters, OnesThatAreNotKnownAreToldFromThoseThatAre) {
  clusters known;
  known.add({"dev", "", "", nullptr});
  known.add({"prod", "", "", nullptr});
  const auto found = known.find("pord");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::not_found);
  EXPECT_EQ(found.error().field, "release.cluster");
  EXPECT_THAT(found.error().message, testing::AllOf(HasSubstr("'pord'"), HasSubstr("dev"), HasSubstr("prod")));
}

TEST(Clusters, ALongNameIsCut) {
  const auto found = clusters().find(std::string(5000, 'x'));
  ASSERT_FALSE(found);
  EXPECT_LT(found.error().message.size(), 300u);
}

}  // namespace
}  // namespace leadsman::runner
