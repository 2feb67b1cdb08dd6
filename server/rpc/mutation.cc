#include "server/rpc/mutation.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <string>

#include "proto/dkim/hex.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxLength = 64;

}  // namespace

std::string SerializeDeterministically(const google::protobuf::Message& request) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  request.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

std::string Sha256Hex(const std::string& bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return EncodeHex({reinterpret_cast<const char*>(digest.data()), length});
}

Result<Mutation> MutationOf(const Caller& caller, std::string_view method,
                            std::string_view request_id, const google::protobuf::Message& request) {
  const bool printable =
      std::ranges::all_of(request_id, [](char c) { return c > ' ' && c < '\x7f'; });
  if (request_id.empty() || request_id.size() > kMaxLength || !printable) {
    return Fail(Code::kInvalidArgument, reason::kBadRequestId,
                "request_id must be 1 to 64 printable characters without spaces; choose a new one "
                "for each change, and repeat it only to repeat that change");
  }
  std::string bound(method);
  bound.append(1, '\0').append(SerializeDeterministically(request));
  return Mutation{caller, std::string(request_id), Sha256Hex(bound)};
}

}  // namespace dkimkeeper
