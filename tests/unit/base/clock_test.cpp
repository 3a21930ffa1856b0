#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace leadsman {
namespace {

using namespace std::chrono_literals;

TEST(Rfc3339, ReadsWhatItWrites) {
  const wall_time at{1'763'721'752'123ms};
  EXPECT_EQ(format_rfc3339(at), "2025-11-21T10:42:32.123Z");
  EXPECT_EQ(parse_rfc3339(format_rfc3339(at)), at);
}

TEST(Rfc3339, ReadsKubernetesAndHelmForms) {
  EXPECT_EQ(parse_rfc3339("2025-11-21T10:42:32Z"), parse_rfc3339("2025-11-21T11:42:32+01:00"));
  EXPECT_EQ(parse_rfc3339("2025-11-21T10:42:32.1234567Z"), parse_rfc3339("2025-11-21T10:42:32.123Z"));
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
  for (const char* text : {"", "yesterday", "2025-13-01T00:00:00Z", "2025-02-30T00:00:00Z", "2025-11-21T10:42:32"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Duration, ReadsUnitsAndTheirSums) {
  EXPECT_EQ(parse_duration("90s"), 90s);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("250ms"), 250ms);
}

TEST(Duration, RefusesWhatHasNoUnitOrNoNumber) {
  for (const char* text : {"", "5", "m", "-5m", "5 m", "1d", "99999999999999999999s"}) EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Duration, IsShortForPeople) {
  EXPECT_EQ(format_duration(250ms), "250ms");
  EXPECT_EQ(format_duration(4100ms), "4.1s");
  EXPECT_EQ(format_duration(41s), "41s");
  EXPECT_EQ(format_duration(200s), "3m 20s");
  EXPECT_EQ(format_duration(125min), "2h 5m");
}

TEST(ClockOffset, IsNothingAsLongAsBothMayBeRight) {
  using namespace std::chrono_literals;
  const wall_time asked(100'500ms), answered(101'200ms);
  EXPECT_EQ(clock_offset(wall_time(101s), asked, answered), 0ms);
  EXPECT_EQ(clock_offset(wall_time(100s), asked, answered), 0ms) << "the rest of its second is cut off";
  EXPECT_EQ(clock_offset(wall_time(99s), asked, answered), -501ms);
  EXPECT_EQ(clock_offset(wall_time(110s), asked, answered), 8800ms);
}

}  // namespace
}  // namespace leadsman
