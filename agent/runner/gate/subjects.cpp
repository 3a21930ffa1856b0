#include "runner/gate/subjects.hpp"

#include "runner/gate/pods.hpp"

namespace leadsman::runner {

task<result<analysis::subjects>> find_subjects(kube::client& api, model::release_id release, measured_services services, bool with_pods) {
  analysis::subjects who;
  who.canary.service = services.canary;
  who.stable.service = services.stable;
  who.name_space = release.name_space;
  who.release = release.name;
  if (!with_pods) co_return who;
  LEADSMAN_CO_TRY(const pod_names canary, co_await pods_of_service(api, release.name_space, services.canary));
  who.canary.pods = who.stable.pods = canary.now;
  who.pods_before = canary.whenever;
  if (services.stable == services.canary) co_return who;
  LEADSMAN_CO_TRY(const pod_names stable, co_await pods_of_service(api, release.name_space, services.stable));
  who.stable.pods = stable.now;
  co_return who;
}

}  // namespace leadsman::runner
