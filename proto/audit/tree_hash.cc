#include "proto/audit/tree_hash.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <initializer_list>
#include <memory>

namespace dkimkeeper {
namespace {

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

TreeHash HashAll(std::initializer_list<std::string_view> parts) {
  const std::unique_ptr<EVP_MD_CTX, ContextDeleter> context(EVP_MD_CTX_new());
  bool good = context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  for (const std::string_view part : parts) {
    good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  }
  TreeHash hash{};
  if (!good || EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) != 1) std::abort();
  return hash;
}

}  // namespace

TreeHash Sha256(std::string_view octets) { return HashAll({octets}); }

TreeHash HashLeaf(std::string_view leaf) { return HashAll({std::string_view("\0", 1), leaf}); }

TreeHash HashNode(const TreeHash& left, const TreeHash& right) {
  return HashAll({"\1", OctetsOf(left), OctetsOf(right)});
}

}  // namespace dkimkeeper
