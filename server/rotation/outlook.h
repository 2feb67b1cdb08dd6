// What operators are told of the life cycle: what is planned now, and by which policy.
#ifndef SERVER_ROTATION_OUTLOOK_H_
#define SERVER_ROTATION_OUTLOOK_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "server/rotation/planner.h"
#include "server/tokens/tokens.h"

namespace dkimkeeper {

// Thread-safe: no state of its own.
class Outlook {
 public:
  struct Parts {
    Policy policy;             // the configuration's
    const Tokens& tokens;      // must outlive this
    const Attempts& attempts;  // must outlive this
    // As Surroundings has it.
    std::function<std::uint64_t()> acknowledged;
    std::function<AgentListPtr()> agents;
    // NOT_FOUND/PUBLISHER_UNKNOWN names those that there are.
    std::function<Outcome(std::string_view publisher)> check_publisher;
    // Where the record of `selector` stands when that publisher puts it below a zone of ours; ""
    // where it stands at its own name. `label` is the registration's own.
    std::function<std::string(const Selector& selector, const std::string& label,
                              std::string_view publisher)>
        cname_target;
  };
  explicit Outlook(Parts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] const Policy& policy() const { return parts_.policy; }
  [[nodiscard]] Outcome CheckPublisher(std::string_view publisher) const {
    return parts_.check_publisher(publisher);
  }
  [[nodiscard]] std::string CnameTarget(const Selector& selector, const std::string& label,
                                        std::string_view publisher) const {
    return parts_.cname_target(selector, label, publisher);
  }

  // As PlanDomain and PlanAll have them.
  [[nodiscard]] std::vector<Step> StepsOf(const View& view, const Domain& domain,
                                          Timestamp now) const;
  [[nodiscard]] std::vector<Step> AllSteps(const View& view, Timestamp now) const;
  // As Timeline has it.
  [[nodiscard]] std::vector<Step> Ahead(const View& view, const Domain& domain, Timestamp now,
                                        std::chrono::milliseconds horizon) const;

 private:
  const Parts parts_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_OUTLOOK_H_
