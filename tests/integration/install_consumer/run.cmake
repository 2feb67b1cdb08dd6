# cmake -DBUILD=… -DFOLDER=… -DCOMPILER=… -DFLAGS=… -DGENERATOR=… -P run.cmake
# Installs the library into FOLDER, then configures, builds and runs the consumer against it.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGV}: ${status}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${FOLDER})
set(prefix ${FOLDER}/prefix)
run(${CMAKE_COMMAND} --install ${BUILD} --component libdkimkeeper --prefix ${prefix})

file(GLOB_RECURSE pkg_config_file ${prefix}/dkimkeeper.pc)
cmake_path(GET pkg_config_file PARENT_PATH pkg_config_dir)
set(ENV{PKG_CONFIG_PATH} ${pkg_config_dir})
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${CMAKE_CURRENT_LIST_DIR} -B ${FOLDER}/build
  -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_FLAGS=${FLAGS})
run(${CMAKE_COMMAND} --build ${FOLDER}/build)
foreach(program by_cmake by_pkg_config)
  run(${FOLDER}/build/${program})
endforeach()
