#include "client/c_abi/options.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include "client/c_abi/arguments.h"

namespace dkimkeeper {
namespace {

// A struct of a program that was compiled with this header, an older or a newer one: what an older
// one lacks is 0, and what a newer one has beyond ours must be 0.
//
// When a struct grows, `smallest` stays what it was in version 0.1.
template <typename Struct>
Result<Struct> Copied(const Struct& given, std::size_t smallest) {
  // No hole at its end that a later field would be found in, unset.
  static_assert(std::has_unique_object_representations_v<Struct>);
  if (given.size < smallest) {
    return BadArgument(
        "the options do not say their size; begin with DKIMKEEPER_OPTIONS_INIT, or "
        "DKIMKEEPER_MESSAGE_OPTIONS_INIT");
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(&given);
  if (std::any_of(bytes + std::min(sizeof(Struct), given.size), bytes + given.size,
                  [](unsigned char byte) { return byte != 0; })) {
    return BadArgument(
        "the options say something that this version of libdkimkeeper does not know; install the "
        "version that the program was compiled with");
  }
  Struct copy = {};
  std::memcpy(&copy, bytes, std::min(sizeof(Struct), given.size));
  return copy;
}

std::string Text(const char* text) { return text == nullptr ? std::string() : std::string(text); }

// A list that ends with NULL.
std::vector<std::string> Texts(const char* const* list) {
  std::vector<std::string> texts;
  for (; list != nullptr && *list != nullptr; ++list) texts.emplace_back(*list);
  return texts;
}

Result<Canonicalization> CanonicalizationNumbered(int number) {
  if (number == DKIMKEEPER_RELAXED) return Canonicalization::kRelaxed;
  if (number == DKIMKEEPER_SIMPLE) return Canonicalization::kSimple;
  return BadArgument("there is no canonicalisation " + std::to_string(number) +
                     "; use DKIMKEEPER_RELAXED or DKIMKEEPER_SIMPLE");
}

Outcome ReadNames(const dkimkeeper_message_options& given, MessagePlan& plan) {
  if (given.domain != nullptr) {
    Result<Domain> domain = Domain::Parse(given.domain);
    if (!domain) return Forward(domain);
    plan.domain = *std::move(domain);
  }
  if (given.sender != nullptr) {
    Result<Sender> sender = Sender::Parse(given.sender);
    if (!sender) return Forward(sender);
    plan.sender = *std::move(sender);
  }
  plan.identity = Text(given.identity);
  return {};
}

Outcome ReadForm(const dkimkeeper_message_options& given, MessagePlan& plan) {
  const Result<Canonicalization> header = CanonicalizationNumbered(given.header_canonicalization);
  if (!header) return Forward(header);
  const Result<Canonicalization> body = CanonicalizationNumbered(given.body_canonicalization);
  if (!body) return Forward(body);
  plan.canonicalization = {*header, *body};
  switch (given.bare_newline) {
    case DKIMKEEPER_REFUSE_BARE_NEWLINE:
      return {};
    case DKIMKEEPER_FIX_BARE_NEWLINE:
      plan.options.bare_newline = BareNewline::kFix;
      return {};
    default:
      return BadArgument(
          "bare_newline is neither DKIMKEEPER_REFUSE_BARE_NEWLINE nor DKIMKEEPER_FIX_BARE_NEWLINE");
  }
}

void ReadHeaderOptions(const dkimkeeper_message_options& given, MessageOptions& options) {
  if (given.signed_at != 0) options.signed_at = given.signed_at;
  if (given.expires_after != 0) options.expires_after = std::chrono::seconds(given.expires_after);
  options.signed_headers = Texts(given.signed_headers);
  if (given.oversigned_headers != nullptr) {
    options.oversigned_headers = Texts(given.oversigned_headers);
  }
  if (given.max_header_bytes != 0) options.max_header_bytes = given.max_header_bytes;
}

}  // namespace

Result<ClientOptions> ReadOptions(const dkimkeeper_options* given) {
  if (Outcome there = Given(given != nullptr, "dkimkeeper_options"); !there) return Forward(there);
  const Result<dkimkeeper_options> read = Copied(*given, sizeof(dkimkeeper_options));
  if (!read) return Forward(read);
  ClientOptions options;
  options.servers = Texts(read->servers);
  options.ca_file = Text(read->ca_file);
  options.cert_file = Text(read->cert_file);
  options.key_file = Text(read->key_file);
  options.note = Text(read->note);
  if (read->deadline_ms != 0) options.deadline = std::chrono::milliseconds(read->deadline_ms);
  return options;
}

Result<MessagePlan> ReadOptions(const dkimkeeper_message_options* given) {
  MessagePlan plan;
  if (given == nullptr) return plan;
  const Result<dkimkeeper_message_options> read =
      Copied(*given, sizeof(dkimkeeper_message_options));
  if (!read) return Forward(read);
  if (read->reserved != 0) return BadArgument("`reserved` of the message options is not 0");
  if (Outcome names = ReadNames(*read, plan); !names) return Forward(names);
  if (Outcome form = ReadForm(*read, plan); !form) return Forward(form);
  ReadHeaderOptions(*read, plan.options);
  return plan;
}

}  // namespace dkimkeeper
