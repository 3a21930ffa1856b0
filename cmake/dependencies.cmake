# Everything that comes from outside. The packages themselves are pinned by the distribution and listed in scripts/versions.env.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(nlohmann_json REQUIRED)
if(LEADSMAN_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

find_path(SODIUM_INCLUDE sodium.h REQUIRED)
find_path(YAML_CPP_INCLUDE yaml-cpp/yaml.h REQUIRED)
find_path(FMT_INCLUDE fmt/format.h REQUIRED)
find_path(SPDLOG_INCLUDE spdlog/spdlog.h REQUIRED)
find_path(CLI11_INCLUDE CLI/CLI.hpp REQUIRED)

# leadsman_static(<alias> <archive>...): static archives behind one imported name.
function(leadsman_static alias)
  add_library(${alias} INTERFACE IMPORTED GLOBAL)
  foreach(archive IN LISTS ARGN)
    find_library(LEADSMAN_LIB_${archive} NAMES lib${archive}.a REQUIRED)
    target_link_libraries(${alias} INTERFACE "${LEADSMAN_LIB_${archive}}")
  endforeach()
endfunction()

leadsman_static(static::sodium sodium)
leadsman_static(static::yaml yaml-cpp)
leadsman_static(static::sqlite SQLiteCpp sqlite3)
leadsman_static(static::archive archive z)
leadsman_static(static::z z)
target_link_libraries(static::sqlite INTERFACE Threads::Threads ${CMAKE_DL_LIBS})

# The distribution ships fmt and spdlog as shared libraries only, which users should not need: fmt is used header-only, and
# spdlog is compiled once (agent/async/log_implementation.cpp).
add_library(leadsman_log INTERFACE)
target_compile_definitions(leadsman_log INTERFACE SPDLOG_FMT_EXTERNAL SPDLOG_COMPILED_LIB FMT_HEADER_ONLY)
target_link_libraries(leadsman_log INTERFACE Threads::Threads)

# Asio and Beast, compiled once (agent/async/boost_implementation.cpp) instead of in every file that uses them.
add_library(leadsman_boost INTERFACE)
target_link_libraries(leadsman_boost INTERFACE Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_compile_definitions(
  leadsman_boost INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                           BOOST_PROCESS_V2_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
                           BOOST_ASIO_DISABLE_BOOST_ARRAY BOOST_ASIO_DISABLE_BOOST_REGEX)
