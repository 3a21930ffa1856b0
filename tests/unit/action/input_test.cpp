#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "action/embed/embedded_agent.hpp"
#include "action/embed/private_folder.hpp"
#include "action/input/action_inputs.hpp"
#include "action/input/credentials.hpp"
#include "action/input/kubeconfig.hpp"
#include "action/input/origin.hpp"
#include "action/input/policy_flags.hpp"
#include "action/input/request.hpp"
#include "action/input/text_or_file.hpp"
#include "document/yaml.hpp"
#include "sign/hash.hpp"

namespace leadsman::action {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* k_kubeconfig = R"(apiVersion: v1
kind: Config
clusters:
- name: c
  cluster: {server: "https://c", certificate-authority-data: Q0E=}
users:
- name: u
  user:
    token: sekrit-token
    client-key-data: c2Vrcml0LWtleQ==
- name: v
  user: {username: v, password: sekrit-password}
)";

environment env_of(std::map<std::string, std::string, std::less<>> variables) { return environment(std::move(variables)); }

TEST(ActionInputs, AreReadFromTheEnvironment) {
  const auto a = read_action_inputs(env_of({{"INPUT_RELEASE", "shop"},
                                            {"INPUT_SET", "a=1\n  b=2,c=3  \n\n"},
                                            {"INPUT_SET_STRING", "d=4"},
                                            {"INPUT_VALUES", "x.yaml\ny.yaml"},
                                            {"INPUT_ON_FAILURE", "keep"},
                                            {"INPUT_FORCE_CONFLICTS", "true"},
                                            {"INPUT_TIMEOUT", ""},
                                            {"INPUT_MATRIX", "null"}}));
  ASSERT_TRUE(a) << a.error().message;
  EXPECT_EQ(a->verb, verb::deploy);
  EXPECT_THAT(a->inputs.set, ElementsAre("a=1", "b=2,c=3"));
  EXPECT_THAT(a->inputs.set_string, ElementsAre("d=4"));
  EXPECT_THAT(a->inputs.values, ElementsAre("x.yaml", "y.yaml"));
  EXPECT_EQ(a->inputs.policy, (nlohmann::json{{"on-failure", "keep"}, {"force-conflicts", true}}));
}

TEST(ActionInputs, NameTheInputThatIsWrong) {
  const std::pair<const char*, std::map<std::string, std::string, std::less<>>> cases[]{
      {"command", {{"INPUT_COMMAND", "delpoy"}}},
      {"revision", {{"INPUT_REVISION", "three"}}},
      {"revision", {{"INPUT_REVISION", "0"}}},
      {"patience", {{"INPUT_PATIENCE", "soon"}}},
      {"canary-weight", {{"INPUT_CANARY_WEIGHT", "0"}}},
      {"canary-weight", {{"INPUT_CANARY_WEIGHT", "101"}}},
      {"canary-weight", {{"INPUT_CANARY_WEIGHT", "full"}}},
      {"canary-weight", {{"INPUT_COMMAND", "promote"}, {"INPUT_CANARY_WEIGHT", "all"}}},
      {"until", {{"INPUT_UNTIL", "pause"}}},
  };
  for (const auto& [field, variables] : cases) {
    const auto a = read_action_inputs(env_of(variables));
    ASSERT_FALSE(a) << field;
    EXPECT_EQ(a.error().field, field);
    EXPECT_EQ(a.error().code, errc::invalid_input);
  }
  EXPECT_THAT(read_action_inputs(env_of({{"INPUT_COMMAND", "delpoy"}})).error().message, HasSubstr("did you mean 'deploy'?"));
}

TEST(ActionInputs, AWeightIsWhereACanaryStartsOrWhereItIsPromotedTo) {
  const auto start = read_action_inputs(env_of({{"INPUT_CANARY_WEIGHT", "5 %"}, {"INPUT_UNTIL", "paused"}}));
  ASSERT_TRUE(start) << start.error().message;
  EXPECT_EQ(start->inputs.canary_weight, 5);
  EXPECT_TRUE(start->until_paused);
  const auto further = read_action_inputs(env_of({{"INPUT_COMMAND", "promote"}, {"INPUT_CANARY_WEIGHT", "25"}}));
  ASSERT_TRUE(further) << further.error().message;
  EXPECT_EQ(further->verb, verb::promote);
  EXPECT_EQ(further->weight, 25);
  EXPECT_FALSE(further->inputs.canary_weight);
  const auto whole = read_action_inputs(env_of({{"INPUT_COMMAND", "promote"}, {"INPUT_CANARY_WEIGHT", "full"}}));
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_TRUE(whole->full);
  EXPECT_FALSE(whole->weight);
}

nlohmann::json action_yml() {
  std::ifstream in("action.yml");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto parsed = document::parse_yaml(text, "action.yml");
  if (!parsed) throw std::runtime_error(parsed.error().message);
  return parsed->value;
}

TEST(ActionYml, HandsOverExactlyTheInputsThatAreRead) {
  const nlohmann::json action = action_yml();
  const nlohmann::json& step = action.at("runs").at("steps").at(0);
  std::set<std::string> declared;
  for (const auto& [name, input] : action.at("inputs").items()) {
    declared.insert(name);
    EXPECT_TRUE(input.contains("description") && input.contains("default")) << name;
    EXPECT_EQ(step.at("env").value(variable_of(name), ""), "${{ inputs." + name + " }}") << name;
  }
  EXPECT_EQ(step.at("env").size(), declared.size());
  std::set<std::string> read{"path"};  // for the script itself
  for (const std::string& name : action_input_names()) read.insert(name);
  EXPECT_EQ(declared, read);
}

TEST(ActionYml, NamesTheWordsAndTheDefaultOfEveryChoice) {
  const nlohmann::json inputs = action_yml().at("inputs");
  for (const policy_flag& flag : policy_flags()) {
    const std::string text = inputs.at(flag.name).at("description");
    for (const std::string& word : flag.words) EXPECT_THAT(text, HasSubstr(word)) << flag.name;
    EXPECT_THAT(text, HasSubstr(flag.words.empty() ? "default " + flag.fallback : flag.fallback + " (default)")) << flag.name;
  }
}

TEST(ActionYml, EndsInExecAndPastesNothingIntoTheScript) {
  const nlohmann::json action = action_yml();
  const nlohmann::json& step = action.at("runs").at("steps").at(0);
  const std::string script = step.at("run");
  EXPECT_TRUE(script.ends_with("exec \"$leadsman\" action\n"));
  EXPECT_EQ(script.find("${{"), std::string::npos);
  EXPECT_THAT(step.at("shell").get<std::string>(), HasSubstr("-p"));
  for (const char* output : {"deployment-id", "phase", "reason", "revision", "previous-revision", "rollback", "summary-file"}) {
    EXPECT_EQ(action.at("outputs").at(output).at("value"), std::string("${{ steps.leadsman.outputs.") + output + " }}");
  }
}

TEST(Origin, TellsTheRunOnGithub) {
  arguments given;
  given.matrix = R"({"os": "linux"})";
  given.step = "deploy-prod";
  const model::origin origin = read_origin(env_of({{"GITHUB_ACTIONS", "true"}, {"GITHUB_REPOSITORY", "acme/shop"}, {"GITHUB_RUN_ID", "7"},
                                                   {"GITHUB_RUN_ATTEMPT", "2"}, {"GITHUB_JOB", "deploy"}, {"GITHUB_ACTION", "__self"},
                                                   {"GITHUB_SERVER_URL", "https://github.com"}}), given);
  EXPECT_EQ(origin.run_id, "7");
  EXPECT_EQ(origin.run_attempt, 2);
  EXPECT_EQ(origin.action, "deploy-prod");
  EXPECT_EQ(origin.matrix, R"({"os": "linux"})");
  EXPECT_EQ(origin.url, "https://github.com/acme/shop/actions/runs/7/attempts/2");
}

TEST(Origin, OutsideOfGithubHasNoRun) {
  EXPECT_EQ(read_origin(env_of({{"GITHUB_RUN_ID", "7"}, {"USER", "zoe"}}), {}).run_id, "");
}

TEST(Kubeconfig, IsTakenPlainOrAsBase64) {
  EXPECT_EQ(decode_kubeconfig(k_kubeconfig).value_or(""), k_kubeconfig);
  std::string wrapped = sign::to_base64(k_kubeconfig);
  wrapped.insert(76, "\n");
  EXPECT_EQ(decode_kubeconfig(wrapped + "\n").value_or(""), k_kubeconfig);
}

TEST(Kubeconfig, ThatIsNoneIsRefusedWithoutRepeatingIt) {
  for (const std::string text : {"", "sekrit", "c2Vrcml0", "clusters: [", "apiVersion: v1\nusers: sekrit"}) {
    const auto decoded = decode_kubeconfig(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, errc::invalid_input);
    EXPECT_THAT(decoded.error().message, Not(HasSubstr("sekrit")));
  }
}

TEST(Kubeconfig, SecretsAreFound) {
  const auto secrets = secrets_of_kubeconfig(k_kubeconfig);
  for (const char* each : {"sekrit-token", "c2Vrcml0LWtleQ==", "sekrit-key", "sekrit-password"}) EXPECT_THAT(secrets, Contains(each));
  EXPECT_THAT(secrets, Not(Contains("Q0E=")));
}

TEST(KnownSecrets, AreThoseOfInputsAndEnvironment) {
  arguments given;
  given.key = "ed25519-secret:AAAA";
  const std::string encoded = sign::to_base64(k_kubeconfig);
  const auto secrets = known_secrets(given, env_of({{"KUBE_CONFIG_B64", encoded}, {"LEADSMAN_KEY", "ed25519-secret:BBBB"}}));
  for (const std::string& each : {std::string("ed25519-secret:AAAA"), std::string("ed25519-secret:BBBB"), std::string("sekrit-token"), encoded}) {
    EXPECT_THAT(secrets, Contains(each));
  }
}

// A folder that is the working directory while it lives.
class workplace {
 public:
  workplace() : before_(std::filesystem::current_path()), folder_(*private_folder::create("/tmp")) { std::filesystem::current_path(folder_.path()); }
  ~workplace() { std::filesystem::current_path(before_); }
  void write(const std::string& file, std::string_view text) {
    const auto parent = std::filesystem::path(file).parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent);
    std::ofstream(file) << text;
  }
  std::string path() const { return folder_.path(); }

 private:
  std::filesystem::path before_;
  private_folder folder_;
};

void write_chart(workplace& at) {
  at.write("charts/shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.2.3\n");
  at.write("charts/shop/templates/a.yaml", "kind: ConfigMap\n");
}

TEST(PackRequest, TakesTheFileAndWhatTheFlagsSayOverIt) {
  workplace at;
  write_chart(at);
  at.write("values.yaml", "a: 1\n");
  at.write("leadsman.yaml", "releases:\n  shop:\n    chart: charts/shop\n    namespace: web\n    values: [values.yaml]\n    on-failure: keep\n");
  arguments given;
  given.inputs.set = {"b=2"};
  spec::set_choice(given.inputs, "timeout", "90s");
  const auto where = find_target(given, {});
  ASSERT_TRUE(where) << where.error().message;
  const auto packed = pack_request(*where, given, {});
  ASSERT_TRUE(packed) << packed.error().message;
  EXPECT_EQ(packed->request.release, (model::release_id{"default", "web", "shop"}));
  EXPECT_EQ(packed->request.chart.name, "shop");
  EXPECT_EQ(packed->request.chart.digest.size(), 64u);
  ASSERT_EQ(packed->request.values.size(), 1u);
  EXPECT_EQ(packed->request.values[0].content, "a: 1\n");
  EXPECT_THAT(packed->request.set, ElementsAre("b=2"));
  EXPECT_EQ(packed->request.policy.on_failure, model::on_failure::keep);
  EXPECT_EQ(packed->request.policy.timeout, std::chrono::seconds(90));
}

TEST(PackRequest, NeedsNoFileWhenInputsSayEverything) {
  workplace at;
  write_chart(at);
  arguments given;
  given.release = "shop";
  given.inputs.chart = "charts/shop";
  given.inputs.name_space = "web";
  const auto where = find_target(given, {});
  ASSERT_TRUE(where) << where.error().message;
  EXPECT_TRUE(pack_request(*where, given, {}));
}

TEST(PackRequest, NamesTheValuesFileAndTheLine) {
  workplace at;
  write_chart(at);
  at.write("values.yaml", "a: 1\nb: [\n");
  arguments given;
  given.release = "shop";
  given.inputs = {.chart = "charts/shop", .name_space = "web", .values = {"values.yaml"}};
  const auto packed = pack_request(*find_target(given, {}), given, {});
  ASSERT_FALSE(packed);
  EXPECT_EQ(packed.error().code, errc::invalid_input);
  EXPECT_THAT(packed.error().field, HasSubstr("values.yaml:"));
  given.inputs.values = {"nowhere.yaml"};
  const auto missing = pack_request(*find_target(given, {}), given, {});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("nowhere.yaml"));
}

TEST(FindRelease, NeedsNoChart) {
  workplace at;
  arguments given;
  given.release = "shop";
  given.inputs.name_space = "web";
  const auto where = find_release(given, env_of({{"LEADSMAN_AGENT", "unix:/a"}}));
  ASSERT_TRUE(where) << where.error().message;
  EXPECT_EQ(where->release.id.name, "shop");
  EXPECT_EQ(where->agent, "unix:/a");
}

TEST(FindAgent, AFlagWinsOverTheEnvironmentAndThatOverTheFile) {
  workplace at;
  at.write("leadsman.yaml", "agent: https://file\nreleases:\n  shop: {chart: c, namespace: web}\n");
  arguments given;
  EXPECT_EQ(find_agent(given, {}).value_or(""), "https://file");
  EXPECT_EQ(find_agent(given, env_of({{"LEADSMAN_AGENT", "https://env"}})).value_or(""), "https://env");
  given.inputs.agent = "https://flag";
  EXPECT_EQ(find_agent(given, env_of({{"LEADSMAN_AGENT", "https://env"}})).value_or(""), "https://flag");
}

TEST(LoadKey, TakesTextOrFileAndRefusesAPublicKey) {
  workplace at;
  const sign::private_key key = sign::private_key::generate();
  at.write("k", key.text() + "\n");
  arguments given;
  EXPECT_FALSE(load_key(given, {})->has_value());
  given.key = "k";
  EXPECT_EQ((*load_key(given, {}))->text(), key.text());
  given.key = key.text();
  EXPECT_EQ((*load_key(given, {}))->text(), key.text());
  given.key = key.public_part().text();
  const auto refused = load_key(given, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("public key"));
}

TEST(FindCluster, LooksInTheOrderThatTheManualSays) {
  workplace at;
  at.write("kc", k_kubeconfig);
  at.write("home/.kube/config", k_kubeconfig);
  arguments given;
  const std::string home = at.path() + "/home";
  EXPECT_EQ(find_cluster(given, env_of({{"HOME", home}}))->file, home + "/.kube/config");
  EXPECT_EQ(find_cluster(given, env_of({{"HOME", home}, {"KUBECONFIG", "kc"}}))->file, "kc");
  EXPECT_EQ(find_cluster(given, env_of({{"KUBECONFIG", "kc"}, {"KUBE_CONFIG_B64", sign::to_base64(k_kubeconfig)}}))->content, k_kubeconfig);
  EXPECT_TRUE(find_cluster(given, env_of({{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}}))->in_cluster);
  EXPECT_FALSE(find_cluster(given, {}));
  EXPECT_FALSE(find_cluster(given, env_of({{"KUBECONFIG", "kc:home/.kube/config"}}))) << "is not merged silently";
  given.kubeconfig = "/nowhere/kubeconfig";
  EXPECT_THAT(find_cluster(given, {}).error().message, HasSubstr("/nowhere/kubeconfig"));
}

TEST(PrivateFile, IsForItsOwnerAloneAndNeverWrittenOver) {
  workplace at;
  ASSERT_TRUE(write_private_file("k", "text"));
  EXPECT_EQ(std::filesystem::status("k").permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(write_private_file("k", "other").error().code, errc::conflict);
  EXPECT_EQ(read_file("k", "k").value_or(""), "text");
}

TEST(EmbeddedAgent, IsGivenItsArguments) {
  EXPECT_THAT(arguments_of({"p", "/s", "/st", "/kc", "ctx", "/helm", "", {}}),
              ElementsAre("--embedded", "--socket", "/s", "--state", "/st", "--kubeconfig", "/kc", "--context", "ctx", "--helm", "/helm"));
  EXPECT_THAT(arguments_of({"p", "/s", "/st", "", "", "", "", {}}), ElementsAre("--embedded", "--socket", "/s", "--state", "/st"));
}

}  // namespace
}  // namespace leadsman::action
