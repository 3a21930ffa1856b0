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

std::string release_with(const std::string& key, const json& value) {
  json release{{"chart", "c"}};
  release[key] = value;
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
