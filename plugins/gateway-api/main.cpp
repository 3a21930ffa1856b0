#include "plugins/gateway-api/router.hpp"
#include "plugins/sdk/serve.hpp"

int main() {
  namespace gateway_api = leadsman::gateway_api;
  const leadsman::sdk::identity self{"gateway-api", LEADSMAN_VERSION, {"router"}};
  const leadsman::sdk::methods methods{{"router.objects", gateway_api::objects},
                                       {"router.inspect", gateway_api::inspect},
                                       {"router.set", gateway_api::set},
                                       {"router.release", gateway_api::release}};
  return leadsman::sdk::serve(self, methods);
}
