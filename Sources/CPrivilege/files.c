#include <sys/types.h>
#include <sys/xattr.h>

#include "privilege.h"

bool cprivilege_has_access_list(const char *path) { return getxattr(path, "system.posix_acl_access", NULL, 0) > 0; }
