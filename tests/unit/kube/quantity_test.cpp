#include "kube/quantity.hpp"

#include <gtest/gtest.h>

namespace leadsman::kube {
namespace {

TEST(Quantity, IsReadInThousandths) {
  EXPECT_EQ(parse_quantity("500m"), 500);
  EXPECT_EQ(parse_quantity("2"), 2000);
  EXPECT_EQ(parse_quantity("0.1"), 100);
  EXPECT_EQ(parse_quantity("1Ki"), 1024 * 1000);
  EXPECT_EQ(parse_quantity("64Mi"), 64ll * 1024 * 1024 * 1000);
  EXPECT_EQ(parse_quantity("1.5G"), 1'500'000'000'000);
  EXPECT_EQ(parse_quantity("1e3"), 1'000'000);
  EXPECT_EQ(parse_quantity("1n"), 1) << "rounded up, as Kubernetes does";
  EXPECT_EQ(quantity_of(json(0.25)), 250);
  EXPECT_EQ(quantity_of(json("3")), 3000);
}

TEST(Quantity, WhatIsNoneIsAbsent) {
  for (const char* text : {"", "m", "abc", "1x", "-1", "inf", "nan", "99E", "1 Gi"}) EXPECT_FALSE(parse_quantity(text)) << text;
  EXPECT_FALSE(quantity_of(json()));
  EXPECT_FALSE(quantity_of(json::object()));
}

TEST(Quantity, IsShownShort) {
  EXPECT_EQ(cores_text(250), "250m");
  EXPECT_EQ(cores_text(1500), "1.5");
  EXPECT_EQ(cores_text(2000), "2");
  EXPECT_EQ(cores_text(0), "0");
  EXPECT_EQ(bytes_text(*parse_quantity("16Mi")), "16Mi");
  EXPECT_EQ(bytes_text(*parse_quantity("1536Mi")), "1.5Gi");
  EXPECT_EQ(bytes_text(0), "0");
}

}  // namespace
}  // namespace leadsman::kube
