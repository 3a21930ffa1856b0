#include "model/ledger.hpp"

#include <gtest/gtest.h>

#include "model/phase.hpp"

namespace leadsman::model {
namespace {

ledger known(std::vector<int> revisions) {
  ledger l;
  for (const int revision : revisions) l.entries.push_back({.revision = revision});
  return l;
}

TEST(WayBack, IsTheNewestEntryThatHelmStillHas) {
  struct {
    const char* name;
    std::vector<int> entries, history;
    std::optional<int> expected;
  } const rows[] = {
      {"the newest", {1, 2, 3}, {1, 2, 3}, 3},
      {"not one that failed since", {1, 2}, {1, 2, 3, 4}, 2},
      {"not one that helm has pruned", {1, 3}, {1, 2}, 1},
      {"none that is left", {1, 2}, {3, 4}, std::nullopt},
      {"no ledger", {}, {1}, std::nullopt},
      {"no history", {1}, {}, std::nullopt},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto found = way_back(known(row.entries), row.history);
    EXPECT_EQ(found.has_value(), row.expected.has_value());
    if (found && row.expected) {
      EXPECT_EQ(found->revision, *row.expected);
    }
  }
}

TEST(Ledger, FindsAnEntryByItsRevision) {
  const ledger l = known({1, 3});
  ASSERT_NE(find_entry(l, 3), nullptr);
  EXPECT_EQ(find_entry(l, 3)->revision, 3);
  EXPECT_EQ(find_entry(l, 2), nullptr);
}

TEST(Phase, IsFinalExactlyWhenNothingFollows) {
  for (const phase p : {phase::pending, phase::waiting, phase::deploying, phase::analyzing, phase::paused, phase::promoting, phase::rolling_back}) EXPECT_FALSE(is_final(p)) << word_of(k_phase, p);
  for (const phase p : {phase::succeeded, phase::kept, phase::failed, phase::rolled_back, phase::declined, phase::canceled, phase::superseded}) EXPECT_TRUE(is_final(p)) << word_of(k_phase, p);
}

}  // namespace
}  // namespace leadsman::model
