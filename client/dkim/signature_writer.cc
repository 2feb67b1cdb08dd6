#include "client/dkim/signature_writer.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "proto/dkim/base64.h"
#include "proto/dkim/tag_list.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxLine = 78;  // RFC 5322 §2.1.1, without CRLF

// Fills lines with atoms, none of which is ever broken.
class LineFolder {
 public:
  explicit LineFolder(std::string text) : text_(std::move(text)), column_(text_.size()) {}

  // `separator` stands before the atom where both stay on the current line.
  void Add(std::string_view atom, std::string_view separator) {
    if (column_ + separator.size() + atom.size() > kMaxLine) return AddOnNewLine(atom);
    text_.append(separator).append(atom);
    column_ += separator.size() + atom.size();
  }

  void AddOnNewLine(std::string_view atom) {
    text_.append("\r\n ").append(atom);
    column_ = 1 + atom.size();
  }

  [[nodiscard]] static bool FitsALine(std::string_view atom) { return 1 + atom.size() <= kMaxLine; }

  [[nodiscard]] std::string Take() { return std::move(text_); }

 private:
  std::string text_;
  std::size_t column_;
};

// "name=", then the first atom of its value. FWS may stand between the two (RFC 6376 §3.2), and
// does only where that lets the value fit a line.
void AddTagStart(LineFolder& folder, const std::string& name, std::string_view atom) {
  const std::string whole = name + "=" + std::string(atom);
  if (LineFolder::FitsALine(whole) || !LineFolder::FitsALine(atom)) {
    folder.Add(whole, " ");
  } else {
    folder.Add(name + "=", " ");
    folder.AddOnNewLine(atom);
  }
}

// h=: an atom is a name with the colon or semicolon after it; hyphens do not separate atoms.
void AddHeaderNames(LineFolder& folder, const Tag& tag) {
  const std::string value = tag.value + ";";
  for (std::size_t begin = 0; begin < value.size();) {
    const std::size_t end = std::min(value.find(':', begin), value.size() - 1) + 1;
    const std::string_view atom = std::string_view(value).substr(begin, end - begin);
    if (begin == 0) {
      AddTagStart(folder, tag.name, atom);
    } else {
      folder.Add(atom, "");
    }
    begin = end;
  }
}

}  // namespace

std::string WriteSignatureTemplate(const SignatureField& field) {
  LineFolder folder("DKIM-Signature:");
  for (const Tag& tag : SignatureTags(field)) {
    if (tag.name == "b") {
      folder.AddOnNewLine("b=");
    } else if (tag.name == "h") {
      AddHeaderNames(folder, tag);
    } else {
      AddTagStart(folder, tag.name, tag.value + ";");
    }
  }
  return folder.Take();
}

std::string CompleteSignature(std::string text, std::string_view signature) {
  const std::string encoded = EncodeBase64(signature);
  std::size_t column = text.size() - (text.rfind('\n') + 1);
  for (std::size_t begin = 0; begin < encoded.size();) {
    const std::size_t count = std::min(kMaxLine - column, encoded.size() - begin);
    text.append(encoded, begin, count);
    begin += count;
    if (begin < encoded.size()) text.append("\r\n ");
    column = 1;
  }
  return text.append("\r\n");
}

}  // namespace dkimkeeper
