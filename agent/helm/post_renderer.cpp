#include "helm/post_renderer.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "helm/argv.hpp"
#include "helm/environment.hpp"

namespace leadsman::helm {

result<void> install_post_renderer(const std::string& program, const std::string& run_dir) {
  const nlohmann::json command{{"command", program}, {"args", {"--post-render"}}};
  const nlohmann::json plugin{{"apiVersion", "v1"}, {"type", "postrenderer/v1"}, {"name", k_post_renderer}, {"version", "1.0.0"}, {"runtime", "subprocess"},
                              {"runtimeConfig", {{"platformCommand", nlohmann::json::array({command})}}}};
  const std::filesystem::path folder = data_home(run_dir) + "/plugins/" + std::string(k_post_renderer);
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  std::ofstream out(folder / "plugin.yaml", std::ios::binary | std::ios::trunc);
  out << plugin.dump() << "\n";
  out.close();
  if (failure || !out) return fail(errc::unavailable, fmt::format("{} cannot be written.", (folder / "plugin.yaml").string()), "helm");
  return {};
}

}  // namespace leadsman::helm
