#include "plugins/prometheus/source.hpp"
#include "plugins/sdk/serve.hpp"

int main() {
  using namespace leadsman;
  prometheus::source metrics(prometheus::choice_of_environment());
  const sdk::identity self{"prometheus", LEADSMAN_VERSION, {"metric"}};
  return sdk::serve(self, {{"metric.query", [&metrics](const sdk::json& params) { return metrics.ask(params); }}});
}
