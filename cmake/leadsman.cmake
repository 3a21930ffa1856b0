# How every target of this project is built: one folder, one static library, named leadsman_<folder>.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(LEADSMAN_TESTS "Build the tests" ON)
set(LEADSMAN_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize= (address,undefined or thread)")

find_program(LEADSMAN_CCACHE ccache)
if(LEADSMAN_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${LEADSMAN_CCACHE}")
endif()

# Asio, Beast and JSON take seconds to parse: a folder's files are compiled some at a time, so that they are parsed a
# few times and not once a file. OFF shows whether each file stands by itself; scripts/lint tidy reads them so.
option(LEADSMAN_UNITY "Compile several files of a folder together" ON)
set(LEADSMAN_UNITY_BATCH 8)
if(LEADSMAN_UNITY)
  # GCC takes every anonymous namespace for one of a header then.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()

# leadsman_batches(<out> <source>...): what to compile in their place. CMake's own unity build includes by absolute path,
# which makes every batch another one to ccache in every clone; these include by relative path.
function(leadsman_batches out)
  if(NOT LEADSMAN_UNITY)
    set(${out} ${ARGN} PARENT_SCOPE)
    return()
  endif()
  set(all ${ARGN})
  set(sources ${ARGN})
  # Whole libraries, each with macros of its own, are compiled by themselves.
  list(FILTER sources EXCLUDE REGEX "_implementation\\.cpp$")
  set_source_files_properties(${sources} PROPERTIES HEADER_FILE_ONLY ON)
  set(number 0)
  while(sources)
    list(SUBLIST sources 0 ${LEADSMAN_UNITY_BATCH} batch)
    list(REMOVE_ITEM sources ${batch})
    set(includes "")
    foreach(source IN LISTS batch)
      file(RELATIVE_PATH path "${CMAKE_CURRENT_BINARY_DIR}" "${source}")
      string(APPEND includes "#include \"${path}\"\n")
    endforeach()
    set(file "${CMAKE_CURRENT_BINARY_DIR}/batch_${number}.cpp")
    file(CONFIGURE OUTPUT "${file}" CONTENT "${includes}" @ONLY)
    list(APPEND all "${file}")
    math(EXPR number "${number} + 1")
  endwhile()
  set(${out} ${all} PARENT_SCOPE)
endfunction()

find_program(LEADSMAN_MOLD mold)

# Warnings are errors in the builds that are tested; not in releases, where GCC 12 sees overruns that never happen.
add_library(leadsman_options INTERFACE)
target_compile_options(leadsman_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor $<$<NOT:$<CONFIG:Release>>:-Werror> -fPIE
                                                  -ffunction-sections -fdata-sections)
# GCC 12 reports uninitialized uses inside its own coroutine frames and std::expected when it optimizes.
target_compile_options(leadsman_options INTERFACE -Wno-maybe-uninitialized -Wno-error=free-nonheap-object)
# Designated initializers leave the rest at its default on purpose.
target_compile_options(leadsman_options INTERFACE -Wno-missing-field-initializers)
target_compile_definitions(leadsman_options INTERFACE LEADSMAN_VERSION="${PROJECT_VERSION}")
target_include_directories(leadsman_options INTERFACE "${PROJECT_SOURCE_DIR}/agent" "${PROJECT_SOURCE_DIR}")
target_link_options(leadsman_options INTERFACE -Wl,--gc-sections -pie -static-libstdc++ -static-libgcc)
if(LEADSMAN_MOLD)
  # Not for what is shipped: mold still imports what only removed sections used, such as arc4random of glibc 2.36.
  target_link_options(leadsman_options INTERFACE $<$<NOT:$<CONFIG:Release>>:-fuse-ld=mold>)
endif()
# Optimized at all, GCC 12 takes Asio's own pair of new and delete for coroutine frames for a mismatch.
target_compile_options(leadsman_options INTERFACE $<$<CONFIG:Release>:-Wno-mismatched-new-delete>)
if(LEADSMAN_SANITIZE)
  # Instrumented, GCC 12 takes Asio's own pair of new and delete for coroutine frames for a mismatch.
  target_compile_options(leadsman_options INTERFACE -fsanitize=${LEADSMAN_SANITIZE} -fno-omit-frame-pointer -Wno-mismatched-new-delete)
  if(LEADSMAN_SANITIZE MATCHES undefined)
    # Null and misplaced pointers are found by AddressSanitizer too; checking each access again doubles compile time.
    target_compile_options(leadsman_options INTERFACE -fno-sanitize=null,alignment,object-size,vptr)
  endif()
  if(LEADSMAN_SANITIZE MATCHES thread)
    # Asio's fences, which ThreadSanitizer does not see; what they order is ordered by Asio's locks too.
    target_compile_options(leadsman_options INTERFACE -Wno-tsan)
  endif()
  target_link_options(leadsman_options INTERFACE -fsanitize=${LEADSMAN_SANITIZE})
endif()

# leadsman_library(<folder> [DEPENDS <target>...]): every .cpp of the current folder and below, program/ aside.
function(leadsman_library name)
  cmake_parse_arguments(arg "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "*.cpp")
  list(FILTER sources EXCLUDE REGEX "/program/")
  if(sources)
    leadsman_batches(sources ${sources})
    add_library(leadsman_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(leadsman_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(leadsman_${name} ${scope} leadsman_options ${arg_DEPENDS})
endfunction()

# leadsman_test(<folder> [DEPENDS <target>...]): tests/unit/<folder>/*.cpp as one executable, known to ctest test by test
# and run at the project's root: the files of the project that it reads have the same names in every clone.
function(leadsman_test name)
  cmake_parse_arguments(arg "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/unit/${name}/*.cpp")
  if(NOT sources)
    return()
  endif()
  leadsman_batches(sources ${sources})
  add_executable(${name}_test ${sources})
  target_link_libraries(${name}_test PRIVATE leadsman_options ${arg_DEPENDS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name}_test PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  gtest_discover_tests(${name}_test TEST_PREFIX "${name}." WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" PROPERTIES LABELS unit DISCOVERY_TIMEOUT 60)
endfunction()
