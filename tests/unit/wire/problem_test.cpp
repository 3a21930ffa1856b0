#include "wire/problem.hpp"

#include <gtest/gtest.h>

namespace leadsman::wire {
namespace {

using nlohmann::json;

constexpr errc k_told[]{errc::invalid_input, errc::unauthenticated, errc::forbidden, errc::not_found, errc::conflict, errc::gone, errc::too_large, errc::refused, errc::unavailable, errc::timed_out};

TEST(Problem, GoesToTheClientAndBack) {
  for (const errc code : k_told) {
    const error sent{code, "a sentence", "chart.digest"};
    const json body = to_problem(sent);
    EXPECT_EQ(body.at("status"), http_status(code));
    EXPECT_EQ(parse_problem(body.dump(), http_status(code)), sent) << to_string(code);
  }
}

TEST(Problem, HasNoFieldWhenItIsAboutNone) { EXPECT_FALSE(to_problem({errc::conflict, "a sentence", ""}).contains("field")); }

TEST(Problem, OfAStatusThatIsNotOursIsStillAnError) {
  struct {
    int status;
    errc expected;
  } const rows[] = {{500, errc::unavailable}, {502, errc::unavailable}, {418, errc::internal}, {302, errc::internal}};
  for (const auto& row : rows) EXPECT_EQ(parse_problem("", row.status).code, row.expected) << row.status;
}

TEST(Problem, AnAnswerThatIsNoProblemDocumentStillGivesASentence) {
  for (const char* body : {"", "<html>", "[1]", "null", "{}", R"({"detail":7,"field":[]})"}) {
    const error read = parse_problem(body, 503);
    EXPECT_EQ(read.message, "the agent answered with HTTP status 503") << body;
    EXPECT_EQ(read.field, "") << body;
  }
}

TEST(Problem, IsCutWhenSomebodySendsABook) {
  const json body{{"detail", std::string(100'000, 'x')}, {"field", std::string(100'000, 'y')}};
  const error read = parse_problem(body.dump(), 400);
  EXPECT_LT(read.message.size(), 4'100u);
  EXPECT_LT(read.field.size(), 300u);
}

}  // namespace
}  // namespace leadsman::wire
