#include <fmt/format.h>

#include "store/sqlite/journal.hpp"
#include "store/sqlite/rows.hpp"

namespace leadsman::store::sqlite {

namespace {

result<void> mention_chart(open_database in, const model::chart_ref& chart) {
  if (chart.digest.empty()) return {};
  LEADSMAN_TRY(const bool here, has_chart(in, chart.digest));
  if (!here) {
    return fail(errc::invalid_input, fmt::format("the chart {} is not here; upload it and ask again", chart.digest),
                "chart.digest");
  }
  execute(in.db, "UPDATE artifact SET name = ?, version = ? WHERE digest = ?", chart.name, chart.version, chart.digest);
  return {};
}

result<admitted> create(open_database in, new_deployment request) {
  model::deployment& d = request.deployment;
  LEADSMAN_CHECK(mention_chart(in, d.chart));
  insert_deployment(in.db, d);
  execute(in.db, "INSERT INTO request_blob (deployment_id, sealed) VALUES (?, ?)", d.id, blob{request.sealed_request});
  std::vector<model::event> events{request.first_event(d)};
  append_events(in.db, d.id, 0, events);
  d.last_seq = 1;
  return admitted{admission::create, std::move(d)};
}

}  // namespace

result<admitted> admit(open_database in, new_deployment request, const decide_admission& decide) {
  return in_transaction(in.db, [&]() -> result<admitted> {
    LEADSMAN_TRY(auto newest, newest_of_key(in.db, request.deployment.idempotency_key));
    const admission outcome = decide(newest);
    if (outcome == admission::create) {
      request.deployment.attempt = newest ? newest->attempt + 1 : 1;
      return create(in, std::move(request));
    }
    if (!newest) return fail(errc::internal, "there is no deployment of this key to attach to or to conflict with");
    return admitted{outcome, std::move(*newest)};
  });
}

}  // namespace leadsman::store::sqlite
