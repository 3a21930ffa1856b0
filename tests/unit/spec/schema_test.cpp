#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "spec/spec.hpp"

namespace leadsman::spec {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

json schema() {
  std::ifstream in("docs/leadsman.schema.json");
  return json::parse(in);
}

std::vector<std::string> property_names(const json& object) {
  std::vector<std::string> names;
  for (const auto& item : object.at("properties").items()) names.push_back(item.key());
  return names;
}

TEST(Schema, KnowsExactlyTheKeysThatTheParserAccepts) {
  const accepted_keys accepted = keys();
  EXPECT_THAT(property_names(schema()), UnorderedElementsAreArray(accepted.top));
  EXPECT_THAT(property_names(schema()["$defs"]["release"]), UnorderedElementsAreArray(accepted.release));
  EXPECT_THAT(property_names(schema()["$defs"]["environment"]),
              UnorderedElementsAreArray(accepted.environment));
}

// The blocks of YAML of a document that are a leadsman.yaml.
std::vector<std::string> examples_in(const char* document) {
  std::ifstream in(document);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  constexpr std::string_view k_begin = "```yaml\n";
  std::vector<std::string> found;
  for (size_t at = text.find(k_begin); at != std::string::npos; at = text.find(k_begin, at + 1)) {
    const size_t from = at + k_begin.size();
    std::string block = text.substr(from, text.find("```", from) - from);
    if (block.find("releases:\n") != std::string::npos) found.push_back(std::move(block));
  }
  return found;
}

TEST(Schema, ExamplesInTheDocumentsAreAccepted) {
  const std::pair<const char*, size_t> documents[]{{"README.md", 2}, {"docs/cli.md", 1}, {"docs/canary.md", 1}, {"docs/metrics.md", 2}};
  for (const auto& [document, count] : documents) {
    const std::vector<std::string> examples = examples_in(document);
    EXPECT_EQ(examples.size(), count) << document;
    for (const std::string& example : examples) {
      const auto loaded = load_spec(example, document);
      ASSERT_TRUE(loaded) << loaded.error().message;
      for (const auto& [name, environment] : loaded->environments) EXPECT_TRUE(resolve(*loaded, "", name)) << document << ": " << name;
    }
  }
}

std::string release_with(const std::string& key, const json& value) {
  json release{{"chart", "c"}};
  release[key] = value;
  if (value == "canary") release["canary"] = {{"router", {{"gateway-api", {{"route", "shop"}, {"service", "shop"}}}}}};
  return json{{"releases", {{"shop", release}}}}.dump();
}

// The words of an enumeration in their order, true and false counted once.
std::vector<std::string> words_of(const json& property) {
  std::vector<std::string> words;
  for (const json& word : property.at("enum")) {
    const std::string text = word.is_string() ? word.get<std::string>() : word.dump();
    if (std::ranges::find(words, text) == words.end()) words.push_back(text);
  }
  return words;
}

TEST(Schema, KnowsExactlyTheWordsOfEveryChoice) {
  const json release = schema()["$defs"]["release"]["properties"];
  int choices = 0;
  for (const auto& [key, property] : release.items()) {
    if (!property.contains("enum")) continue;
    ++choices;
    for (const json& word : property["enum"])
      EXPECT_TRUE(load_spec(release_with(key, word), "f")) << key << " " << word;
    const auto refused = load_spec(release_with(key, "no-such-word"), "f");
    ASSERT_FALSE(refused) << key;
    EXPECT_THAT(refused.error().message, testing::EndsWith("allowed is " + one_of(words_of(property))))
        << key;
  }
  EXPECT_EQ(choices, 10);
}

TEST(Schema, NamesTheDefaultsThatApply) {
  const auto nothing_said = load_spec(release_with("namespace", "n"), "f");
  ASSERT_TRUE(nothing_said);
  const json known = schema();  // lives as long as the loop over its parts
  for (const auto& [key, property] : known["$defs"]["release"]["properties"].items()) {
    if (!property.contains("default")) continue;
    const auto said = load_spec(release_with(key, property["default"]), "f");
    ASSERT_TRUE(said) << key << ": " << said.error().message;
    EXPECT_EQ(said->releases.at("shop").policy, nothing_said->releases.at("shop").policy) << key;
  }
}

}  // namespace
}  // namespace leadsman::spec
