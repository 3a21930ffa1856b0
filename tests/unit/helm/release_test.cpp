#include "helm/release.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "helm/encoding.hpp"

namespace leadsman::helm {
namespace {

constexpr std::string_view k_release = R"({"name":"shop","info":{"first_deployed":"2026-11-21T11:21:49.478101236Z",
"last_deployed":"2026-11-21T11:22:49.478101236Z","deleted":"","description":"Preparing upgrade","status":"pending-upgrade","notes":"hi"},
"chart":{"metadata":{"name":"shop","version":"1.2.0","appVersion":"7","apiVersion":"v2"},"lock":null,"templates":[{"name":"t","data":"eA=="}],
"values":{"x":1},"schema":null,"files":null},"config":{"image":{"tag":"7"},"huge":12345678901234567890},"manifest":"---\nkind: A\n",
"hooks":[{"name":"t","kind":"Pod","path":"shop/templates/t.yaml","manifest":"kind: Pod\n","events":["test"],
"last_run":{"started_at":"2026-11-21T11:21:50Z","completed_at":"","phase":"Running"},"weight":5,"delete_policies":["hook-succeeded"]},
{"name":"m","kind":"Job","events":["pre-upgrade"],"last_run":{"phase":""}}],
"version":3,"namespace":"store","apply_method":"ssa","something_new":{"b":1,"a":[1.5,null]}})";

json secret_of(std::string_view text, bool compressed = true) {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"type", "helm.sh/release.v1"},
          {"metadata",
           {{"name", "sh.helm.release.v1.shop.v3"},
            {"resourceVersion", "1640"},
            {"labels", {{"name", "shop"}, {"owner", "helm"}, {"status", "pending-upgrade"}, {"version", "3"}, {"createdAt", "1"}, {"leadsman/deployment", "d-7"}}}}},
          {"data", {{"release", base64_encode(base64_encode(compressed ? gzip(text) : std::string(text)))}}}};
}

std::string unpacked(const json& secret) {
  return gunzip(base64_decode(base64_decode(secret["data"]["release"].get<std::string>()).value()).value(), 1 << 20).value();
}

TEST(DecodeRelease, ReadsWhatHelmStored) {
  for (const bool compressed : {true, false}) {
    const auto decoded = decode_release(secret_of(k_release, compressed));
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(decoded->name, "shop");
    EXPECT_EQ(decoded->release_namespace, "store");
    EXPECT_EQ(decoded->revision, 3);
    EXPECT_EQ(decoded->status, release_status::pending_upgrade);
    EXPECT_TRUE(is_pending(decoded->status));
    EXPECT_EQ(decoded->description, "Preparing upgrade");
    EXPECT_EQ(format_rfc3339(*decoded->first_deployed), "2026-11-21T11:21:49.478Z");
    EXPECT_EQ(decoded->chart.version, "1.2.0");
    EXPECT_EQ(decoded->chart.app_version, "7");
    EXPECT_EQ(decoded->config["image"]["tag"], "7");
    EXPECT_EQ(decoded->manifest, "---\nkind: A\n");
    EXPECT_EQ(decoded->notes, "hi");
    EXPECT_EQ(decoded->apply, apply_method::server_side);
    EXPECT_EQ(decoded->labels, (std::map<std::string, std::string>{{"leadsman/deployment", "d-7"}}));
    ASSERT_EQ(decoded->hooks.size(), 2U);
    EXPECT_EQ(decoded->hooks[0].weight, 5);
    EXPECT_EQ(format_rfc3339(*decoded->hooks[0].last_run.started), "2026-11-21T11:21:50.000Z");
    EXPECT_FALSE(decoded->hooks[0].last_run.completed);
    EXPECT_EQ(decoded->hooks[0].last_run.phase, "Running");
    EXPECT_EQ(decoded->hooks[0].delete_policies, std::vector<std::string>{"hook-succeeded"});
    EXPECT_FALSE(decoded->hooks[1].last_run.started);
    EXPECT_EQ(decoded->tests(), 1);
  }
}

TEST(DecodeRelease, ARevisionOfAnOldHelmHasNoApplyMethod) {
  const auto decoded = decode_release(secret_of(R"({"name":"old","version":1,"hooks":null,"config":null})"));
  ASSERT_TRUE(decoded);
  EXPECT_FALSE(decoded->apply);
  EXPECT_EQ(decoded->status, release_status::unknown);
  EXPECT_TRUE(decoded->config.is_object());
}

TEST(DecodeRelease, RefusesWhatIsNoReleaseAndNamesTheSecret) {
  json no_data = secret_of(k_release);
  no_data.erase("data");
  json no_base64 = secret_of(k_release);
  no_base64["data"]["release"] = "*";
  json cut = secret_of(k_release);
  const std::string packed = gzip(k_release);
  cut["data"]["release"] = base64_encode(base64_encode(packed.substr(0, packed.size() / 2)));
  for (const json& bad : {no_data, no_base64, cut, secret_of("[1]"), secret_of("nonsense"), json(nullptr), json("x")}) {
    const auto decoded = decode_release(bad);
    ASSERT_FALSE(decoded) << bad;
    EXPECT_EQ(decoded.error().code, errc::invalid_input);
  }
  EXPECT_EQ(decode_release(cut).error().field, "sh.helm.release.v1.shop.v3");
}

TEST(DecodeRelease, AGzipBombIsTooLarge) {
  EXPECT_EQ(decode_release(secret_of(std::string(65 << 20, ' '))).error().code, errc::too_large);
}

TEST(MarkFailed, ChangesStatusAndDescriptionAndNothingElse) {
  const json before = secret_of(k_release);
  const auto marked = mark_failed(before, "helm was killed", parse_rfc3339("2026-11-21T12:00:00Z").value());
  ASSERT_TRUE(marked);

  json expected_secret = before;
  expected_secret["data"] = (*marked)["data"];
  json& labels = expected_secret["metadata"]["labels"];
  labels["status"] = "failed";
  labels["modifiedAt"] = "1795262400";
  labels.erase("createdAt");
  EXPECT_EQ(*marked, expected_secret);

  auto expected = nlohmann::ordered_json::parse(k_release);
  expected["info"]["status"] = "failed";
  expected["info"]["description"] = "helm was killed";
  EXPECT_EQ(unpacked(*marked), expected.dump());  // order and unknown fields included
}

TEST(MarkFailed, LeavesARevisionThatIsNotPendingAlone) {
  std::string deployed(k_release);
  deployed.replace(deployed.find("pending-upgrade"), 15, "deployed");
  EXPECT_EQ(mark_failed(secret_of(deployed), "x", wall_time{}).error().code, errc::conflict);
}

TEST(ParseRelease, ReadsTheOutputOfADryRun) {
  EXPECT_EQ(parse_release(k_release)->manifest, "---\nkind: A\n");
  EXPECT_FALSE(parse_release("Release \"shop\" does not exist."));
}

TEST(ReleaseNames, AreHelms) {
  EXPECT_EQ(secret_name("shop", 12), "sh.helm.release.v1.shop.v12");
  EXPECT_EQ(secret_selector("shop"), "owner=helm,name=shop");
  for (const char* word : {"unknown", "deployed", "uninstalled", "superseded", "failed", "uninstalling", "pending-install", "pending-upgrade", "pending-rollback"}) {
    EXPECT_EQ(to_string(parse_status(word)), word);
  }
}

TEST(Encoding, Base64AndDigestsAreTheUsualOnes) {
  for (const char* text : {"", "f", "fo", "foo", "foob"}) EXPECT_EQ(base64_decode(base64_encode(text)).value(), text);
  EXPECT_EQ(base64_encode("foob"), "Zm9vYg==");
  EXPECT_FALSE(base64_decode("abc"));
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace leadsman::helm
