#include "http/openapi.hpp"

#include "http/handlers/handlers.hpp"

namespace leadsman::http::handlers {

task<result<response>> show_openapi(call&) { co_return text_response(200, std::string(openapi_json()), "application/json"); }

}  // namespace leadsman::http::handlers
