#include "kube/kubeconfig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "kube/base64.hpp"
#include "support/test_certificate.hpp"

namespace leadsman::kube {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct fake_files {
  std::map<std::string, std::string> files;
  result<std::string> operator()(const std::filesystem::path& file) const {
    const auto found = files.find(file.string());
    return found == files.end() ? fail(errc::not_found, "there is no file " + file.string()) : result<std::string>(found->second);
  }
};

std::string config(const std::string& user, const std::string& cluster = "server: https://api.test:6443") {
  return "current-context: prod\n"
         "contexts:\n- name: prod\n  context: {cluster: main, user: me, namespace: shop}\n"
         "- name: staging\n  context: {cluster: gone, user: me}\n"
         "clusters:\n- name: main\n  cluster: {" +
         cluster +
         "}\n"
         "users:\n- name: me\n  user: {" +
         user + "}\n";
}

result<cluster_access> parse(const std::string& text, const std::string& context = "", fake_files files = {}, wall_time at = now()) {
  return parse_kubeconfig(text, context, "/home/me/.kube", files, at);
}

TEST(Kubeconfig, ReadsTheCurrentContext) {
  const auto access = parse(config("token: abc", "server: 'https://api.test:6443/base', tls-server-name: inner, insecure-skip-tls-verify: true"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->context, "prod");
  EXPECT_EQ(net::to_string(access->server), "https://api.test:6443/base");
  EXPECT_EQ(access->name_space, "shop");
  EXPECT_EQ(access->token, "abc");
  EXPECT_EQ(access->tls.server_name, "inner");
  EXPECT_TRUE(access->tls.insecure);
}

TEST(Kubeconfig, InlineMaterialGoesBeforeFilesAndRelativeFilesStartAtItsFolder) {
  const fake_files files{{{"/home/me/.kube/pki/ca.crt", "from a file"}}};
  EXPECT_EQ(parse(config("", "server: https://a, certificate-authority: pki/ca.crt"), "", files)->tls.ca_pem, "from a file");
  const std::string both = "server: https://a, certificate-authority: pki/ca.crt, certificate-authority-data: " + encode_base64("inline");
  EXPECT_EQ(parse(config("", both), "", files)->tls.ca_pem, "inline");
  EXPECT_EQ(parse(config("tokenFile: t"))->token_file, "/home/me/.kube/t");
}

TEST(Kubeconfig, ReadsAnExecCommandAsEksWritesIt) {
  const auto access = parse(config(
      "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, main], "
      "env: [{name: AWS_PROFILE, value: prod}], interactiveMode: IfAvailable, provideClusterInfo: false}"));
  ASSERT_TRUE(access) << access.error().message;
  ASSERT_TRUE(access->exec);
  EXPECT_EQ(access->exec->command, "aws");
  EXPECT_THAT(access->exec->args, testing::ElementsAre("eks", "get-token", "--cluster-name", "main"));
  EXPECT_THAT(access->exec->env, testing::ElementsAre(std::pair<std::string, std::string>("AWS_PROFILE", "prod")));
}

TEST(Kubeconfig, AcceptsAClientCertificateThatIsStillValid) {
  const auto made = leadsman::test::make_test_certificate("admin", "DNS:x", 1h);
  const std::string user = "client-certificate-data: " + encode_base64(made.certificate_pem) + ", client-key-data: " + encode_base64(made.key_pem);
  const auto access = parse(config(user));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->tls.client_cert_pem, made.certificate_pem);
  const auto later = parse(config(user), "", {}, now() + 2h);
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, errc::unauthenticated);
  EXPECT_THAT(later.error().message, testing::AllOf(HasSubstr("CN=admin"), HasSubstr("expired at 20")));
}

TEST(Kubeconfig, SaysWhatIsWrong) {
  struct {
    const char* name;
    std::string text;
    const char* context;
    errc code;
    const char* why;
  } const rows[] = {
      {"not YAML", "a: [", "", errc::invalid_input, "kubeconfig"},
      {"something else", "kind: Pod", "", errc::invalid_input, "is this a kubeconfig"},
      {"unknown context", config(""), "prid", errc::not_found, "did you mean 'prod'"},
      {"unknown cluster", config(""), "staging", errc::not_found, "no cluster 'gone'; it has main"},
      {"bad server", config("", "server: 'api.test'"), "", errc::invalid_input, "must begin with https://"},
      {"bad base64", config("", "server: https://a, certificate-authority-data: '%%%%'"), "", errc::invalid_input, "certificate-authority-data is not base64"},
      {"missing file", config("client-certificate: me.crt"), "", errc::invalid_input, "/home/me/.kube/me.crt"},
      {"proxy", config("", "server: https://a, proxy-url: http://p"), "", errc::invalid_input, "proxy-url"},
      {"auth-provider", config("auth-provider: {name: gcp}"), "", errc::invalid_input, "use exec"},
      {"impersonation", config("as: root"), "", errc::invalid_input, "impersonates"},
      {"exec with an unknown version", config("exec: {apiVersion: v0, command: x}"), "", errc::invalid_input, "apiVersion 'v0'"},
      {"exec that needs a terminal", config("exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}"), "", errc::invalid_input, "terminal"},
      {"certificate without key", config("client-certificate-data: " + encode_base64("x")), "", errc::invalid_input, "but not both"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto access = parse(row.text, row.context);
    ASSERT_FALSE(access);
    EXPECT_EQ(access.error().code, row.code);
    EXPECT_THAT(access.error().message, HasSubstr(row.why));
  }
}

TEST(InClusterAccess, ComesFromTheServiceAccount) {
  const fake_files files{{{"/var/run/secrets/kubernetes.io/serviceaccount/ca.crt", "CA"}, {"/var/run/secrets/kubernetes.io/serviceaccount/namespace", "ops\n"}}};
  const environment_reader environment = [](std::string_view name) -> std::optional<std::string> {
    return name == "KUBERNETES_SERVICE_HOST" ? "fd00::1" : "443";
  };
  const auto access = in_cluster_access(environment, files);
  ASSERT_TRUE(access && *access);
  EXPECT_EQ((*access)->server.host, "fd00::1");
  EXPECT_EQ((*access)->tls.ca_pem, "CA");
  EXPECT_EQ((*access)->name_space, "ops");
  EXPECT_EQ((*access)->token_file, "/var/run/secrets/kubernetes.io/serviceaccount/token");
}

TEST(InClusterAccess, OutsideThereIsNone) {
  const auto access = in_cluster_access([](std::string_view) { return std::optional<std::string>(); }, fake_files{});
  ASSERT_TRUE(access);
  EXPECT_FALSE(*access);
}

}  // namespace
}  // namespace leadsman::kube
