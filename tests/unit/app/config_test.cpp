#include "app/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sign/key.hpp"
#include "support/temporary_folder.hpp"

namespace leadsman::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string k_key = sign::private_key::from_seed({1}).public_part().text();

const std::string k_least = "state: /var/lib/leadsman\nlisten: 127.0.0.1:8080\nclusters: {default: {in-cluster: true}}\n";

config good(const std::string& text, const environment& env = {}) {
  auto parsed = parse_config(text, "agent.yaml", env);
  if (!parsed) throw std::runtime_error(parsed.error().field + ": " + parsed.error().message);
  return std::move(*parsed);
}

TEST(Config, HasDefaultsForAllThatIsNotSaid) {
  const config c = good(k_least);
  EXPECT_EQ(c.name, "leadsman-agent");
  EXPECT_EQ(c.state, "/var/lib/leadsman");
  EXPECT_THAT(c.server.listen, ElementsAre(http::listen_address{.host = "127.0.0.1", .port = 8080}));
  EXPECT_FALSE(c.server.tls);
  EXPECT_FALSE(c.server.behind_proxy);
  ASSERT_TRUE(c.clusters.contains("default"));
  EXPECT_EQ(c.clusters.at("default").kubeconfig, "");
  EXPECT_THAT(c.access.grants(), IsEmpty());
  EXPECT_EQ(c.helm, "");
  EXPECT_EQ(c.helm_sha256, "");
  EXPECT_EQ(c.helm_processes, 2u);
  EXPECT_EQ(c.log_level, "info");
  EXPECT_FALSE(c.own_release);
  EXPECT_FALSE(c.log_json);
  EXPECT_FALSE(c.embedded);
}

TEST(Config, SendsProbesNowhereUnlessItIsSaid) {
  EXPECT_FALSE(good(k_least).probes.anything);
  EXPECT_THAT(good(k_least).probes.origins, IsEmpty());
  const config c = good(k_least + "probes: [https://*.Example.com, http://10.0.0.7:8080]\n");
  EXPECT_FALSE(c.probes.anything);
  EXPECT_THAT(c.probes.origins, ElementsAre("https://*.example.com", "http://10.0.0.7:8080"));
  const auto bad = parse_config(k_least + "probes: [https://shop.test, shop.test]\n", "agent.yaml", {});
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().field, HasSubstr("agent.yaml:4"));
  EXPECT_THAT(bad.error().message, HasSubstr("http:// nor https://"));
}

TEST(Config, ReadsEveryKey) {
  const config c = good(R"(
name: blue
state: /state
listen: ["0.0.0.0:8443", "unix:/run/agent.sock"]
behind-proxy: true
tls: {certificate: /tls/crt, key: /tls/key}
clusters:
  dev: {kubeconfig: /etc/dev, context: admin}
  prod: {in-cluster: true}
access:
  keys:
    - {name: ci, public-key: ")" + k_key + R"(", may: [read, deploy], releases: shop/*, environments: [staging]}
helm: {path: /opt/helm, sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, processes: 8}
own-release: {cluster: prod, namespace: leadsman, name: agent}
charts: {sources: [{prefix: "oci://ghcr.example.com/acme"}]}
log: {level: warning, format: json}
)");
  EXPECT_EQ(c.name, "blue");
  EXPECT_EQ(c.state, "/state");
  EXPECT_THAT(c.server.listen, ElementsAre(http::listen_address{.host = "0.0.0.0", .port = 8443}, http::listen_address{.socket_path = "/run/agent.sock"}));
  EXPECT_TRUE(c.server.behind_proxy);
  ASSERT_TRUE(c.server.tls);
  EXPECT_EQ(c.server.tls->certificate, "/tls/crt");
  EXPECT_EQ(c.server.tls->key, "/tls/key");
  ASSERT_EQ(c.clusters.size(), 2u);
  EXPECT_EQ(c.clusters.at("dev").kubeconfig, "/etc/dev");
  EXPECT_EQ(c.clusters.at("dev").context, "admin");
  EXPECT_EQ(c.clusters.at("prod").kubeconfig, "");
  ASSERT_EQ(c.access.grants().size(), 1u);
  EXPECT_EQ(c.access.grants()[0].name, "ci");
  EXPECT_THAT(c.access.grants()[0].environments, ElementsAre("staging"));
  EXPECT_EQ(c.own_release, (model::release_id{"prod", "leadsman", "agent"}));
  EXPECT_EQ(c.helm, "/opt/helm");
  EXPECT_EQ(c.helm_sha256, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
  EXPECT_EQ(c.helm_processes, 8u);
  ASSERT_EQ(c.charts.allowed.size(), 1u);
  EXPECT_EQ(c.charts.allowed[0].prefix, "oci://ghcr.example.com/acme");
  EXPECT_EQ(c.log_level, "warning");
  EXPECT_TRUE(c.log_json);
}

struct bad_config {
  const char* name;
  std::string text;  // from its third line on what is wrong, unless the name says otherwise
  const char* field;
  const char* message;
};

void PrintTo(const bad_config& c, std::ostream* out) { *out << c.name; }

class ConfigThatIsWrong : public testing::TestWithParam<bad_config> {};

TEST_P(ConfigThatIsWrong, IsToldByLineAndKeyWithWhatIsAllowed) {
  const auto parsed = parse_config(GetParam().text, "agent.yaml", {});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, errc::invalid_input);
  EXPECT_EQ(parsed.error().field, GetParam().field);
  EXPECT_THAT(parsed.error().message, HasSubstr(GetParam().message));
}

// Two good lines, then these.
std::string with(const std::string& more) { return "state: /state\nlisten: 127.0.0.1:8080\n" + more; }
std::string with_cluster(const std::string& more) { return with("clusters: {a: {in-cluster: true}}\n" + more); }

INSTANTIATE_TEST_SUITE_P(
    Config, ConfigThatIsWrong,
    testing::Values(
        bad_config{"NoYaml", "state: [\n", "agent.yaml:2", "is not valid YAML"},
        bad_config{"NotAMapping", "- state\n", "agent.yaml", "expected a mapping, found a list"},
        bad_config{"Empty", "", "agent.yaml", "expected a mapping, found nothing"},
        bad_config{"AKeyTwice", "state: /a\nstate: /b\n", "agent.yaml:2", "state"},
        bad_config{"UnknownKey", with_cluster("acess: {}\n"), "agent.yaml:4", "acess unknown key 'acess'; did you mean 'access'?"},
        bad_config{"UnknownKeyLikeNone", with_cluster("frobnicate: 1\n"), "agent.yaml:4", "known here: access, behind-proxy, charts, clusters, helm, listen, log, name, own-release, plugins, probes, retention, state, tls"},
        bad_config{"StateMissing", "listen: 127.0.0.1:8080\nclusters: {a: {in-cluster: true}}\n", "agent.yaml", "state is required: the folder where the agent keeps its database"},
        bad_config{"StateOfAnotherType", "state: 5\nlisten: 127.0.0.1:8080\n", "agent.yaml:1", "state expected text, found the number 5"},
        bad_config{"NameOfAnotherType", with("name: [a]\n"), "agent.yaml:3", "name expected text, found a list"},
        bad_config{"ListenMissing", "state: /state\nclusters: {a: {in-cluster: true}}\n", "agent.yaml", "listen is required: where the agent listens"},
        bad_config{"ListenEmpty", "state: /state\nlisten: []\n", "agent.yaml:2", "listen is required"},
        bad_config{"ListenOfAnotherType", "state: /state\nlisten: 8080\n", "agent.yaml:2", "listen expected a list of texts, found the number 8080"},
        bad_config{"ListenWithoutPort", "state: /state\nlisten: localhost\nclusters: {}\n", "agent.yaml:2", "expected address:port or unix:/path"},
        bad_config{"ListenOnARelativeSocket", "state: /state\nlisten: ['127.0.0.1:1', 'unix:agent.sock']\nclusters: {}\n", "agent.yaml:2", "a Unix socket needs an absolute path"},
        bad_config{"BehindProxyOfAnotherType", with("behind-proxy: maybe\n"), "agent.yaml:3", "behind-proxy expected true or false, found the text 'maybe'"},
        bad_config{"TlsWithoutKey", with_cluster("tls: {certificate: /crt}\n"), "agent.yaml:4", "tls.key is required"},
        bad_config{"TlsWithoutCertificate", with_cluster("tls: {key: /key}\n"), "agent.yaml:4", "tls.certificate is required"},
        bad_config{"TlsUnknownKey", with_cluster("tls:\n  certificate: /crt\n  key: /key\n  kee: x\n"), "agent.yaml:7", "tls.kee unknown key 'kee'; did you mean 'key'?"},
        bad_config{"TlsOfAnotherType", with_cluster("tls: true\n"), "agent.yaml:4", "tls expected a mapping, found true"},
        bad_config{"ClustersMissing", with(""), "agent.yaml", "clusters expected a mapping of names to clusters, found nothing"},
        bad_config{"ClustersOfAnotherType", with("clusters: [prod]\n"), "agent.yaml:3", "clusters expected a mapping of names to clusters, found a list"},
        bad_config{"ClusterWithNothing", with("clusters:\n  prod: {}\n"), "agent.yaml:4", "clusters.prod.kubeconfig say either kubeconfig: FILE or in-cluster: true"},
        bad_config{"ClusterWithBoth", with("clusters:\n  prod:\n    kubeconfig: /a\n    in-cluster: true\n"), "agent.yaml:5", "say either kubeconfig: FILE or in-cluster: true"},
        bad_config{"ClusterInClusterWithAContext", with("clusters:\n  prod:\n    in-cluster: true\n    context: admin\n"), "agent.yaml:6", "clusters.prod.context is one of a kubeconfig, and none is named"},
        bad_config{"ClusterThatIsNull", with("clusters:\n  prod:\n"), "agent.yaml:4", "clusters.prod expected a mapping, found nothing"},
        bad_config{"ClusterUnknownKey", with("clusters:\n  prod:\n    kubeconfg: /a\n    in-cluster: true\n"), "agent.yaml:5", "did you mean 'kubeconfig'?"},
        bad_config{"AccessUnknownKey", with_cluster("access: {key: []}\n"), "agent.yaml:4", "access.key unknown key 'key'; did you mean 'keys'?"},
        bad_config{"AccessKeysOfAnotherType", with_cluster("access: {keys: all}\n"), "agent.yaml:4", "access.keys expected a list of keys"},
        bad_config{"AccessKeyUnknownVerb", with_cluster("access:\n  keys:\n  - name: ci\n    public-key: x\n    may: [deplyo]\n    releases: '*/*'\n"), "agent.yaml:8", "did you mean 'deploy'?"},
        bad_config{"AccessKeyThatIsNone", with_cluster("access:\n  keys:\n  - name: ci\n    public-key: nonsense\n    may: [deploy]\n    releases: '*/*'\n"), "agent.yaml:7", "access.keys[0].public-key"},
        bad_config{"HelmUnknownKey", with_cluster("helm: {pth: /helm}\n"), "agent.yaml:4", "helm.pth unknown key 'pth'; did you mean 'path'?"},
        bad_config{"HelmProcessesNone", with_cluster("helm: {processes: 0}\n"), "agent.yaml:4", "helm.processes 0 is out of range; allowed is 1 to 64"},
        bad_config{"HelmProcessesTooMany", with_cluster("helm: {processes: 65}\n"), "agent.yaml:4", "allowed is 1 to 64"},
        bad_config{"HelmProcessesOfAnotherType", with_cluster("helm: {processes: many}\n"), "agent.yaml:4", "expected a whole number, found the text 'many'"},
        bad_config{"HelmDigestTooShort", with_cluster("helm: {sha256: abc}\n"), "agent.yaml:4", "helm.sha256 is not a SHA-256 digest; expected 64 lower-case hexadecimal digits"},
        bad_config{"HelmDigestInUpperCase", with_cluster("helm: {sha256: " + std::string(64, 'A') + "}\n"), "agent.yaml:4", "64 lower-case hexadecimal digits"},
        bad_config{"OwnReleaseWithoutName", with_cluster("own-release: {namespace: leadsman, cluster: a}\n"), "agent.yaml:4", "own-release.name is required"},
        bad_config{"OwnReleaseUnknownKey", with_cluster("own-release: {namespace: leadsman, name: agent, clustr: a}\n"), "agent.yaml:4", "did you mean 'cluster'?"},
        bad_config{"OwnReleaseImpossibleNamespace", with_cluster("own-release: {namespace: Leadsman, name: agent, cluster: a}\n"), "agent.yaml:4", "own-release.namespace 'Leadsman' is not a valid name"},
        bad_config{"OwnReleaseImpossibleName", with_cluster("own-release: {namespace: leadsman, name: a_b, cluster: a}\n"), "agent.yaml:4", "own-release.name 'a_b' is not a release name"},
        bad_config{"OwnReleaseInAnUnknownCluster", with_cluster("own-release: {namespace: leadsman, name: agent}\n"), "agent.yaml:4", "own-release.cluster 'default' is no cluster of this configuration; it has a"},
        bad_config{"OwnReleaseOfAnotherType", with_cluster("own-release: leadsman/agent\n"), "agent.yaml:4", "own-release expected a mapping, found the text 'leadsman/agent'"},
        bad_config{"ChartSourceHalf", with_cluster("charts:\n  sources:\n  - prefix: oci://h\n    username-file: /u\n"), "agent.yaml:6", "charts.sources[0].password-file is required beside"},
        bad_config{"LogLevelUnknown", with_cluster("log: {level: infos}\n"), "agent.yaml:4", "log.level 'infos' is not known; allowed is one of debug, info, warning or error (did you mean 'info'?)"},
        bad_config{"LogFormatUnknown", with_cluster("log: {format: xml}\n"), "agent.yaml:4", "log.format 'xml' is not known; allowed is one of text or json"},
        bad_config{"LogUnknownKey", with_cluster("log: {levl: info}\n"), "agent.yaml:4", "did you mean 'level'?"},
        bad_config{"LogOfAnotherType", with_cluster("log: debug\n"), "agent.yaml:4", "log expected a mapping, found the text 'debug'"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(ConfigEnvironment, WinsOverTheFile) {
  const config c = good("state: /file\nlisten: 127.0.0.1:1\nclusters: {}\nhelm: {path: /file/helm, processes: 5}\nlog: {level: error, format: text}\n",
                        {{"LEADSMAN_STATE", "/env"}, {"LEADSMAN_LISTEN", "unix:/env.sock"}, {"LEADSMAN_HELM", "/env/helm"},
                         {"LEADSMAN_LOG_LEVEL", "debug"}, {"LEADSMAN_LOG_FORMAT", "json"}});
  EXPECT_EQ(c.state, "/env");
  EXPECT_THAT(c.server.listen, ElementsAre(http::listen_address{.socket_path = "/env.sock"}));
  EXPECT_EQ(c.helm, "/env/helm");
  EXPECT_EQ(c.helm_processes, 5u);
  EXPECT_EQ(c.log_level, "debug");
  EXPECT_TRUE(c.log_json);
}

TEST(ConfigEnvironment, NamesTheAgentsOwnRelease) {
  EXPECT_EQ(good(k_least, {{"LEADSMAN_OWN_RELEASE", "leadsman/agent"}}).own_release, (model::release_id{"default", "leadsman", "agent"}));
  EXPECT_EQ(good(k_least + "own-release: {namespace: a, name: b}\n", {{"LEADSMAN_OWN_RELEASE", "leadsman/agent"}}).own_release, (model::release_id{"default", "leadsman", "agent"}));
}

TEST(ConfigEnvironment, MayTurnJsonOff) {
  EXPECT_FALSE(good(k_least + "log: {format: json}\n", {{"LEADSMAN_LOG_FORMAT", "text"}}).log_json);
}

TEST(ConfigEnvironment, SaysWhatTheFileLeavesOut) {
  const config c = good("clusters: {}\n", {{"LEADSMAN_STATE", "/env"}, {"LEADSMAN_LISTEN", "127.0.0.1:0"}, {"LEADSMAN_HELM", "/env/helm"}, {"LEADSMAN_LOG_LEVEL", "error"}});
  EXPECT_EQ(c.state, "/env");
  EXPECT_THAT(c.server.listen, ElementsAre(http::listen_address{.host = "127.0.0.1", .port = 0}));
  EXPECT_EQ(c.helm, "/env/helm");
  EXPECT_EQ(c.log_level, "error");
}

TEST(ConfigEnvironment, AnEmptyVariableSaysNothing) {
  const config c = good(k_least, {{"LEADSMAN_STATE", ""}, {"LEADSMAN_LISTEN", ""}, {"LEADSMAN_HELM", ""}, {"LEADSMAN_LOG_LEVEL", ""}, {"LEADSMAN_LOG_FORMAT", ""}});
  EXPECT_EQ(c.state, "/var/lib/leadsman");
  EXPECT_EQ(c.server.listen.size(), 1u);
  EXPECT_EQ(c.log_level, "info");
}

TEST(ConfigEnvironment, OtherVariablesAreNobodysBusiness) {
  EXPECT_EQ(good(k_least, {{"LEADSMAN_NAME", "x"}, {"HOME", "/root"}}).name, "leadsman-agent");
}

struct bad_variable {
  const char* name;
  const char* value;
  const char* message;
};

// No line of the file is to blame.
TEST(ConfigEnvironment, WhatIsWrongWithItIsToldByVariable) {
  for (const auto& [name, value, message] : {bad_variable{"LEADSMAN_LOG_LEVEL", "loud", "'loud' is not known; allowed is one of debug, info, warning or error"},
                                             bad_variable{"LEADSMAN_LOG_FORMAT", "jsn", "did you mean 'json'?"},
                                             bad_variable{"LEADSMAN_OWN_RELEASE", "agent", "'agent' names no release; expected namespace/name or cluster/namespace/name"},
                                             bad_variable{"LEADSMAN_OWN_RELEASE", "leadsman/-", "name: '-' is not a release name"},
                                             bad_variable{"LEADSMAN_OWN_RELEASE", "prod/leadsman/agent", "'prod' is no cluster of this configuration; it has default"},
                                             bad_variable{"LEADSMAN_LISTEN", "8080", "expected address:port or unix:/path"}}) {
    const auto parsed = parse_config(k_least + "log: {level: info}\n", "agent.yaml", {{name, value}});
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().code, errc::invalid_input) << name;
    EXPECT_EQ(parsed.error().field, name);
    EXPECT_THAT(parsed.error().message, HasSubstr(message));
  }
}

TEST(ConfigEnvironment, DoesNotHideWhatIsWrongWithTheFile) {
  const auto parsed = parse_config(k_least + "log: {level: infos}\n", "agent.yaml", {{"LEADSMAN_LOG_LEVEL", "debug"}});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().field, "agent.yaml:4");
}

TEST(ConfigFile, KnowsPluginsInFoldersBesideIt) {
  const std::string digest(64, 'a');
  const auto read = parse_config(k_least + "plugins:\n  - {name: house, folder: house, digest: " + digest + ", grants: [networking.k8s.io/Ingress]}\n", "/etc/leadsman/agent.yaml", {});
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->plugins.size(), 1U);
  EXPECT_EQ(read->plugins[0].folder, "/etc/leadsman/house");
  EXPECT_EQ(read->plugins[0].grants[0].kind, "Ingress");
}

TEST(ConfigFile, SaysOnWhichLineAPluginIsWrong) {
  const auto read = parse_config(k_least + "plugins:\n  - name: house\n    folder: house\n    digest: abc\n", "agent.yaml", {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().field, "agent.yaml:7");
  EXPECT_THAT(read.error().message, HasSubstr("plugins[0].digest"));
}

TEST(ConfigFile, IsReadFromDisk) {
  const test::temporary_folder folder;
  const auto read = load_config(folder.write("agent.yaml", k_least), {});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->state, "/var/lib/leadsman");
}

TEST(ConfigFile, ThatIsNotThereIsNamed) {
  const auto read = load_config("/no/such/agent.yaml", {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, errc::not_found);
  EXPECT_EQ(read.error().field, "/no/such/agent.yaml");
}

TEST(ConfigFile, ThatIsAFolderIsNoConfiguration) {
  const test::temporary_folder folder;
  EXPECT_FALSE(load_config(folder.path(), {}));
}

}  // namespace
}  // namespace leadsman::app
