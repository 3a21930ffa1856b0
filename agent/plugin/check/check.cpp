#include "plugin/check/check.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "plugin/check/examination.hpp"
#include "plugin/folder_digest.hpp"
#include "plugin/untrusted.hpp"

namespace leadsman::plugin {

using nlohmann::json;

namespace {

constexpr const char* k_samples_file = "check.json";

json read_samples(const std::filesystem::path& folder) {
  std::ifstream in(folder / k_samples_file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return json::parse(text, nullptr, false);
}

void note(report& out, std::string what, const result<void>& went) {
  out.findings.push_back({went.has_value(), std::move(what), went ? "" : went.error().message});
}

result<manifest> check_folder(const std::filesystem::path& folder, report& out) {
  const result<std::string> digest = folder_digest(folder);
  note(out, "is a folder of files", went(digest));
  if (!digest) return fail(digest.error());
  out.digest = *digest;
  result<manifest> about = read_manifest(folder);
  note(out, "has a manifest, " + std::string(k_manifest_file), went(about));
  return about;
}

task<void> check_kinds(std::shared_ptr<examination> of) {
  for (const kind each : of->about.kinds) {
    if (each == kind::router) {
      auto checking = check_router(of);
      co_await std::move(checking);
    } else if (each == kind::metric) {
      auto checking = check_metric(of);
      co_await std::move(checking);
    } else {
      of->found->findings.push_back({true, std::string(to_string(each)) + ": protocol 1 has no methods for this kind yet", {}});
    }
  }
}

// A start that is asked nothing: a host may be stopped before its first question.
task<result<void>> start_and_end(std::filesystem::path folder, manifest about) {
  LEADSMAN_CO_TRY(conversation talk, conversation::open(co_await asio::this_coro::executor, folder, about));
  auto ending = talk.end();
  co_return co_await std::move(ending);
}

}  // namespace

bool report::good() const {
  return std::ranges::all_of(findings, &finding::good);
}

task<report> check_plugin(std::filesystem::path folder) {
  report out;
  const result<manifest> about = check_folder(folder, out);
  if (!about) co_return out;
  const auto executor = co_await asio::this_coro::executor;
  auto begun = conversation::open(executor, folder, *about);
  note(out, "can be started: " + about->program, went(begun));
  if (!begun) co_return out;
  const auto under_way = std::make_shared<examination>(std::move(*begun), *about, read_samples(folder), &out);
  auto protocol = check_protocol(under_way);
  co_await std::move(protocol);
  auto kinds = check_kinds(under_way);
  co_await std::move(kinds);
  auto ending = under_way->talk.end();
  under_way->note("ends within 2 s of the end of its stdin, with exit code 0", co_await std::move(ending));
  auto again = start_and_end(folder, *about);
  under_way->note("can be started again, and ended before it was asked anything", co_await std::move(again));
  co_return out;
}

std::string to_text(const report& found, const std::filesystem::path& folder) {
  std::string out = "Leadsman checks the plugin in " + untrusted(folder.string()) + "\n\n";
  size_t bad = 0;
  for (const finding& each : found.findings) {
    bad += each.good ? 0 : 1;
    out += std::string(each.good ? "  ✓ " : "  ✗ ") + each.what + "\n";
    if (!each.detail.empty()) out += "      " + each.detail + "\n";
  }
  if (!found.digest.empty()) out += "\n  digest " + found.digest + "\n";
  return out + (bad == 0 ? "\nIt keeps to the protocol.\n" : "\n" + std::to_string(bad) + " of " + std::to_string(found.findings.size()) + " points are not as docs/plugins.md says.\n");
}

}  // namespace leadsman::plugin
