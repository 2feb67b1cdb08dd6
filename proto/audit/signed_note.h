// A text that keys have signed (C2SP signed-note), as transparency logs and their witnesses
// exchange it:
//
//     the text, which ends with a line end
//
//     — KEYNAME base64(key ID, signature)
//
// Of the signature types, Ed25519 (0x01) is verified; lines of other keys are kept and ignored.
#ifndef PROTO_AUDIT_SIGNED_NOTE_H_
#define PROTO_AUDIT_SIGNED_NOTE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"

namespace dkimkeeper {

// No note is longer: 16 signatures of any kind have room.
inline constexpr std::size_t kLongestNote = 131'072;

// Whose signature: a name, and the Ed25519 key behind it. A value.
class VerifierKey {
 public:
  static constexpr std::size_t kSize = 32;

  // `public_key` as in RFC 8032. INVALID_ARGUMENT/BAD_DOCUMENT: the name is empty, has white
  // space, control characters or a plus, or is no UTF-8; the key is not 32 bytes long.
  [[nodiscard]] static Result<VerifierKey> Make(std::string name, std::string_view public_key);

  // "NAME+HEX+BASE64": the key's ID in 8 digits, and the signature's type and the key. Errors as
  // for Make; also another type, and an ID that is not this key's.
  [[nodiscard]] static Result<VerifierKey> Parse(std::string_view text);

  [[nodiscard]] std::string ToString() const;
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& public_key() const { return public_key_; }
  // The first four octets of SHA-256(name || LF || 0x01 || key).
  [[nodiscard]] std::uint32_t id() const { return id_; }

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;

 private:
  VerifierKey(std::string name, std::string_view public_key);

  std::string name_;
  std::string public_key_;
  std::uint32_t id_;
};

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  std::string signature;  // raw
  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct SignedNote {
  std::string text;  // what is signed; ends with LF
  std::vector<NoteSignature> signatures;

  // INVALID_ARGUMENT/BAD_DOCUMENT: not such a note, or longer than kLongestNote.
  [[nodiscard]] static Result<SignedNote> Parse(std::string_view note);
  // Parse(ToString()) gives an equal note.
  [[nodiscard]] std::string ToString() const;

  friend bool operator==(const SignedNote&, const SignedNote&) = default;
};

// Adds the signature that `key` made over `note.text` (64 bytes, RFC 8032).
void AttachSignature(SignedNote& note, const VerifierKey& key, std::string_view signature);

// INTERNAL/BAD_SIGNATURE: none of `keys` signed it, or a signature that says to be of one of them
// is not.
[[nodiscard]] Outcome VerifyNote(const SignedNote& note, std::span<const VerifierKey> keys);

}  // namespace dkimkeeper

#endif  // PROTO_AUDIT_SIGNED_NOTE_H_
