#include "client/cli/sign_message.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/cli/author_domain.h"
#include "client/cli/key_choice.h"
#include "client/cli/newlines.h"
#include "client/cli/spool.h"
#include "dkimkeeper/message_signer.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr std::size_t kLargestHeader = std::size_t{1} << 20;

// Standard input as lines of mail, each chunk kept on disk as it is given out.
class MessageReader {
 public:
  MessageReader(std::istream& in, bool fix_newlines, Spool& spool)
      : in_(in), newlines_(fix_newlines), spool_(spool), buffer_(kChunk, '\0') {}

  // The next bytes; empty at the end.
  Result<std::string> Next() {
    while (!ended_) {
      in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
      if (in_.bad()) {
        return Fail(Code::kInternal, reason::kInternal, "cannot read standard input");
      }
      const auto count = static_cast<std::size_t>(in_.gcount());
      ended_ = count == 0;
      Result<std::string> bytes =
          ended_ ? newlines_.Finish() : newlines_.Convert({buffer_.data(), count});
      if (!bytes) return bytes;
      if (Outcome kept = spool_.Append(*bytes); !kept) return Forward(kept);
      if (!bytes->empty()) return bytes;
    }
    return std::string();
  }

 private:
  std::istream& in_;
  Newlines newlines_;
  Spool& spool_;
  std::string buffer_;
  bool ended_ = false;
};

// The message's beginning, its whole header at least.
Result<std::string> ReadHeader(MessageReader& reader) {
  std::string header;
  while (header.size() < kLargestHeader && !header.starts_with("\r\n") &&
         header.find("\r\n\r\n") == std::string::npos) {
    const Result<std::string> bytes = reader.Next();
    if (!bytes) return bytes;
    if (bytes->empty()) break;
    header += *bytes;
  }
  return header;
}

Result<std::vector<SignatureSpec>> PlanSignatures(const SignCommand& command,
                                                  std::string_view header,
                                                  const SigningServer& server) {
  const Result<Domain> domain =
      command.domain.empty() ? AuthorDomain(header) : Domain::Parse(command.domain);
  if (!domain) return Forward(domain);
  const Result<CanonicalizationPair> canonicalization =
      ParseCanonicalization(command.canonicalization);
  if (!canonicalization) return Forward(canonicalization);
  const Result<SigningKeys> keys = server.list_keys(*domain);
  if (!keys) return Forward(keys);
  const auto chosen =
      ChooseKeys(*keys, *domain, {command.sender, command.selector, command.algorithm});
  if (!chosen) return Forward(chosen);
  std::vector<SignatureSpec> specs;
  for (const ChosenKey& key : *chosen) {
    specs.push_back({.domain = *domain,
                     .selector = key.selector,
                     .algorithm = key.algorithm,
                     .canonicalization = *canonicalization,
                     .identity = command.identity,
                     .headers_required = key.headers_required});
  }
  return specs;
}

MessageOptions OptionsOf(const SignCommand& command, std::int64_t now) {
  MessageOptions options;
  options.signed_at = command.time.value_or(now);
  options.expires_after = command.expires;
  options.signed_headers = command.headers;
  options.max_header_bytes = kLargestHeader;
  return options;
}

// The finished fields, to stand before the message.
Result<std::vector<std::string>> MakeSignatures(const SignCommand& command, MessageReader& reader,
                                                const SigningServer& server, std::int64_t now) {
  Result<std::string> bytes = ReadHeader(reader);
  if (!bytes) return Forward(bytes);
  auto specs = PlanSignatures(command, *bytes, server);
  if (!specs) return Forward(specs);
  const auto signer =
      MessageSigner::Create(*std::move(specs), OptionsOf(command, now), server.signer);
  if (!signer) return Forward(signer);
  while (!bytes->empty()) {
    if (Outcome taken = (*signer)->Append(*bytes); !taken) return Forward(taken);
    bytes = reader.Next();
    if (!bytes) return Forward(bytes);
  }
  return (*signer)->Finish();
}

Outcome Written(const std::ostream& out) {
  if (out.good()) return {};
  return Fail(Code::kInternal, reason::kInternal,
              "cannot write the signed message to standard output");
}

}  // namespace

Outcome SignMessage(const SignCommand& command, const MessageStreams& streams,
                    const SigningServer& server, std::int64_t now) {
  Result<Spool> spool = Spool::Create(streams.spool_directory);
  if (!spool) return Forward(spool);
  MessageReader reader(streams.in, command.fix_newlines, *spool);
  const auto fields = MakeSignatures(command, reader, server, now);
  if (!fields) return Forward(fields);
  for (const std::string& field : *fields) streams.out << field;
  Outcome replayed = spool->Replay([&](std::string_view bytes) {
    streams.out << bytes;
    return Written(streams.out);
  });
  if (!replayed) return replayed;
  streams.out.flush();
  return Written(streams.out);
}

}  // namespace dkimkeeper
