#include <gtest/gtest.h>

#include "runner/canary/replicas.hpp"
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

TEST(LastScaler, IsTheNewestThatIsNotLeadsmanAndWroteTheReplicas) {
  EXPECT_EQ(last_scaler(object_with(R"([
    {"manager": "helm", "time": "2026-11-27T10:00:00Z", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
    {"manager": "kubectl", "time": "2026-11-27T10:00:05Z", "subresource": "scale", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
    {"manager": "leadsman", "time": "2026-11-27T10:00:07Z", "subresource": "scale", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
    {"manager": "kubectl-edit", "time": "2026-11-27T10:00:09Z", "fieldsV1": {"f:spec": {"f:template": {}}}}])")),
            "kubectl");
  EXPECT_EQ(last_scaler(json::object()), "somebody");
}

TEST(ReplicaEdit, IsToldWithWhoseHandItWas) {
  replica_edit edit{{"apps/v1", "Deployment", "web-canary", "web"}, false};
  edit.wanted = 1;
  edit.found = 5;
  edit.by = "kubectl";
  EXPECT_EQ(describe(edit), "kubectl scaled Deployment web-canary: it is to have 5 pods instead of 1");
  EXPECT_TRUE(is_restorable(edit));
  edit.found.reset();
  EXPECT_EQ(describe(edit), "Deployment web-canary is gone: somebody removed it");
  EXPECT_FALSE(is_restorable(edit));
}

TEST(ReplicaEdit, NeverLowersStable) {
  replica_edit edit{{"apps/v1", "Deployment", "web-canary", "web"}, true};
  edit.wanted = 2;
  edit.found = 4;
  EXPECT_EQ(edit.name(), "web");
  EXPECT_FALSE(is_restorable(edit));
  edit.found = 1;
  EXPECT_TRUE(is_restorable(edit));
}

}  // namespace
}  // namespace leadsman::runner
