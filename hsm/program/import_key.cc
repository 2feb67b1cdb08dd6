#include <iostream>
#include <string>

#include "hsm/key_purpose.h"
#include "hsm/program/commands.h"
#include "hsm/program/complain.h"
#include "hsm/program/import_private_key_danger.h"
#include "hsm/program/open_connection.h"

namespace dkimkeeper {
namespace {

Deadline InAMinute() { return std::chrono::steady_clock::now() + std::chrono::minutes(1); }

Result<PublicKey> Import(const ImportLine& line, const KeyId& id) {
  const auto library = pkcs11::CryptoLibrary::Open();
  if (!library) return Forward(library);
  const auto connection = OpenConnection(line.token, line.pin_file, 1);
  if (!connection) return Forward(connection);
  auto lease = (*connection)->pool().Take(pkcs11::Access::kReadWrite, InAMinute());
  if (!lease) return tl::unexpected<Error>(lease.error().error);
  return ImportPrivateKeyDanger(lease->session(), **library, {line.file, id, line.key_label});
}

// What the token then says of the key, and a signature that verifies.
Outcome Examine(Token& token, const KeyId& id, const PublicKey& public_key) {
  const Result<TokenKey> key = token.FindKey(id, InAMinute());
  if (!key) return Forward(key);
  if (key->public_key != public_key) {
    return Fail(Code::kFailedPrecondition, reason::kKeyChanged,
                "The token shows another public key than the file's.");
  }
  if (!key->attributes.sensitive || key->attributes.extractable || key->attributes.may_decrypt) {
    return Fail(Code::kFailedPrecondition, reason::kKeyExtractable,
                "The token does not keep the key to itself.");
  }
  const auto signature = token.Sign(id, Sha256Digest(std::array<std::uint8_t, 32>{}), InAMinute());
  if (!signature) return Forward(signature);
  return {};
}

Outcome ExamineOrRemove(const ImportLine& line, const KeyId& id, const PublicKey& public_key) {
  const auto token = OpenPkcs11Token(OptionsFor(line.token, line.pin_file));
  if (!token) return Forward(token);
  Outcome good = Examine(**token, id, public_key);
  if (!good && (*token)->DestroyPermanently(id, InAMinute())) {
    good.error().message += " It was removed again.";
  }
  return good;
}

}  // namespace

int ImportKey(const ImportLine& line) {
  const Result<KeyId> id = line.id ? KeyId::FromHex(*line.id) : KeyId::Random();
  if (!id) return Complain(id.error());
  if (const Outcome good = CheckLabel(line.key_label, KeyPurpose::kDkim); !good) {
    return Complain(good.error());
  }
  const Result<PublicKey> public_key = Import(line, *id);
  if (!public_key) return Complain(public_key.error());
  if (const Outcome good = ExamineOrRemove(line, *id, *public_key); !good) {
    return Complain(good.error());
  }
  std::cout << id->ToHex() << '\n';
  std::cerr << "Next: dkimkeeper key adopt DOMAIN --selector SELECTOR --token-key-id "
            << id->ToHex() << "; then delete " << line.file << " and its backups.\n";
  return 0;
}

}  // namespace dkimkeeper
