// The store contract on a real PostgreSQL server.
#include "server/store/sql_store.h"
#include "tests/contract/store_contract.h"
#include "tests/fakes/postgresql_server.h"

namespace dkimkeeper {
namespace {

class PostgresqlBackend final : public StoreBackend {
 public:
  explicit PostgresqlBackend(std::string connection) : connection_(std::move(connection)) {}

  std::shared_ptr<KeyStore> Open() override {
    auto store = OpenSqlStore({.postgresql = connection_});
    if (store) return *std::move(store);
    ADD_FAILURE() << store.error().message;
    return nullptr;
  }

 private:
  const std::string connection_;
};

std::unique_ptr<StoreBackend> NewBackend() {
  PostgresqlServer* server = PostgresqlServer::Shared();
  if (server == nullptr) return nullptr;
  return std::make_unique<PostgresqlBackend>(server->NewDatabase());
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract,
                         testing::Values(StoreKind{"PostgreSQL", NewBackend}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dkimkeeper
