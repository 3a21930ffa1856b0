#include "action/client/comment.hpp"

#include <boost/asio/this_coro.hpp>
#include <nlohmann/json.hpp>
#include <optional>

#include "action/client/backoff.hpp"
#include "action/output/json_text.hpp"
#include "base/text.hpp"

namespace leadsman::action {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr auto k_github_limit = 20s;
constexpr int k_page_size = 100;  // GitHub's most
constexpr int k_most_pages = 30;  // three thousand comments

constexpr const char* k_needs_permission =
    "; give the job `permissions: {pull-requests: write}` and github-token: ${{ github.token }}. For a pull request from a fork GitHub's token may only read";

class commenter {
 public:
  commenter(asio::any_io_executor executor, comment_settings settings)
      : settings_(std::move(settings)), client_(executor, settings_.api, options()) {}

  // Looks anew each time: a comment whose making nobody confirmed is found then.
  task<result<std::string>> write(std::string body) {
    const auto until = std::chrono::steady_clock::now() + settings_.retry_for;
    for (int tries = 0;; ++tries) {
      auto trying = write_once(body);
      auto done = co_await std::move(trying);
      const bool worth_it = !done && (done.error().code == errc::unavailable || done.error().code == errc::timed_out);
      const std::chrono::milliseconds delay = backoff_delay(tries, random_unit());
      if (!worth_it || std::chrono::steady_clock::now() + delay > until) co_return done;
      co_await sleep_for(delay);
    }
  }

 private:
  static net::client_options options() {
    net::client_options o;
    o.tls = std::make_shared<net::tls_context>(net::tls_options{});
    return o;
  }

  net::request ask_for(std::string method, std::string target, const json& body = nullptr) const {
    net::request what{std::move(method), std::move(target)};
    what.headers = {{"Accept", "application/vnd.github+json"}, {"X-GitHub-Api-Version", "2022-11-28"}, {"Authorization", "Bearer " + settings_.token}};
    if (!body.is_null()) {
      what.headers.emplace_back("Content-Type", "application/json");
      what.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    what.repeatable = what.method == "GET";
    return what;
  }

  std::string repository_path() const {
    const auto parts = split(settings_.at.repository, '/');
    return "/repos/" + net::percent_encode(parts.front()) + "/" + net::percent_encode(parts.back());
  }

  std::string comments_path() const { return repository_path() + "/issues/" + std::to_string(settings_.at.number) + "/comments"; }

  static error error_of(const net::response& answer, const std::string& what) {
    const json said = json::parse(answer.body, nullptr, false);
    const std::string words = said.is_object() && said.contains("message") && said["message"].is_string() ? truncate(said["message"].get<std::string>(), 300) : "";
    const std::string found = "GitHub does not " + what + " (HTTP status " + std::to_string(answer.status) + (words.empty() ? "" : ": " + words) + ")";
    const bool limited = answer.status == 429 || (answer.status == 403 && words.find("rate limit") != std::string::npos);
    if (limited || answer.status >= 500) return {errc::unavailable, found, ""};
    switch (answer.status) {
      case 401: return {errc::unauthenticated, found + ": it does not know the token; give github-token: ${{ github.token }}", "github-token"};
      case 403:
      case 404: return {answer.status == 403 ? errc::forbidden : errc::not_found, found + k_needs_permission, "github-token"};
      default: return {errc::refused, found, ""};
    }
  }

  task<result<json>> ask(net::request request, std::string what) {
    auto exchange = client_.exchange(std::move(request), k_github_limit);
    const auto answer = co_await std::move(exchange);
    if (!answer) co_return fail(answer.error().code, "GitHub does not " + what + ": " + answer.error().message);
    if (answer->status >= 300) co_return fail(error_of(*answer, what));
    json body = json::parse(answer->body, nullptr, false);
    if (body.is_discarded()) co_return fail(errc::unavailable, "GitHub does not " + what + ": its answer is no JSON; is GITHUB_API_URL right?");
    co_return body;
  }

  // Absent for a token of GitHub Actions, which belongs to an app and is nobody.
  task<result<std::optional<std::string>>> who_am_i() {
    auto asking = ask(ask_for("GET", "/user"), "say whose token it is");
    const auto user = co_await std::move(asking);
    if (user) co_return std::optional<std::string>(text_at(*user, "login"));
    const errc code = user.error().code;
    if (code == errc::forbidden || code == errc::not_found) co_return std::optional<std::string>();
    co_return fail(user.error());
  }

  bool is_ours(const json& comment, const std::optional<std::string>& me) const {
    if (!comment.is_object() || !comment.contains("user") || !comment["user"].is_object()) return false;
    const json body = comment.value("body", json());
    if (!body.is_string() || !body.get_ref<const std::string&>().starts_with(settings_.marker)) return false;
    const json& by = comment["user"];
    return me ? by.value("login", json()) == *me : by.value("type", json()) == "Bot";
  }

  // The address of the one to write over.
  task<result<std::optional<int64_t>>> find() {
    auto asking_who = who_am_i();
    LEADSMAN_CO_TRY(const auto me, co_await std::move(asking_who));
    std::optional<int64_t> newest;
    for (int page = 1; page <= k_most_pages; ++page) {
      const std::string target = comments_path() + "?per_page=" + std::to_string(k_page_size) + "&page=" + std::to_string(page);
      auto asking = ask(ask_for("GET", target), "show the comments of the pull request");
      LEADSMAN_CO_TRY(const json comments, co_await std::move(asking));
      if (!comments.is_array()) break;
      for (const json& comment : comments) {
        if (is_ours(comment, me) && comment.value("id", json()).is_number_integer()) newest = comment["id"].get<int64_t>();
      }
      if (comments.size() < k_page_size) break;
    }
    co_return newest;
  }

  task<result<std::string>> write_once(std::string body) {
    auto finding = find();
    LEADSMAN_CO_TRY(const auto known, co_await std::move(finding));
    json content = json::object();
    content["body"] = std::move(body);
    const std::string target = known ? repository_path() + "/issues/comments/" + std::to_string(*known) : comments_path();
    auto asking = ask(ask_for(known ? "PATCH" : "POST", target, content), "take the comment");
    LEADSMAN_CO_TRY(const json made, co_await std::move(asking));
    co_return text_at(made, "html_url");
  }

  comment_settings settings_;
  net::client client_;
};

}  // namespace

task<result<std::string>> write_comment(comment_settings settings, std::string body) {
  body = settings.marker + "\n" + body;
  commenter writes(co_await asio::this_coro::executor, std::move(settings));
  auto writing = writes.write(std::move(body));
  co_return co_await std::move(writing);
}

}  // namespace leadsman::action
