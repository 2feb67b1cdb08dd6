#include "dkimkeeper/message_signer.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/c_abi/arguments.h"
#include "client/c_abi/client_handle.h"
#include "client/c_abi/error.h"
#include "client/c_abi/options.h"
#include "proto/reason.h"

using namespace dkimkeeper;

namespace {

// A key that was replaced or taken away since the client heard of it.
bool IsStaleChoice(const Error& error) {
  return error.reason == reason::kSelectorNotActive || error.reason == reason::kKeyUnknown;
}

}  // namespace

struct dkimkeeper_message {
 public:
  dkimkeeper_message(dkimkeeper_client client, MessagePlan plan)
      : client_(std::move(client)), plan_(std::move(plan)) {}

  Outcome Begin() {
    auto signer =
        MessageSigner::CreateForLater(plan_.canonicalization.body, plan_.options, *client_.client);
    if (!signer) return Forward(signer);
    signer_ = *std::move(signer);
    return {};
  }

  // Nothing that a caller overlooked is left out of what is signed: after a failure, that of a
  // wrong argument too, there is no signature.
  template <typename Action>
  Outcome Feed(Action action) {
    if (error_) return tl::unexpected<Error>(*error_);
    if (std::exchange(feeding_, true)) {
      return Fail(Code::kInternal, reason::kInternal,
                  "an earlier call for this message did not come to its end; begin it anew");
    }
    const Outcome outcome = action(*signer_);
    if (!outcome) error_ = outcome.error();
    feeding_ = false;
    return outcome;
  }

  Outcome Write(std::string_view bytes) {
    whole_ = true;
    return signer_->Append(bytes);
  }

  Outcome Finish() {
    if (!fields_.empty()) {
      return Fail(Code::kFailedPrecondition, reason::kWrongState,
                  "this message is signed already; make a new one for the next");
    }
    if (Outcome whole = Feed([this](MessageSigner&) { return EndHeader(); }); !whole) return whole;
    const Result<Domain> domain = SigningDomain();
    if (!domain) return Forward(domain);
    auto signed_fields = SignAsWatched(*domain);
    if (!signed_fields) return Forward(signed_fields);
    fields_ = *std::move(signed_fields);
    return {};
  }

  const std::vector<std::string>& fields() const { return fields_; }

 private:
  // A message may be all header. Of one that came as it is, the empty line that makes it end adds
  // nothing to its body: first, perhaps, the end of the last line.
  Outcome EndHeader() {
    for (int line_ends = 0; whole_ && !signer_->Author() && line_ends < 2; ++line_ends) {
      if (Outcome ended = signer_->Append("\r\n"); !ended) return ended;
    }
    return {};
  }

  Result<Domain> SigningDomain() const {
    const Result<Mailbox> author = signer_->Author();
    if (!author) return Forward(author);
    return plan_.domain.value_or(author->domain);
  }

  std::vector<SignatureSpec> Choose(const SigningKeys& keys, const Domain& domain) const {
    std::vector<SignatureSpec> specs;
    for (const SigningKey& key : keys.For(domain, plan_.sender)) {
      specs.push_back({.domain = key.domain,
                       .selector = key.selector,
                       .algorithm = key.algorithm,
                       .canonicalization = plan_.canonicalization,
                       .identity = plan_.identity,
                       .headers_required = key.headers_required});
    }
    return specs;
  }

  // With the list of the watch; where that has no such key, or one that signs no more, with the
  // server's answer.
  Result<std::vector<std::string>> SignAsWatched(const Domain& domain) {
    const auto watched = client_.client->WatchedSigningKeys();
    if (!watched) return Forward(watched);
    std::vector<SignatureSpec> specs = Choose(**watched, domain);
    if (specs.empty()) return SignAsAsked(domain);
    auto fields = signer_->FinishWith(std::move(specs));
    if (!fields && IsStaleChoice(fields.error())) return SignAsAsked(domain);
    return fields;
  }

  Result<std::vector<std::string>> SignAsAsked(const Domain& domain) {
    const Result<SigningKeys> asked = client_.client->ListSigningKeysOf(domain, client_.deadline);
    if (!asked) return Forward(asked);
    std::vector<SignatureSpec> specs = Choose(*asked, domain);
    if (specs.empty()) {
      return Fail(Code::kFailedPrecondition, reason::kNoActiveKey,
                  "no key that this client may use signs for " + domain.str() + ", sender " +
                      plan_.sender.str() + "; see dkimkeeper key list " + domain.str());
    }
    return signer_->FinishWith(std::move(specs));
  }

  const dkimkeeper_client client_;
  const MessagePlan plan_;
  std::unique_ptr<MessageSigner> signer_;
  bool whole_ = false;    // fed by Write
  bool feeding_ = false;  // left set by an exception: what the signer has is not known
  std::optional<Error> error_;
  std::vector<std::string> fields_;
};

dkimkeeper_code dkimkeeper_message_new(dkimkeeper_client* client,
                                       const dkimkeeper_message_options* options,
                                       dkimkeeper_message** message, dkimkeeper_error** error) {
  return Guarded(error, [&]() -> Outcome {
    if (Outcome given = Given(message != nullptr, "where to put the message"); !given) return given;
    *message = nullptr;
    if (Outcome given = Given(client != nullptr, "the client"); !given) return given;
    Result<MessagePlan> plan = ReadOptions(options);
    if (!plan) return Forward(plan);
    auto made = std::make_unique<dkimkeeper_message>(*client, *std::move(plan));
    if (Outcome begun = made->Begin(); !begun) return begun;
    *message = made.release();
    return {};
  });
}

dkimkeeper_code dkimkeeper_message_write(dkimkeeper_message* message, const void* bytes,
                                         size_t length, dkimkeeper_error** error) {
  return Guarded(error, [&]() -> Outcome {
    if (Outcome given = Given(message != nullptr, "the message"); !given) return given;
    return message->Feed([&](MessageSigner&) -> Outcome {
      const Result<std::string_view> chunk = Bytes(bytes, length);
      if (!chunk) return Forward(chunk);
      return message->Write(*chunk);
    });
  });
}

dkimkeeper_code dkimkeeper_message_add_header(dkimkeeper_message* message, const char* name,
                                              const char* value, dkimkeeper_error** error) {
  return Guarded(error, [&]() -> Outcome {
    if (Outcome given = Given(message != nullptr, "the message"); !given) return given;
    return message->Feed([&](MessageSigner& signer) -> Outcome {
      if (Outcome given = Given(name != nullptr, "the header field's name"); !given) return given;
      if (Outcome given = Given(value != nullptr, "the header field's value"); !given) return given;
      return signer.AddHeaderField(name, value);
    });
  });
}

dkimkeeper_code dkimkeeper_message_end_header(dkimkeeper_message* message,
                                              dkimkeeper_error** error) {
  return Guarded(error, [&]() -> Outcome {
    if (Outcome given = Given(message != nullptr, "the message"); !given) return given;
    return message->Feed([](MessageSigner& signer) { return signer.EndHeader(); });
  });
}

dkimkeeper_code dkimkeeper_message_add_body(dkimkeeper_message* message, const void* bytes,
                                            size_t length, dkimkeeper_error** error) {
  return Guarded(error, [&]() -> Outcome {
    if (Outcome given = Given(message != nullptr, "the message"); !given) return given;
    return message->Feed([&](MessageSigner& signer) -> Outcome {
      const Result<std::string_view> chunk = Bytes(bytes, length);
      if (!chunk) return Forward(chunk);
      return signer.AppendBody(*chunk);
    });
  });
}

dkimkeeper_code dkimkeeper_message_finish(dkimkeeper_message* message, dkimkeeper_error** error) {
  return Guarded(error, [&]() -> Outcome {
    if (Outcome given = Given(message != nullptr, "the message"); !given) return given;
    return message->Finish();
  });
}

size_t dkimkeeper_message_field_count(const dkimkeeper_message* message) {
  return message == nullptr ? 0 : message->fields().size();
}

const char* dkimkeeper_message_field(const dkimkeeper_message* message, size_t index) {
  return index < dkimkeeper_message_field_count(message) ? message->fields()[index].c_str()
                                                         : nullptr;
}

void dkimkeeper_message_free(dkimkeeper_message* message) { delete message; }
