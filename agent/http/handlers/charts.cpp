#include "base/text.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "wire/chart.hpp"

namespace leadsman::http::handlers {

namespace {

result<std::string> read_digest(call& c) {
  const std::string& digest = c.param("digest");
  if (is_sha256_hex(digest)) return digest;
  return fail(errc::invalid_input, "is not a SHA-256 digest; expected 64 lower-case hexadecimal digits", "digest");
}

}  // namespace

task<result<response>> look_for_chart(call& c) {
  LEADSMAN_CO_CHECK(c.allow_somewhere(auth::verb::deploy));
  LEADSMAN_CO_TRY(const std::string digest, read_digest(c));
  LEADSMAN_CO_TRY(const bool known, co_await c.service.has_chart(digest));
  if (!known) co_return fail(errc::not_found, "the chart has not been uploaded", "digest");
  co_return response{};
}

// Content-addressed, so that a second upload changes nothing.
task<result<response>> upload_chart(call& c) {
  LEADSMAN_CO_CHECK(c.allow_somewhere(auth::verb::deploy));
  LEADSMAN_CO_TRY(const std::string digest, read_digest(c));
  LEADSMAN_CO_TRY(const bool known, co_await c.service.has_chart(digest));
  if (known) co_return response{.status = 204};
  const auto stored = co_await c.service.put_chart(digest, std::move(c.in.body));
  if (!stored) co_return fail(stored.error());
  co_return json_response(201, {{"digest", digest}});
}

task<result<response>> fetch_chart(call& c) {
  LEADSMAN_CO_CHECK(c.allow_somewhere(auth::verb::deploy));
  LEADSMAN_CO_TRY(const nlohmann::json body, read_json(c.in));
  LEADSMAN_CO_TRY(auto wanted, wire::parse_chart_request(body));
  LEADSMAN_CO_TRY(const auto fetched, co_await c.service.fetch_chart(std::move(wanted)));
  co_return json_response(200, wire::fetched_chart_json(fetched));
}

}  // namespace leadsman::http::handlers
