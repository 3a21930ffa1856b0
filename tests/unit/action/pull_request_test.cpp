#include "action/input/pull_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace leadsman::action {
namespace {

result<std::optional<pull_request>> found_in(const std::string& event, const std::string& repository = "acme/shop") {
  test::temporary_folder folder;
  folder.write("event.json", event);
  return find_pull_request(environment({{"GITHUB_EVENT_PATH", (folder.path() / "event.json").string()}, {"GITHUB_REPOSITORY", repository}}));
}

TEST(PullRequest, IsFoundInTheEventOfARun) {
  EXPECT_EQ(found_in(R"({"pull_request": {"number": 12}})").value(), (pull_request{"acme/shop", 12}));
  EXPECT_EQ(found_in(R"({"issue": {"number": 13, "pull_request": {"url": "x"}}})").value(), (pull_request{"acme/shop", 13}));
}

TEST(PullRequest, IsAbsentInARunAboutSomethingElse) {
  EXPECT_FALSE(found_in(R"({"ref": "refs/heads/main"})").value());
  EXPECT_FALSE(found_in(R"({"issue": {"number": 13}})").value());
  EXPECT_FALSE(find_pull_request(environment()).value());
}

TEST(PullRequest, AnEventThatIsNoneIsAnError) {
  for (const char* event : {"", "[]", "{", R"({"pull_request": {"number": "12/../.."}})", R"({"pull_request": {"number": -1}})"}) EXPECT_FALSE(found_in(event)) << event;
  EXPECT_FALSE(found_in(R"({"pull_request": {"number": 12}})", "shop"));
}

}  // namespace
}  // namespace leadsman::action
