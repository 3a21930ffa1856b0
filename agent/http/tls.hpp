#pragma once

#include <boost/asio/ssl/context.hpp>

#include <memory>

#include "async/task.hpp"
#include "http/options.hpp"

namespace leadsman::http {

// Errors: invalid_input when the files cannot be read or do not belong together.
result<std::unique_ptr<asio::ssl::context>> make_tls_context(const tls_files& files);

}  // namespace leadsman::http
