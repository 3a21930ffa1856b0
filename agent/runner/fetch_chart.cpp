#include <boost/asio/experimental/awaitable_operators.hpp>
#include <spdlog/spdlog.h>

#include <fstream>
#include <iterator>

#include "archive/chart.hpp"
#include "async/offload.hpp"
#include "base/redact.hpp"
#include "base/text.hpp"
#include "helm/private_files.hpp"
#include "helm/repository_index.hpp"
#include "runner/rollouts.hpp"
#include "sign/hash.hpp"

namespace leadsman::runner {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using model::chart_place;

namespace {

constexpr auto k_fetch_limit = 4min;  // of one call of helm, its wait for a free slot included
constexpr uintmax_t k_archive_limit = 32 << 20;
constexpr uintmax_t k_index_limit = 64 << 20;

// What one fetch has in hand. The credentials are on disk as long as it lives.
struct chart_fetch {
  facilities& shared;
  model::chart_reference wanted;
  helm::chart_source source;
  redactor secrets;
  helm::pull_request request;
  helm::private_files kept;
  helm::pull_files files;

  bool from_registry() const { return wanted.place == chart_place::registry; }
  std::string host() const { return std::string(model::host_of(wanted.address)); }
};

std::unexpected<error> not_allowed(const helm::chart_sources& sources, std::string_view address) {
  if (sources.anything) return fail(errc::refused, truncate(address, 200) + " is not encrypted, which is for this machine alone; say https://", "repo");
  return fail(errc::refused, "this agent fetches no charts from " + truncate(address, 200) + ": it is none of charts.sources in the agent's configuration", "chart");
}

result<std::optional<helm::user_and_password>> login_of(const helm::chart_source& source, const std::string& host) {
  auto login = helm::read_login(source);
  if (login) return login;
  spdlog::error("charts.sources, {}: {}", source.prefix, login.error().message);
  return fail(errc::unavailable, "the agent cannot read its credentials for " + host + "; its log says which file", "chart");
}

redactor secrets_of(const std::optional<helm::user_and_password>& login) {
  if (!login) return redactor();
  return redactor({login->password, login->user + ":" + login->password});
}

std::vector<helm::values_file> credentials_file(const helm::chart_source& source, std::string name, std::string text) {
  std::vector<helm::values_file> files;
  if (source.docker_config_file.empty()) files.push_back({std::move(name), std::move(text)});
  return files;
}

result<chart_fetch> prepare_fetch(facilities& shared, model::chart_reference wanted) {
  const auto source = helm::find_source(shared.charts, wanted.address);
  if (!source) return not_allowed(shared.charts, wanted.address);
  const std::string host(model::host_of(wanted.address));
  LEADSMAN_TRY(const auto login, login_of(*source, host));
  helm::pull_request request{wanted.address, wanted.name, wanted.version, wanted.digest, source->ca_file, source->plain_http};
  const bool registry = wanted.place == chart_place::registry;
  LEADSMAN_TRY(std::string text, registry ? helm::registry_config(host, login) : helm::repositories_file(request, login));
  const auto on_disk = credentials_file(*source, registry ? "registry.json" : "repositories.yaml", std::move(text));
  LEADSMAN_TRY(helm::private_files kept, helm::private_files::write(shared.run_dir, on_disk));
  helm::pull_files files{kept.folder().string(), kept.paths().empty() ? source->docker_config_file : kept.paths().front(), shared.charts.anything};
  return chart_fetch{shared, std::move(wanted), *source, secrets_of(login), std::move(request), std::move(kept), std::move(files)};
}

std::string why_denied(const chart_fetch& f) {
  const bool has_login = !f.source.user_file.empty() || !f.source.docker_config_file.empty();
  if (f.shared.charts.anything) return has_login ? "; the login in " + f.source.docker_config_file + " does not do" : "; log in first, and name the file by HELM_REGISTRY_CONFIG";
  return has_login ? "; the agent's credentials for it (charts.sources) are wrong, or may not read this" : "; charts.sources has no credentials for it";
}

// helm ran and failed.
std::unexpected<error> explain(const chart_fetch& f, const helm::outcome& done) {
  const std::string what = model::to_string(f.wanted);
  const std::string said = f.secrets.redact(truncate(helm::pull_failure_text(done.failed->message, done.output), 600));
  switch (helm::classify_pull(done.failed->message, done.output)) {
    case helm::pull_problem::unreachable: return fail(errc::unavailable, f.host() + " cannot be reached: " + said, "chart");
    case helm::pull_problem::untrusted: return fail(errc::refused, f.host() + " is not trusted: " + said, "chart");
    case helm::pull_problem::denied: return fail(errc::refused, f.host() + " does not give out " + what + why_denied(f) + " (" + said + ")", "chart");
    case helm::pull_problem::unknown_chart: return fail(errc::not_found, "there is no " + what + " (" + said + ")", "chart");
    case helm::pull_problem::other_digest: return fail(errc::refused, "what came for " + what + " has another digest: " + said, "chart");
    case helm::pull_problem::unknown: break;
  }
  return fail(errc::refused, what + " cannot be fetched: " + said, "chart");
}

task<result<helm::outcome>> run_helm(chart_fetch& f, helm::arguments argv) {
  using namespace asio::experimental::awaitable_operators;
  auto fetching = f.shared.helm.fetch(std::move(argv), f.files, helm::observer());
  auto expiring = sleep_for(k_fetch_limit);
  auto first = co_await (std::move(fetching) || std::move(expiring));
  if (first.index() == 1) co_return fail(errc::timed_out, f.host() + " did not give the chart within 4 minutes, or helm was busy with deployments for as long", "chart");
  result<helm::outcome> done = std::get<0>(std::move(first));
  if (!done) co_return done;
  if (!done->ok()) co_return explain(f, *done);
  co_return done;
}

std::unexpected<error> unusable(const chart_fetch& f, const std::string& why) {
  return fail(errc::refused, "what came for " + model::to_string(f.wanted) + " is not used: " + why, "chart");
}

result<std::string> read_limited(const fs::path& file, uintmax_t limit) {
  std::error_code failure;
  const uintmax_t size = fs::file_size(file, failure);
  if (failure) return fail(errc::internal, "helm has left no " + file.filename().string() + ": " + failure.message());
  if (size > limit) return fail(errc::too_large, "it is larger than " + std::to_string(limit >> 20) + " MiB");
  std::ifstream in(file, std::ios::binary);
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

// The one archive that helm has put there.
result<std::string> read_pulled(const chart_fetch& f) {
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(f.files.archives(), failure)) {
    if (entry.path().extension() == ".tgz") return read_limited(entry.path(), k_archive_limit);
  }
  return fail(errc::internal, "helm says that it has fetched the chart, and left none");
}

result<void> check_is_wanted(const chart_fetch& f, const archive::chart_metadata& found) {
  if (f.from_registry() || (found.name == f.wanted.name && found.version == f.wanted.version)) return {};
  return fail(errc::invalid_input, "its Chart.yaml says " + found.name + " " + found.version);
}

// `sha256` of the archive as the repository's index has it; empty from a registry, where helm has held the layer against
// the manifest.
result<archive::packed_chart> verify(const chart_fetch& f, const std::string& sha256) {
  LEADSMAN_TRY(const std::string bytes, read_pulled(f));
  const std::string found = sha256.empty() ? "" : sign::sha256_hex(bytes);
  if (found != sha256) return fail(errc::refused, "it has the SHA-256 " + found + ", and the repository's index says " + sha256);
  LEADSMAN_TRY(archive::packed_chart chart, archive::repack_chart(bytes));
  LEADSMAN_CHECK(check_is_wanted(f, chart.metadata));
  return chart;
}

result<helm::index_entry> look_up(const chart_fetch& f) {
  std::error_code failure;
  if (fs::file_size(f.files.index(), failure) > k_index_limit) return fail(errc::too_large, "the repository's index is larger than 64 MiB");
  std::ifstream yaml(f.files.index(), std::ios::binary);
  LEADSMAN_TRY(helm::index_entry entry, helm::find_in_index(yaml, f.wanted.name, f.wanted.version));
  if (entry.sha256.size() != 64)
    return fail(errc::refused, "the repository's index has no digest for it, so that nothing can be verified; 'helm repo index' writes one");
  entry.url = helm::resolve_index_url(f.wanted.address, entry.url);
  if (helm::may_fetch_archive(f.shared.charts, entry.url)) return entry;
  return fail(errc::refused, "the repository's index says that it lies at " + truncate(entry.url, 200) + ", which is none of charts.sources");
}

// Its messages say what was wrong and not with which chart.
result<archive::packed_chart> told_of(const chart_fetch& f, result<archive::packed_chart> verified) {
  if (verified || verified.error().code == errc::internal) return verified;
  return unusable(f, f.secrets.redact(verified.error().message));
}

task<result<archive::packed_chart>> take_in(chart_fetch& f, std::string sha256) {
  const std::function<result<archive::packed_chart>()> verifying = [&f, sha256] { return verify(f, sha256); };
  co_return told_of(f, co_await offload(f.shared.blocking, verifying));
}

struct taken_chart {
  archive::packed_chart chart;
  std::string manifest_digest;
};

task<result<taken_chart>> fetch_from_registry(chart_fetch& f) {
  auto running = run_helm(f, helm::pull_from_registry(f.request, f.files));
  LEADSMAN_CO_TRY(const helm::outcome done, co_await std::move(running));
  const std::string digest = helm::pulled_digest(done.output);
  if (digest.empty() || (!f.wanted.digest.empty() && digest != f.wanted.digest))
    co_return unusable(f, digest.empty() ? "helm does not tell its digest" : "it has the digest " + digest);
  auto taking = take_in(f, "");
  LEADSMAN_CO_TRY(archive::packed_chart chart, co_await std::move(taking));
  taken_chart taken;
  taken.chart = std::move(chart);
  taken.manifest_digest = digest;
  co_return taken;
}

task<result<taken_chart>> fetch_from_repository(chart_fetch& f) {
  auto updating = run_helm(f, helm::update_repository(f.files));
  LEADSMAN_CO_CHECK(co_await std::move(updating));
  const std::function<result<helm::index_entry>()> looking = [&f] { return look_up(f); };
  const auto entry = co_await offload(f.shared.blocking, looking);
  if (!entry && entry.error().code == errc::not_found) co_return fail(errc::not_found, entry.error().message, "chart");
  if (!entry) co_return fail(errc::refused, model::to_string(f.wanted) + " cannot be fetched: " + entry.error().message, "chart");
  auto pulling = run_helm(f, helm::pull_from_repository(f.request, f.files));
  LEADSMAN_CO_CHECK(co_await std::move(pulling));
  auto taking = take_in(f, entry->sha256);
  LEADSMAN_CO_TRY(archive::packed_chart chart, co_await std::move(taking));
  taken_chart taken;
  taken.chart = std::move(chart);
  co_return taken;
}

task<result<taken_chart>> fetch(chart_fetch& f) {
  std::error_code failure;
  fs::create_directory(f.files.archives(), failure);
  if (failure) co_return fail(errc::unavailable, "the agent cannot make a folder for the chart: " + failure.message());
  auto from_there = f.from_registry() ? fetch_from_registry(f) : fetch_from_repository(f);
  co_return co_await std::move(from_there);
}

}  // namespace

task<result<model::fetched_chart>> rollouts::fetch_chart(model::chart_reference wanted) {
  auto prepared = prepare_fetch(shared_, std::move(wanted));
  if (!prepared) co_return fail(prepared.error());
  auto fetching = fetch(*prepared);
  LEADSMAN_CO_TRY(taken_chart taken, co_await std::move(fetching));
  archive::packed_chart& chart = taken.chart;
  LEADSMAN_CO_TRY(const bool known, co_await shared_.store.has_chart(chart.sha256));
  if (!known) LEADSMAN_CO_CHECK(co_await shared_.store.put_chart(chart.sha256, std::move(chart.bytes)));
  spdlog::info("chart {} {} fetched from {}: {}", chart.metadata.name, chart.metadata.version, model::to_string(prepared->wanted), chart.sha256);
  model::fetched_chart out{chart.sha256, chart.metadata.name, chart.metadata.version, taken.manifest_digest};
  co_return out;
}

}  // namespace leadsman::runner
