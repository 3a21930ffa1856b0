#include "helm/release.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "helm/encoding.hpp"
#include "helm/member.hpp"

namespace leadsman::helm {

namespace {

constexpr size_t k_unpacked_limit = 64 << 20;

constexpr std::array<std::pair<release_status, std::string_view>, 9> k_statuses{{
    {release_status::unknown, "unknown"},
    {release_status::deployed, "deployed"},
    {release_status::uninstalled, "uninstalled"},
    {release_status::superseded, "superseded"},
    {release_status::failed, "failed"},
    {release_status::uninstalling, "uninstalling"},
    {release_status::pending_install, "pending-install"},
    {release_status::pending_upgrade, "pending-upgrade"},
    {release_status::pending_rollback, "pending-rollback"},
}};

// Labels that helm writes itself.
constexpr std::array<std::string_view, 6> k_system_labels{"name", "owner", "status", "version", "createdAt", "modifiedAt"};

constexpr std::string_view k_gzip_magic = "\x1f\x8b\x08";

int number_of(const json& value, const char* key) {
  const json& found = member(value, key);
  return found.is_number() ? found.get<int>() : 0;
}

std::vector<std::string> texts_of(const json& value, const char* key) {
  std::vector<std::string> texts;
  for (const json& item : member(value, key)) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

std::optional<wall_time> time_of(const json& value, const char* key) {
  const std::string text = text_of(value, key);
  if (text.empty() || text.starts_with("0001-")) return std::nullopt;  // Go's zero time
  const auto at = parse_rfc3339(text);
  if (!at) return std::nullopt;
  return *at;
}

hook hook_from(const json& value) {
  const json& run = member(value, "last_run");
  return {
      .name = text_of(value, "name"),
      .kind = text_of(value, "kind"),
      .path = text_of(value, "path"),
      .manifest = text_of(value, "manifest"),
      .events = texts_of(value, "events"),
      .delete_policies = texts_of(value, "delete_policies"),
      .weight = number_of(value, "weight"),
      .last_run = {time_of(run, "started_at"), time_of(run, "completed_at"), text_of(run, "phase")},
  };
}

release release_from(const json& value) {
  release made;
  made.name = text_of(value, "name");
  made.release_namespace = text_of(value, "namespace");
  made.revision = number_of(value, "version");
  const json& info = member(value, "info");
  made.status = parse_status(text_of(info, "status"));
  made.description = text_of(info, "description");
  made.notes = text_of(info, "notes");
  made.first_deployed = time_of(info, "first_deployed");
  made.last_deployed = time_of(info, "last_deployed");
  const json& metadata = member(member(value, "chart"), "metadata");
  made.chart = {text_of(metadata, "name"), text_of(metadata, "version"), text_of(metadata, "appVersion")};
  if (member(value, "config").is_object()) made.config = member(value, "config");
  made.manifest = text_of(value, "manifest");
  for (const json& item : member(value, "hooks")) made.hooks.push_back(hook_from(item));
  const std::string method = text_of(value, "apply_method");
  if (method == "ssa") made.apply = apply_method::server_side;
  if (method == "csa") made.apply = apply_method::client_side;
  return made;
}

// Parses without keeping the chart's templates, files and defaults, which are most of a release.
json parse_without_chart_files(std::string_view text) {
  std::string top_key;
  const json::parser_callback_t keep = [&top_key](int depth, json::parse_event_t event, json& parsed) {
    if (event != json::parse_event_t::key) return true;
    const auto& key = parsed.get_ref<const std::string&>();
    if (depth == 1) top_key = key;
    return !(depth == 2 && top_key == "chart" && key != "metadata");
  };
  return json::parse(text, keep, false);
}

result<std::string> unpack(const json& secret) {
  const std::string outer = text_of(member(secret, "data"), "release");
  const std::string name = text_of(member(secret, "metadata"), "name");
  if (outer.empty()) return fail(errc::invalid_input, "has no data.release: not a helm release.", name);
  result<std::string> inner = base64_decode(outer);
  if (inner) inner = base64_decode(*inner);
  if (!inner) return fail(errc::invalid_input, "data.release " + inner.error().message, name);
  if (!inner->starts_with(k_gzip_magic)) return inner;  // helm before 2.x did not compress, and still reads it
  result<std::string> text = gunzip(*inner, k_unpacked_limit);
  if (!text) return fail(text.error().code, "data.release " + text.error().message, name);
  return text;
}

}  // namespace

std::string_view to_string(release_status status) {
  for (const auto& [value, word] : k_statuses) {
    if (value == status) return word;
  }
  return "unknown";
}

release_status parse_status(std::string_view word) {
  for (const auto& [value, known] : k_statuses) {
    if (known == word) return value;
  }
  return release_status::unknown;
}

bool is_pending(release_status status) {
  return status == release_status::pending_install || status == release_status::pending_upgrade ||
         status == release_status::pending_rollback;
}

bool hook::is_test() const {
  return std::ranges::any_of(events, [](const std::string& event) { return event == "test" || event == "test-success"; });
}

int release::tests() const { return static_cast<int>(std::ranges::count_if(hooks, &hook::is_test)); }

std::string chart_name(const release& r) { return r.chart.name + "-" + r.chart.version; }

std::string secret_name(std::string_view name, int revision) { return fmt::format("sh.helm.release.v1.{}.v{}", name, revision); }

std::string secret_selector(std::string_view name) { return fmt::format("owner=helm,name={}", name); }

result<release> decode_release(const json& secret) {
  LEADSMAN_TRY(const std::string text, unpack(secret));
  LEADSMAN_TRY(release made, parse_release(text));
  for (const auto& [key, value] : member(member(secret, "metadata"), "labels").items()) {
    if (value.is_string() && std::ranges::find(k_system_labels, key) == k_system_labels.end()) made.labels[key] = value;
  }
  return made;
}

result<release> parse_release(std::string_view text) {
  const json value = parse_without_chart_files(text);
  if (value.is_discarded() || !value.is_object() || text_of(value, "name").empty()) {
    return fail(errc::invalid_input, "is not a helm release in JSON.");
  }
  return release_from(value);
}

result<json> mark_failed(const json& secret, std::string_view description, wall_time now) {
  LEADSMAN_TRY(const std::string text, unpack(secret));
  // Ordered, so that everything that this program does not know stays as and where it was.
  auto stored = nlohmann::ordered_json::parse(text, nullptr, false);
  if (stored.is_discarded() || !stored.is_object() || !stored.contains("info") || !stored["info"].is_object()) {
    return fail(errc::invalid_input, "data.release is not a helm release in JSON.", text_of(member(secret, "metadata"), "name"));
  }
  auto& info = stored["info"];
  const std::string status = info.value("status", "");
  if (!is_pending(parse_status(status))) {
    return fail(errc::conflict, fmt::format("is '{}', not pending: somebody else went on with it.", status),
                text_of(member(secret, "metadata"), "name"));
  }
  info["status"] = to_string(release_status::failed);
  info["description"] = description;

  json marked = secret;
  const std::string packed = gzip(stored.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  marked["data"]["release"] = base64_encode(base64_encode(packed));
  json& labels = marked["metadata"]["labels"];
  labels["status"] = to_string(release_status::failed);
  labels["modifiedAt"] = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
  labels.erase("createdAt");  // as helm's own update does
  return marked;
}

}  // namespace leadsman::helm
