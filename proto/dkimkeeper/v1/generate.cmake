# The gRPC API, generated. One library, built with at most -O1 and without our warnings: it is most of the
# compile time of the project and none of its run time. Included by proto/CMakeLists.txt, not a
# folder of its own: protobuf_generate names its output by the path below the current folder, which
# must be the import path, "dkimkeeper/v1/….proto".
set(protos common signing domains keys rotation dns access status tokens approvals)
list(TRANSFORM protos PREPEND dkimkeeper/v1/)
list(TRANSFORM protos APPEND .proto)

add_library(keeper_proto STATIC ${protos})
target_include_directories(keeper_proto SYSTEM PUBLIC ${PROJECT_BINARY_DIR}/proto)
target_link_libraries(keeper_proto PUBLIC gRPC::grpc++ protobuf::libprotobuf)
target_compile_options(keeper_proto PRIVATE $<$<CONFIG:Release>:-O1> -g0 -w)
# Not part of libdkimkeeper's interface.
set_target_properties(keeper_proto PROPERTIES CXX_VISIBILITY_PRESET hidden)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/proto)
protobuf_generate(TARGET keeper_proto LANGUAGE cpp
  IMPORT_DIRS ${PROJECT_SOURCE_DIR}/proto PROTOC_OUT_DIR ${PROJECT_BINARY_DIR}/proto)
protobuf_generate(TARGET keeper_proto LANGUAGE grpc
  GENERATE_EXTENSIONS .grpc.pb.h .grpc.pb.cc
  PLUGIN "protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>"
  IMPORT_DIRS ${PROJECT_SOURCE_DIR}/proto PROTOC_OUT_DIR ${PROJECT_BINARY_DIR}/proto)
