# cmake -DBUILD=… -DFOLDER=… -DCOMPILER=… -DC_COMPILERS=… -DFLAGS=… -DGENERATOR=… -P run.cmake
# Installs the library into FOLDER, then configures, builds and runs the consumer against it; and the
# examples in C, with each of C_COMPILERS, where no C++ compiler is known.
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

# A program in C, by CMake and by hand.
set(examples ${CMAKE_CURRENT_LIST_DIR}/../../../client/examples/c)
function(run_example program)
  # Without a server there is nothing to sign with; that it says so shows that it is loaded and runs.
  execute_process(COMMAND ${CMAKE_COMMAND} -E env --unset=DKIMKEEPER_SERVER ${program}
    INPUT_FILE ${examples}/connect.c RESULT_VARIABLE status ERROR_VARIABLE output)
  if(NOT status EQUAL 70 OR NOT output MATCHES "INVALID_ARGUMENT BAD_OPTION")
    message(FATAL_ERROR "${program}: ${status}\n${output}")
  endif()
endfunction()

execute_process(COMMAND pkg-config --cflags --libs dkimkeeper
  OUTPUT_VARIABLE pkg_config_flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(pkg_config_flags UNIX_COMMAND ${pkg_config_flags})
cmake_path(GET pkg_config_dir PARENT_PATH library_dir)
foreach(compiler IN LISTS C_COMPILERS)
  cmake_path(GET compiler FILENAME name)
  run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${examples} -B ${FOLDER}/c-${name}
    -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_C_COMPILER=${compiler})
  run(${CMAKE_COMMAND} --build ${FOLDER}/c-${name})
  run_example(${FOLDER}/c-${name}/sign_mail)
  run(${compiler} -std=c11 -Wall -Wextra -pedantic -Werror -o ${FOLDER}/sign_mail-${name}
    ${examples}/sign_mail.c ${examples}/connect.c ${pkg_config_flags} -Wl,-rpath,${library_dir})
  run_example(${FOLDER}/sign_mail-${name})
endforeach()
