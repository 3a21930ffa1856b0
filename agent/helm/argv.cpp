#include "helm/argv.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace leadsman::helm {

namespace {

constexpr size_t k_max_release_name = 53;
constexpr size_t k_max_label_value = 63;

// A value that starts with '-' could be read as a flag: every value is joined to its own flag, and free words are checked.
result<void> check_word(std::string_view value, std::string_view field) {
  if (value.empty()) return fail(errc::invalid_input, "must not be empty.", std::string(field));
  if (value.starts_with('-')) return fail(errc::invalid_input, fmt::format("must not start with '-' ('{}').", value), std::string(field));
  if (value.contains('\0')) return fail(errc::invalid_input, "must not hold a zero byte.", std::string(field));
  return {};
}

result<void> check_release(const release_ref& release) {
  LEADSMAN_CHECK(check_release_name(release.name));
  if (!is_dns_label(release.release_namespace)) {
    return fail(errc::invalid_input, fmt::format("'{}' is not a namespace: lower-case letters, digits and '-', at most 63.", release.release_namespace), "namespace");
  }
  return {};
}

result<void> check_timeout(std::chrono::milliseconds timeout) {
  if (timeout.count() > 0) return {};
  return fail(errc::invalid_input, "must be longer than nothing; helm takes 0 for 30 seconds.", "timeout");
}

result<void> check_history(int history_max) {
  if (history_max >= 0) return {};
  return fail(errc::invalid_input, fmt::format("must not be negative ({}); 0 keeps every revision.", history_max), "history-max");
}

std::string seconds(std::chrono::milliseconds span) {
  if (span.count() % 1000 == 0) return fmt::format("{}s", span.count() / 1000);
  return fmt::format("{}ms", span.count());
}

// helm reads the flag as comma-separated: a path with a comma or a quote must be quoted as in CSV.
std::string csv_word(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

void add_target(arguments& list, const release_ref& release) {
  list.push_back("--namespace=" + release.release_namespace);
  if (!release.kube_context.empty()) list.push_back("--kube-context=" + release.kube_context);
}

void add_values(arguments& list, const std::vector<std::string>& files) {
  for (const std::string& file : files) list.push_back("--values=" + csv_word(file));
}

void add_wait(arguments& list, wait_strategy wait, bool for_jobs) {
  list.push_back(fmt::format("--wait={}", to_string(wait)));
  if (for_jobs) list.push_back("--wait-for-jobs");
}

std::string_view server_side(apply_method method) {
  return method == apply_method::server_side ? "--server-side=true" : "--server-side=false";
}

// What an upgrade and its dry run have in common.
result<arguments> upgrade_arguments(const upgrade_request& request) {
  LEADSMAN_CHECK(check_release(request.release));
  LEADSMAN_CHECK(check_word(request.chart, "chart"));
  LEADSMAN_CHECK(check_timeout(request.timeout));
  LEADSMAN_CHECK(check_history(request.history_max));
  if (request.force_conflicts && request.apply == apply_method::client_side) {
    return fail(errc::invalid_input, "force-conflicts needs server-side apply; helm would leave a failed revision behind.", "force-conflicts");
  }
  arguments list{"upgrade", request.release.name, request.chart, "--install", "--reset-values"};
  add_target(list, request.release);
  add_values(list, request.values_files);
  list.emplace_back(server_side(request.apply));
  list.push_back("--timeout=" + seconds(request.timeout));
  list.push_back(fmt::format("--history-max={}", request.history_max));
  if (request.force_conflicts) list.emplace_back("--force-conflicts");
  if (request.take_ownership) list.emplace_back("--take-ownership");
  if (request.create_namespace) list.emplace_back("--create-namespace");
  if (request.no_hooks) list.emplace_back("--no-hooks");
  if (request.skip_crds) list.emplace_back("--skip-crds");
  return list;
}

bool is_label_value(std::string_view text) {
  if (text.size() > k_max_label_value) return false;
  const auto alphanumeric = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (const char c : text) {
    if (!alphanumeric(c) && c != '-' && c != '_' && c != '.') return false;
  }
  return text.empty() || (alphanumeric(text.front()) && alphanumeric(text.back()));
}

}  // namespace

std::string_view to_string(wait_strategy strategy) { return strategy == wait_strategy::watcher ? "watcher" : "legacy"; }

std::string_view to_string(apply_method method) { return method == apply_method::server_side ? "ssa" : "csa"; }

result<void> check_release_name(std::string_view name) {
  bool ok = !name.empty() && name.size() <= k_max_release_name;
  for (const std::string_view part : split(name, '.')) ok = ok && is_dns_label(part);
  if (ok) return {};
  return fail(errc::invalid_input,
              fmt::format("'{}' is not a release name: lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit, at most {} characters.",
                          truncate(name, 80), k_max_release_name),
              "release");
}

result<arguments> upgrade_install(const upgrade_request& request) {
  LEADSMAN_TRY(arguments list, upgrade_arguments(request));
  if (!is_label_value(request.deployment_id)) {
    return fail(errc::invalid_input, fmt::format("'{}' cannot be a label value.", request.deployment_id), "deployment-id");
  }
  add_wait(list, request.wait, request.wait_for_jobs);
  if (!request.deployment_id.empty()) list.push_back("--labels=leadsman/deployment=" + request.deployment_id);
  if (!request.description.empty()) list.push_back("--description=" + request.description);
  if (request.post_render.empty()) return list;
  list.push_back(fmt::format("--post-renderer={}", k_post_renderer));
  list.push_back("--post-renderer-args=" + request.post_render);
  return list;
}

result<arguments> render(const upgrade_request& request) {
  LEADSMAN_TRY(arguments list, upgrade_arguments(request));
  list.emplace_back("--dry-run=server");
  list.emplace_back("--output=json");
  return list;
}

result<arguments> render_alone(const upgrade_request& request) {
  LEADSMAN_CHECK(check_release(request.release));
  LEADSMAN_CHECK(check_word(request.chart, "chart"));
  arguments list{"template", request.release.name, request.chart, "--namespace=" + request.release.release_namespace};
  add_values(list, request.values_files);
  return list;
}

result<arguments> lint(const lint_request& request) {
  LEADSMAN_CHECK(check_word(request.chart, "chart"));
  if (!is_dns_label(request.release_namespace)) {
    return fail(errc::invalid_input, fmt::format("'{}' is not a namespace.", request.release_namespace), "namespace");
  }
  arguments list{"lint", request.chart, "--namespace=" + request.release_namespace};
  add_values(list, request.values_files);
  if (!request.kube_version.empty()) list.push_back("--kube-version=" + request.kube_version);
  return list;
}

result<arguments> test(const test_request& request) {
  LEADSMAN_CHECK(check_release(request.release));
  LEADSMAN_CHECK(check_timeout(request.timeout));
  arguments list{"test", request.release.name};
  add_target(list, request.release);
  list.push_back("--timeout=" + seconds(request.timeout));
  return list;
}

result<arguments> rollback(const rollback_request& request) {
  LEADSMAN_CHECK(check_release(request.release));
  LEADSMAN_CHECK(check_timeout(request.timeout));
  LEADSMAN_CHECK(check_history(request.history_max));
  if (request.revision < 1) {
    return fail(errc::invalid_input, fmt::format("must be 1 or more ({}); helm would take 0 for the revision before, good or bad.", request.revision), "revision");
  }
  arguments list{"rollback", request.release.name, std::to_string(request.revision)};
  add_target(list, request.release);
  list.emplace_back(server_side(request.apply));
  add_wait(list, request.wait, request.wait_for_jobs);
  list.push_back("--timeout=" + seconds(request.timeout));
  list.push_back(fmt::format("--history-max={}", request.history_max));
  if (request.force_conflicts && request.apply == apply_method::server_side) list.emplace_back("--force-conflicts");
  if (request.no_hooks) list.emplace_back("--no-hooks");
  return list;
}

result<arguments> uninstall(const uninstall_request& request) {
  LEADSMAN_CHECK(check_release(request.release));
  LEADSMAN_CHECK(check_timeout(request.timeout));
  arguments list{"uninstall", request.release.name, "--ignore-not-found"};
  add_target(list, request.release);
  add_wait(list, request.wait, false);
  list.push_back("--timeout=" + seconds(request.timeout));
  if (request.no_hooks) list.emplace_back("--no-hooks");
  if (!request.description.empty()) list.push_back("--description=" + request.description);
  return list;
}

result<arguments> show_crds(const std::string& chart) {
  LEADSMAN_CHECK(check_word(chart, "chart"));
  return arguments{"show", "crds", chart};
}

arguments version() { return {"version", "--template={{.Version}}"}; }

}  // namespace leadsman::helm
