#include "dkimkeeper/message_signer.h"

#include <functional>
#include <set>
#include <utility>

#include "client/dkim/body_hash.h"
#include "client/dkim/header_block.h"
#include "client/dkim/header_hash.h"
#include "client/dkim/header_parser.h"
#include "client/dkim/header_selection.h"
#include "client/dkim/signature_writer.h"
#include "client/dkim/signing_plan.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

Outcome WrongState(std::string message) {
  return Fail(Code::kFailedPrecondition, reason::kWrongState, std::move(message));
}

Outcome CheckSignature(const std::string& signature, Algorithm algorithm) {
  const bool good =
      algorithm == Algorithm::kEd25519Sha256 ? signature.size() == 64 : !signature.empty();
  if (good) return {};
  return Fail(Code::kInternal, reason::kBadSignature,
              "The signer answered with a signature of " + std::to_string(signature.size()) +
                  " bytes for " + std::string(AlgorithmName(algorithm)) + ".");
}

class StreamingSigner final : public MessageSigner {
 public:
  StreamingSigner(SigningPlan plan, const MessageOptions& options, DigestSigner& signer)
      : plan_(std::move(plan)),
        bare_newline_(options.bare_newline),
        signer_(&signer),
        header_(options.max_header_bytes),
        parser_(options.bare_newline, header_),
        body_(options.bare_newline) {}

  // Before the first octet.
  void ReadBodyFor(Canonicalization body) {
    body_.Require(body);
    bodies_.insert(body);
  }

  Outcome Append(std::string_view chunk) override {
    return Step([&] { return DoAppend(chunk); });
  }
  Outcome AddHeaderField(std::string_view name, std::string_view value) override {
    return Step([&] { return DoAddHeaderField(name, value); });
  }
  Outcome EndHeader() override {
    return Step([&] { return DoEndHeader(); });
  }
  Outcome AppendBody(std::string_view chunk) override {
    return Step([&] { return DoAppendBody(chunk); });
  }

  Result<Mailbox> Author() const override {
    if (error_) return tl::unexpected<Error>(*error_);
    if (author_) return *author_;
    return Forward(WrongState("The author is known once the header is complete, not before."));
  }

  Result<std::vector<std::string>> Finish() override {
    std::vector<std::string> fields;
    Outcome done = Step([&]() -> Outcome {
      if (plan_.signatures.empty()) return WrongState("No signature is chosen; use FinishWith.");
      if (Outcome ended = EndMessage(); !ended) return ended;
      return Sign(fields);
    });
    if (!done) return Forward(done);
    return fields;
  }

  Result<std::vector<std::string>> FinishWith(std::vector<SignatureSpec> signatures) override {
    if (error_) return tl::unexpected<Error>(*error_);
    for (const SignatureSpec& spec : signatures) {
      if (!bodies_.contains(spec.canonicalization.body)) {
        return Fail(Code::kInvalidArgument, reason::kBadOption,
                    "The body was not read for the canonicalisation that a signature asks for.");
      }
    }
    if (Outcome chosen = plan_.Choose(std::move(signatures)); !chosen) return Forward(chosen);
    if (input_ != Input::kFinished) {
      if (Outcome ended = Step([this] { return EndMessage(); }); !ended) return Forward(ended);
    }
    std::vector<std::string> fields;
    if (Outcome signed_now = Sign(fields); !signed_now) return Forward(signed_now);
    return fields;
  }

 private:
  enum class Input : std::uint8_t { kNone, kWholeMessage, kHeaderFields, kFinished };

  // The first error is the answer to every later call, too.
  template <typename Action>
  Outcome Step(Action action) {
    if (error_) return tl::unexpected<Error>(*error_);
    Outcome outcome = action();
    if (!outcome) error_ = outcome.error();
    return outcome;
  }

  Outcome Expect(Input input) {
    if (input_ == Input::kNone) input_ = input;
    if (input_ == input) return {};
    return WrongState(input_ == Input::kFinished
                          ? "This message is finished; each message needs a signer of its own."
                          : "A message is fed either whole or by header fields and body.");
  }

  Outcome DoAppend(std::string_view chunk) {
    if (Outcome expected = Expect(Input::kWholeMessage); !expected) return expected;
    if (author_) return body_.Append(chunk);
    const Result<std::string_view> rest = parser_.Append(chunk);
    if (!rest) return Forward(rest);
    if (!parser_.complete()) return {};
    if (Outcome complete = HeaderComplete(); !complete) return complete;
    return body_.Append(*rest);
  }

  Outcome DoAddHeaderField(std::string_view name, std::string_view value) {
    if (Outcome expected = Expect(Input::kHeaderFields); !expected) return expected;
    if (author_) return WrongState("The header has ended; no field can be added.");
    if (Outcome room = header_.CheckRoom(name.size() + 1 + value.size()); !room) return room;
    const std::string where = "Header field " + std::to_string(header_.fields().size() + 1);
    Result<HeaderField> field = HeaderField::FromParts(name, value, bare_newline_, where);
    if (!field) return Forward(field);
    return header_.Add(*std::move(field));
  }

  Outcome DoEndHeader() {
    if (Outcome expected = Expect(Input::kHeaderFields); !expected) return expected;
    if (author_) return WrongState("The header has ended already.");
    return HeaderComplete();
  }

  Outcome DoAppendBody(std::string_view chunk) {
    if (Outcome expected = Expect(Input::kHeaderFields); !expected) return expected;
    if (!author_) return WrongState("The header has not ended; a body cannot start.");
    return body_.Append(chunk);
  }

  // Refuses a header that must not be signed, as soon as it is known.
  Outcome HeaderComplete() {
    const Result<const HeaderField*> from = header_.Only("From");
    if (!from) return Forward(from);
    Result<Mailbox> author = ParseFromMailbox((*from)->value());
    if (!author) {
      return Fail(Code::kInvalidArgument, reason::kBadMessage,
                  "The From field does not name one author: " + author.error().message);
    }
    author_ = *std::move(author);
    return {};
  }

  Outcome EndMessage() {
    if (Outcome expected = Expect(input_ == Input::kHeaderFields ? input_ : Input::kWholeMessage);
        !expected) {
      return expected;
    }
    if (!author_ && input_ == Input::kHeaderFields) {
      return WrongState("The header has not ended; EndHeader comes before Finish.");
    }
    if (!author_) {
      if (Outcome parsed = parser_.Finish(); !parsed) return parsed;
      if (Outcome complete = HeaderComplete(); !complete) return complete;
    }
    input_ = Input::kFinished;
    return body_.Finish();
  }

  std::string TemplateFor(const SignatureSpec& spec, const std::vector<std::string>& names) const {
    return WriteSignatureTemplate(
        {.algorithm = spec.algorithm,
         .canonicalization = spec.canonicalization,
         .domain = spec.domain,
         .selector = spec.selector,
         .identity = spec.identity,
         .header_names = names,
         .body_hash = body_.DigestOf(spec.canonicalization.body).ToBytes(),
         .signature = {},
         .signed_at = plan_.signed_at,
         .expires_at = plan_.expires_at});
  }

  // One template and one digest for each signature, in order.
  Outcome HashHeaders(std::vector<std::string>& templates, std::vector<DigestToSign>& digests) {
    const std::vector<std::string> names = plan_.headers.NamesFor(header_);
    const std::vector<const HeaderField*> fields = SelectFields(header_, names);
    for (const SignatureSpec& spec : plan_.signatures) {
      templates.push_back(TemplateFor(spec, names));
      const Result<HeaderField> signature =
          HeaderField::Parse(templates.back(), "The new DKIM-Signature field");
      if (!signature) return Forward(signature);
      std::string block = HashedHeader(spec.canonicalization.header, fields, *signature);
      const Result<Sha256Digest> digest = HashHeader(block);
      if (!digest) return Forward(digest);
      digests.push_back({spec.domain, spec.selector, spec.algorithm, *digest, std::move(block),
                         spec.headers_required});
    }
    return {};
  }

  Outcome Sign(std::vector<std::string>& fields) {
    std::vector<std::string> templates;
    std::vector<DigestToSign> digests;
    if (Outcome hashed = HashHeaders(templates, digests); !hashed) return hashed;
    const std::vector<Result<std::string>> signatures = signer_->SignDigests(digests);
    if (signatures.size() != digests.size()) {
      return Fail(Code::kInternal, reason::kInternal,
                  "The signer answered " + std::to_string(signatures.size()) + " results for " +
                      std::to_string(digests.size()) + " digests.");
    }
    for (std::size_t i = 0; i < signatures.size(); ++i) {
      if (!signatures[i]) return Forward(signatures[i]);
      if (Outcome good = CheckSignature(*signatures[i], digests[i].algorithm); !good) return good;
      fields.push_back(CompleteSignature(std::move(templates[i]), *signatures[i]));
    }
    return {};
  }

  SigningPlan plan_;
  const BareNewline bare_newline_;
  DigestSigner* const signer_;
  HeaderBlock header_;
  HeaderParser parser_;
  BodyHash body_;
  std::set<Canonicalization> bodies_;
  Input input_ = Input::kNone;
  std::optional<Mailbox> author_;  // set: the header is complete and good
  std::optional<Error> error_;
};

}  // namespace

Result<std::unique_ptr<MessageSigner>> MessageSigner::Create(std::vector<SignatureSpec> signatures,
                                                             const MessageOptions& options,
                                                             DigestSigner& signer) {
  Result<SigningPlan> plan = SigningPlan::Make(std::move(signatures), options);
  if (!plan) return Forward(plan);
  std::set<Canonicalization> bodies;
  for (const SignatureSpec& spec : plan->signatures) bodies.insert(spec.canonicalization.body);
  auto streaming = std::make_unique<StreamingSigner>(*std::move(plan), options, signer);
  for (const Canonicalization body : bodies) streaming->ReadBodyFor(body);
  return streaming;
}

Result<std::unique_ptr<MessageSigner>> MessageSigner::CreateForLater(Canonicalization body,
                                                                     const MessageOptions& options,
                                                                     DigestSigner& signer) {
  Result<SigningPlan> plan = SigningPlan::MakeForLater(options);
  if (!plan) return Forward(plan);
  auto streaming = std::make_unique<StreamingSigner>(*std::move(plan), options, signer);
  streaming->ReadBodyFor(body);
  return streaming;
}

}  // namespace dkimkeeper
