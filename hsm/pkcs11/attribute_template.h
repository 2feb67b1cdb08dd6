// A PKCS#11 template: attributes with the memory they point to.
#ifndef HSM_PKCS11_ATTRIBUTE_TEMPLATE_H_
#define HSM_PKCS11_ATTRIBUTE_TEMPLATE_H_

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hsm/pkcs11/cryptoki.h"

namespace dkimkeeper::pkcs11 {

// Built by adding, in order. Moves; never copies, because attributes point into it.
// Its moves may allocate (std::deque of libstdc++), so they are not noexcept.
class AttributeTemplate {
 public:
  AttributeTemplate() = default;
  // NOLINTNEXTLINE(performance-noexcept-move-constructor)
  AttributeTemplate(AttributeTemplate&&) = default;
  AttributeTemplate& operator=(AttributeTemplate&&) = default;
  AttributeTemplate(const AttributeTemplate&) = delete;
  AttributeTemplate& operator=(const AttributeTemplate&) = delete;

  AttributeTemplate& Bytes(CK_ATTRIBUTE_TYPE type, std::string_view value);
  AttributeTemplate& Flag(CK_ATTRIBUTE_TYPE type, bool value);
  AttributeTemplate& Number(CK_ATTRIBUTE_TYPE type, CK_ULONG value);

  // PKCS#11 takes it without const and does not write to it.
  [[nodiscard]] std::span<CK_ATTRIBUTE> attributes() { return attributes_; }

 private:
  std::deque<std::string> values_;  // never moves an element
  std::vector<CK_ATTRIBUTE> attributes_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_ATTRIBUTE_TEMPLATE_H_
