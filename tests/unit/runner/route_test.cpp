#include <gtest/gtest.h>

#include "runner/canary/route_io.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;

json object_with(const char* managers) { return {{"metadata", {{"managedFields", json::parse(managers)}}}}; }

TEST(LastEditor, IsTheNewestThatIsNotLeadsmanNorAStatus) {
  EXPECT_EQ(last_editor({object_with(R"([
    {"manager": "helm", "time": "2026-11-27T10:00:00Z"},
    {"manager": "kubectl-edit", "time": "2026-11-27T10:00:05Z"},
    {"manager": "leadsman", "time": "2026-11-27T10:00:07Z"},
    {"manager": "contour", "time": "2026-11-27T10:00:09Z", "subresource": "status"}])")}),
            "kubectl-edit");
}

TEST(LastEditor, IsSomebodyWhenNobodyIsNamed) {
  EXPECT_EQ(last_editor({}), "somebody");
  EXPECT_EQ(last_editor({json::object()}), "somebody");
}

}  // namespace
}  // namespace leadsman::runner
