// apply
#include <fstream>
#include <iterator>

#include "client/cli/apply.h"
#include "client/cli/session.h"
#include "client/document/document_reader.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

Result<std::string> ReadText(std::istream& in, const std::string& name) {
  std::string text;
  std::vector<char> part(std::size_t{1} << 16);
  while (in.good() && text.size() <= kMaxDocumentBytes) {
    in.read(part.data(), static_cast<std::streamsize>(part.size()));
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad() || (!in.eof() && text.size() <= kMaxDocumentBytes)) {
    return Fail(Code::kInvalidArgument, reason::kBadDocument,
                "cannot read " + name + "; name a file that you may read");
  }
  if (text.size() <= kMaxDocumentBytes) return text;
  return Fail(Code::kInvalidArgument, reason::kBadDocument,
              name + " is larger than 64 MiB; split it");
}

Result<Document> Load(const Surroundings& around, const std::string& file) {
  std::ifstream opened;
  if (file != "-") opened.open(file, std::ios::binary);
  const std::string name = file == "-" ? "standard input" : file;
  const auto text = ReadText(file == "-" ? around.in : opened, name);
  if (!text) return Forward(text);
  auto document = ReadDocument(*text, name);
  if (document) return document;
  around.err << document.error().message << "\n";
  return Fail(Code::kInvalidArgument, reason::kBadDocument,
              name + " is no document to apply: correct the lines above; nothing was changed");
}

}  // namespace

Outcome Run(Session& session, const ApplyCommand& command) {
  const auto document = Load(session.around(), command.file);
  if (!document) return Forward(document);
  const auto applied = ApplyDocument(session, *document,
                                     {.yes = command.yes,
                                      .dry_run = command.dry_run,
                                      .prune = command.prune,
                                      .may_ask = command.file != "-"});
  if (!applied) return Forward(applied);
  const Outcome printed = session.Print(applied->json, applied->text);
  return applied->outcome ? printed : applied->outcome;
}

}  // namespace dkimkeeper
