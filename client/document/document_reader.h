// The document of `apply`, in TOML or JSON.
#ifndef CLIENT_DOCUMENT_DOCUMENT_READER_H_
#define CLIENT_DOCUMENT_DOCUMENT_READER_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "client/document/document.h"
#include "proto/result.h"

namespace dkimkeeper {

// Tens of thousands of domains are a few MiB.
inline constexpr std::size_t kMaxDocumentBytes = std::size_t{64} << 20;

// Strict: a key that is not known, a name that is none, a thing named twice is a problem.
// INVALID_ARGUMENT/BAD_DOCUMENT with every problem, each on a line of its own:
// "FILE:LINE: domain[2].token: what to write"; JSON has no line numbers once it is read. Text whose
// first character is a brace is JSON.
[[nodiscard]] Result<Document> ReadDocument(std::string_view text, const std::string& file_name);

}  // namespace dkimkeeper

#endif  // CLIENT_DOCUMENT_DOCUMENT_READER_H_
