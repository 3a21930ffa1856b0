#include <algorithm>
#include <optional>
#include <system_error>

#include "archive/chart.hpp"
#include "archive/folder.hpp"
#include "base/text.hpp"

namespace leadsman::archive {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_chart_file = "Chart.yaml";
constexpr std::string_view k_file_scheme = "file://";
constexpr int k_search_depth = 3;
constexpr size_t k_search_limit = 5000;  // folders looked at for a suggestion

// The only folder below that is a chart; charts inside charts do not count.
std::optional<fs::path> only_chart_below(const fs::path& folder) {
  std::optional<fs::path> found;
  std::error_code failed;
  size_t seen = 0;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, failed);
  for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
    std::error_code ignored;
    if (!at->is_directory(ignored)) continue;
    if (++seen > k_search_limit) return std::nullopt;
    const bool chart = fs::exists(at->path() / k_chart_file, ignored);
    if (chart && found) return std::nullopt;
    if (chart) found = at->path();
    if (chart || at.depth() + 1 >= k_search_depth || at->path().filename().string().starts_with('.'))
      at.disable_recursion_pending();
  }
  return found;
}

result<content_map> read_chart_folder(const fs::path& folder, const limits& bounds) {
  std::error_code ignored;
  if (fs::is_directory(folder, ignored) && !fs::exists(folder / k_chart_file, ignored)) {
    const auto below = only_chart_below(folder);
    return fail(errc::invalid_input,
                "'" + printable(folder.string()) + "' is not a chart: it has no Chart.yaml" +
                    (below ? "; did you mean '" + printable(below->string()) + "'?" : ""),
                folder.string());
  }
  return read_folder(folder, bounds);
}

bool is_version_at(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

// "charts/common-1.2.3.tgz" or "charts/any-folder/Chart.yaml" with that name.
bool is_dependency(const std::string& path, const file_content& file, const std::string& name) {
  const auto parts = split(path, '/');
  if (parts.size() < 2 || parts[0] != "charts") return false;
  if (parts.size() == 2) {
    return parts[1].ends_with(".tgz") && parts[1].starts_with(name + "-") &&
           is_version_at(parts[1].substr(name.size() + 1));
  }
  if (parts.size() != 3 || parts[2] != k_chart_file) return false;
  const auto chart = parse_chart(file.data, path);
  return chart && chart->name == name;
}

bool has_dependency(const content_map& content, const std::string& name) {
  for (auto at = content.lower_bound("charts/"); at != content.end() && at->first.starts_with("charts/");
       ++at) {
    if (is_dependency(at->first, at->second, name)) return true;
  }
  return false;
}

class assembler {
 public:
  explicit assembler(const limits& bounds) : bounds_(bounds) {}

  result<content_map> assemble(const fs::path& folder, chart_metadata& metadata) {
    LEADSMAN_TRY(content_map content, read_chart_folder(folder, bounds_));
    const fs::path real = fs::canonical(folder);
    LEADSMAN_CHECK(check_cycle(real));
    open_.push_back(real);
    const std::string chart_file = (folder / k_chart_file).lexically_normal().string();
    LEADSMAN_TRY(metadata, parse_chart(content.at(std::string(k_chart_file)).data, chart_file));
    std::vector<std::string> missing;
    for (const chart_dependency& dependency : metadata.dependencies) {
      if (has_dependency(content, dependency.name)) continue;
      if (!dependency.repository.starts_with(k_file_scheme)) {
        missing.push_back(dependency.name);
        continue;
      }
      LEADSMAN_CHECK(add(content, folder, dependency, chart_file));
    }
    open_.pop_back();
    if (!missing.empty()) return fail_missing(folder, missing, chart_file);
    LEADSMAN_CHECK(check_size(content, folder));
    return content;
  }

  std::vector<std::string> notes;

 private:
  result<void> check_cycle(const fs::path& real) const {
    const auto at = std::ranges::find(open_, real);
    if (at == open_.end()) return {};
    std::string circle;
    for (auto chart = at; chart != open_.end(); ++chart) circle += chart->filename().string() + " → ";
    return fail(errc::invalid_input,
                "charts depend on each other in a circle: " + circle + real.filename().string(),
                real.string());
  }

  // What is in `content` under charts/ is what helm finds there.
  result<void> add(content_map& content, const fs::path& folder, const chart_dependency& dependency,
                   const std::string& chart_file) {
    const fs::path source = (folder / dependency.repository.substr(k_file_scheme.size())).lexically_normal();
    std::error_code ignored;
    if (!fs::is_directory(source, ignored)) {
      return fail(errc::invalid_input,
                  "the dependency '" + dependency.name + "' has the repository " +
                      printable(dependency.repository) + ", but there is no folder '" +
                      printable(source.string()) + "'",
                  chart_file);
    }
    chart_metadata metadata;
    LEADSMAN_TRY(content_map part, assemble(source, metadata));
    if (metadata.name != dependency.name) {
      return fail(errc::invalid_input,
                  "the dependency '" + dependency.name + "' points to '" + printable(source.string()) +
                      "', which is the chart '" + metadata.name + "'",
                  chart_file);
    }
    for (auto& [name, file] : part) content["charts/" + dependency.name + "/" + name] = std::move(file);
    notes.push_back("the dependency " + dependency.name + " " + metadata.version + " was packed from " +
                    source.string());
    return {};
  }

  static std::unexpected<error> fail_missing(const fs::path& folder, const std::vector<std::string>& missing,
                                             const std::string& chart_file) {
    return fail(errc::invalid_input,
                (missing.size() == 1 ? "the dependency " : "the dependencies ") + join(missing, ", ") +
                    (missing.size() == 1 ? " is" : " are") + " not in charts/; run 'helm dependency build " +
                    folder.string() + "' first",
                chart_file);
  }

  result<void> check_size(const content_map& content, const fs::path& folder) const {
    uint64_t total = 0;
    for (const auto& [name, file] : content) total += file.data.size();
    if (total <= bounds_.max_total_bytes && content.size() <= bounds_.max_entries) return {};
    return fail(errc::too_large,
                "the chart with its dependencies is larger than " +
                    std::to_string(bounds_.max_total_bytes >> 20) + " MiB or " +
                    std::to_string(bounds_.max_entries) + " files",
                folder.string());
  }

  limits bounds_;
  std::vector<fs::path> open_;
};

}  // namespace

result<packed_folder> pack_folder(const fs::path& folder, const limits& bounds) {
  LEADSMAN_TRY(const content_map content, read_chart_folder(folder, bounds));
  return packed_folder{compress(write_tar(content)), digest_of(content)};
}

result<packed_chart> pack_chart(const fs::path& folder, const limits& bounds) {
  packed_chart out;
  assembler parts(bounds);
  LEADSMAN_TRY(const content_map content, parts.assemble(folder, out.metadata));
  if (out.metadata.type == "library") {
    return fail(errc::invalid_input,
                "'" + out.metadata.name + "' is a library chart, which cannot be installed", folder.string());
  }
  out.bytes = compress(write_tar(content));
  out.sha256 = digest_of(content);
  out.notes = std::move(parts.notes);
  return out;
}

}  // namespace leadsman::archive
