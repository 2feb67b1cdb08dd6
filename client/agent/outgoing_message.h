// One message that originates here, from MAIL to its signatures.
#ifndef CLIENT_AGENT_OUTGOING_MESSAGE_H_
#define CLIENT_AGENT_OUTGOING_MESSAGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "client/agent/arrival.h"
#include "client/agent/current_policy.h"
#include "client/agent/key_lists.h"
#include "client/agent/transit_risks.h"
#include "client/agent/verdict.h"
#include "dkimkeeper/digest_signer.h"
#include "dkimkeeper/message_signer.h"

namespace dkimkeeper {

// What becomes of a message, with the fields to put before it, complete and ended by CRLF.
struct Closing {
  Verdict verdict;
  std::vector<std::string> fields = {};
};

// Decides and signs. Holds the header, never the body. Not thread-safe. The header's last callback
// may decide; after a verdict other than kContinue the object is of no more use.
class OutgoingMessage {
 public:
  struct Means {
    KeyLists& keys;
    DigestSigner& signer;
  };

  // `now`: seconds since 1970, for t=. `leading_space`: whether header values come with the white
  // space after the colon; without it "simple" header canonicalisation cannot be right. `means`
  // must outlive this.
  OutgoingMessage(CurrentPolicy::Snapshot policy, Arrival arrival, std::int64_t now,
                  bool leading_space, const Means& means);

  // `value`: everything after the colon, folds as LF or CRLF.
  void AddHeaderField(std::string_view name, std::string_view value);
  [[nodiscard]] Verdict EndHeader();
  void AppendBody(std::string_view chunk);
  // Waits for the signatures, within the client's deadline.
  [[nodiscard]] Closing Finish();

  // For the log, as far as known.
  [[nodiscard]] const Arrival& arrival() const { return arrival_; }
  [[nodiscard]] const std::optional<Domain>& author() const { return author_; }
  [[nodiscard]] const std::optional<SigningLine>& line() const { return line_; }
  // Why there is no signature; empty text where there is one, or none was tried.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  // Of the body.
  [[nodiscard]] const TransitRisks& risks() const { return risks_; }
  // `selector/algorithm`, joined by commas: what Finish signed with last.
  [[nodiscard]] std::string signed_with() const;

 private:
  [[nodiscard]] Verdict Judge(const SigningKeys& keys);
  [[nodiscard]] Verdict Unsigned(FailPolicy policy, const Error& error);
  [[nodiscard]] Result<std::vector<SignatureSpec>> Choose(const SigningKeys& keys) const;
  [[nodiscard]] Result<std::vector<std::string>> Sign(const SigningKeys& keys);
  void AddSpecs(const SigningLine& line, const SigningKeys& keys,
                std::vector<SignatureSpec>& specs) const;

  const CurrentPolicy::Snapshot policy_;
  const Arrival arrival_;
  const bool leading_space_;
  const Means means_;
  const std::set<std::string, std::less<>> wanted_fields_;
  NamedFields fields_;
  std::unique_ptr<MessageSigner> message_;
  std::optional<Error> error_;  // the first thing that was wrong
  std::optional<Domain> author_;
  std::optional<SigningLine> line_;
  std::vector<SignatureSpec> specs_;
  TransitRisks risks_;
  std::string trouble_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_OUTGOING_MESSAGE_H_
