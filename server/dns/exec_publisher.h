// Publishes by a program of the operator, such as one that speaks to a provider's API.
#ifndef SERVER_DNS_EXEC_PUBLISHER_H_
#define SERVER_DNS_EXEC_PUBLISHER_H_

#include <string>
#include <utility>

#include "server/dns/publisher.h"
#include "server/dns/publisher_options.h"
#include "server/dns/run_command.h"

namespace dkimkeeper {

// Thread-safe. The program gets the change on standard input and answers on standard output
// (hook_contract.h). It holds what stands in DNS against `before` itself. One that fails, hangs or
// talks nonsense is a failed step, no more.
class ExecPublisher final : public Publisher {
 public:
  // `name`: the publisher's, for its errors. `hook` runs options.command.
  ExecPublisher(std::string name, ExecOptions options, RunCommand hook)
      : name_(std::move(name)), options_(std::move(options)), hook_(std::move(hook)) {}

  [[nodiscard]] Result<Publication> Publish(const RecordChange& change) override;

 private:
  const std::string name_;
  const ExecOptions options_;
  const RunCommand hook_;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_EXEC_PUBLISHER_H_
