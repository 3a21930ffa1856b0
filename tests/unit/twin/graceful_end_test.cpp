#include "twin/graceful_end.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace leadsman::twin {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string lacks(const std::string& container, const std::string& pod = "") {
  const std::string manifest = fmt::format(R"(---
apiVersion: v1
kind: Service
metadata: {{name: shop}}
spec: {{selector: {{app: shop}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: worker}}
spec: {{template: {{metadata: {{labels: {{app: worker}}}}, spec: {{containers: [{{name: a}}]}}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec: {{template: {{metadata: {{labels: {{app: shop}}}}, spec: {{{}containers: [{{name: a{}}}]}}}}}}
)",
                                           pod, container);
  return lacks_graceful_end(helm::split_manifest(manifest, "shop").value(), "shop");
}

const std::string k_probe = ", readinessProbe: {httpGet: {path: /, port: 80}}";
const std::string k_sleep = ", lifecycle: {preStop: {sleep: {seconds: 5}}}";

TEST(GracefulEnd, NothingIsMissingWithAHookAndAProbe) {
  EXPECT_THAT(lacks(k_probe + k_sleep), IsEmpty());
  EXPECT_THAT(lacks(k_probe + ", lifecycle: {preStop: {exec: {command: [sleep, '5']}}}"), IsEmpty());
}

TEST(GracefulEnd, SaysWhichWorkloadLacksWhat) {
  EXPECT_THAT(lacks(""), AllOf(HasSubstr("pods of Deployment web"), HasSubstr("lifecycle.preStop"), HasSubstr("a readinessProbe"), Not(HasSubstr("worker"))));
  EXPECT_THAT(lacks(k_probe), AllOf(HasSubstr("lifecycle.preStop"), Not(HasSubstr("a readinessProbe"))));
  EXPECT_THAT(lacks(k_sleep), AllOf(HasSubstr("a readinessProbe"), Not(HasSubstr("preStop"))));
}

TEST(GracefulEnd, AHookThatOutlastsThePodIsNone) {
  EXPECT_THAT(lacks(k_probe + k_sleep, "terminationGracePeriodSeconds: 5, "), HasSubstr("a terminationGracePeriodSeconds above the 5 that it is"));
  EXPECT_THAT(lacks(k_probe + k_sleep, "terminationGracePeriodSeconds: 0, "), HasSubstr("above the 0"));
  EXPECT_THAT(lacks(k_probe + k_sleep, "terminationGracePeriodSeconds: 6, "), IsEmpty());
}

TEST(GracefulEnd, AServiceThatIsNotThereLacksNothing) { EXPECT_THAT(lacks_graceful_end({}, "shop"), IsEmpty()); }

}  // namespace
}  // namespace leadsman::twin
