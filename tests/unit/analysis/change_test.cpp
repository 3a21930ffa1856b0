#include "analysis/change.hpp"

#include <gtest/gtest.h>

#include "unit/analysis/scene.hpp"

namespace leadsman::analysis {
namespace {

wire::metric_change between(std::optional<double> before, std::optional<double> after) {
  wire::metric_change about;
  about.before.number.value = before;
  about.after.number.value = after;
  compare(about);
  return about;
}

TEST(MetricChange, IsTheDifferenceAndItsShareOfBefore) {
  EXPECT_EQ(between(0.2, 0.25).change, 0.25 - 0.2);
  EXPECT_DOUBLE_EQ(*between(0.2, 0.25).relative_change, 0.25);
  EXPECT_DOUBLE_EQ(*between(-2, -3).relative_change, -0.5);
}

TEST(MetricChange, OfNothingHasNoShare) {
  EXPECT_EQ(between(0, 0.5).change, 0.5);
  EXPECT_EQ(between(0, 0.5).relative_change, std::nullopt);
}

TEST(MetricChange, NeedsBothNumbers) {
  EXPECT_EQ(between(std::nullopt, 1).change, std::nullopt);
  EXPECT_EQ(between(1, std::nullopt).change, std::nullopt);
}

TEST(MetricNumber, SaysWhyThereIsNone) {
  const wire::number none = told_number(nothing(reading::no_traffic));
  EXPECT_EQ(none.value, std::nullopt);
  EXPECT_EQ(none.reading, "no-traffic");
  EXPECT_EQ(none.message, "why");
  EXPECT_EQ(told_number(number(0)).value, 0);
}

}  // namespace
}  // namespace leadsman::analysis
