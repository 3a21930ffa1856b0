#include "http/event_stream.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/asio/cancellation_state.hpp>

#include "wire/model.hpp"
#include "wire/problem.hpp"

namespace leadsman::http {

using nlohmann::json;

namespace {

constexpr size_t k_piece = 64 * 1024;
// So many streams end with the same event. To end one costs more than to tell it, so all are told first.
constexpr int64_t k_crowd = 64;
constexpr std::chrono::milliseconds k_until_all_are_told{100};
constexpr std::string_view k_greeting = "retry: 1000\n\n";
constexpr std::string_view k_heartbeat = ": heartbeat\n\n";
// Without an "end" event a reader knows that there is more, and comes back with Last-Event-ID.
constexpr std::string_view k_farewell = ": the agent is stopping; come back with Last-Event-ID\n\n";

std::string format_named(std::string_view name, std::string_view data) { return fmt::format("event: {}\ndata: {}\n\n", name, data); }

std::string format_chunk(std::string_view text) { return fmt::format("{:x}\r\n{}\r\n", text.size(), text); }

// The body of a stream: chunked, or for HTTP/1.0 as it is until the connection ends.
class stream_writer {
 public:
  stream_writer(connection& wire, std::chrono::milliseconds progress, bool chunked)
      : wire_(wire), progress_(progress), chunked_(chunked) {}

  task<bool> write(std::string_view text) {
    std::string chunk;
    if (chunked_) text = chunk = format_chunk(text);
    co_return co_await write_framed(text);
  }

  task<bool> write(std::shared_ptr<const framed_text> text) { co_return co_await write_framed(chunked_ ? text->chunk : text->plain); }

  // False when nothing was taken. Of what was, the rest has to be written by write_rest().
  bool write_at_once(const framed_text& text) {
    const std::string& all = chunked_ ? text.chunk : text.plain;
    const size_t taken = wire_.write_at_once(all);
    if (taken != 0 && taken != all.size()) rest_ = all.substr(taken);
    return taken != 0;
  }
  bool has_rest() const { return !rest_.empty(); }
  task<bool> write_rest() {
    const std::string text = std::exchange(rest_, "");
    co_return co_await write_framed(text);
  }

  task<bool> finish() {
    if (!chunked_) co_return false;
    co_return co_await write_framed("0\r\n\r\n");
  }

 private:
  task<bool> write_framed(std::string_view text) {
    const auto written = co_await wire_.write(text, progress_);
    co_return written.has_value();
  }

  connection& wire_;
  std::chrono::milliseconds progress_;
  bool chunked_;
  std::string rest_;
};

// The next page; absent when the server is stopping.
task<std::optional<result<runner::events_page>>> next_page(server_context& app, session_slot& slot, event_cursor at, runner::take_events take) {
  std::optional<result<runner::events_page>> page;
  if (app.stopping) co_return page;
  slot.waiting = true;
  try {
    page = co_await app.service.wait_events(at.deployment, at.after, app.options.heartbeat, std::move(take));
  } catch (const boost::system::system_error& e) {
    if (e.code() != asio::error::operation_aborted) throw;
  }
  slot.waiting = false;
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    page.reset();
  }
  co_return page;
}

using events_page = runner::events_page;

bool is_small(const events_page& page) {
  size_t size = 0;
  for (const model::event& e : page.events) size += e.message.size() + e.data.size();
  return size < k_piece;
}

uint64_t newest_of(const events_page& page, const event_cursor& at) { return page.events.empty() ? at.after : page.events.back().seq; }

// What follows the page's events: nothing, or the end.
std::string format_end(const events_page& page, const event_cursor& at) {
  return page.ended ? format_named("end", json{{"last_seq", newest_of(page, at)}}.dump()) : "";
}

std::string format_page(const events_page& page, const event_cursor& at) {
  std::string text;
  for (const model::event& e : page.events) text += format_event(e);
  return text + format_end(page, at);
}

// A thousand followers read the same news at the same time. Null when they are too many to be held as one text.
std::shared_ptr<const framed_text> format_news(last_news& last, const events_page& page, const event_cursor& at) {
  const uint64_t newest = newest_of(page, at);
  const bool same = last.text && last.deployment == at.deployment && last.after == at.after && last.newest == newest && last.ended == page.ended;
  if (same) return last.text;
  if (!is_small(page)) return nullptr;
  const std::string plain = format_page(page, at);
  last = {at.deployment, at.after, newest, page.ended, std::make_shared<const framed_text>(plain, format_chunk(plain))};
  return last.text;
}

// A page of long logs is not copied as a whole.
task<bool> write_in_pieces(stream_writer& out, const events_page& page, const event_cursor& at) {
  std::string piece;
  for (const model::event& e : page.events) {
    piece += format_event(e);
    if (piece.size() < k_piece) continue;
    const bool written = co_await out.write(piece);
    if (!written) co_return false;
    piece.clear();
  }
  piece += format_end(page, at);
  if (piece.empty()) co_return true;
  co_return co_await out.write(piece);
}

task<bool> write_page(last_news& last, stream_writer& out, const events_page& page, const event_cursor& at) {
  const std::shared_ptr<const framed_text> text = format_news(last, page, at);
  if (!text) co_return co_await write_in_pieces(out, page, at);
  co_return co_await out.write(text);
}

// How far a follower has been told without being woken.
struct told_at_once {
  event_cursor& at;
  bool ended = false;
};

// True when all of it is with the kernel. Else the follower has to be woken, for the rest or for the whole.
bool write_page_at_once(last_news& last, stream_writer& out, const events_page& page, told_at_once& told) {
  const std::shared_ptr<const framed_text> text = format_news(last, page, told.at);
  if (!text || !out.write_at_once(*text)) return false;
  told.at.after = newest_of(page, told.at);
  told.ended = page.ended;
  return !out.has_rest();
}

// False when the reader is gone.
task<bool> write_all(server_context& app, session_slot& slot, stream_writer& out, event_cursor at) {
  told_at_once told{at};
  const runner::take_events take = [&](const events_page& news) { return write_page_at_once(app.news, out, news, told); };
  for (;;) {
    const auto page = co_await next_page(app, slot, at, take);
    if (out.has_rest()) {
      // What was read meanwhile begins with it.
      const bool written = co_await out.write_rest();
      if (!written) co_return false;
      if (!told.ended) continue;
    }
    if (told.ended) co_return true;
    if (!page) co_return co_await out.write(k_farewell);
    if (!*page) {
      spdlog::warn("the events of deployment {} cannot be read: {}", at.deployment, page->error().message);
      const std::string last = format_named("error", json(wire::to_problem(page->error())).dump(-1, ' ', false, json::error_handler_t::replace));
      co_return co_await out.write(last);
    }
    const events_page& news = **page;
    if (news.events.empty() && !news.ended) {
      const bool beaten = co_await out.write(k_heartbeat);
      if (!beaten) co_return false;
      continue;
    }
    const bool written = co_await write_page(app.news, out, news, at);
    if (news.ended && app.metrics.open_streams > k_crowd) co_await sleep_for(k_until_all_are_told);
    if (!written || news.ended) co_return written;
    at.after = news.events.back().seq;
  }
}

}  // namespace

std::string format_event(const model::event& e) {
  return fmt::format("id: {}\n", e.seq) + format_named(model::word_of(model::k_event_kind, e.kind), to_json_text(e));
}

task<bool> stream_events(server_context& app, session_slot& slot, connection& wire, response head, const request& in) {
  const gauge_guard counted(app.metrics.open_streams);
  const auto progress = app.options.limits.progress_timeout;
  const bool chunked = in.minor_version == 1;
  const std::string text = serialize_head(head, {std::nullopt, chunked, chunked && in.keep_alive});
  const auto begun = co_await wire.write(text, progress);
  if (!begun) co_return false;
  stream_writer out(wire, progress, chunked);
  const bool greeted = co_await out.write(k_greeting);
  if (!greeted) co_return false;
  const bool told = co_await write_all(app, slot, out, *head.events);
  if (!told) co_return false;
  co_return co_await out.finish();
}

}  // namespace leadsman::http
