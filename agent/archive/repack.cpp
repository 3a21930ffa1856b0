#include "archive/chart.hpp"
#include "base/text.hpp"

namespace leadsman::archive {

namespace {

constexpr std::string_view k_packed_chart_file = "Chart.yaml";

// As `helm package` makes it, everything lies in one folder that is called as the chart.
result<content_map> without_top_folder(content_map content) {
  content_map out;
  const std::string top = content.empty() ? "" : content.begin()->first.substr(0, content.begin()->first.find('/') + 1);
  for (auto& [name, file] : content) {
    if (top.empty() || !name.starts_with(top))
      return fail(errc::invalid_input, "the archive is no packed chart: '" + printable(name) + "' lies beside the chart's folder");
    out.emplace(name.substr(top.size()), std::move(file));
  }
  return out;
}

}  // namespace

result<packed_chart> repack_chart(std::string_view bytes, const limits& bounds) {
  LEADSMAN_TRY(content_map raw, read_archive(bytes, bounds));
  LEADSMAN_TRY(const content_map content, without_top_folder(std::move(raw)));
  const auto chart_file = content.find(std::string(k_packed_chart_file));
  if (chart_file == content.end()) return fail(errc::invalid_input, "the archive is no packed chart: its folder has no Chart.yaml");
  packed_chart out;
  LEADSMAN_TRY(out.metadata, parse_chart(chart_file->second.data, k_packed_chart_file));
  if (out.metadata.type == "library")
    return fail(errc::invalid_input, "'" + out.metadata.name + "' is a library chart, which cannot be installed");
  out.bytes = compress(write_tar(content));
  out.sha256 = digest_of(content);
  return out;
}

}  // namespace leadsman::archive
