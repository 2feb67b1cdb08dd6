#include "hsm/pkcs11/attribute_template.h"

namespace dkimkeeper::pkcs11 {

AttributeTemplate& AttributeTemplate::Bytes(CK_ATTRIBUTE_TYPE type, std::string_view value) {
  std::string& kept = values_.emplace_back(value);
  attributes_.push_back({type, kept.data(), kept.size()});
  return *this;
}

AttributeTemplate& AttributeTemplate::Flag(CK_ATTRIBUTE_TYPE type, bool value) {
  const CK_BBOOL flag = value ? CK_TRUE : CK_FALSE;
  return Bytes(type, {reinterpret_cast<const char*>(&flag), sizeof(flag)});
}

AttributeTemplate& AttributeTemplate::Number(CK_ATTRIBUTE_TYPE type, CK_ULONG value) {
  return Bytes(type, {reinterpret_cast<const char*>(&value), sizeof(value)});
}

}  // namespace dkimkeeper::pkcs11
