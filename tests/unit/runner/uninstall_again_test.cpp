#include <gtest/gtest.h>

#include "runner/step/steps.hpp"
#include "store/sqlite/open.hpp"
#include "support/scripted_server.hpp"
#include "support/temporary_folder.hpp"

namespace leadsman::runner {
namespace {

store::new_deployment a_first_installation() {
  store::new_deployment wished;
  wished.deployment.id = "01940000-0000-7000-8000-000000000001";
  wished.deployment.release = {"prod", "shop", "web"};
  wished.deployment.idempotency_key = "key";
  wished.deployment.created_at = now();
  wished.sealed_request = "sealed";
  wished.first_event = [](const model::deployment&) { return make_event(model::event_kind::created, "created"); };
  return wished;
}

store::change begun_uninstall(model::state state) {
  store::change begun;
  begun.state = state;
  begun.state->revision = 1;
  begun.step = model::step_record{.kind = model::step_kind::uninstall};
  return begun;
}

// An agent was killed between helm's uninstall and saving its outcome: the next one finds no revision any more.
TEST(UninstallStep, ThatFindsNothingAnyMoreLeavesNoRevisionInTheState) {
  const test::temporary_folder folder;
  asio::io_context io;
  asio::thread_pool blocking{1};
  plugin::host plugins{io.get_executor(), blocking, {}, {}};
  test::scripted_server api(io, [](const std::string&) { return test::scripted_answer{{test::http_answer(200, R"({"items":[]})")}}; });
  kube::cluster_access access{.context = "test", .server = net::parse_endpoint(api.url()).value(), .name_space = "shop"};
  access.token = "t";
  cluster target{"prod", "", "", std::make_unique<kube::client>(io.get_executor(), access)};
  helm::runner helm(io.get_executor(), {.program = "/bin/false", .run_dir = folder.path() / "run"});
  const auto store = store::open_sqlite(folder.path() / "state").value();
  facilities shared{io.get_executor(), *store, helm, blocking, plugins, folder.path() / "run", "agent-0"};
  followers audience{io.get_executor()};

  test::run_until_done(io, [&]() -> task<void> {
    const store::new_deployment wished = a_first_installation();
    const store::decide_admission always = [](const std::optional<model::deployment>&) { return model::admission::create; };
    const auto admitted = co_await store->admit(wished, always);
    EXPECT_TRUE(admitted) << admitted.error().message;
    model::deployment_request request;
    request.release = wished.deployment.release;
    rollout r(shared, target, admitted->deployment, request, audience);
    const auto saved = co_await r.log.save(begun_uninstall(r.now().state));
    EXPECT_TRUE(saved);
    const auto came = co_await uninstall(r, true);
    EXPECT_TRUE(came && came->outcome == flow::outcome::done);
    EXPECT_FALSE(r.now().state.revision);
  });
}

}  // namespace
}  // namespace leadsman::runner
