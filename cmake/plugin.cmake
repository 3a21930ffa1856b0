# How the plugins that are shipped are built: a folder bin/plugins/<name>/ with plugin.json and the program each, and
# bin/plugins/plugins.json, by which the agent beside it knows them.

# leadsman_plugin(<name> KINDS <kind>... [GRANTS <group>/<Kind>...] [DEPENDS <target>...]): main.cpp is the program, the
# other .cpp of the folder are a library leadsman_plugin_<name>, for its tests; a check.json is part of the plugin. GRANTS: what a router may be given and write.
function(leadsman_plugin name)
  cmake_parse_arguments(arg "" "" "KINDS;GRANTS;DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "*.cpp")
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  leadsman_batches(sources ${sources})
  add_library(leadsman_plugin_${name} STATIC ${sources})
  target_link_libraries(leadsman_plugin_${name} PUBLIC leadsman_plugin_sdk ${arg_DEPENDS})

  set(folder "${PROJECT_BINARY_DIR}/bin/plugins/${name}")
  add_executable(plugin-${name} main.cpp)
  target_link_libraries(plugin-${name} PRIVATE leadsman_plugin_${name})
  set_target_properties(plugin-${name} PROPERTIES OUTPUT_NAME "${name}" RUNTIME_OUTPUT_DIRECTORY "${folder}")

  list(JOIN arg_KINDS "\", \"" kinds)
  file(CONFIGURE OUTPUT "${folder}/plugin.json" @ONLY CONTENT [[{
  "name": "@name@",
  "version": "@PROJECT_VERSION@",
  "protocol": 1,
  "kinds": ["@kinds@"],
  "program": "@name@"
}
]])
  file(GLOB samples CONFIGURE_DEPENDS "check.json")
  if(samples)
    configure_file(check.json "${folder}/check.json" COPYONLY)
  endif()
  list(JOIN arg_GRANTS "," grants)
  set_property(GLOBAL APPEND PROPERTY LEADSMAN_PLUGIN_PROGRAMS plugin-${name})
  set_property(GLOBAL APPEND PROPERTY LEADSMAN_PLUGIN_FILES ${samples} "${folder}/plugin.json")
  set_property(GLOBAL APPEND PROPERTY LEADSMAN_PLUGIN_ENTRIES "${name}=${grants}")
endfunction()

# After the last of them. The digests are known once the programs are linked.
function(leadsman_register_plugins)
  get_property(programs GLOBAL PROPERTY LEADSMAN_PLUGIN_PROGRAMS)
  get_property(files GLOBAL PROPERTY LEADSMAN_PLUGIN_FILES)
  get_property(entries GLOBAL PROPERTY LEADSMAN_PLUGIN_ENTRIES)
  set(folder "${PROJECT_BINARY_DIR}/bin/plugins")
  set(register "${PROJECT_SOURCE_DIR}/scripts/register-plugins")
  add_custom_command(OUTPUT "${folder}/plugins.json" COMMAND "${register}" "${folder}" ${entries} DEPENDS ${programs} ${files} "${register}" VERBATIM)
  add_custom_target(plugins ALL DEPENDS "${folder}/plugins.json")
endfunction()
