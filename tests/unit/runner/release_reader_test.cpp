#include "runner/release_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "helm/encoding.hpp"
#include "unit/runner/fake_cluster.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

json release_secret(const std::string& name, const std::string& revision, const std::string& status, const std::string& deployment = "") {
  json labels{{"owner", "helm"}, {"name", name}, {"version", revision}, {"status", status}};
  if (!deployment.empty()) labels["leadsman/deployment"] = deployment;
  const json release{{"name", name}, {"namespace", "shop"}, {"version", std::atoi(revision.c_str())}, {"info", {{"status", status}}}, {"manifest", "of " + revision}};
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"type", "helm.sh/release.v1"},
          {"metadata", {{"name", "sh.helm.release.v1." + name + ".v" + revision}, {"namespace", "shop"}, {"labels", labels}}},
          {"data", {{"release", helm::base64_encode(helm::base64_encode(helm::gzip(release.dump())))}}}};
}

std::string to_line(const plan::observed_revision& r) { return std::to_string(r.revision) + " " + r.status + " " + r.deployment; }

class ReleaseReader : public testing::Test {
 protected:
  std::vector<std::string> history() {
    std::vector<std::string> lines;
    const auto known = run_on(io_, read_history(*api_, k_release)).value();
    for (const plan::observed_revision& r : known) lines.push_back(to_line(r));
    return lines;
  }
  std::string status_of(int revision) {
    const auto read = run_on(io_, read_revision(*api_, k_release, revision)).value();
    return read ? std::string(helm::to_string(read->status)) : "absent";
  }

  const model::release_id k_release{"prod", "shop", "web"};
  asio::io_context io_;
  fake_cluster cluster_{io_};
  std::unique_ptr<kube::client> api_ = cluster_.connect();
};

TEST_F(ReleaseReader, ReadsTheHistoryOldestFirstByNumber) {
  cluster_.put(release_secret("web", "10", "deployed", "d-10"));
  cluster_.put(release_secret("web", "9", "superseded"));
  cluster_.put(release_secret("web", "2", "failed", "d-2"));
  EXPECT_THAT(history(), ElementsAre("2 failed d-2", "9 superseded ", "10 deployed d-10"));
}

TEST_F(ReleaseReader, KnowsNoHistoryOfAReleaseThatIsNotThere) {
  cluster_.put(release_secret("api", "1", "deployed"));
  EXPECT_THAT(history(), IsEmpty());
}

TEST_F(ReleaseReader, LeavesOutWhatHasNoNumber) {
  for (const char* revision : {"", "x", "0", "-1"}) cluster_.put(release_secret("web", revision, "deployed"));
  cluster_.put(release_secret("web", "1", "deployed"));
  EXPECT_THAT(history(), ElementsAre("1 deployed "));
}

TEST_F(ReleaseReader, SaysWhatItMayNotRead) {
  cluster_.first = [&](const std::string&, const std::string&) { return std::optional(fake_cluster::failure(403, "may not list secrets")); };
  const auto read = run_on(io_, read_history(*api_, k_release));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, errc::forbidden);
  EXPECT_THAT(read.error().message, HasSubstr("list the revisions of web"));
}

TEST_F(ReleaseReader, ReadsOneRevisionInFull) {
  cluster_.put(release_secret("web", "7", "deployed"));
  const auto read = run_on(io_, read_revision(*api_, k_release, 7)).value();
  ASSERT_TRUE(read);
  EXPECT_EQ(read->revision, 7);
  EXPECT_EQ(read->manifest, "of 7");
  EXPECT_EQ(status_of(6), "absent");
}

TEST_F(ReleaseReader, ASecretThatIsNoReleaseIsAnError) {
  json secret = release_secret("web", "7", "deployed");
  secret["data"]["release"] = "bm9uc2Vuc2U=";
  cluster_.put(secret);
  EXPECT_FALSE(run_on(io_, read_revision(*api_, k_release, 7)));
}

TEST_F(ReleaseReader, MarksAPendingRevisionFailed) {
  cluster_.put(release_secret("web", "7", "pending-upgrade"));
  ASSERT_TRUE(run_on(io_, unlock(*api_, k_release, 7)));
  EXPECT_EQ(status_of(7), "failed");
  EXPECT_THAT(history(), ElementsAre("7 failed "));
}

TEST_F(ReleaseReader, UnlocksNothingThatIsNotPending) {
  cluster_.put(release_secret("web", "7", "deployed"));
  ASSERT_TRUE(run_on(io_, unlock(*api_, k_release, 7)));
  EXPECT_EQ(status_of(7), "deployed");
  EXPECT_TRUE(run_on(io_, unlock(*api_, k_release, 8))) << "pruned meanwhile";
}

TEST_F(ReleaseReader, DoesNotMarkARevisionThatSomebodyWroteMeanwhile) {
  cluster_.put(release_secret("web", "7", "pending-upgrade"));
  cluster_.first = [&](const std::string& method, const std::string&) -> std::optional<std::string> {
    if (method == "PUT") cluster_.put(release_secret("web", "7", "deployed"));
    return std::nullopt;
  };
  const auto unlocked = run_on(io_, unlock(*api_, k_release, 7));
  ASSERT_FALSE(unlocked);
  EXPECT_EQ(unlocked.error().code, errc::conflict);
  EXPECT_EQ(status_of(7), "deployed");
}

}  // namespace
}  // namespace leadsman::runner
