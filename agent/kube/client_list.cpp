#include "kube/client.hpp"
#include "kube/query.hpp"

namespace leadsman::kube {

namespace {

// Items of a list come without apiVersion and kind.
void take_items(json& page, const list_query& query, std::vector<json>& items) {
  const auto list = page.find("items");
  if (list == page.end() || !list->is_array()) return;
  for (json& item : *list) {
    item["apiVersion"] = query.api_version;
    item["kind"] = query.kind;
    items.push_back(std::move(item));
  }
}

}  // namespace

task<result<object_list>> client::list(list_query query) {
  const object_ref collection{query.api_version, query.kind, query.name_space, {}};
  LEADSMAN_CO_TRY(const std::string path, co_await path_of(collection));
  const std::string what = "list " + query.kind + (query.name_space.empty() ? "" : " in " + query.name_space);
  object_list found;
  std::string next;
  size_t page_size = limits_.page_size;
  for (;;) {
    kube::query parameters;
    parameters.add("labelSelector", query.label_selector).add("fieldSelector", query.field_selector);
    parameters.add("limit", page_size > 0 ? std::to_string(page_size) : "").add("continue", next);
    net::request ask{"GET", path + parameters.text()};
    auto asking = call_json(std::move(ask), what);
    result<json> page = co_await std::move(asking);
    if (!page && page.error().code == errc::gone && !next.empty()) {
      // The list changed for longer than the cluster remembers: once more, in one piece.
      found = {};
      next.clear();
      page_size = 0;
      continue;
    }
    if (!page) co_return fail(page.error());
    take_items(*page, query, found.items);
    found.resource_version = text_at(*page, "/metadata/resourceVersion");
    next = text_at(*page, "/metadata/continue");
    if (next.empty()) co_return found;
  }
}

}  // namespace leadsman::kube
