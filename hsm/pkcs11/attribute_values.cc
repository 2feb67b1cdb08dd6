#include "hsm/pkcs11/attribute_values.h"

#include <array>
#include <cstring>

namespace dkimkeeper::pkcs11 {
namespace {

constexpr std::size_t kUsualSize = 520;  // an RSA-4096 modulus and a little
constexpr CK_ULONG kAbsent = CK_UNAVAILABLE_INFORMATION;

// The codes that only say that some of the values are missing.
bool IsAbout(CK_RV rv) {
  return rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_SENSITIVE ||
         rv == CKR_BUFFER_TOO_SMALL;
}

// In two calls, for its size and for its bytes.
Attempt<std::optional<std::string>> ReadOne(const Session& session, CK_OBJECT_HANDLE object,
                                            CK_ATTRIBUTE_TYPE type) {
  CK_ATTRIBUTE attribute = {type, nullptr, 0};
  CK_RV rv = session.calls().C_GetAttributeValue(session.handle(), object, &attribute, 1);
  if (IsAbout(rv) || (rv == CKR_OK && attribute.ulValueLen == kAbsent)) return std::nullopt;
  if (rv != CKR_OK) return TokenSaid(rv, "C_GetAttributeValue");
  std::string value(attribute.ulValueLen, '\0');
  attribute.pValue = value.data();
  rv = session.calls().C_GetAttributeValue(session.handle(), object, &attribute, 1);
  if (IsAbout(rv) || (rv == CKR_OK && attribute.ulValueLen == kAbsent)) return std::nullopt;
  if (rv != CKR_OK) return TokenSaid(rv, "C_GetAttributeValue");
  value.resize(attribute.ulValueLen);
  return value;
}

}  // namespace

Attempt<AttributeValues> AttributeValues::Read(const Session& session, CK_OBJECT_HANDLE object,
                                               std::span<const CK_ATTRIBUTE_TYPE> types) {
  AttributeValues values;
  std::vector<std::array<char, kUsualSize>> buffers(types.size());
  std::vector<CK_ATTRIBUTE> attributes;
  attributes.reserve(types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    attributes.push_back({types[i], buffers[i].data(), buffers[i].size()});
  }
  const CK_RV rv = session.calls().C_GetAttributeValue(session.handle(), object, attributes.data(),
                                                       attributes.size());
  if (rv == CKR_OK) {
    for (std::size_t i = 0; i < types.size(); ++i) {
      if (attributes[i].ulValueLen == kAbsent) continue;
      values.values_.emplace_back(types[i],
                                  std::string(buffers[i].data(), attributes[i].ulValueLen));
    }
    return values;
  }
  if (!IsAbout(rv)) return TokenSaid(rv, "C_GetAttributeValue");
  // Modules differ in what they fill in after the first missing one: ask for each alone.
  for (const CK_ATTRIBUTE_TYPE type : types) {
    Attempt<std::optional<std::string>> value = ReadOne(session, object, type);
    if (!value) return PassOn(value);
    if (*value) values.values_.emplace_back(type, std::move(**value));
  }
  return values;
}

std::optional<std::string> AttributeValues::Bytes(CK_ATTRIBUTE_TYPE type) const {
  for (const auto& [name, value] : values_) {
    if (name == type) return value;
  }
  return std::nullopt;
}

bool AttributeValues::Flag(CK_ATTRIBUTE_TYPE type) const {
  const std::optional<std::string> value = Bytes(type);
  return value && !value->empty() && value->front() != CK_FALSE;
}

std::optional<CK_ULONG> AttributeValues::Number(CK_ATTRIBUTE_TYPE type) const {
  const std::optional<std::string> value = Bytes(type);
  CK_ULONG number = 0;
  if (!value || value->size() != sizeof(number)) return std::nullopt;
  std::memcpy(&number, value->data(), sizeof(number));
  return number;
}

}  // namespace dkimkeeper::pkcs11
