#include "helm/chart_sources.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/text.hpp"
#include "model/chart_reference.hpp"

namespace leadsman::helm {

namespace {

bool lies_below(std::string_view address, std::string_view prefix) {
  return address.starts_with(prefix) && (address.size() == prefix.size() || address[prefix.size()] == '/');
}

bool is_this_machine(std::string_view address) {
  const std::string_view host = model::host_of(address);
  const std::string_view name = host.substr(0, host.find(':'));
  return name == "localhost" || (name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string_view::npos);
}

// What two parties could read differently is nowhere below a prefix.
bool is_plain(std::string_view url) {
  return url.find("..") == std::string_view::npos && url.find('\\') == std::string_view::npos &&
         url.find('%') == std::string_view::npos && model::host_of(url).find('@') == std::string_view::npos;
}

result<std::string> read_credential(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  std::string word(trim(text.str()));
  if (word.empty()) return fail(errc::unavailable, file + " cannot be read, or is empty");
  return word;
}

}  // namespace

std::optional<chart_source> find_source(const chart_sources& sources, std::string_view address) {
  if (sources.anything) {
    chart_source own{.prefix = std::string(address), .docker_config_file = sources.docker_config_file};
    own.plain_http = is_this_machine(address);
    if (address.starts_with("http://") && !own.plain_http) return std::nullopt;
    return own;
  }
  const chart_source* best = nullptr;
  for (const chart_source& source : sources.allowed) {
    if (lies_below(address, source.prefix) && (!best || best->prefix.size() < source.prefix.size())) best = &source;
  }
  return best ? std::optional(*best) : std::nullopt;
}

bool may_fetch_archive(const chart_sources& sources, std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  return web && is_plain(url) && find_source(sources, url).has_value();
}

result<std::optional<user_and_password>> read_login(const chart_source& source) {
  if (source.user_file.empty()) return std::optional<user_and_password>();
  LEADSMAN_TRY(std::string user, read_credential(source.user_file));
  LEADSMAN_TRY(std::string password, read_credential(source.password_file));
  return std::optional(user_and_password{std::move(user), std::move(password)});
}

}  // namespace leadsman::helm
