#include "helm/pull.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace leadsman::helm {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const pull_files k_files{.folder = "/run/f", .credentials = "/run/f/0-registry.json"};
const std::string k_caches = " --content-cache=/run/f/cache --repository-cache=/run/f/index";

pull_request of_registry(std::string version, std::string digest = "") {
  return {.address = "oci://h/acme/shop", .name = "shop", .version = std::move(version), .digest = std::move(digest)};
}

TEST(PullArguments, OfATagNameItByAFlag) {
  EXPECT_EQ(join(pull_from_registry(of_registry("1.2.3+b4"), k_files), " "),
            "pull oci://h/acme/shop --version=1.2.3+b4 --destination=/run/f/archives --registry-config=/run/f/0-registry.json" + k_caches);
}

TEST(PullArguments, OfADigestNameItInTheAddress) {
  EXPECT_EQ(pull_from_registry(of_registry("", "sha256:aa"), k_files)[1], "oci://h/acme/shop@sha256:aa");
  EXPECT_EQ(pull_from_registry(of_registry("1.2.3+b4", "sha256:aa"), k_files)[1], "oci://h/acme/shop:1.2.3_b4@sha256:aa");
  EXPECT_THAT(join(pull_from_registry(of_registry("1.2.3", "sha256:aa"), k_files), " "), Not(HasSubstr("--version")));
}

TEST(PullArguments, SayHowTheHostIsSpokenTo) {
  pull_request request = of_registry("1.2.3");
  request.ca_file = "/ca.pem";
  EXPECT_THAT(join(pull_from_registry(request, k_files), " "), testing::EndsWith(" --ca-file=/ca.pem"));
  request.ca_file.clear();
  request.plain_http = true;
  EXPECT_THAT(join(pull_from_registry(request, k_files), " "), testing::EndsWith(" --plain-http"));
}

TEST(PullArguments, OfARepositoryComeInTwoSteps) {
  const pull_files files{.folder = "/run/f", .credentials = "/run/f/0-repositories.yaml"};
  const pull_request request{.address = "https://c", .name = "shop", .version = "1.2.3", .ca_file = "/ca.pem"};
  EXPECT_EQ(join(update_repository(files), " "), "repo update leadsman --repository-config=/run/f/0-repositories.yaml" + k_caches);
  EXPECT_EQ(join(pull_from_repository(request, files), " "),
            "pull leadsman/shop --version=1.2.3 --destination=/run/f/archives --repository-config=/run/f/0-repositories.yaml" + k_caches + " --ca-file=/ca.pem");
  EXPECT_EQ(files.index(), "/run/f/index/leadsman-index.yaml");
}

TEST(PullCredentials, StandInTheFilesAsHelmReadsThem) {
  EXPECT_EQ(json::parse(registry_config("h:5000", user_and_password{"ann", "pa:ss"}).value()), (json{{"auths", {{"h:5000", {{"auth", "YW5uOnBhOnNz"}}}}}}));
  EXPECT_EQ(json::parse(registry_config("h", std::nullopt).value()), (json{{"auths", json::object()}}));
  const pull_request request{.address = "https://c/stable", .ca_file = "/ca.pem"};
  const json file = json::parse(repositories_file(request, user_and_password{"ann", "pass"}).value());
  EXPECT_EQ(file["repositories"], json::parse(R"([{"name":"leadsman","url":"https://c/stable","caFile":"/ca.pem","username":"ann","password":"pass"}])"));
  EXPECT_FALSE(json::parse(repositories_file(request, std::nullopt).value())["repositories"][0].contains("password"));
  EXPECT_EQ(repositories_file(request, user_and_password{"ann", "\xff"}).error().code, errc::refused);
}

TEST(PulledDigest, StandsInHelmsOutput) {
  EXPECT_EQ(pulled_digest("Pulled: h/shop:0.1.1_b1\nDigest: sha256:73575a\nh/shop:0.1.1_b1 contains an underscore.\n"), "sha256:73575a");
  EXPECT_EQ(pulled_digest("Pulled: h/shop:0.1.1\n"), "");
}

struct failed_pull {
  const char* said;
  pull_problem is;
};

// Word for word what helm 4.2.3 printed.
TEST(ClassifyPull, KnowsHelmsWords) {
  for (const failed_pull& c : std::vector<failed_pull>{
           {R"(failed to perform "FetchReference" on source: 127.0.0.1:5391/acme/demo:9.9.9: not found)", pull_problem::unknown_chart},
           {R"(failed to perform "FetchReference" on source: Get "http://127.0.0.1:5398/v2/acme/demo/manifests/1.0.0": dial tcp 127.0.0.1:5398: connect: connection refused)", pull_problem::unreachable},
           {R"(failed to perform "FetchReference" on source: Get "https://nosuch.invalid/v2/acme/demo/manifests/1.0.0": dial tcp: lookup nosuch.invalid on 10.0.0.53:53: no such host)", pull_problem::unreachable},
           {R"(failed to perform "FetchReference" on source: GET "http://127.0.0.1:5392/v2/acme/demo/manifests/0.1.0": basic credential not found)", pull_problem::denied},
           {R"(failed to perform "FetchReference" on source: GET "http://127.0.0.1:5392/v2/acme/demo/manifests/0.1.0": response status code 401: unauthorized: authentication required: [map[Action:pull Class: Name:acme/demo Type:repository]])", pull_problem::denied},
           {"chart reference digest mismatch: sha256:76 is not sha256:00", pull_problem::other_digest},
           {R"(failed to perform "Successors" on source: mismatched digest)", pull_problem::other_digest},
           {R"(failed to perform "Push" on destination: mismatched digest)", pull_problem::other_digest},
           {R"(failed to perform "FetchReference" on source: Get "https://127.0.0.1:5391/v2/acme/demo/manifests/0.1.0": http: server gave HTTP response to HTTPS client)", pull_problem::untrusted},
           {R"(failed to perform "FetchReference" on source: Get "https://127.0.0.1:5393/v2/acme/demo/manifests/0.1.0": tls: failed to verify certificate: x509: certificate signed by unknown authority)", pull_problem::untrusted},
           {"failed to fetch http://127.0.0.1:5394/demo-0.1.0.tgz : 404 File not found", pull_problem::unknown_chart},
           {R"(improper constraint: "latest")", pull_problem::unknown},
       }) {
    EXPECT_EQ(classify_pull(c.said, ""), c.is) << c.said;
  }
}

const std::string k_update_said = "Hang tight while we grab the latest from your chart repositories...\n"
                                  "...Unable to get an update from the \"leadsman\" chart repository (http://127.0.0.1:5395):\n\t";

TEST(ClassifyPull, FindsTheCauseOfARepositoryOnStdout) {
  const std::string message = "failed to update the following repositories: [http://127.0.0.1:5395]";
  const std::string denied = "failed to fetch http://127.0.0.1:5395/index.yaml : 401 Unauthorized";
  EXPECT_EQ(classify_pull(message, k_update_said + denied + "\n"), pull_problem::denied);
  EXPECT_EQ(pull_failure_text(message, k_update_said + denied + "\n"), denied);
  EXPECT_EQ(classify_pull(message, k_update_said + "Get \"http://127.0.0.1:5399/index.yaml\": dial tcp 127.0.0.1:5399: connect: connection refused\n"), pull_problem::unreachable);
  EXPECT_EQ(classify_pull(message, k_update_said + "failed to fetch http://127.0.0.1:5394/index.yaml : 503 Service Unavailable\n"), pull_problem::unreachable);
  EXPECT_EQ(pull_failure_text("said on stderr", "Pulled: x\n"), "said on stderr");
}

}  // namespace
}  // namespace leadsman::helm
