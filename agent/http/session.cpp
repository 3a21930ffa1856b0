#include "http/session.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

#include "base/text.hpp"
#include "http/event_stream.hpp"
#include "http/request_reader.hpp"

namespace leadsman::http {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds k_close_limit{2000};
constexpr milliseconds k_close_limit_at_stop{200};

// What the log and the figures say about one request.
struct request_record {
  std::string method = "-";
  std::string path = "-";
  const route* at = nullptr;
  std::string principal = "-";
  steady_clock::time_point began = steady_clock::now();
};

void note(server_context& app, const request_record& r, int status) {
  const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - r.began);
  app.metrics.count_request(r.at ? r.at->method : "-", r.at ? r.at->pattern : "-", status, took);
  // Probes and Prometheus ask for years, and nobody wants to read it.
  const bool routine = r.at && !r.at->needs && status < 400;
  spdlog::log(routine ? spdlog::level::debug : spdlog::level::info, "{} {} {} {}ms {}", truncate(r.method, 20), truncate(r.path, 300), status,
              took.count(), r.principal);
}

auth::request_head head_of(const request& in) {
  return {{in.method, in.header("host").value_or(""), in.path, in.query, {}}, in.headers, in.peer};
}

// Exceptions end here: a defect in one handler costs its caller an answer, not everybody the agent.
task<result<response>> call_handler(const route& at, call& c) {
  try {
    co_return co_await at.run(c);
  } catch (const boost::system::system_error& e) {
    if (e.code() == asio::error::operation_aborted) throw;
    spdlog::error("{} {}: {}", at.method, at.pattern, e.what());
  } catch (const std::exception& e) {
    spdlog::error("{} {}: {}", at.method, at.pattern, e.what());
  }
  co_return fail(errc::internal, "this is a defect in the agent; its log says more");
}

class session {
 public:
  explicit session(session_arguments with)
      : app_(*with.app), wire_(*with.wire), slot_(*with.slot), overloaded_(with.overloaded), limits_(with.app->options.limits),
        reader_(wire_, limits_) {
    if (overloaded_) limits_.idle_timeout = limits_.header_timeout = k_close_limit;
  }

  task<void> run();

 private:
  task<answer<std::optional<request>>> next_request();
  task<bool> serve(request in);
  task<response> respond(request& in, request_record& record);
  task<response> respond_to(const routed& where, request& in, request_record& record);
  task<answer<auth::principal>> receive(const route& at, request& in);
  task<bool> send(const response& r, const request& in, bool keep_alive);

  server_context& app_;
  connection& wire_;
  session_slot& slot_;
  bool overloaded_;
  server_limits limits_;
  request_reader reader_;
};

task<answer<std::optional<request>>> session::next_request() {
  slot_.waiting = true;
  auto next = co_await reader_.read_head();
  slot_.waiting = false;
  co_return next;
}

task<void> session::run() {
  for (bool again = true; again && !app_.stopping;) {
    auto next = co_await next_request();
    if (!next) {
      note(app_, request_record(), next.error().status);
      const request unreadable;
      co_await send(next.error(), unreadable, false);
      break;
    }
    if (!*next) co_return;
    again = co_await serve(std::move(**next));
  }
  co_await wire_.close(app_.stopping ? k_close_limit_at_stop : k_close_limit);
}

// False when the connection is to be closed.
task<bool> session::serve(request in) {
  request_record record{.method = in.method, .path = in.path};
  const response r = co_await respond(in, record);
  const bool keep_alive = in.keep_alive && !app_.stopping && !overloaded_ && !reader_.has_unread_body();
  bool again = false;
  if (r.events) again = co_await stream_events(app_, slot_, wire_, r, in);
  else again = co_await send(r, in, keep_alive);
  note(app_, record, r.status);
  co_return again && keep_alive;
}

task<response> session::respond(request& in, request_record& record) {
  if (overloaded_) co_return problem_response({errc::unavailable, "there are too many connections; try again in a moment"});
  auto where = find_route(in.method, in.path);
  if (!where) co_return where.error();
  record.at = where->found;
  co_return co_await respond_to(*where, in, record);
}

// Who it is, then the body, then whether it may: nobody unknown makes the agent hold a body.
task<answer<auth::principal>> session::receive(const route& at, request& in) {
  std::optional<auth::claim> claimed;
  if (at.needs) {
    auto examined = app_.access.examine(head_of(in));
    if (!examined) co_return std::unexpected(problem_response(examined.error()));
    claimed = std::move(*examined);
    const auto ever = app_.access.is_ever_allowed(claimed->who, *at.needs);
    if (!ever) co_return std::unexpected(problem_response(ever.error()));
  }
  if (auto fits = check_content_type(at, in); !fits) co_return std::unexpected(fits.error());
  auto body = co_await reader_.read_body(at.body_limit);
  if (!body) co_return std::unexpected(body.error());
  in.body = std::move(*body);
  if (!claimed) co_return auth::principal{};
  auto admitted = co_await app_.access.admit(*claimed, in.headers, in.body);
  if (!admitted) co_return std::unexpected(problem_response(admitted.error()));
  co_return *admitted;
}

task<response> session::respond_to(const routed& where, request& in, request_record& record) {
  const route& at = *where.found;
  const auto who = co_await receive(at, in);
  if (!who) co_return who.error();
  if (at.needs) record.principal = auth::to_string(*who);
  call c{std::move(in), where.params, *who, app_.service, app_.access, app_.metrics};
  const auto answered = co_await call_handler(at, c);
  in = std::move(c.in);
  if (!answered) co_return problem_response(answered.error());
  if (!at.needs || c.decided) co_return *answered;
  spdlog::error("{} {}: the handler never asked whether its caller may do this", at.method, at.pattern);
  co_return problem_response({errc::internal, "this is a defect in the agent; its log says more"});
}

task<bool> session::send(const response& r, const request& in, bool keep_alive) {
  framing how{.content_length = r.body.size(), .keep_alive = keep_alive};
  if (r.status == 204) how.content_length.reset();
  std::string text = serialize_head(r, how);
  if (in.method != "HEAD") text += r.body;
  const auto written = co_await wire_.write(text, limits_.progress_timeout);
  co_return written.has_value();
}

}  // namespace

task<void> run_session(session_arguments with) {
  const std::shared_ptr<server_context> app = with.app;
  const gauge_guard counted(app->metrics.open_connections);
  with.slot->waiting = true;
  const auto shaken = co_await with.wire->handshake(app->options.limits.header_timeout);
  with.slot->waiting = false;
  if (!shaken) co_return;
  session one(with);
  co_await one.run();
}

}  // namespace leadsman::http
