#include "document/yaml.hpp"

#include <yaml-cpp/yaml.h>

#include <optional>
#include <set>

#include "document/scalar.hpp"

namespace leadsman::document {

namespace {

constexpr int k_max_depth = 100;
constexpr size_t k_max_nodes = 200'000;  // an alias bomb ends here

struct bad_yaml {
  int line;
  std::string message;
};

// Explicit tags first, then what helm makes of a plain scalar.
json typed_scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  const std::string& tag = node.Tag();
  const bool resolved = tag.empty() || tag == "?" || tag == "tag:yaml.org,2002:int" || tag == "tag:yaml.org,2002:float" ||
                        tag == "tag:yaml.org,2002:bool" || tag == "tag:yaml.org,2002:null";
  if (tag == "tag:yaml.org,2002:binary") throw bad_yaml{node.Mark().line + 1, "holds !!binary data, which is not supported"};
  if (!resolved) return text;  // quoted, block or with a tag of its own
  std::optional<json> value = resolve_scalar(text);
  if (!value) throw bad_yaml{node.Mark().line + 1, "'" + text + "' is not a finite number"};
  return std::move(*value);
}

// A key of another type than text, or a merge in disguise (!!merge <<, ! "<<"), is not what it looks like.
void check_key(const YAML::Node& key) {
  const std::string& tag = key.Tag();
  const bool plain = tag.empty() || tag == "?";
  const bool text = plain || tag == "!" || tag == "tag:yaml.org,2002:str";
  if (!key.IsScalar() || !text || (key.Scalar() == "<<" && !plain)) throw bad_yaml{key.Mark().line + 1, "a key must be plain text"};
}

enum class duplicate_keys { refused, last_wins };

class converter {
 public:
  converter(yaml_document& out, bool with_lines, duplicate_keys duplicates)
      : out_(out), with_lines_(with_lines), duplicates_(duplicates) {}

  json convert(const YAML::Node& node, const std::string& path, int depth) {
    const int line = node.Mark().line + 1;
    if (depth > k_max_depth) throw bad_yaml{line, "is nested too deeply"};
    if (++nodes_ > k_max_nodes) throw bad_yaml{line, "has too many values"};
    if (with_lines_ && !path.empty()) out_.lines.emplace(path, line);
    switch (node.Type()) {
      case YAML::NodeType::Map: return convert_map(node, path, depth);
      case YAML::NodeType::Sequence: return convert_list(node, path, depth);
      case YAML::NodeType::Scalar: return typed_scalar(node);
      default: return nullptr;
    }
  }

 private:
  json convert_map(const YAML::Node& node, const std::string& path, int depth) {
    json map = json::object();
    std::set<std::string> own_keys;
    for (const auto& entry : node) {
      check_key(entry.first);
      const bool plain = entry.first.Tag() == "?" || entry.first.Tag().empty();
      const std::string key = plain ? resolve_key(entry.first.Scalar()) : entry.first.Scalar();
      const std::string child_path = path.empty() ? key : path + "." + key;
      if (with_lines_) out_.lines.emplace(child_path, entry.first.Mark().line + 1);
      json value = convert(entry.second, child_path, depth + 1);
      if (key == "<<" && plain) {
        merge_from(map, value, entry.first.Mark().line + 1);
        continue;
      }
      if (!own_keys.insert(key).second && duplicates_ == duplicate_keys::refused) {
        throw bad_yaml{entry.first.Mark().line + 1, "the key '" + key + "' stands twice in the same mapping"};
      }
      map[key] = std::move(value);
    }
    return map;
  }

  // Like helm: what is merged replaces what stands above it, and of several mappings the first wins.
  static void merge_from(json& map, const json& value, int line) {
    if (value.is_object()) {
      map.update(value);
    } else if (value.is_array()) {
      for (auto item = value.rbegin(); item != value.rend(); ++item) merge_from(map, *item, line);
    } else {
      throw bad_yaml{line, "'<<' must name a mapping or a list of mappings"};
    }
  }

  json convert_list(const YAML::Node& node, const std::string& path, int depth) {
    json list = json::array();
    for (const auto& item : node) {
      list.push_back(convert(item, path + "[" + std::to_string(list.size()) + "]", depth + 1));
    }
    return list;
  }

  yaml_document& out_;
  bool with_lines_;
  duplicate_keys duplicates_;
  size_t nodes_ = 0;
};

std::string at_line(std::string_view file, int line) {
  return line > 0 ? std::string(file) + ":" + std::to_string(line) : std::string(file);
}

}  // namespace

int yaml_document::line_of(std::string_view path) const {
  while (!path.empty()) {
    if (const auto at = lines.find(path); at != lines.end()) return at->second;
    const size_t cut = path.find_last_of(".[");
    if (cut == std::string_view::npos) return 0;
    path = path.substr(0, cut);
  }
  return 0;
}

result<yaml_document> parse_yaml(std::string_view text, std::string_view file) {
  yaml_document document;
  try {
    document.value = converter(document, true, duplicate_keys::refused).convert(YAML::Load(std::string(text)), "", 0);
    return document;
  } catch (const YAML::Exception& e) {
    return fail(errc::invalid_input, "is not valid YAML: " + e.msg, at_line(file, e.mark.line + 1));
  } catch (const bad_yaml& e) {
    return fail(errc::invalid_input, e.message, at_line(file, e.line));
  }
}

result<std::vector<json>> parse_yaml_stream(std::string_view text, std::string_view what) {
  std::vector<json> documents;
  try {
    for (const YAML::Node& node : YAML::LoadAll(std::string(text))) {
      yaml_document ignored_lines;
      json value = converter(ignored_lines, false, duplicate_keys::last_wins).convert(node, "", 0);
      if (!value.is_null()) documents.push_back(std::move(value));
    }
    return documents;
  } catch (const YAML::Exception& e) {
    return fail(errc::invalid_input, "is not valid YAML: " + e.msg, at_line(what, e.mark.line + 1));
  } catch (const bad_yaml& e) {
    return fail(errc::invalid_input, e.message, at_line(what, e.line));
  }
}

error locate(error e, const yaml_document& document, std::string_view file) {
  const int line = document.line_of(e.field);
  if (!e.field.empty()) e.message = e.field + " " + e.message;
  e.field = at_line(file, line);
  return e;
}

}  // namespace leadsman::document
