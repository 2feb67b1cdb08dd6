#include "dkimkeeper/dkimkeeper.h"

const char* dkimkeeper_version() { return DKIMKEEPER_VERSION; }
