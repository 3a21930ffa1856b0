#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "helm/encoding.hpp"
#include "runner/step/steps.hpp"
#include "store/sqlite/open.hpp"
#include "support/scripted_server.hpp"
#include "support/temporary_folder.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// Revision 1 as helm has left it: deployed by this deployment, with a Deployment that is not ready yet.
class RevisionThatBecomesReady : public testing::Test {
 protected:
  static constexpr const char* k_id = "01940000-0000-7000-8000-000000000001";

  static json list_of(json items) { return {{"kind", "List"}, {"metadata", json::object()}, {"items", std::move(items)}}; }

  static json kinds(std::vector<std::pair<const char*, const char*>> names) {
    json resources = json::array();
    for (const auto& [plural, kind] : names) resources.push_back({{"name", plural}, {"kind", kind}, {"namespaced", true}});
    return {{"kind", "APIResourceList"}, {"resources", resources}};
  }

  static json release_secret() {
    const std::string manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n";
    const json release{{"name", "web"}, {"namespace", "shop"}, {"version", 1}, {"info", {{"status", "deployed"}}}, {"manifest", manifest}};
    return {{"apiVersion", "v1"},
            {"kind", "Secret"},
            {"metadata", {{"name", "sh.helm.release.v1.web.v1"}, {"labels", {{"owner", "helm"}, {"name", "web"}, {"version", "1"}, {"status", "deployed"}, {"leadsman/deployment", k_id}}}}},
            {"data", {{"release", helm::base64_encode(helm::base64_encode(helm::gzip(release.dump())))}}}};
  }

  std::string answer(const std::string& request) {
    const std::string asked_for = request.substr(4, request.find(' ', 4) - 4);
    const std::string path = asked_for.substr(0, asked_for.find('?'));
    json body;
    if (path == "/api/v1") body = kinds({{"secrets", "Secret"}, {"pods", "Pod"}});
    else if (path == "/apis/apps/v1") body = kinds({{"deployments", "Deployment"}, {"replicasets", "ReplicaSet"}});
    else if (path.ends_with("/secrets")) body = list_of(json::array({release_secret()}));
    else if (path.ends_with("web.v1")) body = release_secret();
    else if (path.ends_with("/deployments/web")) {
      body = {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"metadata", {{"name", "web"}, {"namespace", "shop"}}}, {"spec", {{"replicas", 1}}}, {"status", {{"updatedReplicas", 1}}}};
      if (const auto once = std::exchange(on_look, nullptr)) once();
    } else body = list_of(json::array());
    return test::http_answer(200, body.dump());
  }

  static store::new_deployment wished_deployment() {
    store::new_deployment wished;
    wished.deployment.id = k_id;
    wished.deployment.release = {"prod", "shop", "web"};
    wished.deployment.idempotency_key = "key";
    wished.deployment.created_at = now();
    wished.sealed_request = "sealed";
    wished.first_event = [](const model::deployment&) { return make_event(model::event_kind::created, "created"); };
    return wished;
  }

  static store::change begun_upgrade() {
    store::change begun;
    begun.step = model::step_record{.kind = model::step_kind::upgrade, .detail = R"({"base":0})"};
    return begun;
  }

  static store::change wish_to_cancel() {
    store::change what;
    what.cancel = model::cancel_request{model::on_cancel::rollback, "mona", ""};
    return what;
  }

  // The upgrade step, taken up again; `meanwhile` is done when the workload has been looked at.
  result<step_result> take_up(std::function<task<void>(rollout&)> meanwhile) {
    result<step_result> came = fail(errc::internal, "did not run");
    test::run_until_done(io, [&]() -> task<void> {
      const store::new_deployment wished = wished_deployment();
      const store::decide_admission always = [](const std::optional<model::deployment>&) { return model::admission::create; };
      const auto admitted = co_await store->admit(wished, always);
      model::deployment_request request;
      request.release = wished.deployment.release;
      rollout r(shared, target, admitted.value().deployment, request, audience);
      const auto saved = co_await r.log.save(begun_upgrade());
      EXPECT_TRUE(saved);
      on_look = [this, &r, &meanwhile] {
        spawn(io.get_executor(), "meanwhile", [&r, &meanwhile] { return meanwhile(r); });
      };
      came = co_await upgrade(r, true);
    });
    return came;
  }

  std::function<void()> on_look;
  const test::temporary_folder folder;
  asio::io_context io;
  asio::thread_pool blocking{1};
  plugin::host plugins{io.get_executor(), blocking, {}, {}};
  test::scripted_server api{io, [this](const std::string& request) { return test::scripted_answer{{answer(request)}}; }};
  helm::runner helm{io.get_executor(), {.program = "/bin/false", .run_dir = folder.path() / "run"}};
  std::unique_ptr<store::store> store = store::open_sqlite(folder.path() / "state").value();
  facilities shared{io.get_executor(), *store, helm, blocking, plugins, folder.path() / "run", "agent-0"};
  followers audience{io.get_executor()};
  cluster target{"prod", "", "", connect()};

 private:
  std::unique_ptr<kube::client> connect() {
    kube::cluster_access access{.context = "test", .server = net::parse_endpoint(api.url()).value(), .name_space = "shop"};
    access.token = "t";
    return std::make_unique<kube::client>(io.get_executor(), access);
  }
};

TEST_F(RevisionThatBecomesReady, IsLeftToTheNextAgentWhenThisOneIsStopped) {
  const auto came = take_up([](rollout& r) -> task<void> {
    r.stop();
    co_return;
  });
  ASSERT_FALSE(came) << came->message;
  EXPECT_EQ(came.error().code, errc::canceled);
}

TEST_F(RevisionThatBecomesReady, IsCanceledAndNotCalledUnready) {
  const auto came = take_up([](rollout& r) -> task<void> {
    const auto saved = co_await r.log.save(wish_to_cancel());
    EXPECT_TRUE(saved);
  });
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::failed);
  EXPECT_EQ(came->reason, "CanceledByUser");
  EXPECT_THAT(came->message, HasSubstr("before everything was ready"));
}

}  // namespace
}  // namespace leadsman::runner
