#include "helm/runner.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <exception>
#include <system_error>

#include "base/text.hpp"
#include "helm/build_id.hpp"
#include "helm/encoding.hpp"
#include "helm/post_renderer.hpp"
#include "helm/private_files.hpp"
#include "helm/slots.hpp"

namespace leadsman::helm {

using namespace std::chrono_literals;

struct runner::state {
  state(asio::any_io_executor on, runner_settings with)
      : executor(on), settings(std::move(with)), places(on, settings.processes_at_once), version_told(on) {}
  asio::any_io_executor executor;
  runner_settings settings;
  slots places;
  std::string build;
  bool version_asked = false;
  std::optional<result<std::string>> version;
  notifier version_told;
};

namespace {

constexpr size_t k_kept_output = 256 * 1024;
constexpr size_t k_kept_render = 64 << 20;  // a rendered release holds its whole chart

using stop_mode = process::stop_policy::mode;

// helm ends an upgrade by itself on SIGTERM, and has no handler in the other verbs that change something (facts §1.7).
constexpr process::stop_policy k_terminate{stop_mode::terminate_then_wait, std::nullopt};
constexpr process::stop_policy k_wait{stop_mode::wait_only, std::nullopt};
constexpr process::stop_policy k_read_only{stop_mode::terminate_then_wait, 5s};

struct invocation {
  arguments argv;
  std::string kubeconfig{};
  process::stop_policy stop{};
  size_t kept_output = k_kept_output;
  std::string docker_config{};  // instead of where Docker keeps the user's logins
  std::string hidden_folder{};  // taken out of messages: where the values files lie is of no use to anybody
};

bool says_nothing(std::string_view line) { return clean_messages(line).empty(); }

std::string without_folder(std::string text, const std::string& folder) {
  if (folder.empty()) return text;
  for (size_t at = 0; (at = text.find(folder + "/", at)) != std::string::npos;) text.erase(at, folder.size() + 1);
  return text;
}

outcome outcome_of(const process::child& child, process::exit_status exit, const invocation& what) {
  outcome done{.exit = exit,
               .failed = std::nullopt,
               .output = without_folder(std::string(child.kept(process::stream::out)), what.hidden_folder),
               .messages = without_folder(clean_messages(child.kept(process::stream::err)), what.hidden_folder)};
  if (exit.ok()) return done;
  done.failed = classify(without_folder(std::string(child.kept(process::stream::err)), what.hidden_folder), done.output);
  if (exit.signal == 0) return done;
  done.failed->kind = exit.signal == SIGTERM ? failure_class::cancelled : failure_class::unknown;
  done.failed->message = fmt::format("helm {} {}.", what.argv.front(), exit.describe());
  return done;
}

// What became of telling the caller that the process runs.
struct announcement {
  result<void> accepted{};
  std::exception_ptr thrown{};
};

// A cancellation in here must not lose the process: it is kept for the wait that follows.
task<announcement> announce(const observer& heard, const process::child& child) {
  announcement made;
  if (!heard.on_start) co_return made;
  try {
    auto telling = heard.on_start(child.identity());
    made.accepted = co_await std::move(telling);
  } catch (const boost::system::system_error& e) {
    if (e.code() != asio::error::operation_aborted) made.thrown = std::current_exception();
  } catch (...) {
    made.thrown = std::current_exception();
  }
  co_return made;
}

template <class State>
task<result<outcome>> run(std::shared_ptr<State> self, invocation what, observer heard) {
  auto acquiring = self->places.acquire(heard.on_queued);
  const slots::lease place = co_await std::move(acquiring);

  const std::string run_dir = self->settings.run_dir.string();
  process::command command{.program = self->settings.program,
                           .arguments = what.argv,
                           .environment = clean_environment(self->settings.own, {what.kubeconfig, run_dir}),
                           .working_dir = run_dir};
  if (!what.docker_config.empty()) command.environment["DOCKER_CONFIG"] = what.docker_config;
  process::handlers on{.on_line = [&heard, &what](process::stream which, std::string_view line) {
    if (which != process::stream::err || !heard.on_message || says_nothing(line)) return;
    heard.on_message(without_folder(std::string(line), what.hidden_folder));
  }};
  const process::capture_limits limits{.kept_bytes = what.kept_output};
  LEADSMAN_CO_TRY(process::child child, process::start(self->executor, std::move(command), limits, std::move(on)));

  auto announcing = announce(heard, child);
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);  // from here on the process is ours to the end
  const announcement told = co_await std::move(announcing);
  if (!told.accepted || told.thrown) child.terminate();
  auto waiting = child.wait(what.stop);
  const auto exit = co_await std::move(waiting);
  co_await asio::this_coro::throw_if_cancelled(throws);
  if (told.thrown) std::rethrow_exception(told.thrown);
  LEADSMAN_CO_CHECK(told.accepted);
  if (!exit) co_return fail(exit.error());
  if (child.truncated(process::stream::out) && what.kept_output == k_kept_render) {
    co_return fail(errc::too_large, "What helm prints of the chart is larger than 64 MiB.", "chart");
  }
  co_return outcome_of(child, *exit, what);
}

// Writes the values, runs, removes them.
template <class State, class Request>
task<result<outcome>> run_with_values(std::shared_ptr<State> self, result<arguments> (*make)(const Request&), Request request,
                                      std::vector<values_file> files, invocation what, observer heard) {
  LEADSMAN_CO_TRY(const private_files written, private_files::write(self->settings.run_dir, files));
  request.values_files = written.paths();
  LEADSMAN_CO_TRY(what.argv, make(request));
  what.hidden_folder = written.folder().string();
  auto running = run(self, std::move(what), std::move(heard));
  co_return co_await std::move(running);
}

template <class State>
task<result<std::string>> tell_version(std::shared_ptr<State> self) {
  auto running = run(self, invocation{.argv = helm::version(), .stop = k_read_only}, observer{});
  LEADSMAN_CO_TRY(const outcome done, co_await std::move(running));
  if (!done.ok()) co_return fail(errc::unavailable, fmt::format("helm does not tell its version: {}", done.failed->message));
  co_return std::string(trim(done.output));
}

template <class State>
task<void> learn_version(std::shared_ptr<State> self) {
  auto telling = tell_version(self);
  self->version = co_await std::move(telling);
  self->version_told.notify();
}

}  // namespace

runner::runner(asio::any_io_executor executor, runner_settings settings)
    : state_(std::make_shared<state>(executor, std::move(settings))) {}

runner::~runner() = default;

size_t runner::running() const { return state_->places.taken(); }
size_t runner::waiting() const { return state_->places.waiting(); }

bool runner::is_pinned() const { return !state_->settings.expected_sha256.empty(); }

result<std::string> runner::check_program() const {
  const runner_settings& settings = state_->settings;
  LEADSMAN_TRY(const std::string program, process::find_program(settings.program, ""));
  if (settings.expected_sha256.empty()) return program;
  LEADSMAN_TRY(const std::string found, sha256_hex_of_file(program));
  if (found == settings.expected_sha256) return program;
  return fail(errc::refused,
              fmt::format("{} has SHA-256 {}, expected is {}. Another helm than the pinned one is not started.", program, found,
                          settings.expected_sha256),
              "helm");
}

result<void> runner::prepare() {
  const runner_settings& settings = state_->settings;
  LEADSMAN_TRY(const std::string program, check_program());
  LEADSMAN_TRY(state_->build, build_id(program));
  std::error_code failure;
  std::filesystem::create_directories(settings.run_dir, failure);
  if (failure || ::chmod(settings.run_dir.c_str(), 0700) != 0) {
    return fail(errc::unavailable, fmt::format("The run directory {} cannot be made: {}.", settings.run_dir.string(),
                                               failure ? failure.message() : std::generic_category().message(errno)));
  }
  private_files::remove_leftovers(settings.run_dir);
  return settings.gate.empty() ? result<void>{} : install_post_renderer(settings.gate, settings.run_dir.string());
}

task<result<outcome>> runner::upgrade_install(std::string kubeconfig, upgrade_request request, prepared_values values, observer heard) {
  invocation what{.argv = {}, .kubeconfig = std::move(kubeconfig), .stop = k_terminate};
  auto running = run_with_values(state_, &helm::upgrade_install, std::move(request), std::move(values.files),
                                 std::move(what), std::move(heard));
  co_return co_await std::move(running);
}

task<result<render_outcome>> runner::render(std::string kubeconfig, upgrade_request request, prepared_values values, observer heard) {
  invocation what{.argv = {}, .kubeconfig = std::move(kubeconfig), .stop = k_read_only, .kept_output = k_kept_render};
  auto running = run_with_values(state_, &helm::render, std::move(request), std::move(values.files),
                                 std::move(what), std::move(heard));
  LEADSMAN_CO_TRY(outcome done, co_await std::move(running));
  render_outcome rendered;
  if (done.ok()) {
    LEADSMAN_CO_TRY(rendered.rendered, parse_release(done.output));
    done.output.clear();
  }
  rendered.run = std::move(done);
  co_return rendered;
}

task<result<outcome>> runner::show_crds(std::string chart) {
  LEADSMAN_CO_TRY(arguments argv, helm::show_crds(chart));
  auto running = run(state_, invocation{.argv = std::move(argv), .stop = k_read_only, .kept_output = k_kept_render}, observer{});
  co_return co_await std::move(running);
}

task<result<manifest_outcome>> runner::render_alone(upgrade_request request, prepared_values values, observer heard) {
  invocation what{.argv = {}, .stop = k_read_only, .kept_output = k_kept_render};
  auto running = run_with_values(state_, &helm::render_alone, std::move(request), std::move(values.files), std::move(what), std::move(heard));
  manifest_outcome rendered;
  LEADSMAN_CO_TRY(rendered.run, co_await std::move(running));
  rendered.manifest.swap(rendered.run.output);
  co_return rendered;
}

task<result<lint_outcome>> runner::lint(lint_request request, prepared_values values, observer heard) {
  invocation what{.argv = {}, .stop = k_read_only};
  auto running = run_with_values(state_, &helm::lint, std::move(request), std::move(values.files),
                                 std::move(what), std::move(heard));
  LEADSMAN_CO_TRY(outcome done, co_await std::move(running));
  lint_outcome linted{.run = {}, .findings = parse_lint_output(done.output)};
  linted.run = std::move(done);
  co_return linted;
}

task<result<outcome>> runner::test(std::string kubeconfig, test_request request, observer heard) {
  LEADSMAN_CO_TRY(arguments argv, helm::test(request));
  auto running = run(state_, invocation{.argv = std::move(argv), .kubeconfig = std::move(kubeconfig), .stop = k_wait}, std::move(heard));
  co_return co_await std::move(running);
}

task<result<outcome>> runner::rollback(std::string kubeconfig, rollback_request request, observer heard) {
  LEADSMAN_CO_TRY(arguments argv, helm::rollback(request));
  auto running = run(state_, invocation{.argv = std::move(argv), .kubeconfig = std::move(kubeconfig), .stop = k_wait}, std::move(heard));
  co_return co_await std::move(running);
}

task<result<outcome>> runner::uninstall(std::string kubeconfig, uninstall_request request, observer heard) {
  LEADSMAN_CO_TRY(arguments argv, helm::uninstall(request));
  auto running = run(state_, invocation{.argv = std::move(argv), .kubeconfig = std::move(kubeconfig), .stop = k_wait}, std::move(heard));
  co_return co_await std::move(running);
}

task<result<outcome>> runner::fetch(arguments argv, pull_files files, observer heard) {
  invocation what{.argv = std::move(argv), .stop = k_read_only, .hidden_folder = files.folder};
  if (!files.docker_login) what.docker_config = files.folder;
  auto running = run(state_, std::move(what), std::move(heard));
  co_return co_await std::move(running);
}

const std::string& runner::build() const { return state_->build; }

void runner::ask_version() {
  if (state_->version_asked) return;
  state_->version_asked = true;
  spawn(state_->executor, "helm version", [self = state_] { return learn_version(self); });
}

task<result<std::string>> runner::version_now() {
  auto telling = tell_version(state_);
  co_return co_await std::move(telling);
}

std::string runner::known_version() const {
  const auto& told = state_->version;
  return told && *told ? **told : "";
}

task<result<std::string>> runner::version() {
  const std::shared_ptr<state> self = state_;
  ask_version();
  while (!self->version) co_await self->version_told.wait_change(self->version_told.version(), 1h);
  co_return *self->version;
}

}  // namespace leadsman::helm
