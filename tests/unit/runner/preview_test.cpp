#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/preview/owners.hpp"
#include "runner/preview/timeline.hpp"

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using wire::verdict;

json route_written_by(std::vector<std::pair<const char*, const char*>> writers) {
  json route = json::parse(R"({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "shop", "namespace": "shop"}})");
  for (const auto& [time, name] : writers) {
    route["metadata"]["managedFields"].push_back({{"manager", name}, {"time", time}, {"fieldsV1", {{"f:spec", json::object()}}}});
  }
  return route;
}

wire::check owner(const json& route, const std::vector<helm::object>& rendered = {}) { return owner_rows({route}, rendered).at(0); }

TEST(RouteOwners, AreWhoWritesItsSpecTheNewestLast) {
  json route = route_written_by({{"2026-11-27T10:00:00Z", "terraform"}, {"2026-11-27T09:00:00Z", "kubectl-client-side-apply"}, {"2026-11-27T11:00:00Z", "kubectl-client-side-apply"}});
  route["metadata"]["managedFields"].push_back({{"manager", "contour"}, {"subresource", "status"}, {"fieldsV1", {{"f:status", json::object()}}}});
  EXPECT_EQ(owner(route), wire::well("route", "HTTPRoute shop, written by terraform, kubectl-client-side-apply"));
}

struct kept_by {
  const char* name;
  const char* metadata;
  const char* who;
};

void PrintTo(const kept_by& c, std::ostream* out) { *out << c.name; }

class RouteThatIsKept : public testing::TestWithParam<kept_by> {};

TEST_P(RouteThatIsKept, IsAWarning) {
  json route = route_written_by({{"2026-11-27T10:00:00Z", "somebody"}});
  route["metadata"].merge_patch(json::parse(GetParam().metadata));
  const wire::check row = owner(route);
  EXPECT_EQ(row.verdict, verdict::warning);
  EXPECT_THAT(row.found, AllOf(HasSubstr("is kept as it is by"), HasSubstr(GetParam().who), HasSubstr("set the weights back")));
  EXPECT_THAT(row.mend, HasSubstr("ignoreDifferences"));
}

INSTANTIATE_TEST_SUITE_P(
    Controllers, RouteThatIsKept,
    testing::Values(kept_by{"ArgoByAnnotation", R"({"annotations": {"argocd.argoproj.io/tracking-id": "web:gateway/HTTPRoute:shop/shop"}})", "Argo CD (web)"},
                    kept_by{"ArgoByLabel", R"({"labels": {"argocd.argoproj.io/instance": "web"}})", "Argo CD (web)"},
                    kept_by{"ArgoByManager", R"({"managedFields": [{"manager": "argocd-controller", "fieldsV1": {"f:spec": {}}}]})", "Argo CD"},
                    kept_by{"FluxKustomization", R"({"labels": {"kustomize.toolkit.fluxcd.io/name": "apps"}})", "Flux (Kustomization) (apps)"},
                    kept_by{"FluxHelmRelease", R"({"labels": {"helm.toolkit.fluxcd.io/name": "edge"}})", "Flux (HelmRelease) (edge)"},
                    kept_by{"AnOwner", R"({"ownerReferences": [{"kind": "Shop", "name": "eu", "controller": true}]})", "Shop eu"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(RouteOwners, TheReleasesOwnChartIsAWarning) {
  const auto rendered = helm::split_manifest("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: shop}\n", "shop");
  const wire::check row = owner(route_written_by({{"", "helm"}}), *rendered);
  EXPECT_EQ(row.verdict, verdict::warning);
  EXPECT_THAT(row.found, HasSubstr("is made by this release's own chart"));
}

TEST(RouteOwners, AnotherHelmReleaseIsNamed) {
  json route = route_written_by({{"", "helm"}});
  route["metadata"]["annotations"]["meta.helm.sh/release-name"] = "edge";
  EXPECT_THAT(owner(route).found, HasSubstr("belongs to the Helm release edge"));
}

model::deployment ended_well() {
  model::deployment d;
  d.state.phase = model::phase::succeeded;
  const auto step = [&](model::step_kind kind, model::step_status status, std::optional<std::chrono::milliseconds> took) {
    model::step_record r{.kind = kind, .status = status};
    if (took) r.ended_at = r.started_at + *took;
    d.steps.push_back(r);
  };
  step(model::step_kind::preflight, model::step_status::done, 2s);
  step(model::step_kind::upgrade, model::step_status::done, 30s);
  step(model::step_kind::test, model::step_status::failed, 9s);
  step(model::step_kind::record, model::step_status::intended, {});
  return d;
}

TEST(PastDeployment, IsWhatItsFinishedStepsTook) {
  const auto past = past_of(ended_well());
  ASSERT_TRUE(past);
  ASSERT_EQ(past->size(), 2u);
  EXPECT_EQ(past->at(1).kind, model::step_kind::upgrade);
  EXPECT_EQ(past->at(1).took, 30s);
}

TEST(PastDeployment, OneThatFailedRolledBackOrChangedNothingSaysNothing) {
  model::deployment d = ended_well();
  d.state.phase = model::phase::rolled_back;
  EXPECT_FALSE(past_of(d));
  d = ended_well();
  d.kind = model::request_kind::rollback;
  EXPECT_FALSE(past_of(d));
  d = ended_well();
  d.steps.erase(d.steps.begin() + 1);
  EXPECT_FALSE(past_of(d));
}

}  // namespace
}  // namespace leadsman::runner
