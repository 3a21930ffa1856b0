#include "model/query_template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::model {
namespace {

using testing::HasSubstr;

TEST(QueryTemplate, IsTextAndVariables) {
  const auto pieces = parse_query_template(R"(rate(errors{service="{{canary}}"}[{{ window }}]))");
  ASSERT_TRUE(pieces) << pieces.error().message;
  const std::vector<query_piece> expected{{R"(rate(errors{service=")", query_variable::canary}, {R"("}[)", query_variable::window}, {"])"}};
  EXPECT_EQ(*pieces, expected);
  EXPECT_TRUE(mentions(*pieces, query_variable::window));
  EXPECT_FALSE(mentions(*pieces, query_variable::stable));
}

TEST(QueryTemplate, KnowsEveryVariableByItsWord) {
  for (const auto& [word, value] : k_query_variable) {
    const auto pieces = parse_query_template("{{" + std::string(word) + "}}");
    ASSERT_TRUE(pieces) << word;
    EXPECT_TRUE(mentions(*pieces, value)) << word;
  }
}

TEST(QueryTemplate, SaysWhatIsWrong) {
  struct {
    const char* query;
    const char* says;
  } const rows[] = {
      {"up{a=\"{{canry}}\"}", "did you mean '{{canary}}'?"},
      {"{{}}", "unknown variable '{{}}'; known: canary, stable"},
      {"up{a=\"{{canary\"}", "'{{' is not closed"},
  };
  for (const auto& row : rows) {
    const auto pieces = parse_query_template(row.query);
    ASSERT_FALSE(pieces) << row.query;
    EXPECT_EQ(pieces.error().code, errc::invalid_input);
    EXPECT_THAT(pieces.error().message, HasSubstr(row.says));
  }
}

}  // namespace
}  // namespace leadsman::model
