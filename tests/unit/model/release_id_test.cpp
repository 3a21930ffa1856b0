#include "model/release_id.hpp"

#include <gtest/gtest.h>

namespace leadsman::model {
namespace {

TEST(ReleaseId, IsWrittenFromTheLargestToTheSmallest) { EXPECT_EQ(to_string(release_id{"prod", "shop", "web"}), "prod/shop/web"); }

TEST(ReleaseId, TakesWhatKubernetesAndHelmTake) {
  const release_id ids[]{{"prod", "shop", "web"}, {"default", "a", "1"}, {"p", "shop-2", "web-v2"}, {"prod", std::string(63, 'n'), std::string(k_release_name_limit, 'r')}};
  for (const release_id& id : ids) {
    const auto checked = check_release_id(id);
    EXPECT_TRUE(checked) << to_string(id) << ": " << checked.error().message;
  }
}

TEST(ReleaseId, NamesThePartThatIsWrong) {
  struct {
    release_id id;
    const char* field;
  } const rows[] = {
      {{"prod", "shop", ""}, "release"},
      {{"prod", "shop", "Web"}, "release"},
      {{"prod", "shop", "web_1"}, "release"},
      {{"prod", "shop", "-web"}, "release"},
      {{"prod", "shop", "web.v2"}, "release"},
      {{"prod", "shop", std::string(k_release_name_limit + 1, 'r')}, "release"},
      {{"prod", "", "web"}, "namespace"},
      {{"prod", "../etc", "web"}, "namespace"},
      {{"prod", "shop.x", "web"}, "namespace"},
      {{"prod", std::string(64, 'n'), "web"}, "namespace"},
      {{"", "shop", "web"}, "cluster"},
      {{"a/b", "shop", "web"}, "cluster"},
  };
  for (const auto& row : rows) {
    const auto checked = check_release_id(row.id);
    ASSERT_FALSE(checked) << to_string(row.id);
    EXPECT_EQ(checked.error().code, errc::invalid_input) << to_string(row.id);
    EXPECT_EQ(checked.error().field, row.field) << to_string(row.id);
    EXPECT_LT(checked.error().message.size(), 500u);
  }
}

}  // namespace
}  // namespace leadsman::model
