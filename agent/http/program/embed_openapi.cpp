// embed_openapi DOCUMENT.yaml SOURCE.cpp: at build time, so that the agent serves what docs/openapi.yaml says, as JSON,
// without reading YAML for it.
#include <cstdio>
#include <fstream>
#include <sstream>

#include "document/yaml.hpp"

namespace {

using namespace leadsman;

result<std::string> read_json(const char* file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(errc::not_found, "cannot be read", file);
  std::stringstream text;
  text << in.rdbuf();
  LEADSMAN_TRY(const document::yaml_document parsed, document::parse_yaml(text.str(), file));
  return parsed.value.dump();
}

result<void> write_source(const char* file, const std::string& json) {
  std::ofstream out(file, std::ios::binary);
  out << "#include \"http/openapi.hpp\"\n\nnamespace leadsman::http {\n\nstd::string_view openapi_json() {\n  return R\"openapi("
      << json << ")openapi\";\n}\n\n}  // namespace leadsman::http\n";
  if (out.flush()) return {};
  return fail(errc::unavailable, "cannot be written", file);
}

int report(const error& e) {
  std::fprintf(stderr, "embed_openapi: %s: %s\n", e.field.c_str(), e.message.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return report({errc::invalid_input, "expected DOCUMENT.yaml SOURCE.cpp", "arguments"});
  const auto json = read_json(argv[1]);
  if (!json) return report(json.error());
  const auto written = write_source(argv[2], *json);
  return written ? 0 : report(written.error());
}
