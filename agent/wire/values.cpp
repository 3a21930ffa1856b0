#include "wire/values.hpp"

#include "document/reader.hpp"

namespace leadsman::wire {

using nlohmann::json;

result<std::vector<model::values_file>> read_values(const json& list, const std::string& path) {
  std::vector<model::values_file> files;
  if (list.is_null()) return files;
  if (!list.is_array()) return fail(errc::invalid_input, "expected a list, found " + document::describe(list), path);
  for (const json& item : list) {
    document::object_reader in(item, path + "[" + std::to_string(files.size()) + "]");
    model::values_file file{in.string("name"), in.string("content")};
    LEADSMAN_CHECK(in.finish());
    files.push_back(std::move(file));
  }
  return files;
}

json values_json(const std::vector<model::values_file>& files) {
  json list = json::array();
  for (const model::values_file& file : files) list.push_back({{"name", file.name}, {"content", file.content}});
  return list;
}

}  // namespace leadsman::wire
