// Decoders, provider-decoder(7): from the PEM block of a reference file to DER, from DER to a key.
//
// The core tries every decoder on every input. What is not for us is answered with "carry on", and
// leaves no error behind.
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/core_object.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/pem.h>

#include <array>
#include <cstddef>

#include "client/provider/dispatch.h"
#include "client/provider/reference_key.h"

namespace dkimkeeper::provider {
namespace {

constexpr int kCarryOn = 1;
constexpr std::size_t kLongestBody = std::size_t{8} * 1024;

using Input = std::unique_ptr<BIO, FreeWith<BIO_free>>;
inline void FreeOpenSsl(void* octets) { OPENSSL_free(octets); }
using Octets = std::unique_ptr<unsigned char, FreeWith<FreeOpenSsl>>;
using Text = std::unique_ptr<char, FreeWith<FreeOpenSsl>>;

// Errors that a look at foreign input makes are nobody's business.
class QuietErrors {
 public:
  QuietErrors() { ERR_set_mark(); }
  ~QuietErrors() { ERR_pop_to_mark(); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
};

void* New(void* provider) { return new ContextShare(ContextOf(provider)); }
void Free(void* decoder) { delete static_cast<ContextShare*>(decoder); }

Input Open(void* decoder, OSSL_CORE_BIO* input) {
  return Input(BIO_new_from_core_bio(ContextOf(decoder)->library(), input));
}

// The body of the next PEM block; nothing where that is none of ours.
std::string ReadPem(BIO* input) {
  const QuietErrors quiet;
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  if (PEM_read_bio(input, &name, &header, &data, &size) != 1) return {};
  const Text names(name);
  const Text headers(header);
  const Octets octets(data);
  if (kReferenceLabel != name) return {};
  return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
}

int DecodePem(void* decoder, OSSL_CORE_BIO* input, int /*selection*/, OSSL_CALLBACK* callback,
              void* argument, OSSL_PASSPHRASE_CALLBACK* /*pass*/, void* /*pass_argument*/) {
  const Input opened = Open(decoder, input);
  if (!opened) return 0;
  std::string der = ReadPem(opened.get());
  if (der.empty()) return kCarryOn;
  int type = OSSL_OBJECT_PKEY;
  OSSL_PARAM object[] = {
      OSSL_PARAM_construct_int(OSSL_OBJECT_PARAM_TYPE, &type),
      OSSL_PARAM_construct_octet_string(OSSL_OBJECT_PARAM_DATA, der.data(), der.size()),
      OSSL_PARAM_construct_end()};
  return callback(object, argument);
}

bool ReadExactly(BIO* input, std::string& to, std::size_t size) {
  const std::size_t from = to.size();
  to.resize(from + size);
  for (std::size_t got = 0, more = 0; got < size; got += more) {
    if (BIO_read_ex(input, to.data() + from + got, size - got, &more) != 1) return false;
  }
  return true;
}

// One DER sequence of at most kLongestBody octets; nothing for anything else.
std::string ReadSequence(BIO* input) {
  const QuietErrors quiet;
  std::string der;
  if (!ReadExactly(input, der, 2) || der[0] != '\x30') return {};
  std::size_t size = static_cast<unsigned char>(der[1]);
  if (size >= 0x80) {
    const std::size_t octets = size - 0x80;
    if (octets == 0 || octets > 2 || !ReadExactly(input, der, octets)) return {};
    size = 0;
    for (std::size_t i = 2; i < der.size(); ++i)
      size = size << 8 | static_cast<unsigned char>(der[i]);
  }
  return size <= kLongestBody && ReadExactly(input, der, size) ? der : std::string();
}

template <Algorithm kAlgorithm>
int DecodeDer(void* decoder, OSSL_CORE_BIO* input, int /*selection*/, OSSL_CALLBACK* callback,
              void* argument, OSSL_PASSPHRASE_CALLBACK* /*pass*/, void* /*pass_argument*/) {
  const Input opened = Open(decoder, input);
  if (!opened) return 0;
  auto body = DecodeReferenceBody(ReadSequence(opened.get()));
  if (!body || body->public_key.algorithm != kAlgorithm) return kCarryOn;
  KeyShare key = ReferenceKey::Make(ContextOf(decoder), *std::move(body));
  if (key) return HandOver(std::move(key), callback, argument);
  ContextOf(decoder)->Complain(Complaint::kReference,
                               "the public key in the key reference is none; write it anew with "
                               "`dkimkeeper key reference DOMAIN SELECTOR`");
  return kCarryOn;
}

template <OSSL_FUNC_decoder_decode_fn kDecode>
const OSSL_DISPATCH* Functions() {
  static const auto functions = std::to_array({
      Row<OSSL_FUNC_decoder_newctx_fn>(OSSL_FUNC_DECODER_NEWCTX, New),
      Row<OSSL_FUNC_decoder_freectx_fn>(OSSL_FUNC_DECODER_FREECTX, Free),
      Row<OSSL_FUNC_decoder_decode_fn>(OSSL_FUNC_DECODER_DECODE, kDecode),
      kNoMoreRows,
  });
  return functions.data();
}

}  // namespace

const OSSL_ALGORITHM* Decoders() {
  static const OSSL_ALGORITHM algorithms[] = {
      {"DER", "provider=dkimkeeper,input=pem", Functions<DecodePem>(), "Key reference file"},
      {"RSA:rsaEncryption", "provider=dkimkeeper,input=der",
       Functions<DecodeDer<Algorithm::kRsaSha256>>(), "Reference to an RSA key"},
      {"ED25519", "provider=dkimkeeper,input=der",
       Functions<DecodeDer<Algorithm::kEd25519Sha256>>(), "Reference to an Ed25519 key"},
      {nullptr, nullptr, nullptr, nullptr}};
  return algorithms;
}

}  // namespace dkimkeeper::provider
