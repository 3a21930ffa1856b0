#pragma once

#include <gmock/gmock.h>

#include <span>
#include <string>
#include <string_view>

#include "spec/spec.hpp"

namespace leadsman::spec {

// A file that is good but for one place, and what is said about that.
struct refusal {
  const char* name;
  const char* instead_of;
  const char* written;
  const char* field;
  const char* message;
};

inline void expect_refusals(std::string_view good_file, std::span<const refusal> cases) {
  for (const refusal& c : cases) {
    std::string text(good_file);
    text.replace(text.find(c.instead_of), std::string_view(c.instead_of).size(), c.written);
    const auto loaded = load_spec(text, "leadsman.yaml");
    ASSERT_FALSE(loaded) << c.name;
    EXPECT_THAT(loaded.error().field, testing::HasSubstr(c.field)) << c.name << ": " << loaded.error().message;
    EXPECT_THAT(loaded.error().message, testing::HasSubstr(c.message)) << c.name;
  }
}

}  // namespace leadsman::spec
