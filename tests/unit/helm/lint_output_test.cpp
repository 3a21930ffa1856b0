#include "helm/lint_output.hpp"

#include <gtest/gtest.h>

namespace leadsman::helm {
namespace {

TEST(ParseLintOutput, ReadsFindingsWithTheirSourceAndAllTheirLines) {
  const auto findings = parse_lint_output(
      "==> Linting c\n[INFO] Chart.yaml: icon is recommended\n[ERROR] values.yaml: - at '': missing property 'y'\n- at '/x': got string, want integer\n\n"
      "[ERROR] templates/: c/templates/a.yaml:1:13\n  executing \"c\"\n\n[WARNING] something without a file: here\n\n1 chart(s) linted, 1 chart(s) failed\n");
  ASSERT_EQ(findings.size(), 4U);
  EXPECT_EQ(findings[0].severity, "INFO");
  EXPECT_EQ(findings[0].source, "Chart.yaml");
  EXPECT_EQ(findings[0].message, "icon is recommended");
  EXPECT_EQ(findings[1].source, "values.yaml");
  EXPECT_EQ(findings[1].message, "- at '': missing property 'y'\n- at '/x': got string, want integer");
  EXPECT_EQ(findings[2].source, "templates/");
  EXPECT_EQ(findings[2].message, "c/templates/a.yaml:1:13\n  executing \"c\"");
  EXPECT_EQ(findings[3].severity, "WARNING");
  EXPECT_EQ(findings[3].source, "");
}

TEST(ParseLintOutput, SaysNothingForACleanChart) { EXPECT_TRUE(parse_lint_output("==> Linting c\n\n1 chart(s) linted, 0 chart(s) failed\n").empty()); }

}  // namespace
}  // namespace leadsman::helm
